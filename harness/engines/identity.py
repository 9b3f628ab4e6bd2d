"""Numbers for objects that stay their own, without keeping the objects alive where that can be helped."""

from __future__ import annotations

import itertools
import weakref
from typing import Any


class Identities:
    """Numbers objects in the order in which they are first asked about. An object that dies takes its number with it; one that cannot be
    watched by a weak reference (a list, a dict, an int) is kept alive instead."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._held: dict[int, Any] = {}
        self._next = itertools.count(1)

    def of(self, obj: Any) -> int:
        """The object's number, from 1."""
        key = id(obj)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = next(self._next)
            try:
                self._held[key] = weakref.ref(obj, lambda _: self._forget(key))
            except TypeError:
                self._held[key] = obj
        return number

    def holder(self, obj: Any) -> Any:
        """Something that gives the object as long as it lives when called."""
        self.of(obj)
        held = self._held[id(obj)]
        return held if isinstance(held, weakref.ref) else lambda: held

    def _forget(self, key: int) -> None:
        self._numbers.pop(key, None)
        self._held.pop(key, None)
