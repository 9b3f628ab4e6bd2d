"""All oracles together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.model.execution import Crash, Execution
from harness.model.finding import RANK
from harness.model.trace import ThreadEnd
from harness.oracles import is_clean, judge

Read = Callable[..., Execution]
Draw = Callable[..., Iterator[Execution]]


def is_clean_execution(execution: Execution) -> bool:
    n_messages = len({value for _, worker, value in execution.log if execution.workers[worker].startswith("producer")})
    return is_clean(execution.log, n_messages, execution.capacity, execution.order)


def test_the_root_cause_comes_first(read: Read) -> None:
    """An exception out of a put, a lost message, messages in the wrong order, and then everybody waits."""
    execution = read(
        "p1+101 p1. p1+102 p1. p1+103 p1. c1? c1=103 c1? c1=102 c1? c1=103 c1? c1=7 c1?",
        capacity=2,
        ending="deadlock",
        threads=[ThreadEnd("consumer-1", "worker", "blocked", waits_for="a message")],
        crashes=[Crash("producer-1", "put", "RuntimeError: release unlocked lock", "a.py", 3)],
    )
    assert [finding.kind for finding in judge(execution)] == ["crash", "loss", "duplication", "corruption", "reorder", "deadlock", "capacity"]


def test_findings_always_stand_in_the_order_of_the_table(draw: Draw) -> None:
    stuck = [ThreadEnd("consumer-1", "worker", "blocked")]
    for execution in draw(6, 300, faults=0.3):
        ranks = [RANK[finding.kind] for finding in judge(replace(execution, ending="deadlock", threads=stuck))]
        assert ranks == sorted(ranks)


def test_a_good_execution_has_no_findings(read: Read) -> None:
    execution = read("p1+101 p1. c1? c1=101 p1+102 p1. c1? c1=102", capacity=1)
    assert judge(execution) == []
    assert is_clean_execution(execution)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("p1+101 p1. c1?", id="a get is still open"),
        pytest.param("p1+101 p1. c1? c1!", id="a get raised"),
        pytest.param("p1+101 p1! c1? c1=101", id="a put raised"),
        pytest.param("p1+101 p1. p1+102 p1. c1? c1=101 c1? c1=101", id="a message came twice"),
        pytest.param("p1+101 p1. p1+102 p1. c1? c1=101 c1? c1=7", id="a get returned what was not put"),
        pytest.param("c1? c1=101 p1+101 p1.", id="a get came before the put"),
        pytest.param("p1+101 p1. p1+102 p1. c1? c1=102 c1? c1=101", id="a message overtook another"),
        pytest.param("p1+101 p1. p1+102 p1. p1+103 p1. c1? c1=101 c1? c1=102 c1? c1=103", id="there were too many"),
        pytest.param("p1+101 p1. p1+101 p1. c1? c1=101 c1? c1=101", id="a message was put twice"),
        pytest.param("p1+1 p1. c1? c1=True", id="a value of another type"),
        pytest.param("p1+101 p1. c1? c1=list", id="a value that cannot be hashed"),
    ],
)
def test_what_may_be_wrong_is_not_called_clean(read: Read, script: str) -> None:
    values: dict[str, Any] = {"True": True, "list": [101]}
    execution = read(script, values=values, capacity=2)
    assert not is_clean(execution.log, script.count("+"), execution.capacity, execution.order)


def test_order_and_capacity_are_checked_only_where_asked_for(read: Read) -> None:
    execution = read("p1+101 p1. p1+102 p1. c1? c1=102 c1? c1=101")
    assert is_clean(execution.log, 2, None, "any")
    assert is_clean(execution.log, 2, 0, "any")
    assert not is_clean(execution.log, 2, 1, "any")
    assert not is_clean(execution.log, 2, None, "linear")


def test_a_get_that_raised_makes_no_room_for_the_quick_check(read: Read) -> None:
    execution = read("c1? c1! p1+101 p1. p1+102 p1. c1? c1=101 c1? c1=102", capacity=1)
    assert [finding.kind for finding in judge(execution)] == ["capacity"]
    assert not is_clean_execution(execution)


def test_what_is_clean_has_no_findings_by_the_oracles(draw: Draw) -> None:
    """The quick check against the oracles, over complete histories with faults and without; seeded, so never by luck."""
    n_clean = n_not_clean = 0
    for faults in (0.0, 0.03, 0.3):
        for execution in draw(7, 1500, is_complete=True, faults=faults):
            if is_clean_execution(execution):
                assert judge(execution) == [], execution.log
                n_clean += 1
            else:
                n_not_clean += 1
    assert min(n_clean, n_not_clean) > 500


def test_the_quick_check_misses_nothing_that_a_queue_does(draw: Draw) -> None:
    """Where order is judged linearly or not at all the quick check of a finished execution is exact: no time is lost on good ones."""
    n_clean = 0
    for execution in draw(8, 1500, is_complete=True):
        if execution.order != "producer":
            assert is_clean_execution(execution) == (judge(execution) == []), execution.log
            n_clean += is_clean_execution(execution)
    assert n_clean > 200
