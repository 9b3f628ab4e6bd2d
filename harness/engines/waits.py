"""Waiting: gates, deadlines and virtual time, and loops that wait.

A thread parked at a gate is among the runnable exactly while the gate is open. Time stands still while threads run; it jumps to the
earliest deadline when a choice says so, or when nobody can run.
"""

from __future__ import annotations

import os.path
import sys
from collections.abc import Sequence
from typing import Any

from harness.engines.event_writer import snapshot
from harness.engines.naming import names_of
from harness.engines.scheduler import Scheduler
from harness.engines.showing import show
from harness.engines.target_frames import target_frame
from harness.engines.virtual import MUTED, OUTSIDE, RECORDED, SOLO, TRACED, UNWINDING, VirtualThread, name_of
from harness.model.events import ACQUIRE, CLOCK, PART_WRITE, READ, RELEASE, WRITE
from harness.model.lock_order import Seen
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.rlock import RLock

CLOCK_STEP_S = 1e-6
MOST_NAMED = 500
"""Orders of locks that are written down with what the locks are called: to look for the names takes up to 0.2 ms."""
SPIN_PATIENCE = 16
"""A loop that changes state at every turn yields by default after this many turns without progress."""


class Waits(Scheduler):
    """The scheduler with everything that a thread can wait for; the better part of `harness.standins.control.Control`."""

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

    def _yield_point(self, thread: VirtualThread) -> None:
        self._count_idle(thread)
        if len(self.runnable) > 1:
            self._yield(thread)
        elif self.timed and self.is_fair:
            self._jump()

    def point(self, kind: str, obj: Any, detail: str = "") -> None:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            if thread.mode == TRACED:
                self._trace_operation(thread, kind, obj)
                return
            if self._unusual(thread):
                return
        if self.pends:
            thread.pending = id(obj)
            thread.pending_is_write = True
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, kind, detail, obj)

    def _trace_operation(self, thread: VirtualThread, kind: str, obj: Any) -> None:
        log = self.log
        accesses, is_tentative = self.writer.operation(kind, obj)
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        log.add(thread.path, accesses, is_tentative=is_tentative)
        if type(obj) is Lock and (obj.is_open if kind == "try-acquire" else kind == "release" and not obj.is_open):
            log.flip(self.writer.serial(obj), kind == "release")  # a lock does this by itself where nobody waits

    def _trace_passing(self, thread: VirtualThread, gate: Gate, would_wait: bool) -> None:
        """The event in which a thread passes a gate. If it is closed, one that would wait has no event there; one with a deadline has another."""
        known = len(self.log.places)
        self.log.add(thread.path, self.writer.passing(gate), self.writer.serial(gate) if would_wait else -1)
        self.log.known[-1] = known  # a place that is first touched here may be numbered otherwise in another execution
        if type(gate) is Lock:
            self.log.flip(self.writer.serial(gate), False)

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

    def pass_gate(self, gate: Gate) -> None:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread, gate):
            if gate.is_open or thread.mode != SOLO:
                return
        elif gate.is_open:
            if self.pends:
                self._come_to(thread, gate)
            if len(self.runnable) > 1 or self.timed:
                self._offer(thread, gate)
            if thread.mode:
                self._passed(thread, gate)
            return
        if self.pends:
            self._come_to(thread, gate)
        if self.recorder:
            self.recorder.blocked(thread, gate)
        gate.parked.append(thread)
        thread.waits_at = gate
        self.runnable.remove(thread)
        self._block(thread)
        thread.waits_at = None
        gate.parked.remove(thread)
        if thread.mode:
            self._passed(thread, gate)

    def _come_to(self, thread: VirtualThread, gate: Gate) -> None:
        """Keeps what is pending: the thread is about to pass a gate, however long that takes. Writes down an order of locks that it adds to."""
        thread.pending = id(gate.owner)
        thread.pending_is_write = True
        if type(gate) is not Lock and type(gate) is not RLock:
            return
        thread.to_take = gate
        if thread.locks:
            thread.locks = [lock for lock in thread.locks if lock.holder is thread]
            order = thread.order
            if order is not None:
                if thread.jobs and any(other.jobs and other is not thread for other in self.all):
                    order = "", *order[1:]
                self.lock_graph.add(order, self._order_seen)
        thread.locks.append(gate)

    def _order_seen(self) -> Seen:
        """How the order that the running thread is about to add to looks in the target; the starter's variables may have names for the locks too."""
        thread, main = self.cur, self.all[0]
        frame = target_frame(sys._getframe(1), self.files)
        line = "" if frame is None else f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        name = "" if thread.jobs else thread.name
        others = [] if thread is main or main.is_ended else [target_frame(self.baton.frame_of(main), self.files)]
        if len(self.lock_graph.orders) >= MOST_NAMED:
            return Seen(line, name)
        held = sorted((lock for lock in thread.locks if lock.holder is thread), key=name_of)
        wanted, *names = names_of([lock.owner for lock in (thread.to_take, *held) if lock is not None], [*others, frame])
        return Seen(line, name, wanted, tuple(names))

    def _passed(self, thread: VirtualThread, gate: Gate, would_wait: bool = True) -> None:
        if thread.mode == RECORDED:
            self.recorder.operation(thread, gate.kind, "", gate.owner, not would_wait)
        elif thread.mode == TRACED:
            self._trace_passing(thread, gate, would_wait)

    def pass_gate_until(self, gate: Gate, timeout_s: float) -> bool:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread, gate) and (gate.is_open or thread.mode != SOLO):
            return gate.is_open
        self._count_idle(thread)
        # that a thread comes too early for an open gate and goes to wait is an event of its own, which a search offers and a replay must, too
        if (gate.is_open or thread.mode >= RECORDED) and (len(self.runnable) > 1 or self.timed):
            if self.pends:
                thread.pending = id(gate.owner)
                thread.pending_is_write = True
            self._offer(thread)
        if gate.is_open:
            if thread.mode:
                self._passed(thread, gate, False)
            return True
        if thread.mode == TRACED:
            self.log.add(thread.path, ((self.writer.of(gate.owner), READ),))
        thread.points += 1  # blocking is a choice of its own
        if timeout_s <= 0:
            self._yield_point(thread)
            return self._look_again(thread, gate)
        if self.recorder:
            self.recorder.blocked(thread, gate)
        gate.parked.append(thread)
        thread.waits_at = gate
        self._set_deadline(thread, timeout_s)
        self.runnable.remove(thread)
        self._block(thread)
        if thread.expired:
            thread.expired = False
            return False
        if thread.mode == TRACED:
            self._trace_passing(thread, gate, True)
        self._clear_deadline(thread)
        thread.waits_at = None
        gate.parked.remove(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, gate.kind, "", gate.owner, True)
        return True

    def _look_again(self, thread: VirtualThread, gate: Gate) -> bool:
        """Whether a gate is open now that others have had their turn, for a thread that will not wait: an event of its own."""
        if gate.is_open:
            if thread.mode:
                self._passed(thread, gate, False)
        elif thread.mode == TRACED:
            self.log.add(thread.path, ((self.writer.of(gate.owner), READ),))
        return gate.is_open

    def await_move(self, gate: Gate, then: Gate, timeout_s: float | None) -> bool:
        """See `Control`."""
        thread = self.cur
        if thread.mode == UNWINDING:
            self._keep_unwinding(thread)
        if thread.mode in (MUTED, OUTSIDE):
            return False
        thread.points += 1
        self._count_idle(thread)
        if self.recorder:
            self.recorder.blocked(thread, gate)
        thread.is_moved = False
        thread.awaiting = then
        thread.expired = False
        thread.waits_at = gate
        gate.parked.append(thread)
        if timeout_s is not None:
            self._set_deadline(thread, timeout_s)
        self.runnable.remove(thread)
        self._block(thread)
        thread.awaiting = None
        thread.waits_at = None
        then.parked.remove(thread)
        thread.expired = False
        if thread.mode == TRACED:
            self.log.add(thread.path, self.writer.passing(then), self.writer.serial(then))
        return thread.is_moved

    def move(self, waiter: VirtualThread, then: Gate) -> None:
        """See `Control`."""
        gate = waiter.waits_at
        if gate is then or gate is None:
            return  # its deadline came first: it is on its way already
        self.version += 1
        if self.recorder:
            self.recorder.deeds.woken(self.cur, waiter)
        gate.parked.remove(waiter)
        if waiter.deadline is not None:
            self._clear_deadline(waiter)
        if self.log is not None:
            self.log.enable(waiter.path)
        waiter.is_moved = True
        waiter.waits_at = then
        then.parked.append(waiter)
        if then.is_open:
            self._wake(waiter)

    def open(self, gate: Gate) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self._trace_turning(gate, True)
        self.version += 1
        if not gate.is_open:
            gate.is_open = True
            for thread in gate.parked:
                self._wake(thread)

    def close(self, gate: Gate) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self._trace_turning(gate, False)
        self.version += 1
        if gate.is_open:
            gate.is_open = False
            for thread in gate.parked:
                self.runnable.remove(thread)
                if self.recorder:
                    self.recorder.blocked(thread, gate, self.baton.frame_of(thread))

    def _trace_turning(self, gate: Gate, is_open: bool) -> None:
        """A thread whose events are logged opens or closes a gate within the event that it is in."""
        how = WRITE
        if isinstance(gate, Lock | RLock):
            how = RELEASE if is_open else ACQUIRE
        path = self.cur.path
        place = self.writer.of(gate.owner)
        log = self.log
        if not log.who or log.who[-1] != path or (place, how) not in log.what[-1]:
            log.also(path, place, how)
        if gate.is_open != is_open or isinstance(gate, Lock):
            log.flip(self.writer.serial(gate), is_open)

    def also(self, obj: Any, is_write: bool) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self.log.also(self.cur.path, self.writer.of(obj), WRITE if is_write else READ)

    def changed(self) -> None:
        """See `Control`."""
        self.version += 1

    def progress(self) -> None:
        """See `Control`."""
        self.idle_loops = 0
        self.n_progress += 1
        if self.is_fair:
            self.fairness.progressed()

    def call_returned(self) -> None:
        """A put or get of the harness's workers has returned, where `orders_calls`."""
        if self.cur.mode == TRACED:
            self.log.also(self.cur.path, self.log.symbol("calls"), PART_WRITE)

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

    def boundary(self, kind: str, value: Any) -> None:
        """The point before a put or get of the harness's workers begins: other threads may come between two calls."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread):
            return
        if self.pends:
            thread.pending = None
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        if thread.mode == TRACED:
            self.log.calls.setdefault(thread.path, []).append(len(self.log.who))
            self.log.add(thread.path, ((self.log.symbol("calls"), READ),) if self.orders_calls else ())
        elif thread.mode == RECORDED:
            self.recorder.called(thread, kind, f"put({value}) begins" if kind == "put-begin" else "get() begins", "" if value is None else str(value))

    def ended_call(self, kind: str, value: Any) -> None:
        """A put or get of the harness's workers has returned (called while recording only)."""
        self.recorder.called(self.cur, kind, f"put({value}) returns" if kind == "put-return" else f"get() returns {show(value)}", show(value))

    def choose_waiter(self, waiters: Sequence[VirtualThread], kind: str) -> int:
        """See `Control`."""
        if len(waiters) < 2 or self.is_fair:
            return 0
        choice = self.choice
        choice.kind = "waiter"
        choice.count = len(waiters)
        choice.waiters = waiters
        choice.thread = self.cur
        self.cur.points += 1  # a choice of its own: (thread, point) must name one choice only
        self.n_choices += 1
        way = self.choose(choice)
        choice.kind = "thread"
        choice.waiters = ()
        if way:
            self._depart(self.cur, waiters[way], "waiter")
        if self.cur.mode == TRACED:
            self.log.chose(way, len(waiters))
        return way

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

    def _count_idle(self, thread: VirtualThread) -> None:
        """A wait or sleep is a turn of some loop too, as far as fairness goes."""
        self.idle_loops += 1
        self.fairness.looped(thread, -1)


def _by_points(thread: VirtualThread) -> int:
    return thread.points
