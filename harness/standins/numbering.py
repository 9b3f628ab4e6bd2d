"""Numbers and identifiers that are the same in every execution of a schedule."""

from __future__ import annotations

from typing import Any

from harness import runtime


class Names:
    """Numbers for default names, counted anew in every execution so that a name means the same in each."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._epoch: int | None = None
        self._next = first

    def take(self, epoch: int) -> int:
        """The next number of this execution."""
        if self._epoch != epoch:
            self._epoch = epoch
            self._next = self._first
        number = self._next
        self._next += 1
        return number


def ident_of(virtual: Any) -> int:
    """What ``get_ident`` says on a virtual thread."""
    e = runtime.control
    if e is not None and virtual.index:
        e.asked_for_ident()
    return int(virtual.ident)
