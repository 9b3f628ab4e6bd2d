"""The default: an exhaustive search within its share, then probes, or everything else."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from harness.strategies.auto import PROBES, SAMPLE_SHARE, SHARE, Auto
from harness.strategies.catalogue import make_search
from harness.strategies.dpor import DPOR
from harness.strategies.sample import Sample
from harness.strategies.subtrees import Subtrees
from harness.strategies.units import Unit

Play = Callable[..., list[str]]
SMALL = [["write x"], ["write x"]]
LARGE = [["read x", "write x"]] * 3


def _auto(budget: int, first: int = 4, size: int = 2) -> Auto:
    return Auto(Subtrees(ends_at_doubt=True, first=first, size=size), make_search("random", 0), Sample(Random(0)), budget)


def _whose(unit: Unit) -> str:
    return "search" if isinstance(unit.strategy, DPOR) else "sample" if isinstance(unit.strategy, Sample) else "others"


def _members(auto: Auto, play: Play, program: list[list[str]], budget: int) -> list[str]:
    """Whose turn each execution was; one unit after the other."""
    members: list[str] = []
    while (unit := auto.issue(budget - len(members))) is not None:
        begun = 0
        while begun < unit.limit and unit.strategy.begin():
            play(unit.strategy, program)
            begun += 1
        members += [_whose(unit)] * begun
        auto.merge(unit, begun)
    return members


def test_a_search_that_ends_is_followed_by_a_hundred_probes_and_no_more(play: Play) -> None:
    auto = _auto(5000)
    assert _members(auto, play, SMALL, 5000) == ["search"] * 2 + ["others"] * PROBES
    assert auto.search.is_complete
    assert auto.issue(1000) is None


def test_a_search_that_does_not_end_within_its_share_leaves_the_rest_to_the_others(play: Play) -> None:
    auto = _auto(50)
    assert _members(auto, play, LARGE, 50) == ["search"] * int(50 * SHARE) + ["sample"] * int(50 * SAMPLE_SHARE) + ["others"] * 25
    assert not auto.search.is_complete
    assert auto.sample.unseen is not None
    assert auto.sample.unseen.executions == 5


def test_the_others_have_a_turn_before_a_long_search_goes_on(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.strategies.auto.FIRST_TURN", 4)
    monkeypatch.setattr("harness.strategies.auto.OTHERS_TURN", 6)
    auto = _auto(1000)
    assert _members(auto, play, LARGE, 1000) == ["search"] * 4 + ["others"] * 6 + ["search"] * 32 + ["others"] * (PROBES - 6)
    assert auto.search.is_complete
    assert auto.sample.unseen is None


def test_what_a_unit_has_not_used_of_the_share_is_used_by_later_ones(play: Play) -> None:
    auto = _auto(200, size=64)
    assert _members(auto, play, LARGE, 200)[:37] == ["search"] * 36 + ["others"]  # (3!)**2 classes, in units of up to 64
    assert auto.search.is_complete


def test_a_search_in_doubt_is_given_up_at_once_with_what_is_on_its_way(play: Play) -> None:
    auto = _auto(5000, first=10)
    home = auto.issue(5000)
    assert home is not None
    assert auto.issue(5000) is None  # while the first executions are being made
    for _ in range(10):
        assert home.strategy.begin()
        play(home.strategy, LARGE)
    assert not auto.merge(home, 10)
    one, other = auto.issue(4990), auto.issue(4988)
    assert one is not None
    assert other is not None
    assert isinstance(one.strategy, DPOR)
    one.strategy.doubts["why"] = 1
    assert not one.strategy.begin()
    assert auto.merge(one, 0), "what is on its way is void"
    assert set(_members(auto, play, LARGE, 200)) == {"others"}


def test_a_budget_of_one_is_the_searchs(play: Play) -> None:
    assert _members(_auto(1), play, SMALL, 1) == ["search"]


def test_what_must_begin_anew_gives_back_its_share(play: Play) -> None:
    auto = _auto(100, first=10)
    home = auto.issue(100)
    assert home is not None
    for _ in range(10):
        assert home.strategy.begin()
        play(home.strategy, LARGE)
    auto.merge(home, 10)
    one, other = auto.issue(90), auto.issue(88)
    assert one is not None
    assert other is not None
    assert one.strategy.begin()
    assert isinstance(one.strategy, DPOR)
    one.strategy.events.is_new_group = True
    play(one.strategy, LARGE)
    assert one.strategy.is_outdated
    assert not one.strategy.begin()
    assert auto.merge(one, 1)
    assert auto.search.restarts == 1
    assert _members(auto, play, LARGE, 80)[:30] == ["search"] * 29 + ["sample"]  # of 40, 11 are gone; the 36 classes need more
