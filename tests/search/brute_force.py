"""Every schedule of a small program, one after the other: depth first over all choices at all points, with no reduction whatsoever.

It knows nothing of dependence, sleep sets or wakeup trees, so what it finds possible is what an exhaustive search must find.
"""

from __future__ import annotations

from harness.model.choice import Choice
from harness.model.events import EventLog


class AllSchedules:
    """Plays the picks of a list that is counted up like an odometer; `is_complete` once it has come round."""

    needs_pending = False

    def __init__(self) -> None:
        self.log = EventLog()  # so that the engine offers every access as a choice; what stands in it is not looked at
        self.is_complete = False
        self._picks: list[int] = []
        self._counts: list[int] = []
        self._step = 0
        self._is_begun = False

    def begin(self) -> bool:
        """The next list of picks; False when all have been played."""
        self._step = 0
        if not self._is_begun:
            self._is_begun = True
            return True
        while self._picks and self._picks[-1] + 1 >= self._counts[-1]:
            self._picks.pop()
            self._counts.pop()
        if not self._picks:
            self.is_complete = True
            return False
        self._picks[-1] += 1
        return True

    def choose(self, choice: Choice) -> int:
        """The pick of this step; a step that no list had yet begins at 0. The main thread, which only starts and joins, goes first."""
        way = way_of_main(choice)
        if way is not None:
            return way
        step = self._step
        self._step += 1
        if step == len(self._picks):
            self._picks.append(0)
            self._counts.append(choice.count)
        return self._picks[step]

    def end(self, points: int) -> None:
        """Cut off what the execution did not come to, and begin anew where it turned out that a place is written."""
        del self._picks[self._step :], self._counts[self._step :]
        if self.log.is_new_group:
            self.log.is_new_group = False
            self._picks.clear()
            self._counts.clear()
            self._is_begun = False


def way_of_main(choice: Choice) -> int | None:
    """The way on which the main thread goes on; None if it cannot."""
    if choice.kind != "thread":
        return None
    return next((way for way, option in enumerate(choice.options()) if option.path == "m"), None)
