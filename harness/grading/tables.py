"""Tables of grades for spreadsheets and gradebooks: no cell of theirs is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from harness.grading.grade import Grade
from harness.grading.page.render import number_of
from harness.grading.rubric import Rubric
from harness.report.words import printable

COLUMNS = (
    "student,score,max_score,verdict,extra,id,mistakes,mistakes_in_extra,reason,late_percent,handed_in,attempt,file,executions,look_at,remarks,sandbox,page".split(",")
)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take a cell for a formula when it comes first (the last four: the wide forms)."""


def grades_csv(grades: Iterable[Grade], pages: Mapping[str, str]) -> str:
    """A line for each grade."""
    rows = [
        [
            neutral(grade.student),
            number_of(grade.score),
            number_of(grade.max_score),
            grade.verdict,
            number_of(grade.extra),
            neutral(grade.id),
            _mistakes(grade, False),
            _mistakes(grade, True),
            neutral(grade.reason),
            number_of(grade.late_percent),
            grade.handed_in.isoformat() if grade.handed_in else "",
            f"{grade.attempt} (of {grade.attempts})" if grade.attempts > 1 else "",
            neutral(grade.file),
            str(sum(check.executions for check in grade.checks)),
            neutral("; ".join(grade.look_at)),
            neutral("; ".join(grade.notes)),
            grade.sandbox.partition(":")[0],
            neutral(pages[grade.key]),
        ]
        for grade in grades
    ]
    return _written([list(COLUMNS), *rows])


def canvas_csv(grades: Sequence[Grade], rubric: Rubric) -> str:
    """What Canvas's gradebook imports: a column for each way it knows a student, one for the assignment, the maximum in the second line."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", neutral(rubric.title)]
    possible = ["    Points Possible", "", "", "", "", number_of(rubric.max_score)]
    rows = [[neutral(grade.student), neutral(grade.id), "", "", "", number_of(grade.score + grade.extra)] for grade in grades]
    return _written([head, possible, *rows])


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: an apostrophe comes first where it could be."""
    text = printable(text)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def _mistakes(grade: Grade, extra: bool) -> str:
    return " ".join(dict.fromkeys(kind for check in grade.checks if check.extra == extra for kind in check.kinds))


def _written(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
