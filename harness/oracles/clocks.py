"""Happens-before over a recorded execution, by vector clocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from harness.model.deed import Access, Deed


class Clocks:
    """The clock of every thread while the deeds of an execution are gone through in their order: `arrive`, look, `leave`.

    Happens-before by vector clocks (Mattern 1989), and a read comes after the write that it read from, so that of a race's consequences
    none is called a race (SHB; Mathur, Kini and Viswanathan 2018). A clock holds, for each thread, how many of its deeds come before.
    `with_locks`: whether the order in which locks were taken counts; in another execution it may be another one. O(deeds x threads).
    """

    def __init__(self, deeds: Sequence[Deed], with_locks: bool) -> None:
        self._n_threads = 1 + max((deed.thread for deed in deeds), default=0)
        self._with_locks = with_locks
        self._of_thread = [[0] * self._n_threads for _ in range(self._n_threads)]
        self._channels: dict[object, list[int]] = {}

    def arrive(self, deed: Deed) -> list[int]:
        """The thread's clock in this deed, not yet knowing what it is about to read. It is the thread's own: copy it to keep it."""
        clock = self._of_thread[deed.thread]
        for channel in deed.receives:
            self._join(clock, channel)
        if deed.takes and self._with_locks:
            self._join(clock, ("lock", deed.takes))
        clock[deed.thread] += 1
        return clock

    def leave(self, deed: Deed) -> None:
        """The deed is done: what it read counts from now on, and what it sent and wrote is there for others."""
        clock = self._of_thread[deed.thread]
        if deed.access is not None:
            self._touch(clock, deed.access)
        for channel in deed.sends:
            self._add(channel, clock)
        if deed.gives and self._with_locks:
            self._add(("lock", deed.gives), clock)

    def _touch(self, clock: list[int], access: Access) -> None:
        item = (access.place, access.key)
        everything, shape = ("contents", access.place), ("shape", access.place)
        match access.how:
            case "read":
                self._join(clock, item)
            case "write":
                self._channels[item] = clock[:]
            case "item-read":
                self._join(clock, item)
                self._join(clock, shape)
            case "item-write":
                self._channels[item] = clock[:]
                self._add(everything, clock)
            case "look" | "walk":
                self._join(clock, everything)
            case "add" | "change":
                if access.how == "change":
                    self._join(clock, everything)
                self._add(everything, clock)
                self._add(shape, clock)
            case unknown:
                assert_never(unknown)

    def _join(self, clock: list[int], channel: object) -> None:
        other = self._channels.get(channel)
        if other is not None:
            clock[:] = map(max, clock, other)

    def _add(self, channel: object, clock: list[int]) -> None:
        other = self._channels.get(channel)
        self._channels[channel] = clock[:] if other is None else list(map(max, clock, other))
