"""The pages made from grades: everything escaped, nothing loaded, the one script and the one style allowed by their hashes."""

from __future__ import annotations

import base64
import hashlib
import platform
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

import harness
from harness.grading.grade import CheckGrade, Grade
from harness.grading.rubric import Rubric
from harness.model.finding import KINDS
from harness.model.result import Bounds, Result, ScenarioSize
from harness.report.page import page
from harness.report.words import count, joined, printable, unique

HERE = Path(__file__).parent
BARS = 10
TALLEST = 90
EXAMPLES = 3
SAID = {"survived": "survived", "verified": "verified", "failed": "failed", "error": "could not be judged"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the class's table."""

    grade: Grade
    page: str
    mistakes: str
    remarks: str


def student_pages(grade: Grade, rubric: Rubric, name: str) -> dict[str, str]:
    """The pages of a student by file name: `name`.html has the rubric and the report of the check that lost most, further checks one page each.

    Of a hidden check there is only a line that says how it ended.
    """
    shown = [check for check in grade.checks if not check.hidden and check.result is not None]
    shown.sort(key=_points_lost)
    files = {id(check): f"{name}.html" if number == 0 else f"{name}-{number + 1}.html" for number, check in enumerate(shown)}
    lines = [_line(check, number, files.get(id(check), "")) for number, check in enumerate(grade.checks, 1)]
    preface = _template("grade.html").render(
        grade=grade,
        checks=lines,
        rubric_title=rubric.title,
        count=count,
        number=number_of,
    )
    if not shown:
        return {f"{name}.html": page(_empty(grade), Markup(preface))}
    return {files[id(check)]: page(check.result, Markup(preface)) for check in shown if check.result is not None}


def class_page(grades: Sequence[Grade], pages: Mapping[str, str], rubric: Rubric) -> str:
    """The page of the class. `pages` gives each grade's page by its key."""
    rows = [Row(grade, pages[grade.key], _said_mistakes(grade), _remarks(grade)) for grade in grades]
    scores = [grade.score for grade in grades]
    verdicts = Counter(grade.verdict for grade in grades)
    bars = _bars(scores, rubric.max_score)
    style, script = _part("class.css"), _part("class.js")
    return _template("class.html").render(
        rubric=rubric,
        rows=rows,
        has_ids=any(grade.id for grade in grades),
        has_remarks=any(row.remarks for row in rows),
        several_attempts=any(grade.attempts > 1 for grade in grades),
        tally=joined([f"{verdicts[verdict]} {said}" for verdict, said in SAID.items() if verdicts[verdict]]),
        mean=round(statistics.fmean(scores), 1),
        median=statistics.median(scores),
        bars=bars,
        bars_said="; ".join(f"{bar['label']} points: {bar['number']}" for bar in bars if bar["number"]),
        mistakes=_mistakes(rows),
        sandboxes=sorted({grade.sandbox for grade in grades}),
        version=harness.__version__,
        python=platform.python_version(),
        count=count,
        number=number_of,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def number_of(number: float) -> str:
    """Points without a needless fraction: "30", "27.5"."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _points_lost(check: CheckGrade) -> tuple[bool, bool, float]:
    return check.verdict in ("survived", "verified"), check.extra, check.score - check.max_score


def _line(check: CheckGrade, number: int, link: str) -> dict[str, Any]:
    if not check.hidden:
        return {
            "name": check.name,
            "extra": check.extra,
            "points": check.points,
            "executions": check.executions,
            "reason": check.reason,
            "verdict": check.verdict,
            "link": link,
        }
    because = "" if check.score == check.max_score else "not everything was as it should be"
    points = ({"kinds": ("(hidden)",), "points": check.max_score, "given": check.score, "because": because},)
    return {"name": f"Hidden check {number}", "extra": check.extra, "points": points, "executions": check.executions, "reason": "", "verdict": "", "link": ""}


def _empty(grade: Grade) -> Result:
    return Result(
        target=grade.file or grade.student,
        mode="class",
        scenario=ScenarioSize(),
        engine="explore",
        strategy="auto",
        seed=0,
        python=platform.python_version(),
        verdict="error",
        error=next((check.reason for check in grade.checks if not check.hidden and check.reason), "what the hidden checks found is not shown"),
        bounds=Bounds(),
    )


def _said_mistakes(grade: Grade) -> str:
    core, extra = (unique(kind for check in grade.checks if check.extra == is_extra for kind in check.kinds) for is_extra in (False, True))
    return ", ".join(core) + (f"{'; ' if core else ''}extra: {', '.join(extra)}" if extra else "")


def _remarks(grade: Grade) -> str:
    said = grade.notes
    if grade.reason:
        said.insert(0, grade.reason)
    if grade.late_percent:
        said.append(f"late: {number_of(grade.late_percent)} % less")
    if grade.look_at:
        said.append(f"look at: {'; '.join(grade.look_at[:4])}")
    return printable(". ".join(said))


def _bars(scores: Sequence[float], most: float) -> list[dict[str, Any]]:
    """How many scores lie in each tenth of the points, and those with all of them by themselves."""
    if most <= 0:
        return []
    counts = [0] * (BARS + 1)
    for score in scores:
        counts[max(0, min(BARS, int(score * BARS / most + 1e-9)))] += 1
    highest = max([*counts, 1])
    ends = [number_of(most * number / BARS) for number in range(BARS + 1)]
    labels = [f"{ends[number]}+" if number < BARS else ends[number] for number in range(BARS + 1)]
    return [{"label": label, "number": number, "height": round(TALLEST * number / highest)} for label, number in zip(labels, counts, strict=True)]


def _mistakes(rows: Sequence[Row]) -> list[dict[str, Any]]:
    found = []
    for kind in KINDS:
        having = [row for row in rows if any(kind.name in check.kinds for check in row.grade.checks)]
        if having:
            found.append({"kind": kind.name, "meaning": kind.meaning, "number": len(having), "examples": having[:EXAMPLES]})
    return sorted(found, key=lambda mistake: -int(mistake["number"]))


@lru_cache(maxsize=4)
def _template(name: str) -> Template:
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(name)


@lru_cache(maxsize=4)
def _part(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
