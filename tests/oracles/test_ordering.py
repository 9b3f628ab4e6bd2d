"""Reorder, judged by producer and by linearizability."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from math import inf

import pytest

from harness.model.execution import Execution
from harness.oracles import conservation
from harness.oracles.history import read_history
from harness.oracles.ordering import judge

Read = Callable[..., Execution]
Draw = Callable[..., Iterator[Execution]]


def is_reordered(execution: Execution) -> bool:
    return [finding.kind for finding in judge(execution)] == ["reorder"]


def test_messages_in_order_are_nothing(read: Read) -> None:
    for order in ("producer", "linear", "any"):
        assert judge(read("p1+101 p1. p1+102 p1. c1? c1=101 c1? c1=102", order=order)) == []


def test_the_last_in_first_out_is_a_reorder(read: Read) -> None:
    [finding] = judge(read("p1+101 p1. p1+102 p1. c1? c1=102 c1? c1=101"))
    assert (finding.kind, finding.severity, finding.threads) == ("reorder", "error", ("producer-1", "consumer-1"))
    assert finding.message == "producer-1 put message 101 before message 102, but consumer-1's 1st get returned 102 before consumer-1's 2nd get returned 101"


def test_any_order_is_allowed_where_any_is_asked_for(read: Read) -> None:
    assert judge(read("p1+101 p1. p1+102 p1. c1? c1=102 c1? c1=101", order="any")) == []


def test_gets_that_overlap_may_return_in_any_order(read: Read) -> None:
    for order in ("producer", "linear"):
        assert judge(read("p1+101 p1. p1+102 p1. c1? c2? c2=102 c1=101", order=order)) == []


def test_a_get_that_began_after_the_later_message_was_got_comes_too_late(read: Read) -> None:
    [finding] = judge(read("p1+101 p1. p1+102 p1. c2? c2=102 c1? c1=101"))
    assert finding.message.endswith("but consumer-2's 1st get returned 102 before consumer-1's 1st get, which returned 101, had begun")
    assert finding.threads == ("producer-1", "consumer-2", "consumer-1")


def test_messages_of_two_producers_overtake_each_other_only_linearly(read: Read) -> None:
    script = "p1+101 p1. p2+201 p2. c1? c1=201 c1? c1=101"
    assert judge(read(script, order="producer")) == []
    [finding] = judge(read(script, order="linear"))
    assert finding.message.startswith("producer-1's put of message 101 had returned before producer-2's put of message 201 began, but ")


def test_puts_that_overlap_may_be_got_in_any_order(read: Read) -> None:
    assert judge(read("p1+101 p2+201 p2. p1. c1? c1=201 c1? c1=101", order="linear")) == []


def test_one_producer_need_not_be_the_first_to_be_overtaken(read: Read) -> None:
    assert is_reordered(read("p1+101 p1. p1+102 p1. p1+103 p1. c1? c1=101 c1? c1=103 c1? c1=102"))
    assert is_reordered(read("p1+101 p1. p1+102 p1. p1+103 p1. c1? c1=102 c1? c1=101 c1? c1=103"))


def test_a_message_left_inside_was_overtaken_linearly(read: Read) -> None:
    script = "p1+101 p1. p1+102 p1. c1? c1=102"
    kept = frozenset({101})
    assert judge(read(script, order="producer", kept=kept)) == []  # no get of 101 ever began
    [finding] = judge(read(script, order="linear", kept=kept))
    assert finding.message == "producer-1 put message 101 before message 102, but consumer-1's 1st get returned 102 while 101 was left inside"
    assert finding.threads == ("producer-1", "consumer-1")


def test_an_open_get_may_have_taken_the_message_left_inside(read: Read) -> None:
    kept = frozenset({101})
    assert judge(read("p1+101 p1. p1+102 p1. c2? c1? c1=102", order="linear", kept=kept)) == []
    assert is_reordered(read("p1+101 p1. p1+102 p1. c1? c1=102 c2?", order="linear", kept=kept))


def test_an_open_get_takes_one_message_only(read: Read) -> None:
    assert is_reordered(read("p1+101 p1. p2+201 p2. p1+102 p1. c2? c1? c1=102", order="linear", kept=frozenset({101, 201})))


def test_the_earliest_open_get_goes_to_the_message_that_needs_it_earliest(read: Read) -> None:
    # 101's put began first, but 201's had returned first: 201 must be taken before the get of 202 returned, 101 before that of 102 did.
    script = "p1+101 p2+201 p2. p2+202 p1. p1+102 p1. p2. c2? c1? c1=202 c3? c1? c1=102"
    kept = frozenset({101, 201})
    assert judge(read(script, order="linear", kept=kept)) == []
    assert is_linearizable(read(script, order="linear", kept=kept))


def test_a_message_put_last_may_stay_inside(read: Read) -> None:
    assert judge(read("p1+101 p1. p1+102 p1. c1? c1=101", order="linear", kept=frozenset({102}))) == []


def test_lost_messages_are_the_business_of_conservation(read: Read) -> None:
    assert judge(read("p1+101 p1. p1+102 p1. c1? c1=102", order="linear")) == []


def test_values_put_more_than_once_are_not_judged_for_order(read: Read) -> None:
    assert judge(read("p1+5 p1. p1+6 p1. p1+5 p1. c1? c1=6 c1? c1=5 c1? c1=5", mode="program")) == []


def test_a_put_that_was_refused_before_it_succeeded_is_judged_by_the_success(read: Read) -> None:
    assert is_reordered(read("p1+101 p1! p1+101 p1. p1+102 p1. c1? c1=102 c1? c1=101"))
    assert is_reordered(read("p1+101 p1! p1+102 p1. c1? c1=102 c1? c1=101"))


def is_linearizable(execution: Execution) -> bool:
    """Whether some order of the calls, each between its begin and its end, is a FIFO queue's: by trying them all.

    Calls that returned must have taken effect, an open put or get and a put that raised may have; a get that raised did not.
    """
    calls = [call for call in read_history(execution).calls if not (call.operation == "get" and call.is_raised)]
    ends = [inf if call.end is None else call.end for call in calls]

    @cache
    def can_finish(left: frozenset[int], queue: tuple[int, ...]) -> bool:
        if not any(calls[i].has_returned for i in left):
            return True
        horizon = min(ends[i] for i in left if calls[i].has_returned)
        for i in left:
            call = calls[i]
            if call.begin > horizon:
                continue
            rest = frozenset(j for j in left - {i} if calls[j].has_returned or ends[j] > call.begin)
            if call.operation == "put" and can_finish(rest, (*queue, call.value)):
                return True
            if call.operation == "get" and queue and (not call.has_returned or queue[0] == call.value) and can_finish(rest, queue[1:]):
                return True
            if not call.has_returned and can_finish(left - {i}, queue):
                return True
        return False

    return can_finish(frozenset(range(len(calls))), ())


@pytest.mark.parametrize(
    ("seed", "is_complete", "faults"),
    [pytest.param(2, False, 0.0, id="stopped anywhere"), pytest.param(3, True, 0.0, id="complete"), pytest.param(4, False, 0.1, id="calls raise")],
)
def test_a_linear_reorder_is_exactly_what_no_fifo_queue_could_have_given(draw: Draw, seed: int, is_complete: bool, faults: float) -> None:
    """Against brute force over all linearizations, open calls and puts that raised among them; seeded, so never by luck."""
    seen = {True: 0, False: 0}
    n_with_open_get = {True: 0, False: 0}
    for drawn in draw(seed, 2500, is_complete=is_complete, faults=faults):
        history = read_history(drawn)
        kept = frozenset(message.value for message in history.messages if message.undelivered)
        execution = Execution("class", drawn.log, drawn.workers, kept=kept, order="linear")
        if conservation.judge(execution):
            assert faults
            continue
        expected = is_linearizable(execution)
        assert (judge(execution) == []) == expected, execution.log
        seen[expected] += 1
        n_with_open_get[expected] += any(call.operation == "get" and call.end is None for call in history.calls)
    assert min(seen.values()) > 100
    assert is_complete or min(n_with_open_get.values()) > 50


def test_a_producers_reorder_is_exactly_a_pair_got_in_the_wrong_order(draw: Draw) -> None:
    """Against the definition, pair by pair."""
    seen = {True: 0, False: 0}
    for drawn in draw(4, 2000, is_complete=True):
        execution = Execution("class", drawn.log, drawn.workers, order="producer")
        pairs = [message.deliveries[0] for message in read_history(execution).messages if message.deliveries]
        expected = any(
            put.thread == later_put.thread and put.begin < later_put.begin and later_get.end is not None and later_get.end < get.begin
            for put, get in pairs
            for later_put, later_get in pairs
        )
        assert is_reordered(execution) == expected, execution.log
        seen[expected] += 1
    assert min(seen.values()) > 200
