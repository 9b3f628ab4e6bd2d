"""Following a schedule, strictly and not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from harness.errors import ReplayError
from harness.model.schedule import CLOCK, Departure
from harness.strategies.follow import Follow

LINES = {1: 10, 2: 20, 3: 30}


def line_of(thread: Any) -> int:
    return LINES.get(thread.points, 0)


@pytest.fixture
def at(option: Any, hand_choice: Any) -> Callable[..., Any]:
    """The choice at the n-th point of a thread, which goes on by default; the others could run instead."""

    def make(path: str, point: int, others: Sequence[str] = ("m.1",), has_clock: bool = False) -> Any:
        threads = [option(index, path=name, points=point) for index, name in enumerate([path, *others])]
        return hand_choice(threads, thread=threads[0], has_clock=has_clock)

    return make


def test_everywhere_else_the_default_is_taken(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 2, "m.2")])
    ways = [follow.choose(at(path, point, ["m.1", "m.2"])) for path, point in [("m.0", 1), ("m.1", 2), ("m.0", 2), ("m.0", 3)]]
    follow.end(4)
    assert ways == follow.ways == [0, 0, 2, 0]
    follow.check_all_used()
    assert not follow.needs_pending


def test_departures_are_played_in_order(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 2, "m.1"), Departure("m.1", 1, "m.0")])
    assert [follow.choose(at(path, point, others)) for path, point, others in [("m.1", 1, ["m.0"]), ("m.0", 2, ["m.1"]), ("m.1", 1, ["m.0"])]] == [0, 1, 1]


def test_the_clock_is_the_last_way(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, CLOCK)])
    assert follow.choose(at("m.0", 1, has_clock=True)) == 2


def test_what_does_not_fit_is_dropped_where_nobody_is_strict(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, "m.9"), Departure("m.0", 2, CLOCK), Departure("m.0", 3, "m.1"), Departure("m.0", 5, "m.1")])
    assert [follow.choose(at("m.0", point)) for point in (1, 2, 4, 5)] == [0, 0, 0, 1]


def test_it_begins_again_from_the_start(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, "m.1")])
    for _ in range(2):
        assert follow.begin()
        assert follow.choose(at("m.0", 1)) == 1
        assert follow.ways == [1]


def test_a_strict_replay_notes_the_lines_that_it_met(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, "m.1", 10), Departure("m.0", 2, "m.1")], line_of)
    assert [follow.choose(at("m.0", point)) for point in (1, 2)] == [1, 1]
    assert follow.lines == [10, 20]


def test_a_strict_replay_names_the_line_that_changed(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, "m.1", 11)], line_of, {"m.0": "producer-1", "m.1": "consumer-1"}.__getitem__)
    with pytest.raises(ReplayError) as caught:
        follow.choose(at("m.0", 1))
    assert caught.value.recorded == "at point 1 of producer-1 (line 11) consumer-1 is chosen"
    assert caught.value.replayed == "that point is (line 10)"


def test_a_strict_replay_says_when_the_point_has_left_the_target(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 9, "m.1", 11)], line_of)
    with pytest.raises(ReplayError) as caught:
        follow.choose(at("m.0", 9))
    assert caught.value.replayed == "that point is outside the target"


def test_a_strict_replay_names_the_threads_that_could_run(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, "m.9", 10)], line_of)
    with pytest.raises(ReplayError) as caught:
        follow.choose(at("m.0", 1, ["m.1", "m.2"]))
    assert caught.value.replayed == "there only these could run: m.0, m.1, m.2"


def test_a_strict_replay_misses_a_clock_that_has_nothing_to_do(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 1, CLOCK)], line_of)
    with pytest.raises(ReplayError) as caught:
        follow.choose(at("m.0", 1))
    assert caught.value.recorded == "at point 1 of m.0 time jumps to the next deadline"


def test_a_strict_replay_notices_a_point_that_is_no_choice_any_more(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 2, "m.1")], line_of)
    with pytest.raises(ReplayError) as caught:
        follow.choose(at("m.0", 3))
    assert caught.value.replayed == "m.0 has no choice at that point, the next is its point 3 (line 30)"


def test_a_strict_replay_notices_an_execution_that_ends_too_early(at: Callable[..., Any]) -> None:
    follow = Follow([Departure("m.0", 2, "m.1")], line_of)
    follow.choose(at("m.0", 1))
    with pytest.raises(ReplayError) as caught:
        follow.check_all_used()
    assert caught.value.replayed == "the execution ends before m.0 comes to that point"
