"""Delay bounding: executions that depart from the default scheduler only once or twice."""

from __future__ import annotations

from random import Random

from harness.model.choice import Choice

FARTHEST = 3
"""How far from the default a departure may go, in kinds of thread."""
LONGEST = 2000
"""Places at which departures are tried; further ones of longer executions are not."""


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
        self._counts: list[int] = []
        self._walked = 0
        self._walk: list[tuple[int, int]] = []
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
                self._picks = {place: self._rng.randrange(1, 2 * FARTHEST + 1) for place in places}
        return True

    def choose(self, choice: Choice) -> int:
        """The departure drawn for this step, if there is one, else the default."""
        step = self._step
        self._step = step + 1
        if self._number == 1 and step < LONGEST:
            self._counts.append(choice.count)
        pick = self._picks.get(step, 0)
        return 0 if not pick else _nearest(choice, pick) if pick <= FARTHEST else min(pick - FARTHEST, choice.count - 1)

    def end(self, points: int) -> None:
        """Learn how many choices an execution has."""
        self._longest = min(max(self._longest, self._step), LONGEST)

    def memory(self) -> tuple[int, ...]:
        """See `Learner`: how many choices an execution has."""
        return (self._longest,)

    def learn(self, memory: tuple[int, ...]) -> None:
        """See `Learner`."""
        self._longest = max(self._longest, memory[0])

    def share(self, executions: int) -> tuple[int, ...]:
        """See `Learner`: a piece of the walk, every other execution a step."""
        self._walk_anew()
        piece = self._longest, self._walked, self._next, *self._counts
        self._next += (executions + 1) // 2
        return piece

    def begin_with(self, share: tuple[int, ...]) -> None:
        """See `Learner`: the walk is others' beyond its end."""
        self._longest, self._walked, self._next, *self._counts = share
        self._walk = self._departures()
        self._walks_on = False
        self._number = 2

    def _single(self) -> tuple[int, int] | None:
        """The next place with how far to go there; None where the walk is over."""
        if self._walks_on:
            self._walk_anew()
        if self._next >= len(self._walk):
            return None
        self._next += 1
        return self._walk[self._next - 1]

    def _walk_anew(self) -> None:
        if self._next >= len(self._walk) and self._longest > self._walked:
            self._walked = self._longest
            self._walk = self._departures()
            self._next = 0

    def _departures(self) -> list[tuple[int, int]]:
        """The single departures: the near ones at each place, then the far ones, as far as the default execution had so many ways there."""
        counts = self._counts
        return [
            (place, way)
            for ways in (range(1, 3), range(3, FARTHEST + 1))
            for place in range(self._walked)
            for way in ways
            if place >= len(counts) or way < counts[place]
        ]


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
