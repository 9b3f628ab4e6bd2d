"""Virtual time, and loops that wait for something by turning.

Time stands still while threads run; it jumps to the earliest deadline when a choice says so, or when nobody can run.
"""

from __future__ import annotations

import sys

from harness.engines.event_writer import snapshot
from harness.engines.scheduler import Scheduler
from harness.engines.virtual import MUTED, OUTSIDE, RECORDED, SOLO, TRACED, UNWINDING, VirtualThread
from harness.model.events import CLOCK, WRITE
from harness.standins.gate import Gate

CLOCK_STEP_S = 1e-6
SPIN_PATIENCE = 16
"""A loop that changes state at every turn yields by default after this many turns without progress."""


class Loops(Scheduler):
    """The scheduler with the clock, sleep and turns of loops."""

    def read_clock(self) -> float:
        """See `Control`. Each re-reading while nothing changed doubles the advance, so that a loop that waits for a time ends soon."""
        thread = self.cur
        if thread.read_version != self.version:
            thread.read_version = self.version
            thread.reads = 0
        thread.reads += 1
        if thread.mode == TRACED:
            self.log.also(thread.path, self.log.symbol(CLOCK), WRITE)
        self.now += CLOCK_STEP_S * (1 << min(thread.reads, 40))
        return self.now

    def sleep(self, seconds: float) -> None:
        """See `Control`."""
        thread = self.cur
        if thread.mode >= SOLO:
            if thread.mode == UNWINDING:
                self._keep_unwinding(thread)
            if thread.mode in (MUTED, OUTSIDE):
                return
            if self.recorder:
                self.recorder.operation(thread, "sleep", f"sleep({seconds:g})", None)
        thread.points += 1
        if seconds <= 0:
            self._yield_point(thread)
            return
        self._count_idle(thread)
        self._set_deadline(thread, seconds)
        self.runnable.remove(thread)
        self._block(thread)

    def pass_time(self) -> None:
        """Lets the earliest deadline come and the thread run that has done least, whatever the strategy: threads that get on and on must
        not stop the clock, or keep out for ever the one that is to stop them."""
        thread = self.cur
        if self.log is not None:
            self.log.is_unfair = True
        if self.timed:
            self._jump()
        to = min(self.runnable, key=_by_points)
        if to is not thread:
            if self.recorder:
                self.recorder.switched(thread, to, "fair")
            self.cur = to
            to.resume()

    def loop(self, site: int) -> None:
        """Hook: an iteration begins. A thread that comes round with no state changed since is spinning: others go first by default."""
        thread = self.cur
        thread.points += 1
        if thread.mode > SOLO and self._unusual(thread):
            return
        if thread.points > self.step_limit:
            self.stop("step-limit")
        if thread.mode == TRACED and site in self.fairness.while_sites():
            self.log.turn(thread.path, site, snapshot(sys._getframe(1)), thread.points)
        if (self.offers_loops or thread.mode == RECORDED) and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            self._offer(thread)
        idle = self.idle_loops = self.idle_loops + 1
        if thread.loop_version == self.version and thread.loop_site == site:
            self._spin(thread, site)
        else:
            thread.loop_site = site
            thread.loop_version = self.version
            if idle % SPIN_PATIENCE == 0:
                if thread.mode == TRACED and self.log.idle_points:
                    self.log.is_impatient = True
                self._spin(thread, site)

    def _spin(self, thread: VirtualThread, site: int) -> None:
        thread.points += 1  # a choice of its own: (thread, point) must name one choice only
        self.fairness.looped(thread, site)
        if len(self.runnable) > 1:
            self._yield(thread, "round")
        elif self.timed:
            self._jump()
            if len(self.runnable) > 1:
                self._yield(thread, "round")

    def _yield_point(self, thread: VirtualThread) -> None:
        self._count_idle(thread)
        if len(self.runnable) > 1:
            self._yield(thread)
        elif self.timed and self.is_fair:
            self._jump()

    def _count_idle(self, thread: VirtualThread) -> None:
        """A wait or sleep is a turn of some loop too, as far as fairness goes."""
        self.idle_loops += 1
        self.fairness.looped(thread, -1)

    def _unusual(self, thread: VirtualThread, gate: Gate | None = None) -> bool:
        """What a point does for a thread that is not NORMAL; True if there is nothing more to do."""
        mode = thread.mode
        if mode == SOLO:
            return not self.timed
        if mode == RECORDED:
            return False
        if mode == TRACED:
            if gate is not None:
                self.writer.of(gate.owner)  # places are numbered when a thread comes to them, not when it goes on
            return False
        if mode == UNWINDING:
            self._keep_unwinding(thread)
        thread.points -= 1
        return True


def _by_points(thread: VirtualThread) -> int:
    return thread.points
