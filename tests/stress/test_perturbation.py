"""What is done to an execution is a function of seed and number, and over many executions everything is done."""

from __future__ import annotations

from random import Random

import pytest

from harness.stress.perturbation import NEVER, SHAPES, SWITCH_INTERVALS_S, perturbation

MANY = [perturbation(7, number) for number in range(1, 501)]
"""Each of the rarest events has a chance of 1/6 and more: that one of them is missing in 500 happens once in 10^39."""


def test_the_same_seed_and_number_give_the_same() -> None:
    assert [perturbation(7, number) for number in range(1, 501)] == MANY


def test_another_seed_gives_another_series() -> None:
    assert [perturbation(8, number) for number in range(1, 501)] != MANY


def test_every_kind_of_disturbance_comes_up() -> None:
    assert {how.shape for how in MANY} == {shape for shape, _ in SHAPES}
    assert {how.switch_interval_s for how in MANY} == set(SWITCH_INTERVALS_S)
    assert {how.starved for how in MANY} >= {None, 1, 2}
    for claim in ("is_biased", "is_gated", "is_pinned"):
        assert {getattr(how, claim) for how in MANY} == {True, False}


@pytest.mark.parametrize("shape", [shape for shape, _ in SHAPES])
def test_delays_keep_within_what_the_words_say(shape: str) -> None:
    how = next(how for how in MANY if how.shape == shape)
    chance = Random(1)
    delays = [how.delay_s(chance) for _ in range(2000)]
    bounds = {"none": (0, 0), "yield": (0, 0), "uniform": (1e-6, 200e-6), "exponential": (0, 2e-3), "rare": (0, 3e-3)}
    lowest, highest = bounds[shape]
    assert all(lowest <= delay <= highest for delay in delays)
    if highest:
        assert len(set(delays)) > 1


def test_delays_are_as_frequent_as_the_words_say() -> None:
    how = next(how for how in MANY if how.shape == "uniform" and how.one_in == 8)
    chance = Random(1)
    gaps = [how.points_between(chance) for _ in range(2000)]
    assert min(gaps) == 1
    assert 7 < sum(gaps) / len(gaps) < 10  # 8.5 expected, with a standard error of 0.2


def test_no_delays_are_due_where_there_are_none() -> None:
    assert next(how for how in MANY if how.shape == "none").points_between(Random(1)) == NEVER


def test_the_words_name_what_is_done() -> None:
    how = next(how for how in MANY if how.starved is not None and how.is_biased and how.is_gated and how.is_pinned)
    for part in (f"thread {how.starved} standing still", "touched the same place", "begun together", "one processor", "switch interval"):
        assert part in str(how)
