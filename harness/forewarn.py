"""Warnings of a campaign: data races and lock orders, judged on a few of its executions, which are played again and written down for it.

No search waits for this. The executions are those that failed, and usual ones: the one by default, and some that the search passed (`Trial.kept`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import msgspec

from harness.errors import ReplayError
from harness.explain import explain
from harness.model.finding import Finding, rank_of
from harness.model.result import ScenarioSize
from harness.model.schedule import Departure, Schedule, from_token, to_token
from harness.oracles import lock_orders, races
from harness.trial import Shown, Trial

STEPS_JUDGED = 6000
"""Steps written down after which no further kept execution is judged; 6,000 take about 0.1 s."""
LONG_TRACE = 2000
"""Steps beyond which only the first warning of an execution carries its trace."""


def forewarn(trial: Trial, failing: Sequence[Finding], usual: Sequence[Sequence[Departure]], written: Mapping[int, Shown], seed: int) -> list[Finding]:
    """The warnings of the failing executions and of `usual` schedules; one for each location and pair of lines, circle of lines. `written`: those of
    the usual ones, by their position, that have been written down already.

    An execution that cannot be played again (the program diverges by itself) is left out: others are charged with telling that.
    """
    steps_before = trial.engine.total_points
    schedules = [next(same) for _, same in groupby((from_token(finding.schedule) for finding in failing), _played)]
    deadlocked = [set(finding.threads) for finding in failing if finding.kind == "deadlock"]
    found: dict[object, Finding] = {}
    steps = 0
    those_that_failed = ((_trial_of(trial, schedule), schedule.departures, None) for schedule in schedules)
    for its_trial, departures, known in [*those_that_failed, *((trial, each, written.get(number)) for number, each in enumerate(usual))]:
        if steps > STEPS_JUDGED:
            break
        try:
            shown = known or its_trial.record(departures)
        except ReplayError:
            continue
        steps += len(shown.trace.steps)
        numbers: dict[str, int] = {}
        for finding in warnings_of(shown, trial.scenario.mode):
            number = numbers[finding.kind] = numbers.get(finding.kind, 0) + 1
            is_known = finding.kind == "lock-order" and any(set(finding.threads) <= threads for threads in deadlocked)
            if not is_known and races.what_it_says(finding) not in found:
                found[races.what_it_says(finding)] = _finished(its_trial, finding, shown, seed, number)
    trial.engine.total_points = steps_before
    return sorted(found.values(), key=rank_of)


def _played(schedule: Schedule) -> tuple[object, ...]:
    """What findings of one execution have in common."""
    return schedule.producers, schedule.consumers, schedule.messages, schedule.departures


def _trial_of(trial: Trial, schedule: Schedule) -> Trial:
    """The trial that a schedule is of: in class mode it may have a smaller workload."""
    size = ScenarioSize(schedule.producers, schedule.consumers, schedule.messages, schedule.capacity)
    return trial if size == trial.size else trial.of_size(size)


def warnings_of(shown: Shown, mode: str) -> list[Finding]:
    """What could go wrong in other executions, as far as the orders of this one tell."""
    return [*races.judge(shown.trace, shown.deeds, mode), *lock_orders.judge(shown.trace, shown.deeds, mode)]


def kind_and_number(kind: str, number: int) -> str:
    """What a token says it shows: of several findings of one kind in one execution, which."""
    return kind if number == 1 else f"{kind} {number}"


def find_wanted(findings: Sequence[Finding], wanted: str) -> Finding | None:
    """The finding that a token was made for, among those of its execution; any where it names none."""
    kind, _, number = wanted.partition(" ")
    of_kind = [finding for finding in findings if not kind or finding.kind == kind]
    position = int(number) - 1 if number.isdigit() else 0
    return of_kind[position] if 0 <= position < len(of_kind) else None


def _finished(trial: Trial, finding: Finding, shown: Shown, seed: int, number: int) -> Finding:
    scenario, size = trial.scenario, trial.size
    counts = size.producers, size.consumers, size.messages, size.capacity
    wanted = kind_and_number(finding.kind, number)
    token = to_token(Schedule(scenario.mode, *counts, trial.order, seed, wanted, shown.departures, scenario.token_name))
    return msgspec.structs.replace(
        explain(finding, shown.trace),
        trace=shown.trace if number == 1 or len(shown.trace.steps) <= LONG_TRACE else None,
        preemptions=shown.preemptions,
        expiries=shown.expiries,
        schedule=token,
        replay=scenario.subject.replay_line(token),
    )
