"""What a hostile submission costs: its own check. Each is named on its page, none gets points for it, nothing is left behind."""

from __future__ import annotations

import ast
import os
import re
import tempfile
from pathlib import Path

import pytest

from harness.grading.processes import children
from harness.grading.rubric import Rubric
from tests.grading.conftest import ROOT, GradeText

pytestmark = pytest.mark.lengthy

HOSTILE = sorted((ROOT / "tests" / "specimens" / "hostile").glob("*.py"))
NEEDS_NAMESPACES = {"reads_what_is_not_its_own", "writes_what_is_not_its_own", "makes_a_namespace", "kills_its_parents"}
"""Only bubblewrap promises these."""


def expected(file: Path) -> str:
    """What the reason, or a finding, must say: after EXPECT in the file's first line."""
    return (ast.get_docstring(ast.parse(file.read_bytes())) or "").partition("EXPECT")[2].strip()


def left_over() -> tuple[set[int], set[str]]:
    """The processes below this one that still run, and the folders of ours in the folder for temporary files."""
    alive = {pid for pid, state in children(os.getpid()).items() if state != "Z"}
    return alive, {name for name in os.listdir(tempfile.gettempdir()) if name.startswith(f"harness-submission-{os.getpid()}-")}


def assert_nothing_was_added_to(before: tuple[set[int], set[str]]) -> None:
    """What another test had left may have gone meanwhile."""
    processes, folders = left_over()
    assert (processes - before[0], folders - before[1]) == (set(), set())


@pytest.mark.slow
@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_a_hostile_submission_costs_only_its_own_check_in_bubblewrap(file: Path, grade_text: GradeText) -> None:
    before = left_over()
    grade = grade_text(file.read_text(), "bwrap")
    assert grade.verdict in ("failed", "error")
    assert grade.score < grade.max_score
    (check,) = grade.checks
    said = f"{check.reason} {' '.join(check.messages.values())}"
    assert re.search(expected(file), said), said
    assert said.strip(), "the page must say what went wrong"
    assert_nothing_was_added_to(before)


@pytest.mark.slow
@pytest.mark.parametrize("file", [file for file in HOSTILE if file.stem not in NEEDS_NAMESPACES], ids=lambda file: file.stem)
def test_a_hostile_submission_costs_only_its_own_check_under_limits_alone(file: Path, grade_text: GradeText) -> None:
    before = left_over()
    grade = grade_text(file.read_text(), "rlimit")
    assert grade.verdict in ("failed", "error")
    assert grade.score < grade.max_score
    assert_nothing_was_added_to(before)


def test_what_a_hostile_submission_does_costs_the_next_one_nothing(grade_text: GradeText) -> None:
    fork = (ROOT / "tests" / "specimens" / "hostile" / "fork_at_import.py").read_text()
    good = (ROOT / "implementations" / "queue_pipeline.py").read_text()
    assert grade_text(fork).score == 0
    grade = grade_text(good)
    assert (grade.score, grade.verdict) == (100, "survived")


def test_a_check_that_dies_does_not_take_the_next_check_with_it(grade_text: GradeText, quick: Rubric) -> None:
    text = """
import os
class Pipeline:
    def __init__(self, capacity):
        self.capacity = capacity
    def set_message(self, message):
        if self.capacity == 2:
            os.abort()
        self.message = message
    def get_message(self):
        return self.message
"""
    from dataclasses import replace

    (check,) = quick.checks
    both = replace(quick, checks=(check, replace(check, name="other", capacity=3)))
    first, second = grade_text(text, rubric=both).checks
    assert "SIGABRT" in first.reason
    assert first.score == 0
    assert second.reason == ""
    assert "loss" in second.kinds
