"""Following a schedule: at the points that it names what it says, everywhere else the default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from harness.errors import ReplayError
from harness.model.choice import Choice
from harness.model.schedule import CLOCK, Departure


class Follow:
    """Plays the departures of a schedule, in order.

    Strict (with `where`, which gives a thread's present source line): raises ReplayError as soon as the program does not fit; call
    `check_all_used` at the end. Not strict: a departure that does not fit is dropped. `ways` collects the way taken at every choice,
    `lines` the source line at each departure, as the replay met it.
    """

    needs_pending = False
    log = None

    def __init__(self, departures: Sequence[Departure], where: Callable[[Any], int] | None = None, names: Callable[[str], str] = str) -> None:
        self._departures = tuple(departures)
        self._where = where
        self._names = names
        self.begin()

    def begin(self) -> bool:
        """Back to the start of the schedule."""
        self._next = 0
        self.ways: list[int] = []
        self.lines: list[int] = []
        return True

    def choose(self, choice: Choice) -> int:
        """The way that the schedule names here, else the default."""
        way = 0
        if self._next < len(self._departures):
            departure = self._departures[self._next]
            thread: Any = choice.thread
            if thread.path == departure.thread and thread.points >= departure.point:
                way = self._follow(choice, departure, thread)
        self.ways.append(way)
        return way

    def end(self, points: int) -> None:
        """Nothing to learn from an execution."""

    def check_all_used(self) -> None:
        """Raises ReplayError if the execution ended before all of the schedule was played."""
        if self._next < len(self._departures):
            departure = self._departures[self._next]
            raise self._departed(departure, f"the execution ends before {self._names(departure.thread)} comes to that point")

    def _follow(self, choice: Choice, departure: Departure, thread: Any) -> int:
        line = self._where(thread) if self._where is not None else 0
        found = _way_to(choice, departure.chosen)
        if thread.points != departure.point:
            if self._where is not None:
                raise self._departed(departure, f"{self._names(thread.path)} has no choice at that point, the next is its point {thread.points}{_at(line)}")
            self._next += 1
            return 0
        if self._where is not None:
            if departure.line and line != departure.line:
                raise self._departed(departure, f"that point is{_at(line) or ' outside the target'}")
            if found is None:
                could = ", ".join(self._names(option.path) for option in choice.options())
                raise self._departed(departure, f"there only these could run: {could}")
        self._next += 1
        self.lines.append(line)
        return found or 0

    def _departed(self, departure: Departure, replayed: str) -> ReplayError:
        chosen = "time jumps to the next deadline" if departure.chosen == CLOCK else f"{self._names(departure.chosen)} is chosen"
        recorded = f"at point {departure.point} of {self._names(departure.thread)}{_at(departure.line)} {chosen}"
        return ReplayError("the schedule no longer fits the program (was it changed since?)", recorded, replayed)


def _at(line: int) -> str:
    return f" (line {line})" if line else ""


def _way_to(choice: Choice, chosen: str) -> int | None:
    if chosen == CLOCK:
        return choice.count - 1 if choice.has_clock else None
    for way, option in enumerate(choice.options()):
        if option.path == chosen:
            return way
    return None
