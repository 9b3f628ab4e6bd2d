"""The races of an execution that could be reversed, and by which continuation.

Happens-before over the events of a log: program order, dependent accesses to one place, and what made what possible. A race is a pair of
dependent events of two threads with nothing between them; its reversal is the sequence of events after the first that do not depend on it,
followed by the second (Abdulla, Aronis, Jonsson, Sagonas, Optimal dynamic partial order reduction, POPL 2014, definition 3.3 and section 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.events import CLOCK, CONFLICTS, NEUTRAL, Access, EventLog, is_changed

_WRITE_LIKE = (False, True, True, True, True, False, False)


@dataclass(frozen=True, slots=True)
class Item:
    """An event of a reversal: its thread, the waiters it chose to wake, its accesses, and a mask of the events that it depends on."""

    path: str
    choices: tuple[int, ...]
    accesses: tuple[Access, ...]
    before: int
    bit: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """What to try instead of the event at `position`: `items`, from the state before it on."""

    position: int
    items: tuple[Item, ...]


class Races:
    """The races of an execution whose second event is not before `first_new`. `past` fills as `reversals` goes on: of each event a mask of the
    events that happen before it, and it itself."""

    def __init__(self, log: EventLog, first_new: int) -> None:
        self.log = log
        self.first_new = first_new
        self.past: list[int] = []
        self.last: dict[str, int] = {}
        self.touched: dict[int, list[tuple[int, int]]] = {}

    def reversals(self) -> Iterator[Reversal]:
        """What to try instead, for every race. O(events x threads x the width of a mask)."""
        log, past, last = self.log, self.past, self.last
        who, what, edges, gates = log.who, log.what, log.edges, log.gates
        touched = self.touched
        first_new = self.first_new
        for event in range(len(who)):
            path = who[event]
            before = 0
            own = last.get(path)
            if own is not None:
                before = past[own]
            for edge in edges[event]:
                before |= past[edge]
            rivals: list[tuple[int, int]] = []
            for place, how in what[event]:
                seen = touched.get(place)
                if seen is None:
                    touched[place] = [(event, how)]
                    continue
                conflicts = CONFLICTS[how]
                for other, other_how in seen:
                    if conflicts[other_how] and who[other] != path:
                        rivals.append((other, place))
                if _WRITE_LIKE[how]:
                    touched[place] = [(event, how)]
                else:
                    seen.append((event, how))
            if rivals:
                if event >= first_new:
                    yield from self._reversed(event, path, what[event], gates[event], before, rivals)
                for other, _ in rivals:
                    before |= past[other]
            past.append(before | 1 << event)
            last[path] = event
        for blocked in log.blocked:
            before = past[last[blocked.path]] if blocked.path in last else 0
            for edge in log.coming_edges(blocked.path):
                before |= past[edge]
            rivals = self._rivals(blocked.path, blocked.accesses)
            if rivals:
                yield from self._reversed(len(who), blocked.path, blocked.accesses, blocked.gate, before, rivals)
        for event, paths in log.expirable:
            if event >= first_new:
                yield from self._expired_before(event, paths)

    def _rivals(self, path: str, accesses: tuple[Access, ...]) -> list[tuple[int, int]]:
        who = self.log.who
        touched = self.touched
        return [(other, place) for place, how in accesses for other, its in touched.get(place, ()) if CONFLICTS[how][its] and who[other] != path]

    def _reversed(
        self, event: int, path: str, accesses: tuple[Access, ...], gate: int, before: int, rivals: list[tuple[int, int]]
    ) -> Iterator[Reversal]:
        past = self.past
        opener, closer = self._turned(gate, event) if gate >= 0 else (-1, -1)
        for other in sorted({other for other, _ in rivals}):
            rest = before
            for third, _ in rivals:
                if third != other:
                    rest |= past[third]
            if rest >> other & 1 or other == opener:
                continue
            if event == len(self.log.who) and gate >= 0 and other == closer:
                continue  # told below
            if gate >= 0 and not self._is_open_before(gate, other, event):
                continue
            yield from self._reversal(other, event, path, accesses)
        if closer >= 0 and self.log.who[closer] != path:
            place = next((place for place, _ in accesses), -1)
            rest = before
            for third, its_place in rivals:
                # what the event races with while the gate is closed comes after it once it is before the closer
                if its_place != place and third != closer and self._is_open_before(gate, third, event):
                    rest |= past[third]
            if not rest >> closer & 1:
                yield from self._reversal(closer, event, path, accesses)

    def _turned(self, gate: int, event: int) -> tuple[int, int]:
        """The event that opened the gate for this one, and the one that had closed it before that; -1 where there is none.

        For an event that never came about, because the gate stayed closed: -1, and the event that closed it last.
        """
        turns = [turn for turn in self.log.flips.get(gate, ()) if turn[0] < event]
        if not turns:
            return -1, -1
        number, is_open = turns[-1]
        if not is_open:
            return -1, number
        return number, turns[-2][0] if len(turns) > 1 else -1

    def _is_open_before(self, gate: int, event: int, passing: int) -> bool:
        """Whether the gate that the event `passing` must pass was open before another event; one that never turned stayed as it was found."""
        turns = self.log.flips.get(gate, ())
        state: bool | None = None
        for number, is_open in turns:
            if number >= event:
                return not is_open if state is None else state
            state = is_open
        return passing < len(self.log.who) if state is None else state

    def _reversal(self, first: int, second: int, path: str, accesses: tuple[Access, ...]) -> Iterator[Reversal]:
        log, past = self.log, self.past
        independent = [event for event in range(first + 1, min(second, len(log.who))) if not past[event] >> first & 1]
        turn = log.turns.get(second)
        if turn is not None and turn.seen is not None and not self._shows_something_new(turn.seen, first, independent, path):
            return
        mask = 0
        items = []
        for event in independent:
            mask |= 1 << event
            items.append(self._item(event))
        before = 0
        for event in independent:
            if log.who[event] == path or any(CONFLICTS[how][other] for place, how in accesses for its, other in log.what[event] if its == place):
                before |= past[event]
        if second < len(log.who):
            before |= self._edges_into(second)
        choices = tuple(way for way, _ in log.choices.get(second, ()))
        items.append(Item(path, choices, accesses, before & mask, 1 << second))
        yield Reversal(first, tuple(items))

    def _edges_into(self, event: int) -> int:
        mask = 0
        for edge in self.log.edges[event]:
            mask |= self.past[edge]
        return mask

    def _item(self, event: int) -> Item:
        log = self.log
        choices = log.choices.get(event)
        ways = tuple(way for way, _ in choices) if choices else ()
        return Item(log.who[event], ways, log.what[event], self.past[event] & ~(1 << event), 1 << event)

    def _shows_something_new(self, seen: list[tuple[int, int, int]], first: int, independent: list[int], path: str) -> bool:
        """Whether, before the second event of a race is put before the first, somebody has changed what its loop had read in the last turn."""
        since = min((event for _, _, event in seen), default=first)
        return is_changed(self.log, [*range(since + 1, first), *independent], seen, path)

    def _expired_before(self, event: int, paths: tuple[str, ...]) -> Iterator[Reversal]:
        """Before `event` ended the wait of the last of `paths`, its deadline and those before it could have come."""
        log = self.log
        thread = paths[-1]
        parked = event - 1
        while parked >= 0 and log.who[parked] != thread:
            parked -= 1
        turn = log.turns.get(parked)
        if turn is not None and turn.seen is not None and not self._shows_something_new(turn.seen, event, [], thread):
            return
        items = []
        for number, path in enumerate(paths):
            place = log.symbol(("timer", path))
            items.append(Item(CLOCK, (), ((log.symbol(CLOCK), NEUTRAL), (place, NEUTRAL)), (1 << number) - 1 << len(log.who), 1 << len(log.who) + number))
        yield Reversal(event, tuple(items))
