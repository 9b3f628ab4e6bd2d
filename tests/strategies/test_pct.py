"""Probabilistic concurrency testing."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from harness.strategies import PCT
from harness.strategies.pct import FIRST_LENGTH, PATIENCE
from harness.strategies.waiters import ODDS_OF_ANOTHER
from tests.strategies.conftest import HandChoice, HandOption

Play = Callable[..., list[str]]
Choose = Callable[..., Any]

# A writes twice and B twice, each in the middle of longer ways, and it goes wrong only if one step of each is caught between the other's
# two: a1, then b1, then a2, then b2. This needs three constraints, so depth 3: the order of the threads and two changes.
A_B_A = [["read -"] * 3 + ["write x a1", "write x a2"] + ["read -"] * 6, ["read -"] * 4 + ["write x b1", "write x b2"] + ["read -"] * 5]


def is_a_b_a(order: list[str]) -> bool:
    first = [step for step in order if step.startswith("write")]
    return first == ["write x a1", "write x b1", "write x a2", "write x b2"]


def hits(strategy: PCT, play: Play, program: list[list[str]], is_bug: Callable[[list[str]], bool], executions: int) -> int:
    return sum(is_bug(play(strategy, program)) for _ in range(executions) if strategy.begin())


def test_depth_3_finds_an_a_b_a_bug_at_least_as_often_as_promised(play: Play) -> None:
    """2 threads, at most 21 choices: at least 1 / (2 * 21 ** 2) = 1/882 in each execution. In 10,000 that is 11.3 times or more; fewer
    than 3 has a chance below 1 in 1,000 at the bare promise, and the seed is fixed."""
    found = hits(PCT(Random(1), 3), play, A_B_A, is_a_b_a, 10_000)
    assert found >= 3, found


def test_depth_2_never_finds_an_a_b_a_bug(play: Play) -> None:
    """So the bug above is one of depth 3, and it is the second change that finds it."""
    assert hits(PCT(Random(1), 2), play, A_B_A, is_a_b_a, 3_000) == 0


def test_depth_2_finds_a_lost_update_at_least_as_often_as_promised(play: Play) -> None:
    """2 threads, at most 9 choices: at least 1 / (2 * 9) in each execution, so 55 of 1,000; under 30 has a chance below 1 in 5,000."""
    program = [["read -", "read x", "write x a", "read -", "read -"], ["read -", "read x", "write x b", "read -"]]

    def is_lost(order: list[str]) -> bool:
        return [step for step in order if " x" in step][:2] == ["read x", "read x"]

    assert hits(PCT(Random(2), 2), play, program, is_lost, 1_000) >= 30


def test_in_every_second_execution_each_kind_of_thread_is_as_likely_to_lead_as_any_other() -> None:
    """One reader among nineteen writers leads half of 500 weighted executions and a twentieth of 500 others: 275 of 1,000, with a standard
    deviation of 12."""
    threads = HandChoice([*(HandOption(index, kin="writer") for index in range(19)), HandOption(19, kin="reader")])
    strategy = PCT(Random(4), 1)
    led = sum(strategy.choose(threads) == 19 for _ in range(1_000) if strategy.begin())
    assert 235 < led < 315


def test_depth_1_only_orders_the_threads(play: Play) -> None:
    program = [["write x a"] * 3, ["write x b"] * 3, ["write x c"] * 3]
    strategy = PCT(Random(3), 1)
    orders = {"".join(step[-1] for step in play(strategy, program)) for _ in range(100) if strategy.begin()}
    assert orders == {"".join(letter * 3 for letter in order) for order in ("abc", "acb", "bac", "bca", "cab", "cba")}


def test_changes_may_come_in_either_order_of_their_levels() -> None:
    """Sorted levels would forbid A-B-A or the opposite: over 100 executions each of the two orders is there (else 1 in 2 ** 99)."""
    strategy = PCT(Random(4), 3)
    rises = set()
    for _ in range(100):
        strategy.begin()
        (_, earlier), (_, later) = sorted(strategy._changes.items())
        rises.add(earlier < later)
    assert rises == {True, False}


def test_a_spinning_thread_goes_below_all_others(choice: Choose) -> None:
    for seed in range(20):
        strategy = PCT(Random(seed), 1)
        strategy.begin()
        leader = strategy.choose(choice(0, 1, 2))
        others = [index for index in (0, 1, 2) if index != leader]
        assert strategy.choose(choice(*others, leader, is_spinning=True)) < 2
        # and stays there when it is asked about again
        assert strategy.choose(choice(leader, *others)) > 0


def test_two_spinning_threads_take_turns(choice: Choose) -> None:
    strategy = PCT(Random(5), 1)
    strategy.begin()
    running = 0
    order = []
    for _ in range(6):
        running = (1 - running, running)[strategy.choose(choice(1 - running, running, is_spinning=True))]
        order.append(running)
    assert order == [1, 0, 1, 0, 1, 0]


def test_the_clock_jumps_once_and_then_waits_for_the_threads(choice: Choose) -> None:
    jumped_first = 0
    for seed in range(40):
        strategy = PCT(Random(seed), 1)
        strategy.begin()
        ways = [strategy.choose(choice(0, 1, has_clock=True)) for _ in range(20)]
        assert ways.count(2) <= 1
        jumped_first += ways[0] == 2
    # Its priority is as random as a thread's: it leads in a third of the executions (0 or 40 of 40: less than 1 in 10 million).
    assert 0 < jumped_first < 40


def test_the_clock_goes_before_a_thread_that_only_spins(choice: Choose) -> None:
    strategy = PCT(Random(6), 1)
    strategy.begin()
    assert [strategy.choose(choice(0, is_spinning=True, has_clock=True)) for _ in range(5)] == [1] * 5


def begin_with_change(priorities: dict[int, float]) -> PCT:
    """Threads of these priorities, and the one change comes at the very first choice."""
    strategy = PCT(Random(7), 2)
    strategy.begin()
    strategy.end(0)  # a length of 0 is taken as 1
    strategy.begin()
    strategy._priority.update(priorities)
    return strategy


def test_a_change_puts_the_leader_below_the_others(choice: Choose) -> None:
    strategy = begin_with_change({0: 1.9, 1: 1.1})
    assert [strategy.choose(choice(0, 1)) for _ in range(3)] == [1, 1, 1]


def test_a_change_does_not_put_the_leader_below_a_spinning_thread(choice: Choose) -> None:
    strategy = begin_with_change({0: 1.9, 1: -0.5})
    assert strategy.choose(choice(0, 1)) == 0


def test_a_change_does_not_bring_a_spinning_thread_forward(choice: Choose) -> None:
    strategy = begin_with_change({0: -5.0, 1: -6.0})
    assert strategy.choose(choice(0, 1)) == 0
    assert strategy._priority[0] == -5.0


def test_a_thread_that_never_lets_go_is_put_last_after_a_while(choice: Choose) -> None:
    strategy = PCT(Random(8), 1)
    strategy.begin()
    leader = strategy.choose(choice(0, 1))
    rest = [strategy.choose(choice(0, 1)) for _ in range(PATIENCE)]
    assert rest == [leader] * PATIENCE
    assert strategy.choose(choice(0, 1)) == 1 - leader


def test_patience_begins_anew_when_another_thread_comes_between(choice: Choose) -> None:
    strategy = PCT(Random(8), 1)
    strategy.begin()
    leader = strategy.choose(choice(0, 1))
    for _ in range(3):
        assert {strategy.choose(choice(0, 1)) for _ in range(PATIENCE - 1)} == {leader}
        strategy.choose(choice(1 - leader))


def test_the_length_is_learnt_from_the_executions_before(choice: Choose) -> None:
    strategy = PCT(Random(9), 2)
    assert strategy._expected_length() == FIRST_LENGTH
    for length in (5, 5000, 7, 6):
        strategy.begin()
        for _ in range(length):
            strategy.choose(choice(0, 1))
        strategy.end(length)
    assert strategy._expected_length() == 7  # the one that went round to the limit does not count


def test_every_moment_of_the_expected_length_may_be_a_change() -> None:
    """Lengths of 4: in 200 executions of one change each a moment is missed with a chance of 4 * (3/4) ** 200."""
    strategy = PCT(Random(10), 2)
    for _ in range(2):
        strategy.begin()
        strategy._step = 4
        strategy.end(4)
    moments = set()
    for _ in range(200):
        strategy.begin()
        moments.update(strategy._changes)
    assert moments == {0, 1, 2, 3}


def test_which_waiter_wakes_is_no_matter_of_priority(choice: Choose) -> None:
    """1,000 draws of two waiters: the second 125 times give or take 58, 5.5 standard deviations (by luck 1 in 10 million)."""
    strategy = PCT(Random(11), 1)
    strategy.begin()
    second = sum(strategy.choose(choice(0, 1, kind="waiter")) for _ in range(1000))
    assert abs(second - 1000 * ODDS_OF_ANOTHER) < 58


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_it_asks_for_no_pending_operations(depth: int) -> None:
    assert not PCT(Random(0), depth).needs_pending
