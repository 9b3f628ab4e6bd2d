"""The lock graph: circles of orders that were written down, maybe in several executions."""

from __future__ import annotations

from functools import partial

import pytest

from harness.model import lock_order
from harness.model.circles import LONGEST
from harness.model.lock_order import PATIENCE, LockGraph, Order, Seen, Turn


def order(thread: int, wanted: int, *held: int) -> Order:
    """Thread `thread` comes to take a lock while it holds others; locks are numbers."""
    return f"m.{thread}", ("m", wanted), tuple(("m", lock) for lock in sorted(held))


def circles(*orders: Order) -> list[list[int]]:
    """The locks of each circle, in the order in which they are gone through."""
    graph = LockGraph({each: Seen(f"a.py:{line}") for line, each in enumerate(orders)})
    return [[first[1] for first, _ in circle] for circle in graph.circles()]


def test_two_threads_that_take_two_locks_in_opposite_order_close_a_circle() -> None:
    assert circles(order(0, 6, 5), order(1, 5, 6)) in ([[5, 6]], [[6, 5]])


@pytest.mark.parametrize(
    "orders",
    [
        [],
        [order(0, 6, 5)],
        [order(0, 6, 5), order(1, 6, 5)],
        [order(0, 6, 5), order(0, 5, 6)],  # one thread alone
        [order(0, 6, 5, 9), order(1, 5, 6, 9)],  # a lock around both
        [order(0, 6, 5), order(1, 7, 6), order(0, 5, 7)],  # three turnings, but of two threads
    ],
)
def test_orders_that_no_two_threads_can_meet_in_close_no_circle(orders: list[Order]) -> None:
    assert circles(*orders) == []


def test_a_circle_may_have_several_threads_and_each_turning_may_be_made_by_several() -> None:
    assert circles(order(0, 6, 5), order(1, 7, 6), order(2, 5, 7)) in ([[5, 6, 7]], [[6, 7, 5]], [[7, 5, 6]])
    # thread 0 makes both turnings, each in an execution of its own, and so does thread 1: together they can
    both = [order(thread, *locks) for thread in (0, 1) for locks in ((6, 5), (5, 6))]
    assert len(circles(*both)) == 1


def test_what_is_held_besides_counts_by_itself() -> None:
    assert len(circles(order(0, 6, 4, 5), order(1, 5, 6, 7))) == 1
    assert len(circles(order(0, 6, 4, 5), order(1, 5, 6), order(2, 4, 6))) == 2


def test_a_circle_of_too_many_threads_is_not_looked_for_and_looking_comes_to_an_end() -> None:
    def ring(n: int) -> list[Order]:
        return [order(thread, (thread + 1) % n, thread) for thread in range(n)]

    assert len(circles(*ring(LONGEST))) == 1
    assert circles(*ring(LONGEST + 1)) == []
    everything = [order(thread, wanted, held) for thread in range(12) for wanted in range(12) for held in range(12) if wanted != held]
    assert 0 < len(circles(*everything)) <= PATIENCE


def test_a_turning_is_told_as_it_was_seen_first_by_the_order_of_the_lines() -> None:
    seen = {
        order(2, 5, 6): Seen("a.py:31", "Thread-3", "a", ("b",)),
        order(1, 5, 4, 6): Seen("a.py:20", "Thread-2", "a", ("c", "b")),
        order(0, 6, 5): Seen("a.py:12"),
    }
    graph = LockGraph(seen)
    (circle,) = graph.circles()
    assert sorted(graph.turns(circle), key=lambda turn: turn.line) == [Turn("a.py:12", "", "", ""), Turn("a.py:20", "Thread-2", "a", "b")]


def test_an_order_is_written_down_as_it_was_first_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_order, "MOST", 2)
    graph = LockGraph()
    for line, each in enumerate([order(0, 6, 5), order(1, 5, 6), order(0, 6, 5), order(2, 7, 6)], 1):
        graph.add(each, partial(Seen, f"a.py:{line}"))
    assert graph.orders == {order(0, 6, 5): Seen("a.py:1"), order(1, 5, 6): Seen("a.py:2")}
