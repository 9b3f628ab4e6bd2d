"""Several attempts of one student: how they are told apart, which counts, and where it is said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.grading.cohort import Cohort
from harness.grading.counted import to_be_graded
from harness.grading.grade import Grade, key_of
from harness.grading.gradebook import open_gradebook
from harness.grading.read_rubric import default_rubric, read_rubric
from harness.grading.submissions import Submission, find_submissions
from harness.grading.tiers import describe
from tests.grading.conftest import QUICK, ROOT

pytestmark = pytest.mark.lengthy

Make = Callable[[dict[str, str]], Path]

GOOD = (ROOT / "implementations" / "double_lock.py").read_text()
NAIVE = (ROOT / "implementations" / "naive.py").read_text()
HALF = (ROOT / "implementations" / "flawed" / "lifo_pop.py").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Make:
    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "handed_in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "handed_in"

    return make


def told(found: list[Submission]) -> list[tuple[str, int, int, list[str]]]:
    return [(one.student, one.attempt, one.attempts, [name for name, _ in one.files]) for one in found]


def test_folders_that_call_themselves_attempts_are_attempts_and_what_lies_beside_belongs_to_each(folder: Make) -> None:
    found, layout = find_submissions(folder({"ann/attempt-2/p.py": "2", "ann/attempt-10/p.py": "10", "ann/lib/q.py": "q", "ann/r.py": "r", "bob.py": ""}))
    assert layout == "plain"
    assert told(found) == [("ann", 2, 2, ["lib/q.py", "p.py", "r.py"]), ("ann", 10, 2, ["lib/q.py", "p.py", "r.py"]), ("bob", 0, 1, ["bob.py"])]


def test_files_that_call_themselves_attempts_are_attempts_of_whom_they_name(folder: Make) -> None:
    found, _ = find_submissions(folder({"ann_attempt-1.py": "1", "ann_attempt_2.py": "2", "bob attempt 1.py": "3", "attempting.py": "4"}))
    assert [(student, number, of) for student, number, of, _ in told(found)] == [("ann", 1, 2), ("ann", 2, 2), ("attempting", 0, 1), ("bob", 1, 1)]


def test_a_date_and_time_in_a_name_orders_attempts_and_is_when_they_were_handed_in(folder: Make) -> None:
    late, early = "hw_ann_attempt_2026-03-02-08-30-00_p.py", "hw_ann_attempt_2026-03-01-23-59-59_p.py"
    (first, second), _ = find_submissions(folder({late: "late", early: "early"}))
    assert (first.handed_in, second.handed_in) == (datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    assert told([first, second]) == [("hw_ann", 1, 2, ["p.py"]), ("hw_ann", 2, 2, ["p.py"])]
    assert first.files[0][1] == b"early"


def test_a_folder_by_date_in_moodles_folder_is_an_attempt(folder: Make) -> None:
    moodle = "Ann Lee_123456_assignsubmission_file_"
    found, layout = find_submissions(folder({f"{moodle}/2026-03-01 1200/p.py": "1", f"{moodle}/2026-03-02 1200/p.py": "2"}))
    assert layout == "moodle"
    assert [(one.student, one.id, one.attempt) for one in found] == [("Ann Lee", "123456", 1), ("Ann Lee", "123456", 2)]


def test_what_canvas_numbers_are_attempts_each_late_or_not_by_itself(folder: Make) -> None:
    ann = {"leeann_1001_555_p.py": "1", "leeann_LATE_1001_777_p-1.py": "2", "leeann_1001_556_lib.py": "lib"}
    found, layout = find_submissions(folder({**ann, "raybob_1002_558_part-1.py": "", "raybob_1002_559_part-2.py": ""}))
    assert layout == "canvas"
    assert [(one.student, one.attempt, one.is_late) for one in found] == [("leeann", 1, False), ("leeann", 2, True), ("raybob", 0, False)]
    assert [[name for name, _ in one.files] for one in found[:2]] == [["lib.py", "p.py"]] * 2
    assert [dict(one.files)["p.py"] for one in found[:2]] == [b"1", b"2"]


def test_gradescopes_folders_of_one_students_number_are_attempts_by_time(folder: Make) -> None:
    entry = "submission_{}:\n  :submitters:\n  - :name: Ann Lee\n    :sid: '{}'\n  :created_at: 2026-02-0{} 20:00:00 Z\n"
    metadata = "---\n" + entry.format(12, 42, 3) + entry.format(15, 42, 1) + entry.format(16, 43, 1)
    found, _ = find_submissions(folder({"submission_metadata.yml": metadata, **{f"submission_{number}/p.py": str(number) for number in (12, 15, 16)}}))
    assert [(one.id, one.attempt, one.attempts, one.files[0][1]) for one in found] == [("42", 1, 2, b"15"), ("42", 2, 2, b"12"), ("43", 0, 1, b"16")]


def test_two_students_of_one_name_keep_their_attempts_apart(folder: Make) -> None:
    found, _ = find_submissions(folder({"ann/attempt-1/p.py": "", "ann/attempt-2/p.py": "", "ann.py": ""}))
    assert {one.student for one in found if one.attempts == 2} != {one.student for one in found if one.attempts == 1}
    assert len(found) == 3


def test_a_name_that_is_no_date_is_no_attempt(folder: Make) -> None:
    found, _ = find_submissions(folder({"ann/2026-13-41 9999/p.py": "", "ann/20261301120000.py": ""}))
    assert [(one.student, one.attempts) for one in found] == [("ann", 1)]


def test_only_the_last_attempt_is_graded_where_the_last_counts(folder: Make) -> None:
    found, _ = find_submissions(folder({"ann/attempt-1/p.py": "", "ann/attempt-2/p.py": "", "bob.py": ""}))
    assert [(one.student, one.attempt) for one in to_be_graded(found, "last")] == [("ann", 2), ("bob", 0)]
    assert to_be_graded(found, "best") == found


def test_the_same_file_handed_in_twice_is_two_grades_and_the_policy_changes_neither() -> None:
    one, two = (Submission("ann", files=(("p.py", b""),), attempt=number, attempts=2) for number in (1, 2))
    last, best = read_rubric(QUICK, "r"), read_rubric(f'attempts = "best"\n{QUICK}', "r")
    assert key_of(one, last, describe("none"), "3") != key_of(two, last, describe("none"), "3")
    assert key_of(one, last, describe("none"), "3") == key_of(one, best, describe("none"), "3")
    assert last.digest != best.digest


def test_an_unknown_policy_is_refused_by_its_line_and_the_default_is_the_last() -> None:
    assert default_rubric().attempts == "last"
    with pytest.raises(HarnessError, match="r, line 2: attempts is one of last, best, not 'mean'"):
        read_rubric('title = "x"\nattempts = "mean"\n', "r")


@pytest.mark.slow
def test_the_best_attempt_counts_after_what_lateness_costs_and_table_page_and_gradebook_say_so(folder: Make, tmp_path: Path) -> None:
    submissions = folder(
        {
            "ann/2026-02-28 1200/p.py": HALF,
            "ann/2026-03-02 1200/p.py": GOOD,  # a day and a half late
            "bob/attempt-1/p.py": GOOD,
            "bob/attempt-2/p.py": GOOD,
            "eve.py": NAIVE,
        }
    )
    late = 'attempts = "{}"\n[late]\ndue = 2026-03-01T00:00:00Z\npercent_per_day = {}\n' + QUICK
    out = tmp_path / "out"

    def attempts(policy: str, percent: int) -> dict[str, Grade]:
        cohort = Cohort(submissions, out, read_rubric(late.format(policy, percent), "r"), describe("none"))
        grades = cohort.grade_all()
        book = open_gradebook(None, out)
        assert book is not None
        book.add_run(cohort, grades)
        told = {row["student"]: row["attempt"] for row in book.grades(len(book.runs()))}
        book.close()
        assert told == {grade.student: f"{grade.attempt} of 2" if grade.attempts > 1 else "" for grade in grades}
        return {grade.student: grade for grade in grades}

    harsh = attempts("best", 40)
    assert (harsh["ann"].attempt, harsh["ann"].late_percent) == (1, 0)
    assert harsh["bob"].attempt == 2  # of two that are equally good the later
    assert "does not count" in (out / "students" / "ann-attempt-2.html").read_text()
    assert attempts("best", 1)["ann"].attempt == 2
    mild = attempts("best", 1)
    assert mild["ann"].counted == f"attempt 2, one of 2, counts: it is the best (attempt 1 got {harsh['ann'].score:g})"
    assert mild["ann"].counted.removeprefix("a") in (out / "students" / "ann-attempt-2.html").read_text()
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO((out / "grades.csv").read_text()))}
    assert [rows[name]["attempt"] for name in ("ann", "bob", "eve")] == ["2 (of 2)", "2 (of 2)", ""]
    assert rows["ann"]["page"] == "students/ann-attempt-2.html"
    assert len(rows) == 3
    page = (out / "index.html").read_text()
    assert mild["ann"].counted in page
    assert "the best attempt counts" in page
    assert attempts("last", 40)["ann"].counted == "attempt 2, one of 2, counts: it is the last"
