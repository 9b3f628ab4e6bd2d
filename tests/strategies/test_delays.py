"""Delay bounding: what a departure may lead to."""

from __future__ import annotations

from random import Random

from harness.strategies.delays import Delays
from tests.strategies.conftest import HandChoice, HandOption, make_choice


def _firsts(choice: HandChoice, executions: int) -> list[int]:
    """The way taken at the first of the three choices of each execution."""
    delays = Delays(Random(0))
    ways = []
    for _ in range(executions):
        assert delays.begin()
        ways.append(delays.choose(choice))
        delays.choose(choice)
        delays.choose(choice)
        delays.end(3)
    return ways


def test_the_first_execution_is_the_default() -> None:
    assert _firsts(make_choice(0, 1, 2), 1) == [0]


def test_single_departures_go_to_every_way_at_every_place_in_turn() -> None:
    delays = Delays(Random(0))
    singles = []
    for number in range(14):
        delays.begin()
        ways = [delays.choose(make_choice(0, 1, 2)) for _ in range(3)]
        delays.end(3)
        if number % 2 == 0 and number:
            singles.append(ways)
    assert singles == [[1, 0, 0], [2, 0, 0], [0, 1, 0], [0, 2, 0], [0, 0, 1], [0, 0, 2]]


def test_of_threads_of_one_kind_only_the_first_is_led_to_by_a_single_departure() -> None:
    writers = [HandOption(index, kin="writer") for index in range(19)]
    choice = HandChoice([*writers, HandOption(19, kin="reader")])
    assert _firsts(choice, 5)[2::2] == [1, 19]


def test_beyond_the_kinds_that_there_are_a_departure_goes_to_the_clock() -> None:
    writers = [HandOption(index, kin="writer") for index in range(5)]
    choice = HandChoice(writers, has_clock=True)
    assert _firsts(choice, 5)[2::2] == [1, 5]


def test_a_choice_of_two_ways_is_not_walked_twice() -> None:
    assert _firsts(make_choice(0, 1), 7)[2::2] == [1, 0, 0]
