"""The explore engine: virtual threads, one at a time, under the control of a strategy.

An execution is a function of the scenario and the schedule. The engine asks the strategy at every point with more than one way on,
keeps virtual time, decides when a thread that waits may run, and ends the execution: finished, deadlock, livelock or step limit.

What odd-looking code here buys: a point costs about four bare greenlet switches in all (0.2 us each on the machine of README's figures),
so hooks test one integer (`thread.mode`) for everything unusual, shared places are learned by site and name so that private ones cost no
choice, and the state of a thread is kept by who changes it, never recomputed.
"""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness import runtime
from harness.engines.baton import Baton
from harness.engines.event_writer import EventWriter
from harness.engines.kinds import known_kinds
from harness.engines.lives import Lives, nothing
from harness.engines.showing import error_when_raised
from harness.engines.unlogged import unlogged
from harness.engines.virtual import MUTED, NORMAL, OUTSIDE, RECORDED, SOLO, TRACED, UNWINDING, VirtualThread
from harness.model.choice import Strategy
from harness.model.events import Blocked
from harness.model.execution import Ending

KINDS_KEPT = 64
"""Classes of the target that the table of kinds may hold before it is made anew (every execution defines them afresh)."""
_epochs = itertools.count(1)


class Explore(Lives):
    """Runs executions of one target; lives through a campaign, so that what it learned about shared places stays."""

    def __init__(self, strategy: Strategy, seed: int, step_limit: int = 200_000) -> None:
        super().__init__(strategy, seed, step_limit)
        self.baton = Baton(self._live, self._current)

    def run(self, main: Callable[[], None], mode: str, recorder: Any = None) -> Ending:
        """Runs one execution: `main` is the body of the main virtual thread.

        In mode "class" the execution is over when all threads of role "worker" have ended, else when all non-daemon threads have. The
        threads stay as they stand until `clean_up`. Raises what the harness's own code, Ctrl-C or another signal's handler raised inside.
        """
        self._reset()
        self.epoch = next(_epochs)
        self.mode = mode
        self.recorder = recorder
        self.fairness.reset()
        self.choose = self.strategy.choose
        self.pends = self.strategy.needs_pending
        self.lock_graph.executions += self.pends
        self.log = None if recorder else self.strategy.log
        self.live_mode = RECORDED if recorder else NORMAL if self.log is None else TRACED
        if self.log is not None:
            self.log.begin(self)
            self.writer = EventWriter(self.log, self.kinds)
        if len(self.watch) != len(runtime.sites):
            self._learn_sites()
        if self.log is not None and (not self.knows_traced or len(self.traced) != len(self.watch)):
            self._learn_traced()
        first = VirtualThread(0, "m", "main", "main", False, main, None, RECORDED if recorder else SOLO)
        self.all.append(first)
        self.runnable.append(first)
        self.cur = first
        runtime.control = self
        try:
            self.baton.enter(first)
        finally:
            self.cur = self.outside
            runtime.control = None
        self.is_over = True
        if self.log is not None:
            self._close_log()
        self.last_cost = sum(why in ("preemption", "expiry", "waiter") for _, _, _, why in self.departures)
        for thread in self.all:
            self.total_points += thread.points
        if self.fault is not None:
            raise self.fault
        return self.ending

    def _close_log(self) -> None:
        """What the threads that have not ended would do next; whether some could have gone on."""
        log, writer = self.log, self.writer
        log.settle()
        if self.ending == "livelock":
            log.is_unfair = False  # fair scheduling has shown what there was to show
        for thread in self.all:
            gate = thread.waits_at
            if thread.is_ended or (thread.role == "main" and self.mode == "class"):
                continue
            if thread in self.runnable or thread.deadline is not None or gate is None:
                if not self._comes_round(thread):
                    log.cut_off.append(thread.name)
            elif thread.awaiting is None or gate is thread.awaiting:  # one that was woken, or whose time was up, waits for its lock by now
                log.blocked.append(Blocked(thread.path, writer.passing(gate), writer.serial(gate)))
        log.detach()
        self.log = self.writer = None

    def unlogged(self) -> tuple[float, ...]:
        """See `harness.model.events.State`."""
        return unlogged(self)

    def clean_up(self) -> None:
        """Abandons the threads that have not ended and breaks the cycles that greenlets and tracebacks form; then raises what a signal's handler
        raised meanwhile."""
        for thread in self.all:
            if not thread.is_ended and thread.greenlet is not None:
                thread.mode = UNWINDING
                self.cur = thread
                runtime.control = self
                try:
                    if not self.baton.throw_into(thread, runtime.Unwind()):
                        self.limits.add(f"{thread.name} could not be unwound (its finally clauses go on for ever); it was left behind")
                finally:
                    runtime.control = None
                    self.cur = self.outside
            thread.run = nothing
            thread.thread = None
            thread.done.owner = None
            self.baton.let_go(thread)
            thread.locals.clear()
            thread.locks.clear()
            thread.to_take = None
            thread.done.parked.clear()
        for crash in self.crashes:
            crash[0] = None
        late, self.late = self.late, None
        self.places.clear()
        self.all.clear()
        self.free_idents.clear()
        self.runnable.clear()
        self.timed.clear()
        self.departures.clear()
        if len(self.kinds) > KINDS_KEPT:
            self.kinds = known_kinds()
        if late is not None:
            raise late

    def interrupt(self, error: BaseException) -> None:
        """Ends the execution with an error that is no doing of the virtual thread that it comes upon; to be called on that thread."""
        if self.is_over:
            self.late = error  # it is being abandoned, and stops at nothing
            return
        self.fault = error
        raise runtime.Unwind

    def how_far(self) -> tuple[int, int, int]:
        """Changes whenever a thread passes a point or an execution begins; may be asked for from another real thread."""
        return self.epoch, self.n_choices, sum([thread.points for thread in self.all])

    def shut_down(self) -> None:
        """Lets go of all that is large and of the carriers; no execution may follow. What the limits are told from stays."""
        self.baton.close()
        for held in (self.watch, self.state_of, self.kinds, self.called, self.worldly, self.ordinary, self.places):
            held.clear()

    def carry_alone(self) -> None:
        """In a forked process: carriers of its own. Those of the parent are not touched, and live as long as the process."""
        self._parents = self.baton
        self.baton = Baton(self._live, self._current)

    def _current(self) -> VirtualThread:
        return self.cur

    @contextlib.contextmanager
    def importing(self, stays: bool) -> Iterator[None]:
        """See `Control`."""
        self._learn_sites()
        if self.log is not None and len(self.traced) < len(self.watch):
            self._put_off_tracing()
        if not stays and len(self.all) == 1:
            yield
            return
        thread = self.cur
        points = thread.points
        was_muted = self.mute()
        try:
            yield
        finally:
            self.unmute(was_muted)
            thread.points = points

    def mute(self) -> bool:
        """Hook: ``__del__`` begins."""
        thread = self.cur
        was_muted = thread.mode == MUTED
        if not was_muted and thread.mode != OUTSIDE:
            self._muted_from = thread.mode
            thread.mode = MUTED
        return was_muted

    def unmute(self, was_muted: bool) -> None:
        """Hook: ``__del__`` ends."""
        thread = self.cur
        if not was_muted and thread.mode == MUTED:
            thread.mode = self._muted_from

    def crashed(self, error: BaseException, where: str, future: str = "") -> Any:
        """See `Control`."""
        if self.is_interrupted:
            self.fault = error
            self.stop("finished")
        was_muted = self.mute()
        text = error_when_raised(error)
        self.unmute(was_muted)
        receipt = [error, where, future, self.cur, False, text]
        self.crashes.append(receipt)
        if self.recorder:
            self.recorder.raised(self.cur, error, text, where, future)
        return receipt

    def forgiven(self, receipt: Any) -> None:
        """See `Control`."""
        receipt[4] = True

    def chance(self) -> random.Random:
        """See `Control`."""
        thread = self.cur
        self.draws = True
        stream = thread.stream
        if stream is None:
            stream = thread.stream = random.Random(f"{self.seed}/{thread.path}")
        return stream

    def note(self, kind: str, what: str, obj: Any = None) -> None:
        """See `Control`."""
        if self.recorder:
            self.recorder.operation(self.cur, kind, what, obj)

    def sees(self, obj: Any) -> None:
        """See `Control`."""
        if self.recorder:
            self.recorder.deeds.sees(self.cur, obj)

    def threads(self) -> Sequence[VirtualThread]:
        """See `Control`."""
        return self.all
