"""Reducing a failing schedule: a shortlex shrinker over lists of picks that knows nothing of threads (after Hypothesis' internals guide)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Attempt = Callable[[Sequence[int]], tuple[int, list[int]] | None]
"""Plays a list of picks; (cost, the picks really taken) if the finding shows, else None."""


def minimise(picks: Sequence[int], attempt: Attempt, budget: int) -> list[int]:
    """The smallest list of picks found that still shows the finding; never worse than the start. At most `budget` attempts.

    Smaller is: a lower cost (preemptions and expiries), then a shorter list (trailing zeros do not count), then lexicographically less.
    Passes repeat until none helps: drop the tail, zero blocks of picks, zero single ones, lower single ones, delete single ones (what
    comes later happens earlier), swap a pick to an earlier place.
    """
    shrinker = _Shrinker(attempt, budget)
    if not shrinker.accept(list(picks)):
        return list(picks)
    improved = True
    while improved and shrinker.budget > 0:
        improved = any([shrinker.drop_tail(), shrinker.zero_blocks(), shrinker.lower(), shrinker.delete()])
    assert shrinker.best is not None
    return shrinker.best[2]


class _Shrinker:
    def __init__(self, attempt: Attempt, budget: int) -> None:
        self.attempt = attempt
        self.budget = budget
        self.best: tuple[int, int, list[int]] | None = None
        self.tried: set[tuple[int, ...]] = set()

    def accept(self, picks: list[int]) -> bool:
        """Tries a candidate; True if it is better than the best so far, which it then is."""
        candidate = _trimmed(picks)
        key = tuple(candidate)
        if key in self.tried or self.budget <= 0:
            return False
        self.tried.add(key)
        self.budget -= 1
        shown = self.attempt(candidate)
        if shown is None:
            return False
        cost, taken = shown
        taken = _trimmed(taken)
        rank = (cost, len(taken), taken)
        if self.best is not None and rank >= self.best:
            return False
        self.best = rank
        return True

    @property
    def picks(self) -> list[int]:
        assert self.best is not None
        return self.best[2]

    def drop_tail(self) -> bool:
        """Cuts the list after its first half, three quarters, ... nonzero pick."""
        improved = False
        places = [i for i, pick in enumerate(self.picks) if pick]
        for share in (0.0, 0.25, 0.5, 0.75):
            cut = places[int(len(places) * share)] if places else 0
            if self.accept(self.picks[:cut]):
                improved = True
                break
        return improved

    def zero_blocks(self) -> bool:
        """Zeroes runs of nonzero picks, long ones first, from the end."""
        improved = False
        size = max(1, sum(map(bool, self.picks)) // 2)
        while size:
            places = [i for i, pick in enumerate(self.picks) if pick]
            end = len(places)
            while end > 0:
                block = places[max(0, end - size) : end]
                candidate = list(self.picks)
                for place in block:
                    if place < len(candidate):
                        candidate[place] = 0
                if self.accept(candidate):
                    improved = True
                    places = [i for i, pick in enumerate(self.picks) if pick]
                    end = min(end - size, len(places))
                else:
                    end -= size
            size //= 2
        return improved

    def lower(self) -> bool:
        """Tries 1 for every higher pick."""
        improved = False
        for place in range(len(self.picks)):
            if place < len(self.picks) and self.picks[place] > 1:
                candidate = list(self.picks)
                candidate[place] = 1
                improved = self.accept(candidate) or improved
        return improved

    def delete(self) -> bool:
        """Deletes one pick before each nonzero one, or moves it far forward."""
        improved = False
        for place in [i for i, pick in enumerate(self.picks) if pick]:
            for earlier in {max(0, place - 1), place // 2, 0}:
                if place < len(self.picks) and self.picks[place] and earlier < place:
                    candidate = [*self.picks[:earlier], *self.picks[place:]]
                    improved = self.accept(candidate) or improved
        return improved


def _trimmed(picks: Sequence[int]) -> list[int]:
    end = len(picks)
    while end and not picks[end - 1]:
        end -= 1
    return list(picks[:end])
