"""Executions of a small program, written down under schedules that are chosen at every point, and the accesses that meet in them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from harness.engines.explore import Explore
from harness.engines.recorder import Recorder
from harness.model.choice import Choice, Strategy
from harness.model.deed import Deed
from harness.model.execution import Ending
from harness.model.result import ScenarioSize
from harness.model.trace import Trace
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.surroundings import surroundings
from harness.targets import find_target

Pair = tuple[str, frozenset[tuple[str, int]]]
"""A location, and the two accesses to it: the operation ("read", "write") and line of each."""


class AllSchedules:
    """Every list of picks, counted up like an odometer; `is_complete` once it has come round.

    The main thread, which only starts and joins, goes first wherever it can.
    """

    needs_pending = False
    log = None

    def __init__(self) -> None:
        self.is_complete = False
        self._picks: list[int] = []
        self._counts: list[int] = []
        self._step = 0
        self._is_begun = False

    def begin(self) -> bool:
        """The next list of picks; False when all have been played."""
        self._step = 0
        if not self._is_begun:
            self._is_begun = True
            return True
        while self._picks and self._picks[-1] + 1 >= self._counts[-1]:
            self._picks.pop()
            self._counts.pop()
        if not self._picks:
            self.is_complete = True
            return False
        self._picks[-1] += 1
        return True

    def choose(self, choice: Choice) -> int:
        """The pick of this step; one that no list had yet begins at 0."""
        if choice.kind == "thread":
            for way, option in enumerate(choice.options()):
                if option.path == "m":
                    return way
        step = self._step
        self._step += 1
        if step == len(self._picks):
            self._picks.append(0)
            self._counts.append(choice.count)
        return self._picks[step]

    def end(self, points: int) -> None:
        """Cut off what the execution did not come to."""
        del self._picks[self._step :], self._counts[self._step :]


@dataclass(frozen=True, slots=True)
class Written:
    """One execution, written down."""

    ending: Ending
    trace: Trace
    deeds: tuple[Deed, ...]


def executions(path: str, strategy: Strategy, most: int) -> Iterator[Written]:
    """The executions of the file's function `scenario` under a strategy, at most so many."""
    target = find_target(f"{path}:scenario")
    engine = Explore(strategy, 0)
    with surroundings(engine, target.file):
        loader = Loader(target, stand_ins())
        scenario = find_scenario(target, loader, engine, "function", ScenarioSize(), "producer")
        engine.strategy = strategy
        for _ in range(most):
            if not strategy.begin():
                break
            recorder = Recorder(loader.files, {}, {})
            try:
                ending = engine.run(scenario.body(engine), "function", recorder)
                yield Written(ending, recorder.trace(engine.all, ()), recorder.deeds.all())
                strategy.end(engine.n_choices)
            finally:
                engine.clean_up()
                scenario.finish()
        engine.shut_down()


def meetings(execution: Written) -> set[Pair]:
    """The accesses of two threads to one place, one of them a write, that stand one right after the other."""
    met = set()
    steps = execution.trace.steps
    deeds = {deed.step: deed for deed in execution.deeds}
    acts = [deeds[step.step] for step in steps if step.kind not in ("blocked", "start", "end")]
    for one, other in itertools.pairwise(acts):
        if one.thread == other.thread or one.access is None or other.access is None or one.access.place != other.access.place:
            continue
        hows = {one.access.how, other.access.how}
        if "write" in hows or (hows == {"item-read", "item-write"} and one.access.key == other.access.key):
            met.add(pair_of(execution, one, other))
    return met


def pair_of(execution: Written, one: Deed, other: Deed) -> Pair:
    """What is compared of two accesses."""
    steps = execution.trace.steps[one.step - 1], execution.trace.steps[other.step - 1]
    assert one.access is not None and other.access is not None
    return steps[0].location, frozenset([(one.access.how, steps[0].line), (other.access.how, steps[1].line)])
