"""A result survives the journey through JSON."""

from __future__ import annotations

import msgspec

from harness.model.finding import Finding
from harness.model.result import Bounds, Result, ScenarioSize, from_json, to_json, without_hints
from harness.model.unseen import unseen_after

RESULT = Result(
    target="a.py", mode="class", scenario=ScenarioSize(), engine="explore", strategy="auto", seed=0, python="3.12.1", verdict="verified", bounds=Bounds()
)


def test_what_is_written_is_read_again() -> None:
    assert from_json(to_json(RESULT)) == RESULT
    assert to_json(RESULT).endswith(b"}\n")


def test_an_estimate_of_what_is_unseen_is_kept() -> None:
    result = msgspec.structs.replace(RESULT, verdict="survived", unseen=unseen_after([1, 1, 2]))
    assert from_json(to_json(result)) == result


def test_hints_can_be_left_out() -> None:
    finding = Finding("loss", "error", "class", "message 1 is lost", hints=("Hold a lock.",))
    result = msgspec.structs.replace(RESULT, findings=(finding,))
    assert without_hints(result).findings == (msgspec.structs.replace(finding, hints=()),)
