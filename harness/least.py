"""The least that shows a finding: the smallest workload, and the fewest preemptions and expiries, proved where bounded search can prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from harness.errors import ReplayError
from harness.model.finding import Finding
from harness.model.result import ScenarioSize
from harness.model.schedule import Departure
from harness.scenarios import ClassScenario
from harness.strategies.bounded import Bounded
from harness.trial import Failure, Shown, Trial

PROVING_BUDGET = 200_000
SHRINKING_BUDGET = 300_000
"""In points passed, as the minimiser's: together half a second at most, and mostly far less."""
LEAST_PRICE = 750
"""A short execution costs more than its points."""
IN_ORDER_OF_CALLS = frozenset({"reorder", "capacity"})
"""Kinds that depend on which call returned before which began."""
RAISED = frozenset({"crash", "assertion"})


@dataclass(frozen=True, slots=True)
class Least:
    """The execution to be shown, and of which trial; `is_proved`: none that costs less shows the kind there."""

    trial: Trial
    shown: Shown
    is_proved: bool


def find_least(trial: Trial, shown: Shown, kind: str, covered: int, beat: Callable[[], None]) -> Least:
    """The smallest workload that shows the same findings at no greater cost than `shown`, or else the cheapest schedule with the workload as it
    is; `shown` itself where neither is found. It is known that no schedule of cost `covered` or less shows the kind.

    Smaller workloads are tried from the smallest on, fewest threads first.
    """
    budget = SHRINKING_BUDGET
    if isinstance(trial.scenario, ClassScenario):
        wanted = _what(shown.findings)
        for size in sizes_below(trial.size):
            if budget <= 0:
                break
            smaller = trial.of_size(size)
            found = _search(smaller, lambda failure: _what(failure.findings) == wanted, kind, shown.cost, budget, beat)
            budget -= found.price
            again = _again(smaller, found, kind)
            if again is not None and _what(again.findings) == wanted:
                return Least(smaller, again, found.is_proved)
    if shown.cost <= covered + 1:
        return Least(trial, shown, True)
    found = _search(trial, lambda failure: kind in [finding.kind for finding in failure.findings], kind, shown.cost - 1, PROVING_BUDGET, beat)
    again = _again(trial, found, kind)
    if again is not None:
        return Least(trial, again, found.is_proved)
    return Least(trial, shown, found.failure is None and found.is_proved)


def show(trial: Trial, departures: Sequence[Departure], kind: str) -> Shown:
    """A schedule played again and written down. Raises ReplayError where the kind does not show."""
    shown = trial.record(departures)
    kinds = [finding.kind for finding in shown.findings]
    if kind not in kinds:
        raise ReplayError("the failure did not show again", kind, ", ".join(kinds) or "no finding")
    return shown


def sizes_below(size: ScenarioSize) -> Iterator[ScenarioSize]:
    """Workloads that are smaller in some way and larger in none: fewest threads first, then fewest messages. Up to three of each, then half."""
    few = [sorted({number for number in (1, 2, 3, most // 2, most) if 1 <= number <= most}) for most in (size.producers, size.consumers, size.messages)]
    for producers, consumers, messages in sorted(product(*few), key=lambda each: (each[0] + each[1], each[2], each[0])):
        if (producers, consumers, messages) != (size.producers, size.consumers, size.messages):
            yield ScenarioSize(producers, consumers, messages, size.capacity)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a bounded search came to: the cheapest failure that was wanted, whether everything cheaper has been covered, and what it took out of the
    budget."""

    failure: Failure | None
    is_proved: bool
    price: int


def _search(trial: Trial, is_wanted: Callable[[Failure], bool], kind: str, most: int, budget: int, beat: Callable[[], None]) -> _Found:
    """Plays the schedules of cost 0, 1, ... `most` until one shows what is wanted, all are covered or the budget is spent."""
    engine = trial.engine
    search = Bounded(most, kind in IN_ORDER_OF_CALLS)
    price = 0
    found: Failure | None = None
    cost = most + 1
    long_before, trial.long_executions = trial.long_executions, 0
    while search.begin() and price < budget and not trial.long_executions:
        beat()
        points_before = engine.total_points
        cost = search.level
        failure = trial.execute(search)
        search.end(engine.n_choices)
        price += max(LEAST_PRICE, engine.total_points - points_before)
        if failure is not None and is_wanted(failure):
            found = failure
            break
    is_proved = search.bound >= (most if found is None else cost - 1) and not trial.long_executions and not engine.is_partial
    trial.long_executions = long_before
    return _Found(found, is_proved, price)


def _again(trial: Trial, found: _Found, kind: str) -> Shown | None:
    """The failure that was found, played again and written down; None if there is none, or it does not show again."""
    try:
        return None if found.failure is None else show(trial, found.failure.departures, kind)
    except ReplayError:
        return None


def _what(findings: Sequence[Finding]) -> frozenset[tuple[str, str]]:
    """What two failures must have in common to be the same: the kinds, and where an exception was raised."""
    return frozenset((finding.kind, finding.message.rpartition(" at ")[2] if finding.kind in RAISED else "") for finding in findings)
