"""The strategy of default: exhaustive search first, and where that does not end within its share, everything else in turn."""

from __future__ import annotations

from harness.model.choice import Choice, Strategy
from harness.model.events import EventLog
from harness.strategies.dpor import DPOR

SHARE = 0.4
"""Of the budget, for the exhaustive search."""
PROBES = 100
"""Executions by other strategies after a search that ended: they share neither its reduction nor its bookkeeping, and would show a fault there."""


class Auto:
    """`search` within its share of `budget` executions. If that ends, a few probes by `others`, else the rest of the budget by `others`."""

    needs_pending = False

    def __init__(self, search: DPOR, others: Strategy, budget: int) -> None:
        self.search = search
        self._others = others
        self._left = max(1, int(budget * SHARE))
        self._probes: int | None = None
        self._member: Strategy = search
        self.log: EventLog | None = search.log

    def begin(self) -> bool:
        """The next execution: of the search, while it is worth while."""
        if self._member is self.search:
            if not self.search.doubts and self.search.begin() and self._left:
                self._left -= 1
                return True
            if self.search.is_complete:
                self._probes = PROBES
            self._member = self._others
        if self._probes is not None:
            if not self._probes:
                return False
            self._probes -= 1
        has_more = self._others.begin()
        self.needs_pending = self._others.needs_pending
        self.log = self._others.log
        return has_more

    def choose(self, choice: Choice) -> int:
        """The way of whoever has this execution."""
        return self._member.choose(choice)

    def end(self, points: int) -> None:
        """Tell whoever had this execution."""
        self._member.end(points)
