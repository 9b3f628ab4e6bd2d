"""Findings: what an oracle says is wrong, with the events that prove it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from harness.model.scenario_size import ScenarioSize
from harness.model.trace import Trace

Severity = Literal["error", "warning"]


class Kind(msgspec.Struct, frozen=True):
    """One row of the table of finding kinds; the table's order is root cause first."""

    name: str
    severity: Severity
    meaning: str


KINDS: tuple[Kind, ...] = (
    Kind("crash", "error", "an exception left a put, a get, a thread or the scenario, or sits in a future that nobody read"),
    Kind("assertion", "error", "an AssertionError left the scenario or one of its threads"),
    Kind("loss", "error", "a put returned, no get returned its message, and it is nowhere in the pipeline any more"),
    Kind("duplication", "error", "one message was delivered more than once"),
    Kind("corruption", "error", "a get returned what no producer put"),
    Kind("reorder", "error", "messages were delivered in another order than they were put in"),
    Kind("deadlock", "error", "no unfinished non-daemon thread can ever go on"),
    Kind("livelock", "error", "threads keep running, and under a fair schedule nothing progresses any more"),
    Kind("capacity", "error", "more messages waited than the capacity allows"),
    Kind("data-race", "warning", "two accesses to one location, one of them a write, that nothing orders"),
    Kind("lock-order", "warning", "a cycle of lock orders that could deadlock, though this execution did not"),
    Kind("leaked-thread", "warning", "a non-daemon thread of the target was left running or blocked when all else had ended"),
)
RANK: dict[str, int] = {kind.name: rank for rank, kind in enumerate(KINDS)}
SEVERITY: dict[str, Severity] = {kind.name: kind.severity for kind in KINDS}

PREDICTED = frozenset({"data-race", "lock-order"})
"""Kinds that say what other executions may do: the one that is shown for them did not fail by them."""


class Event(msgspec.Struct, frozen=True):
    """One step of the failing execution that a finding rests on; `step` counts from 1."""

    step: int
    thread: str
    file: str
    line: int
    what: str


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, as the JSON result holds it.

    `executions_to_find` counts the search's executions up to and with the failing one; `preemptions` and `expiries` are those of the
    schedule shown. `minimal`: no schedule with fewer of both together shows this kind in the scenario of `schedule`; said only where it was
    proved. `scenario` is the workload of the execution shown, where it is a smaller one than was asked for. `explanation` is the argument,
    a few sentences; `trace` the whole failing execution, step by step; `passing` an execution of the same scenario in which nothing is
    wrong, the same for as long as possible (None where none was at hand). `hints` are
    suggestions of what would rule the finding out; none where nothing certain can be said, or where they were not wanted.
    """

    kind: str
    severity: Severity
    mode: str
    message: str
    threads: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    preemptions: int = 0
    expiries: int = 0
    minimal: bool = False
    executions_to_find: int = 0
    schedule: str = ""
    replay: str = ""
    explanation: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    trace: Trace | None = None
    passing: Trace | None = None
    scenario: ScenarioSize | None = None

    def sentences(self) -> tuple[str, ...]:
        """The argument, preceded by what it takes less than was asked for."""
        if self.scenario is None:
            return self.explanation
        return f"It already happens with {self.scenario.told()}, which is what is shown.", *self.explanation


def has_error(findings: Iterable[Finding]) -> bool:
    """Whether one of them is an error and no mere warning."""
    return any(finding.severity == "error" for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings, each in the order of `KINDS`: root cause first."""
    return tuple(sorted(findings, key=lambda finding: (finding.severity != "error", rank_of(finding))))


def rank_of(finding: Finding) -> int:
    """The place of its kind in `KINDS`."""
    return RANK[finding.kind]
