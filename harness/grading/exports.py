"""Grades as other systems read them: Gradescope, Canvas, JUnit XML, SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import harness
from harness.grading.grade import Grade
from harness.grading.page.render import number_of
from harness.grading.rubric import Rubric
from harness.grading.tables import canvas_csv
from harness.model.result import Result, from_json
from harness.report.junit import junit
from harness.report.sarif import sarif

EXPORTS = ("gradescope", "canvas", "junit", "sarif")


def write_exports(wanted: Sequence[str], out: Path, grades: Sequence[Grade], names: Sequence[str], rubric: Rubric) -> None:
    """Writes the exports that are wanted below `out`: ``canvas.csv``, and a folder each for the others with a file for each student or check."""
    if "canvas" in wanted:
        (out / "canvas.csv").write_text(canvas_csv(grades, rubric), encoding="utf-8")
    for kind in ("gradescope", "junit", "sarif"):
        if kind not in wanted:
            continue
        folder = out / kind
        folder.mkdir(exist_ok=True)
        for grade, name in zip(grades, names, strict=True):
            if kind == "gradescope":
                (folder / f"{name}.json").write_text(json.dumps(gradescope(grade), indent=2) + "\n", encoding="utf-8")
                continue
            for number, _ in enumerate(grade.checks, 1):
                result = saved_result(out / "results" / f"{name}-{number}.json")
                if result is None:
                    continue
                if kind == "junit":
                    (folder / f"{name}-{number}.xml").write_text(junit(result), encoding="utf-8")
                else:
                    (folder / f"{name}-{number}.sarif").write_text(sarif(result, harness.__version__), encoding="utf-8")


def gradescope(grade: Grade) -> dict[str, Any]:
    """The ``results.json`` of Gradescope's autograder: a test for each line of points."""
    tests: list[dict[str, Any]] = []
    for check in grade.checks:
        visibility = "hidden" if check.hidden else "visible"
        for line in check.points:
            tests.append(
                {
                    "name": f"{check.name}: no {', '.join(line.kinds)}",
                    "score": line.given,
                    "max_score": 0 if check.extra else line.points,
                    "status": "passed" if line.given == line.points else "failed",
                    "output": line.because or f"not seen in {check.executions:,} executions",
                    "output_format": "text",
                    "visibility": visibility,
                }
            )
        if not check.points:
            tests.append({"name": check.name, "status": "failed" if check.verdict in ("failed", "error") else "passed", "visibility": visibility})
    late = f"Late: {number_of(grade.late_percent)} % less. " if grade.late_percent else ""
    return {
        "score": round(grade.score + grade.extra, 2),
        "execution_time": round(grade.elapsed_s),
        "output": f"{late}{_said(grade)}",
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _said(grade: Grade) -> str:
    lines = [f"Verdict: {grade.verdict}. Sandbox: {grade.sandbox}."]
    for check in grade.checks:
        if not check.hidden:
            lines += [f"{check.name}: {kind}: {check.messages.get(kind, '')}" for kind in check.kinds]
            lines += [f"{check.name}: {check.reason}"] if check.reason else []
    return "\n".join([*lines, *grade.notes])


def saved_result(path: Path) -> Result | None:
    """The result in a file; None where a check has left none."""
    try:
        return from_json(path.read_bytes())
    except OSError:
        return None

