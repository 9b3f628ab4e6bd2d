"""The number of a class of equivalent executions: the same however they are ordered, another where anything depends on it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.model.equivalence import Fingerprint, class_of, mixed
from harness.model.events import ACQUIRE, NEUTRAL, PART_READ, PART_WRITE, READ, RELEASE, WRITE, EventLog

Events = Sequence[tuple[str, str, int]]
"""Thread, place, how."""


class Still:
    version = 0

    def unlogged(self) -> tuple[float, ...]:
        return ()


def _log(events: Events) -> EventLog:
    log = EventLog()
    log.begin(Still())
    for path, place, how in events:
        log.add(path, ((log.place(place), how),))
    return log


def _class(*events: tuple[str, str, int]) -> int:
    return class_of(_log(events))


def test_nothing_has_a_number_too() -> None:
    assert _class() == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "x", READ), ("b", "x", READ)),
        (("a", "x", WRITE), ("b", "y", WRITE)),
        (("a", "x", PART_READ), ("b", "x", PART_WRITE)),
        (("a", "x", PART_WRITE), ("b", "x", PART_WRITE)),
        (("a", "x", READ), ("b", "x", PART_READ)),
    ],
)
def test_the_order_of_events_that_do_not_conflict_does_not_count(one: tuple[str, str, int], other: tuple[str, str, int]) -> None:
    assert _class(one, other) == _class(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "x", READ), ("b", "x", WRITE)),
        (("a", "x", WRITE), ("b", "x", WRITE)),
        (("a", "x", PART_READ), ("b", "x", WRITE)),
        (("a", "x", READ), ("b", "x", PART_WRITE)),
        (("a", "x", PART_WRITE), ("b", "x", WRITE)),
        (("a", "x", ACQUIRE), ("b", "x", RELEASE)),
        (("a", "x", NEUTRAL), ("b", "x", NEUTRAL)),
    ],
)
def test_the_order_of_events_that_conflict_counts(one: tuple[str, str, int], other: tuple[str, str, int]) -> None:
    assert _class(one, other) != _class(other, one)


def test_whether_two_reads_came_before_a_write_counts_and_not_their_order() -> None:
    write, one, other = ("w", "x", WRITE), ("a", "x", READ), ("b", "x", READ)
    numbers = {_class(one, other, write), _class(one, write, other), _class(other, write, one), _class(write, other, one)}
    assert len(numbers) == 4
    assert _class(one, other, write) == _class(other, one, write)
    assert _class(write, one, other) == _class(write, other, one)


def test_who_did_it_counts() -> None:
    assert _class(("a", "x", WRITE)) != _class(("b", "x", WRITE))
    assert _class(("a", "x", WRITE), ("a", "x", WRITE)) != _class(("a", "x", WRITE))


def test_which_waiter_was_woken_counts() -> None:
    numbers = set()
    for way in range(3):
        log = _log([("a", "x", WRITE)])
        log.chose(way, 3)
        numbers.add(class_of(log))
    assert len(numbers) == 3


def test_what_made_an_event_possible_counts() -> None:
    numbers = set()
    for by in range(2):
        log = EventLog()
        log.begin(Still())
        for number, path in enumerate("ab"):
            log.add(path, ())
            if number == by:
                log.enable("c")
        log.add("c", ())
        numbers.add(class_of(log))
    assert len(numbers) == 2


def test_the_number_is_the_same_in_every_process_and_on_every_python() -> None:
    assert _class(("m.0", "x", WRITE), ("m.1", "x", READ), ("m.1", "y", PART_WRITE)) == 15932756693885829493


def test_an_event_that_goes_on_is_taken_as_it_stands() -> None:
    log = _log([("b", "y", WRITE), ("a", "x", WRITE)])
    fingerprint = Fingerprint(log)
    before = fingerprint.now()
    assert fingerprint.now() == before
    log.also("a", log.place("y"), READ)
    assert fingerprint.now() != before
    assert fingerprint.now() == class_of(log)
    log.add("b", ())
    assert fingerprint.now() == class_of(log)


def test_the_last_execution_is_forgotten() -> None:
    log = _log([("a", "x", WRITE)])
    fingerprint = Fingerprint(log)
    first = fingerprint.now()
    log.begin(Still())
    fingerprint.begin()
    assert fingerprint.now() == 0
    log.add("a", ((log.place("other"), WRITE),))
    assert fingerprint.now() == first


def _spin(log: EventLog, fingerprint: Fingerprint | None, turns: int) -> None:
    """Thread b goes round a loop so many times, reading x; thread a does something else meanwhile."""
    for turn in range(turns + 1):
        log.turn("b", 1, (), points=2 * turn)
        if turn < turns:
            log.add("b", ((log.place("x"), READ),))
            if turn == 1:
                log.add("a", ((log.place("y"), WRITE),))
        if fingerprint is not None:
            fingerprint.now()


@pytest.mark.parametrize("is_followed", [False, True])
def test_turns_of_a_loop_that_only_read_and_changed_nothing_do_not_count(is_followed: bool) -> None:
    numbers = set()
    for turns in (2, 3, 5):
        log = _log([("b", "z", WRITE), ("a", "x", WRITE)])
        fingerprint = Fingerprint(log) if is_followed else None
        _spin(log, fingerprint, turns)
        log.add("b", ((log.place("x"), READ),))
        numbers.add(class_of(log) if fingerprint is None else fingerprint.now())
        assert log.idle_points == {"b": 2 * turns}
    assert numbers == {_class(("b", "z", WRITE), ("a", "x", WRITE), ("a", "y", WRITE), ("b", "x", READ))}


def test_an_idle_turn_within_an_idle_turn_is_left_out_once() -> None:
    log = _log([("b", "z", WRITE)])
    log.turn("b", 1, ())
    log.turn("b", 2, ())
    log.add("b", ((log.place("x"), READ),))
    log.turn("b", 2, ())
    log.turn("b", 1, ())
    assert class_of(log) == _class(("b", "z", WRITE))


def test_each_bit_depends_on_each() -> None:
    assert all(16 <= (mixed(1) ^ mixed(1 ^ 1 << bit)).bit_count() <= 48 for bit in range(64))
