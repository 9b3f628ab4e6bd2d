"""Counting in pieces: ``Counter.update``, ``subtract``, ``+=`` and ``-=`` are Python code of the library, which takes what it is given key by key.

Reading a count and storing the new one are two steps there, and another thread may come between them. That code is not rewritten; so the engine
counts, with the points between, and hands the operation nothing more to do.
"""

from __future__ import annotations

from collections import ChainMap, Counter, UserDict
from collections.abc import Mapping
from typing import Any

SIGNS = {"update": 1, "Add": 1, "subtract": -1, "Sub": -1}
"""The methods and operators that count in pieces, and whether they add or take away."""

MAKERS_OF_PIECES = frozenset({"update", "subtract", "setdefault", "pop", "popitem", "clear", "get"})
"""Methods of which `UserDict` and `ChainMap` make several steps."""


def sign_of(obj: Any, operation: str, given: Any) -> int:
    """1 or -1 where the operation counts what it is given key by key, 0 where it does something else, or it in one piece."""
    return SIGNS.get(operation, 0) if type(obj) is Counter and type(given) in (dict, Counter) else 0


def is_in_pieces(obj: Any, operation: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an operation of a container that is written in Python, but not rewritten, is of several steps."""
    if isinstance(obj, Counter):
        return operation == "subtract" or (operation == "update" and any(isinstance(each, Mapping) for each in arguments))
    return isinstance(obj, UserDict | ChainMap) and operation in MAKERS_OF_PIECES
