"""Partial order sampling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from harness.strategies import POS, RandomWalk
from harness.strategies.pos import PATIENCE
from harness.strategies.waiters import ODDS_OF_ANOTHER

Play = Callable[..., list[str]]
Choose = Callable[..., Any]


def test_a_short_thread_may_wait_for_the_end_of_a_long_one(play: Play) -> None:
    """One write must come after the last of 12 steps of another thread: its priority must be the lowest of 13, so 1 in 13 executions.

    In 1,000 that is 77, under 30 less than 1 in 10 million; a random walk does it in 1 of 4,096, so 5 in 1,000 less than 1 in 100,000.
    """
    program = [["write x"], [f"read y{n}" for n in range(12)]]

    def late(strategy: Any) -> int:
        return sum(play(strategy, program)[-1] == "write x" for _ in range(1000) if strategy.begin())

    assert late(POS(Random(1))) >= 30
    assert late(RandomWalk(Random(1))) < 5


def test_the_orders_of_two_racing_operations_are_equally_likely(play: Play) -> None:
    """1,000 executions, 500 give or take 87: 5.5 standard deviations (by luck 1 in 10 million)."""
    strategy = POS(Random(2))
    first = Counter(play(strategy, [["write x a"], ["write x b"]])[0] for _ in range(1000) if strategy.begin())
    assert abs(first["write x a"] - 500) < 87


def test_operations_that_race_with_the_one_that_ran_are_drawn_anew(hand_choice: Any, option: Any) -> None:
    strategy = POS(Random(3))
    strategy.begin()
    pending = {0: "x", 1: "x", 2: "y", 3: None}
    strategy._priority = {index: (what, 1.0 - index / 10) for index, what in pending.items()}
    options = [option(index, what, pending_is_write=index == 0) for index, what in pending.items()]
    assert strategy.choose(hand_choice(options)) == 0
    assert 0 not in strategy._priority
    assert strategy._priority[1][1] != 0.9
    assert (strategy._priority[2][1], strategy._priority[3][1]) == (0.8, 0.7)


def test_two_reads_of_one_place_do_not_race(hand_choice: Any, option: Any) -> None:
    strategy = POS(Random(4))
    strategy.begin()
    strategy._priority = {0: ("x", 0.9), 1: ("x", 0.8), 2: ("x", 0.7)}
    options = [option(0, "x"), option(1, "x"), option(2, "x", pending_is_write=True)]
    strategy.choose(hand_choice(options))
    assert strategy._priority[1] == ("x", 0.8)
    assert strategy._priority[2] != ("x", 0.7)


def test_an_operation_that_touches_nothing_shared_races_with_none(hand_choice: Any, option: Any) -> None:
    strategy = POS(Random(5))
    strategy.begin()
    strategy._priority = {0: (None, 0.9), 1: (None, 0.8)}
    strategy.choose(hand_choice([option(0, None, True), option(1, None, True)]))
    assert strategy._priority == {1: (None, 0.8)}


def test_a_thread_that_went_on_unasked_has_a_new_priority(hand_choice: Any, option: Any) -> None:
    strategy = POS(Random(6))
    strategy.begin()
    strategy._priority = {0: ("x", 0.999999), 1: ("y", 0.9999999)}
    strategy.choose(hand_choice([option(0, "z"), option(1, "y")]))
    assert strategy._priority[0][0] == "z"


def test_a_spinning_thread_goes_below_all_others_until_it_has_run(choice: Choose) -> None:
    strategy = POS(Random(7))
    strategy.begin()
    for _ in range(PATIENCE):
        assert strategy.choose(choice(0, 1, is_spinning=True)) == 0
    running = 0
    order = []
    for _ in range(PATIENCE // 2):
        running = (1 - running, running)[strategy.choose(choice(1 - running, running, is_spinning=True))]
        order.append(running)
    assert order == [1, 0] * (PATIENCE // 4)


def test_the_clock_is_an_operation_too(choice: Choose) -> None:
    """It competes with one thread's fresh priority at each choice: over 300 choices it both jumps and waits (else less than 1 in 10,000)."""
    strategy = POS(Random(8))
    strategy.begin()
    ways = Counter(strategy.choose(choice(0, has_clock=True)) for _ in range(300))
    assert set(ways) == {0, 1}


def test_the_clock_has_a_new_priority_once_it_has_jumped(choice: Choose) -> None:
    strategy = POS(Random(8))
    strategy.begin()
    strategy._clock = 1.0
    assert strategy.choose(choice(0, has_clock=True)) == 1
    assert strategy._clock < 1.0


def test_the_clock_goes_before_a_thread_that_only_spins(choice: Choose) -> None:
    strategy = POS(Random(9))
    strategy.begin()
    assert [strategy.choose(choice(0, is_spinning=True, has_clock=True)) for _ in range(5)] == [1] * 5


def test_no_operation_is_put_off_for_ever_by_a_busy_loop(choice: Choose) -> None:
    """A thread of the lowest priority against two that are always drawn anew comes on within 40 redrawings (else less than 1 in 10 million)."""
    strategy = POS(Random(10))
    strategy.begin()
    strategy._priority[2] = (None, 0.0)
    assert any(strategy.choose(choice(0, 1, 2)) == 2 for _ in range(40 * PATIENCE))


def test_every_execution_begins_with_new_priorities(choice: Choose) -> None:
    strategy = POS(Random(11))
    strategy.begin()
    strategy.choose(choice(0, 1, is_spinning=True))
    strategy.end(1)
    assert strategy.begin()
    assert strategy._priority == {}
    assert strategy._floor == 0.0


def test_which_waiter_wakes_is_no_matter_of_priority(choice: Choose) -> None:
    """1,000 draws of two waiters: the second 125 times give or take 58, 5.5 standard deviations (by luck 1 in 10 million)."""
    strategy = POS(Random(12))
    strategy.begin()
    assert strategy.needs_pending
    second = sum(strategy.choose(choice(0, 1, kind="waiter")) for _ in range(1000))
    assert abs(second - 1000 * ODDS_OF_ANOTHER) < 58
