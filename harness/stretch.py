"""One unit of a search, executed: its executions one after the other, until it is over or something is found that ends it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness import collector
from harness.scenarios import ClassScenario
from harness.strategies.dpor import DPOR
from harness.strategies.units import Unit
from harness.trial import Failure, Trial

SAMPLED = (*range(2, 32), 50, 65, 80, 100, 200, 500, 1000)
"""Executions at home that are kept, to be judged once more by what orders their steps: a few of each strategy."""
SHARE_SAMPLED = 4
"""Of a few executions only one in four: judging one once more costs as much as making five."""


@dataclass(slots=True)
class Tally:
    """How far a search has come: its executions, of at most `most`; `deadline_s` is by the clock of ``time.perf_counter``. `is_cut_off`: the seconds
    were over before the search was."""

    most: int
    deadline_s: float | None = None
    executions: int = 0
    is_cut_off: bool = False

    def is_late(self) -> bool:
        """Whether the seconds are over."""
        return self.deadline_s is not None and time.perf_counter() >= self.deadline_s


def go_through(
    trial: Trial,
    unit: Unit,
    tally: Tally,
    seen: set[int] | None,
    is_kept: bool,
    most_long: int,
    on_failure: Callable[[Failure, int], bool],
    beat: Callable[[], None],
) -> int:
    """Executes a unit; how many executions its strategy began.

    `on_failure` is told each failing execution and its number, and whether it ends the search is what it answers. `is_kept`: the first
    execution is one of those to be judged once more. The unit ends where `most_long` executions have hit the step limit.
    """
    strategy, engine = unit.strategy, trial.engine
    samples = _sampled(tally.most) if unit.is_home else frozenset({tally.executions + 1} if is_kept else ())
    begun = 0
    while begun < unit.limit and tally.executions < tally.most and strategy.begin():
        if tally.is_late():
            tally.is_cut_off = True
            break
        begun += 1
        tally.executions += 1
        number = tally.executions
        failure = trial.execute(strategy, number in samples, seen)
        strategy.end(engine.n_choices)
        if failure is None and tally.executions < tally.most:
            failure = _try_equivalent(trial, unit, tally, seen)
        if number % collector.EVERY == 0:
            beat()
            collector.collect()
        if failure is None:
            if trial.long_executions >= most_long:
                break
        elif on_failure(failure, tally.executions):
            break
    return begun


@functools.cache
def _sampled(most: int) -> frozenset[int]:
    return frozenset(SAMPLED[: max(1, most // SHARE_SAMPLED)])


def _try_equivalent(trial: Trial, unit: Unit, tally: Tally, seen: set[int] | None) -> Failure | None:
    """An exhaustive search keeps one execution of each class, but when calls begin and return differs within a class: where that could
    break the capacity or an order, an equivalent execution in which it does."""
    search = unit.strategy
    if not isinstance(search, DPOR) or not search.past or not isinstance(trial.scenario, ClassScenario):
        return None
    first = trial.scenario.events_to_put_first(search.events, search.past)
    if first is None:
        return None
    tally.executions += 1
    return trial.execute(search.reordered(first), False, seen)
