"""Strategies that take turns, and the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.model.choice import Choice
from harness.strategies import STRATEGIES, Picks, Portfolio, make
from harness.strategies.catalogue import make_search


class Noted:
    """Always takes one way, for so many executions, and notes what it is told."""

    log = None

    def __init__(self, way: int, executions: int, needs_pending: bool = False) -> None:
        self.way = way
        self.left = executions
        self.needs_pending = needs_pending
        self.ends: list[int] = []

    def begin(self) -> bool:
        self.left -= 1
        return self.left >= 0

    def choose(self, choice: Choice) -> int:
        return self.way

    def end(self, points: int) -> None:
        self.ends.append(points)


def test_members_take_turns_execution_by_execution(choice: Callable[..., Any]) -> None:
    members = [Noted(way, 10) for way in range(3)]
    portfolio = Portfolio(members)
    taken = []
    for execution in range(7):
        assert portfolio.begin()
        ways = [portfolio.choose(choice(0, 1, 2)) for _ in range(2)]
        portfolio.end(execution)
        taken.append(ways)
    assert taken == [[way, way] for way in (0, 1, 2, 0, 1, 2, 0)]
    assert [member.ends for member in members] == [[0, 3, 6], [1, 4], [2, 5]]


def test_a_member_with_nothing_left_drops_out_and_the_others_go_on(choice: Callable[..., Any]) -> None:
    portfolio = Portfolio([Noted(0, 1), Noted(1, 3)])
    taken = []
    while portfolio.begin():
        taken.append(portfolio.choose(choice(0, 1)))
    assert taken == [0, 1, 1, 1]
    assert not portfolio.begin()


def test_an_empty_portfolio_explores_nothing() -> None:
    assert not Portfolio([]).begin()


def test_pending_operations_are_needed_only_for_members_that_ask_for_them() -> None:
    portfolio = Portfolio([Noted(0, 9), Noted(0, 9, needs_pending=True)])
    needs = [portfolio.needs_pending]
    for _ in range(4):
        portfolio.begin()
        needs.append(portfolio.needs_pending)
    assert needs == [True, False, True, False, True]
    assert not Portfolio([Picks([])]).needs_pending


NAMES = [name for name in STRATEGIES if name != "auto"]  # which is no strategy by itself: `test_auto`


@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_of_the_catalogue_chooses_what_there_is(name: str, choice: Callable[..., Any]) -> None:
    strategy = make(name, 3)
    for number in range(8):
        if not strategy.begin():
            assert (name, number) == ("dpor", 1)  # in an execution without a conflict there is nothing else to see
            return
        if strategy.log is not None:
            strategy.log.add("m.0", ())  # a waiter is chosen within an event
        for width, has_clock, kind in product((1, 2, 3), (False, True), ("thread", "waiter")):
            among = choice(*range(width), has_clock=has_clock and kind == "thread", kind=kind)
            assert 0 <= strategy.choose(among) < among.count
        strategy.end(12)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_name_and_seed_make_the_same_choices(name: str, play: Callable[..., list[str]]) -> None:
    program = [[f"write {letter} {n}" for n in range(6)] for letter in "xyz"]

    def orders(seed: int) -> list[list[str]]:
        strategy = make(name, seed)
        return [play(strategy, program) for _ in range(12) if strategy.begin()]

    assert orders(1) == orders(1)
    assert (orders(1) == orders(2)) == (name in ("bounded", "dpor"))  # they draw nothing


def test_the_members_of_the_portfolio_draw_different_numbers(play: Callable[..., list[str]]) -> None:
    portfolio = make("portfolio", 0)
    program = [[f"write {letter} {n}" for n in range(6)] for letter in "xyz"]
    orders = {tuple(play(portfolio, program)) for _ in range(4) if portfolio.begin()}
    assert len(orders) == 4


def test_an_unknown_strategy_is_told_with_the_known_ones() -> None:
    with pytest.raises(HarnessError, match="there is no strategy 'rnadom'; there are auto, portfolio, random, pct, pos, bounded, dpor"):
        make_search("rnadom", 0)


def test_every_strategy_is_described_in_one_line() -> None:
    assert list(STRATEGIES) == ["auto", "portfolio", "random", "pct", "pos", "bounded", "dpor"]
    assert all(text and "\n" not in text for text in STRATEGIES.values())
