"""Delay bounding: executions that depart from the default scheduler only once or twice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from harness.model.choice import Choice

FARTHEST = 3
"""How far from the default a departure may go, in kinds of thread."""


class Delays:
    """Plays every schedule with one departure from the default, in order, and between them random ones with two or three.

    Emmi, Qadeer, Rakamaric, Delay-bounded scheduling, POPL 2011: most concurrency bugs need few deviations from a deterministic
    scheduler. The default here lets the running thread go on until it must wait. Where a departure may stand is taken from the
    executions before; the walk over single departures begins anew when executions have become longer than it had seen. A departure goes to
    the next thread, to the first of each kind of thread (`Option.kin`), or to the clock: among twenty threads that run the same function
    the one that does something else is as near as any.
    """

    needs_pending = False
    log = None

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._longest = 0
        self._singles: Iterator[tuple[int, int]] = iter(())
        self._walked = 0
        self._number = 0
        self._picks: dict[int, int] = {}
        self._step = 0
        self._counts: list[int] = []

    def begin(self) -> bool:
        """Draw the next schedule; always True."""
        self._step = 0
        self._number += 1
        self._picks = {}
        if self._number > 1:
            single = next(self._singles, None) if self._number % 2 else None
            if single is None and self._number % 2 and self._longest > self._walked:
                self._walked = self._longest
                self._singles = self._walk(self._longest)
                single = next(self._singles, None)
            if single is not None:
                self._picks = dict([single])
            else:
                places = self._rng.sample(range(self._longest), min(self._longest, 2 + self._rng.randrange(2)))
                self._picks = {place: self._rng.randrange(1, 2 * FARTHEST + 1) for place in places}
        return True

    def choose(self, choice: Choice) -> int:
        """The departure drawn for this step, if there is one, else the default."""
        step = self._step
        self._step = step + 1
        if self._number == 1:
            self._counts.append(choice.count)
        pick = self._picks.get(step, 0)
        return 0 if not pick else _nearest(choice, pick) if pick <= FARTHEST else min(pick - FARTHEST, choice.count - 1)

    def end(self, points: int) -> None:
        """Learn how many choices an execution has."""
        self._longest = min(max(self._longest, self._step), 2000)

    def _walk(self, length: int) -> Iterator[tuple[int, int]]:
        counts = self._counts
        for first, last in ((1, 2), (3, FARTHEST)):
            for place in range(length):
                for way in range(first, last + 1):
                    if place >= len(counts) or way < counts[place]:
                        yield place, way


def _nearest(choice: Choice, pick: int) -> int:
    """The way of a departure `pick` threads away from the default, of which those of one kind count once; the farthest if there are
    not so many."""
    if choice.count <= 2 or choice.kind == "waiter":
        return min(pick, choice.count - 1)
    way = 1
    kinds = set()
    for number, option in enumerate(choice.options()):
        if number and option.kin not in kinds:
            kinds.add(option.kin)
            way = number
            if len(kinds) == pick:
                return way
    return choice.count - 1 if choice.has_clock else way
