"""A gate: what a virtual thread waits at. Whether it may pass is state, never a flag set by whoever opened it."""

from __future__ import annotations

from typing import Any


class Gate:
    """Open or closed, with the threads parked at it.

    A thread parked at a gate is runnable exactly while the gate is open, so of two threads that one release lets go, the first to run
    closes the gate again and the other stays where it is. `kind` names the operation that waits here ("acquire", "join", ...) and
    `owner` the object it waits for; both serve explanations only.
    """

    __slots__ = ("is_open", "kind", "owner", "parked")

    def __init__(self, is_open: bool, kind: str, owner: Any) -> None:
        self.is_open = is_open
        self.kind = kind
        self.owner = owner
        self.parked: list[Any] = []

    def __reduce_ex__(self, protocol: Any) -> Any:
        # so that copying or pickling what has a stand-in in it fails as it does with the real thing
        raise TypeError("cannot pickle '_thread.lock' object")

    def __repr__(self) -> str:
        return f"<Gate {self.kind} {'open' if self.is_open else 'closed'}, {len(self.parked)} parked>"
