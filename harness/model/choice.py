"""What an engine asks a strategy: a choice, and the protocols between the two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from harness.model.events import EventLog
from harness.model.lock_order import Order


class Option(Protocol):
    """A thread that could run next, as strategies see it.

    `index` is its number in the order of starting, from 0, the same in every execution that starts the same threads so far; `path`
    names it by who started it; `points` counts the points it has passed. `has_begun`: it has run at least once. `kin` is equal for
    threads that run the same code. `pending` identifies what its next operation touches (hashable, None where nothing shared),
    `pending_is_write` whether it may change it. `order`: its next operation is to take a lock while it holds others.
    """

    index: int
    path: str
    points: int
    pending: Any
    pending_is_write: bool
    has_begun: bool

    @property
    def kin(self) -> Any:
        """See above."""

    @property
    def order(self) -> Order | None:
        """See above. Kept where `Strategy.needs_pending`."""


class Choice(Protocol):
    """A point with more than one way on. The engine reuses one object: it is valid during `choose` only.

    `count` is the number of ways; way 0 is the default: the running thread goes on, or, where it is blocked, has ended or spins, the
    next by round robin. `kind` is "thread", or "waiter" (which waiter is woken). With kind "thread", `has_clock` says that the last
    way is to let virtual time jump to the earliest deadline. `is_spinning`: the running thread only re-reads unchanged state or yields,
    and stands last among the threads. `is_forced`: the thread that ran waits or has ended, so that another must run. `thread` is the thread
    (an `Option`) at whose point the choice arises.
    """

    count: int
    kind: str
    has_clock: bool
    is_forced: bool
    is_spinning: bool
    thread: Any

    def options(self) -> Sequence[Option]:
        """The threads of the ways in order; one shorter than `count` where `has_clock`."""


class Strategy(Protocol):
    """A source of schedules; lives across executions."""

    needs_pending: bool
    """Whether the engine must keep `Option.pending` up to date, and write down orders of locks (it costs time)."""

    @property
    def log(self) -> EventLog | None:
        """Where the engine is to write down the events of the coming execution; None as a rule (it costs time)."""

    def begin(self) -> bool:
        """Prepare for the next execution; False if there is nothing left to explore."""

    def choose(self, choice: Choice) -> int:
        """The way to go, 0 <= way < choice.count."""

    def end(self, points: int) -> None:
        """The execution is over; it passed `points` choices."""
