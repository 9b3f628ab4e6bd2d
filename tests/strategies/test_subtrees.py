"""The exhaustive search in subtrees makes the executions of the search in one piece, each once, however it is cut and wherever it is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from random import Random

import pytest

from harness.strategies import subtrees
from harness.strategies.catalogue import unit_from
from harness.strategies.dpor import DIVERGED, DPOR
from harness.strategies.subtrees import Dive, Subtrees
from harness.strategies.units import WINDOW, AtHome, Unit, Whole

Play = Callable[..., list[str]]
LARGE = [["read x", "write x"]] * 4


def _in_one_piece(play: Play, program: list[list[str]]) -> list[tuple[str, ...]]:
    search = DPOR()
    made = []
    while search.begin():
        made.append(tuple(play(search, program)))
    assert (search.classes, search.redundant, search.is_complete) == (len(made), 0, True)
    return made


def _in_subtrees(play: Play, program: list[list[str]], search: Subtrees, window: int, is_elsewhere: bool) -> list[tuple[str, ...]]:
    """The executions; `is_elsewhere`: each unit is made again from its order, as another process does."""
    way: deque[Unit] = deque()
    made = []
    while True:
        while len(way) < window and (unit := search.issue(10**6)) is not None:
            way.append(unit)
        if not way:
            return made
        unit = way.popleft()
        there = unit if unit.is_home or not is_elsewhere else unit_from("dpor", 0, unit.order())
        begun = 0
        while begun < unit.limit and there.strategy.begin():
            made.append(tuple(play(there.strategy, program)))
            begun += 1
        if there is not unit:
            unit.take(there.outcome())
        assert not search.merge(unit, begun)


def _random_program(chance: Random) -> list[list[str]]:
    places = "xyz"[: chance.choice((1, 2, 3))]
    return [
        [f"{chance.choice(('read', 'write'))} {chance.choice(places)} {thread}.{step}" for step in range(chance.randint(1, 3))]
        for thread in range(chance.choice((2, 3, 3, 4)))
    ]


@pytest.mark.parametrize("is_elsewhere", [False, True])
@pytest.mark.parametrize(("first", "size", "window"), [(1, 1, 2), (1, 1, 16), (1, 3, 4), (4, 2, 16)])
def test_random_programs_have_the_same_executions_however_they_are_cut(play: Play, first: int, size: int, window: int, is_elsewhere: bool) -> None:
    chance = Random(first * 1000 + size * 100 + window)
    for _ in range(12):
        program = _random_program(chance)
        wanted = _in_one_piece(play, program)
        search = Subtrees(first=first, size=size)
        made = _in_subtrees(play, program, search, window, is_elsewhere)
        assert sorted(made) == sorted(wanted), program
        assert (search.classes, search.redundant, search.is_complete) == (len(wanted), 0, True)


def test_as_many_subtrees_are_searched_at_a_time_as_may_be_on_their_way(play: Play) -> None:
    search = Subtrees(first=40, size=8)
    home = search.issue(10**6)
    assert isinstance(home, AtHome)
    for _ in range(home.limit):
        assert home.strategy.begin()
        play(home.strategy, LARGE)
    search.merge(home, home.limit)
    dives = []
    while (unit := search.issue(10**6)) is not None:
        dives.append(unit)
    assert 3 <= len(dives) <= WINDOW
    assert not search.is_complete


def test_where_subtrees_turn_out_small_none_is_lent_for_a_while(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subtrees, "TRIED", 2)
    monkeypatch.setattr(subtrees, "REST", 10)
    search = Subtrees(first=4, size=1)
    made = _in_subtrees(play, LARGE, search, 16, False)
    assert len(made) == search.classes == 576
    assert sorted(made) == sorted(_in_one_piece(play, LARGE))


def test_a_unit_is_never_larger_than_what_is_left(play: Play) -> None:
    search = Subtrees()
    assert search.issue(0) is None
    home = search.issue(7)
    assert home is not None
    assert home.limit == 7


def test_doubts_of_all_units_are_counted(play: Play) -> None:
    search = Subtrees(first=10, size=4)
    home = search.issue(1000)
    assert home is not None
    for _ in range(10):
        assert home.strategy.begin()
        play(home.strategy, LARGE)
    search.merge(home, 10)
    for number in (1, 2):
        unit = search.issue(1000)
        assert isinstance(unit, Dive)
        unit.strategy.doubts["why"] = number
        assert not search.merge(unit, 0)
    assert search.doubts == {"why": 3}
    assert not search.is_complete


def test_executions_that_diverge_prove_nothing_and_break_nothing(play: Play) -> None:
    search = Subtrees(first=10, size=64)
    home = search.issue(1000)
    assert home is not None
    for _ in range(10):
        assert home.strategy.begin()
        play(home.strategy, LARGE)
    search.merge(home, 10)
    n_units = 0
    while (unit := search.issue(1000)) is not None:
        n_units += 1
        begun = 0
        while begun < unit.limit and unit.strategy.begin():
            play(unit.strategy, [["write y"], ["write y"]])
            begun += 1
        search.merge(unit, begun)
    assert n_units
    assert search.doubts[DIVERGED] > 0
    assert not search.is_complete


def test_a_unit_at_home_is_not_sent_anywhere() -> None:
    unit = Whole(DPOR()).issue(3)
    assert unit is not None
    with pytest.raises(NotImplementedError):
        unit.order()
    with pytest.raises(NotImplementedError):
        unit.take(None)


def test_a_search_that_is_not_cut_is_one_unit() -> None:
    search = Whole(DPOR())
    unit = search.issue(3)
    assert unit is not None
    assert (unit.limit, search.issue(3)) == (3, None)
    assert not search.merge(unit, 3)
