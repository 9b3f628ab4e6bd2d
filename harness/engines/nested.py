"""What containers hold: an operation that compares, formats or hands on a container looks into those inside it, too."""

from __future__ import annotations

import collections
import dataclasses
import gc
import itertools
import types
from collections.abc import Iterable, Mapping
from typing import Any

from harness.engines.kinds import BOUND, CONTAINER, ITERATOR, NESTING, READ_METHODS, VIEW, viewed

_HIDDEN = frozenset(type(hidden) for hidden in gc.get_referents(itertools.tee("")[0]))
"""Types of what iterators share and no program sees."""

MOST = 1000
"""Containers that are looked for within one."""


def contained(kinds: Mapping[type, int], roots: Iterable[Any], types_met: set[type] | None = None) -> tuple[list[tuple[Any, bool]], list[tuple[Any, str]]]:
    """The containers that these hold, directly or within others, in tuples or in dataclasses, each once and none of the roots, at most `MOST`;
    and the fields of those dataclasses, each as the object and the field's name. A container comes with whether it may be changed: it may where
    only a method of its own is there (``list.append``), which is taken to be called.

    Elements of sets and keys are passed over: what can be hashed does not change. Runs no code of the target. `types_met` takes the types of
    all that is met on the way.
    """
    found: list[tuple[Any, bool]] = []
    fields: list[tuple[Any, str]] = []
    ahead = list(roots)
    seen = {id(root) for root in ahead}
    for holder in ahead:  # grows
        held = elements(holder, kinds)
        if kinds[type(holder)] == NESTING and not isinstance(holder, (tuple, *BOUND)):
            fields += [(holder, name) for name in _fields(holder)]
        classes = set(map(type, held))
        if types_met is not None:
            types_met |= classes
        if not any(kinds[cls] for cls in classes):
            continue
        for element in held:
            kind = kinds[type(element)]
            if kind == VIEW:
                element = viewed(element)
                kind = kinds[type(element)]
            if type(element) in BOUND:
                if kinds[type(element.__self__)] == CONTAINER and id(element.__self__) not in seen:
                    seen.add(id(element.__self__))
                    found.append((element.__self__, element.__name__ not in READ_METHODS))
            elif kind in (CONTAINER, NESTING) and id(element) not in seen:
                seen.add(id(element))
                ahead.append(element)
                if kind == CONTAINER:
                    found.append((element, False))
            if len(found) >= MOST:
                return found, fields
    return found, fields


def elements(holder: Any, kinds: Mapping[type, int]) -> list[Any]:
    """What a container, tuple, view, iterator or dataclass holds itself."""
    if isinstance(holder, list):
        return list.copy(holder)
    if isinstance(holder, tuple):
        return [*tuple.__iter__(holder)]
    if isinstance(holder, dict):
        return [*dict.values(holder)]
    if isinstance(holder, collections.deque):
        return [*collections.deque.__iter__(holder)]
    if type(holder) in BOUND:
        return [holder]
    if kinds[type(holder)] == NESTING:
        return [value for name in _fields(holder) if (value := _field(holder, name)) is not None]
    if kinds[type(holder)] == VIEW:
        return elements(viewed(holder), kinds)
    if kinds[type(holder)] == ITERATOR and type(holder) is not types.GeneratorType:
        return _handed_out_by(holder, kinds)
    return []


def _fields(holder: Any) -> list[str]:
    return [*vars(holder)] if isinstance(holder, types.SimpleNamespace) else [field.name for field in dataclasses.fields(holder)]


def run_over(iterator: Any, kinds: Mapping[type, int], depth: int = 3) -> list[tuple[Any, bool]]:
    """The containers that an iterator runs over, or whose method it calls at each step; each with whether that changes it."""
    found: list[tuple[Any, bool]] = []
    for referent in gc.get_referents(iterator):
        kind = kinds[type(referent)]
        if kind == CONTAINER:
            found.append((referent, False))
        elif kind == VIEW:
            found.append((viewed(referent), False))
        elif type(referent) in BOUND and kinds[type(referent.__self__)] == CONTAINER:
            found.append((referent.__self__, referent.__name__ not in READ_METHODS))
        elif depth and (kind == ITERATOR or type(referent) is tuple or type(referent) in _HIDDEN):
            found += run_over(referent, kinds, depth - 1)
    return found


def _field(holder: Any, name: str) -> Any:
    try:
        return object.__getattribute__(holder, name)
    except AttributeError:
        return None  # not set yet, or deleted


def _handed_out_by(iterator: Any, kinds: Mapping[type, int]) -> list[Any]:
    """What an iterator runs over that may hold something, and what iterators within it do: a ``map`` calls what it likes with their elements. Unlike
    `run_over` it leaves it to `contained` to look into tuples and methods: these are among what it returns."""
    found: list[Any] = []
    for referent in gc.get_referents(iterator):
        kind = kinds[type(referent)]
        if kind == ITERATOR and type(referent) is not types.GeneratorType:
            found += _handed_out_by(referent, kinds)
        elif kind in (CONTAINER, NESTING):
            found.append(referent)
    return found
