"""A number for what an execution has come to so far, the same for all equivalent ones (Mazurkiewicz traces).

A thread's next event is a function of what came before it, so an event is told by its thread and the events that it depends on, and
these by theirs. That is hashed: of each event its thread, the thread's event before, the last writes to the places that it touches, what made it
possible, and the waiters it chose. (That a write came after a read need not be told: the read would have seen it.) At which place two
events met need not be told either, so objects need no names that hold in every execution. What has happened is the set of its events,
hence the sum of their hashes. Turns of loops that only read and changed nothing are left out.

Executions that are not equivalent have different numbers but for chance: 64 bits, so that among a million any two are alike with odds of 3e-8.
"""

from __future__ import annotations

import functools
import hashlib

from harness.model.events import PART_READ, PART_WRITE, READ, EventLog

_MASK = (1 << 64) - 1
_UNTOUCHED = (0, 0)
_PARTS = (PART_READ, PART_WRITE)


class Fingerprint:
    """The number of what has happened in the execution that a log is of, taken in event by event; O(1) for an access."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self.begin()

    def begin(self) -> None:
        """Forgets the last execution."""
        self._hashes: list[int] = []
        self._sum = 0
        self._last: dict[str, int] = {}
        self._own: list[int] = []  # of each event the hash of its thread's event before
        self._idle: set[int] = set()
        self._n_idle = 0
        # of each place the hash of the last write and the sum of those of the writes of parts since
        self._places: dict[int, tuple[int, int]] = {}
        self._peeked: tuple[object, ...] = ()
        self._peeked_hash = 0

    def now(self) -> int:
        """The number of all events so far. The last one may still go on: it is taken as it stands."""
        log = self._log
        log.settle()
        count = len(log.who)
        if not count:
            return 0
        for end, events in log.idle[self._n_idle :]:
            self._take_to(end)
            self._leave_out(events)
            self._n_idle += 1
        self._take_to(count - 1)
        last = self._hash(count - 1) if len(self._hashes) < count else 0
        return (self._sum + last) & _MASK

    def _take_to(self, end: int) -> None:
        for event in range(len(self._hashes), end):
            self._take(event)

    def _take(self, event: int) -> None:
        """An event is over."""
        mine = self._hash(event)
        path = self._log.who[event]
        self._own.append(self._last.get(path, 0))
        self._hashes.append(mine)
        self._sum += mine
        self._last[path] = mine
        places = self._places
        for place, how in self._log.what[event]:
            if how == PART_WRITE:
                write, parts = places.get(place, _UNTOUCHED)
                places[place] = write, parts + mine
            elif how != READ and how != PART_READ:
                places[place] = mine, 0

    def _leave_out(self, events: tuple[int, ...]) -> None:
        """A turn of a loop was idle: as if it had not been."""
        path = self._log.who[events[0]]
        for event in events:
            if event not in self._idle:
                self._idle.add(event)
                self._sum -= self._hashes[event]
        self._last[path] = self._own[events[0]]

    def _hash(self, event: int) -> int:
        """The hash of an event, whose predecessors have been taken in."""
        log = self._log
        path, what, choices = log.who[event], log.what[event], log.choices.get(event)
        told = (event, what, len(choices) if choices else 0)
        if told == self._peeked:
            return self._peeked_hash
        before = 0
        places = self._places
        for place, how in what:
            write, parts = places.get(place, _UNTOUCHED)
            before += write if how in _PARTS else write + parts
        for edge in log.edges[event]:
            before += self._hashes[edge]
        found = mixed(name_of(path) + 3 * self._last.get(path, 0) + before)
        if choices:
            for way, _ in choices:
                found = mixed(found + way + 1)
        self._peeked, self._peeked_hash = told, found
        return found


def class_of(log: EventLog) -> int:
    """The number of the class of a complete execution; the same in every process and on every Python version."""
    return Fingerprint(log).now()


@functools.lru_cache(maxsize=4096)
def name_of(path: str) -> int:
    """A number for a thread."""
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), "little")


def mixed(number: int) -> int:
    """64 bits of which each depends on each bit of `number` (the finaliser of splitmix64): sums of such say which were summed."""
    number &= _MASK
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    number = (number ^ number >> 27) * 0x94D049BB133111EB & _MASK
    return number ^ number >> 31
