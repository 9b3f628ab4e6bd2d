"""Confirming a failure: a smaller schedule and workload that show it, played again strictly, and explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from harness.errors import ReplayError
from harness.explain import explain
from harness.least import LEAST_PRICE, find_least, show
from harness.minimise import Played, minimise, thin
from harness.model.choice import Strategy
from harness.model.finding import Finding
from harness.model.schedule import Departure, Schedule, to_token
from harness.model.trace import Trace
from harness.strategies.follow import Follow
from harness.strategies.picks import Picks
from harness.trial import Failure, Shown, Trial

MINIMISING_BUDGET = 1_500_000
THINNING_BUDGET = 300_000
"""In points passed, about a microsecond each, so that long executions are played less often."""
LONGEST_PASSING = 3_000
"""Points of an execution that is shown beside the failing one; a longer one would make the result heavy and says no more."""
PASSING_TRIED = 8


def confirm(trial: Trial, failure: Failure, kind: str, seed: int, number: int, beat: Callable[[], None], covered: int = -1) -> list[Finding]:
    """The findings of a failing execution, reduced as far as the one of `kind` still shows, explained, each with its token and replay line.

    `number` is the execution's number in the search; `covered`: no schedule that costs so much or less shows the kind, as the search has
    proved. Raises ReplayError if the failure does not show again under its own schedule.
    """
    steps_before = trial.engine.total_points
    departures = _reduced(trial, failure.departures, kind, beat)
    try:
        shown = show(trial, departures, kind)
    except ReplayError:
        shown = show(trial, failure.departures, kind)
    least = find_least(trial, shown, kind, covered, beat)
    trial.engine.total_points = steps_before
    passing = _passing(least.trial, least.shown.departures, beat)
    findings = [_finished(least.trial, finding, least.shown, seed, number) for finding in least.shown.findings]
    scenario = None
    if least.trial is not trial:
        scenario = least.trial.size
        trial.keep_first(list(shown.departures))  # what this one would warn of is not lost
    position = [finding.kind for finding in findings].index(kind)
    findings[position] = msgspec.structs.replace(findings[position], passing=passing, minimal=least.is_proved)
    return [msgspec.structs.replace(finding, scenario=scenario) for finding in findings]


def tell(trial: Trial, failure: Failure, seed: int) -> list[Finding]:
    """The findings of a failing execution as it was, not reduced, explained, each with its token and replay line."""
    shown = show(trial, failure.departures, failure.findings[0].kind)
    return [_finished(trial, finding, shown, seed, 1) for finding in shown.findings]


def _finished(trial: Trial, finding: Finding, shown: Shown, seed: int, number: int) -> Finding:
    scenario, size = trial.scenario, trial.size
    counts = size.producers, size.consumers, size.messages, size.capacity
    schedule = Schedule(scenario.mode, *counts, trial.order, seed, finding.kind, shown.departures, scenario.token_name)
    token = to_token(schedule)
    return msgspec.structs.replace(
        explain(finding, shown.trace),
        preemptions=shown.preemptions,
        expiries=shown.expiries,
        minimal=shown.cost == 0,
        executions_to_find=number,
        schedule=token,
        replay=scenario.subject.replay_line(token),
    )


def _passing(trial: Trial, departures: Sequence[Departure], beat: Callable[[], None]) -> Trace | None:
    """An execution in which nothing is wrong, as like the failing one as possible: the schedule cut off before its last departure, or
    the one before that, and so on to the default; None if all of these fail too or are long."""
    engine = trial.engine
    points_before, long_before = engine.total_points, trial.long_executions
    try:
        for kept in range(len(departures) - 1, -1, -1)[:PASSING_TRIED]:
            beat()
            fewer = departures[:kept]
            began = engine.total_points
            # Played lightly first: writing down an execution that never ends would take seconds.
            if trial.execute(Follow(fewer)) is None and engine.total_points - began <= LONGEST_PASSING:
                shown = trial.record(fewer)
                if not shown.findings:
                    return shown.trace
    except ReplayError:
        pass  # it diverges by itself; the failure showed again, and that is enough
    finally:
        engine.total_points, trial.long_executions = points_before, long_before
    return None


def _reduced(trial: Trial, departures: Sequence[Departure], kind: str, beat: Callable[[], None]) -> list[Departure]:
    """Fewer departures under which a finding of that kind still shows."""
    found: dict[tuple[int, ...], list[Departure]] = {}

    def play(strategy: Strategy) -> tuple[Failure | None, int]:
        beat()
        points_before = trial.engine.total_points
        failure = trial.execute(strategy)
        shows = failure is not None and kind in [finding.kind for finding in failure.findings]
        return failure if shows else None, max(LEAST_PRICE, trial.engine.total_points - points_before)

    def attempt(picks: Sequence[int]) -> Played:
        player = Picks(picks)
        failure, price = play(player)
        if failure is not None:
            found[_key(player.taken)] = failure.departures
        return Played(failure is not None, trial.engine.last_cost, player.taken, player.counts, price)

    def shows(candidate: Sequence[Departure]) -> tuple[bool, int]:
        failure, price = play(Follow(candidate))
        return failure is not None, price

    thinned = thin(departures, shows, THINNING_BUDGET)
    follow = Follow(thinned)
    trial.execute(follow)
    best = minimise(follow.ways, attempt, MINIMISING_BUDGET)
    return found.get(_key(best), thinned)


def _key(picks: Sequence[int]) -> tuple[int, ...]:
    end = len(picks)
    while end and not picks[end - 1]:
        end -= 1
    return tuple(picks[:end])
