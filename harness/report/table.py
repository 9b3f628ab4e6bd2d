"""The rows of a view as lines of text: a column per thread, or, where the terminal is narrow, one column with the threads' names."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from typing import assert_never

from harness.report.view import GapRow, Row, StepRow, SwitchRow, View
from harness.report.words import file_name

NARROWEST_COLUMN = 26
WIDEST_COLUMN = 58
BETWEEN = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; `role` says what it is, for who prints in colour ("plain" where it is nothing special)."""

    text: str
    role: str = "plain"


def lay_out(view: View, width: int, indent: str = "  ") -> list[Line]:
    """The view in at most `width` columns (single words that are longer stay whole only where they must)."""
    gutter = max([4, *(len(_place(view, row)) for row in view.rows if isinstance(row, StepRow))])
    if not view.threads:
        return []
    room = width - len(indent) - gutter - len(BETWEEN)
    column = (room - len(BETWEEN) * (len(view.threads) - 1)) // len(view.threads)
    if column < NARROWEST_COLUMN and len(view.threads) > 1:
        return _single_column(view, max(room, 20), gutter, indent, width)
    return _columns(view, min(column, WIDEST_COLUMN), gutter, indent, width)


def cell_lines(row: StepRow, width: int) -> list[tuple[str, str]]:
    """The lines of one row's cell with their roles: the source text, then what it did, indented."""
    lines = [(text, "source") for text in _wrapped(row.source, width, "    ")[:3]] if row.source else []
    role = "failure" if row.is_failure else "effect" if row.source else "call"
    for position, effect in enumerate(row.effects):
        times = f"  ({row.times} times)" if row.times > 1 and position == len(row.effects) - 1 else ""
        lead = "  " if row.source else ""
        lines += [(lead + text, role) for text in _wrapped(effect + times, width - len(lead), "  ")]
    return lines


def measured(text: str) -> int:
    """How many terminal columns the text takes: East Asian wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _columns(view: View, column: int, gutter: int, indent: str, width: int) -> list[Line]:
    head = BETWEEN.join(_padded(name, column) for name in view.threads)
    total = gutter + len(BETWEEN) + column * len(view.threads) + len(BETWEEN) * (len(view.threads) - 1)
    lines = [Line(f"{indent}{'line':>{gutter}}{BETWEEN}{head}".rstrip(), "heading"), Line(indent + "-" * total, "rule")]
    for row in view.rows:
        if not isinstance(row, StepRow):
            lines += _note(row, indent, gutter, width)
            continue
        place = _place(view, row)
        before = " " * ((column + len(BETWEEN)) * view.threads.index(row.thread))
        for text, role in cell_lines(row, column):
            lines.append(Line(f"{indent}{place:>{gutter}}{BETWEEN}{before}{text}".rstrip(), role))
            place = ""
    return lines


def _single_column(view: View, column: int, gutter: int, indent: str, width: int) -> list[Line]:
    lines: list[Line] = []
    current = ""
    for row in view.rows:
        if not isinstance(row, StepRow):
            lines += _note(row, indent, gutter, width)
            continue
        if row.thread != current:
            lines.append(Line(f"{indent}{row.thread}", "heading"))
            current = row.thread
        place = _place(view, row)
        for text, role in cell_lines(row, column):
            lines.append(Line(f"{indent}{place:>{gutter}}{BETWEEN}{text}".rstrip(), role))
            place = ""
    return lines


def _note(row: Row, indent: str, gutter: int, width: int) -> list[Line]:
    match row:
        case SwitchRow():
            text, role = f"-- {row.text} --", "preemption" if row.reason in ("preemption", "expiry") else "switch"
        case GapRow():
            text, role = f"... {row.text} ...", "gap"
        case StepRow():
            raise TypeError("a step has a cell of its own")
        case _:
            assert_never(row)
    lead = indent + " " * (gutter - 2)
    return [Line(lead + part, role) for part in _wrapped(text, width - len(lead), "   ")]


def _place(view: View, row: StepRow) -> str:
    if not row.line:
        return ""
    return str(row.line) if len(view.files) <= 1 else f"{file_name(row.file)}:{row.line}"


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - measured(text))


def _wrapped(text: str, width: int, hanging: str) -> list[str]:
    if measured(text) <= width:
        return [text]
    return textwrap.wrap(text, width, subsequent_indent=hanging, break_long_words=True, break_on_hyphens=False, drop_whitespace=True) or [""]
