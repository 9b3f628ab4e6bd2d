"""A result as one self-contained page: no script, nothing loaded, everything escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.model.result import Result
from harness.report.text import report_lines

WIDTH = 100


def page(result: Result) -> str:
    """The HTML page of a result; made from the result alone."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("page.html").render(result=result, lines=report_lines(result, WIDTH))
