"""Every schedule within a bound, one after the other, none left out: what `Bounded` must come to with far fewer executions."""

from __future__ import annotations

from collections import deque

from harness.model.choice import Choice
from harness.model.events import EventLog
from harness.strategies.bounded import cost_of

Departures = tuple[tuple[int, int], ...]


class PlainBounded:
    """Plays the schedules of cost 0, then of cost 1, and so on; a schedule is (choice, way) for each departure from the default.

    `level` is the cost of those played at present; when `begin` raises it, all of less cost have been played.
    """

    needs_pending = False

    def __init__(self) -> None:
        self.log = EventLog()  # so that the engine offers every access as a choice; what stands in it is not looked at
        self._start()

    def _start(self) -> None:
        self.level = 0
        self._levels: dict[int, deque[Departures]] = {0: deque([()])}

    def begin(self) -> bool:
        """The next schedule; False when there is none left."""
        while not self._levels.get(self.level):
            self._levels.pop(self.level, None)
            if not self._levels:
                return False
            self.level += 1
        self._departures = self._levels[self.level].popleft()
        self._ways = dict(self._departures)
        self._step = 0
        return True

    def choose(self, choice: Choice) -> int:
        """The way that the schedule says; behind its last departure the default, and the others are put in line."""
        step = self._step
        self._step += 1
        if self._departures and step <= self._departures[-1][0]:
            return self._ways.get(step, 0)
        for way in range(1, choice.count):
            self._levels.setdefault(self.level + cost_of(choice, way), deque()).append((*self._departures, (step, way)))
        return 0

    def end(self, points: int) -> None:
        """Begins anew where it turned out that a place is written."""
        if self.log.is_new_group:
            self.log.is_new_group = False
            self._start()
