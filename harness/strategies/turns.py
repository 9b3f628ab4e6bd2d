"""What is written down of a search as it goes: whose turn it was, and how many classes had been seen by when."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from harness.model.choice import Strategy
from harness.model.turn import MOST_SEEN, Seen, Turn, bends_of
from harness.strategies.bounded import Bounded
from harness.strategies.dpor import DPOR
from harness.strategies.meet import Meet
from harness.strategies.sample import Sample
from harness.strategies.subtrees import Subtrees

KEPT = 8 * MOST_SEEN
"""Points held of a turn that is not over."""


@dataclass(slots=True)
class _Open:
    """A turn as it is written down."""

    strategy: str
    until: int
    seen: list[Seen] = field(default_factory=list)
    bound: int | None = None
    sample: Sample | None = None


class Turns:
    """`note` every unit that is over. `name` is what strategies are called that draw; `search` is the exhaustive search, where there is one."""

    def __init__(self, name: str, search: Subtrees | None) -> None:
        self._name = name
        self._search = search
        self._turns: list[_Open] = []
        self._executions = 0
        self._classes = 0

    def note(self, strategy: Strategy, executions: int) -> None:
        """A unit of that strategy has been merged, after so many executions of the whole search; O(1), but for a sample or a bounded search as a whole."""
        begun = self._executions
        self._executions = executions
        if executions == begun:
            return
        if isinstance(strategy, DPOR) and self._search is not None:
            self._note_search(strategy, self._search.classes, begun, executions)
        elif isinstance(strategy, Sample):
            turn = self._turn("sample", executions)
            turn.sample = strategy
            first = executions - len(strategy.growth)
            turn.seen = [(first, 0), *((first + walk, classes) for walk, classes in enumerate(strategy.growth, 1))]
        elif isinstance(strategy, Bounded):
            for bound, (since, until) in enumerate(pairwise([begun, *strategy.level_ends, executions])):
                if since < until:
                    self._turns.append(_Open("bounded", until, bound=bound))
        else:
            self._turn("meet" if isinstance(strategy, Meet) else self._name, executions)

    def _note_search(self, search: DPOR, classes: int, begun: int, executions: int) -> None:
        turn = self._turn("dpor", executions)
        seen = turn.seen
        if not seen:
            seen.append((begun, self._classes))
        if search.restarts and classes:
            seen.append((executions - search.since_restart, 0))
        seen.append((executions, classes))
        self._classes = classes
        if len(seen) > KEPT:
            del seen[1:-1:2]

    def _turn(self, strategy: str, executions: int) -> _Open:
        """The turn of that strategy that lasts, or a new one."""
        if not self._turns or self._turns[-1].strategy != strategy:
            self._turns.append(_Open(strategy, executions))
        self._turns[-1].until = executions
        return self._turns[-1]

    def told(self, mode: str, is_complete: bool) -> tuple[Turn, ...]:
        """The turns so far. `is_complete`: the last of those that could see everything did."""
        able = [turn for turn in self._turns if turn.strategy in ("dpor", "bounded")]
        return tuple(
            Turn(
                mode=mode,
                strategy=turn.strategy,
                until=turn.until,
                seen=bends_of(turn.seen),
                bound=turn.bound,
                is_complete=is_complete and turn is able[-1],
                unseen=None if turn.sample is None else turn.sample.unseen,
            )
            for turn in self._turns
        )
