"""Confirming a failure: a smaller schedule that shows it, played again strictly, and explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from harness.errors import ReplayError
from harness.explain import explain
from harness.minimise import Played, minimise, thin
from harness.model.choice import Strategy
from harness.model.finding import Finding
from harness.model.schedule import Departure, Schedule, to_token
from harness.strategies.follow import Follow
from harness.strategies.picks import Picks
from harness.trial import Failure, Shown, Trial

MINIMISING_BUDGET = 1_500_000
THINNING_BUDGET = 300_000
"""In points passed, about a microsecond each, so that long executions are played less often."""
LEAST_PRICE = 750
"""A short execution costs more than its points."""


def confirm(trial: Trial, failure: Failure, kind: str, seed: int, number: int, beat: Callable[[], None]) -> list[Finding]:
    """The findings of a failing execution, reduced as far as the one of `kind` still shows, explained, each with its token and replay line.

    `number` is the execution's number in the search. Raises ReplayError if the failure does not show again under its own schedule.
    """
    steps_before = trial.engine.total_points
    departures = _reduced(trial, failure.departures, kind, beat)
    trial.engine.total_points = steps_before
    try:
        shown = _show(trial, departures, kind)
    except ReplayError:
        shown = _show(trial, failure.departures, kind)
    return [_finished(trial, finding, shown, seed, number) for finding in shown.findings]


def tell(trial: Trial, failure: Failure, seed: int) -> list[Finding]:
    """The findings of a failing execution as it was, not reduced, explained, each with its token and replay line."""
    shown = _show(trial, failure.departures, failure.findings[0].kind)
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
        executions_to_find=number,
        schedule=token,
        replay=scenario.subject.replay_line(token),
    )


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


def _show(trial: Trial, departures: Sequence[Departure], kind: str) -> Shown:
    shown = trial.record(departures)
    kinds = [finding.kind for finding in shown.findings]
    if kind not in kinds:
        raise ReplayError("the failure did not show again", kind, ", ".join(kinds) or "no finding")
    return shown


def _key(picks: Sequence[int]) -> tuple[int, ...]:
    end = len(picks)
    while end and not picks[end - 1]:
        end -= 1
    return tuple(picks[:end])
