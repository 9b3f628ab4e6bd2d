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
ONE_SIZE_BUDGET = 75_000
"""Of it for one workload, until all have been tried: a search of one that cannot fail must not take all from those that can."""
LEAST_PRICE = 750
"""A short execution costs more than its points."""
IN_ORDER_OF_CALLS = frozenset({"reorder", "capacity"})
"""Kinds that depend on which call returned before which began."""
RAISED = frozenset({"crash", "assertion"})

_Way = tuple[str, str]
"""How an execution fails: the kind of a finding, and where the exception was raised if it is one."""


@dataclass(frozen=True, slots=True)
class Least:
    """The execution to be shown, and of which trial; `is_proved`: none that costs less fails that way there."""

    trial: Trial
    shown: Shown
    is_proved: bool


def find_least(trial: Trial, shown: Shown, kind: str, covered: int, beat: Callable[[], None]) -> Least:
    """The smallest workload that shows the same findings at no greater cost than `shown`, or else the cheapest schedule with the workload as it
    is; `shown` itself where neither is found. It is known that no schedule of cost `covered` or less fails that way.

    Smaller workloads are tried from the smallest on, fewest threads first.
    """
    way = next(told for told in map(_way, shown.findings) if told[0] == kind)
    wanted = _ways(shown.findings)
    orders_calls = any(its_kind in IN_ORDER_OF_CALLS for its_kind, _ in wanted)
    budget = SHRINKING_BUDGET
    sizes = list(sizes_below(trial.size)) if isinstance(trial.scenario, ClassScenario) else []
    for share in (ONE_SIZE_BUDGET, SHRINKING_BUDGET):
        unsearched = []
        for size in sizes:
            most = min(budget, share)
            if most <= 0:
                break
            smaller = trial.of_size(size)
            found = _search(smaller, way, wanted.__eq__, _Bounds(shown.cost, orders_calls, most), beat)
            budget -= found.price
            again = _again(smaller, found, kind)
            if again is not None:
                return Least(smaller, again, found.is_proved)
            if found.price >= most:
                unsearched.append(size)
        sizes = unsearched
    if shown.cost <= covered + 1:
        return Least(trial, shown, True)
    found = _search(trial, way, lambda ways: way in ways, _Bounds(shown.cost - 1, orders_calls, PROVING_BUDGET), beat)
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
    """What a bounded search came to: the cheapest failure that was wanted, whether everything cheaper has been covered and does not fail that
    way, and what it took out of the budget."""

    failure: Failure | None
    is_proved: bool
    price: int


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a bounded search may cost: its schedules at most `most` each, itself `budget` points. `orders_calls`: see `Bounded`."""

    most: int
    orders_calls: bool
    budget: int


def _search(trial: Trial, way: _Way, is_wanted: Callable[[frozenset[_Way]], bool], bounds: _Bounds, beat: Callable[[], None]) -> _Found:
    """Plays the schedules of cost 0, 1, ... until one fails in the ways that are wanted, all are covered or the budget is spent. What is to be
    proved is that failing in `way` costs as much as that."""
    engine = trial.engine
    search = Bounded(bounds.most, bounds.orders_calls)
    price = 0
    found: Failure | None = None
    cost = seen_at = bounds.most + 1
    long_before, trial.long_executions = trial.long_executions, 0
    while search.begin() and price < bounds.budget and not trial.long_executions:
        beat()
        points_before = engine.total_points
        cost = search.level
        failure = trial.execute(search)
        search.end(engine.n_choices)
        price += max(LEAST_PRICE, engine.total_points - points_before)
        if failure is not None:
            ways = _ways(failure.findings)
            if way in ways:
                seen_at = min(seen_at, cost)
            if is_wanted(ways):
                found = failure
                break
    needed = bounds.most + 1 if found is None else cost
    is_proved = search.bound >= needed - 1 and seen_at >= needed and not trial.long_executions and not engine.is_partial
    trial.long_executions = long_before
    return _Found(found, is_proved, price)


def _again(trial: Trial, found: _Found, kind: str) -> Shown | None:
    """The failure that was found, played again and written down; None if there is none, or it does not show again."""
    try:
        return None if found.failure is None else show(trial, found.failure.departures, kind)
    except ReplayError:
        return None


def _way(finding: Finding) -> _Way:
    return finding.kind, finding.message.rpartition(" at ")[2] if finding.kind in RAISED else ""


def _ways(findings: Sequence[Finding]) -> frozenset[_Way]:
    return frozenset(map(_way, findings))
