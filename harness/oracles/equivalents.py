"""What an execution says of those that are equivalent to it.

Equivalent executions put and get the same values and end alike, but when calls begin and return differs between them, and capacity and order
look at just that. So both are judged over all of them: an equivalent execution may play first any set of events that holds, with each
event, all that it depends on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from harness.model.events import EventLog
from harness.model.execution import GET_BEGIN, GET_RETURN, PUT_BEGIN, PUT_RETURN, LogEntry

MOST_COMBINATIONS = 4096
"""Of numbers of puts, one for each producer, that are tried; beyond them each producer's by themselves."""


@dataclass(slots=True)
class _Timed:
    """A call with the events in which it began and returned, -1 if it did not return."""

    is_put: bool
    worker: int
    value: Any
    begin: int
    end: int = -1


def events_to_put_first(
    log: Sequence[LogEntry], events: EventLog, past: Sequence[int], capacity: int | None, order: str
) -> list[int] | None:
    """The events to play first for an equivalent execution that breaks the capacity, or the order of a producer's messages; None if none does.

    `past` holds for each event a mask of those that it depends on and itself.
    """
    calls = _timed(log, events)
    mask = None
    if capacity is not None and capacity > 0:
        mask = _too_many_inside(calls, past, capacity)
    if mask is None and order == "producer":
        mask = _overtaken(calls, past)
    return None if mask is None else [event for event in range(len(past)) if mask >> event & 1]


def _timed(log: Sequence[LogEntry], events: EventLog) -> list[_Timed]:
    paths = events.workers
    own: dict[str, list[int]] = {}
    for event, path in enumerate(events.who):
        own.setdefault(path, []).append(event)
    begun = [0] * len(paths)
    open_calls: dict[int, _Timed] = {}
    calls = []
    for what, worker, value in log:
        begins = events.calls.get(paths[worker], [])
        if what in (PUT_BEGIN, GET_BEGIN):
            call = open_calls[worker] = _Timed(what == PUT_BEGIN, worker, value, begins[begun[worker]])
            begun[worker] += 1
            calls.append(call)
        elif what in (PUT_RETURN, GET_RETURN):
            call = open_calls[worker]
            following = begins[begun[worker]] if begun[worker] < len(begins) else len(events.who)
            call.end = max(event for event in own[paths[worker]] if event < following)
            if what == GET_RETURN:
                call.value = value
    return calls


def _too_many_inside(calls: Sequence[_Timed], past: Sequence[int], capacity: int) -> int | None:
    """A mask of events after which more puts have returned than gets have begun, by more than the capacity."""
    returned: dict[int, list[int]] = {}
    for call in calls:
        if call.is_put and call.end >= 0:
            returned.setdefault(call.worker, [0]).append(past[call.end])
    begun = [call.begin for call in calls if not call.is_put]
    ends = [call.end for call in calls if call.is_put and call.end >= 0]
    choices = list(returned.values())
    count = 1
    for each in choices:
        count *= len(each)
    combinations = product(*choices) if count <= MOST_COMBINATIONS else ((mask,) for each in choices for mask in each)
    for combination in combinations:
        mask = 0
        for part in combination:
            mask |= part
        if sum(mask >> end & 1 for end in ends) - sum(mask >> begin & 1 for begin in begun) > capacity:
            return mask
    return None


def _overtaken(calls: Sequence[_Timed], past: Sequence[int]) -> int | None:
    """A mask of events after which the get of a later message of some producer has returned, and that of an earlier one has not begun."""
    got = {call.value: call for call in calls if not call.is_put and call.end >= 0 and type(call.value) is int}
    put: dict[int, list[_Timed]] = {}
    for call in calls:
        if call.is_put and call.value in got:
            put.setdefault(call.worker, []).append(got[call.value])
    for gets in put.values():
        for number, earlier in enumerate(gets):
            for later in gets[number + 1 :]:
                if not past[later.end] >> earlier.begin & 1:
                    return past[later.end]
    return None
