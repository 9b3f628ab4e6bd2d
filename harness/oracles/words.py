"""How the oracles' sentences name values, calls and places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os.path import basename
from typing import Any

LONGEST_VALUE = 60
LONGEST_LISTING = 6


def show(value: Any) -> str:
    """The value's repr on one line of at most `LONGEST_VALUE` characters; the type's name in angle brackets where repr raises or tells an
    address, which is another one in every process."""
    try:
        text = " ".join(repr(value).split())
    except Exception:
        return f"<{type(value).__name__}>"
    if " at 0x" in text:
        return f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def join_words(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; what exceeds `LONGEST_LISTING` items is only counted."""
    if len(items) > LONGEST_LISTING:
        items = [*items[: LONGEST_LISTING - 1], f"{len(items) - LONGEST_LISTING + 1} more"]
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``4th``, ... ``11th``, ..."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def count_of(number: int, noun: str) -> str:
    """``no put``, ``1 put``, ``2 puts``."""
    return f"no {noun}" if number == 0 else f"1 {noun}" if number == 1 else f"{number} {noun}s"


def place(file: str, line: int) -> str:
    """`` at naive.py:8`` with its leading space, or nothing where the file is unknown."""
    return f" at {basename(file)}:{line}" if file else ""


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names without repetitions, in the order of their first appearance."""
    return tuple(dict.fromkeys(names))
