"""A file with a class and a program of its own is checked both ways."""

from __future__ import annotations

from typing import Any

import pytest

from harness.both_ways import check_both_ways, put_together
from harness.model.finding import Finding
from harness.model.result import Bounds, Result, ScenarioSize


def result(mode: str, verdict: Any, *kinds: str, **fields: Any) -> Result:
    return Result(
        target="a.py", mode=mode, scenario=ScenarioSize(), engine="explore", strategy="auto", seed=0, python="3.12.1", verdict=verdict,
        bounds=Bounds(None, 10, None), findings=tuple(Finding(kind=kind, severity="error", mode=mode, message="") for kind in kinds), **fields,
    )  # fmt: skip


@pytest.mark.parametrize(("executions", "shares"), [(5000, [2500, 2500]), (5, [3, 2]), (1, [1])])
def test_each_way_has_half_of_the_executions_and_of_the_seconds(executions: int, shares: list[int]) -> None:
    asked: list[tuple[str | None, int, float | None]] = []

    def check(mode: str | None, share: int, seconds: float | None) -> Result:
        asked.append((mode, share, seconds))
        return result(str(mode), "survived", executions=share)

    both = check_both_ways(check, ("class", "program"), executions, 3.0)
    assert [share for _, share, _ in asked] == shares
    assert {seconds for _, _, seconds in asked} == {1.5}
    assert (both.executions, both.bounds.executions, both.bounds.time_s) == (executions, executions, 3.0)
    assert both.limits[0].startswith("both ways share the budget, half each")


@pytest.mark.parametrize(
    ("verdict", "fail_fast", "checked"),
    [("failed", True, ["class"]), ("failed", False, ["class", "program"]), ("survived", True, ["class", "program"])],
)
def test_a_failure_one_way_spares_the_other_where_that_is_wanted(verdict: Any, fail_fast: bool, checked: list[str]) -> None:
    asked: list[str | None] = []

    def check(mode: str | None, share: int, seconds: float | None) -> Result:
        asked.append(mode)
        return result(str(mode), verdict, executions=share, complete=True)

    both = check_both_ways(check, ("class", "program"), 10, None, fail_fast)
    assert (asked, both.verdict, both.complete) == (checked, verdict, len(checked) == 2)
    assert ("program mode was not checked, for class mode had failed" in both.limits) == (len(checked) == 1)


@pytest.mark.parametrize(
    ("one", "other", "worse"),
    [
        ("survived", "failed", "failed"), ("failed", "survived", "failed"), ("failed", "error", "failed"), ("survived", "error", "error"),
        ("verified", "survived", "survived"), ("verified", "verified", "verified"),
    ],
)  # fmt: skip
def test_the_worse_verdict_stands(one: Any, other: Any, worse: str) -> None:
    both = put_together([result("class", one, error="a.py: x"), result("program", other, error="a.py, line 3: y")], 10, None)
    assert (both.mode, both.verdict) == ("class+program", worse)
    assert (both.error is None) == (worse != "error")


def test_why_one_way_could_not_be_judged_is_said_among_the_limits() -> None:
    both = put_together([result("class", "failed", "loss"), result("program", "error", error="a.py, line 3: No module named 'x'")], 10, None)
    assert "program mode could not be judged: line 3: No module named 'x'" in both.limits


def test_findings_of_both_stand_in_the_order_of_causes_those_of_the_class_first() -> None:
    both = put_together([result("class", "failed", "loss", "deadlock"), result("program", "failed", "crash", "loss")], 10, None)
    assert [(finding.kind, finding.mode) for finding in both.findings] == [
        ("crash", "program"), ("loss", "class"), ("loss", "program"), ("deadlock", "class"),
    ]  # fmt: skip


def test_a_limit_of_one_way_is_told_as_such() -> None:
    both = put_together([result("class", "survived", limits=("common", "a")), result("program", "survived", limits=("common", "b"))], 10, None)
    assert both.limits[1:] == ("common", "class mode: a", "program mode: b")


def test_classes_are_counted_only_where_both_were_exhausted() -> None:
    assert put_together([result("class", "verified", classes=3), result("program", "verified", classes=4)], 10, None).classes == 7
    assert put_together([result("class", "verified", classes=3), result("program", "survived")], 10, None).classes is None
