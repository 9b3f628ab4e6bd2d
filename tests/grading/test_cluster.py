"""Grading on a cluster gives what grading here gives, also where a worker is killed in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.errors import HarnessError
from harness.grading.cohort import Cohort
from harness.grading.grade import Grade
from harness.grading.read_rubric import read_rubric
from harness.grading.tiers import describe
from tests.grading.conftest import QUICK, ROOT
from tests.local_cluster import local_cluster

pytestmark = [pytest.mark.lengthy, pytest.mark.dask, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster() -> Iterator[Any]:
    with local_cluster() as started:
        yield started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "submissions"
    made.mkdir()
    for number, name in enumerate(["naive", "double_lock", "condition", "event", "queue_pipeline"] * 2):
        (made / f"s{number}.py").write_text((ROOT / "implementations" / f"{name}.py").read_text() + f"# {number}\n")
    return made


def comparable(grades: list[Grade]) -> list[Grade]:
    """Without what the clock says."""
    return [
        msgspec.structs.replace(
            grade, elapsed_s=0, graded_at=None, checks=tuple(msgspec.structs.replace(check, elapsed_s=0, result=None) for check in grade.checks)
        )
        for grade in grades
    ]


def test_a_worker_that_is_killed_costs_no_grade_and_doubles_none(cluster: Any, folder: Path, tmp_path: Path) -> None:
    heard: list[Grade] = []
    workers = [worker["pid"] if isinstance(worker, dict) else worker.process.pid for worker in cluster.workers.values()]

    def on_grade(grade: Grade) -> None:
        heard.append(grade)
        if len(heard) == 1:
            os.kill(workers[0], signal.SIGKILL)

    rubric, tier = read_rubric(QUICK, "quick"), describe("rlimit")
    there = Cohort(folder, tmp_path / "there", rubric, tier, cluster=cluster.scheduler_address, on_grade=on_grade)
    grades = there.grade_all()
    here = Cohort(folder, tmp_path / "here", rubric, tier).grade_all()
    assert there.lost == []
    assert len(heard) == len(grades) == 10
    assert comparable(grades) == comparable(here)
    written = [sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()) for out in (tmp_path / "there", tmp_path / "here")]
    assert written[0] == written[1]


def test_a_scheduler_that_does_not_answer_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.grading.cluster.PATIENCE_S", 1)
    with pytest.raises(HarnessError, match="no scheduler answers"):
        Cohort(folder, tmp_path / "out", read_rubric(QUICK, "quick"), describe("rlimit"), cluster="tcp://127.0.0.1:1").grade_all()
