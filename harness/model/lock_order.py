"""The lock graph: which locks threads took while they held others, in all executions of a search together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from harness.model.circles import Circles

Lock = tuple[str, int]
"""A lock by who made it and as which of its locks, which is the same in every execution: the path of the thread, and a number from 1. One that outlives
executions has no such name: ("", its id)."""
Order = tuple[str, Lock, tuple[Lock, ...]]
"""A thread, by its path, came to take the lock, and would wait for it for ever, while it held the others. A worker of several in a pool has the
path "": what it did any of them may do."""
Turning = tuple[Lock, Lock]
"""A thread that holds the first comes to take the second."""

MOST = 20_000
"""Orders that are written down; a program that has more makes locks without end."""
PATIENCE = 20_000
"""Steps of looking for circles, some 20 ms: many locks that are taken in many orders have more circles than can be tried."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an order was first seen: the source line, as ``file.py:7``, the thread's name ("" for a worker of a pool), and what the locks are called
    ("" where they have no name)."""

    line: str
    thread: str = ""
    wanted: str = ""
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """At a line a thread takes one lock while it holds another, by their names; "" where there is none, and for any worker of a pool."""

    line: str
    thread: str
    wanted: str
    held: str


@dataclass(slots=True)
class LockGraph:
    """`orders` says of each order where it was first seen. `executions`: how many have told theirs in this process."""

    orders: dict[Order, Seen] = field(default_factory=dict)
    executions: int = 0

    def add(self, order: Order, see: Callable[[], Seen]) -> None:
        """Writes down an order, if it is new; `see` looks then."""
        if order not in self.orders and len(self.orders) < MOST:
            self.orders[order] = see()

    def circles(self) -> list[tuple[Turning, ...]]:
        """What threads could wait for each other by: each turning's second lock is the next one's first, the last one's second the first one's first.

        As in Goodlock (Havelund 2000) the threads of a circle differ, and what they hold does too: a lock that two hold keeps them apart. The orders may be
        of different executions, so whether they can come together is open. In the order of the source lines, shorter ones first.
        """
        in_order = sorted(self.orders, key=self._place)
        circles = Circles(in_order, _wanted, _held, _may_follow)
        found: dict[frozenset[Turning], tuple[Turning, ...]] = {}
        steps = 0
        for first in in_order:
            for circle in circles.beginning_with(first):
                steps += 1
                if circle:
                    turnings = _turnings(circle)
                    found.setdefault(frozenset(turnings), turnings)
                if steps >= PATIENCE:
                    break
        return sorted(found.values(), key=len)

    def turns(self, circle: Collection[Turning]) -> list[Turn]:
        """What is known of each turning where it was seen first, by the order of the lines."""
        return [self._turn(first, second) for first, second in circle]

    def _turn(self, first: Lock, second: Lock) -> Turn:
        order = min((order for order in self.orders if order[1] == second and first in order[2]), key=self._place)
        seen = self.orders[order]
        names = dict(zip(order[2], seen.held, strict=False))
        return Turn(seen.line, seen.thread, seen.wanted, names.get(first, ""))

    def _place(self, order: Order) -> tuple[str, Order]:
        return self.orders[order].line, order


def _wanted(order: Order) -> Lock:
    return order[1]


def _held(order: Order) -> tuple[Lock, ...]:
    return order[2]


def _may_follow(path: tuple[Order, ...], following: Order) -> bool:
    """Whether its thread differs from theirs, and what it holds too."""
    thread, _, held = following
    return not any((thread == order[0] and thread) or not {*held}.isdisjoint(order[2]) for order in path)


def _turnings(circle: tuple[Order, ...]) -> tuple[Turning, ...]:
    wanted = [order[1] for order in circle]
    return tuple(zip((wanted[-1], *wanted[:-1]), wanted, strict=True))
