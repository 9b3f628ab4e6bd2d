"""State that outlives an execution: module-level variables, class-level ones, and what they hold, seen before and after."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.engines.showing import show

MOST = 6
"""Changes that are told."""
_PLAIN = (int, float, str, bytes, bool, type(None), complex)


def changed_state(modules: Callable[[], Iterable[types.ModuleType]], play: Callable[[], None]) -> list[str]:
    """The state of the modules that `play` changes, a line each; it plays twice, because the first may only fill a cache."""
    play()
    before = _state(modules())
    play()
    after = _state(modules())
    changed = [f"{name} is {after[name][1]}, it was {before[name][1]}" for name in after if name in before and before[name][0] != after[name][0]]
    changed += [f"{name} is {after[name][1]}, it was not there" for name in after if name not in before]
    return changed[:MOST] + ([f"and {len(changed) - MOST} more"] if len(changed) > MOST else [])


def _state(modules: Iterable[types.ModuleType]) -> dict[str, tuple[Any, str]]:
    """By dotted name: what a value is compared by, and how it is shown."""
    state: dict[str, tuple[Any, str]] = {}
    for module in modules:
        for name, value in _data_of(module):
            _add(state, f"{module.__name__}.{name}", value)
    return state


def _data_of(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    """The variables of a module and of the classes that it makes, with their names in it; no functions."""
    for name, value in list(vars(module).items()):
        if name.startswith(("__", "@")) or isinstance(value, types.ModuleType | types.FunctionType):
            continue
        if not isinstance(value, type):
            yield name, value
        elif value.__module__ == module.__name__:
            for attribute, held in list(vars(value).items()):
                if not attribute.startswith("__") and not isinstance(held, types.FunctionType | staticmethod | classmethod | property):
                    yield f"{name}.{attribute}", held


def _add(state: dict[str, tuple[Any, str]], name: str, value: Any) -> None:
    state[name] = (_key(value), show(value))
    own = getattr(value, "__dict__", None)
    if isinstance(own, dict) and not isinstance(value, type):
        for attribute, held in list(own.items()):
            state[f"{name}.{attribute}"] = (_key(held), show(held))


def _key(value: Any) -> Any:
    """What tells whether a value has changed: of plain data the value, of a container its items' identities, of all else the object."""
    if type(value) in _PLAIN:
        return (type(value), value)
    if type(value) is dict:
        return (id(value), [(id(key), _key(held) if type(held) in _PLAIN else id(held)) for key, held in value.items()])
    if type(value) in (list, tuple, set, frozenset) or type(value).__name__ == "deque":
        return (id(value), [_key(held) if type(held) in _PLAIN else id(held) for held in value])
    return id(value)
