"""The races of executions made by hand, and by which continuation each could be reversed."""

from __future__ import annotations

from harness.model.events import ACQUIRE, CLOCK, READ, RELEASE, WRITE, Blocked, EventLog
from harness.strategies.races import Races

Told = list[tuple[int, list[str]]]


def _reversals(log: EventLog, first_new: int = 0) -> Told:
    """(position, threads of the continuation) of every reversal."""
    return [(reversal.position, [item.path for item in reversal.items]) for reversal in Races(log, first_new).reversals()]


def _log(*events: tuple[str, int, int]) -> EventLog:
    log = EventLog()
    for path, place, how in events:
        log.add(path, ((place, how),))
    return log


def test_two_writes_of_one_place_could_come_the_other_way_round() -> None:
    assert _reversals(_log(("a", 0, WRITE), ("b", 0, WRITE))) == [(0, ["b"])]


def test_reads_and_other_places_do_not_race() -> None:
    assert _reversals(_log(("a", 0, READ), ("b", 0, READ), ("b", 1, WRITE))) == []


def test_what_depends_on_the_first_event_is_left_out_of_the_continuation() -> None:
    log = _log(("a", 0, WRITE), ("a", 1, WRITE), ("c", 2, WRITE), ("b", 0, WRITE))
    assert _reversals(log) == [(0, ["c", "b"])]


def test_a_race_with_something_between_is_none() -> None:
    log = _log(("a", 0, WRITE), ("b", 0, WRITE), ("c", 0, WRITE))
    assert _reversals(log) == [(0, ["b"]), (1, ["c"])]


def test_races_seen_before_are_not_told_again() -> None:
    log = _log(("a", 0, WRITE), ("b", 0, WRITE), ("c", 0, WRITE))
    assert _reversals(log, first_new=2) == [(1, ["c"])]


def test_an_event_that_made_another_possible_cannot_come_after_it() -> None:
    log = EventLog()
    log.add("a", ((0, WRITE),))
    log.enable("b")
    log.add("b", ((0, WRITE),))
    assert _reversals(log) == []


def test_a_lock_taken_after_another_gave_it_back_is_reversed_before_it_was_taken() -> None:
    log = EventLog()
    for path in ("a", "b"):
        log.add(path, ((0, ACQUIRE),), gate=5)
        log.flip(5, False)
        log.add(path, ((0, RELEASE),))
        log.flip(5, True)
    assert _reversals(log) == [(0, ["b"])]


def test_a_thread_that_waits_for_ever_at_a_gate_that_was_open_could_have_passed_before_it_closed() -> None:
    log = EventLog()
    log.add("b", ())
    log.add("a", ((0, ACQUIRE),), gate=5)
    log.flip(5, False)
    log.blocked.append(Blocked("b", ((0, ACQUIRE),), 5))
    assert _reversals(log) == [(1, ["b"])]


def test_a_thread_that_waits_at_a_gate_that_never_opened_could_not_have_passed_before_anything() -> None:
    log = _log(("b", 9, READ), ("a", 0, READ))
    log.blocked.append(Blocked("b", ((0, WRITE),), 5))
    assert _reversals(log) == []


def test_a_deadline_could_have_come_before_what_ended_the_wait() -> None:
    log = _log(("b", 0, READ), ("a", 0, WRITE))
    log.expirable.append((1, ("c", "b")))
    assert _reversals(log) == [(0, ["a"]), (1, [CLOCK, CLOCK])]


def test_a_loop_that_would_read_the_same_again_is_not_put_first() -> None:
    log = EventLog()
    for _ in range(2):
        log.turn("b", 1, ())
        log.add("b", ((0, READ),))
    log.turn("b", 1, ())
    log.add("a", ((0, WRITE),))
    log.add("b", ((0, READ),))
    assert _reversals(log, first_new=3) == []


def test_a_waiter_that_was_woken_and_never_came_by_its_lock_depends_on_who_woke_it() -> None:
    log = _log(("b", 9, READ), ("a", 0, WRITE))
    log.enable("b")
    log.blocked.append(Blocked("b", ((0, WRITE),), -1))
    assert _reversals(log) == []


def test_a_thread_that_waits_for_what_nobody_has_touched_races_with_nothing() -> None:
    log = _log(("b", 9, READ), ("a", 0, WRITE))
    log.blocked.append(Blocked("b", ((5, WRITE),), -1))
    assert _reversals(log) == []


def test_what_was_made_possible_earlier_on_may_come_first() -> None:
    log = _log(("a", 1, WRITE))
    log.enable("b")
    log.add("c", ((0, WRITE),))
    log.add("b", ((0, WRITE),))
    assert _reversals(log) == [(1, ["b"])]


def test_a_gate_is_passed_before_it_closed_though_what_the_passing_touches_was_changed_while_it_was_closed() -> None:
    log = EventLog()
    log.add("a", ((0, ACQUIRE), (1, WRITE)), gate=5)
    log.flip(5, False)
    log.add("a", ((1, WRITE),))
    log.add("a", ((0, RELEASE),))
    log.flip(5, True)
    log.add("b", ((0, ACQUIRE), (1, READ)), gate=5)
    assert _reversals(log) == [(0, ["b"])]


def test_a_gate_is_not_passed_before_it_closed_where_the_passing_follows_from_what_was_done_since_it_opened() -> None:
    log = EventLog()
    log.add("a", ((0, ACQUIRE),), gate=5)
    log.flip(5, False)
    log.add("a", ((0, RELEASE),))
    log.flip(5, True)
    log.add("a", ((1, WRITE),))
    log.add("b", ((0, ACQUIRE), (1, READ)), gate=5)
    assert _reversals(log) == [(2, ["b"])]


def test_the_turn_of_a_waiter_is_found_behind_events_of_others() -> None:
    log = EventLog()
    for _ in range(2):
        log.turn("b", 1, ())
        log.add("b", ((0, READ),))
    log.turn("b", 1, ())
    log.add("b", ((0, READ),))
    log.add("a", ((7, WRITE),))
    log.add("a", ((8, WRITE),))
    log.expirable.append((4, ("b",)))
    assert _reversals(log) == []


def test_a_deadline_that_could_have_come_before_is_told_once() -> None:
    log = _log(("b", 0, READ), ("a", 1, WRITE), ("c", 2, WRITE))
    log.expirable.append((1, ("b",)))
    assert _reversals(log, first_new=2) == []
