"""A virtual thread: what the explore engine keeps of each thread of the program under test."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from harness.model.lock_order import Order
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.rlock import RLock

NORMAL, SOLO, MUTED, UNWINDING, RECORDED, OUTSIDE, TRACED = range(7)
"""What a hook does for the running thread. NORMAL is the searched case and the only one on the fast path; SOLO: no other thread is
alive, so nothing can be interleaved; MUTED: inside ``__del__``; UNWINDING: being abandoned; RECORDED: every step is written down;
OUTSIDE: no virtual thread runs; TRACED: an exhaustive search is told what every event touches."""


def name_of(lock: Lock | RLock) -> tuple[str, int]:
    """What a lock is called in every execution (`harness.model.lock_order.Lock`)."""
    return (lock.maker, lock.number) if lock.number else ("", id(lock))


FIRST_IDENT = 1000
"""Identifiers count up from here in the order of starting, so that they are the same in every execution of a schedule; but that of a thread that
has ended goes to the next one that is started, as on any real system."""


def unborn() -> None:
    raise RuntimeError("a virtual thread was resumed that no baton carries")


class VirtualThread:
    """One virtual thread. `path` names it by who spawned it ("m" is the main thread, "m.0" the first it started), `points` counts the
    points it has passed; `index` is its number in the order of starting."""

    __slots__ = (
        "awaiting",
        "children",
        "deadline",
        "done",
        "expired",
        "greenlet",
        "has_begun",
        "ident",
        "index",
        "is_daemon",
        "is_ended",
        "is_idle",
        "is_moved",
        "jobs",
        "locals",
        "locks",
        "locks_made",
        "loop_site",
        "loop_version",
        "mode",
        "name",
        "open",
        "path",
        "pending",
        "pending_is_write",
        "points",
        "read_version",
        "reads",
        "resume",
        "role",
        "run",
        "stream",
        "thread",
        "to_take",
        "waits_at",
    )

    def __init__(self, index: int, path: str, name: str, role: str, is_daemon: bool, run: Callable[[], None], thread: Any, mode: int) -> None:
        self.index = index
        self.ident = FIRST_IDENT + index
        self.path = path
        self.name = name
        self.role = role
        self.is_daemon = is_daemon
        self.is_ended = False
        self.has_begun = False
        self.is_idle = False
        self.run: Any = run
        self.thread = thread
        self.mode = mode
        self.greenlet: Any = None
        self.resume: Callable[[], Any] = unborn  # set by the baton: hands control to this thread
        self.points = 0
        self.children = 0
        self.done = Gate(False, "join", self)
        self.waits_at: Gate | None = None
        self.deadline: float | None = None
        self.expired = False
        self.is_moved = False
        self.jobs: tuple[str, ...] = ()
        self.awaiting: Any = None
        self.loop_site = -1
        self.loop_version = -1
        self.reads = 0
        self.read_version = -1
        self.pending: Any = None
        self.pending_is_write = False
        self.locks: list[Lock | RLock] = []  # those that it came to and may still hold; like `to_take` kept where operations are pending
        self.to_take: Lock | RLock | None = None
        self.locks_made = 0
        self.open: list[Any] = []  # operations of C code in the midst of which it may have called the program, see `Callbacks._open`
        self.locals: dict[int, dict[str, Any]] = {}
        self.stream: random.Random | None = None

    def is_awaited(self) -> bool:
        """Whether a program that is over but for this thread would wait for it: not for daemons, nor for a pool's worker without work."""
        if self.is_ended or self.is_daemon:
            return False
        return not (self.is_idle and self.waits_at is not None and not self.waits_at.is_open)

    @property
    def kin(self) -> Any:
        """What it runs, as far as can be told from outside: the job of a pool's worker, the function or the class of a thread."""
        if self.jobs:
            return self.jobs[-1]
        if self.thread is None:
            return self.run.__code__
        target = getattr(self.thread, "_target", None)
        if target is None:
            return type(self.thread)
        return getattr(getattr(target, "__func__", target), "__code__", self.index)

    @property
    def order(self) -> Order | None:
        """The order of locks that it is about to add to: what it is about to take, and what it holds. None if it does not hold any."""
        lock = self.to_take
        if lock is None or lock.holder is self or self.pending != id(lock.owner):
            return None
        held = [other for other in self.locks if other.holder is self]
        return (self.path, name_of(lock), tuple(sorted(map(name_of, held)))) if held else None

    def __repr__(self) -> str:
        return f"<VirtualThread {self.path} {self.name}>"
