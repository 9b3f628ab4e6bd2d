"""Iterative bounding: all schedules without a preemption, then all with one, then with two, and so on."""

from __future__ import annotations

from collections import deque
from typing import Any

from harness.model.choice import Choice
from harness.model.events import EventLog

QUEUED = 400_000
"""Schedules that may wait for their turn; what comes beyond is left out, and the search no longer complete."""


class _Departures:
    """The departures of a schedule from the default, the last first: at which choice, which way, and those before."""

    __slots__ = ("before", "step", "way")

    def __init__(self, step: int, way: int, before: _Departures | None) -> None:
        self.step = step
        self.way = way
        self.before = before


class Bounded:
    """Plays every schedule within a bound, the cheapest first (iterative context bounding, Musuvathi and Qadeer, PLDI 2007).

    A preemption, an expiry and the waking of another waiter than the oldest cost one each; who runs where a thread must wait or has ended
    costs nothing. So the first failure has the least cost that any has. `bound` is the cost up to which every schedule has been played, -1
    before the first bound is covered; `is_complete`: no schedule is left whatever its cost.
    """

    needs_pending = False

    def __init__(self) -> None:
        self.log: EventLog | None = EventLog()  # so that every access is a choice; what stands in it is not looked at
        self._events = self.log
        self.bound = -1
        self.is_complete = False
        self.doubts: dict[str, int] = {}
        self._start()

    def _start(self) -> None:
        self._levels: dict[int, deque[_Departures | None]] = {0: deque([None])}
        self._level = 0
        self._n_queued = 1
        self._has_left_out = False

    def begin(self) -> bool:
        """The next schedule; False when there is none left."""
        while not self._levels.get(self._level):
            self._levels.pop(self._level, None)
            if not self._has_left_out:
                self.bound = self._level
            if not self._levels:
                self.is_complete = not self._has_left_out and not self.doubts
                return False
            self._level += 1
        self._departures = self._levels[self._level].popleft()
        self._n_queued -= 1
        self._ways: dict[int, int] = {}
        departure = self._departures
        self._last = -1 if departure is None else departure.step
        while departure is not None:
            self._ways[departure.step] = departure.way
            departure = departure.before
        self._step = 0
        return True

    def choose(self, choice: Choice) -> int:
        """The way that the schedule says; behind its last departure the default, and the others are put in line."""
        step = self._step
        self._step += 1
        if step <= self._last:
            return min(self._ways.get(step, 0), choice.count - 1)
        for way in range(1, choice.count):
            level = self._level + _cost(choice, way)
            if self._n_queued >= QUEUED:
                self._has_left_out = True
                break
            self._levels.setdefault(level, deque()).append(_Departures(step, way, self._departures))
            self._n_queued += 1
        return 0

    def end(self, points: int) -> None:
        """Begins anew where it turned out that a place is written."""
        if self._events.is_unfair:
            self.doubts["loops went round for long, and scheduling turned fair"] = 1
        if self._events.is_new_group:
            self._events.is_new_group = False
            self._start()


def _cost(choice: Choice, way: int) -> int:
    """What a way other than the default costs."""
    if choice.kind == "waiter" or (choice.has_clock and way == choice.count - 1):
        return 1
    thread: Any = choice.thread
    could_go_on = not choice.is_spinning and not thread.is_ended and bool(choice.options()) and choice.options()[0] is thread
    return 1 if could_go_on else 0
