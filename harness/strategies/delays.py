"""Delay bounding: executions that depart from the default scheduler only once or twice."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from harness.model.choice import Choice


class Delays:
    """Plays every schedule with one departure from the default, in order, and between them random ones with two or three.

    Emmi, Qadeer, Rakamaric, Delay-bounded scheduling, POPL 2011: most concurrency bugs need few deviations from a deterministic
    scheduler. The default here lets the running thread go on until it must wait. Where a departure may stand is taken from the
    executions before; the walk over single departures begins anew when executions have become longer than it had seen.
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
                self._picks = {place: self._rng.randrange(1, 4) for place in places}
        return True

    def choose(self, choice: Choice) -> int:
        """The departure drawn for this step, if there is one, else the default."""
        pick = self._picks.get(self._step, 0)
        self._step += 1
        return min(pick, choice.count - 1) if pick else 0

    def end(self, points: int) -> None:
        """Learn how many choices an execution has."""
        self._longest = min(max(self._longest, self._step), 2000)

    def _walk(self, length: int) -> Iterator[tuple[int, int]]:
        for way in (1, 2):
            for place in range(length):
                yield place, way
