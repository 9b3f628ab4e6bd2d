"""The strategy of default: exhaustive search first, and where that does not end within its share, everything else."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from harness.strategies.sample import Sample
from harness.strategies.subtrees import Subtrees
from harness.strategies.units import Search, Unit, Whole

SHARE = 0.4
"""Of the budget, for the exhaustive search."""
FIRST_TURN = 512
"""Executions of the exhaustive search before the others have a turn: what it finds it has mostly found by then."""
OTHERS_TURN = 576
"""Executions of the others before the search goes on: nearly a hundred of each, which find most of what they will find."""
SAMPLE_SHARE = 0.1
LARGEST_SAMPLE = 1000
"""Executions for the sample that says how much is unseen: that part of the budget, at most so many."""
PROBES = 100
"""Executions by other strategies after a search that ended: they share neither its reduction nor its bookkeeping, and would show a fault there."""


@dataclass(eq=False)
class _Turn:
    """So many executions are left to one of them."""

    whose: Search
    left: int


class Auto:
    """`search` within its share of `budget` executions, and the `others` in turns. If the search ends, a few probes by the others follow, else a
    `sample` of what may be unseen and the others with the rest of the budget."""

    def __init__(self, search: Subtrees, others: Search, sample: Sample, budget: int) -> None:
        self.search = search
        self.sample = sample
        self._others = others
        self._n_others = 0
        share = max(1, int(budget * SHARE))
        first = min(share, FIRST_TURN)
        self._turns = deque([_Turn(search, first)])
        if share > first:
            self._turns += [_Turn(others, OTHERS_TURN), _Turn(search, share - first)]
        self._turns += [_Turn(Whole(sample), min(int(budget * SAMPLE_SHARE), LARGEST_SAMPLE)), _Turn(others, budget)]
        self._out: dict[Unit, int] = {}

    def issue(self, left: int) -> Unit | None:
        """See `Search`: a unit of whose turn it is; the next turn begins when the last one's units have all been merged."""
        while self._turns:
            turn = self._turns[0]
            unit = turn.whose.issue(min(left, turn.left)) if turn.left > 0 else None
            if unit is not None:
                turn.left -= unit.limit
                self._out[unit] = unit.limit
                return unit
            if self._out:
                return None
            self._turns.popleft()
            if turn.whose is self.search and self.search.is_complete:
                self._turns = deque([_Turn(self._others, PROBES - self._n_others)])
        return None

    def merge(self, unit: Unit, begun: int) -> bool:
        """See `Search`."""
        turn = self._turns[0]
        turn.left += self._out.pop(unit) - begun
        if turn.whose is self._others:
            self._n_others += begun
        is_void = turn.whose.merge(unit, begun)
        if is_void:
            turn.left += sum(self._out.values())
            self._out.clear()
            if self.search.doubts:  # neither is it a proof any more, nor are classes what they should be
                self._turns = deque([_Turn(self._others, turn.left + sum(later.left for later in self._turns))])
        return is_void
