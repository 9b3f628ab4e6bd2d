"""`harness list`: what there is, each with one line."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

from harness.model.finding import KINDS
from harness.strategies import catalogue


def render() -> str:
    """The implementations, the strategies and the kinds of findings as text."""
    sections = [
        ("Implementations (harness check implementations.NAME:Pipeline)", implementations()),
        ("Strategies (--strategy NAME)", list(catalogue.STRATEGIES.items())),
        ("Kinds of findings, root cause first", [(kind.name, f"{kind.severity}: {kind.meaning}") for kind in KINDS]),
    ]
    lines: list[str] = []
    for title, rows in sections:
        columns = max((len(name) for name, _ in rows), default=0)
        lines += [*([""] if lines else []), title, *(f"  {name:<{columns}}  {text}" for name, text in rows)]
    return "\n".join(lines) + "\n"


def implementations() -> list[tuple[str, str]]:
    """The modules of the installed package `implementations` with the first line of each docstring; nothing is imported."""
    found = importlib.util.find_spec("implementations")
    folders = [Path(folder) for folder in found.submodule_search_locations or ()] if found is not None else []
    rows = []
    for file in sorted(file for folder in folders for file in folder.glob("*.py") if file.name != "__init__.py"):
        docstring = ast.get_docstring(ast.parse(file.read_bytes())) or "(no description)"
        rows.append((file.stem, docstring.partition("\n")[0]))
    return rows
