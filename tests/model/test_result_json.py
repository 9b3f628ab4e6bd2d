"""A result survives the journey through JSON."""

from __future__ import annotations

from harness.model.result import Bounds, Result, ScenarioSize, from_json, to_json


def test_what_is_written_is_read_again() -> None:
    result = Result(
        target="a.py", mode="class", scenario=ScenarioSize(), engine="explore", strategy="auto", seed=0, python="3.12.1", verdict="verified", bounds=Bounds()
    )
    assert from_json(to_json(result)) == result
    assert to_json(result).endswith(b"}\n")
