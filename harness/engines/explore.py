"""The explore engine: virtual threads, one at a time, under the control of a strategy.

An execution is a function of the scenario and the schedule. The engine asks the strategy at every point with more than one way on,
keeps virtual time, decides when a thread that waits may run, and ends the execution: finished, deadlock, livelock or step limit.

What odd-looking code here buys: a point costs about four bare greenlet switches in all (0.2 us each on the machine of README's figures),
so hooks test one integer (`thread.mode`) for everything unusual, shared places are learned by site and name so that private ones cost no
choice, and the state of a thread is kept by who changes it, never recomputed.
"""

from __future__ import annotations

import random
import types
from collections.abc import Callable, Sequence
from typing import Any

from harness import runtime
from harness.engines.baton import Baton
from harness.engines.fairness import Fairness
from harness.engines.kinds import CONTAINER, ITERATOR, PLAIN, READ_METHODS, READERS, REAL_LOCK, VIEW, data_owner, known_kinds
from harness.engines.recorder import show
from harness.engines.virtual import MUTED, NORMAL, OUTSIDE, RECORDED, SOLO, UNWINDING, VirtualThread
from harness.model.choice import Strategy
from harness.model.execution import Ending
from harness.standins.gate import Gate

UNWRITTEN, WRITTEN, SHARED = range(3)
"""What a campaign has learned of a group of sites: no thread writes its places while others are alive (reading costs nothing); some thread
does (who touches which place is tracked); a place is written and touched by two threads (every access is a choice from then on)."""
CLOCK_STEP_S = 1e-6
SPIN_PATIENCE = 16
"""A loop that changes state at every turn yields by default after this many turns without progress."""
UNWIND_PATIENCE = 2000
"""Points that code in ``finally`` may pass while its thread is abandoned."""


class _Choice:
    """The one choice object that strategies are shown (`harness.model.choice.Choice`)."""

    __slots__ = ("_engine", "count", "has_clock", "is_spinning", "kind", "thread", "waiters")

    def __init__(self, engine: Explore) -> None:
        self._engine = engine
        self.count = 0
        self.kind = "thread"
        self.has_clock = False
        self.is_spinning = False
        self.thread: Any = None
        self.waiters: Sequence[Any] = ()

    def options(self) -> Sequence[Any]:
        """The threads of the ways in order (the clock, where it is a way, is not among them)."""
        if self.kind == "waiter":
            return self.waiters
        return self._engine.ordered(self.thread, self.is_spinning)


class Explore:
    """Runs executions of one target; lives through a campaign, so that what it learned about shared places stays."""

    def __init__(self, strategy: Strategy, seed: int, step_limit: int = 200_000) -> None:
        self.strategy = strategy
        self.choose: Callable[[Any], int] = strategy.choose
        self.seed = seed
        self.step_limit = step_limit
        self.epoch = 0
        self.baton = Baton(self._live, self._current)
        self.outside = VirtualThread(-1, "", "harness", "main", True, lambda: None, None, OUTSIDE)
        self.cur: VirtualThread = self.outside
        self.choice = _Choice(self)
        self.watch: list[int] = []
        self.names: list[str] = []
        self.groups: dict[Any, list[int]] = {}
        self.state_of: dict[Any, int] = {}
        self.group_of: list[Any] = []
        self.kinds = known_kinds()
        self.plain_kinds = len(self.kinds)
        self.recorder: Any = None
        self.uncontrolled: set[str] = set()
        self.called: set[int] = set()
        self.limits: set[str] = set()
        self.fairness = Fairness(self)
        self.on_long: Callable[[], None] = lambda: None
        self.total_points = 0
        self.last_cost = 0
        self.draws = False
        self.offers_loops = False  # a generator is shared: a thread may be stopped inside it, wherever that is
        self._reset()

    # -- one execution ---------------------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self.all: list[VirtualThread] = []
        self.runnable: list[VirtualThread] = []
        self.timed: list[tuple[float, int, VirtualThread]] = []
        self.timers = 0
        self.now = 0.0
        self.version = 0
        self.idle_loops = 0
        self.is_fair = False
        self.pends = False
        self.n_choices = 0
        self.required = 0
        self.mode = "function"
        self.ending: Ending = "finished"
        self.loop_at = -1
        self.places: dict[Any, list[Any]] = {}
        self.departures: list[tuple[VirtualThread, int, VirtualThread | None, str]] = []
        self.crashes: list[list[Any]] = []
        self.is_over = False
        self.fault: BaseException | None = None
        self.aftermath = 0

    def run(self, main: Callable[[], None], mode: str, recorder: Any = None) -> Ending:
        """Runs one execution: `main` is the body of the main virtual thread.

        In mode "class" the execution is over when all threads of role "worker" have ended, else when all non-daemon threads have. The
        threads stay as they stand until `clean_up`. Raises what the harness's own code or Ctrl-C raised inside.
        """
        self._reset()
        self.epoch += 1
        self.mode = mode
        self.recorder = recorder
        self.fairness.reset()
        self.choose = self.strategy.choose
        self.pends = self.strategy.needs_pending
        if len(self.watch) != len(runtime.sites):
            self._learn_sites()
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
        self.last_cost = sum(why in ("preemption", "expiry", "waiter") for _, _, _, why in self.departures)
        for thread in self.all:
            self.total_points += thread.points
        if self.fault is not None:
            raise self.fault
        return self.ending

    def clean_up(self) -> None:
        """Abandons the threads that have not ended and breaks the cycles that greenlets and tracebacks form."""
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
            thread.locals.clear()
            thread.done.parked.clear()
        for crash in self.crashes:
            crash[0] = None
        self.places.clear()
        self.all.clear()
        self.runnable.clear()
        self.timed.clear()
        self.departures.clear()
        if len(self.kinds) > self.plain_kinds + 64:
            self.kinds = known_kinds()

    def _current(self) -> VirtualThread:
        return self.cur

    def _live(self, thread: VirtualThread) -> VirtualThread | None:
        """One thread from its first step to its last; the thread to hand over to, None for the hub."""
        thread.has_begun = True
        if self.recorder:
            self.recorder.started(thread)
        try:
            thread.run()
        except runtime.Unwind:
            pass
        except BaseException as error:  # the harness's own code, or Ctrl-C: bodies report what the target raised
            if not self.is_over:
                self.fault = error
        thread.is_ended = True
        thread.run = _nothing
        if self.is_over or self.fault is not None:
            return None
        if self.recorder:
            self.recorder.ended(thread)
        thread.points += 1
        self.version += 1
        self.idle_loops = 0
        self.runnable.remove(thread)
        self.open(thread.done)
        if thread.role == "worker":
            self.required -= 1
        if self._all_done():
            return None
        return self._following(thread)

    def _all_done(self) -> bool:
        """Whether the execution is over: what it was run for has ended."""
        if self.mode == "class":
            if self.required or not self.all[0].is_ended:
                return False
            if not any(t.role == "own" and t.is_awaited() for t in self.all):
                return True
            # the pipeline's own threads get a chance to end before they are called left behind
            self.aftermath = self.aftermath or 1
            return False
        return not any(t.is_awaited() for t in self.all)

    # -- who runs next ---------------------------------------------------------------------------------------------------------

    def ordered(self, thread: VirtualThread, is_spinning: bool) -> list[VirtualThread]:
        """The runnable threads in the order of a choice at `thread`'s point: it first (last if it spins), then by round robin."""
        run = self.runnable
        if thread in run:
            i = run.index(thread)
            return run[i + 1 :] + run[: i + 1] if is_spinning else run[i:] + run[:i]
        i = sum(other.index < thread.index for other in run)
        return run[i:] + run[:i]

    def _offer(self, thread: VirtualThread, gate: Gate | None = None) -> None:
        """A point of a thread that could go on, where another could run too: asks who does, and hands over if it is another.

        While another runs the thread is parked at `gate`, so that closing the gate makes it wait.
        """
        choice = self.choice
        run = self.runnable
        choice.thread = thread
        self.n_choices += 1
        if not self.timed:  # the common case by itself: two threads, no deadline
            choice.count = n = len(run)
            way = self.choose(choice)
            if way == 0:
                return
        else:
            while True:
                n = len(run)
                choice.has_clock = bool(self.timed)
                choice.count = n + choice.has_clock
                if choice.count == 1:
                    return
                way = self.choose(choice)
                choice.has_clock = False
                if way == 0:
                    return
                if way < n:
                    break
                self._depart(thread, None, "expiry")
                self._jump()
        to = run[(run.index(thread) + way) % n]
        if not self.is_fair:
            self.departures.append((thread, thread.points, to, "preemption"))
        if self.recorder:
            self.recorder.switched(thread, to, "preemption")
        self.cur = to
        if gate is None:
            to.resume()
        else:
            gate.parked.append(thread)
            to.resume()
            gate.parked.remove(thread)

    def _yield(self, thread: VirtualThread) -> None:
        """A point of a thread that spins or yields: another goes on by default, and it itself comes last."""
        choice = self.choice
        while True:
            run = self.runnable
            n = len(run)
            choice.has_clock = bool(self.timed)
            choice.count = n + choice.has_clock
            if choice.count == 1:
                return
            choice.thread = thread
            choice.is_spinning = True
            self.n_choices += 1
            way = self.choose(choice)
            choice.has_clock = choice.is_spinning = False
            if way < n:
                break
            self._depart(thread, None, "expiry")
            self._jump()
        to = run[(run.index(thread) + 1 + way) % n]
        if way:
            self._depart(thread, to, "yield")
        if to is not thread:
            if self.recorder:
                self.recorder.switched(thread, to, "yield")
            self.cur = to
            to.resume()

    def _depart(self, thread: VirtualThread, to: VirtualThread | None, why: str) -> None:
        if not self.is_fair:
            self.departures.append((thread, thread.points, to, why))

    def _following(self, thread: VirtualThread) -> VirtualThread | None:
        """Who runs when `thread` cannot: a choice, the next by round robin by default; None when the execution is over."""
        while True:
            run = self.runnable
            n = len(run)
            if n == 0:
                if self.timed:
                    self._jump()
                    continue
                self._stuck()
                return None
            if self.aftermath:
                self.aftermath += 1
                if self.aftermath > 500:
                    return None
            way = 0
            if n > 1 or self.timed:
                choice = self.choice
                choice.has_clock = bool(self.timed)
                choice.count = n + choice.has_clock
                choice.thread = thread
                self.n_choices += 1
                way = self.choose(choice)
                choice.has_clock = False
                if way == n:
                    self._depart(thread, None, "expiry")
                    self._jump()
                    continue
            index = thread.index
            first = 0
            for other in run:
                if other.index >= index:
                    break
                first += 1
            to = run[(first + way) % n]
            if way:
                self._depart(thread, to, "order")
            if self.recorder and to is not thread:
                self.recorder.switched(thread, to, "ended" if thread.is_ended else "blocked")
            self.cur = to
            return to

    def _stuck(self) -> None:
        """Nothing can run and no deadline is left."""
        if self.mode == "class":
            stuck = self.required > 0 or not self.all[0].is_ended
        else:
            stuck = any(t.is_awaited() for t in self.all)
        self.ending = "deadlock" if stuck else "finished"

    def _block(self, thread: VirtualThread) -> None:
        """Hands over because `thread`, no longer among the runnable, cannot go on; returns when it runs again."""
        to = self._following(thread)
        if to is None:
            self.baton.leave()
        elif to is not thread:
            to.resume()
        if thread.mode == UNWINDING:
            raise runtime.Unwind

    def stop(self, ending: Ending) -> None:
        """Ends the execution here and now; does not return to the caller's thread except by unwinding it."""
        self.ending = ending
        self.baton.leave()
        raise runtime.Unwind

    def _wake(self, thread: VirtualThread) -> None:
        run = self.runnable
        index = thread.index
        for i, other in enumerate(run):
            if other.index > index:
                run.insert(i, thread)
                return
        run.append(thread)

    # -- time ------------------------------------------------------------------------------------------------------------------

    def _set_deadline(self, thread: VirtualThread, seconds: float) -> None:
        self.timers += 1
        entry = (self.now + seconds, self.timers, thread)
        thread.expired = False
        thread.deadline = entry[0]
        timed = self.timed
        timed.append(entry)
        if len(timed) > 1:
            timed.sort(key=_by_deadline)

    def _clear_deadline(self, thread: VirtualThread) -> None:
        thread.deadline = None
        self.timed = [entry for entry in self.timed if entry[2] is not thread]

    def _jump(self) -> None:
        """Virtual time goes to the earliest deadline, whose thread may run from now on."""
        deadline, _, thread = self.timed.pop(0)
        if deadline > self.now:
            self.now = deadline
        thread.deadline = None
        thread.expired = True
        self.version += 1
        if self.recorder:
            self.recorder.expired(thread)
        gate = thread.waits_at
        if gate is not None:
            gate.parked.remove(thread)
            then = thread.awaiting
            if then is not None:  # a condition's waiter goes on to its lock
                thread.waits_at = then
                then.parked.append(thread)
                if then.is_open:
                    self._wake(thread)
                return
            thread.waits_at = None
            if gate.is_open:
                return
        self._wake(thread)

    def read_clock(self) -> float:
        """See `Control`. Each re-reading while nothing changed doubles the advance, so that a loop that waits for a time ends soon."""
        thread = self.cur
        if thread.read_version != self.version:
            thread.read_version = self.version
            thread.reads = 0
        thread.reads += 1
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

    # -- gates -----------------------------------------------------------------------------------------------------------------

    def point(self, kind: str, obj: Any, detail: str = "") -> None:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread):
            return
        if self.pends:
            thread.pending = id(obj)
            thread.pending_is_write = True
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, kind, detail, obj)

    def _unusual(self, thread: VirtualThread) -> bool:
        """What a point does for a thread that is not NORMAL; True if there is nothing more to do."""
        mode = thread.mode
        if mode == SOLO:
            return not self.timed
        if mode == RECORDED:
            return False
        if mode == UNWINDING:
            self._keep_unwinding(thread)
        thread.points -= 1
        return True

    def pass_gate(self, gate: Gate) -> None:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread):
            if gate.is_open or thread.mode != SOLO:
                return
        elif gate.is_open:
            if self.pends:
                thread.pending = id(gate.owner)
                thread.pending_is_write = True
            if len(self.runnable) > 1 or self.timed:
                self._offer(thread, gate)
            if thread.mode == RECORDED:
                self.recorder.operation(thread, gate.kind, "", gate.owner)
            return
        if self.recorder:
            self.recorder.blocked(thread, gate)
        gate.parked.append(thread)
        thread.waits_at = gate
        self.runnable.remove(thread)
        self._block(thread)
        thread.waits_at = None
        gate.parked.remove(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, gate.kind, "", gate.owner)

    def pass_gate_until(self, gate: Gate, timeout_s: float) -> bool:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread) and (gate.is_open or thread.mode != SOLO):
            return gate.is_open
        self._count_idle(thread)
        if gate.is_open and (len(self.runnable) > 1 or self.timed):
            if self.pends:
                thread.pending = id(gate.owner)
                thread.pending_is_write = True
            self._offer(thread)
        if gate.is_open:
            if thread.mode == RECORDED:
                self.recorder.operation(thread, gate.kind, "", gate.owner)
            return True
        thread.points += 1  # blocking is a choice of its own
        if timeout_s <= 0:
            self._yield_point(thread)
            return gate.is_open
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
        self._clear_deadline(thread)
        thread.waits_at = None
        gate.parked.remove(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, gate.kind, "", gate.owner)
        return True

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
        return thread.is_moved

    def move(self, waiter: VirtualThread, then: Gate) -> None:
        """See `Control`."""
        gate = waiter.waits_at
        if gate is then or gate is None:
            return  # its deadline came first: it is on its way already
        self.version += 1
        gate.parked.remove(waiter)
        if waiter.deadline is not None:
            self._clear_deadline(waiter)
        waiter.is_moved = True
        waiter.waits_at = then
        then.parked.append(waiter)
        if then.is_open:
            self._wake(waiter)

    def open(self, gate: Gate) -> None:
        """See `Control`."""
        self.version += 1
        if not gate.is_open:
            gate.is_open = True
            for thread in gate.parked:
                self._wake(thread)

    def close(self, gate: Gate) -> None:
        """See `Control`."""
        self.version += 1
        if gate.is_open:
            gate.is_open = False
            for thread in gate.parked:
                self.runnable.remove(thread)

    def changed(self) -> None:
        """See `Control`."""
        self.version += 1

    def progress(self) -> None:
        """See `Control`."""
        self.idle_loops = 0
        if self.is_fair:
            self.fairness.progressed()

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
        if thread.mode == RECORDED:
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
        return way

    # -- threads ---------------------------------------------------------------------------------------------------------------

    def spawn(self, run: Callable[[], None], name: str, is_daemon: bool, thread: Any, role: str = "own") -> VirtualThread:
        """See `Control`."""
        parent = self.cur
        if parent.mode == UNWINDING:
            self._keep_unwinding(parent)
        if len(self.all) >= 4000:
            raise RuntimeError("can't start new thread")
        child = VirtualThread(
            len(self.all), f"{parent.path}.{parent.children}", name, role, is_daemon, run, thread, RECORDED if self.recorder else NORMAL
        )
        parent.children += 1
        self.baton.take(child)
        self.all.append(child)
        self.runnable.append(child)
        self.version += 1
        if role == "worker":
            self.required += 1
            return child  # the harness starts all its workers in one step
        if parent.mode == SOLO:
            parent.mode = NORMAL
        self.point("start", child, name)
        return child

    def crashed(self, error: BaseException, where: str, future: str = "") -> Any:
        """See `Control`."""
        receipt = [error, where, future, self.cur, False]
        self.crashes.append(receipt)
        if self.recorder:
            self.recorder.raised(self.cur, error, where, future)
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

    def threads(self) -> Sequence[VirtualThread]:
        """See `Control`."""
        return self.all

    def _keep_unwinding(self, thread: VirtualThread) -> None:
        """Every point of an abandoned thread raises again, so code in ``finally`` cannot hold it up."""
        thread.unwinds += 1
        raise runtime.Unwind

    # -- waiting loops and fairness --------------------------------------------------------------------------------------------

    def loop(self, site: int) -> None:
        """Hook: an iteration begins. A thread that comes round with no state changed since is spinning: others go first by default."""
        thread = self.cur
        thread.points += 1
        if thread.mode > SOLO and self._unusual(thread):
            return
        if thread.points > self.step_limit:
            self.stop("step-limit")
        if (self.offers_loops or thread.mode == RECORDED) and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            self._offer(thread)
        idle = self.idle_loops = self.idle_loops + 1
        if thread.loop_version == self.version and thread.loop_site == site:
            self._spin(thread, site)
        else:
            thread.loop_site = site
            thread.loop_version = self.version
            if idle % SPIN_PATIENCE == 0:
                self._spin(thread, site)

    def _spin(self, thread: VirtualThread, site: int) -> None:
        thread.points += 1  # a choice of its own: (thread, point) must name one choice only
        self.fairness.looped(thread, site)
        if len(self.runnable) > 1:
            self._yield(thread)
        elif self.timed:
            self._jump()
            if len(self.runnable) > 1:
                self._yield(thread)

    def _count_idle(self, thread: VirtualThread) -> None:
        """A wait or sleep is a turn of some loop too, as far as fairness goes."""
        self.idle_loops += 1
        self.fairness.looped(thread, -1)

    # -- shared places ---------------------------------------------------------------------------------------------------------

    def _learn_sites(self) -> None:
        """Takes in the sites of modules loaded since the last execution."""
        for number in range(len(self.watch), len(runtime.sites)):
            site = runtime.sites[number]
            if site.kind.startswith("global"):
                group: Any = ("global", site.file, site.name)
            elif site.kind.startswith("cell"):
                group = ("cell", site.file, site.name)
            elif site.kind in ("read", "write", "delete", "lookup", "method0"):
                group = ("attribute", site.name)
            else:
                group = number
            self.names.append(site.name)
            self.group_of.append(group)
            self.groups.setdefault(group, []).append(number)
            self.watch.append(self.state_of.get(group, UNWRITTEN))

    def _set_state(self, group: Any, state: int) -> None:
        """Raises the state of a group of sites: what is known of the place they share."""
        if self.state_of.get(group, UNWRITTEN) < state:
            self.state_of[group] = state
            for number in self.groups.get(group, ()):
                self.watch[number] = state

    def _track(self, thread: VirtualThread, place: Any, group: Any, is_write: bool, anchor: Any) -> bool:
        """Notes who touches a place; True if it has turned out to be shared and written to. Keeps `anchor` alive so that ids stay its own."""
        seen = self.places.get(place)
        if seen is None:
            self.places[place] = [thread, is_write, [group], anchor]
            return False
        groups = seen[2]
        if group not in groups:
            groups.append(group)
        if is_write:
            seen[1] = True
        if seen[0] is not thread:
            seen[0] = None
            if seen[1]:
                for one in groups:
                    self._set_state(one, SHARED)
                if type(anchor) is types.GeneratorType:
                    self.offers_loops = True
                return True
        return False

    def _access(self, thread: VirtualThread, obj: Any, site: int, is_write: bool) -> None:
        """An access to a named place that some thread writes while others are alive: a choice if the place is known to be shared."""
        group = self.group_of[site]
        if self.watch[site] < SHARED:
            if type(group) is tuple and group[0] == "attribute":
                shared = self._track_attribute(thread, obj, group, is_write)
            else:
                shared = self._track(thread, group, group, is_write, None)
            if not shared:
                return
        if self.is_fair or (len(self.runnable) == 1 and not self.timed):
            return
        if self.pends:
            thread.pending = (id(obj), group)
            thread.pending_is_write = is_write
        self._offer(thread)

    def _track_attribute(self, thread: VirtualThread, obj: Any, group: Any, is_write: bool) -> bool:
        name = group[1]
        if type(obj) is types.ModuleType:
            group = ("global", getattr(obj, "__file__", None), name)
            self._set_state(group, WRITTEN)
            return self._track(thread, group, group, is_write, None)
        place = (id(obj), name)
        is_new = place not in self.places
        shared = self._track(thread, place, group, is_write, obj)
        if is_new and not is_write:
            owner = data_owner(obj, name)
            if owner is not None:
                shared = self._track(thread, (id(owner), name), group, False, owner) or shared
        return shared

    def _touch(self, thread: VirtualThread, obj: Any, site: int, is_write: bool) -> None:
        """A point before the contents of a container or iterator are read or changed."""
        seen = self.places.get(id(obj))
        if seen is not None and seen[0] is thread and site in seen[2]:  # what _track would do, without the call
            if is_write:
                seen[1] = True
            shared = False
        else:
            shared = self._track(thread, id(obj), self.group_of[site], is_write, obj)
        if (shared or self.watch[site] == SHARED) and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            if self.pends:
                thread.pending = id(obj)
                thread.pending_is_write = is_write
            self._offer(thread)
        if is_write:
            self.version += 1

    # -- hooks of rewritten code -------------------------------------------------------------------------------------------------

    def at(self, obj: Any, site: int) -> Any:
        """Hook: an attribute is about to be read."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, obj, site, False)
        elif self.watch[site]:
            self._access(thread, obj, site, False)
        return obj

    def at_w(self, obj: Any, site: int) -> Any:
        """Hook: an attribute is about to be set or deleted."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, obj, site, True)
            return obj
        if not self.watch[site]:
            self._set_state(self.group_of[site], WRITTEN)
        self._access(thread, obj, site, True)
        self.version += 1
        return obj

    def load(self, site: int) -> None:
        """Hook: a module-level variable is about to be read."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, None, site, False)
        elif self.watch[site]:
            self._access(thread, None, site, False)

    def store(self, value: Any, site: int) -> Any:
        """Hook: a module-level variable is about to be set."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, None, site, True)
            return value
        if not self.watch[site]:
            self._set_state(self.group_of[site], WRITTEN)
        self._access(thread, None, site, True)
        self.version += 1
        return value

    def cell(self, peek: Callable[[], Any], site: int) -> None:
        """Hook: a closure variable is about to be read."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, _cell_of(peek), site, False)
        elif self.watch[site]:
            self._access(thread, None, site, False)

    def cell_store(self, value: Any, peek: Callable[[], Any], site: int) -> Any:
        """Hook: a closure variable is about to be set."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, _cell_of(peek), site, True)
            return value
        if not self.watch[site]:
            self._set_state(self.group_of[site], WRITTEN)
        self._access(thread, None, site, True)
        self.version += 1
        return value

    def _odd_access(self, thread: VirtualThread, obj: Any, site: int, is_write: bool) -> None:
        """An access to a named place by a thread that is not NORMAL."""
        mode = thread.mode
        if mode == RECORDED:
            if (len(self.runnable) > 1 or self.timed) and not self.is_fair:
                self._offer(thread)
            self.recorder.access(thread, site, obj, is_write)
        elif mode == UNWINDING:
            self._keep_unwinding(thread)
        if is_write:
            self.version += 1

    def _odd(self, thread: VirtualThread, site: int, obj: Any, detail: str, is_write: bool) -> None:
        """A touch of a container by a thread that is not NORMAL."""
        mode = thread.mode
        if mode == RECORDED:
            if (len(self.runnable) > 1 or self.timed) and not self.is_fair:
                self._offer(thread)
            self.recorder.contents(thread, site, obj, detail, is_write)
        elif mode == UNWINDING:
            self._keep_unwinding(thread)
        if is_write:
            self.version += 1

    def key(self, index: Any, obj: Any, site: int) -> Any:
        """Hook: a subscript is about to be read."""
        thread = self.cur
        thread.points += 1
        if self.kinds[type(obj)] == CONTAINER:
            if thread.mode:
                self._odd(thread, site, obj, f"[{_short(index)}]" if self.recorder else "", False)
            else:
                self._touch(thread, obj, site, False)
        return index

    def key_w(self, index: Any, obj: Any, site: int) -> Any:
        """Hook: a subscript is about to be set or deleted."""
        thread = self.cur
        thread.points += 1
        if self.kinds[type(obj)] == CONTAINER:
            if thread.mode:
                self._odd(thread, site, obj, f"[{_short(index)}]" if self.recorder else "", True)
            else:
                self._touch(thread, obj, site, True)
        return index

    def touch(self, obj: Any, site: int) -> Any:
        """Hook: the contents of an object are about to be read."""
        kind = self.kinds[type(obj)]
        if kind:
            thread = self.cur
            thread.points += 1
            if kind == REAL_LOCK:
                self._refuse_real_lock(obj, site)
            elif thread.mode:
                self._odd(thread, site, obj, "", False)
            else:
                self._touch(thread, _viewed(obj) if kind == VIEW else obj, site, False)
        return obj

    def pair(self, right: Any, left: Any, site: int) -> Any:
        """Hook: an operator or comparison is about to be applied."""
        kinds = self.kinds
        if kinds[type(left)]:
            thread = self.cur
            thread.points += 1
            is_write = runtime.sites[site].is_write
            if thread.mode:
                self._odd(thread, site, left, "", is_write)
            else:
                self._touch(thread, left, site, is_write)
        if kinds[type(right)] and right is not left:
            thread = self.cur
            thread.points += 1
            if thread.mode:
                self._odd(thread, site, right, "", False)
            else:
                self._touch(thread, right, site, False)
        return right

    def each(self, iterable: Any, site: int) -> Any:
        """Hook: a loop is about to iterate; every step over a container is a point."""
        kind = self.kinds[type(iterable)]
        if kind == PLAIN or kind == REAL_LOCK:
            return iterable
        mode = self.cur.mode
        if mode == OUTSIDE or mode == MUTED:
            return iterable
        if type(iterable) is types.GeneratorType:
            self.touch(iterable, site)
            return iterable
        return self._steps(iterable, _viewed(iterable) if kind == VIEW else iterable, site, kind == ITERATOR)

    def _steps(self, loop_over: Any, iterable: Any, site: int, is_write: bool) -> Any:
        step = iter(loop_over).__next__
        while True:
            thread = self.cur
            thread.points += 1
            if thread.mode:
                self._odd(thread, site, iterable, "", is_write)
            else:
                self._touch(thread, iterable, site, is_write)
            try:
                item = step()
            except StopIteration:
                return
            yield item

    def method(self, last: Any, obj: Any, site: int, *others: Any) -> Any:
        """Hook: a method is about to be called with arguments."""
        kind = self.kinds[type(obj)]
        if kind:
            thread = self.cur
            thread.points += 1
            name = self.names[site]
            is_write = kind == ITERATOR or name not in READ_METHODS
            if kind == REAL_LOCK:
                self._refuse_real_lock(obj, site)
            elif thread.mode:
                self._odd(thread, site, obj, f".{name}({', '.join(_short(a) for a in (*others, last))})" if self.recorder else "", is_write)
            else:
                self._touch(thread, obj, site, is_write)
        elif site not in self.called and not self.cur.mode:
            self._look_into(_class_attribute(type(obj), self.names[site]), site)
        return last

    def method0(self, obj: Any, site: int) -> Any:
        """Hook: a method is about to be looked up and called without arguments."""
        thread = self.cur
        thread.points += 1
        kind = self.kinds[type(obj)]
        if not kind:
            if thread.mode:
                self._odd_access(thread, obj, site, False)
            elif self.watch[site]:
                self._access(thread, obj, site, False)
            elif site not in self.called:
                self._look_into(_class_attribute(type(obj), self.names[site]), site)
            return obj
        if kind == REAL_LOCK:
            self._refuse_real_lock(obj, site)
        name = self.names[site]
        is_write = kind == ITERATOR or name not in READ_METHODS
        if thread.mode:
            self._odd(thread, site, obj, f".{name}()" if self.recorder else "", is_write)
        else:
            self._touch(thread, obj, site, is_write)
        return obj

    def call(self, last: Any, function: Any, site: int, *others: Any) -> Any:
        """Hook: something is about to be called with arguments."""
        thread = self.cur
        if site not in self.called and not thread.mode:
            self._look_into(function, site)
        if type(function) is types.BuiltinMethodType:
            owner = function.__self__
            if self.kinds[type(owner)]:
                self._call_bound(thread, owner, function.__name__, site, last)
                return last
            if function is setattr or function is getattr or function is delattr or function is hasattr:
                self._call_attribute(thread, function, site, (*others, last))
                return last
        if others or self.kinds[type(last)]:
            self._pass_containers(thread, function, site, (*others, last))
        return last

    def call0(self, function: Any, site: int) -> Any:
        """Hook: something is about to be called without arguments."""
        if type(function) is types.BuiltinMethodType:
            owner = function.__self__
            if self.kinds[type(owner)]:
                self._call_bound(self.cur, owner, function.__name__, site, None)
        elif site not in self.called and not self.cur.mode:
            self._look_into(function, site)
        return function

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

    # -- calls -----------------------------------------------------------------------------------------------------------------

    def _call_bound(self, thread: VirtualThread, owner: Any, name: str, site: int, last: Any) -> None:
        if self.kinds[type(owner)] == REAL_LOCK:
            self._refuse_real_lock(owner, site)
        thread.points += 1
        is_write = self.kinds[type(owner)] == ITERATOR or name not in READ_METHODS
        if thread.mode:
            self._odd(thread, site, owner, f".{name}({_short(last)})" if self.recorder else "", is_write)
        else:
            self._touch(thread, owner, site, is_write)

    def _call_attribute(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """``getattr(obj, name)`` and its like: an access to an attribute whose name is known only now."""
        if len(arguments) < 2 or not isinstance(arguments[1], str):
            return
        obj, name = arguments[0], arguments[1]
        is_write = function is setattr or function is delattr
        thread.points += 1
        if thread.mode:
            self._odd(thread, site, obj, f".{name}" if self.recorder else "", is_write)
            return
        group = ("attribute", name)
        if is_write:
            self._set_state(group, WRITTEN)
        shared = self._track_attribute(thread, obj, group, is_write) or self.state_of.get(group) == SHARED
        if shared and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            self._offer(thread)
        if is_write:
            self.version += 1

    def _pass_containers(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """Containers handed to code without points of its own are read there, or changed if that code is not known to only read."""
        if isinstance(function, types.FunctionType | types.MethodType) or (function is None):
            if function is None or _has_points(function):
                return
        elif isinstance(function, type) and function not in READERS:
            return
        is_write = function not in READERS if function is not None else False
        for argument in arguments:
            kind = self.kinds[type(argument)]
            if kind and kind != REAL_LOCK:
                thread.points += 1
                change = is_write or (kind == ITERATOR)
                if thread.mode:
                    self._odd(thread, site, argument, f" passed to {getattr(function, '__name__', '')}" if self.recorder else "", change)
                else:
                    self._touch(thread, argument, site, change)

    def _look_into(self, function: Any, site: int) -> None:
        """Once a site: is the callee code without points? Then it is one step, and the limits name its module."""
        self.called.add(site)
        inner = function.__func__ if isinstance(function, types.MethodType) else function
        if isinstance(inner, types.FunctionType) and not _has_points(inner):
            module = inner.__module__ or "?"
            if module.partition(".")[0] != "harness":
                self.uncontrolled.add(module)

    def _refuse_real_lock(self, obj: Any, site: int) -> None:
        where = runtime.sites[site]
        self.fault = RealLock(f"{where.file}:{where.line}: a real {type(obj).__name__} is used under control, where it excludes nobody")
        self.stop("finished")

    def hooks(self) -> dict[str, Any]:
        """The hooks to install in `harness.runtime`."""
        return {name: getattr(self, name) for name in runtime.HOOKS}


class RealLock(Exception):
    """A lock that is not a stand-in was reached under control."""


def _nothing() -> None:
    return None


def _class_attribute(cls: type, name: str) -> Any:
    """What a class or its bases hold under a name, as it stands in ``__dict__``."""
    for owner in cls.__mro__:
        if name in owner.__dict__:
            return owner.__dict__[name]
    return None


def _by_deadline(entry: tuple[float, int, VirtualThread]) -> tuple[float, int]:
    return entry[:2]


def _cell_of(peek: Callable[[], Any]) -> Any:
    closure = peek.__closure__  # type: ignore[attr-defined]
    return closure[0] if closure else None


def _viewed(view: Any) -> Any:
    """The dict behind a view of its keys, values or items."""
    import gc

    behind = gc.get_referents(view)
    return behind[0] if behind else view


def _has_points(function: Any) -> bool:
    inner = function.__func__ if isinstance(function, types.MethodType) else function
    return "__harness__" in inner.__globals__ or inner.__module__.partition(".")[0] == "harness"


def _short(value: Any) -> str:
    """A value in a few characters; never runs code of the target."""
    if type(value) in (int, float, str, bytes, bool, type(None)):
        text = repr(value)
        return text if len(text) <= 40 else text[:37] + "..."
    if type(value) in (tuple, list) and len(value) <= 4:
        inner = ", ".join(_short(v) for v in value)
        return f"({inner})" if type(value) is tuple else f"[{inner}]"
    return f"<{type(value).__name__}>"

