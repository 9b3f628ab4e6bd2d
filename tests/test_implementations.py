"""The five implementations and the classic mistakes, as an engineer would test them: every repetition checks other executions.

``pytest --count=500 tests/test_implementations.py`` makes 500 different batches of each correct row, 5,000 executions, and searches each row
of a mistake at least eight times. Every repetition stands alone: it passes or fails by its own seed, in whatever process it runs.
"""

from __future__ import annotations

from itertools import product

import pytest

from harness.pytest_plugin.fixture import Interleave
from harness.pytest_plugin.seeds import repetition_of
from tests.tables import FLAWED, IMPLEMENTATIONS, Expectation

CORRECT = [row for row in IMPLEMENTATIONS if not row.kinds]
MISTAKEN = [row for row in (*IMPLEMENTATIONS, *FLAWED) if row.kinds]
BATCH = 10
WAYS = tuple(product(("class", "program"), ("random", "pct", "pos")))
"""They take turns. No exhaustive search: a repetition of it would begin with the same executions as the one before."""
BUDGET = 2000
"""Executions in which a mistake must be found. Over 60 seeds the row that was hardest to find (busy_flag 1x1) took 31 in the median and 283
at most. A search that misses every stretch of 31 executions with chance one half misses in 2,000 with 2 to the minus 64."""


def workload(row: Expectation) -> dict[str, int]:
    """A row's workload as `harness.check` takes it."""
    return {"producers": row.producers, "consumers": row.consumers, "messages": row.messages, "capacity": row.capacity}


@pytest.mark.parametrize("row", CORRECT, ids=lambda row: row.title)
def test_a_correct_implementation_survives_a_batch(row: Expectation, interleave: Interleave, request: pytest.FixtureRequest) -> None:
    mode, strategy = WAYS[(repetition_of(request.node) or 0) % len(WAYS)]
    result = interleave.check(str(row.path), **workload(row), mode=mode, strategy=strategy, executions=BATCH)
    assert result.executions == BATCH


def test_a_mistake_is_found(interleave: Interleave, request: pytest.FixtureRequest) -> None:
    """One row a repetition, in turn; a few where the test is not repeated (`test_flawed` has them all)."""
    repetition = repetition_of(request.node)
    rows = MISTAKEN[::8] if repetition is None else [MISTAKEN[repetition % len(MISTAKEN)]]
    for row in rows:
        result = interleave.check(str(row.path), **workload(row), executions=BUDGET, raises=False, fail_fast=True)
        assert result.verdict == "failed", (row.title, result.error)
