"""Several strategies in turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from harness.model.choice import Choice, Strategy
from harness.model.events import EventLog


class Portfolio:
    """Gives each execution to the next of its members, round and round, in the order given; a member with nothing left drops out.

    `needs_pending` is what the coming execution's member needs: read it after every `begin`. Before the first it is what any of them
    needs. `choose` and `end` may be called only after a `begin` that returned True.
    """

    log: EventLog | None = None
    _choose: Callable[[Choice], int]
    _end: Callable[[int], None]

    def __init__(self, members: Iterable[Strategy]) -> None:
        self.members = tuple(members)
        self._members = deque(self.members)
        self.needs_pending = any(member.needs_pending for member in self._members)

    def begin(self) -> bool:
        """Prepare the next member; False once none has anything left to explore."""
        while self._members:
            member = self._members[0]
            if member.begin():
                self._members.rotate(-1)
                self.needs_pending = member.needs_pending
                self.log = member.log
                self._choose, self._end = member.choose, member.end
                return True
            self._members.popleft()
        return False

    def choose(self, choice: Choice) -> int:
        """The way that this execution's member goes."""
        return self._choose(choice)

    def end(self, points: int) -> None:
        """Tell this execution's member, and no other."""
        self._end(points)
