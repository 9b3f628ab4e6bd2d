"""The lock graph: which locks threads took while they held others, in all executions of a search together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

Lock = tuple[str, int]
"""A lock by who made it and as which of its locks, which is the same in every execution: the path of the thread, and a number from 1. One that outlives
executions has no such name: ("", its id)."""
Order = tuple[str, Lock, tuple[Lock, ...]]
"""A thread, by its path, came to take the lock, and would wait for it for ever, while it held the others. A worker of several in a pool has the
path "": what it did any of them may do."""
Turning = tuple[Lock, Lock]
"""A thread that holds the first comes to take the second."""

LONGEST = 5
"""Threads in a circle; each more multiplies the work, and nobody has seen one of six."""
MOST = 20_000
"""Orders that are written down; a program that has more makes locks without end."""
PATIENCE = 20_000
"""Steps of looking for circles, some 20 ms: many locks that are taken in many orders have more circles than can be tried."""


@dataclass(slots=True)
class LockGraph:
    """`orders` says of each order where it was first seen: the source line, as ``file.py:7``. `executions`: how many have told theirs in this process."""

    orders: dict[Order, str] = field(default_factory=dict)
    executions: int = 0

    def add(self, order: Order, where: Callable[[], str]) -> None:
        """Writes down an order, if it is new; `where` tells the line then."""
        if order not in self.orders and len(self.orders) < MOST:
            self.orders[order] = where()

    def circles(self) -> list[tuple[Turning, ...]]:
        """What threads could wait for each other by: each turning's second lock is the next one's first, the last one's second the first one's first.

        As in Goodlock (Havelund 2000) the threads of a circle differ, and what they hold does too: a lock that two hold keeps them apart. The orders may be
        of different executions, so whether they can come together is open. In the order of the source lines, shorter ones first.
        """
        by_held: dict[Lock, list[Order]] = {}
        in_order = sorted(self.orders, key=self._place)
        for order in in_order:
            for lock in order[2]:
                by_held.setdefault(lock, []).append(order)
        found: dict[frozenset[Turning], tuple[Turning, ...]] = {}
        steps = 0
        for first in in_order:
            for circle in self._close((first,), (), by_held):
                steps += 1
                if circle:
                    found.setdefault(frozenset(circle), circle)
                if steps >= PATIENCE:
                    break
        return sorted(found.values(), key=len)

    def lines(self, circle: Collection[Turning]) -> list[str]:
        """Where the second lock of each turning was seen taken."""
        return [min(place for (_, wanted, held), place in self.orders.items() if wanted == second and first in held) for first, second in circle]

    def _place(self, order: Order) -> tuple[str, Order]:
        return self.orders[order], order

    def _close(self, path: tuple[Order, ...], held: tuple[Lock, ...], by_held: dict[Lock, list[Order]]) -> Iterator[tuple[Turning, ...]]:
        """The circles that begin with `path`, of which `held` are the locks that were gone through; () for each step on the way."""
        last = path[-1]
        for following in by_held.get(last[1], ()):
            yield ()
            if any((following[0] == order[0] and order[0]) or not {*following[2]}.isdisjoint(order[2]) for order in path):
                continue
            through = (*held, last[1])
            if following[1] in path[0][2]:
                locks = (following[1], *through)
                yield tuple(zip(locks, (*locks[1:], locks[0]), strict=True))
            elif len(path) + 1 < LONGEST:
                yield from self._close((*path, following), through, by_held)
