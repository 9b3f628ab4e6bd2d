"""What is stored in an object, an element or a container, looked up without running any code of the target."""

from __future__ import annotations

import ast
import collections
import types
from typing import Any

MISSING = object()
"""What is stored cannot be told: code of the target decides, or nothing is there."""
ABSENT = object()
"""There is certainly no such element."""
MOST_COMPARED = 1000
"""Elements of a container that are looked at to see whether an operation has changed it."""


def attribute(obj: Any, name: str) -> Any:
    """The attribute as data: from the instance's or a class's ``__dict__`` or a slot; never a property or
    ``__getattr__``; `MISSING` where that does not tell."""
    plain: Any = (object.__getattribute__, type.__getattribute__, types.ModuleType.__getattribute__)
    own = getattr(obj, "__dict__", None) if type(obj).__getattribute__ in plain else None
    if own is not None and name in own:
        return own[name]
    for owner in obj.__mro__ if isinstance(obj, type) else type(obj).__mro__:
        if name in owner.__dict__:
            value = owner.__dict__[name]
            if isinstance(value, types.MemberDescriptorType):
                try:
                    return value.__get__(obj, type(obj))
                except AttributeError:
                    return MISSING
            return MISSING if isinstance(value, property | types.FunctionType | classmethod | staticmethod) else value
    return MISSING


def in_cell(cell: Any) -> Any:
    """What a closure's cell holds; `MISSING` if it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def element(obj: Any, detail: str) -> Any:
    """The element that `detail` ("[4]") names; `ABSENT` where there is none, `MISSING` where that cannot be told."""
    try:
        key = ast.literal_eval(detail[1:-1])
        if isinstance(obj, dict):
            return dict.get(obj, key, ABSENT)  # never a subclass's __missing__
        sequence = next((kind for kind in (list, collections.deque) if isinstance(obj, kind)), None)
        if sequence is not None and isinstance(key, int):
            return sequence.__getitem__(obj, key)
    except IndexError:
        return ABSENT
    except Exception:
        return MISSING
    return MISSING


def parts_of(obj: Any) -> tuple[int, ...] | None:
    """What a container holds, by identity; None of one whose class may have methods of the target, and of a large one."""
    kind = type(obj)
    if kind in (list, set, collections.deque) and len(obj) <= MOST_COMPARED:
        return tuple(map(id, obj))
    if kind in (dict, collections.OrderedDict, collections.defaultdict) and len(obj) <= MOST_COMPARED:
        return tuple(id(part) for item in obj.items() for part in item)
    return None


def is_method(cls: type, name: str) -> bool:
    """Whether what a class has under a name is a method."""
    for owner in cls.__mro__:
        if name in owner.__dict__:
            return isinstance(owner.__dict__[name], types.FunctionType | staticmethod | classmethod | types.MethodDescriptorType | types.BuiltinFunctionType)
    return False
