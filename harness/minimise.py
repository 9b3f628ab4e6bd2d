"""Reducing a failing schedule, in the shortlex view: a schedule is a list of picks, and this module knows nothing of threads.

First all schedules with one pick that is not the default are played, then with two, as far as the budget goes (iterative bounding: the
first that fails is the smallest); what needs more is shrunk from the failing list itself (after Hypothesis' internals guide).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Played:
    """One list of picks, played: whether the finding shows, the cost (preemptions, expiries), the ways taken, how many there were, and
    what playing it took out of the budget."""

    is_shown: bool
    cost: int
    taken: Sequence[int]
    counts: Sequence[int]
    price: int = 1


Attempt = Callable[[Sequence[int]], Played]

SHARE_OF_BOUNDING = 0.75
"""Part of the budget that goes into playing all small schedules; the rest is for shrinking."""


def minimise(picks: Sequence[int], attempt: Attempt, budget: int) -> list[int]:
    """The smallest list of picks found that still shows the finding; `budget` is what the attempts may cost, and never worse than the start.

    Smaller is: a lower cost, then a shorter list (trailing zeros do not count), then lexicographically less.
    """
    shrinker = _Shrinker(attempt, budget)
    if not shrinker.accept(list(picks)):
        return list(picks)
    shrinker.bound(int(budget * SHARE_OF_BOUNDING))
    improved = shrinker.cost > 0
    while improved and shrinker.budget > 0:
        improved = any([shrinker.drop_tail(), shrinker.zero_blocks(), shrinker.lower(), shrinker.delete()])
    return shrinker.picks


def thin(items: Sequence[Item], shows: Callable[[Sequence[Item]], tuple[bool, int]], budget: int) -> list[Item]:
    """A subsequence of `items` that still shows the finding and from which no single item can be left out, as far as the budget goes.

    `shows` says whether a candidate shows it, and what asking took out of the budget.

    Delta debugging (Zeller and Hildebrandt, IEEE TSE 28(2), 2002), complements only: blocks are left out, half of the items at first.
    """
    kept = list(items)
    size = max(1, len(kept) // 2)
    while kept and budget > 0:
        start = 0
        has_shrunk = False
        while start < len(kept) and budget > 0:
            candidate = kept[:start] + kept[start + size :]
            is_shown, price = shows(candidate)
            budget -= price
            if is_shown:
                kept = candidate
                has_shrunk = True
            else:
                start += size
        if size == 1 and not has_shrunk:
            break
        size = max(1, min(size // 2, len(kept) // 2))
    return kept


class _Shrinker:
    def __init__(self, attempt: Attempt, budget: int) -> None:
        self.attempt = attempt
        self.budget = budget
        self.cost = 0
        self.picks: list[int] = []
        self.has_begun = False
        self.tried: set[tuple[int, ...]] = set()

    def accept(self, picks: Sequence[int]) -> bool:
        """Tries a candidate; True if it is better than the best so far, which it then is."""
        played = self.play(picks)
        return played is not None and self.keep(played)

    def play(self, picks: Sequence[int]) -> Played | None:
        """Plays a candidate, unless it was played before or the budget is spent."""
        key = tuple(_trimmed(picks))
        if key in self.tried or self.budget <= 0:
            return None
        self.tried.add(key)
        played = self.attempt(key)
        self.budget -= played.price
        return played

    def keep(self, played: Played) -> bool:
        """Makes what was played the best, if it shows the finding and is better."""
        taken = _trimmed(played.taken)
        if not played.is_shown or (self.has_begun and (played.cost, len(taken), taken) >= (self.cost, len(self.picks), self.picks)):
            return False
        self.has_begun = True
        self.cost, self.picks = played.cost, taken
        return True

    def bound(self, budget: int) -> None:
        """Plays the schedules with no departure, with one, with two, until one shows the finding, all are played or `budget` is spent."""
        last = max(0, self.budget - budget)
        first = self.play(())
        if first is None or self.keep(first):
            return
        counts: dict[tuple[int, ...], Sequence[int]] = {(): first.counts}
        layer: list[tuple[int, ...]] = [()]
        for _ in range(2):
            following: list[tuple[int, ...]] = []
            for candidate in (longer for prefix in layer for longer in _with_one_more(prefix, counts[prefix])):
                if self.budget <= last:
                    return
                played = self.play(candidate)
                if played is None:
                    continue
                if self.keep(played) and self.cost <= 1:
                    return
                following.append(candidate)
                counts[candidate] = played.counts
            layer = following

    def drop_tail(self) -> bool:
        """Cuts the list after none, a quarter, half, three quarters of its nonzero picks."""
        places = [i for i, pick in enumerate(self.picks) if pick]
        return any(self.accept(self.picks[: places[int(len(places) * share)]]) for share in (0.0, 0.25, 0.5, 0.75) if places)

    def zero_blocks(self) -> bool:
        """Zeroes runs of nonzero picks, long ones first, from the end."""
        improved = False
        size = max(1, sum(map(bool, self.picks)) // 2)
        while size:
            places = [i for i, pick in enumerate(self.picks) if pick]
            end = len(places)
            while end > 0:
                candidate = list(self.picks)
                for place in places[max(0, end - size) : end]:
                    candidate[place] = 0
                end -= size
                if self.accept(candidate):
                    improved = True
                    places = [i for i, pick in enumerate(self.picks) if pick]
                    end = min(end, len(places))
            size //= 2
        return improved

    def lower(self) -> bool:
        """Tries 1 for every higher pick."""
        improved = False
        for place in range(len(self.picks)):
            if place < len(self.picks) and self.picks[place] > 1:
                improved = self.accept([*self.picks[:place], 1, *self.picks[place + 1 :]]) or improved
        return improved

    def delete(self) -> bool:
        """Deletes picks before each nonzero one: what comes there happens earlier."""
        improved = False
        for place in [i for i, pick in enumerate(self.picks) if pick]:
            for earlier in sorted({max(0, place - 1), place // 2, 0}):
                if place < len(self.picks) and self.picks[place] and earlier < place:
                    improved = self.accept([*self.picks[:earlier], *self.picks[place:]]) or improved
        return improved


def _trimmed(picks: Sequence[int]) -> list[int]:
    end = len(picks)
    while end and not picks[end - 1]:
        end -= 1
    return list(picks[:end])


def _with_one_more(prefix: tuple[int, ...], counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The schedules that depart once more, after all departures of `prefix`, an execution of which had so many ways at each choice."""
    for place in range(len(prefix), len(counts)):
        for way in range(1, counts[place]):
            yield (*prefix, *([0] * (place - len(prefix))), way)
