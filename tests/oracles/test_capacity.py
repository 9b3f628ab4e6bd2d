"""Capacity."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.model.execution import GET_BEGIN, GET_RAISE, PUT_RETURN, Execution
from harness.oracles.capacity import judge
from harness.oracles.history import read_history

Read = Callable[..., Execution]
Draw = Callable[..., Iterator[Execution]]


def test_as_many_messages_as_the_capacity_may_wait(read: Read) -> None:
    assert judge(read("p1+101 p1. p1+102 p1. p1+103", capacity=2)) == []


def test_one_message_more_is_too_many(read: Read) -> None:
    [finding] = judge(read("p1+101 p1. p2+201 p2. p1+102 p1.", capacity=2))
    assert (finding.kind, finding.severity, finding.threads) == ("capacity", "error", ("producer-1", "producer-2"))
    assert finding.message == (
        "when producer-1's put of message 102 returned, 3 puts had returned and no get had begun: at least 3 messages waited, and the capacity is 2"
    )


def test_a_get_makes_room_as_soon_as_it_has_begun(read: Read) -> None:
    assert judge(read("p1+101 p1. p1+102 c1? p1. c1=101", capacity=1)) == []
    assert judge(read("p1+101 p1. p1+102 p1. c1? c1=101", capacity=1)) != []


def test_only_a_stated_capacity_is_judged(read: Read) -> None:
    for capacity in (None, 0, -1):
        assert judge(read("p1+101 p1. p1+102 p1.", capacity=capacity)) == []


def test_a_get_that_raised_took_nothing(read: Read) -> None:
    kept = frozenset({101, 102})
    [finding] = judge(read("c1? c1! p1+101 p1. p1+102 p1.", capacity=1, kept=kept))
    assert "no get that could have taken a message had begun" in finding.message


def test_a_get_may_take_a_message_until_it_raises(read: Read) -> None:
    kept = frozenset({101, 102})
    assert judge(read("c1? p1+101 p1. p1+102 p1.", capacity=1, kept=kept)) == []
    [finding] = judge(read("c1? p1+101 p1. p1+102 p1. c1!", capacity=1, kept=kept))
    assert finding.message.startswith("when consumer-1's get raised, 2 puts had returned")
    assert finding.threads == ("consumer-1", "producer-1")


def test_a_lost_message_may_have_gone_with_a_get_that_raised(read: Read) -> None:
    script = "p1+101 p1. c1? c1! p1+102 p1."
    assert judge(read(script, capacity=1, kept=frozenset({102}))) == []
    assert judge(read(script + " c1? c1! p1+103 p1.", capacity=1, kept=frozenset({102, 103}))) != []


def test_without_exceptions_it_is_puts_returned_minus_gets_begun(draw: Draw) -> None:
    seen = {True: 0, False: 0}
    for execution in draw(5, 1500):
        if execution.capacity is None or any(what == GET_RAISE for what, _, _ in execution.log):
            continue
        waiting = [sum((what == PUT_RETURN) - (what == GET_BEGIN) for what, _, _ in execution.log[:length]) for length in range(len(execution.log) + 1)]
        expected = max(waiting) > execution.capacity
        assert bool(judge(execution, read_history(execution))) == expected
        seen[expected] += 1
    assert min(seen.values()) > 100
