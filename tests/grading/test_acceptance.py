"""A class whose grades are fixed by construction: every one comes out as it must. `python -m benchmarks.grading 300` is the same at full size."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.grading.cohort import Cohort
from harness.grading.processes import children
from harness.grading.read_rubric import default_rubric
from harness.grading.tiers import check_out_of_sight, needed_folders
from tests.grading.conftest import tier_named
from tests.grading.make_class import disguised, make_class, misgraded

pytestmark = pytest.mark.lengthy


@pytest.mark.lengthy
@pytest.mark.parametrize("tier", ["bwrap", "rlimit"])
def test_every_grade_is_as_it_must_be_and_nothing_is_left(tier: str, tmp_path: Path) -> None:
    labels = make_class(tmp_path / "submissions", 24 if tier == "bwrap" else 10, 4 if tier == "bwrap" else 0, seed=3)
    cohort = Cohort(tmp_path / "submissions", tmp_path / "out", default_rubric(), tier_named(tier), jobs=2)
    grades = cohort.grade_all()
    assert misgraded(labels, grades) == []
    assert cohort.lost == []
    assert set(children(os.getpid()).values()) <= {"Z"}


def test_a_class_is_the_same_for_the_same_seed_and_its_programs_are_programs(tmp_path: Path) -> None:
    one, same = (make_class(tmp_path / name, 12, 2, seed=1) for name in "ab")
    assert one == same
    files = sorted((tmp_path / "a").rglob("*.py"))
    assert len(files) == 12
    assert [file.read_text() for file in files] == [(tmp_path / "b" / file.relative_to(tmp_path / "a")).read_text() for file in files]
    for file in files:
        compile(file.read_text(), file.name, "exec")


def test_a_disguise_changes_the_names(tmp_path: Path) -> None:
    import random

    text = "import a\nimport b\nclass Pipeline:\n    def set_message(self, m): pass\n    def get_message(self): pass\nPipeline().set_message(1)\n"
    seen = {disguised(text, random.Random(seed)) for seed in range(20)}
    assert len(seen) > 10
    assert all(f"{name.split('(')[0]}()." in one for one in seen for name in [one.partition("class ")[2].partition(":")[0]])


def test_what_lies_where_submissions_can_read_is_refused(tmp_path: Path) -> None:
    check_out_of_sight([tmp_path])
    with pytest.raises(HarnessError, match="submissions can read"):
        check_out_of_sight([Path(needed_folders()[0]) / "submissions"])
