"""The minimiser is a plain shrinker of lists of small integers: tried on toys that know nothing of threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.minimise import Played, minimise, thin


class Toy:
    """A program of `length` choices with `width` ways each, that fails as `fails` says; a pick that is not 0 costs one."""

    def __init__(self, fails: Callable[[Sequence[int]], bool], length: int = 30, width: int = 3) -> None:
        self.fails = fails
        self.length = length
        self.width = width
        self.n_played = 0

    def __call__(self, picks: Sequence[int]) -> Played:
        self.n_played += 1
        taken = [min(pick, self.width - 1) for pick in picks[: self.length]]
        taken += [0] * (self.length - len(taken))
        return Played(self.fails(taken), sum(map(bool, taken)), taken, [self.width] * self.length)


def test_a_failure_of_the_default_schedule_needs_no_pick() -> None:
    toy = Toy(lambda taken: True)
    assert minimise([1, 2, 1, 1], toy, 1000) == []
    assert toy.n_played == 2


def test_one_pick_is_enough_where_one_is_enough() -> None:
    toy = Toy(lambda taken: taken[4] == 1 or sum(taken) > 9)
    assert minimise([2] * 30, toy, 1000) == [0, 0, 0, 0, 1]


def test_of_two_that_cost_the_same_the_shorter_is_kept() -> None:
    toy = Toy(lambda taken: taken[20] == 1 or taken[7] == 2)
    assert minimise([0] * 20 + [1], toy, 1000) == [0] * 7 + [2]


def test_two_picks_are_found_together() -> None:
    toy = Toy(lambda taken: taken[3] == 1 and taken[6] == 1, length=10)
    assert minimise([1, 0, 2, 1, 0, 0, 1, 1, 2], toy, 1000) == [0, 0, 0, 1, 0, 0, 1]


def test_what_needs_many_picks_is_shrunk_from_the_failing_list() -> None:
    needed = {2, 5, 9, 14, 20}
    toy = Toy(lambda taken: all(taken[place] for place in needed))
    shrunk = minimise([2] * 30, toy, 4000)
    assert {place for place, pick in enumerate(shrunk) if pick} == needed
    assert set(shrunk) == {0, 1}


def test_a_list_that_does_not_fail_is_given_back() -> None:
    assert minimise([1, 2], Toy(lambda taken: False), 100) == [1, 2]


@given(st.lists(st.integers(0, 4), max_size=30), st.integers(0, 40), st.integers(0, 29), st.integers(0, 29))
def test_the_result_fails_costs_no_more_and_the_budget_is_kept(picks: list[int], budget: int, one: int, other: int) -> None:
    toy = Toy(lambda taken: bool(taken[one] or taken[other]))
    before = toy(picks)
    toy.n_played = 0
    shrunk = minimise(picks, toy, budget)
    assert toy.n_played <= budget
    after = toy(shrunk)
    assert after.is_shown == before.is_shown
    assert after.cost <= before.cost


@given(st.lists(st.integers(0, 2), max_size=20))
def test_the_result_does_not_depend_on_which_failing_list_it_started_from_where_one_pick_is_enough(picks: list[int]) -> None:
    start = [*picks, *([0] * (20 - len(picks))), 2]
    assert minimise(start, Toy(lambda taken: taken[20] == 2), 1000) == [0] * 20 + [2]


def test_an_attempt_that_costs_more_leaves_room_for_fewer() -> None:
    cheap, dear = Toy(lambda taken: taken[25] == 1), Toy(lambda taken: taken[25] == 1)

    def priced(picks: Sequence[int]) -> Played:
        played = dear(picks)
        return Played(played.is_shown, played.cost, played.taken, played.counts, price=10)

    minimise([1] * 30, cheap, 200)
    minimise([1] * 30, priced, 200)
    assert dear.n_played <= 20 < cheap.n_played


# -- thinning


@given(st.sets(st.integers(0, 59), max_size=6))
def test_thinning_leaves_what_is_needed_and_nothing_else(needed: set[int]) -> None:
    assert thin(list(range(60)), lambda kept: (needed <= set(kept), 1), 1000) == sorted(needed)


@pytest.mark.parametrize("price", [1, 3])
def test_thinning_keeps_to_its_budget(price: int) -> None:
    tried: list[Sequence[int]] = []

    def shows(kept: Sequence[int]) -> tuple[bool, int]:
        tried.append(kept)
        return 40 in kept, price

    kept = thin(list(range(64)), shows, 6)
    assert len(tried) == 6 // price
    assert 40 in kept and len(kept) < 64


@pytest.mark.parametrize("items", [[], [1]])
def test_thinning_nothing_or_all_is_possible(items: list[int]) -> None:
    assert thin(items, lambda kept: (True, 1), 10) == []
