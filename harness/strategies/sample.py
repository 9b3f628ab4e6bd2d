"""A random sample of the classes of equivalent executions."""

from __future__ import annotations

from collections import Counter
from random import Random

from harness.model.equivalence import class_of
from harness.model.events import EventLog
from harness.model.unseen import Unseen, unseen_after
from harness.strategies.random_walk import RandomWalk


class Sample(RandomWalk):
    """Independent random walks over all accesses to shared places, of which it is counted how often each class came. `growth` is, after each walk that
    counts, how many classes had come."""

    def __init__(self, rng: Random) -> None:
        super().__init__(rng)
        self.log: EventLog | None = EventLog()
        self._events = self.log
        self._times: Counter[int] = Counter()
        self.growth: list[int] = []

    def end(self, points: int) -> None:
        """Count the class of the execution; anew where it turned out that a place is written, for the walks before did not offer it."""
        if self._events.is_new_group:
            self._events.is_new_group = False
            self._times.clear()
            self.growth.clear()
        else:
            self._times[class_of(self._events)] += 1
            self.growth.append(len(self._times))

    @property
    def unseen(self) -> Unseen | None:
        """What the sample says of the classes that it has not seen; None before it has begun."""
        return unseen_after(self._times.values()) if self._times else None
