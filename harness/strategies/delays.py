"""Delay bounding: executions that depart from the default scheduler only once or twice."""

from __future__ import annotations

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
        self._walked = 0
        self._next = 0
        self._walks_on = True
        self._number = 0
        self._picks: dict[int, int] = {}
        self._step = 0

    def begin(self) -> bool:
        """Draw the next schedule; always True."""
        self._step = 0
        self._number += 1
        self._picks = {}
        if self._number > 1:
            single = self._single() if self._number % 2 else None
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

    def memory(self) -> tuple[int, ...]:
        """See `Learner`: how many choices an execution has."""
        return (self._longest,)

    def learn(self, memory: tuple[int, ...]) -> None:
        """See `Learner`."""
        self._longest = max(self._longest, memory[0])

    def share(self, executions: int) -> tuple[int, ...]:
        """See `Learner`: a piece of the walk, every other execution a step."""
        self._walk_anew()
        piece = self._longest, self._walked, self._next
        self._next += (executions + 1) // 2
        return piece

    def begin_with(self, share: tuple[int, ...]) -> None:
        """See `Learner`: the walk is others' beyond its end."""
        self._longest, self._walked, self._next = share
        self._walks_on = False
        self._number = 2

    def _single(self) -> tuple[int, int] | None:
        """The next place with the way to go there: way 1 at every place, then way 2; None where the walk is over."""
        if self._walks_on:
            self._walk_anew()
        if self._next >= 2 * self._walked:
            return None
        way, place = divmod(self._next, self._walked)
        self._next += 1
        return place, way + 1

    def _walk_anew(self) -> None:
        if self._next >= 2 * self._walked and self._longest > self._walked:
            self._walked = self._longest
            self._next = 0
