"""The log of events: numbers of places, what turns out a write, gates that turn, and turns of loops that change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.events import ACQUIRE, CLOCK, CONFLICTS, NEUTRAL, PART_READ, PART_WRITE, READ, RELEASE, WRITE, EventLog


class State:
    """Counts changes by hand."""

    version = 0

    def unlogged(self) -> tuple[float, ...]:
        return (self.version,)


@pytest.fixture
def log() -> EventLog:
    return EventLog()


def test_what_touches_a_place_conflicts_unless_both_read_or_both_touch_parts() -> None:
    apart = {(one, other) for one in range(7) for other in range(7) if not CONFLICTS[one][other]}
    parts = {PART_READ, PART_WRITE}
    assert apart == {(one, other) for one in parts for other in parts} | {(READ, READ), (READ, PART_READ), (PART_READ, READ)}


def test_places_are_numbered_in_the_order_of_their_first_touch_anew_in_every_execution(log: EventLog) -> None:
    assert [log.place(key) for key in "aba"] == [0, 1, 0]
    log.begin(State())
    assert log.place("b") == 0


def test_a_place_with_a_name_of_its_own_has_one_number_in_every_execution_and_every_log(log: EventLog) -> None:
    numbers = [log.symbol(CLOCK), log.symbol(("global", "x.py", "n")), log.symbol(CLOCK)]
    assert numbers[0] == numbers[2] != numbers[1]
    assert max(numbers) < 0
    log.begin(State())
    other = EventLog()
    assert log.symbol(("global", "x.py", "n")) == other.symbol(("global", "x.py", "n")) == numbers[1]
    assert log.symbol(CLOCK) == other.symbol(CLOCK) == numbers[0]


def test_doubts_outlive_an_execution(log: EventLog) -> None:
    log.doubts.add("why")
    log.begin(State())
    assert log.doubts == {"why"}


@pytest.mark.parametrize(("changes", "how"), [(0, READ), (1, WRITE)])
@pytest.mark.parametrize("is_last", [False, True])
def test_an_operation_that_may_change_something_is_a_write_if_it_did(log: EventLog, changes: int, how: int, is_last: bool) -> None:
    state = State()
    log.begin(state)
    log.add("a", ((0, READ), (1, READ)), is_tentative=True)
    state.version += changes
    if is_last:
        log.settle()
    else:
        log.add("b", ())
    assert log.what[0] == ((0, how), (1, READ))
    state.version += 1
    log.settle()
    assert log.what[0] == ((0, how), (1, READ)), "it is decided once"


def test_what_a_thread_touches_besides_belongs_to_its_event_or_begins_one(log: EventLog) -> None:
    log.also("a", 1, READ)
    log.also("a", 2, WRITE)
    log.also("b", 3, READ)
    assert (log.who, log.what) == (["a", "b"], [((1, READ), (2, WRITE)), ((3, READ),)])


def test_what_makes_an_event_possible_is_an_edge_to_it(log: EventLog) -> None:
    log.enable("b")
    log.add("a", ())
    log.enable("b")
    log.add("c", ())
    log.enable("b")
    assert log.coming_edges("b") == (0, 1)
    log.add("b", ())
    log.add("b", ())
    assert log.edges == [(), (), (0, 1), ()]
    assert log.coming_edges("b") == ()


def test_a_deadline_comes_after_the_event_in_which_its_thread_went_to_wait(log: EventLog) -> None:
    log.add("a", ())
    log.parks("a")
    log.add("b", ())
    log.expires("a")
    log.add(CLOCK, ())
    assert log.edges[2] == (0,)


def test_a_gate_turns_only_where_it_did_not_stand_so_already(log: EventLog) -> None:
    for path, is_open in (("a", True), ("b", True), ("c", False), ("d", True)):
        log.add(path, ())
        log.flip(7, is_open)
    assert log.flips == {7: [(0, True), (2, False), (3, True)]}


def test_the_waiters_that_an_event_chose_are_noted_in_order(log: EventLog) -> None:
    log.add("a", ())
    log.chose(1, 3)
    log.chose(0, 2)
    assert log.choices == {0: [(1, 3), (0, 2)]}


# -- turns of loops

HEAD = 5


def _round(log: EventLog, *what: tuple[int, int], snapshot: tuple[Any, ...] = (1,)) -> bool:
    """One turn of a loop of thread a that touches these places, up to the head of the next."""
    log.turn("a", HEAD, snapshot)
    for access in what:
        log.add("a", (access,))
    return log.turn("a", HEAD, snapshot)


@pytest.mark.parametrize(
    "what",
    [
        [],
        [(0, READ)],
        [(0, PART_READ)],
        [(0, NEUTRAL)],
        [(0, ACQUIRE), (1, READ), (0, RELEASE)],
    ],
)
def test_a_turn_that_leaves_all_as_it_was_is_pure(log: EventLog, what: list[tuple[int, int]]) -> None:
    assert _round(log, *what)
    turn = log.turn_at_hand("a")
    assert turn is not None and turn.seen is not None
    assert [(place, how) for place, how, _ in turn.seen] == [access for access in what if access[1] in (READ, PART_READ)]


@pytest.mark.parametrize("what", [[(0, WRITE)], [(0, PART_WRITE)], [(0, ACQUIRE)], [(0, RELEASE)]])
def test_a_turn_that_changes_anything_is_not(log: EventLog, what: list[tuple[int, int]]) -> None:
    assert not _round(log, *what)
    turn = log.turn_at_hand("a")
    assert turn is not None and turn.seen is None


def test_what_is_read_of_a_lock_that_is_given_back_is_not_waited_for(log: EventLog) -> None:
    assert _round(log, (0, READ), (0, ACQUIRE), (0, RELEASE))
    turn = log.turn_at_hand("a")
    assert turn is not None and turn.seen == []


def test_the_clock_read_for_a_deadline_decides_nothing(log: EventLog) -> None:
    assert _round(log, (log.symbol(CLOCK), READ))
    turn = log.turn_at_hand("a")
    assert turn is not None and turn.seen == []


def test_events_of_others_between_do_not_count(log: EventLog) -> None:
    log.turn("a", HEAD, ())
    log.add("a", ((0, READ),))
    log.add("b", ((1, WRITE),))
    assert log.turn("a", HEAD, ())


def test_a_turn_that_wakes_a_waiter_is_not_pure(log: EventLog) -> None:
    log.turn("a", HEAD, ())
    log.add("a", ((0, READ),))
    log.chose(0, 2)
    assert not log.turn("a", HEAD, ())


def test_what_the_event_did_before_the_head_belongs_to_no_turn(log: EventLog) -> None:
    log.add("a", ((0, WRITE),))
    log.chose(0, 2)
    assert log.turn("a", HEAD, ()) is False
    log.also("a", 1, READ)
    assert log.turn("a", HEAD, ())


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ((1,), (1,), True),
        ((1,), (2,), False),
        ((1,), (1, 2), False),
        ((1,), (True,), False),
        ((1000,), (int("1000"),), True),
        (("ab",), ("".join(["a", "b"]),), True),
        (([],), ([],), False),
        ((1.5,), (float("1.5"),), False),
    ],
)
def test_a_turn_with_other_local_variables_is_another(log: EventLog, one: tuple[Any, ...], other: tuple[Any, ...], is_alike: bool) -> None:
    log.turn("a", HEAD, one)
    assert log.turn("a", HEAD, other) == is_alike


def test_events_know_the_turn_that_they_are_in(log: EventLog) -> None:
    log.turn("a", HEAD, ())
    log.add("a", ())
    log.add("b", ())
    assert log.turns == {0: log.turn_at_hand("a")}
    assert log.turn_at_hand("b") is None


@pytest.mark.parametrize(
    ("path", "how", "has_changed"),
    [("b", WRITE, True), ("b", READ, False), ("a", WRITE, False), ("b", PART_WRITE, True)],
)
def test_what_was_read_has_changed_once_another_thread_writes_it(log: EventLog, path: str, how: int, has_changed: bool) -> None:
    log.add("a", ((0, READ),))
    log.add(path, ((0, how), (9, WRITE)))
    assert log.has_changed([(0, READ, 0)], "a") == has_changed
    assert not log.has_changed([(0, READ, 1)], "a"), "it was read after that"
    assert not log.has_changed([], "a")


# -- turns that only read


def _turn(log: EventLog, *accesses: tuple[str, int]) -> None:
    for place, how in accesses:
        log.add("b", ((log.place(place), how),))
    log.turn("b", 1, ())


def test_a_turn_that_only_read_is_idle_and_what_the_thread_touches_then_is_another_event(log: EventLog) -> None:
    log.add("b", ((log.place("y"), WRITE),))
    log.turn("b", 1, ())
    _turn(log, ("x", READ), ("x", PART_READ))
    assert log.idle == [(3, (1, 2))]
    log.also("b", log.place("x"), READ)
    log.also("b", log.place("y"), READ)
    assert log.who == ["b"] * 4


def test_a_turn_that_took_a_lock_or_was_made_possible_by_another_thread_is_not_idle(log: EventLog) -> None:
    log.turn("b", 1, ())
    _turn(log, ("lock", ACQUIRE), ("x", READ), ("lock", RELEASE))
    log.add("a", ())
    log.enable("b")
    _turn(log, ("x", READ))
    assert log.idle == []


def test_a_turn_that_began_within_an_event_that_went_on_is_not_idle(log: EventLog) -> None:
    log.add("b", ((log.place("y"), WRITE),))
    log.turn("b", 1, ())
    log.also("b", log.place("x"), READ)
    log.turn("b", 1, ())
    assert log.turn_at_hand("b").seen == [(1, READ, 0)]  # type: ignore[union-attr]
    assert log.idle == []
