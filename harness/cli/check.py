"""`harness check`: one target in full, or a folder with a line for each file."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, assert_never

import click

from harness.cli.answers import Checked, Faulted, Progress, Refused, Shown, Stopped, error_result, guarded, unguarded
from harness.cli.progress import ProgressBar
from harness.cli.terminal import paint, width
from harness.errors import InternalError
from harness.model.result import Result, to_json, without_hints
from harness.program_source import runs_something
from harness.report.table import Line
from harness.report.text import report_lines
from harness.report.words import count, joined, printable, seconds, shortened, unique
from harness.syntax import imported_by

USAGE_STATUS = 2


def check_one(target: str, settings: dict[str, Any], form: str, folder: Path | None, wants_hints: bool = True) -> int:
    """Check one target and show the result; the exit status."""
    result = _result(target, settings)
    if not isinstance(result, Result):
        return result
    if not wants_hints:
        result = without_hints(result)
    if folder is not None:
        _write(result, folder)
    if form == "json":
        click.echo(to_json(result), nl=False)
    else:
        paint(report_lines(result, width()))
    return result.exit_status


def check_folder(path: Path, settings: dict[str, Any], folder: Path | None, wants_hints: bool = True) -> int:
    """Check the Python files that stand directly in a folder and show a line for each; the worst exit status.

    A file that another one there imports need not stand alone: what cannot be judged by itself is judged as a part of that one.
    """
    trees = {file: _tree(file) for file in sorted(path.glob("*.py"))}
    files = [file for file, tree in trees.items() if file.name != "__init__.py" and _has_something_to_check(tree)]
    if not files:
        raise click.UsageError(f"{path} holds no Python file with a class or an entry (its sub-folders are not searched)")
    worst = n_checked = 0
    columns = max(len(file.name) for file in files)
    for file in files:
        users = [other.name for other, tree in trees.items() if other != file and tree is not None and file.stem in imported_by(tree)]
        result, how = _result(str(file), settings), ""
        if users and isinstance(result, Result) and result.is_part and "+" in result.mode:
            result, how = _result(str(file), {**settings, "mode": "class"}), "as a class: "
        if not isinstance(result, Result):
            worst = max(worst, result)
            paint([Line(f"{file.name.ljust(columns)}  fault     the harness failed on this file; see standard error", "verdict-error")])
            continue
        if users and result.is_part:
            paint([Line(f"{file.name.ljust(columns)}  nothing   to check by itself, imported by {joined(users)}", "basis")])
            continue
        if folder is not None:
            _write(result if wants_hints else without_hints(result), folder)
        n_checked += 1
        worst = max(worst, result.exit_status)
        paint([_summary(result, file.name.ljust(columns), how)])
    words, name = "To see one in full" if worst == 0 else "To see what went wrong in one of them", "FILE.py"
    if worst == 0 and n_checked == 0:  # nothing was shown of any file, so it is no pass
        worst, words, name = USAGE_STATUS, "To check a function that starts threads", "FILE.py:FUNCTION"
    paint([Line(""), Line(f"{count(n_checked, 'file')} checked. {words}: harness check {_quoted(files[0].parent)}/{name}", "basis")])
    return worst


def report_name(target: str) -> str:
    """The name of a target's report files: "naive" for naive.py, "naive-Pipeline" for naive.py:Pipeline."""
    path, colon, name = target.rpartition(":")
    if not colon or not name.isidentifier():
        path, name = target, ""
    stem = re.split(r"[\\/]", path)[-1].removesuffix(".py")
    return re.sub(r"[^\w.+-]", "_", f"{stem}-{name}" if name else stem) or "target"


def _result(target: str, settings: dict[str, Any]) -> Result | int:
    """The result, or the exit status where there is none."""

    def work(beat: Progress) -> Checked:
        from harness import checking

        return Checked(checking.check(target, on_progress=beat, **settings))

    with ProgressBar(target) as bar:
        # Engine stress keeps the target in child processes of its own, and its watch must stand outside of them: here.
        answer = unguarded(work, bar.advance) if settings["engine"] == "stress" else guarded(work, bar.advance)
    match answer:
        case Checked(result=result):
            return result
        case Stopped() as stopped:
            return error_result(target, stopped, settings)
        case Refused(message=message):
            click.echo(f"Error: {message}", err=True)
            return USAGE_STATUS
        case Faulted(status=status):
            return status
        case Shown():
            raise InternalError("a check answered as a replay")
        case _:
            assert_never(answer)


def _summary(result: Result, name: str, how: str) -> Line:
    kinds = joined(unique(finding.kind for finding in result.findings if finding.severity == "error"))
    match result.verdict:
        case "failed":
            said, role = kinds, "verdict-failed"
        case "error":
            said, role = printable(result.error or ""), "verdict-error"
        case "verified":
            said, role = "every schedule within the bounds", "verdict-passed"
        case "survived":
            said, role = f"no failing execution{f'; warnings: {kinds}' if kinds else ''}", "verdict-passed"
        case _:
            assert_never(result.verdict)
    ran = f"{count(result.executions, 'execution')} in {seconds(result.elapsed_s)}"
    text = f"{name}  {result.verdict:<8}  {how}{said}" + (f"  ({ran})" if result.executions else "")
    return Line(shortened(text, max(width(), 60)), role)


def _write(result: Result, folder: Path) -> None:
    from harness.report.page import page

    name = report_name(result.target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_bytes(to_json(result))
        (folder / f"{name}.html").write_text(page(result), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"the report cannot be written to {folder}: {error.strerror or error}") from None
    click.echo(f"written: {folder / name}.html and .json", err=True)


def _tree(file: Path) -> ast.Module | None:
    """The file parsed; None if it cannot be."""
    try:
        return ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        return None


def _has_something_to_check(tree: ast.Module | None) -> bool:
    """Whether a file has a class or an entry; one that cannot be parsed is checked too, so that it is said."""
    return tree is None or runs_something(tree) or any(isinstance(node, ast.ClassDef) for node in tree.body)


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))
