"""Which values can still be found in what some objects refer to."""

from __future__ import annotations

import array
import dis
import functools
import gc
import types
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from harness.engines.explore import Explore
from harness.engines.virtual import VirtualThread
from harness.standins.local import Inside, local

_LEAVES = frozenset({bool, type(None), types.ModuleType, types.CodeType, types.BuiltinFunctionType, types.GetSetDescriptorType, VirtualThread, Explore})
_HIDDEN = _LEAVES - {bool, type(None)}
_PRIMITIVES = ("threading", "queue", "_queue", "_thread", "concurrent.futures", "concurrent.futures._base", "concurrent.futures.thread")
"""Modules whose classes count and keep state of their own, as the harness's do: a 3 there is no message."""
_GIVEN = frozenset(
    {"_target", "_args", "_kwargs", "function", "args", "kwargs", "_action", "_real", "_items", "_own_items", "queue"}
    | {"_initializer", "_initargs", "_pool", "_work_queue", "jobs", "_result", "_exception", "_done_callbacks"}
)
"""Attributes in which such classes hold what a program has given them."""


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
            case types.FunctionType():
                todo.extend(_of_function(obj))
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


def _of_function(function: types.FunctionType) -> Iterable[Any]:
    """What a function keeps; of one that the harness has put around a method, only the method."""
    if function.__globals__.get("__name__", "").startswith("harness."):
        return [getattr(function, "__wrapped__", None)]
    return [*(function.__defaults__ or ()), *(function.__closure__ or ())]


def _inside(obj: Any) -> Iterable[Any]:
    """What an object refers to; of a thread, lock, queue, pool or future only what a program has given it."""
    if isinstance(obj, Inside):
        return obj.dicts.values()
    if isinstance(obj, local):
        return gc.get_referents(obj)  # asking it for an attribute is a use of it
    own = [cls for cls in type(obj).__mro__ if _is_primitive(cls)]
    slots = [name for cls in own for name in vars(cls).get("__slots__", ())]
    attributes = getattr(obj, "__dict__", None)
    if not own or (attributes is None and not slots):  # the program's, or made in C
        return gc.get_referents(obj)
    hidden = frozenset().union(*map(_state_of, own))
    given = [getattr(obj, name) for name in slots if name in _GIVEN and hasattr(obj, name)]
    return [*given, *(value for name, value in (attributes or {}).items() if name not in hidden)]


def _is_primitive(cls: type) -> bool:
    return cls.__module__ in _PRIMITIVES or cls.__module__.startswith("harness.")


@functools.cache
def _state_of(primitive: type) -> frozenset[str]:
    """The attributes that a primitive's own methods set, but for what it was given."""
    methods = [value for value in vars(primitive).values() if isinstance(value, types.FunctionType)]
    return frozenset(step.argval for method in methods for step in dis.get_instructions(method) if step.opname == "STORE_ATTR") - _GIVEN


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
            case types.FunctionType():
                todo.extend(_of_function(obj))
            case type():
                if obj.__module__ in modules:
                    todo.extend(_of_class(obj))
            case array.array() | memoryview():
                todo.extend(obj.tolist())
            case _:
                todo.extend(_inside(obj))
    return found
