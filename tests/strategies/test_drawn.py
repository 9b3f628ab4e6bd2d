"""Strategies that draw, in units: each draws from a stream of its own and begins with what those before it learned."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from harness.strategies.catalogue import make_search, unit_from
from harness.strategies.delays import Delays
from harness.strategies.drawn import FIRST, SIZE, Draw, learners
from harness.strategies.pct import PCT
from harness.strategies.stalls import Stalls
from harness.strategies.units import Search, Unit

Play = Callable[..., list[str]]
PROGRAM = [[f"write {letter} {n}" for n in range(6)] for letter in "xyz"]


def _execute(unit: Unit, play: Play) -> list[list[str]]:
    made = []
    for _ in range(unit.limit):
        assert unit.strategy.begin()
        made.append(play(unit.strategy, PROGRAM))
    return made


def _after_home(name: str, play: Play) -> Search:
    search = make_search(name, 3)
    home = search.issue(5000)
    assert home is not None
    assert (home.is_home, home.limit) == (True, FIRST)
    assert search.issue(5000) is None
    _execute(home, play)
    assert not search.merge(home, FIRST)
    return search


@pytest.mark.parametrize("name", ["random", "pct", "pos", "portfolio"])
def test_a_unit_made_from_its_order_is_the_same(name: str, play: Play) -> None:
    search = _after_home(name, play)
    here = search.issue(5000)
    assert isinstance(here, Draw)
    assert here.limit == SIZE
    there = unit_from(name, 3, here.order())
    assert _execute(here, play) == _execute(there, play)
    assert here.outcome() == there.outcome()


@pytest.mark.parametrize("name", ["random", "pct", "pos", "portfolio"])
def test_units_draw_different_schedules(name: str, play: Play) -> None:
    search = _after_home(name, play)
    one, other = search.issue(5000), search.issue(5000)
    assert one is not None
    assert other is not None
    assert _execute(one, play) != _execute(other, play)


def test_auto_draws_by_the_portfolio() -> None:
    unit = unit_from("auto", 3, ("draw", 1, 6, ((5,), (6,), (7, 0, 0), (8,))))
    assert [type(learner) for learner in learners(unit.strategy)] == [PCT, PCT, Delays, Stalls]


def test_what_a_unit_learned_elsewhere_is_what_later_ones_begin_with(play: Play) -> None:
    search = _after_home("pct", play)
    one = search.issue(5000)
    assert one is not None
    one.take(((7,) * 8, (9,) * 8))
    search.merge(one, SIZE)
    later = search.issue(5000)
    assert isinstance(later, Draw)
    assert later.shares == ((7,) * 8, (9,) * 8)


def test_nothing_is_drawn_beyond_what_is_left(play: Play) -> None:
    search = _after_home("random", play)
    assert search.issue(0) is None
    unit = search.issue(5)
    assert unit is not None
    assert unit.limit == 5


def test_single_departures_are_shared_out_piece_by_piece() -> None:
    lead = Delays(Random(0))
    lead.learn((20,))
    pieces = [lead.share(24) for _ in range(5)]
    assert pieces == [(20, 20, 0), (20, 20, 12), (20, 20, 24), (20, 20, 36), (20, 20, 48)]
    lead.learn((30,))  # executions have become longer, and the walk is over: it begins anew
    assert lead.share(24) == (30, 30, 0)


def test_a_piece_of_the_walk_is_walked_in_order_and_not_beyond_the_end(choice: Callable[..., object]) -> None:
    delays = Delays(Random(0))
    delays.begin_with((20, 3, 7))
    singles = []
    for number in range(8):
        delays.begin()
        ways = [delays.choose(choice(0, 1, 2)) for _ in range(20)]  # type: ignore[arg-type]
        if number % 2 == 0:
            singles.append([(place, way) for place, way in enumerate(ways) if way])
        delays.end(20)
    assert singles[:2] == [[(1, 2)], [(2, 2)]]  # the third way, where there are only three
    assert all(len(departures) != 1 for departures in singles[2:])


def test_the_length_for_stalls_is_handed_on() -> None:
    stalls = Stalls(Random(0))
    stalls.learn((77,))
    assert stalls.share(10) == stalls.memory() == (77,)
