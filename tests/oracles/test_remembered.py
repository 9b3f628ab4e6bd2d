"""What is remembered of verdicts changes none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.model.execution import Execution
from harness.model.finding import Finding
from harness.model.trace import ThreadEnd
from harness.oracles import Remembered, judge, remembered
from tests.oracles.conftest import draw_histories, read_execution

LOST = "p1+101 p1. p1+102 p1. c1? c1=102"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Execution]:
    """The executions that were judged in full."""
    seen: list[Execution] = []

    def written_down(execution: Execution) -> list[Finding]:
        seen.append(execution)
        return judge(execution)

    monkeypatch.setattr(remembered, "judge", written_down)
    return seen


def test_random_executions_are_judged_as_without_it(judged: list[Execution]) -> None:
    memories: defaultdict[tuple[str, ...], Remembered] = defaultdict(Remembered)
    number = 0
    for faults in (0.0, 0.3):
        for drawn in draw_histories(7, 400, faults=faults, values=[101, 102, 103, 104]):
            execution = replace(drawn, capacity=1, order="producer")
            number += 1
            assert memories[tuple(execution.workers)].judge(execution) == judge(execution)
    assert len(judged) < number  # some came again


def test_what_came_before_is_not_judged_again(judged: list[Execution]) -> None:
    memory = Remembered()
    first = memory.judge(read_execution(LOST))
    assert [finding.kind for finding in first] == ["loss"]
    assert memory.judge(read_execution(LOST)) == first
    assert len(judged) == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda: read_execution(LOST, kept=frozenset({101})),
        lambda: read_execution(LOST, threads=[ThreadEnd("consumer-1", "worker", "ended")]),
        lambda: read_execution("p1+101 p1. p1+102 p1. c1? c1=x", values={"x": 102.0}),
        lambda: read_execution("p1+101 p1. p1+102 p1. c1? c1=x", values={"x": [102]}),
        lambda: read_execution("p1+101 p1. p1+102 p1. c1?", ending="deadlock"),
        lambda: read_execution("p1+101 p1. c1? c1=101 p1+102 p1."),
    ],
    ids=["kept", "threads", "equal and of another type", "without a hash", "another ending", "another order"],
)
def test_what_differs_in_anything_is_judged_anew(judged: list[Execution], other: Callable[[], Execution]) -> None:
    memory = Remembered()
    memory.judge(read_execution(LOST))
    assert memory.judge(other()) == judge(other())
    assert len(judged) == 2


def test_not_more_is_remembered_than_pays(judged: list[Execution], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    memory = Remembered()
    for value in (101, 102, 103, 103, 101):
        memory.judge(read_execution(f"p1+{value} p1."))
    assert len(judged) == 4
