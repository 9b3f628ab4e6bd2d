"""Wakeup trees and sleep sets: what is still to be tried from a state, and what need not be (Abdulla, Aronis, Jonsson, Sagonas, Optimal dynamic partial
order reduction, POPL 2014). Events are those of other executions, whose places may be numbered otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.events import CONFLICTS, Access
from harness.strategies.races import Item

Footprint = tuple[tuple[Access, ...], int]
"""The accesses of an event as another execution numbers the places, and how many places the two number alike."""


class Branch:
    """A node of a wakeup tree: an event to be taken, and what is to follow it. Without `following` it is a leaf: whatever comes then.

    `choices` are the waiters that it chooses to wake; of the first `n_fixed` of them the other ways have branches of their own."""

    __slots__ = ("choices", "following", "footprint", "n_fixed", "path")

    def __init__(self, path: str, choices: tuple[int, ...], footprint: Footprint, n_fixed: int) -> None:
        self.path = path
        self.choices = choices
        self.footprint = footprint
        self.n_fixed = n_fixed
        self.following: list[Branch] = []


def insert(branches: list[Branch], items: Sequence[Item], known: int) -> bool:
    """Adds a sequence of events to a wakeup tree, unless the tree leads to all that it leads to (POPL 2014, definition 5.2): whether it did."""
    rest = list(items)
    while True:
        for branch in branches:
            number = _may_begin(branch.path, branch.footprint, rest)
            if number is None or (number >= 0 and rest[number].choices != branch.choices):
                continue
            if number >= 0:
                del rest[number]
            if not branch.following or not rest:
                return False
            branches = branch.following
            break
        else:
            for item in rest:
                branch = Branch(item.path, item.choices, (item.accesses, known), 0)
                branches.append(branch)
                branches = branch.following
            return True


def is_covered(asleep: dict[str, Footprint], items: Sequence[Item]) -> bool:
    """Whether an event that is asleep could come first among the items, or before them: then all that they lead to has been seen."""
    return any(_may_begin(path, footprint, items) is not None for path, footprint in asleep.items())


def still_asleep(asleep: dict[str, Footprint], path: str, what: tuple[Access, ...]) -> dict[str, Footprint]:
    """What is still asleep after an event: what does not depend on it."""
    if not asleep:
        return asleep
    woken = [other for other, footprint in asleep.items() if other == path or _depends(footprint, what)]
    return {other: footprint for other, footprint in asleep.items() if other not in woken} if woken else asleep


def _may_begin(path: str, footprint: Footprint, items: Sequence[Item]) -> int | None:
    """The number of a thread's first event among the items if it depends on none of them, -1 if it has none there and the given next event of
    the thread depends on none; else None (a weak initial, POPL 2014, definition 4.1)."""
    mask = 0
    for number, item in enumerate(items):
        if item.path == path:
            return None if item.before & mask else number
        mask |= item.bit
    return None if any(_depends(footprint, item.accesses) for item in items) else -1


def _depends(footprint: Footprint, what: tuple[Access, ...]) -> bool:
    """Whether an event of another execution depends on one of this; where a place cannot be told apart, it does."""
    accesses, known = footprint
    for place, how in accesses:
        conflicts = CONFLICTS[how]
        for other, other_how in what:
            if conflicts[other_how] and (place == other if place < known else other >= known):
                return True
    return False
