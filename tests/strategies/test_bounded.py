"""Bounded search: the cheapest schedules first, one for each state that they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.strategies import bounded
from harness.strategies.bounded import IMPATIENT, Bounded, cost_of
from harness.strategies.dpor import CUT_OFF, DIVERGED, UNFAIR

Play = Callable[..., list[str]]
PROGRAM = [["write x a", "write x b"], ["write x c", "write x d"]]


def _all(play: Play, program: list[list[str]], search: Bounded) -> list[list[str]]:
    orders = []
    while search.begin():
        orders.append(play(search, program))
    return orders


def _switches(order: list[str], program: list[list[str]]) -> int:
    """How often a thread that could go on gave way; thread 0 is the one that runs at first."""
    thread_of = {step: number for number, steps in enumerate(program) for step in steps}
    left = [len(steps) for steps in program]
    switches = int(thread_of[order[0]] != 0)
    for number, step in enumerate(order):
        thread = thread_of[step]
        left[thread] -= 1
        switches += number + 1 < len(order) and thread_of[order[number + 1]] != thread and left[thread] > 0
    return switches


def test_where_all_depends_on_all_every_schedule_is_played_those_with_fewer_preemptions_first(play: Play) -> None:
    search = Bounded()
    costs = []
    orders = []
    while search.begin():
        costs.append(search.level)
        orders.append(play(search, PROGRAM))
    assert len({tuple(order) for order in orders}) == 6
    assert costs == sorted(costs) == sorted(_switches(order, PROGRAM) for order in orders)
    assert search.is_complete
    assert not search.begin()


def test_where_nothing_depends_on_anything_few_schedules_are_played(play: Play) -> None:
    program = [["write x a", "write x b", "write x c"], ["write y d", "write y e", "write y f"]]
    search = Bounded()
    orders = _all(play, program, search)
    assert search.is_complete
    assert len(orders) < 20, "there are 20 schedules"


def test_the_bound_says_up_to_which_cost_all_was_covered(play: Play) -> None:
    search = Bounded()
    bounds = []
    while search.begin():
        bounds.append((search.level, search.bound))
        play(search, PROGRAM)
    assert all(bound == level - 1 for level, bound in bounds)
    assert search.bound == 3


def test_no_schedule_that_costs_more_than_the_most_is_played(play: Play) -> None:
    search = Bounded(most=1)
    levels = set()
    while search.begin():
        levels.add(search.level)
        play(search, PROGRAM)
    assert levels == {0, 1}
    assert (search.bound, search.is_complete) == (1, False)


@pytest.mark.parametrize(
    ("fields", "way", "cost"),
    [
        ({}, 1, 1),
        ({"is_forced": True}, 1, 0),
        ({"is_spinning": True}, 1, 0),
        ({"has_clock": True}, 2, 1),
        ({"has_clock": True, "is_forced": True}, 2, 1),
        ({"kind": "waiter"}, 1, 1),
    ],
)
def test_a_preemption_an_expiry_and_another_waiter_cost_one_each(choice: Callable[..., Any], fields: dict[str, Any], way: int, cost: int) -> None:
    assert cost_of(choice(0, 1, **fields), way) == cost


def test_every_waiter_is_woken_the_oldest_first(choice: Callable[..., Any]) -> None:
    search = Bounded()
    woken = []
    while search.begin():
        woken.append((search.level, search.choose(choice(0, 1, 2, kind="waiter"))))
    assert woken == [(0, 0), (1, 1), (1, 2)]


def test_that_time_jumps_is_a_way_of_its_own(choice: Callable[..., Any]) -> None:
    search = Bounded(most=1)
    ways = []
    while search.begin():
        ways.append((search.level, search.choose(choice(0, 1, has_clock=True, is_forced=True))))
    assert ways == [(0, 0), (0, 1), (1, 2)]


def test_after_a_step_that_touched_nothing_nothing_new_can_be_chosen(choice: Callable[..., Any]) -> None:
    search = Bounded()
    n_played = 0
    while search.begin():
        assert search.log is not None
        search.log.begin(Still())
        n_played += 1
        search.log.add("m.0", ())
        assert search.choose(choice(0, 1)) == 0
    assert n_played == 1


class Still:
    version = 0

    def unlogged(self) -> tuple[float, ...]:
        return ()


def _come_round(search: Bounded, path: str) -> None:
    """A thread goes round a loop twice and reads the same both times."""
    log = search.log
    assert log is not None
    for _ in range(2):
        log.turn(path, 1, ())
        log.add(path, ((log.place("x"), 0),))
    log.turn(path, 1, ())


def test_a_thread_that_would_only_come_round_is_passed_over_where_that_is_free(choice: Callable[..., Any]) -> None:
    search = Bounded(most=0)
    ways = []
    while search.begin():
        assert search.log is not None
        search.log.begin(Still())
        _come_round(search, "m.0")
        ways.append(search.choose(choice(0, 1, 2, is_forced=True)))
    assert ways == [1, 2]


def test_a_thread_in_a_turn_that_says_nothing_new_is_not_preempted(choice: Callable[..., Any]) -> None:
    search = Bounded()
    n_played = 0
    while search.begin():
        assert search.log is not None
        search.log.begin(Still())
        _come_round(search, "m.0")
        search.choose(choice(0, 1))
        n_played += 1
    assert n_played == 1


def test_where_all_only_come_round_the_default_goes_on(choice: Callable[..., Any]) -> None:
    search = Bounded()
    search.begin()
    assert search.log is not None
    search.log.begin(Still())
    _come_round(search, "m.0")
    _come_round(search, "m.1")
    assert search.choose(choice(0, 1, is_forced=True)) == 0


def test_a_way_that_was_taken_for_free_is_part_of_what_comes_after_it(choice: Callable[..., Any]) -> None:
    search = Bounded(most=1)
    ways = []
    while search.begin():
        assert search.log is not None
        search.log.begin(Still())
        _come_round(search, "m.0")
        first = search.choose(choice(0, 1, is_forced=True))
        search.log.add("m.1", ((search.log.place("y"), 1),))
        ways.append((first, search.choose(choice(1, 2))))
    assert ways == [(1, 0), (1, 1)]


def test_what_does_not_fit_in_the_queue_is_left_out_and_nothing_is_claimed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "QUEUED", 1)
    search = Bounded()
    _all(play, PROGRAM, search)
    assert (search.is_complete, search.bound, search.has_left_out) == (False, -1, True)


def test_what_is_not_remembered_is_searched_again(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    program = [["write x a", "write y b", "write y c"], ["write x d", "write z e", "write z f"]]
    few, many = Bounded(), Bounded()
    remembered = _all(play, program, few)
    monkeypatch.setattr(bounded, "REMEMBERED", 0)
    forgotten = _all(play, program, many)
    assert few.is_complete and many.is_complete
    assert len(remembered) < len(forgotten) == 20


def test_a_place_that_turns_out_written_lets_the_search_begin_anew(play: Play) -> None:
    search = Bounded()
    search.begin()
    assert search.log is not None
    search.log.is_new_group = True
    first = play(search, PROGRAM)
    orders = _all(play, PROGRAM, search)
    assert orders[0] == first
    assert len({tuple(order) for order in orders}) == 6


@pytest.mark.parametrize(
    ("doubt", "show"),
    [
        (UNFAIR, lambda log: setattr(log, "is_unfair", True)),
        (IMPATIENT, lambda log: setattr(log, "is_impatient", True)),
        (CUT_OFF, lambda log: log.cut_off.append("b")),
        ("a reason of the engine's", lambda log: log.doubts.add("a reason of the engine's")),
    ],
)
def test_what_shows_that_something_was_missed_is_a_doubt_and_nothing_is_claimed(play: Play, doubt: str, show: Callable[[Any], None]) -> None:
    search = Bounded()
    search.begin()
    play(search, [["write x a"], ["write y b"]])
    show(search.log)
    search.end(0)
    while search.begin():
        play(search, [["write x a"], ["write y b"]])
    assert (search.is_complete, search.bound, search.doubts[doubt] >= 1) == (False, -1, True)


def test_under_fair_scheduling_nothing_is_remembered(choice: Callable[..., Any]) -> None:
    search = Bounded()
    ways = []
    while search.begin():
        assert search.log is not None
        search.log.begin(Still())
        search.log.is_unfair = True
        ways.append((search.level, search.choose(choice(0, 1, has_clock=True))))
    assert ways == [(0, 0), (1, 1), (1, 2)]


def test_an_execution_that_does_not_go_on_as_before_is_a_doubt(choice: Callable[..., Any]) -> None:
    for others in ((0,), (0, 1)):  # a thread fewer to choose from; or the same, after another event
        search = Bounded()
        search.begin()
        search.choose(choice(0, 1))
        search.end(1)
        search.begin()
        assert search.log is not None
        search.log.begin(Still())
        search.log.add("m.0", ((search.log.place("x"), 1),))
        search.choose(choice(*others))
        search.end(1)
        assert search.doubts == {DIVERGED: 1}


def test_an_execution_that_ends_before_its_departure_because_scheduling_turned_fair_says_so(choice: Callable[..., Any]) -> None:
    search = Bounded()
    search.begin()
    search.choose(choice(0, 1))
    search.end(1)
    search.begin()
    assert search.log is not None
    search.log.begin(Still())
    search.log.is_unfair = True
    search.end(0)
    assert search.doubts == {UNFAIR: 1}


def test_an_execution_that_ends_before_its_departure_is_a_doubt(choice: Callable[..., Any]) -> None:
    search = Bounded()
    search.begin()
    search.choose(choice(0, 1))
    search.end(1)
    search.begin()
    search.end(0)
    assert search.doubts == {DIVERGED: 1}
