"""Who runs next: the choices of an execution, and handing over control.

The state of threads is kept by who changes it, never recomputed: `runnable` holds the threads that could run, by number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import Any

from harness import runtime
from harness.engines.baton import Baton
from harness.engines.fairness import Fairness
from harness.engines.virtual import NORMAL, OUTSIDE, UNWINDING, VirtualThread
from harness.model.choice import Strategy
from harness.model.events import CLOCK, NEUTRAL, READ, Access
from harness.model.execution import Ending
from harness.model.lock_order import LockGraph
from harness.standins.gate import Gate


class TheChoice:
    """The one choice object that strategies are shown (`harness.model.choice.Choice`)."""

    __slots__ = ("_engine", "count", "has_clock", "is_forced", "is_spinning", "kind", "thread", "waiters")

    def __init__(self, engine: Scheduler) -> None:
        self._engine = engine
        self.count = 0
        self.kind = "thread"
        self.has_clock = False
        self.is_forced = False
        self.is_spinning = False
        self.thread: Any = None
        self.waiters: Sequence[Any] = ()

    def options(self) -> Sequence[Any]:
        """The threads of the ways in order (the clock, where it is a way, is not among them)."""
        if self.kind == "waiter":
            return self.waiters
        return self._engine.ordered(self.thread, self.is_spinning)


class Scheduler:
    """The threads of one execution and the choices between them; lives through a campaign."""

    def __init__(self, strategy: Strategy, seed: int, step_limit: int = 200_000) -> None:
        self.strategy = strategy
        self.choose: Callable[[Any], int] = strategy.choose
        self.seed = seed
        self.step_limit = step_limit
        self.epoch = 0
        self.baton: Baton  # made by `Explore`, which knows what a thread does from its first step to its last
        self.outside = VirtualThread(-1, "", "harness", "main", True, lambda: None, None, OUTSIDE)
        self.cur: VirtualThread = self.outside
        self.choice = TheChoice(self)
        self.recorder: Any = None
        self.log: Any = None  # an EventLog while the strategy asks for events; Any, for it is asked for at hot places only where it is there
        self.writer: Any = None
        self.live_mode = NORMAL
        self.orders_calls = False  # that one call returned before another began is to count when executions are compared
        self.files: Set[str] = frozenset()  # of the target
        self.lock_graph = LockGraph()
        self.uncontrolled: set[str] = set()
        self.limits: set[str] = set()
        self.fairness = Fairness(self)
        self.on_long: Callable[[], None] = lambda: None
        self.on_start: Callable[[], None] | None = None  # told of every thread that the target starts, by the one that starts it
        self.total_points = 0
        self.last_cost = 0
        self.draws = False
        self.has_spawned = False
        self.is_interrupted = False
        self.instrument_option = "--instrument "  # what a front end calls it, up to the name: errors give it to paste
        self.is_partial = False  # some executions ended where the program would have gone on: nothing may be verified
        self.ident = 0  # of the real thread that carries all virtual ones
        self.offers_loops = False  # a generator is shared: a thread may be stopped inside it, wherever that is
        self._reset()

    def _reset(self) -> None:
        self.all: list[VirtualThread] = []
        self.free_idents: list[int] = []  # a heap
        self.worldly_threads: set[int] = set()
        self.runnable: list[VirtualThread] = []
        self.timed: list[tuple[float, int, VirtualThread]] = []
        self.timers = 0
        self.now = 0.0
        self.version = 0
        self.idle_loops = 0
        self.n_progress = 0
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
        self.late: BaseException | None = None
        self.aftermath = 0

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
            thread.waits_at = gate
            to.resume()
            thread.waits_at = None
            gate.parked.remove(thread)

    def _trace(self, thread: VirtualThread, look: Callable[..., tuple[Access, ...]], *about: Any) -> None:
        """The point of a thread whose events are logged, before it touches the places that `look` tells.

        Places are numbered when a thread comes to them. How they are touched may be another matter once others have run (whether a key is
        new to a dictionary), so it is asked again then.
        """
        accesses = look(*about)
        if (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            version = self.version
            self._offer(thread)
            if self.version != version:
                known = len(self.log.places)
                self.log.add(thread.path, look(*about))
                self.log.known[-1] = known
                return
        self.log.add(thread.path, accesses)

    def _yield(self, thread: VirtualThread, why: str = "yield") -> None:
        """A point of a thread that spins ("round") or yields: another goes on by default, and it itself comes last."""
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
                self.recorder.switched(thread, to, why)
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
                if self.timed and not (self.aftermath and (self.aftermath > 500 or self._comes_round(self.timed[0][2]))):
                    self.aftermath += self.aftermath > 0 and self.log is not None
                    self._jump()
                    continue
                self._stuck()
                return None
            if self.aftermath:
                self.aftermath += 1
                if self.aftermath > 500 or (self.log is not None and all(map(self._comes_round, run))):
                    return None
            way = 0
            if n > 1 or self.timed:
                choice = self.choice
                choice.has_clock = bool(self.timed)
                choice.count = n + choice.has_clock
                choice.thread = thread
                self.n_choices += 1
                choice.is_forced = True
                way = self.choose(choice)
                choice.has_clock = choice.is_forced = False
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

    def _comes_round(self, thread: VirtualThread) -> bool:
        """Whether events are logged and a thread would only repeat what it did in its loop's last turn, for nobody has changed what it looks at."""
        turn = self.log.turn_at_hand(thread.path) if self.log is not None else None
        return turn is not None and turn.seen is not None and not self.log.has_changed(turn.seen, thread.path)

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

    def _set_deadline(self, thread: VirtualThread, seconds: float) -> None:
        self.timers += 1
        entry = (self.now + seconds, self.timers, thread)
        if self.log is not None:
            for place, how in (self.log.symbol(CLOCK), READ), (self.log.symbol(("deadline", entry[0])), NEUTRAL), (self.writer.timer(thread), NEUTRAL):
                self.log.also(thread.path, place, how)
            self.log.parks(thread.path)
        thread.expired = False
        thread.deadline = entry[0]
        timed = self.timed
        timed.append(entry)
        if len(timed) > 1:
            timed.sort(key=_by_deadline)

    def _clear_deadline(self, thread: VirtualThread) -> None:
        thread.deadline = None
        if self.log is not None:
            self.log.also(self.cur.path, self.writer.timer(thread), NEUTRAL)
            until = [entry[2] for entry in self.timed]
            self.log.expirable.append((len(self.log.who) - 1, tuple(other.path for other in until[: until.index(thread) + 1])))
        self.timed = [entry for entry in self.timed if entry[2] is not thread]

    def _jump(self) -> None:
        """Virtual time goes to the earliest deadline, whose thread may run from now on."""
        deadline, _, thread = self.timed.pop(0)
        if self.log is not None:
            self.log.expires(thread.path)
            self.log.add(CLOCK, ((self.log.symbol(CLOCK), NEUTRAL), (self.writer.timer(thread), NEUTRAL)))
            self.log.enable(thread.path)
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

    def _keep_unwinding(self, thread: VirtualThread) -> None:
        """Every point of an abandoned thread raises again, so code in ``finally`` cannot hold it up."""
        raise runtime.Unwind


def _by_deadline(entry: tuple[float, int, VirtualThread]) -> tuple[float, int]:
    return entry[:2]
