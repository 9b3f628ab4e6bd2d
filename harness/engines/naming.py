"""What the target's own variables call an object: looked up in frames and modules, without running any of its code."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

MOST_LOOKED_AT = 200
"""Variables of one scope, and elements of one container."""


def name_in(namespace: Mapping[str, Any], obj: Any) -> str:
    """The first name of the target's that stands for the object there; "" if there is none."""
    return next((name for name, value in namespace.items() if value is obj and not name.startswith("_h")), "")


def attribute_name(scope: Mapping[str, Any], obj: Any) -> str:
    """The class and the attribute of a method's ``self`` that is the object; "" if none."""
    own = getattr(scope.get("self"), "__dict__", None)
    found = next((name for name, value in own.items() if value is obj), "") if isinstance(own, dict) else ""
    return f"{type(scope['self']).__name__}.{found}" if found else ""


def let_go(frame: Any) -> None:
    """Empties the snapshot of its variables that a frame keeps: it would keep alive what the function lets go of."""
    if sys.version_info < (3, 13) and frame.f_code.co_flags & inspect.CO_OPTIMIZED:
        frame.f_locals.clear()


def names_of(objects: Iterable[Any], frames: Iterable[FrameType | None]) -> list[str]:
    """What each object is called: by a variable of a module, else one of the functions, in the order of the frames, an element of a list or dict that one
    holds ("seats[1]"), or an attribute of what one holds ("Account.lock"); "" if none of them knows it."""
    scopes: list[dict[str, Any]] = []
    functions: list[dict[str, Any]] = []
    for frame in frames:
        if frame is not None:
            if not any(frame.f_globals is scope for scope in scopes):
                scopes.append(frame.f_globals)
            if frame.f_locals is not frame.f_globals:
                functions.append({**frame.f_locals})
            let_go(frame)
    return [_name_of(obj, [*scopes, *functions]) for obj in objects]


def _name_of(obj: Any, scopes: list[dict[str, Any]]) -> str:
    for scope in scopes:
        if name := name_in(scope, obj) or next((name for name, value in _parts(scope) if value is obj), ""):
            return name
    return ""


def _parts(scope: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the variables of a scope hold, one level deep, with names."""
    for name, value in [*scope.items()][:MOST_LOOKED_AT]:
        if name.startswith("_h"):
            continue
        if type(value) in (list, tuple):
            yield from ((f"{name}[{position}]", each) for position, each in enumerate(value[:MOST_LOOKED_AT]))
        elif type(value) is dict and name != "__builtins__":
            yield from ((f"{name}[{key!r}]", each) for key, each in [*value.items()][:MOST_LOOKED_AT] if type(key) in (str, int))
        elif isinstance(own := _attributes(value), dict):
            yield from ((f"{type(value).__name__}.{attribute}", each) for attribute, each in [*own.items()][:MOST_LOOKED_AT])


def _attributes(value: Any) -> Any:
    """The instance's own attributes, where no code of the target decides what they are."""
    has_plain: Any = object.__getattribute__
    return getattr(value, "__dict__", None) if type(value).__getattribute__ is has_plain else None
