"""The explore engine: virtual threads, one at a time, under the control of a strategy.

An execution is a function of the scenario and the schedule. The engine asks the strategy at every point with more than one way on,
keeps virtual time, decides when a thread that waits may run, and ends the execution: finished, deadlock, livelock or step limit.

What odd-looking code here buys: a point costs about four bare greenlet switches in all (0.2 us each on the machine of README's figures),
so hooks test one integer (`thread.mode`) for everything unusual, shared places are learned by site and name so that private ones cost no
choice, and the state of a thread is kept by who changes it, never recomputed.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness import runtime
from harness.engines.baton import Baton
from harness.engines.call_hooks import CallHooks
from harness.engines.event_writer import EventWriter
from harness.engines.kinds import known_kinds
from harness.engines.places import IDENTS, SHARED
from harness.engines.places_of_sites import START
from harness.engines.recorder import error_when_raised
from harness.engines.unlogged import unlogged
from harness.engines.virtual import NORMAL, RECORDED, SOLO, TRACED, UNWINDING, VirtualThread
from harness.model.choice import Strategy
from harness.model.events import PART_WRITE, WRITE, Blocked
from harness.model.execution import Ending
from harness.standins.threads import THREADS

KINDS_KEPT = 64
"""Classes of the target that the table of kinds may hold before it is made anew (every execution defines them afresh)."""
_epochs = itertools.count(1)


class Explore(CallHooks):
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
            thread.run = _nothing
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

    def _live(self, thread: VirtualThread) -> VirtualThread | None:
        """One thread from its first step to its last; the thread to hand over to, None for the hub."""
        thread.has_begun = True
        if self.recorder:
            self.recorder.started(thread)
        elif thread.mode == TRACED:
            self.log.add(thread.path, ())
            self.log.newborn -= 1
        try:
            thread.run()
        except runtime.Unwind:
            pass
        except BaseException as error:  # the harness's own code, or Ctrl-C: bodies report what the target raised
            if not self.is_over:
                self.fault = error
        thread.open.clear()
        if not self.is_over and self.fault is None:
            self._come_to_end(thread)
        thread.is_ended = True
        thread.run = _nothing
        if self.is_over or self.fault is not None:
            return None
        try:
            return self._after(thread)
        except runtime.Unwind:  # `interrupt` came now
            return None

    def _after(self, thread: VirtualThread) -> VirtualThread | None:
        """The thread to hand over to now that this one has ended, None for the hub."""
        if self.recorder:
            self.recorder.ended(thread)
        thread.points += 1
        self.version += 1
        self.idle_loops = 0
        self.n_progress += 1
        self.runnable.remove(thread)
        self.open(thread.done)
        heapq.heappush(self.free_idents, thread.ident)
        if thread.mode == TRACED:
            self.log.also(thread.path, self.writer.of(THREADS), PART_WRITE)
            if IDENTS in self.traced_groups:
                self.log.also(thread.path, self.log.symbol(IDENTS), PART_WRITE)
        if thread.role == "worker":
            self.required -= 1
        if self._all_done():
            return None
        return self._following(thread)

    def _come_to_end(self, thread: VirtualThread) -> None:
        """The point before a thread ends: a choice where some thread asks whether others are alive, and in a replay. Class mode's main thread is
        the harness's own and only starts the others."""
        if thread.role == "main" and self.mode == "class":
            return
        thread.points += 1
        mode = thread.mode
        if mode == SOLO or (mode != RECORDED and self.state_of.get(START) != SHARED):
            return
        if (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            with contextlib.suppress(runtime.Unwind):
                self._offer(thread)
        if mode == TRACED and not self.is_over:
            self.log.add(thread.path, ())

    def _all_done(self) -> bool:
        """Whether the execution is over: what it was run for has ended."""
        if self.mode == "class":
            if self.required or not self.all[0].is_ended:
                return False
            if not any(t.role == "own" and (t.is_awaited() or (self.log is not None and not t.is_ended)) for t in self.all):
                return True
            # the pipeline's own threads get a chance to end before they are called left behind
            self.aftermath = self.aftermath or 1
            return False
        return not any(t.is_awaited() for t in self.all)

    def spawn(self, run: Callable[[], None], name: str, is_daemon: bool, thread: Any, role: str = "own") -> VirtualThread:
        """See `Control`."""
        parent = self.cur
        if parent.mode == UNWINDING:
            self._keep_unwinding(parent)
        if len(self.all) >= 4000:
            raise RuntimeError("can't start new thread")
        if self.on_start is not None:
            self.on_start()
        if role == "own":
            name = self._unused(name)
        child = VirtualThread(len(self.all), f"{parent.path}.{parent.children}", name, role, is_daemon, run, thread, self.live_mode)
        parent.children += 1
        if self.free_idents:
            child.ident = heapq.heappop(self.free_idents)
        self.baton.take(child)
        self.all.append(child)
        self.has_spawned = True
        if self.log is not None:
            self.log.newborn += 1
            if parent.mode == TRACED:
                self.log.also(parent.path, self.writer.of(THREADS), PART_WRITE)
                if IDENTS in self.traced_groups:
                    self.log.also(parent.path, self.log.symbol(IDENTS), WRITE)
                self.log.enable(child.path)
        self.runnable.append(child)
        self.version += 1
        self.idle_loops = 0  # a loop that starts threads gets on
        if role == "worker":
            self.required += 1
            if self.log is not None:
                self.log.workers.append(child.path)
            return child  # the harness starts all its workers in one step
        if parent.mode == SOLO:
            parent.mode = self.live_mode
        self.point("start", child, name)
        return child

    def _unused(self, name: str) -> str:
        """The name, with a number where another thread has it: reports tell threads apart by name."""
        taken = {thread.name for thread in self.all}
        return name if name not in taken else next(other for n in itertools.count(2) if (other := f"{name} #{n}") not in taken)

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

    def working_on(self, job: str) -> None:
        """See `Control`."""
        thread = self.cur
        before = thread.name
        if not thread.jobs:
            thread.jobs = (before,)
        if job in thread.jobs[1:] or job.startswith("<"):
            return
        thread.jobs = (*thread.jobs, job)
        own, *jobs = thread.jobs
        told = ", ".join(jobs[:3]) + (", ..." if len(jobs) > 3 else "")
        is_named = not own.startswith("ThreadPoolExecutor-")
        thread.name = ""
        thread.name = self._unused(told if len(jobs) == 1 and not is_named else f"{own if is_named else 'worker'} ({told})")
        if self.recorder and thread.name != before:
            self.recorder.renamed(before, thread.name)

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


def _nothing() -> None:
    return None
