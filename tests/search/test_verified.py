"""What is correct is verified where the search ends: the implementations, one producer, one consumer, three messages."""

from __future__ import annotations

import pytest

import harness
from tests.tables import IMPLEMENTATIONS, Expectation

CORRECT = [row for row in IMPLEMENTATIONS if not row.kinds and row.producers == row.consumers == 1]


@pytest.mark.parametrize("strategy", ["auto", "dpor"])
@pytest.mark.parametrize("row", CORRECT, ids=lambda row: row.title)
def test_a_correct_implementation_is_verified(row: Expectation, strategy: str) -> None:
    result = harness.check(str(row.path), mode="class", messages=3, strategy=strategy)
    assert (result.verdict, result.error, result.findings) == ("verified", None, ())
    assert result.complete
    assert result.classes is not None and result.classes >= 1
