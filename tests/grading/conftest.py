"""What the tests of grading share: tiers that are here, compiled modules, submissions made of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.grading.grade import Grade, grade
from harness.grading.read_rubric import read_rubric
from harness.grading.rubric import Rubric
from harness.grading.sandbox import compiled_harness
from harness.grading.submissions import Submission
from harness.grading.tiers import Tier, describe, why_no_bubblewrap

ROOT = Path(__file__).resolve().parent.parent.parent

QUICK = """
[limits]
wall_s = 20
stall_s = 2

[[check]]
name = "one and one"
executions = 60
program_executions = 0
[check.points]
"loss" = 30
"duplication corruption" = 25
"crash assertion deadlock livelock" = 35
"reorder capacity" = 10
"""

GradeText = Callable[..., Grade]


@pytest.fixture(scope="session")
def cache() -> Iterator[str]:
    with compiled_harness() as folder:
        yield folder


def tier_named(name: str) -> Tier:
    if name == "bwrap" and (why := why_no_bubblewrap()):
        pytest.skip(why)
    return describe(name)


@pytest.fixture
def quick() -> Rubric:
    return read_rubric(QUICK, "quick")


@pytest.fixture
def grade_text(cache: str, quick: Rubric) -> GradeText:
    """Grades the text of a file in a tier."""

    def graded(text: str, tier: str = "rlimit", rubric: Rubric | None = None, **files: str) -> Grade:
        all_files = (("pipeline.py", text.encode()), *((f"{name}.py", other.encode()) for name, other in files.items()))
        submission = Submission("ann", files=all_files)
        return grade(submission, rubric or quick, tier_named(tier), cache, "key", lambda: datetime(2026, 1, 1, tzinfo=UTC))

    return graded
