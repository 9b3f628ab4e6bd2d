"""What a read of ``defaultdict[key]`` does where the key is missing: it makes a value and puts it there, in one piece or not."""

from __future__ import annotations

import types
from collections import defaultdict
from typing import Any

from harness.standins.lock import Lock
from harness.standins.simple_queue import SimpleQueue
from harness.watched.lock import Lock as WatchedLock

IN_C = frozenset({Lock, SimpleQueue, WatchedLock})
"""Stand-ins of what CPython makes in C."""


def fills_in(obj: Any) -> bool:
    """Whether reading a missing key of `obj` stores what its factory makes."""
    return isinstance(obj, defaultdict) and obj.default_factory is not None and type(obj).__missing__ is defaultdict.__missing__


def makes_in_one_piece(factory: Any) -> bool:
    """Whether no other thread can come while `factory` makes a value: ``list``, ``int`` and ``threading.Lock`` are C code; a function, or a class with
    an ``__init__`` in Python (``threading.Condition``), is not, and the value is stored only after it has returned."""
    if factory in IN_C:
        return True
    if isinstance(factory, type):
        makers = (factory.__init__, factory.__new__, type(factory).__call__)  # type: ignore[misc]
        return not any(isinstance(maker, types.FunctionType) for maker in makers)
    return isinstance(factory, types.BuiltinFunctionType)
