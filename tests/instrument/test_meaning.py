"""A rewritten program does what the program does: same operations in the same order, same values, same tracebacks."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.instrument.programs import compiles

SNIPPETS = [part.strip("\n") for part in (Path(__file__).parent / "snippets.txt").read_text(encoding="utf-8").split("\n----\n")]


def as_module(source: str) -> str:
    return source


def as_function(source: str) -> str:
    return "def scope():\n" + textwrap.indent(source, "    ") + "\n    log.append(sorted(name for name in locals() if name[:2] != '_h'))\nscope()"


def as_shared(source: str) -> str:
    """In a function whose variables are the module's, changed and read by functions: every name becomes a point."""
    change = "def change():\n    global x, y, z, a, b, c, n, m\n    a = b = c = n = m = x = y = z = None\n"
    return change + "def scope():\n    global x, y, z, a, b, c, n, m\n" + textwrap.indent(source, "    ") + "\nscope()"


def as_method(source: str) -> str:
    return "class Owner:\n    def scope(self):\n" + textwrap.indent(source, " " * 8) + "\nOwner().scope()"


def as_class(source: str) -> str:
    return "class Owner:\n" + textwrap.indent(source, "    ") + "\nlog.append(sorted(vars(Owner)))"


def as_closure(source: str) -> str:
    """In a function whose variables an inner function reads and changes: every name becomes a point."""
    names = "x, y, z, n, m, a, b"
    change = f"        nonlocal {names}\n        if x is None: {names} = [None] * 7\n        return {names}\n"
    before = f"    def inner():\n{change}    {names} = [T('old') for _ in range(7)]\n    inner()\n"
    return "def outer():\n" + before + textwrap.indent(source, "    ") + "\n    log.append(inner)\nouter()"


@pytest.mark.parametrize("placed", [as_module, as_function, as_shared, as_method, as_class, as_closure])
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_rewritten_program_is_observed_to_do_the_same(snippet: str, placed: Any, observe: Any) -> None:
    source = placed(snippet)
    if not compiles(source):
        assert placed is not as_module
        return
    assert observe(source, True) == observe(source, False)


def test_most_snippets_can_stand_anywhere() -> None:
    assert len(SNIPPETS) > 200
    for placed in (as_function, as_shared, as_method, as_class, as_closure):
        assert sum(compiles(placed(snippet)) for snippet in SNIPPETS) > 0.9 * len(SNIPPETS)
