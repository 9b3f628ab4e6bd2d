"""`harness report`: a saved result rendered again, in any form."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from harness.cli.terminal import paint, width
from harness.model.result import Result, from_json, without_hints
from harness.report.text import render, report_lines

SUFFIXES = {"html": ".html", "sarif": ".sarif", "junit": ".junit.xml", "text": ".txt"}
OUTPUT_WIDTH = 100


def report_one(path: Path, folder: Path | None, form: str, wants_hints: bool = True) -> int:
    """Render the result in the file at `path`; to standard output, or into `folder` under the file's name. The exit status, always 0."""
    result = read_result(path)
    if not wants_hints:
        result = without_hints(result)
    if folder is None:
        if form == "text":
            paint(report_lines(result, width()))
        else:
            click.echo(rendered(result, form), nl=False)
        return 0
    written = folder / f"{path.stem}{SUFFIXES[form]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written.write_text(rendered(result, form), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"the report cannot be written to {folder}: {error.strerror or error}") from None
    click.echo(f"written: {written}", err=True)
    return 0


def rendered(result: Result, form: str) -> str:
    """The result in one of the forms of `SUFFIXES`."""
    if form == "html":
        from harness.report.page import page

        return page(result)
    if form == "sarif":
        import harness
        from harness.report.sarif import sarif

        return sarif(result, harness.__version__)
    if form == "junit":
        from harness.report.junit import junit

        return junit(result)
    return render(result, OUTPUT_WIDTH)


def read_result(path: Path) -> Result:
    """The saved result. Raises UsageError where the file is no such thing."""
    try:
        return from_json(path.read_bytes())
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        said = str(error).splitlines()[0]
        raise click.UsageError(f"{path} holds no result of `harness check --format json` or `--report`: {said}") from None
