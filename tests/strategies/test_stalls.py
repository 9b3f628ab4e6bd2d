"""Long stalls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from harness.strategies.stalls import LENGTHS, ODDS_OF_ANOTHER, Stalls


def test_a_spinning_thread_may_turn_for_very_long_while_the_other_is_stalled(choice: Callable[..., Any]) -> None:
    """In most of 40 executions the spinner has 15 turns in a row and more; by default, and in a random walk, it would have one or two."""
    stalls = Stalls(Random(3))
    longest = []
    for _ in range(40):
        assert stalls.begin()
        streak = best = 0
        running = 0
        for _ in range(400):
            is_spinning = running == 1
            others = (1 - running, running) if is_spinning else (running, 1 - running)
            running = others[stalls.choose(choice(*others, is_spinning=is_spinning))]
            streak = streak + 1 if running == 1 else 0
            best = max(best, streak)
        stalls.end(400)
        longest.append(best)
    assert sum(best >= 15 for best in longest) > 20
    assert max(longest) > 100


def test_the_clock_goes_before_a_stalled_thread_and_a_stalled_thread_before_nothing(choice: Callable[..., Any]) -> None:
    stalls = Stalls(Random(0))
    for _ in range(50):
        stalls.begin()
        picks = [stalls.choose(choice(0, has_clock=True)) for _ in range(60)]
        assert picks.count(1) >= LENGTHS[0] - 1  # the first stall begins among the first 32 choices
    stalls.begin()
    assert {stalls.choose(choice(0)) for _ in range(200)} == {0}


def test_with_nobody_stalled_the_default_goes_on_most_of_the_time(choice: Callable[..., Any]) -> None:
    """3,000 choices long after the last stall: another way than the default 60 times, give or take 40 (5.5 standard deviations)."""
    stalls = Stalls(Random(1))
    stalls.begin()
    for _ in range(5000):
        stalls.choose(choice(0, 1, 2))
    seen = Counter(stalls.choose(choice(0, 1, 2)) for _ in range(3000))
    assert abs(seen[1] - 3000 * ODDS_OF_ANOTHER / 3) < 40
    assert abs(seen[2] - 3000 * ODDS_OF_ANOTHER / 3) < 40


def test_the_oldest_waiter_is_woken_most_often(choice: Callable[..., Any]) -> None:
    stalls = Stalls(Random(2))
    stalls.begin()
    seen = Counter(stalls.choose(choice(0, 1, kind="waiter")) for _ in range(400))
    assert seen[0] > 300 > seen[1] > 10


def test_moments_are_drawn_within_the_length_of_the_executions_before(choice: Callable[..., Any]) -> None:
    """After executions of 500 choices stalls begin late as well; after short ones the moments come back early, halving each time."""
    stalls = Stalls(Random(4))

    def first_departure(n_choices: int) -> int:
        stalls.begin()
        picks = [stalls.choose(choice(0, has_clock=True)) for _ in range(n_choices)]
        stalls.end(n_choices)
        return picks.index(1) if 1 in picks else n_choices

    for _ in range(8):
        first_departure(500)
    assert max(first_departure(500) for _ in range(40)) > 50
    for _ in range(20):
        for _ in range(8):
            first_departure(4)
        assert first_departure(30) <= 8


def test_stalls_need_no_pending_operations() -> None:
    assert not Stalls(Random(0)).needs_pending


def test_the_stalls_of_a_seed_never_change(choice: Callable[..., Any]) -> None:
    first, second = Stalls(Random(7)), Stalls(Random(7))
    for stalls in (first, second):
        stalls.begin()
    assert [first.choose(choice(0, 1)) for _ in range(90)] == [second.choose(choice(0, 1)) for _ in range(90)]
