"""What tests of rewriting ask of a program."""

from __future__ import annotations


def compiles(source: str) -> bool:
    """Whether it is Python of this version."""
    try:
        compile(source, "program.py", "exec")
    except SyntaxError:
        return False
    return True
