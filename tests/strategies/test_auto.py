"""The default: an exhaustive search within its share, then probes, or everything else."""

from __future__ import annotations

from collections.abc import Callable

from harness.strategies.auto import PROBES, SHARE, Auto
from harness.strategies.catalogue import make
from harness.strategies.dpor import DPOR

Play = Callable[..., list[str]]
SMALL = [["write x"], ["write x"]]
LARGE = [["read x", "write x"]] * 3


def _auto(budget: int) -> Auto:
    return Auto(DPOR(), make("random", 0), budget)


def _members(auto: Auto, play: Play, program: list[list[str]], most: int) -> list[str]:
    """Whose turn each execution was."""
    members = []
    while len(members) < most and auto.begin():
        members.append("others" if auto.log is None else "search")
        play(auto, program)
    return members


def test_a_search_that_ends_is_followed_by_a_hundred_probes_and_no_more(play: Play) -> None:
    auto = _auto(5000)
    assert _members(auto, play, SMALL, 5000) == ["search"] * 2 + ["others"] * PROBES
    assert auto.search.is_complete
    assert not auto.begin()


def test_a_search_that_does_not_end_within_its_share_leaves_the_rest_to_the_others(play: Play) -> None:
    auto = _auto(50)
    assert _members(auto, play, LARGE, 50) == ["search"] * int(50 * SHARE) + ["others"] * 30
    assert not auto.search.is_complete


def test_a_search_in_doubt_is_given_up_at_once(play: Play) -> None:
    auto = _auto(5000)
    assert _members(auto, play, LARGE, 3) == ["search"] * 3
    auto.search.doubts["why"] = 1
    assert set(_members(auto, play, LARGE, 200)) == {"others"}


def test_a_budget_of_one_is_the_searchs(play: Play) -> None:
    assert _members(_auto(1), play, SMALL, 1) == ["search"]


def test_the_others_say_what_they_need(play: Play) -> None:
    auto = Auto(DPOR(), make("pos", 0), 10)
    needs = []
    for _ in range(6):
        assert auto.begin()
        needs.append(auto.needs_pending)
        play(auto, LARGE)
    assert needs == [False] * 4 + [True] * 2
