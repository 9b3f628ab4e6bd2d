"""A whole folder graded: what is unchanged is taken from before, the rest is worked through, pages and tables are written."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness.errors import HarnessError
from harness.grading.exports import write_exports
from harness.grading.grade import CheckGrade, Grade, check_that_it_runs, grade, key_of
from harness.grading.page import class_page, student_pages
from harness.grading.pool import Lost, Pool
from harness.grading.rubric import Rubric
from harness.grading.sandbox import compiled_harness
from harness.grading.submissions import Submission, find_submissions
from harness.grading.tables import grades_csv
from harness.grading.tiers import Tier
from harness.model.result import to_json

PAGES, RESULTS = "students", "results"


@dataclass(frozen=True, slots=True)
class Unit:
    """A submission to be graded, and the name of its files."""

    submission: Submission
    name: str
    key: str


@dataclass(slots=True)
class Course:
    """What is to be graded, how, and where the results go. `on_grade` hears of each grade as it is there, with the number of those taken from before."""

    folder: Path
    out: Path
    rubric: Rubric
    tier: Tier
    jobs: int = 1
    exports: Sequence[str] = ()
    on_start: Callable[[int, int], None] = lambda total, kept: None
    on_grade: Callable[[Grade], None] = lambda grade: None
    found: list[Submission] = field(default_factory=list)
    layout: str = ""
    kept: int = 0
    lost: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)

    def find(self) -> None:
        """Looks for the submissions. Raises HarnessError where the folder holds nothing."""
        self.found, self.layout = find_submissions(self.folder)

    def grade_all(self) -> list[Grade]:
        """Grades every submission and writes everything; the grades in the order of the students' names.

        Whatever ends it, what had been graded is on disk and is not graded again. Raises HarnessError where the folder holds nothing.
        """
        if not self.found:
            self.find()
        found = self.found
        self._make_folders()
        python = platform.python_version()
        names = _names(found)
        units = [Unit(submission, name, key_of(submission, self.rubric, self.tier, python)) for submission, name in zip(found, names, strict=True)]
        self.pages = {unit.key: f"{PAGES}/{unit.name}.html" for unit in units}
        grades = {unit.key: known for unit in units if (known := self._from_before(unit)) is not None}
        todo = [unit for unit in units if unit.key not in grades]
        self.kept = len(grades)
        self.on_start(len(units), self.kept)
        if todo:
            self._work_through(todo, grades)
        ordered = [grades[unit.key] for unit in units]
        self._write_all(ordered, names)
        return ordered

    def _work_through(self, todo: Sequence[Unit], grades: dict[str, Grade]) -> None:
        with compiled_harness() as cache:
            check_that_it_runs(self.tier, cache)
            rubric, tier, out = self.rubric, self.tier, self.out

            def work(unit: Unit) -> Grade:
                return grade_one(unit, rubric, tier, cache, out)

            with Pool(work, self.jobs) as pool:
                for number, done in pool.map(todo):
                    unit = todo[number]
                    if isinstance(done, Lost):
                        self.lost.append(f"{unit.submission.student}: {done.why}")
                        done = _lost(unit, rubric, tier, done.why)
                    elif any(check.is_fault for check in done.checks):
                        self.lost.append(f"{done.student}: {done.reason}")
                    grades[unit.key] = done
                    self.on_grade(done)

    def _from_before(self, unit: Unit) -> Grade | None:
        try:
            known = msgspec.json.decode((self.out / RESULTS / f"{unit.name}.grade.json").read_bytes(), type=Grade)
        except (OSError, msgspec.DecodeError):
            return None
        return known if known.key == unit.key and (self.out / PAGES / f"{unit.name}.html").exists() else None

    def _make_folders(self) -> None:
        try:
            for name in (PAGES, RESULTS):
                (self.out / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HarnessError(f"--out {self.out}: cannot be made ({error.strerror})") from None

    def _write_all(self, grades: Sequence[Grade], names: Sequence[str]) -> None:
        write(self.out / "grades.csv", grades_csv(grades, self.pages))
        write(self.out / "index.html", class_page(grades, self.pages, self.rubric))
        write_exports(self.exports, self.out, grades, names, self.rubric)


def grade_one(unit: Unit, rubric: Rubric, tier: Tier, cache: str, out: Path) -> Grade:
    """Grades one submission and writes its pages and results, the grade last: where it is there, all of it is. The results are left out of what is returned."""
    full = grade(unit.submission, rubric, tier, cache, unit.key, lambda: datetime.now(UTC))
    for name, text in student_pages(full, rubric, unit.name).items():
        write(out / PAGES / name, text)
    for number, check in enumerate(full.checks, 1):
        if check.result is not None:
            write(out / RESULTS / f"{unit.name}-{number}.json", to_json(check.result))
    light = msgspec.structs.replace(full, checks=tuple(msgspec.structs.replace(check, result=None) for check in full.checks))
    write(out / RESULTS / f"{unit.name}.grade.json", msgspec.json.format(msgspec.json.encode(light), indent=2) + b"\n")
    return light


def write(path: Path, data: str | bytes) -> None:
    """Writes a file so that it is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data)
        partial.replace(path)
    except OSError as error:
        raise HarnessError(f"{path}: cannot be written ({error.strerror})") from None


def _names(found: Sequence[Submission]) -> list[str]:
    """A file name for each submission: plain characters, none twice however the file system compares them, the same from one run to the next."""
    whole = [f"{submission.student}_{submission.id}" if submission.id else submission.student for submission in found]
    plain = [re.sub(r"[^\w.-]+", "_", name).strip("._")[:80] for name in whole]
    folded = [name.casefold() for name in plain]
    names = []
    for submission, name in zip(found, plain, strict=True):
        if not name or folded.count(name.casefold()) > 1 or not name.isascii():
            name = f"{name}-{hashlib.sha256(f'{submission.student}/{submission.id}'.encode(errors='surrogatepass')).hexdigest()[:8]}"
        names.append(name)
    return names


def _lost(unit: Unit, rubric: Rubric, tier: Tier, why: str) -> Grade:
    """What stands for a grade that the harness failed to find."""
    checks = [
        CheckGrade(check.name, "error", f"the harness failed on it: {why}", 0.0, check.points, (), {}, {}, 0, 0.0, check.extra, check.hidden, True)
        for check in rubric.checks
    ]
    return Grade(
        student=unit.submission.student,
        id=unit.submission.id,
        score=0.0,
        max_score=rubric.max_score,
        extra=0.0,
        verdict="error",
        file="",
        handed_in=unit.submission.handed_in,
        late_percent=0.0,
        checks=tuple(checks),
        remarks=(),
        look_at=(),
        sandbox=tier.how,
        key=unit.key,
        elapsed_s=0.0,
        graded_at=datetime.now(UTC),
    )
