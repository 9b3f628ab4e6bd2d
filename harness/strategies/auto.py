"""The strategy of default: exhaustive search first, and where that does not end within its share, everything else in turn."""

from __future__ import annotations

from harness.strategies.subtrees import Subtrees
from harness.strategies.units import Search, Unit

SHARE = 0.4
"""Of the budget, for the exhaustive search."""
PROBES = 100
"""Executions by other strategies after a search that ended: they share neither its reduction nor its bookkeeping, and would show a fault there."""


class Auto:
    """`search` within its share of `budget` executions. If that ends, a few probes by `others`, else the rest of the budget by `others`."""

    def __init__(self, search: Subtrees, others: Search, budget: int) -> None:
        self.search = search
        self._others = others
        self._left = max(1, int(budget * SHARE))
        self._probes: int | None = None
        self._is_searching = True
        self._out: dict[Unit, int] = {}

    def issue(self, left: int) -> Unit | None:
        """See `Search`: a unit of the exhaustive search, while it is worth while."""
        if self._is_searching:
            unit = self.search.issue(min(left, self._left))
            if unit is not None:
                self._left -= unit.limit
                self._out[unit] = unit.limit
                return unit
            if self._out:
                return None
            self._is_searching = False
            if self.search.is_complete:
                self._probes = PROBES
        if self._probes is None:
            return self._others.issue(left)
        unit = self._others.issue(min(left, self._probes))
        if unit is not None:
            self._probes -= unit.limit
        return unit

    def merge(self, unit: Unit, begun: int) -> bool:
        """See `Search`."""
        if not self._is_searching:
            return self._others.merge(unit, begun)
        self._left += self._out.pop(unit) - begun
        is_void = self.search.merge(unit, begun)
        if is_void:
            self._left += sum(self._out.values())
            self._out.clear()
            self._is_searching = not self.search.doubts
        return is_void
