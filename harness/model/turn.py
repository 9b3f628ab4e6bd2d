"""How a search went: its turns one after the other, and how many classes of equivalent executions had been seen by when."""

from __future__ import annotations

import msgspec

from harness.model.unseen import Unseen

MOST_SEEN = 12
"""Points of one turn's curve, at most; a search has five turns, of which three have one."""

Seen = tuple[int, int]
"""How many executions had been made, and how many classes had been seen by then."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the search in one mode by one strategy, up to and with execution `until`.

    `seen` is a curve that begins where the turn does. In a turn of "dpor" it counts the classes that the exhaustive search has seen so far, in
    earlier turns too; it falls where that search began anew. In a turn of "sample" it counts the classes of this turn's own walks, and
    `unseen` is what they say of those that they have not seen. Other strategies do not tell classes apart. `bound` is the cost of the
    schedules that "bounded" played in this turn. `is_complete`: it ended because every class, or every schedule, had been seen.
    """

    mode: str
    strategy: str
    until: int
    seen: tuple[Seen, ...] = ()
    bound: int | None = None
    is_complete: bool = False
    unseen: Unseen | None = None


def bends_of(seen: list[Seen], most: int = MOST_SEEN) -> tuple[Seen, ...]:
    """The points of a curve without those on a straight line between their neighbours, and of what is left at most so many: the first, the last, and
    others as evenly as may be."""
    kept: list[Seen] = []
    for point in seen:
        if kept and kept[-1] == point:
            continue
        while len(kept) > 1 and _is_straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    if len(kept) <= most:
        return tuple(kept)
    return tuple(kept[number * (len(kept) - 1) // (most - 1)] for number in range(most))


def _is_straight(one: Seen, two: Seen, three: Seen) -> bool:
    return (two[0] - one[0]) * (three[1] - two[1]) == (three[0] - two[0]) * (two[1] - one[1])
