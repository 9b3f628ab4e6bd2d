"""docs/threat-model.md names a test for each promise, and every hostile submission."""

from __future__ import annotations

import re

from tests.grading.conftest import ROOT

PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_every_hostile_submission_stands_for_a_promise() -> None:
    there = {file.stem for file in (ROOT / "tests" / "specimens" / "hostile").glob("*.py")}
    named = {name for name in re.findall(r"\[(\w+)\]", PAGE) if name != "NAME"}
    assert named == there


def test_every_test_that_is_named_is_there() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "grading").glob("test_*.py"))
    for file, said in re.findall(r"`(test_\w+)`: ([^;|)\n]+)", PAGE):
        assert (ROOT / "tests" / "grading" / f"{file}.py").exists()
        words = re.sub(r"[^a-z ]", "", said.partition("(")[0].strip().lower()).strip().replace(" ", "_")
        assert words in re.sub(r"[^a-z_]", "", tests.lower()), said
