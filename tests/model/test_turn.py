"""A curve is told by the points at which it bends, and by few of them."""

from __future__ import annotations

from harness.model.turn import MOST_SEEN, bends_of


def test_a_straight_line_is_its_two_ends() -> None:
    assert bends_of([(0, 0), (64, 64), (128, 128), (300, 300)]) == ((0, 0), (300, 300))


def test_what_bends_is_kept() -> None:
    assert bends_of([(0, 0), (10, 10), (20, 10), (30, 10), (31, 11)]) == ((0, 0), (10, 10), (30, 10), (31, 11))


def test_a_point_told_twice_is_told_once() -> None:
    assert bends_of([(0, 0), (0, 0), (5, 5)]) == ((0, 0), (5, 5))


def test_of_many_bends_few_are_kept_the_ends_among_them() -> None:
    curve = [(n, n * n) for n in range(1000)]
    kept = bends_of(curve)
    assert (len(kept), kept[0], kept[-1]) == (MOST_SEEN, curve[0], curve[-1])
    assert set(kept) <= set(curve)
    assert list(kept) == sorted(kept)


def test_nothing_is_no_curve() -> None:
    assert bends_of([]) == ()
