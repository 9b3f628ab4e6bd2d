"""Which equivalent execution breaks the capacity or an order: logs and events made by hand."""

from __future__ import annotations

from typing import Any

from harness.model.events import EventLog
from harness.model.execution import GET_BEGIN, GET_RETURN, PUT_BEGIN, PUT_RAISE, PUT_RETURN
from harness.oracles import equivalents
from harness.oracles.equivalents import events_to_put_first


class Hand:
    """Events of workers, each with those it depends on; `past` is the closure. A call is a begin and a return around events."""

    def __init__(self, *workers: str) -> None:
        self.events = EventLog()
        self.events.workers = list(workers)
        self.log: list[Any] = []
        self.past: list[int] = []

    def event(self, worker: str, *after: int) -> int:
        number = len(self.events.who)
        own = [event for event, path in enumerate(self.events.who) if path == worker]
        mask = 1 << number
        for event in (*after, *own[-1:]):
            mask |= self.past[event]
        self.events.add(worker, ())
        self.past.append(mask)
        return number

    def put(self, worker: str, value: int, *after: int) -> int:
        return self._call(worker, (PUT_BEGIN, PUT_RETURN), value, value, after)

    def get(self, worker: str, value: Any, *after: int) -> int:
        return self._call(worker, (GET_BEGIN, GET_RETURN), None, value, after)

    def begin(self, worker: str, what: str, value: Any, *after: int) -> int:
        event = self.event(worker, *after)
        self.events.calls.setdefault(worker, []).append(event)
        self.log.append((what, self.events.workers.index(worker), value))
        return event

    def _call(self, worker: str, whats: tuple[Any, Any], given: Any, value: Any, after: Any) -> int:
        event = self.begin(worker, whats[0], given, *after)
        self.log.append((whats[1], self.events.workers.index(worker), value))
        return event

    def first(self, capacity: int | None = None, order: str = "any") -> list[int] | None:
        return events_to_put_first(self.log, self.events, self.past, capacity, order)


def test_puts_that_wait_for_no_get_may_all_return_before_one() -> None:
    hand = Hand("m.0", "m.1")
    hand.put("m.0", 101)
    hand.get("m.1", 101, 0)
    hand.put("m.0", 102)
    assert hand.first(capacity=1) == [0, 2]
    assert hand.first(capacity=2) is None


def test_a_put_that_waits_for_the_get_is_no_breach() -> None:
    hand = Hand("m.0", "m.1")
    hand.put("m.0", 101)
    hand.get("m.1", 101, 0)
    hand.put("m.0", 102, 1)
    assert hand.first(capacity=1) is None


def test_no_capacity_and_capacity_zero_bound_nothing() -> None:
    hand = Hand("m.0", "m.1")
    for value in (101, 102, 103):
        hand.put("m.0", value)
    assert hand.first(capacity=None) is None
    assert hand.first(capacity=0) is None


def test_a_put_that_has_not_returned_does_not_count() -> None:
    hand = Hand("m.0", "m.1")
    hand.put("m.0", 101)
    hand.begin("m.0", PUT_BEGIN, 102)
    assert hand.first(capacity=1) is None


def test_the_puts_of_several_producers_are_inside_together() -> None:
    hand = Hand("m.0", "m.1", "m.2")
    hand.put("m.0", 101)
    hand.get("m.2", 101, 0)
    hand.put("m.1", 201)
    assert hand.first(capacity=1) == [0, 2]


def test_of_very_many_combinations_each_producer_is_tried_by_itself(monkeypatch: Any) -> None:
    hand = Hand("m.0", "m.1", "m.2")
    hand.put("m.0", 101)
    hand.get("m.2", 101, 0)
    hand.put("m.1", 201)
    hand.put("m.0", 102)
    monkeypatch.setattr(equivalents, "MOST_COMBINATIONS", 1)
    assert hand.first(capacity=1) == [0, 3]


def test_a_later_message_may_be_got_before_the_get_of_an_earlier_begins() -> None:
    hand = Hand("m.0", "m.1", "m.2")
    hand.put("m.0", 101)
    hand.put("m.0", 102)
    hand.get("m.1", 101, 1)
    hand.get("m.2", 102, 1)
    assert hand.first(order="producer") == [0, 1, 3]
    assert hand.first(order="any") is None


def test_a_get_that_waits_for_the_earlier_one_keeps_the_order() -> None:
    hand = Hand("m.0", "m.1", "m.2")
    hand.put("m.0", 101)
    hand.put("m.0", 102)
    hand.get("m.1", 101, 1)
    hand.get("m.2", 102, 2)
    assert hand.first(order="producer") is None


def test_messages_of_two_producers_have_no_order() -> None:
    hand = Hand("m.0", "m.1", "m.2", "m.3")
    hand.put("m.0", 101)
    hand.put("m.1", 201)
    hand.get("m.2", 101, 0)
    hand.get("m.3", 201, 1)
    assert hand.first(order="producer") is None


def test_what_is_no_message_and_what_was_never_got_has_no_order() -> None:
    hand = Hand("m.0", "m.1", "m.2")
    hand.put("m.0", 101)
    hand.put("m.0", 102)
    hand.get("m.1", None)
    hand.get("m.2", 102, 1)
    assert hand.first(order="producer") is None


def test_a_call_ends_with_the_last_event_before_the_next_call_of_its_worker() -> None:
    hand = Hand("m.0", "m.1")
    hand.put("m.0", 101)
    tail = hand.event("m.0")
    hand.put("m.0", 102)
    hand.get("m.1", 101, 0)
    assert tail == 1
    assert hand.first(capacity=1) == [0, 1, 2]


def test_a_call_that_an_exception_left_has_not_returned() -> None:
    hand = Hand("m.0", "m.1")
    hand.begin("m.0", PUT_BEGIN, 101)
    hand.log.append((PUT_RAISE, 0, 101))
    assert hand.first(capacity=1) is None
