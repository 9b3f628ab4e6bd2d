"""Units: what a search is cut into, so that processes can share it and it comes to the same however many there are.

What a unit comes to is a function of the scenario, of the unit and of what the engine knew when the unit was handed out, wherever it is
executed. Units are handed out in an order, and what they came to is merged in that order; a unit is handed out when all but `WINDOW` - 1 of
those before it have been merged. So what it is made from does not depend on who executes them, or when.
"""

from __future__ import annotations

from typing import Any, Protocol

from harness.model.choice import Strategy

WINDOW = 16
"""Units that may be on their way at the same time."""

Plain = Any
"""Numbers, texts, None, and tuples, lists and dicts of them: what any process can be sent."""


class Unit(Protocol):
    """A stretch of a search: at most `limit` executions of `strategy`. `is_home`: it is executed where the search is, when no other is on
    its way, and goes on from all that is known there."""

    limit: int
    is_home: bool

    @property
    def strategy(self) -> Strategy: ...

    def order(self) -> Plain:
        """What another process makes the same unit from (`catalogue.unit_from`). Not asked of a unit at home."""

    def outcome(self) -> Plain:
        """What the unit has come to, once executed."""

    def take(self, outcome: Plain) -> None:
        """The unit was executed elsewhere, and came to that."""


class Search(Protocol):
    """A source of units."""

    def issue(self, left: int) -> Unit | None:
        """The next unit, of at most `left` executions; None if there is none before another has been merged, or none at all."""

    def merge(self, unit: Unit, begun: int) -> bool:
        """A unit is over, in which the strategy began so many executions. Whether the units that are on their way have become void."""


class AtHome:
    """A unit that is executed where the search is."""

    is_home = True

    def __init__(self, strategy: Strategy, limit: int) -> None:
        self.strategy = strategy
        self.limit = limit

    def order(self) -> Plain:
        """See `Unit`."""
        raise NotImplementedError("a unit at home is executed there")

    outcome = order

    def take(self, outcome: Plain) -> None:
        """See `Unit`."""
        self.order()


class Whole:
    """A search that is not cut: one unit, at home."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self._is_issued = False

    def issue(self, left: int) -> Unit | None:
        """See `Search`."""
        if self._is_issued:
            return None
        self._is_issued = True
        return AtHome(self.strategy, left)

    def merge(self, unit: Unit, begun: int) -> bool:
        """See `Search`."""
        return False
