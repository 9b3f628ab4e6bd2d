"""A random sample of classes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from harness.strategies.sample import Sample

Play = Callable[..., list[str]]


def test_classes_are_counted_not_schedules(play: Play) -> None:
    """Two threads that read and then write one place have four schedules that differ in what was read or written last, of six."""
    sample = Sample(Random(0))
    orders = set()
    for _ in range(200):
        assert sample.begin()
        orders.add(tuple(play(sample, [["read x a", "write x a"], ["read x b", "write x b"]])))
    unseen = sample.unseen
    assert unseen is not None
    assert (len(orders), unseen.classes, unseen.executions) == (6, 4, 200)


def test_where_a_place_turns_out_to_be_written_the_count_begins_anew(play: Play) -> None:
    sample = Sample(Random(0))
    assert sample.unseen is None
    sample.begin()
    play(sample, [["write x"]])
    assert sample.unseen is not None
    assert sample.log is not None
    sample.begin()
    sample.log.is_new_group = True
    play(sample, [["write x"]])
    assert sample.unseen is None
    assert not sample.log.is_new_group
