"""Which values can still be found in what some objects refer to."""

from __future__ import annotations

import array
import gc
import queue
import threading
import types
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from harness.engines.explore import Explore
from harness.engines.virtual import VirtualThread
from harness.standins import barrier, queues
from harness.standins.gate import Gate
from harness.standins.modules import stand_ins
from harness.watched.lock import Lock


def _primitives() -> Iterator[Any]:
    yield from (queue.Queue(), queues.Queue())
    for name in ("Thread", "Event", "Condition", "Semaphore"):
        yield from (getattr(threading, name)(), getattr(stand_ins()["threading"], name)())
    yield from (threading.Barrier(1), barrier.Barrier(1))


_LEAVES = frozenset({bool, type(None), types.ModuleType, types.CodeType, types.BuiltinFunctionType, types.GetSetDescriptorType, VirtualThread, Explore})
_HIDDEN = _LEAVES - {bool, type(None)}
_HOLDS = frozenset({"_target", "_args", "_kwargs", "_action", "_real", "_items", "_own_items", "queue"})
"""Attributes in which threads, locks and queues hold what a program has given them."""
_OWN = frozenset(name for primitive in _primitives() for name in vars(primitive)) - _HOLDS
"""Attributes in which they count and keep their state: a 3 there is no message."""


def find_objects(roots: list[Any], wanted: Sequence[Any], modules: Collection[str], but: Sequence[Any] = ()) -> list[Any]:
    """Which of the wanted values stand anywhere in what the roots refer to: ints as `find_values` finds them, all else by identity, or
    equal where nobody can change it. `but`: what is not looked into."""
    seen = {id(obj) for obj in but}
    numbers = {value for value in wanted if type(value) is int}
    found: list[Any] = sorted(find_values([root for root in roots if id(root) not in seen], numbers, modules, set(seen)))
    others = [value for value in wanted if type(value) is not int]
    if others:
        reached = list(_reach(roots, modules, seen))
        ids = {id(obj) for obj in reached}
        texts = [obj for obj in reached if type(obj) in (str, bytes, float, tuple, bool, type(None))]
        found += [value for value in others if id(value) in ids or any(_holds(text, value) for text in texts)]
    return found


def _holds(text: Any, value: Any) -> bool:
    if type(text) is not type(value):
        return False
    return bool(value in text) if type(text) in (str, bytes) else bool(text == value)


def _reach(roots: list[Any], modules: Collection[str], seen: set[int]) -> Iterator[Any]:
    """Everything that the roots refer to, by the rules of `find_values`."""
    todo = list(roots)
    while todo and len(seen) < 50_000:
        obj = todo.pop()
        if id(obj) in seen or type(obj) in _HIDDEN or isinstance(obj, types.ModuleType):
            continue
        seen.add(id(obj))
        yield obj
        match obj:
            case Gate():
                todo.extend(getattr(obj, slot, None) for slot in ("_items", "queue"))
            case types.FunctionType():
                todo.extend(obj.__defaults__ or ())
                todo.extend(obj.__closure__ or ())
            case type():
                if obj.__module__ in modules:
                    todo.extend(_of_class(obj))
            case str() | bytes() | int() | float():
                continue
            case _:
                todo.extend(_inside(obj))


def _of_class(cls: type) -> list[Any]:
    """What a class holds, but for what Python itself puts there: a docstring, say, that speaks of a message."""
    return [value for name, value in vars(cls).items() if not name.startswith("__")]


def _inside(obj: Any) -> list[Any]:
    """What an object refers to; of a thread, lock or queue only what a program has given it."""
    if isinstance(obj, Lock):
        return []
    if any(cls.__module__ in ("threading", "queue") for cls in type(obj).__mro__) and isinstance(own := getattr(obj, "__dict__", None), dict):
        return [value for name, value in own.items() if name not in _OWN]
    return gc.get_referents(obj)


def find_values(roots: list[Any], wanted: set[int], modules: Collection[str], seen: set[int]) -> set[int]:
    """Which of the wanted ints stand anywhere in what the roots refer to: as ints, floats, or digits in text or bytes.

    Of classes only those of the `modules`, by name, are looked into, of functions only defaults and closures, of what is a module nothing;
    nor into what is in `seen` (ids).
    """
    found: set[int] = set()
    digits = [(value, str(value)) for value in wanted]
    todo = list(roots)
    while todo and len(seen) < 50_000 and len(found) < len(wanted):
        obj = todo.pop()
        kind = type(obj)
        if kind in _LEAVES or (kind is types.FunctionType and obj.__closure__ is None and not obj.__defaults__):
            continue  # most of what is met, told at once: this runs for every execution in which something is wrong
        match obj:
            case int() | float():
                if obj in wanted:
                    found.add(int(obj))
                continue
            case str():
                found.update([value for value, text in digits if text in obj])
                continue
            case bytes() | bytearray():
                found.update([value for value, text in digits if text.encode() in obj])
                continue
        if id(obj) in seen:
            continue
        seen.add(id(obj))
        match obj:
            case types.ModuleType():
                continue  # a stand-in's is a subclass
            case Gate():
                # not its parked threads: what they hold is found in their frames
                todo.extend(getattr(obj, slot, None) for slot in ("_items", "queue"))
            case types.FunctionType():
                todo.extend(obj.__defaults__ or ())
                todo.extend(obj.__closure__ or ())
            case type():
                if obj.__module__ in modules:
                    todo.extend(_of_class(obj))
            case array.array() | memoryview():
                todo.extend(obj.tolist())
            case _:
                todo.extend(_inside(obj))
    return found
