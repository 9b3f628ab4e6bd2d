"""What the steps of a recorded execution did to each other: the accesses, and every hand-over that orders threads.

A *hand-over* goes through a channel, a number: all that a thread did before it sent there comes before all that another does after it has
received. What primitive made the channel does not matter to a judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["read", "write", "item-read", "item-write", "walk", "look", "add", "change"]
"""How a place is touched. "read" and "write": an attribute or variable. The others are one operation of a container, which CPython carries
out in one piece: an item read or set by its key, one step of a loop over it ("walk"), a look at it (a length, a truth test, ``in``), an
addition that tells the adder nothing ("add": append), and any other change ("change": popleft)."""


@dataclass(frozen=True, slots=True)
class Access:
    """A touch of a place, a number; `key` tells the items of a container apart."""

    place: int
    how: How
    key: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One step of a `Trace`, by its number, as the judges of orders see it; `thread` is the thread's number.

    Received is before, sent after the step. `takes` and `gives` are locks, by number, 0 for none; `is_brief`: the thread would not have
    waited for the lock for ever. `stack` are the functions of the target that the step stands in, outermost first, as ``name (line 7)``.
    """

    step: int
    thread: int
    receives: tuple[int, ...] = ()
    sends: tuple[int, ...] = ()
    access: Access | None = None
    takes: int = 0
    gives: int = 0
    is_brief: bool = False
    stack: tuple[str, ...] = ()
