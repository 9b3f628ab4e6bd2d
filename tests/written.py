"""Targets that a test writes into the folder it stands in."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent


def write(source: str, name: str = "target.py") -> str:
    """The name of a file with this source."""
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(dedent(source), encoding="utf-8")
    return name
