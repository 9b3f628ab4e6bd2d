"""What is written down of a search: turns in their order, and how many classes had been seen by when."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from harness.model.turn import MOST_SEEN
from harness.strategies.auto import Auto
from harness.strategies.bounded import Bounded
from harness.strategies.catalogue import make_search
from harness.strategies.dpor import DPOR
from harness.strategies.random_walk import RandomWalk
from harness.strategies.sample import Sample
from harness.strategies.subtrees import Subtrees
from harness.strategies.turns import KEPT, Turns
from harness.strategies.units import Search

Play = Callable[..., list[str]]
SMALL = [["write x"], ["write x"]]
LARGE = [["read x", "write x"]] * 3


def _through(units: Search, turns: Turns, play: Play, program: list[list[str]], budget: int) -> int:
    """Executes one unit after the other and notes each; how many executions that took."""
    executions = 0
    while (unit := units.issue(budget - executions)) is not None:
        begun = 0
        while begun < unit.limit and unit.strategy.begin():
            play(unit.strategy, program)
            begun += 1
        executions += begun
        units.merge(unit, begun)
        turns.note(unit.strategy, executions)
    return executions


def test_a_search_that_ends_is_a_line_up_to_where_every_class_had_been_seen_and_probes(play: Play) -> None:
    auto = Auto(Subtrees(ends_at_doubt=True), make_search("random", 0), Sample(Random(0)), 500)
    turns = Turns("portfolio", auto.search)
    assert _through(auto, turns, play, LARGE, 500) == 136
    searched, probes = turns.told("function", is_complete=True)
    assert (searched.strategy, searched.until, searched.seen, searched.is_complete) == ("dpor", 36, ((0, 0), (36, 36)), True)
    assert (probes.strategy, probes.until, probes.seen, probes.is_complete) == ("portfolio", 136, (), False)
    assert {turn.mode for turn in (searched, probes)} == {"function"}


def test_a_search_that_does_not_end_is_followed_by_a_sample_with_its_own_curve(play: Play) -> None:
    auto = Auto(Subtrees(ends_at_doubt=True, first=4, size=2), make_search("random", 0), Sample(Random(0)), 50)
    turns = Turns("portfolio", auto.search)
    _through(auto, turns, play, LARGE, 50)
    searched, sampled, others = turns.told("function", is_complete=False)
    assert (searched.until, searched.seen, searched.is_complete) == (20, ((0, 0), (20, 20)), False)
    assert (sampled.strategy, sampled.until, sampled.seen[0], sampled.seen[-1][0]) == ("sample", 25, (20, 0), 25)
    assert sampled.unseen == auto.sample.unseen
    assert sampled.seen[-1][1] == auto.sample.unseen.classes if auto.sample.unseen else 0
    assert (others.strategy, others.until, others.unseen) == ("portfolio", 50, None)


def test_the_curve_goes_on_where_the_searchs_next_turn_begins(play: Play) -> None:
    search = Subtrees(first=4, size=2)
    turns = Turns("portfolio", search)
    home = search.issue(100)
    assert home is not None
    for _ in range(4):
        assert home.strategy.begin()
        play(home.strategy, LARGE)
    search.merge(home, 4)
    turns.note(home.strategy, 4)
    turns.note(RandomWalk(Random(0)), 9)
    dive = search.issue(100)
    assert dive is not None
    for _ in range(2):
        assert dive.strategy.begin()
        play(dive.strategy, LARGE)
    search.merge(dive, 2)
    turns.note(dive.strategy, 11)
    turns.note(dive.strategy, 11)  # a unit without an execution says nothing
    assert [(turn.strategy, turn.seen) for turn in turns.told("class", False)] == [("dpor", ((0, 0), (4, 4))), ("portfolio", ()), ("dpor", ((9, 4), (11, 6)))]


def test_what_was_seen_before_a_search_began_anew_does_not_count(play: Play) -> None:
    search = Subtrees(first=100)
    turns = Turns("portfolio", search)
    home = search.issue(100)
    assert home is not None
    strategy = home.strategy
    assert isinstance(strategy, DPOR)
    for number in range(9):
        assert strategy.begin()
        strategy.events.is_new_group = number == 4
        play(strategy, LARGE)
    search.merge(home, 9)
    turns.note(strategy, 9)
    (turn,) = turns.told("class", False)
    assert turn.seen == ((0, 0), (5, 0), (9, 4))


def test_a_dive_that_is_void_lets_the_curve_fall_to_nothing(play: Play) -> None:
    search = Subtrees(first=10, size=2)
    turns = Turns("portfolio", search)
    for executions, is_new in ((10, False), (11, True)):
        unit = search.issue(100)
        assert unit is not None
        for _ in range(10 if executions == 10 else 1):
            assert unit.strategy.begin()
            assert isinstance(unit.strategy, DPOR)
            unit.strategy.events.is_new_group = is_new
            play(unit.strategy, LARGE)
        search.merge(unit, 1)
        turns.note(unit.strategy, executions)
    (turn,) = turns.told("class", False)
    assert turn.seen == ((0, 0), (10, 10), (11, 0))


def test_a_bounded_search_is_told_by_what_its_schedules_cost(play: Play) -> None:
    bounded = Bounded()
    turns = Turns("bounded", None)
    executions = 0
    while bounded.begin():
        play(bounded, SMALL)
        executions += 1
    assert bounded.is_complete
    turns.note(bounded, executions)
    told = turns.told("class", True)
    assert [turn.bound for turn in told] == list(range(len(told)))
    assert [turn.until for turn in told] == [*bounded.level_ends[: len(told) - 1], executions]
    assert [turn.is_complete for turn in told] == [False] * (len(told) - 1) + [True]


def test_a_bound_of_which_nothing_was_left_to_play_has_no_turn() -> None:
    bounded = Bounded()
    bounded.level_ends = [3, 3]
    turns = Turns("bounded", None)
    turns.note(bounded, 5)
    assert [(turn.bound, turn.until) for turn in turns.told("class", False)] == [(0, 3), (2, 5)]


def test_a_strategy_that_draws_has_one_turn_and_no_curve() -> None:
    turns = Turns("random", None)
    for executions in (288, 432, 576):
        turns.note(RandomWalk(Random(0)), executions)
    (turn,) = turns.told("program", False)
    assert (turn.mode, turn.strategy, turn.until, turn.seen) == ("program", "random", 576, ())


def test_nothing_noted_is_nothing_told() -> None:
    assert Turns("random", None).told("class", False) == ()


def test_a_search_of_any_length_is_told_in_few_points() -> None:
    search = Subtrees()
    turns = Turns("portfolio", search)
    for number in range(1, 20 * KEPT):
        search.classes = number * number
        turns.note(DPOR(), number)
    (turn,) = turns.told("class", False)
    assert len(turn.seen) == MOST_SEEN
    assert (turn.seen[0], turn.seen[-1]) == ((0, 0), (20 * KEPT - 1, (20 * KEPT - 1) ** 2))
