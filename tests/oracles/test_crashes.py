"""Crash and assertion."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.execution import Crash, Execution
from harness.oracles.crashes import judge, tell_deaths


def test_an_exception_that_leaves_a_get_is_a_crash() -> None:
    crash = Crash("consumer-1", "get", "IndexError: pop from empty list", "lib/ring.py", 23)
    [finding] = judge(Execution("class", crashes=[crash]))
    assert (finding.kind, finding.severity, finding.mode, finding.threads) == ("crash", "error", "class", ("consumer-1",))
    assert finding.message == "an exception left consumer-1's get: IndexError: pop from empty list at ring.py:23"


@pytest.mark.parametrize(
    ("where", "future", "sentence"),
    [
        ("put", "", "an exception left worker's put: KeyError: 1"),
        ("thread", "", "an exception ended thread worker: KeyError: 1"),
        ("scenario", "", "an exception left the program's main thread: KeyError: 1"),
        ("future", "", "an exception of worker sits in a future that nobody read: KeyError: 1"),
        ("future", "submit(producer)", "an exception of worker sits in a future that nobody read (submit(producer)): KeyError: 1"),
    ],
)
def test_the_sentence_says_what_the_exception_left(where: Any, future: str, sentence: str) -> None:
    [finding] = judge(Execution("program", crashes=[Crash("worker", where, "KeyError: 1", "", 0, future=future)]))
    assert finding.message == sentence


def test_an_assertion_is_one_in_function_mode_only() -> None:
    crash = Crash("main", "scenario", "AssertionError: 1 != 2", "test_bank.py", 4, is_assertion=True)
    assert [judge(Execution(mode, crashes=[crash]))[0].kind for mode in ("function", "program")] == ["assertion", "crash"]
    left_a_put = Crash("producer-1", "put", "AssertionError", "ring.py", 4, is_assertion=True)
    assert judge(Execution("class", crashes=[left_a_put]))[0].kind == "crash"


@pytest.mark.parametrize("where", ["thread", "future"])
def test_a_thread_that_the_pipeline_started_dies_unnoticed_in_class_mode(where: Any) -> None:
    died = Crash("Thread-1", where, "KeyError: 1", "courier.py", 9)
    assert judge(Execution("class", crashes=[died])) == []
    assert len(tell_deaths(Execution("class", crashes=[died]))) == 1
    assert tell_deaths(Execution("program", crashes=[died])) == []


def test_an_exception_in_function_mode_that_is_no_assertion_is_a_crash() -> None:
    assert judge(Execution("function", crashes=[Crash("main", "scenario", "KeyError: 1", "", 0)]))[0].kind == "crash"


def test_the_same_exception_in_two_threads_is_told_once() -> None:
    crashes = [Crash(f"consumer-{n}", "get", "IndexError: x", "a.py", 3) for n in (1, 2, 3)]
    [finding] = judge(Execution("class", crashes=crashes))
    assert finding.threads == ("consumer-1", "consumer-2", "consumer-3")
    assert finding.message == "an exception left consumer-1's get: IndexError: x at a.py:3, and likewise in consumer-2 and consumer-3"


def test_different_exceptions_are_told_in_the_order_in_which_they_left() -> None:
    crashes = [Crash("producer-1", "put", "B: b", "a.py", 3), Crash("consumer-1", "get", "A: a", "a.py", 9)]
    assert [finding.threads for finding in judge(Execution("class", crashes=crashes))] == [("producer-1",), ("consumer-1",)]


def test_an_execution_without_exceptions_has_no_crash() -> None:
    assert judge(Execution("class")) == []


@pytest.mark.parametrize(("may_read", "found"), [(True, 0), (False, 1)])
def test_an_exception_in_a_future_that_could_still_be_read_at_the_step_limit_is_no_crash(may_read: bool, found: int) -> None:
    crash = Crash("worker", "future", "KeyError: 1", "", 0)
    assert len(judge(Execution("program", crashes=[crash], ending="step-limit", may_read_futures=may_read))) == found
