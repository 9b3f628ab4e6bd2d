"""The events of one execution and what each touches: what an exhaustive search learns of an execution beside its outcome.

An *event* is what one thread does from one point to the next. The engine writes the log while an execution runs; the search reads it
when it has ended. Places are numbered in the order in which an execution first touches them, so two executions that begin alike call the
places of their common beginning alike, though every object is another.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Protocol

READ, WRITE, ACQUIRE, RELEASE, NEUTRAL, PART_READ, PART_WRITE = range(7)
"""How an event touches a place. ACQUIRE and RELEASE are writes to a lock that cancel each other; NEUTRAL is a write that waiting undoes by
itself (a deadline set, a place in line). PART_READ and PART_WRITE touch one key of a container, which has a place of its own: parts
commute with each other, not with what touches the whole."""

CLOCK = "clock"
"""The thread of the events in which virtual time jumps to a deadline."""

Access = tuple[int, int]
"""(number of a place, how it is touched). Numbers below zero mean the same place in every execution."""

_WRITES = frozenset({WRITE, ACQUIRE, RELEASE, NEUTRAL})
CONFLICTS: tuple[tuple[bool, ...], ...] = tuple(
    tuple(
        (one in _WRITES or other in _WRITES) or {one, other} == {READ, PART_WRITE}
        for other in range(7)
    )
    for one in range(7)
)
"""Whether two events that touch one place these two ways depend on each other: ``CONFLICTS[one][other]``, symmetric."""


class State(Protocol):
    """What the engine tells of an execution's state beside its events.

    `version` counts the changes of state; `unlogged` is what equivalent executions may have come to differently and yet decides how they go
    on: the time, loops that spin.
    """

    version: int

    def unlogged(self) -> tuple[float, ...]:
        """See the class."""


class _Unchanging:
    version = 0

    def unlogged(self) -> tuple[float, ...]:
        return ()


class Blocked:
    """What a thread that cannot go on would do next: the accesses, and the gate (a number) that it waits at, -1 where nothing opens one."""

    __slots__ = ("accesses", "gate", "path")

    def __init__(self, path: str, accesses: tuple[Access, ...], gate: int) -> None:
        self.path = path
        self.accesses = accesses
        self.gate = gate


class EventLog:
    """The events of the execution that runs, or has just run.

    Parallel lists, one entry an event: `who` (a spawn path or `CLOCK`), `what` (the accesses), `gates` (the gate that the thread had to pass
    and would have waited at, -1 for none), `edges` (earlier events that made it possible, beside its own thread's), `known` (how many
    places were known before it), `choices` (which waiters it chose to wake, of how many each).

    `workers`: the threads of the harness's workers; `calls`: the events in which the calls of each begin. `flips` holds for each gate the
    events that opened or closed it; `expirable` (event, paths in the order of their deadlines): until that event the deadline of the last of
    them could have come. `blocked`: what would have come next of threads that cannot go on; `cut_off`: names of threads that could have gone
    on when the execution was over. `newborn`: threads that have not yet begun. `doubts` are reasons why nothing exhaustive may be claimed.

    `idle`: turns of loops that only read and changed nothing, each by how many events there were at its end, and its own; without them the
    execution would have come to the same. `idle_points`: how many points each thread passed in such; `is_impatient`: after such turns a loop
    that does change something gave way, because so many turns were counted. `orders_calls`: in class mode that one call returned before
    another began is to count as an order of events.
    """

    def __init__(self, orders_calls: bool = False) -> None:
        self.orders_calls = orders_calls
        self.doubts: set[str] = set()
        self.is_new_group = False
        self._symbols: dict[Hashable, int] = {}
        self.begin(_Unchanging())

    def begin(self, state: State) -> None:
        """Forgets the last execution (not the doubts). `state` is that of the coming one."""
        self._state = state
        self.who: list[str] = []
        self.what: list[tuple[Access, ...]] = []
        self.gates: list[int] = []
        self.edges: list[tuple[int, ...]] = []
        self.known: list[int] = []
        self.choices: dict[int, list[tuple[int, int]]] = {}
        self.flips: dict[int, list[tuple[int, bool]]] = {}
        self.expirable: list[tuple[int, tuple[str, ...]]] = []
        self.blocked: list[Blocked] = []
        self.turns: dict[int, Turn] = {}
        self.idle: list[tuple[int, tuple[int, ...]]] = []
        self.idle_points: dict[str, int] = {}
        self._idle_end = -1
        self.workers: list[str] = []
        self.calls: dict[str, list[int]] = {}
        self.is_unfair = False
        self.is_impatient = False
        self.newborn = 0
        self.cut_off: list[str] = []
        self.places: dict[Any, int] = {}
        self._waiting_edges: dict[str, tuple[int, ...]] = {}
        self._parked: dict[str, int] = {}
        self._tentative: int | None = None
        self._version = 0
        self._turn_of: dict[str, Turn] = {}
        self._heads: dict[tuple[str, int], Turn] = {}

    def symbol(self, key: Hashable) -> int:
        """The number, below zero, of a place that has a name of its own in every execution: the clock, a thread, a module's variable.

        It follows from the name, so it is the same in every process; two names share one with odds of 1 to 10**16.
        """
        number = self._symbols.get(key)
        if number is None:
            number = self._symbols[key] = -1 - int.from_bytes(blake2b(repr(key).encode(errors="backslashreplace"), digest_size=7).digest(), "big")
        return number

    def place(self, key: Any) -> int:
        """The number of a place, by what names it during this execution."""
        places = self.places
        number = places.get(key)
        if number is None:
            number = places[key] = len(places)
        return number

    def add(self, path: str, accesses: tuple[Access, ...], gate: int = -1, is_tentative: bool = False) -> None:
        """An event of a thread begins. `is_tentative`: a READ that turns out a WRITE if it changes any state."""
        if self._tentative is not None:
            self.settle()
        who = self.who
        if is_tentative:
            self._tentative = len(who)
            self._version = self._state.version
        who.append(path)
        self.what.append(accesses)
        self.gates.append(gate)
        self.known.append(len(self.places))
        edges = self._waiting_edges
        self.edges.append(edges.pop(path, ()) if edges else ())
        turn = self._turn_of
        if turn:
            mine = turn.get(path)
            if mine is not None:
                self.turns[len(who) - 1] = mine

    def also(self, path: str, place: int, how: int) -> None:
        """The event that a thread is in touches a further place."""
        if not self.who or self.who[-1] != path or len(self.who) == self._idle_end:
            self.add(path, ())
        self.what[-1] += ((place, how),)

    def enable(self, path: str) -> None:
        """The event that happens now makes the next one of a thread possible."""
        if self.who:
            self._waiting_edges[path] = (*self._waiting_edges.get(path, ()), len(self.who) - 1)

    def parks(self, path: str) -> None:
        """A thread goes to wait with a deadline."""
        self._parked[path] = len(self.who) - 1

    def expires(self, path: str) -> None:
        """The coming event is that a thread's deadline comes, which it was waiting for."""
        self._waiting_edges[CLOCK] = (self._parked[path],)

    def flip(self, gate: int, is_open: bool) -> None:
        """The event that happens now opens or closes a gate, if it does not stand so already."""
        turns = self.flips.setdefault(gate, [])
        if not turns or turns[-1][1] != is_open:
            turns.append((len(self.who) - 1, is_open))

    def chose(self, way: int, count: int) -> None:
        """The event that happens now has chosen a waiter."""
        self.choices.setdefault(len(self.who) - 1, []).append((way, count))

    def unlogged(self) -> tuple[float, ...]:
        """See `State`."""
        return self._state.unlogged()

    def detach(self) -> None:
        """The execution is over: lets go of what belongs to it, and keeps what is to be learned from it."""
        self.settle()
        self._state = _Unchanging()
        for turn in self._heads.values():
            turn.snapshot = ()

    def coming_edges(self, path: str) -> tuple[int, ...]:
        """What has made a thread's next event possible, where that has not come about."""
        return self._waiting_edges.get(path, ())

    def settle(self) -> None:
        """Decides whether the last event has changed anything, where that was open."""
        event = self._tentative
        self._tentative = None
        if event is not None and self._state.version != self._version:
            (place, _), *others = self.what[event]
            self.what[event] = ((place, WRITE), *others)

    # -- turns of loops

    def turn(self, path: str, site: int, snapshot: tuple[Any, ...], points: int = 0) -> bool:
        """A thread comes to the head of a ``while`` loop; whether its last turn left everything as it was (see `Turn`).

        `snapshot` holds the thread's frames, where each stands, and the objects in their local variables; `points` is how many it has passed.
        """
        self.settle()
        last = self._heads.get((path, site))
        is_within = bool(self.who) and self.who[-1] == path
        begin = (len(self.who) - 1, len(self.what[-1])) if is_within else (len(self.who), 0)
        turn = self._heads[path, site] = self._turn_of[path] = Turn(begin, snapshot, points)
        if last is None:
            return False
        is_alike = _is_alike(last.snapshot, snapshot)
        last.snapshot = ()  # it holds what the program may mean to let go of
        if not is_alike:
            return False
        reads = self._reads_of_a_pure_turn(path, last.begin)
        if reads is None:
            return False
        turn.seen = reads
        events = self._idle_turn(path, last.begin)
        if events:
            self.idle.append((len(self.who), events))
            self.idle_points[path] = self.idle_points.get(path, 0) + points - last.points
            self._idle_end = len(self.who)
        return True

    def _idle_turn(self, path: str, begin: tuple[int, int]) -> tuple[int, ...]:
        """The events of a pure turn that has done nothing but read; none where it did anything else, or began within an event that went on."""
        first, offset = begin
        if offset:
            if len(self.what[first]) > offset:
                return ()
            first += 1
        events = tuple(event for event in range(first, len(self.who)) if self.who[event] == path)
        has_only_read = all(how in (READ, PART_READ) for event in events for _, how in self.what[event])
        return events if has_only_read and not any(self.edges[event] for event in events) else ()

    def turn_at_hand(self, path: str) -> Turn | None:
        """The turn of a loop that a thread is in, or was in last."""
        return self._turn_of.get(path)

    def has_changed(self, seen: Sequence[tuple[int, int, int]], path: str) -> bool:
        """Whether another thread than `path` has changed one of these places since it was read."""
        since = min((event for _, _, event in seen), default=len(self.who))
        return is_changed(self, range(since + 1, len(self.who)), seen, path)

    def _reads_of_a_pure_turn(self, path: str, begin: tuple[int, int]) -> list[tuple[int, int, int]] | None:
        """(place, how, event) of what the thread read since `begin`; None if it changed anything but locks that it gave back as they were."""
        first, offset = begin
        reads: list[tuple[int, int, int]] = []
        held: dict[int, int] = {}
        clock = self.symbol(CLOCK)
        for event in range(first, len(self.who)):
            if self.who[event] != path:
                continue
            if event in self.choices and (event > first or not offset):
                return None
            for place, how in self.what[event][offset if event == first else 0 :]:
                if how in (READ, PART_READ):
                    if place != clock:  # when a deadline is set, which decides nothing by itself; whoever asks for the time changes it
                        reads.append((place, how, event))
                elif how == ACQUIRE:
                    held[place] = held.get(place, 0) + 1
                elif how == RELEASE:
                    held[place] = held.get(place, 0) - 1
                elif how != NEUTRAL:
                    return None
        if any(held.values()):
            return None
        return [read for read in reads if read[0] not in held]


class Turn:
    """One turn of a ``while`` loop: the event in which it begins and how many accesses of that came before, the local variables.

    `seen`: where the turn before changed nothing, what it had read, (place, how, event). Then this turn can do nothing else than the last
    one until somebody changes one of these places, and a schedule that lets it go first shows nothing new (await-style reduction: Jonsson,
    Lång, Sagonas, FMCAD 2022).
    """

    __slots__ = ("begin", "points", "seen", "snapshot")

    def __init__(self, begin: tuple[int, int], snapshot: tuple[Any, ...], points: int) -> None:
        self.begin = begin
        self.points = points
        self.snapshot = snapshot
        self.seen: list[tuple[int, int, int]] | None = None


def is_changed(log: EventLog, events: Iterable[int], seen: Sequence[tuple[int, int, int]], path: str) -> bool:
    """Whether one of the events, of another thread than `path`, changes one of the places after it was read (place, how, event)."""
    for event in events:
        if log.who[event] != path:
            for place, how in log.what[event]:
                for its, its_how, read_at in seen:
                    if its == place and event > read_at and CONFLICTS[how][its_how]:
                        return True
    return False


def _is_alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two snapshots hold the same objects, or equal ones of the types whose equality says that nothing can tell them apart."""
    if len(one) != len(other):
        return False
    for mine, theirs in zip(one, other, strict=True):
        if mine is not theirs and not (type(mine) is type(theirs) and type(mine) in _SCALARS and mine == theirs):
            return False
    return True


_SCALARS = frozenset({int, str, bytes, bool})
