"""Aiming at a circle of lock orders: threads are kept where they are about to take the lock that another one of the circle is to hold."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from harness.model.choice import Choice, Option
from harness.model.lock_order import Turning
from harness.strategies.waiters import pick_waiter

ODDS = (0.0, 0.05, 0.3, 1.0)
"""How often another thread than the default goes on; each execution draws one of them."""


class Meet:
    """Keeps one thread at each turning of the circle while any other can run.

    As DeadlockFuzzer does (Joshi, Park, Sen and Naik, PLDI 2009). Who stands in the way of the others goes on again, so an execution always
    comes to an end; whether it is the deadlock is for the oracles to see.
    """

    needs_pending = True
    log = None

    def __init__(self, circle: Sequence[Turning], rng: Random) -> None:
        self._circle = circle
        self._random = rng.random
        self._odds = 0.0

    def begin(self) -> bool:
        """Draw how restless the others are; always True."""
        self._odds = ODDS[int(self._random() * len(ODDS))]
        return True

    def choose(self, choice: Choice) -> int:
        """One of those that need not be kept; if there is none the clock, where it is a way, or one of those that are kept."""
        random = self._random
        if choice.kind == "waiter":
            return pick_waiter(random, choice.count)
        kept: set[Turning] = set()
        ways = []
        for way, option in enumerate(choice.options()):
            turning = self._turning(option)
            if turning is None or turning in kept:
                ways.append(way)
            else:
                kept.add(turning)
        if not ways:
            return int(random() * choice.count)
        return ways[0] if random() >= self._odds else ways[int(random() * len(ways))]

    def end(self, points: int) -> None:
        """Nothing is learnt from an execution."""

    def _turning(self, option: Option) -> Turning | None:
        """The turning of the circle before which a thread stands."""
        order = option.order
        if order is None:
            return None
        return next((turning for turning in self._circle if turning[1] == order[1] and turning[0] in order[2]), None)
