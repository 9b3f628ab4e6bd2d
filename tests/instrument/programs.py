"""What tests of rewriting ask of a program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from harness.instrument.loader import register, unregister


def compiles(source: str) -> bool:
    """Whether it is Python of this version."""
    try:
        compile(source, "program.py", "exec")
    except SyntaxError:
        return False
    return True


@contextmanager
def registered(module: ModuleType) -> Iterator[None]:
    """`module` is found in ``sys.modules`` meanwhile, as where the harness loads a target."""
    previous = register(module)
    try:
        yield
    finally:
        unregister(module, previous)
