"""Writes a sheet for a reader who has not seen the code, and the key to it: ``python -m tests.reader.sheet FOLDER`` in the root of the repository.

The sheet holds, for each mistake of implementations/flawed/, what the report says without a line of source, and three questions.
"""

from __future__ import annotations

import textwrap
import tomllib
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import harness
from harness.report.text import HINTS_HEADING, headline, standing_lines
from harness.report.words import count
from tests.tables import FLAWED, Expectation

QUESTIONS = Path(__file__).with_name("questions.toml")
WIDTH = 110
WARNINGS = 2


def main(folder: Path) -> None:
    """Writes FOLDER/sheet.md and FOLDER/key.md."""
    table = questions()
    sheet = ["# What the reports say", "", "For each: answer from the text alone. A line number is enough to name a line.", ""]
    key = ["# The answers", ""]
    for number, row in enumerate(rows(), 1):
        sheet += [f"## {number}. A pipeline", "", *told_without_source(row), ""]
        sheet += [f"{letter}. {question}" for letter, question in zip("abc", table["questions"], strict=True)] + [""]
        answers = table[row.path.stem]
        key += [f"## {number}. {row.path.stem}", ""] + [f"{letter}. {answers[part]}" for letter, part in zip("abc", PARTS, strict=True)] + [""]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sheet.md").write_text("\n".join(sheet), encoding="utf-8")
    (folder / "key.md").write_text("\n".join(key), encoding="utf-8")
    print(f"{folder / 'sheet.md'} for the reader, {folder / 'key.md'} for who marks it: {3 * len(rows())} questions")


PARTS = ("lines", "why", "remedy")


def rows() -> list[Expectation]:
    """One workload of each mistake: the smallest under which it shows."""
    found: dict[str, Expectation] = {}
    for row in FLAWED:
        if row.kinds:
            found.setdefault(row.file, row)
    return list(found.values())


def told_without_source(row: Expectation) -> list[str]:
    """The report of one workload as lines: claims, arguments, hints and how the threads stood, no line of the program and not its name."""
    result = harness.check(
        str(row.path), mode="class", producers=row.producers, consumers=row.consumers, messages=row.messages, capacity=row.capacity, executions=2000
    )
    size = f"{count(row.producers, 'producer')}, {count(row.consumers, 'consumer')}, {count(row.messages, 'message')} each, capacity {row.capacity}"
    lines = [headline(result).text.replace(str(row.path), "FILE"), size, ""]
    for finding in result.errors:
        lines += [*paragraph(f"{finding.kind}: {finding.message}"), "", *paragraph(" ".join(finding.explanation), "  "), ""]
        if finding.hints:
            lines += [f"  {HINTS_HEADING}:", *(line for hint in finding.hints for line in paragraph(f"- {hint}", "  ")), ""]
    trace = next((finding.trace for finding in result.errors if finding.trace is not None), None)
    if trace is not None:
        lines += [line.text for line in standing_lines(trace, WIDTH)]
    warnings = [finding for finding in result.findings if finding.severity == "warning"][:WARNINGS]
    for finding in warnings:
        lines += ["", *paragraph(f"warning, {finding.kind}: {finding.message}")]
    return ["```", *(line.replace(row.path.name, "FILE.py") for line in lines), "```"]


def paragraph(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def questions() -> dict[str, Any]:
    """The table of the file."""
    return tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))


def folder_of(arguments: Sequence[str] | None) -> Path:
    """The folder that the command names."""
    parser = ArgumentParser(prog="python -m tests.reader.sheet", description="Writes FOLDER/sheet.md for a reader and FOLDER/key.md.")
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    return folder


if __name__ == "__main__":
    main(folder_of(None))
