"""A dense list of picks played back: the minimiser's view of a schedule."""

from __future__ import annotations

from collections.abc import Iterable

from harness.model.choice import Choice


class Picks:
    """Plays one execution: the picks in turn, past the end 0, the default; a pick that is too high takes the last way.

    So every list of natural numbers is a schedule. Afterwards `taken` holds the ways that were really taken and `counts` how many each
    choice had; both are as long as the execution had choices.
    """

    needs_pending = False
    log = None

    def __init__(self, picks: Iterable[int]) -> None:
        self._picks = list(picks)
        self._is_played = False
        self.taken: list[int] = []
        self.counts: list[int] = []

    def begin(self) -> bool:
        """True once: a list of picks is one execution."""
        if self._is_played:
            return False
        self._is_played = True
        return True

    def choose(self, choice: Choice) -> int:
        """The next pick, or the last way where there are fewer."""
        position = len(self.taken)
        pick = min(self._picks[position], choice.count - 1) if position < len(self._picks) else 0
        self.taken.append(pick)
        self.counts.append(choice.count)
        return pick

    def end(self, points: int) -> None:
        """Nothing: what was seen stands in `taken` and `counts`."""
