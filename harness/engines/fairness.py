"""Fairness: what keeps a spinning program from hanging any strategy, and what tells a livelock from a long computation.

When many turns of loops pass without progress the engine stops asking the strategy and schedules fairly: every runnable thread gets short
turns of random length (from a fixed seed, so an execution stays a function of its schedule), and deadlines fire. If something gets on,
the strategy is asked again. If in many such rounds nothing does, no schedule that is fair can be expected to help: a livelock.

What counts as getting on: a put or get completes, a thread starts or ends, a thread is seen outside of every ``while`` loop, or a ``while``
loop whose tests look at values that it has not seen there before.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

from harness import runtime
from harness.engines.virtual import VirtualThread

if TYPE_CHECKING:
    from harness.engines.scheduler import Scheduler

IDLE_LOOPS = 400
"""Turns of loops without progress before scheduling turns fair."""
ROUNDS = 120
"""Fair rounds without progress that make a livelock; in a round every runnable thread has had its turn."""

FRUITLESS_TURNS = 100
"""Turns of a thread's outermost ``while`` loop that see nothing new before what its inner loops see no longer counts."""


class Fairness:
    """The fair scheduler and livelock judge of one engine."""

    def __init__(self, engine: Scheduler) -> None:
        self.engine = engine
        self.whiles: dict[str, list[tuple[int, int, int]]] = {}
        self.while_numbers: set[int] = set()
        self.n_sites = 0
        self.seen: dict[tuple[int, int], set[Any]] = {}
        self.fruitless: dict[int, int] = {}
        self.progress_seen = 0
        self.rng = random.Random(0)
        self.is_drawn = False
        self.reset()

    def reset(self) -> None:
        """Forgets the last execution."""
        self.rounds = 0
        self.turn = 0
        self.last_index = -1
        self.seen.clear()
        self.fruitless.clear()
        self.progress_seen = 0
        if self.is_drawn:
            self.rng.seed(0)
            self.is_drawn = False

    def looped(self, thread: VirtualThread, site: int) -> None:
        """A loop came round, or a thread is about to wait: turns scheduling fair if nothing got on for long, or judges the fair rounds."""
        engine = self.engine
        if not engine.is_fair:
            if engine.idle_loops >= IDLE_LOOPS:
                engine.is_fair = self.is_drawn = True
                if engine.log is not None:
                    engine.log.is_unfair = True
                self.rounds = 0
                self.turn = 0
                engine.choose = self.choose
                engine.on_long()
            return
        if self._gets_on(thread, site):
            self.progressed()
            return
        if len(engine.runnable) <= 1:
            self.rounds += 1
        if self.rounds > ROUNDS:
            self._give_up()

    def while_sites(self) -> set[int]:
        """The sites of ``while`` loops."""
        if self.n_sites != len(runtime.sites):
            self._learn_sites()
        return self.while_numbers

    def progressed(self) -> None:
        """Something got on: the strategy is asked again."""
        self.engine.is_fair = False
        self.engine.idle_loops = 0
        self.engine.choose = self.engine.strategy.choose

    def choose(self, choice: Any) -> int:
        """Stands in for the strategy: short turns by round robin, and now and then the clock."""
        if self.turn > 0:
            self.turn -= 1
            if not choice.is_spinning:
                return 0
            return int(choice.count) - (2 if choice.has_clock else 1) if self.turn & 1 else 0
        self.turn = self.rng.randrange(6)
        if choice.has_clock and self.rng.random() < 0.3:
            return int(choice.count) - 1
        threads = int(choice.count) - (1 if choice.has_clock else 0)
        way = 0 if choice.is_spinning or threads < 2 else 1
        runner = choice.options()[way]
        if runner.index <= self.last_index:
            self.rounds += 1
        self.last_index = runner.index
        return way

    def _give_up(self) -> None:
        engine = self.engine
        if engine.mode == "class":
            waiting_for = [t for t in engine.all if t.role == "worker" and not t.is_ended]
        else:
            waiting_for = [t for t in engine.all if t.is_awaited()]
        if not waiting_for:
            engine.stop("finished")
        if not any(t in engine.runnable or t.deadline is not None for t in waiting_for):
            engine.stop("deadlock")  # only threads that nobody waits for keep turning
        awake = [t for t in waiting_for if t in engine.runnable or t.deadline is not None]
        engine.loop_at = next((site for site in map(self._loop_around, awake) if site >= 0), -1)
        engine.stop("livelock")

    def _gets_on(self, thread: VirtualThread, site: int) -> bool:
        """Whether `thread`, which runs, is outside every while loop, or the one it is in tests values not seen there before.

        What an inner loop sees counts only until the outermost one has come round often without seeing anything new: a thread that
        takes ticket after ticket and still finds nothing gets nowhere.
        """
        if self.n_sites != len(runtime.sites):
            self._learn_sites()
        if self.progress_seen != self.engine.n_progress:
            self.progress_seen = self.engine.n_progress
            self.fruitless.clear()
        frame: Any = sys._getframe(2)
        innermost = outermost = None
        first_line = 0
        while frame is not None:
            ranges = self.whiles.get(frame.f_code.co_filename)
            if ranges is not None:
                innermost = innermost or frame
                line = frame.f_lineno
                around = [first for first, last, _ in ranges if first <= line <= last]
                if around:
                    outermost = frame
                    first_line = min(around)
            frame = frame.f_back
        if outermost is None:
            return True
        if site < 0 or not runtime.sites[site].tests:
            return False
        values = tuple(_look_up(innermost, name) for name in runtime.sites[site].tests)
        seen = self.seen.setdefault((thread.index, site), set())
        is_new = values not in seen and len(seen) > 0
        seen.add(values)
        if outermost is innermost and runtime.sites[site].line == first_line:
            if not is_new:
                self.fruitless[thread.index] = self.fruitless.get(thread.index, 0) + 1
            return is_new
        return is_new and self.fruitless.get(thread.index, 0) < FRUITLESS_TURNS

    def _loop_around(self, thread: VirtualThread) -> int:
        """The site of the innermost while loop that a thread stands in, -1 if there is none."""
        frame = sys._getframe() if thread is self.engine.cur else self.engine.baton.frame_of(thread)
        while frame is not None:
            line = frame.f_lineno
            around = [(first, site) for first, last, site in self.whiles.get(frame.f_code.co_filename, ()) if first <= line <= last]
            if around:
                return max(around)[1]
            frame = frame.f_back
        return -1

    def _learn_sites(self) -> None:
        for number in range(self.n_sites, len(runtime.sites)):
            site = runtime.sites[number]
            if site.kind == "while":
                self.whiles.setdefault(site.file, []).append((site.line, site.end_line, number))
                self.while_numbers.add(number)
            else:
                self.whiles.setdefault(site.file, [])
        self.n_sites = len(runtime.sites)


def _look_up(frame: Any, dotted: str) -> Any:
    """The value of a dotted name in a frame if it is a scalar, a container's length, else None; runs no code of the target."""
    first, *rest = dotted.split(".")
    value = frame.f_locals.get(first, frame.f_globals.get(first))
    for name in rest:
        own = getattr(value, "__dict__", None)
        value = own.get(name) if isinstance(own, dict) else None
    if isinstance(value, list | dict | set | tuple):
        return len(value)
    return value if isinstance(value, int | float | str | bytes | bool | type(None)) else None
