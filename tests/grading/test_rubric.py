"""Rubrics: what they say, and what is said of one that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.errors import HarnessError
from harness.grading.checking import Outcome
from harness.grading.grade import graded
from harness.grading.read_rubric import default_rubric, read_rubric
from harness.grading.rubric import Late, Rubric


def test_the_default_asks_for_one_producer_and_one_consumer_and_more_threads_are_extra() -> None:
    rubric = default_rubric()
    core, extra = rubric.checks
    assert (core.producers, core.consumers, core.extra, core.points) == (1, 1, False, 100)
    assert (extra.producers, extra.consumers, extra.extra) == (2, 2, True)
    assert rubric.max_score == 100


def test_an_empty_rubric_is_the_default_but_for_its_title() -> None:
    empty = read_rubric("", "r")
    assert empty.checks == default_rubric().checks
    assert isinstance(empty, Rubric)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", "r, line 1: Invalid"),
        ("\ntitel = 'x'", "r, line 2: there is no 'titel' here"),
        ("[[check]]\nproducers = 0", "r, line 2: producers is a whole number from 1 to 64"),
        ("[[check]]\nproducers = true", "r, line 2: producers is a whole number"),
        ("[[check]]\nname='a'\n[check.points]\nloss = 1\n[[check]]\nname='b'\n[check.points]\n'los' = 1", "r, line 8: there is no kind 'los'"),
        ("[[check]]\nname='a'\n[check.points]\nloss = 1\n[[check]]\nname='a'", "r, line 6: two checks are called 'a'"),
        ("[[check]]\nas = 'function'\n[check.points]\nloss=1", "r, line 1: as = "),
        ("[[check]]\nstrategy = 'luck'", "r, line 2: strategy is one of auto"),
        ("[[check]]\nname = 'a'", "r: no check gives any points"),
        ("[check]\nname = 'a'", "r, line 1: a check begins with"),
        ("[limits]\nmemory_mb = 1", "r, line 2: memory_mb"),
        ("[late]\ndue = 'soon'", "r, line 2: due is a date and time"),
        ("limits = 3", "r, line 1: limits is a table"),
    ],
)
def test_a_mistake_is_said_in_one_line_that_names_the_line(text: str, said: str) -> None:
    with pytest.raises(HarnessError) as caught:
        read_rubric(text, "r")
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_change_of_anything_changes_the_digest() -> None:
    assert read_rubric("seed = 1", "r").digest != read_rubric("seed = 2", "r").digest


@pytest.mark.parametrize(("hours", "percent"), [(-1, 0), (0, 0), (1, 10), (24, 10), (25, 20), (24 * 9, 30)])
def test_every_day_begun_costs_up_to_the_most(hours: int, percent: float) -> None:
    due = datetime(2026, 1, 1, tzinfo=UTC)
    assert Late(due, 10, 30).percent(due + timedelta(hours=hours), False) == percent


def test_what_is_called_late_counts_as_one_day() -> None:
    assert Late(datetime(2026, 1, 1, tzinfo=UTC), 10, 30).percent(None, True) == 10


def test_points_are_given_for_kinds_that_were_not_seen() -> None:
    check = graded(default_rubric().checks[0], Outcome("failed", kinds={"loss": 3}, executions=9, completed=9, is_ended=True))
    assert [(line.given, line.points) for line in check.points] == [(0, 30), (25, 25), (35, 35), (10, 10)]
    assert check.points[0].because == "loss in 3 of 9 executions"


def test_no_point_is_given_where_nothing_got_through() -> None:
    check = graded(default_rubric().checks[0], Outcome("failed", kinds={"deadlock": 9}, executions=9, completed=0, is_ended=True))
    assert check.score == 0
    assert "in no execution did everything get through" in check.points[0].because


def test_no_point_is_given_where_the_check_has_no_proper_end() -> None:
    check = graded(default_rubric().checks[0], Outcome("failed", reason="it was killed", executions=9, completed=9))
    assert check.score == 0
