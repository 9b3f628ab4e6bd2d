"""How the search went, drawn from the result alone: turns, curves, what failed, and what may be left."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from harness.model.finding import Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.model.turn import Turn
from harness.model.unseen import unseen_after
from harness.report.page import page
from harness.report.page.search import LEFT, RIGHT, SearchPicture, search_pictures, why_none
from tests.report.page.test_page import HOSTILE, text_of

ResultOf = Callable[..., Result]
SAMPLE = unseen_after([1] * 400 + [2] * 50)
LONG = (
    Turn(mode="class", strategy="dpor", until=512, seen=((0, 0), (512, 512))),
    Turn(mode="class", strategy="portfolio", until=1088),
    Turn(mode="class", strategy="dpor", until=2576, seen=((1088, 512), (2576, 2000))),
    Turn(mode="class", strategy="sample", until=3076, seen=((2576, 0), (2676, 98), (3076, 450)), unseen=SAMPLE),
    Turn(mode="class", strategy="portfolio", until=5000),
)
WHOLE = (
    Turn(mode="class", strategy="dpor", until=24, seen=((0, 0), (24, 24)), is_complete=True),
    Turn(mode="class", strategy="portfolio", until=124),
)


def drawn(result: Result, *failing: tuple[str, int, str]) -> SearchPicture:
    (picture,) = search_pictures(result, failing)
    return picture


def points_of(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) ([\d.]+)", path)]


def test_turns_stand_side_by_side_over_all_executions_with_as_much_of_their_names_as_fits(result_of: ResultOf) -> None:
    picture = drawn(result_of("survived", executions=5000, turns=LONG))
    assert [part.label for part in picture.parts] == ["1", "2", "3. exhaustive", "4", "5. other strategies"]
    assert picture.parts[0].x == LEFT
    for one, two in pairwise(picture.parts):
        assert one.x + one.width == pytest.approx(two.x, abs=0.11)
    assert picture.parts[-1].x + picture.parts[-1].width == pytest.approx(RIGHT, abs=0.11)
    assert picture.parts[2].words == "exhaustive search, executions 1,089 to 2,576: 2,000 classes seen"
    assert picture.parts[3].words == "random sample, executions 2,577 to 3,076: 450 classes in 500 random walks"


def test_the_curve_of_the_search_rests_where_others_have_their_turns(result_of: ResultOf) -> None:
    picture = drawn(result_of("survived", executions=5000, turns=LONG))
    first, second = [points_of(part) for part in re.findall("M[^M]*", picture.search)]
    assert first[-1][1] == second[0][1]
    assert points_of(picture.rests) == [first[-1], second[0]]
    assert second[-1][1] < first[-1][1] < first[0][1], "upward"
    assert picture.end == ()


def test_the_band_begins_where_the_sample_ends_and_rises_as_new_walks_may_be_new(result_of: ResultOf) -> None:
    picture = drawn(result_of("survived", executions=5000, turns=LONG))
    start, upper, lower = points_of(picture.band)
    assert start == points_of(picture.sample)[-1]
    assert start[1] == lower[1] > points_of(picture.mean)[-1][1] > upper[1]
    assert upper[0] - start[0] == pytest.approx((RIGHT - LEFT) * 500 / 5000, abs=0.11)
    rise, walk = lower[1] - upper[1], points_of(picture.sample)[0][1] - start[1]
    assert rise / walk == pytest.approx(500 * SAMPLE.at_most / 450, rel=0.02)
    assert "500 random executions 450 classes came, 400 only once" in picture.estimate
    assert f"There are {SAMPLE.classes_at_least:,} classes or more (Chao)." in picture.estimate


def test_without_room_beyond_the_sample_there_is_no_band_but_its_words(result_of: ResultOf) -> None:
    picture = drawn(result_of("survived", executions=3076, turns=LONG[:4]))
    assert (picture.band, picture.mean) == ("", "")
    assert "Good and Turing" in picture.estimate


def test_a_search_that_saw_everything_has_an_end_and_nothing_is_left(result_of: ResultOf) -> None:
    picture = drawn(result_of("verified", executions=124, turns=WHOLE))
    end = points_of(picture.search)[-1]
    assert picture.end == end
    assert points_of(picture.rests) == [end, (RIGHT, end[1])]
    assert [label.text for label in picture.labels] == ["all 24 classes"]
    assert picture.estimate.startswith("Nothing: the curve ends at execution 24, where every class had been seen. The 100 executions after that")


def test_a_single_turn_is_drawn_only_where_it_came_to_an_end_or_was_long(result_of: ResultOf) -> None:
    whole = drawn(result_of("verified", executions=24, turns=WHOLE[:1]))
    assert whole.end == points_of(whole.search)[-1]
    assert whole.estimate == "Nothing: the curve ends at execution 24, where every class had been seen."
    result = result_of("failed", executions=24, turns=(Turn(mode="class", strategy="dpor", until=24, seen=((0, 0), (24, 24))),))
    assert search_pictures(result, ()) == ()
    assert why_none(result) == "the exhaustive search had seen 24 classes when it ended, which is too little to draw"
    turn = Turn(mode="class", strategy="dpor", until=300, seen=((0, 0), (300, 299)))
    long = drawn(result_of("failed", executions=300, turns=(turn,)), ("class", 300, "loss"))
    assert (long.end, [mark.text for mark in long.found]) == ((), ["loss"])
    assert long.estimate == "Not estimated: no sample of random walks was drawn."


def test_a_search_that_failed_at_once_is_told_in_words_only(overwrite: Trace, finding_of: Callable[..., Finding], result_of: ResultOf) -> None:
    turns = (Turn(mode="class", strategy="dpor", until=2, seen=((0, 0), (2, 2))),)
    html = page(result_of("failed", finding_of("loss", "lost", overwrite), turns=turns))
    assert 'class="search"' not in html
    assert "the exhaustive search had seen 2 classes when it ended, which is too little to draw" in text_of(html)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"engine": "stress"}, "executions on real threads are not told apart into classes"),
        ({"strategy": "random", "turns": (Turn(mode="class", strategy="random", until=5000),)}, "strategy random does not tell classes of executions apart"),
    ],
)
def test_why_there_is_no_picture_is_said(more: dict[str, Any], said: str, result_of: ResultOf) -> None:
    result = result_of("survived", executions=5000, **more)
    assert search_pictures(result, ()) == ()
    assert said in text_of(page(result))


@pytest.mark.parametrize("more", [{}, {"verdict": "error", "turns": LONG, "executions": 5000}])
def test_of_an_old_result_or_an_error_nothing_is_said(more: dict[str, Any], result_of: ResultOf) -> None:
    result = result_of(**more)
    assert search_pictures(result, ()) == ()
    assert why_none(result) == ""


def test_failing_executions_are_marked_and_near_ones_share_a_mark(result_of: ResultOf) -> None:
    picture = drawn(result_of("failed", executions=5000, turns=LONG), ("class", 2, "2"), ("class", 5, "1"), ("class", 4000, "3"), ("program", 900, "4"))
    assert [(mark.text, mark.anchor) for mark in picture.found] == [("1, 2", "start"), ("3", "end")]
    assert picture.found[1].x == pytest.approx(LEFT + (RIGHT - LEFT) * 0.8, abs=0.11)
    assert picture.words.endswith("Failing: 2, execution 2. Failing: 1, execution 5. Failing: 3, execution 4,000.")


def test_no_mark_stands_in_the_label_of_another(result_of: ResultOf) -> None:
    failing = [("class", number, str(text)) for text, number in enumerate((3, 60, 200, 330, 2400, 2600, 4700, 4800, 4990), 1)]
    found = drawn(result_of("failed", executions=5000, turns=LONG), *failing).found
    assert sorted(", ".join(mark.text for mark in found).split(", ")) == [str(number) for number in range(1, 10)]
    for one, two in pairwise(found):
        left = one.x + (7 + 6.2 * len(one.text) if one.anchor == "start" else 4)
        right = two.x - (7 + 6.2 * len(two.text) if two.anchor == "end" else 4)
        assert left <= right, (one, two)


def test_each_mode_has_a_picture_of_its_own(result_of: ResultOf) -> None:
    program = tuple(Turn(mode="program", strategy=turn.strategy, until=turn.until, seen=turn.seen, unseen=turn.unseen) for turn in LONG)
    result = result_of("survived", mode="class+program", executions=5124, turns=(*WHOLE, *program))
    pictures = search_pictures(result, ())
    assert [(picture.mode, bool(picture.end), bool(picture.band)) for picture in pictures] == [("class", True, False), ("program", False, True)]
    text = text_of(page(result))
    assert "In class mode" in text
    assert "In program mode" in text


def test_a_bounded_search_is_drawn_by_its_bounds(result_of: ResultOf) -> None:
    turns = tuple(Turn(mode="class", strategy="bounded", until=until, bound=bound) for bound, until in ((0, 80), (1, 3000), (2, 5000)))
    picture = drawn(result_of("survived", strategy="bounded", executions=5000, turns=turns))
    assert [part.words for part in picture.parts] == [
        "schedules with no preemption, executions 1 to 80",
        "schedules with 1 preemption, executions 81 to 3,000",
        "schedules with 2 preemptions, executions 3,001 to 5,000",
    ]
    assert (picture.search, picture.upward, picture.estimate) == ("", (), "")


def test_a_curve_that_began_anew_says_so(result_of: ResultOf) -> None:
    turns = (Turn(mode="class", strategy="dpor", until=40, seen=((0, 0), (5, 0), (40, 35)), is_complete=True),)
    picture = drawn(result_of("verified", executions=40, turns=turns))
    assert picture.parts[0].words.endswith("35 classes seen, counted anew after a place turned out to be written, and none is left")


def test_one_execution_is_told_as_one(result_of: ResultOf) -> None:
    turns = (Turn(mode="class", strategy="dpor", until=1, seen=((0, 0), (1, 1)), is_complete=True), Turn(mode="class", strategy="portfolio", until=101))
    picture = drawn(result_of("verified", executions=101, turns=turns))
    assert picture.parts[0].words == "exhaustive search, execution 1: 1 class seen, and none is left"
    assert picture.labels[0].text == "the only class"


@pytest.mark.parametrize("executions", [10, 24, 100, 999, 5000, 29_160, 123_456])
def test_the_numbers_under_the_axis_are_round_and_do_not_touch(executions: int, result_of: ResultOf) -> None:
    turns = (Turn(mode="class", strategy="dpor", until=executions, seen=((0, 0), (executions, executions)), is_complete=True),)
    across = drawn(result_of("verified", executions=executions, turns=turns)).across
    assert (across[0].text, across[-1].text) == ("0", f"{executions:,} executions")
    assert 2 <= len(across) <= 6
    assert [label.x for label in across] == sorted(label.x for label in across)


def test_the_picture_speaks_to_who_cannot_see_it_and_holds_whatever_the_result_holds_as_text(result_of: ResultOf) -> None:
    turns = tuple(Turn(mode=HOSTILE, strategy=turn.strategy, until=turn.until, seen=turn.seen, unseen=turn.unseen) for turn in LONG)
    other = (Turn(mode="b", strategy=HOSTILE, until=5, seen=((0, 0), (5, 5))), Turn(mode="b", strategy=HOSTILE, until=50))
    html = page(result_of("survived", executions=5000, turns=(*turns, *other)))
    assert len(re.findall(r"<script", html)) == 2
    assert "<img" not in html
    assert 'role="img" aria-label="Classes of equivalent executions that had been seen, over 5,000 executions, from left to right: 1. exhaustive search' in html
