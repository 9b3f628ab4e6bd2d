"""`harness grade` and `harness rubric`: a folder of submissions, and what the points are given for."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from harness.cli.faults import FAULT_STATUS
from harness.errors import HarnessError
from harness.grading.cohort import Cohort
from harness.grading.default_rubric import DEFAULT
from harness.grading.grade import Grade
from harness.grading.read_rubric import default_rubric, load_rubric
from harness.grading.tiers import check_out_of_sight, choose_tier
from harness.report.words import count, joined, printable, seconds

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from harness.grading.gradebook import Gradebook

USAGE_STATUS = 2
SAID = {"survived": "survived", "verified": "verified", "failed": "failed", "error": "not judged"}


def grade_folder(folder: Path, out: Path, rubric_file: Path | None, jobs: int | None, sandbox: str, required: str | None, resume: bool, **more: Any) -> int:
    """Grades the submissions in a folder and says where the results are; the exit status: 0 when all were graded, whatever the grades."""
    exports: tuple[str, ...] = more["exports"]
    began = time.monotonic()
    book: Gradebook | None = None
    with Tally() as tally:
        try:
            rubric = load_rubric(rubric_file) if rubric_file is not None else default_rubric()
            if resume and not (out / "results").is_dir():
                raise HarnessError(f"--resume: {out} holds no grading that was begun")
            tier, why = choose_tier(sandbox, required)
            if why and more["cluster"] is None:
                click.echo(f"The sandbox is only of tier {tier.name}: {why}", err=True)
            cohort = Cohort(folder, out, rubric, tier, jobs or _processors(), exports, more["cluster"], tally.start, tally.add)
            cohort.find()
            if tier.name == "bwrap":
                check_out_of_sight([folder, out, *([rubric_file] if rubric_file is not None else [])])
            out.mkdir(parents=True, exist_ok=True)
            book = _gradebook(more["store"], out)
            grades = cohort.grade_all()
            if book is not None:
                book.add_run(cohort, grades)
        except HarnessError as error:
            tally.stop()
            click.echo(f"Error: {error}", err=True)
            return USAGE_STATUS
        except OSError as error:
            tally.stop()
            click.echo(f"Error: {error.filename or out}: {error.strerror}", err=True)
            return USAGE_STATUS
        except KeyboardInterrupt:
            tally.stop()
            click.echo(f"Stopped; {tally.done} of {tally.total} are graded. The same command with --resume goes on.", err=True)
            raise click.Abort from None
        finally:
            if book is not None:
                book.close()
    _sum_up(cohort, grades, time.monotonic() - began)
    for line in cohort.lost:
        click.echo(f"The harness failed on {printable(line)}", err=True)
    return FAULT_STATUS if cohort.lost else 0


def write_rubric(file: Path | None) -> int:
    """Writes the default rubric with its comments to a file, or to standard output."""
    if file is None:
        click.echo(DEFAULT, nl=False)
        return 0
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(DEFAULT)
    except FileExistsError:
        raise click.UsageError(f"{file} exists already") from None
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"written: {file}", err=True)
    return 0


class Tally:
    """A progress bar on standard error with how many passed and failed so far, where that is a terminal."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self._verdicts: Counter[str] = Counter()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Tally:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Wipes the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def start(self, total: int, kept: int) -> None:
        """So many submissions, of which so many were graded before."""
        self.total, self.done = total, kept
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(), TimeRemainingColumn())
        # No thread of its own: processes are forked while it is shown.
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._bar.add_task("", total=total, completed=kept)
        self._bar.start()

    def add(self, grade: Grade) -> None:
        """One more."""
        self.done += 1
        self._verdicts[grade.verdict] += 1
        if self._bar is not None and self._task is not None:
            said = ", ".join(f"{self._verdicts[verdict]} {word}" for verdict, word in SAID.items() if self._verdicts[verdict])
            self._bar.update(self._task, completed=self.done, description=said, refresh=True)


def _gradebook(store: str | None, out: Path) -> Gradebook | None:
    from harness.grading.gradebook import open_gradebook

    return open_gradebook(store, out)


def _sum_up(cohort: Cohort, grades: list[Grade], took_s: float) -> None:
    verdicts = Counter(grade.verdict for grade in grades)
    said = joined([f"{verdicts[verdict]} {word}" for verdict, word in SAID.items() if verdicts[verdict]])
    full = sum(grade.score >= grade.max_score for grade in grades)
    click.echo(f"{count(len(grades), 'submission')} graded in {seconds(took_s)}: {said}; {full} with full points.")
    if cohort.kept:
        click.echo(f"{count(cohort.kept, 'grade')} taken from before: nothing about them has changed.")
    if cohort.layout != "plain":
        click.echo(f"Names are those of {cohort.layout.capitalize()}'s download.")
    several = sum(grade.attempts > 1 for grade in grades)
    if several:
        click.echo(f"{count(several, 'student')} handed in more than once: the {cohort.rubric.attempts} attempt counts.")
    flagged = sum(bool(grade.look_at) for grade in grades)
    if flagged:
        click.echo(f"{count(flagged, 'submission')} should be looked at by a person: see the column look_at.")
    click.echo(f"Sandbox: {cohort.tier.how}")
    click.echo(f"The class: {cohort.out / 'index.html'}   the grades: {cohort.out / 'grades.csv'}")


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
