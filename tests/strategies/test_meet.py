"""Aiming at a circle of lock orders."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

from harness.strategies.meet import Meet

A, B, C = (("m", number) for number in (1, 2, 3))
CIRCLE = (A, B), (B, A)


def before(index: int, wanted: Any = None, *held: Any) -> SimpleNamespace:
    """A thread that stands before a lock while it holds others, or anywhere."""
    return SimpleNamespace(index=index, order=None if wanted is None else (f"m.{index}", wanted, held))


def ways(choice: Callable[..., Any], *options: SimpleNamespace, **more: Any) -> set[int]:
    """All ways that are gone in many executions of one choice."""
    meet = Meet(CIRCLE, Random(0))
    gone = set()
    for _ in range(200):
        assert meet.begin()
        asked = choice(*range(len(options)), **more)
        asked.options = lambda: list(options)
        gone.add(meet.choose(asked))
    return gone


def test_who_stands_at_a_turning_is_kept_while_any_other_can_run(choice: Callable[..., Any]) -> None:
    assert ways(choice, before(0, B, A), before(1), before(2)) == {1, 2}
    assert ways(choice, before(0), before(1, A, B, C), before(2)) == {0, 2}


def test_only_one_is_kept_at_each_turning(choice: Callable[..., Any]) -> None:
    assert ways(choice, before(0, B, A), before(1, B, A), before(2, A, B)) == {1}


def test_if_all_are_kept_any_of_them_goes_on_or_time_does(choice: Callable[..., Any]) -> None:
    assert ways(choice, before(0, B, A), before(1, A, B)) == {0, 1}
    assert ways(choice, before(0, B, A), before(1, A, B), has_clock=True) == {0, 1, 2}


def test_another_order_is_no_turning_and_the_default_may_go_on(choice: Callable[..., Any]) -> None:
    assert ways(choice, before(0, C, A), before(1, B, C)) == {0, 1}
    meet = Meet(CIRCLE, Random(0))
    calm = 0
    for _ in range(200):
        meet.begin()
        asked = choice(0, 1)
        asked.options = lambda: [before(0), before(1)]
        calm += {meet.choose(asked) for _ in range(20)} == {0}
    assert 40 < calm < 130  # a quarter of the executions go by the default, and some of a second quarter too


def test_mostly_the_oldest_waiter_is_woken(choice: Callable[..., Any]) -> None:
    meet = Meet(CIRCLE, Random(0))
    meet.begin()
    picked = [meet.choose(choice(0, 1, 2, kind="waiter")) for _ in range(400)]
    assert picked.count(0) > 300 > 0 < picked.count(1)
