"""Checks that several tests look at, made once: every file of implementations/ and flawed/ under every workload of the tables."""

from __future__ import annotations

from functools import cache
from typing import Any

import harness
from tests.tables import FLAWED, IMPLEMENTATIONS, Expectation, ProgramExpectation

EXECUTIONS = 2000
ROWS: tuple[Expectation, ...] = (*IMPLEMENTATIONS, *FLAWED)


@cache
def checked(row: Expectation) -> harness.Result:
    """The result of one row of the tables in class mode: seed 0, 2,000 executions at most."""
    return harness.check(
        str(row.path),
        mode="class",
        producers=row.producers,
        consumers=row.consumers,
        messages=row.messages,
        capacity=row.capacity,
        executions=EXECUTIONS,
        seed=0,
    )


@cache
def program_checked(row: ProgramExpectation) -> harness.Result:
    """The result of one program of the tables: seed 0, 300 executions at most."""
    return harness.check(str(row.path), mode="program", executions=300)


def kinds(result: harness.Result) -> list[str]:
    """What was found, of what kinds, warnings too."""
    return [finding.kind for finding in result.findings]


def what_must_be_the_same(result: harness.Result) -> dict[str, Any]:
    """What a result must have in common with that of the same check on any other Python version and machine."""
    return {
        "verdict": result.verdict,
        "executions": result.executions,
        "steps": result.steps,
        "turns": [f"{turn.strategy} to {turn.until}: {turn.seen[-1][1] if turn.seen else 'no'} classes" for turn in result.turns],
        "findings": [
            {
                "kind": finding.kind,
                "message": finding.message,
                "preemptions": finding.preemptions,
                "expiries": finding.expiries,
                "executions_to_find": finding.executions_to_find,
                "schedule": finding.schedule,
                "steps": len(finding.trace.steps) if finding.trace else 0,
            }
            for finding in result.findings
        ],
    }
