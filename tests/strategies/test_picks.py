"""Picks played back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.strategies import Picks


def test_picks_are_played_in_turn_and_then_the_default(choice: Callable[..., Any]) -> None:
    picks = Picks([1, 2])
    assert picks.begin()
    assert [picks.choose(choice(0, 1, 2)) for _ in range(4)] == [1, 2, 0, 0]


def test_a_pick_that_is_too_high_takes_the_last_way(choice: Callable[..., Any]) -> None:
    picks = Picks([9])
    assert picks.choose(choice(0, 1, has_clock=True)) == 2


def test_what_was_taken_and_how_wide_each_choice_was_is_remembered(choice: Callable[..., Any]) -> None:
    picks = Picks([5, 1])
    for width in (2, 3, 2):
        picks.choose(choice(*range(width)))
    picks.end(3)
    assert picks.taken == [1, 1, 0]
    assert picks.counts == [2, 3, 2]


def test_what_was_taken_plays_the_same_again(choice: Callable[..., Any]) -> None:
    first = Picks([5, 1])
    widths = (2, 3, 2)
    taken = [first.choose(choice(*range(width))) for width in widths]
    second = Picks(first.taken)
    assert [second.choose(choice(*range(width))) for width in widths] == taken


def test_a_list_of_picks_is_one_execution() -> None:
    picks = Picks([])
    assert [picks.begin(), picks.begin()] == [True, False]
    assert not picks.needs_pending


def test_the_given_list_is_not_kept(choice: Callable[..., Any]) -> None:
    given = [1]
    picks = Picks(given)
    given[0] = 0
    assert picks.choose(choice(0, 1)) == 1
