"""`harness gradebook`: the runs of a gradebook, one run's grades, one student's results, two runs compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.terminal import paint, width
from harness.errors import HarnessError
from harness.grading.gradebook import Gradebook, open_gradebook
from harness.grading.page.render import number_of
from harness.report.table import Line
from harness.report.text import report_lines
from harness.report.words import printable, shortened

Row = dict[str, Any]


def list_runs(where: str) -> int:
    """A line for each run."""
    book = _open(where)
    rows = [(str(run["id"]), run["at"], str(run["grades"]), number_of(run["mean"] or 0), run["rubric"], run["folder"]) for run in book.runs()]
    _table(("run", "at", "grades", "mean", "rubric", "folder"), rows)
    book.close()
    return 0


def show_run(where: str, run: int | None, student: str | None) -> int:
    """The grades of a run (the last one where none is named), or all results of one student in it."""
    book = _open(where)
    grades = _grades(book, _last(book) if run is None else run)
    if student is None:
        rows = [(grade["student"], grade["student_id"], *_points(grade), grade["verdict"], grade["attempt"], grade["mistakes"]) for grade in grades]
        _table(("student", "id", "score", "of", "verdict", "attempt", "mistakes"), rows)
        book.close()
        return 0
    found = [grade for grade in grades if student in (grade["student"], grade["student_id"])]
    if not found:
        raise click.UsageError(f"nobody is called {student} in this run")
    for grade in found:
        paint([Line(f"{printable(grade['student'])}: {' of '.join(_points(grade))} points, {grade['verdict']}; {grade['page']}", "heading")])
        if grade["counted"]:
            paint([Line(f"{grade['counted']}.")])
        for result in book.results(grade["id"]):
            paint([Line(""), *report_lines(result, width())])
    book.close()
    return 0


def compare_runs(where: str, one: int, other: int) -> int:
    """Whose grade is another in the second run than in the first."""
    book = _open(where)
    first, second = (({(grade["student"], grade["student_id"]): grade for grade in _grades(book, run)}) for run in (one, other))
    rows = []
    for who in sorted(first.keys() | second.keys()):
        before, after = first.get(who), second.get(who)
        if before is None or after is None or _said(before) != _said(after):
            rows.append((who[0], who[1], _said(before) if before else "(not there)", _said(after) if after else "(not there)"))
    if rows:
        _table(("student", "id", f"run {one}", f"run {other}"), rows)
    else:
        click.echo(f"Runs {one} and {other} have the same grades.")
    book.close()
    return 0


def _open(where: str) -> Gradebook:
    """The gradebook of a grading's folder, of a file, or at a URL."""
    if "://" in where:
        url = where
    else:
        path = Path(where)
        file = path / "gradebook.db" if path.is_dir() else path
        if not file.exists():
            raise click.UsageError(f"{file}: there is no gradebook")
        url = f"sqlite:///{file.absolute()}"
    try:
        book = open_gradebook(url, Path(where))
    except HarnessError as error:
        raise click.UsageError(str(error)) from None
    assert book is not None
    return book


def _grades(book: Gradebook, run: int) -> list[Row]:
    try:
        return book.grades(run)
    except HarnessError as error:
        raise click.UsageError(str(error)) from None


def _last(book: Gradebook) -> int:
    runs = book.runs()
    if not runs:
        raise click.UsageError("the gradebook has no run yet")
    return int(runs[-1]["id"])


def _points(grade: Row) -> tuple[str, str]:
    extra = f" + {number_of(grade['extra'])}" if grade["extra"] else ""
    return f"{number_of(grade['score'])}{extra}", number_of(grade["max_score"])


def _said(grade: Row) -> str:
    return f"{_points(grade)[0]} {grade['verdict']}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    clean = [[printable(cell) for cell in row] for row in rows]
    columns = [max(len(cell) for cell in column) for column in zip(head, *clean, strict=True)]
    lines = [Line("  ".join(name.ljust(column) for name, column in zip(head, columns, strict=True)).rstrip(), "heading")]
    for row in clean:
        text = "  ".join(cell.ljust(column) for cell, column in zip(row, columns, strict=True)).rstrip()
        lines.append(Line(shortened(text, max(width(), 60))))
    paint(lines)
