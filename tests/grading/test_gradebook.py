"""The gradebook: everything can be found again, and two who write at once lose nothing."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.errors import HarnessError
from harness.grading.checking import Outcome
from harness.grading.cohort import Cohort
from harness.grading.grade import Grade, graded
from harness.grading.read_rubric import default_rubric
from harness.grading.rubric import Rubric
from harness.grading.tiers import describe
from harness.model.finding import Finding
from harness.model.result import Bounds, Result, ScenarioSize, to_json

pytest.importorskip("sqlalchemy", reason="the gradebook needs SQLAlchemy (extra grading)")

from harness.grading.gradebook import Gradebook

pytestmark = pytest.mark.lengthy


def grade_of(student: str, rubric: Rubric, kinds: dict[str, int]) -> Grade:
    check = rubric.checks[0]
    outcome = Outcome("failed" if kinds else "survived", kinds=kinds, executions=10, completed=10, is_ended=True)
    one = graded(check, outcome)
    return Grade(
        student=student,
        id="7",
        score=one.score,
        max_score=rubric.max_score,
        extra=0,
        verdict=outcome.verdict,
        file="p.py",
        handed_in=None,
        late_percent=0,
        checks=(one,),
        remarks=(),
        look_at=(),
        sandbox="none",
        key=f"key of {student}",
        elapsed_s=1,
        graded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def cohort_of(out: Path, grades: list[Grade]) -> Cohort:
    cohort = Cohort(out, out, default_rubric(), describe("none"))
    cohort.pages = {grade.key: f"students/{grade.student}.html" for grade in grades}
    return cohort


def write_runs(url: str, out: Path, who: str, number: int) -> None:
    book = Gradebook(url)
    grades = [grade_of(f"{who}{place}", default_rubric(), {}) for place in range(5)]
    for _ in range(number):
        book.add_run(cohort_of(out, grades), grades)
    book.close()


def test_grades_results_and_tokens_are_found_again(tmp_path: Path) -> None:
    finding = Finding(kind="loss", severity="error", mode="class", message="gone", schedule="h1:abc")
    result = Result(
        target="p.py",
        mode="class",
        scenario=ScenarioSize(),
        engine="explore",
        strategy="auto",
        seed=0,
        python="3",
        verdict="failed",
        bounds=Bounds(),
        findings=(finding,),
    )
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ann-1.json").write_bytes(to_json(result))
    grades = [grade_of("ann", default_rubric(), {"loss": 3}), grade_of("bob", default_rubric(), {})]
    book = Gradebook(f"sqlite:///{tmp_path / 'book.db'}")
    run = book.add_run(cohort_of(tmp_path, grades), grades)
    ann, bob = book.grades(run)
    assert (ann["student"], ann["score"], ann["mistakes"], bob["score"]) == ("ann", 70, "loss", 100)
    assert book.results(ann["id"]) == [msgspec.structs.replace(result)]
    assert book.results(bob["id"]) == []
    assert [(known["id"], known["grades"], known["mean"]) for known in book.runs()] == [(run, 2, 85)]
    book.close()


def test_two_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'book.db'}"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_runs, args=(url, tmp_path, who, 8)) for who in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    book = Gradebook(url)
    assert len(book.runs()) == 24
    assert all(run["grades"] == 5 for run in book.runs())
    book.close()


POSTGRES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
NOBODY = 65534


@pytest.fixture
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL of this test's own, reached by a socket in its folder."""
    pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed: nothing was written to one")
    if POSTGRES is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql): nothing was written to one")
    with tempfile.TemporaryDirectory() as folder:
        # It refuses to be root's.
        other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        if other:
            os.chown(folder, NOBODY, NOBODY)
        data = f"{folder}/data"
        subprocess.run([str(POSTGRES), "-D", data, "-U", "harness", "-A", "trust", "--no-sync"], check=True, capture_output=True, cwd=folder, **other)
        control = [str(POSTGRES.with_name("pg_ctl")), "-D", data, "-w"]
        start = [*control, "start", "-l", f"{folder}/log", "-o", f"-k {folder} -c listen_addresses="]
        subprocess.run(start, check=True, capture_output=True, cwd=folder, **other)
        try:
            yield f"postgresql+psycopg://harness@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "stop", "-m", "immediate"], check=True, capture_output=True, cwd=folder, **other)


@pytest.mark.slow
def test_two_who_write_at_once_to_a_postgresql_lose_nothing(postgres: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_runs, args=(postgres, tmp_path, who, 8)) for who in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    book = Gradebook(postgres)
    assert [run["grades"] for run in book.runs()] == [5] * 16
    assert len(book.grades(book.runs()[0]["id"])) == 5
    book.close()


def test_a_gradebook_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    import sqlite3

    url = f"sqlite:///{tmp_path / 'book.db'}"
    Gradebook(url).close()
    connection = sqlite3.connect(tmp_path / "book.db")
    with connection:
        connection.execute("update harness_gradebook set schema = 99")
    connection.close()
    with pytest.raises(HarnessError, match="newer race-harness"):
        Gradebook(url)


def test_a_run_that_is_not_there_is_said(tmp_path: Path) -> None:
    book = Gradebook(f"sqlite:///{tmp_path / 'book.db'}")
    with pytest.raises(HarnessError, match="no run 3"):
        book.grades(3)
    book.close()
