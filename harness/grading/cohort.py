"""A whole folder graded: what is unchanged is taken from before, the rest is worked through, pages and tables are written."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness.errors import HarnessError
from harness.grading.counted import counting, to_be_graded
from harness.grading.exports import saved_result, write_exports
from harness.grading.grade import CheckGrade, Grade, check_that_it_runs, grade, key_of
from harness.grading.page import class_page, student_pages
from harness.grading.pool import Lost, Pool
from harness.grading.processes import is_running
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
class Cohort:
    """What is to be graded, how, and where the results go. `cluster` is the address of a scheduler of Dask's, None: on this machine.

    `on_grade` hears of each grade as it is there, `on_start` before of how many there are, and how many of them are taken from before.
    """

    folder: Path
    out: Path
    rubric: Rubric
    tier: Tier
    jobs: int = 1
    exports: Sequence[str] = ()
    cluster: str | None = None
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
        """Grades every submission and writes everything; the grades that count, in the order of the students' names.

        Whatever ends it, what had been graded is on disk and is not graded again. Raises HarnessError where the folder holds nothing.
        """
        if not self.found:
            self.find()
        found = to_be_graded(self.found, self.rubric.attempts)
        self._make_folders()
        python = platform.python_version()
        names = _names(found)
        units = [Unit(submission, name, key_of(submission, self.rubric, self.tier, python)) for submission, name in zip(found, names, strict=True)]
        self.pages = {unit.key: f"{PAGES}/{unit.name}.html" for unit in units}
        grades = {unit.key: known for unit in units if (known := self._from_before(unit)) is not None}
        todo = [unit for unit in units if unit.key not in grades]
        self.kept = len(grades)
        self.on_start(len(units), self.kept)
        if todo and self.cluster is not None:
            self._work_through_cluster(self.cluster, todo, grades)
        elif todo:
            self._work_through(todo, grades)
        chosen, said = counting([grades[unit.key] for unit in units], self.rubric.attempts)
        for unit in units:
            if unit.key in said:
                grades[unit.key] = msgspec.structs.replace(grades[unit.key], counted=said[unit.key])
                self._tell_attempts(unit, grades[unit.key])
        counted = [grades[units[place].key] for place in chosen]
        self._write_all(counted, [names[place] for place in chosen])
        return counted

    def _tell_attempts(self, unit: Unit, grade: Grade) -> None:
        """Writes the pages of an attempt once more, now that all are graded and it is known which counts."""
        results = [saved_result(self.out / RESULTS / f"{unit.name}-{number}.json") for number, _ in enumerate(grade.checks, 1)]
        checks = tuple(msgspec.structs.replace(check, result=result) for check, result in zip(grade.checks, results, strict=True))
        for name, text in student_pages(msgspec.structs.replace(grade, checks=checks), self.rubric, unit.name).items():
            write(self.out / PAGES / name, text)

    def _work_through(self, todo: Sequence[Unit], grades: dict[str, Grade]) -> None:
        with compiled_harness() as cache:
            check_that_it_runs(self.tier, cache)
            rubric, tier, out = self.rubric, self.tier, self.out

            def work(unit: Unit) -> Grade:
                done, files = grade_one(unit, rubric, tier, cache)
                write_all(out, files)
                return done

            with Pool(work, self.jobs) as pool:
                for number, done in pool.map(todo):
                    self._take(todo[number], done, grades)

    def _work_through_cluster(self, address: str, todo: Sequence[Unit], grades: dict[str, Grade]) -> None:
        from harness.grading.cluster import Cluster, Order

        with Cluster(address) as cluster:
            for number, done in cluster.map([Order(unit, self.rubric, self.tier) for unit in todo]):
                if isinstance(done, Lost):
                    self._take(todo[number], done, grades)
                    continue
                grade_there, files = done
                write_all(self.out, files)
                self._take(todo[number], grade_there, grades)

    def _take(self, unit: Unit, done: Grade | Lost, grades: dict[str, Grade]) -> None:
        if isinstance(done, Lost):
            self.lost.append(f"{unit.submission.student}: {done.why}")
            done = _lost(unit, self.rubric, self.tier, done.why)
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
                sweep_partial(self.out / name)
            sweep_partial(self.out)
        except OSError as error:
            raise HarnessError(f"--out {self.out}: cannot be made ({error.strerror})") from None

    def _write_all(self, grades: Sequence[Grade], names: Sequence[str]) -> None:
        write(self.out / "grades.csv", grades_csv(grades, self.pages))
        write(self.out / "index.html", class_page(grades, self.pages, self.rubric))
        write_exports(self.exports, self.out, grades, names, self.rubric)


def grade_one(unit: Unit, rubric: Rubric, tier: Tier, cache: str) -> tuple[Grade, dict[str, bytes]]:
    """The grade of one submission, without the results, and its files below OUT: pages, results and, last, the grade."""
    full = grade(unit.submission, rubric, tier, cache, unit.key, lambda: datetime.now(UTC))
    files = {f"{PAGES}/{name}": text.encode("utf-8", "backslashreplace") for name, text in student_pages(full, rubric, unit.name).items()}
    for number, check in enumerate(full.checks, 1):
        if check.result is not None:
            files[f"{RESULTS}/{unit.name}-{number}.json"] = to_json(check.result)
    light = msgspec.structs.replace(full, checks=tuple(msgspec.structs.replace(check, result=None) for check in full.checks))
    files[f"{RESULTS}/{unit.name}.grade.json"] = msgspec.json.format(msgspec.json.encode(light), indent=2) + b"\n"
    return light, files


def write_all(out: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files of a grade, the grade last: where it is there, all of it is."""
    for name, data in files.items():
        write(out / name, data)


def write(path: Path, data: str | bytes) -> None:
    """Writes a file so that it is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data)
        partial.replace(path)
    except OSError as error:
        raise HarnessError(f"{path}: cannot be written ({error.strerror})") from None


def sweep_partial(folder: Path) -> None:
    """Removes what `write` had half written when its process was killed."""
    for left in folder.glob(".*.*"):
        pid = left.name.rpartition(".")[2]
        if pid.isdigit() and not is_running(int(pid)):
            left.unlink(missing_ok=True)


def _names(found: Sequence[Submission]) -> list[str]:
    """A file name for each submission: plain characters, none twice however the file system compares them, the same from one run to the next."""
    whole = [_whole_name(submission) for submission in found]
    plain = [re.sub(r"[^\w.-]+", "_", name).strip("._")[:80] for name in whole]
    folded = [name.casefold() for name in plain]
    names = []
    for submission, name in zip(found, plain, strict=True):
        if not name or folded.count(name.casefold()) > 1 or not name.isascii():
            name = f"{name}-{hashlib.sha256(f'{submission.student}/{submission.id}{_attempt(submission)}'.encode(errors='surrogatepass')).hexdigest()[:8]}"
        names.append(name)
    return names


def _whole_name(submission: Submission) -> str:
    return submission.student + (f"_{submission.id}" if submission.id else "") + _attempt(submission)


def _attempt(submission: Submission) -> str:
    return f"-attempt-{submission.attempt}" if submission.attempts > 1 else ""


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
        attempt=unit.submission.attempt,
        attempts=unit.submission.attempts,
    )
