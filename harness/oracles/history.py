"""Which get delivered which put: the calls of an execution, matched by value."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.model.execution import Call, Execution, calls_from_log, same_value
from harness.oracles.words import ordinal

HASHED_TYPES = frozenset({int, str, bytes, float, bool, type(None)})
"""Types whose equality within the type is Python's own, so that a dict finds equal values as `same_value` would."""


@dataclass(slots=True)
class Message:
    """All puts and all deliveries of one value.

    `deliveries` pairs each get that can be explained with the put that explains it; `repeats` are gets for which no put was left over,
    `strays` gets that returned before any put of the value had begun; `undelivered` are puts that returned and explain no get.
    """

    value: Any
    puts: list[Call] = field(default_factory=list)
    gets: list[Call] = field(default_factory=list)
    deliveries: list[tuple[Call, Call]] = field(default_factory=list)
    repeats: list[Call] = field(default_factory=list)
    strays: list[Call] = field(default_factory=list)
    undelivered: list[Call] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class History:
    """The calls of one execution in the order in which they began, and its messages in the order of their first call."""

    calls: list[Call]
    messages: list[Message]

    def name_of(self, get: Call) -> str:
        """``consumer-1's 2nd get``; O(calls)."""
        number = sum(call.operation == "get" and call.thread == get.thread and call.begin <= get.begin for call in self.calls)
        return f"{get.thread}'s {ordinal(number)} get"


def read_history(execution: Execution) -> History:
    """The execution's calls matched by value; O(n log n) for ints and strings, O(n * values) for values that cannot be trusted to hash.

    Equal values are one multiset: of all ways to match them the one that explains most gets, and of those the one that leaves the
    fewest returned puts over, so that what stays unexplained is unexplained in every matching.
    """
    calls = calls_from_log(execution.log, execution.workers)
    messages = _group_by_value(calls)
    for message in messages:
        _match(message)
    return History(calls, messages)


def is_kept(value: Any, kept: Collection[Any]) -> bool:
    """Whether the value is among those still to be found. A value that cannot be hashed cannot be in a frozenset: it counts as kept,
    since nobody can say that it is gone."""
    if any(same_value(value, other) for other in kept):
        return True
    if not isinstance(kept, frozenset):
        return False
    try:
        hash(value)
    except Exception:
        return True
    return False


def returned_at(call: Call) -> int:
    """The position in the log at which a call that has ended did so."""
    assert call.end is not None
    return call.end


def _group_by_value(calls: Iterable[Call]) -> list[Message]:
    messages: list[Message] = []
    by_key: dict[tuple[type, Any], Message] = {}
    unhashed: list[Message] = []
    for call in calls:
        if call.operation == "get" and not call.has_returned:
            continue
        value = call.value
        message: Message | None
        if type(value) in HASHED_TYPES:
            key = (type(value), value)
            message = by_key.get(key)
            if message is None:
                message = by_key[key] = Message(value)
                messages.append(message)
        else:
            message = next((known for known in unhashed if same_value(value, known.value)), None)
            if message is None:
                message = Message(value)
                unhashed.append(message)
                messages.append(message)
        (message.puts if call.operation == "put" else message.gets).append(call)
    return messages


def _match(message: Message) -> None:
    # A get can be explained by any put that began before it returned, so later gets have only more to choose from: taking gets in
    # the order of their returns and returned puts first is optimal. A put that raised was not put; it explains a delivery only
    # where nothing else does, so that the crash is told once, as a crash. Calls are told apart by identity: their values may have
    # an __eq__ that raises.
    returned = [put for put in message.puts if put.has_returned]
    left = returned + [put for put in message.puts if put.end is None]
    for get in sorted(message.gets, key=returned_at):
        before = returned_at(get)
        position = next((position for position, put in enumerate(left) if put.begin < before), None)
        if position is not None:
            explanation = left.pop(position)
            message.deliveries.append((explanation, get))
        elif message.deliveries:
            message.repeats.append(get)
        elif (failed := _began_before(before, [put for put in message.puts if put.is_raised])) is not None:
            message.deliveries.append((failed, get))
        else:
            message.strays.append(get)
    message.undelivered.extend(put for put in left if put.end is not None)


def _began_before(position: int, puts: Iterable[Call]) -> Call | None:
    return next((put for put in puts if put.begin < position), None)
