"""The random walk, and the draw of a waiter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from harness.strategies import RandomWalk
from harness.strategies.waiters import ODDS_OF_ANOTHER, pick_waiter


def test_every_way_is_as_likely_as_any_other(choice: Callable[..., Any]) -> None:
    """Four ways, 4,000 draws: each comes 1,000 times give or take 150, that is 5.5 standard deviations (by luck 1 in 10 million)."""
    walk = RandomWalk(Random(1))
    assert walk.begin()
    among = choice(0, 1, 2, has_clock=True)
    seen = Counter(walk.choose(among) for _ in range(4000))
    walk.end(4000)
    assert sorted(seen) == [0, 1, 2, 3]
    assert all(850 < times < 1150 for times in seen.values())


def test_the_same_seed_makes_the_same_walk(choice: Callable[..., Any]) -> None:
    first, second = RandomWalk(Random(7)), RandomWalk(Random(7))
    assert [first.choose(choice(0, 1)) for _ in range(50)] == [second.choose(choice(0, 1)) for _ in range(50)]


def test_the_walk_of_a_seed_never_changes(choice: Callable[..., Any]) -> None:
    """Written down, so that a Python version with another walk is noticed: tokens and counts would differ."""
    walk = RandomWalk(Random(0))
    assert [walk.choose(choice(0, 1, 2)) for _ in range(12)] == [2, 2, 1, 0, 1, 1, 2, 0, 1, 1, 2, 1]


def test_a_walk_needs_no_pending_operations() -> None:
    assert not RandomWalk(Random(0)).needs_pending


def test_the_oldest_waiter_is_woken_most_often() -> None:
    """Three waiters, 8,000 draws: another than the oldest 1,000 times give or take 165, 5.5 standard deviations (1 in 10 million)."""
    rng = Random(2)
    seen = Counter(pick_waiter(rng.random, 3) for _ in range(8000))
    assert sorted(seen) == [0, 1, 2]
    assert abs(seen[1] + seen[2] - 8000 * ODDS_OF_ANOTHER) < 165
    assert abs(seen[1] - seen[2]) < 180


def test_the_only_waiter_is_woken() -> None:
    rng = Random(3)
    assert {pick_waiter(rng.random, 1) for _ in range(100)} == {0}
    assert {pick_waiter(lambda: 0.124999999999, 2)} == {1}
