"""Bounded search: the cheapest schedules first, each once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from harness.strategies import bounded
from harness.strategies.bounded import Bounded

Play = Callable[..., list[str]]
PROGRAM = [["write a 0", "write a 1"], ["write b 0", "write b 1"]]



def _switches(order: list[str]) -> int:
    """How often a thread that could go on gave way."""
    return sum(one.split()[1] != other.split()[1] and one.split()[2] != "1" for one, other in pairwise(order))


def test_every_schedule_is_played_once_those_with_fewer_preemptions_first(play: Play) -> None:
    search = Bounded()
    orders = []
    while search.begin():
        orders.append(play(search, PROGRAM))
    costs = [_switches(order) for order in orders]
    assert len({tuple(order) for order in orders}) == len(orders) == 6
    assert search.is_complete
    assert search.bound >= max(costs)


def test_the_bound_says_up_to_which_cost_all_was_played(play: Play) -> None:
    search = Bounded()
    bounds = []
    while search.begin():
        bounds.append(search.bound)
        play(search, PROGRAM)
    assert bounds[0] == -1
    assert bounds == sorted(bounds)
    assert not search.begin()


@pytest.mark.parametrize(
    ("fields", "way", "cost"),
    [
        ({}, 1, 1),
        ({"is_spinning": True}, 1, 0),
        ({"has_clock": True}, 2, 1),
        ({"kind": "waiter"}, 1, 1),
    ],
)
def test_a_preemption_an_expiry_and_another_waiter_cost_one_each(choice: Callable[..., Any], fields: dict[str, Any], way: int, cost: int) -> None:
    assert bounded._cost(choice(0, 1, **fields), way) == cost


def test_who_runs_where_a_thread_has_ended_or_must_wait_costs_nothing(choice: Callable[..., Any], option: Any) -> None:
    assert bounded._cost(choice(0, 1, thread=option(2, is_ended=True)), 1) == 0
    assert bounded._cost(choice(0, 1, thread=option(2)), 1) == 0


def test_what_does_not_fit_in_the_queue_is_left_out_and_nothing_is_claimed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "QUEUED", 1)
    search = Bounded()
    while search.begin():
        play(search, PROGRAM)
    assert (search.is_complete, search.bound) == (False, -1)


def test_a_place_that_turns_out_written_lets_the_search_begin_anew(play: Play) -> None:
    search = Bounded()
    search.begin()
    assert search.log is not None
    search.log.is_new_group = True
    first = play(search, PROGRAM)
    orders = []
    while search.begin():
        orders.append(play(search, PROGRAM))
    assert orders[0] == first
    assert len(orders) == 6


def test_loops_that_turned_fair_leave_a_doubt(play: Play) -> None:
    search = Bounded()
    while search.begin():
        play(search, PROGRAM)
        assert search.log is not None
        search.log.is_unfair = True
        search.end(0)
    assert not search.is_complete
    assert list(search.doubts) == ["loops went round for long, and scheduling turned fair"]
