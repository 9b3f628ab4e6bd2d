"""Strategies that draw their schedules, in units: each unit draws from a stream of its own, and begins with what those before it learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from harness.model.choice import Strategy
from harness.strategies.portfolio import Portfolio
from harness.strategies.units import AtHome, Plain, Unit

FIRST = 288
"""Executions at home before there are units."""
SIZE = 144
"""Executions of a unit, 24 for each member of the portfolio: some 15 ms."""

Memory = tuple[int, ...]
Make = Callable[[int], Strategy]
"""The strategy of the unit of that number; 0 is the one at home."""


@runtime_checkable
class Learner(Protocol):
    """What a strategy has that learns from its executions what it draws the next ones from."""

    def memory(self) -> Memory:
        """What it has learned."""

    def learn(self, memory: Memory) -> None:
        """Take in what another, which began with a share of it, has learned."""

    def share(self, executions: int) -> Memory:
        """What one is to begin with that makes so many executions; these count as made."""

    def begin_with(self, share: Memory) -> None:
        """Go on from what another has shared."""


class Draw:
    """A unit of a strategy that draws."""

    is_home = False

    def __init__(self, make: Make, number: int, limit: int, shares: tuple[Memory, ...]) -> None:
        self.strategy = make(number)
        self.limit = limit
        self.number = number
        self.shares = shares
        for learner, share in zip(learners(self.strategy), shares, strict=True):
            learner.begin_with(share)
        self.memories: tuple[Memory, ...] | None = None

    def order(self) -> Plain:
        """See `Unit`."""
        return "draw", self.number, self.limit, self.shares

    def outcome(self) -> Plain:
        """See `Unit`."""
        return tuple(learner.memory() for learner in learners(self.strategy))

    def take(self, outcome: Plain) -> None:
        """See `Unit`."""
        self.memories = outcome


class Drawn:
    """A search by a strategy that draws; there are always more schedules to draw."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._first = make(0)
        self._learners = learners(self._first)
        self._n_issued = 0
        self._is_home = False

    def issue(self, left: int) -> Unit | None:
        """See `Search`."""
        if left < 1 or self._is_home:
            return None
        number = self._n_issued
        self._n_issued += 1
        if not number:
            self._is_home = True
            return AtHome(self._first, min(FIRST, left))
        limit = min(SIZE, left)
        n = members(self._first)
        shares = tuple(learner.share(-(-limit // n)) for learner in self._learners)
        return Draw(self._make, number, limit, shares)

    def merge(self, unit: Unit, begun: int) -> bool:
        """See `Search`."""
        self._is_home = False
        if isinstance(unit, Draw):
            for learner, memory in zip(self._learners, unit.memories or unit.outcome(), strict=True):
                learner.learn(memory)
        return False


def members(strategy: Strategy) -> int:
    """How many take turns."""
    return len(strategy.members) if isinstance(strategy, Portfolio) else 1


def learners(strategy: Strategy) -> list[Learner]:
    """The strategy, or its members, as far as they learn."""
    of_it = strategy.members if isinstance(strategy, Portfolio) else (strategy,)
    return [member for member in of_it if isinstance(member, Learner)]
