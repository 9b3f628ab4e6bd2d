"""Loss, duplication and corruption."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

from harness.model.execution import Call, Execution, same_value
from harness.model.finding import Finding
from harness.oracles.conservation import find_lost_puts, judge
from harness.oracles.history import is_kept, read_history

Read = Callable[..., Execution]
Draw = Callable[..., Iterator[Execution]]


class Prickly:
    """Neither comparable nor hashable, as a message in a real program may be."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("do not compare me")

    def __hash__(self) -> int:
        raise RuntimeError("do not hash me")


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


def test_messages_that_arrive_once_each_are_nothing(read: Read) -> None:
    assert judge(read("p1+101 c1? p1. c1=101 p1+102 p1. c1? c1=102")) == []


def test_a_get_may_return_before_the_put_that_it_serves(read: Read) -> None:
    assert judge(read("p1+101 c1? c1=101 p1.")) == []


def test_an_overwritten_message_is_lost(read: Read) -> None:
    finding = only(judge(read("p1+101 p1. p1+102 p1. c1? c1=102", mode="class")))
    assert (finding.kind, finding.severity, finding.mode, finding.threads) == ("loss", "error", "class", ("producer-1",))
    assert finding.message == "message 101, put by producer-1, was returned by no get and is nowhere in the pipeline any more"


def test_a_message_still_inside_is_not_lost(read: Read) -> None:
    assert judge(read("p1+101 p1. c1?", kept=frozenset({101}))) == []


def test_a_message_whose_put_has_not_returned_is_not_lost(read: Read) -> None:
    assert judge(read("p1+101 c1?")) == []


def test_several_lost_messages_are_one_finding(read: Read) -> None:
    finding = only(judge(read("p1+101 p1. p1+102 p1. p1+103 p1. c1? c1=103")))
    assert finding.message == "messages 101 and 102, put by producer-1, were returned by no get and are nowhere in the pipeline any more"


def test_messages_lost_by_several_producers_name_theirs(read: Read) -> None:
    finding = only(judge(read("p1+101 p2+201 p2. p1.")))
    assert finding.message.startswith("messages 101 (put by producer-1) and 201 (put by producer-2) were returned by no get")
    assert finding.threads == ("producer-1", "producer-2")


def test_a_put_that_raised_was_not_put(read: Read) -> None:
    assert judge(read("p1+101 p1! c1?")) == []


def test_a_message_whose_put_raised_may_still_arrive(read: Read) -> None:
    assert judge(read("p1+101 p1! c1? c1=101")) == []


def test_a_put_that_was_refused_and_tried_again_is_one_put(read: Read) -> None:
    assert judge(read("p1+101 p1! p1+101 p1. c1? c1=101")) == []
    assert kinds(judge(read("p1+101 p1! p1+101 p1. c1? c1=101 c1? c1=101"))) == ["duplication"]
    assert kinds(judge(read("p1+101 p1! c1? c1=101 c1? c1=101"))) == ["duplication"]


def test_a_message_delivered_twice_names_both_gets(read: Read) -> None:
    finding = only(judge(read("p1+101 p1. c1? c1=101 c2? c2=101")))
    assert (finding.kind, finding.threads) == ("duplication", ("producer-1", "consumer-1", "consumer-2"))
    assert finding.message == "message 101, put by producer-1, was returned by consumer-1's 1st get and again by consumer-2's 1st get"


def test_further_duplicates_are_named_at_the_end(read: Read) -> None:
    finding = only(judge(read("p1+101 p1. p1+102 p1. c1? c1=102 c1? c1=102 c1? c1=101 c1? c1=101")))
    assert finding.message == "message 102, put by producer-1, was returned by consumer-1's 1st get and again by consumer-1's 2nd get; likewise 101"


def test_the_wrong_message_twice_is_a_loss_and_a_duplication(read: Read) -> None:
    assert kinds(judge(read("p1+101 p1. p1+102 p1. c1? c1=101 c1? c1=101"))) == ["loss", "duplication"]


def test_what_nobody_put_is_corruption(read: Read) -> None:
    finding = only(judge(read("p1+101 c1? c1=None", values={"None": None})))
    assert (finding.kind, finding.severity, finding.threads) == ("corruption", "error", ("consumer-1",))
    assert finding.message == "consumer-1's 1st get returned None, which no producer put"


def test_a_message_got_before_it_was_put_is_corruption(read: Read) -> None:
    finding = only(judge(read("c1? c1=101 p1+101 p1. c1? c1=101")))
    assert finding.message == "consumer-1's 1st get returned 101 before producer-1 had begun to put it"


def test_a_message_got_before_it_was_put_and_never_again_is_lost_too(read: Read) -> None:
    assert kinds(judge(read("c1? c1=101 p1+101 p1."))) == ["loss", "corruption"]


def test_further_corrupt_gets_are_counted(read: Read) -> None:
    finding = only(judge(read("c1? c1=7 c1? c1=8 c2? c2=9")))
    assert finding.message == "consumer-1's 1st get returned 7, which no producer put; 2 further gets returned what had not been put"
    assert finding.threads == ("consumer-1", "consumer-2")


def test_a_value_of_another_type_is_not_the_message(read: Read) -> None:
    assert kinds(judge(read("p1+1 p1. c1? c1=True", values={"True": True}))) == ["loss", "corruption"]


def test_a_get_that_raised_delivered_nothing(read: Read) -> None:
    assert kinds(judge(read("p1+101 p1. c1? c1!"))) == ["loss"]


def test_equal_values_are_counted_not_told_apart(read: Read) -> None:
    assert judge(read("p1+5 p1. p2+5 p2. c1? c1=5 c1? c1=5", mode="program")) == []
    finding = only(judge(read("p1+5 p1. p2+5 p2. c1? c1=5 c1? c1=5 c1? c1=5", mode="program")))
    assert finding.message == "value 5 had been put 2 times when consumer-1's 3rd get returned it for the 3rd time"
    assert kinds(judge(read("p1+5 p1. p2+5 p2. c1? c1=5", mode="program"))) == ["loss"]


def test_an_open_put_does_not_take_the_delivery_of_a_returned_one(read: Read) -> None:
    assert judge(read("p1+5 p2+5 p2. c1? c1=5", mode="program")) == []


def test_messages_that_can_neither_be_hashed_nor_compared_are_followed_by_identity(read: Read) -> None:
    values: dict[str, Any] = {"a": Prickly(), "b": Prickly(), "c": [1], "d": [1]}
    assert judge(read("p1+a p1. p1+b p1. p1+c p1. c1? c1=b c1? c1=a c1? c1=d", values=values)) == []
    assert kinds(judge(read("p1+a p1. c1? c1=a c1? c1=a c1? c1=b", values=values))) == ["duplication", "corruption"]


def test_a_message_that_cannot_be_hashed_is_never_called_gone(read: Read) -> None:
    assert judge(read("p1+a p1.", values={"a": [1]})) == []
    assert is_kept([1], frozenset())
    assert is_kept((1,), frozenset({(1,)}))
    assert not is_kept((1,), frozenset({(2,)}))


def test_lost_puts_are_listed_in_the_order_in_which_they_began(read: Read) -> None:
    execution = read("p1+5 p1. p2+7 p2. p1+5 p1.")
    assert [put.begin for put in find_lost_puts(execution, read_history(execution))] == [0, 2, 4]


def best_matching(execution: Execution) -> tuple[int, int]:
    """The most gets that any matching explains, and then the fewest returned puts that it leaves over, by trying them all."""
    calls = read_history(execution).calls
    gets = [call for call in calls if call.operation == "get" and call.has_returned]
    puts = [call for call in calls if call.operation == "put"]

    def fits(put: Call, get: Call) -> bool:
        assert get.end is not None
        return put.begin < get.end and same_value(put.value, get.value)

    n_returned = sum(put.has_returned for put in puts)
    best = (0, -n_returned)
    for order in permutations(puts):
        left = list(order)
        explained = returned = 0
        for get in gets:
            found = next((put for put in left if fits(put, get)), None)
            if found is not None:
                left.remove(found)
                explained += 1
                returned += found.has_returned
        best = max(best, (explained, returned - n_returned))
    return best[0], -best[1]


def test_what_is_reported_is_unexplained_in_every_matching(draw: Draw) -> None:
    """Against brute force over all matchings of small histories with equal values and no put that raised; seeded, so never by luck."""
    tried = 0
    for execution in draw(1, 1500, faults=0.2, values=[101, 102]):
        history = read_history(execution)
        if any(call.is_raised for call in history.calls if call.operation == "put") or sum(call.operation == "put" for call in history.calls) > 5:
            continue
        tried += 1
        n_gets = sum(len(message.gets) for message in history.messages)
        n_unexplained = sum(len(message.repeats) + len(message.strays) for message in history.messages)
        n_undelivered = sum(len(message.undelivered) for message in history.messages)
        assert (n_gets - n_unexplained, n_undelivered) == best_matching(execution), execution.log
    assert tried > 500
