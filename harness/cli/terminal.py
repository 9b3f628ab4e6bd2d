"""Lines on the terminal, in colour where it is one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

import click

from harness.report.table import Line

WIDEST = 140
PIPED = 100

STYLES: dict[str, dict[str, Any]] = {
    "verdict-failed": {"fg": "red", "bold": True},
    "verdict-passed": {"fg": "green", "bold": True},
    "verdict-error": {"fg": "yellow", "bold": True},
    "finding": {"bold": True},
    "heading": {"bold": True},
    "rule": {"dim": True},
    "effect": {"fg": "cyan"},
    "call": {"fg": "blue"},
    "failure": {"fg": "red"},
    "switch": {"dim": True},
    "preemption": {"fg": "magenta", "bold": True},
    "gap": {"dim": True},
    "basis": {"dim": True},
    "replay": {"fg": "green"},
}
"""How each role of the report's lines looks; others stay plain."""


def paint(lines: Iterable[Line]) -> None:
    """Write the lines to standard output; colour only on a terminal and where NO_COLOR is not set."""
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in lines:
        styled = click.style(line.text, **STYLES[line.role]) if is_coloured and line.role in STYLES and line.text else line.text
        click.echo(styled, color=is_coloured)


def width() -> int:
    """How many columns a line of the report may have."""
    return max(40, min(shutil.get_terminal_size((PIPED, 24)).columns, WIDEST))
