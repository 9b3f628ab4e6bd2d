"""Program mode: only what every way of matching the program's values shows is reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from harness.model.execution import Channel, Crash, Execution, Logs
from harness.model.finding import Finding
from harness.oracles import judge as judge_all
from harness.oracles.multiset import is_among, is_plain, judge, without

Read = Callable[..., Execution]


class Message:
    """What is no plain value: told from others by identity."""


def program(script: str, read: Read, values: dict[str, Any] | None = None, order: str = "producer", **channel: Any) -> Execution:
    """The execution of a program with one channel."""
    seen = read(script, mode="program", values=values or {})
    return replace(seen, log=(), order=order, channels=[Channel("Pipeline", seen.log, **channel)])


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]


def logs(produced: Sequence[Any], consumed: Sequence[Any], **fields: Any) -> Execution:
    ending = fields.pop("ending", "finished")
    crashes = fields.pop("crashes", ())
    return Execution("program", ending=ending, crashes=crashes, logs=Logs("produced", "consumed", produced, consumed, **fields))


def test_what_passed_once_each_is_nothing(read: Read) -> None:
    assert judge(program("p1+1 p1. c1? c1=1 p1+2 p1. c1? c1=2", read)) == []


def test_a_message_that_is_nowhere_at_the_end_is_lost(read: Read) -> None:
    (finding,) = judge(program("p1+1 p1. p1+2 p1. c1? c1=2", read))
    assert (finding.kind, finding.mode, finding.threads) == ("loss", "program", ("producer-1",))
    assert finding.message == "message 1, put by producer-1, was returned by no get and is nowhere in the pipeline any more"


def test_a_message_that_is_kept_is_not_lost(read: Read) -> None:
    assert judge(program("p1+1 p1. p1+2 p1. c1? c1=2", read, kept=[1])) == []


def test_a_message_that_may_have_left_another_way_is_not_lost(read: Read) -> None:
    assert judge(program("p1+1 p1. p1+2 p1. c1? c1=2", read, may_leak=True)) == []


def test_an_object_that_cannot_be_hashed_is_lost_like_any_other(read: Read) -> None:
    lists: dict[str, Any] = {"a": [1], "b": [2]}
    assert kinds(judge(program("p1+a p1. p1+b p1. c1? c1=b", read, lists))) == ["loss"]
    assert judge(program("p1+a p1. p1+b p1. c1? c1=b", read, lists, kept=[lists["a"]])) == []


def test_nothing_is_lost_where_an_unknown_object_came_out(read: Read) -> None:
    assert judge(program("p1+1 p1. p1+2 p1. c1? c1=2 c1? c1=m", read, {"m": Message()})) == []


def test_one_value_put_twice_may_be_got_twice_and_no_more(read: Read) -> None:
    twice = "p1+0 p1. p1+0 p1. c1? c1=0 c1? c1=0"
    assert judge(program(twice, read)) == []
    assert kinds(judge(program(twice + " c1? c1=0", read))) == ["duplication"]


def test_zero_and_false_are_two_messages_that_a_comparison_takes_for_one(read: Read) -> None:
    values = {"no": False}
    assert kinds(judge(program("p1+no p1. c1? c1=0 p1+1 p1. c1? c1=1", read, values))) == ["loss", "corruption"]
    assert judge(program("p1+no p1. c1? c1=0 p1+1 p1. c1? c1=1", read, values, outside=[0])) == []


def test_a_get_may_be_meant_to_leave_its_message_inside(read: Read) -> None:
    twice = "p1+1 p1. c1? c1=1 c1? c1=1"
    assert kinds(judge(program(twice, read))) == ["duplication"]
    assert judge(program(twice, read, may_repeat=True)) == []


def test_a_value_that_nobody_put_is_corrupt_if_it_is_plain(read: Read) -> None:
    values = {"none": None, "m": Message()}
    assert kinds(judge(program("c1? c1=none p1+1 p1. c1? c1=1", read, values))) == ["corruption"]
    assert judge(program("c1? c1=none p1+1 p1. c1? c1=1", read, values, outside=[None])) == []
    assert judge(program("c1? c1=m p1+1 p1. c1? c1=1", read, values)) == []


def test_what_a_failed_put_may_have_left_behind_is_not_corrupt(read: Read) -> None:
    assert judge(program("p1+1 p1. c1? c1=1 c1? c1=5 p1+5 p1!", read)) == []


def test_the_sentinel_is_outside_whatever_becomes_of_it(read: Read) -> None:
    script = "p1+1 p1. p1+9 p1. p1+9 p1. c1? c1=1 c1? c1=9 c1? c1=9"
    assert kinds(judge(program(script, read))) == []  # two puts, two gets
    assert kinds(judge(program(script + " c1? c1=9", read))) == ["duplication"]
    assert judge(program(script + " c1? c1=9", read, outside=[9])) == []


def test_a_put_of_the_sentinel_that_has_not_returned_is_outside_too(read: Read) -> None:
    seen = read("p1+1 p1. c1? c1=1 c1? p1+9")
    assert without(seen.log, seen.workers, [9]) == list(seen.log)[:-1]


def test_a_value_that_may_mean_the_end_is_given_the_benefit_of_the_doubt(read: Read) -> None:
    script = "p1+1 p1. p1+9 p1. c1? c1=1 c1? c1=1"
    assert kinds(judge(program(script, read))) == ["loss", "duplication"]
    assert kinds(judge(program(script, read, doubtful=[9]))) == ["duplication"]
    assert kinds(judge(program(script, read, doubtful=[1, 9]))) == []


def test_a_channel_is_judged_only_once_a_get_returned_what_was_put(read: Read) -> None:
    lost = "p1+2 p1. p1+3 p1. c1? c1=0"
    assert judge(program(lost, read)) == []
    assert kinds(judge(program(lost + " p1+4 c1? c1=4", read))) == ["loss", "corruption"]
    assert judge(program(lost + " p1+4 c1? c1=4", read, is_judged=False)) == []


def test_a_pipeline_that_works_on_its_messages_is_not_judged(read: Read) -> None:
    assert judge(program("p1+1 p1. c1? c1=2 p1+2 p1. c1? c1=4 p1+4 p1. c1? c1=8", read)) == []


def test_messages_out_of_order_are_told_unless_the_pipeline_means_to_sort(read: Read) -> None:
    lifo = "p1+1 p1. p1+2 p1. c1? c1=2 c1? c1=1"
    assert kinds(judge(program(lifo, read))) == ["reorder"]
    assert judge(program(lifo, read, keeps_order=False)) == []
    assert judge(program(lifo, read, order="any")) == []


def test_each_channel_is_judged_by_itself_and_a_kind_is_told_once(read: Read) -> None:
    lost = program("p1+1 p1. p1+2 p1. c1? c1=2", read)
    both = replace(lost, channels=[*lost.channels, *lost.channels])
    assert kinds(judge(both)) == ["loss"]


def test_all_permutations_of_equal_histories_give_the_same_verdict(read: Read) -> None:
    """The channel sees a multiset: in whichever order three gets by three threads return, repeated values are matched."""
    for got in permutations([1, 1, 2]):
        script = "p1+1 p1. p1+1 p1. p1+2 p1. " + " ".join(f"c{n}? c{n}={value}" for n, value in enumerate(got, 1))
        assert judge(program(script, read, order="any")) == []


@pytest.mark.parametrize(
    ("value", "plain"), [(1, True), ("a", True), (None, True), ((1, ("a", 2.0)), True), ((1, [2]), False), ([], False), (object(), False), (Message, False)]
)
def test_plain_is_what_nobody_can_change(value: Any, plain: bool) -> None:
    assert is_plain(value) is plain


def test_the_program_takes_equal_plain_values_for_one_and_objects_only_for_themselves() -> None:
    one, other = Message(), Message()
    assert is_among(0, [False]) and is_among(1.0, [1]) and is_among(one, [other, one])
    assert not is_among(one, [other]) and not is_among([], [[]]) and not is_among(1, ["1"])


# -- logs, where no put or get was seen


def test_logs_that_hold_the_same_in_another_order_are_nothing() -> None:
    assert judge(logs([3, 3, 1, 0], [0, 3, 1, 3])) == []


def test_what_was_noted_as_produced_and_not_as_consumed_is_lost() -> None:
    (finding,) = judge(logs([1, 2, 3], [3]))
    assert (finding.kind, finding.message) == ("loss", "1 and 2, noted in produced, are not in consumed, and nowhere else when the program has ended")
    assert "1, noted in produced, is not" in judge(logs([1, 2], [2]))[0].message


def test_what_was_noted_more_often_as_consumed_was_delivered_twice() -> None:
    (finding,) = judge(logs([1, 2], [1, 1, 1, 2, 2]))
    assert (finding.kind, finding.message) == ("duplication", "1 stands 3 times in consumed and 1 time in produced; likewise 2")
    assert judge(logs([1], [1, 1]))[0].message == "1 stands 2 times in consumed and 1 time in produced"


def test_logs_of_something_else_are_not_compared() -> None:
    assert judge(logs([1, 2, 3], [1, 4, 9])) == []
    assert judge(logs([[1]], [[1], [1]])) == []
    assert judge(logs([], [1])) == []
    assert judge(logs([1], [])) == []


def test_none_in_a_log_is_mostly_no_message() -> None:
    assert judge(logs([1], [None, None, 1])) == []
    assert kinds(judge(logs([1, None], [None, None, 1]))) == ["duplication"]


def test_the_sentinel_stands_in_one_log_and_not_in_the_other() -> None:
    assert judge(logs([1, 2, "END"], [1, 2], outside=["END"])) == []
    assert kinds(judge(logs([1, 2, "END"], [1, 2]))) == ["loss"]


def test_a_value_that_is_still_in_the_buffer_or_may_be_is_not_lost() -> None:
    assert judge(logs([1, 2], [1], kept=[2])) == []
    assert judge(logs([1, 2], [1], may_leak=True)) == []


def test_logs_are_judged_only_after_a_normal_end() -> None:
    assert judge(logs([1, 2], [1], ending="deadlock")) == []
    assert judge(logs([1, 2], [1], crashes=[Crash("consumer", "thread", "KeyError: 1", "", 0)])) == []


def test_a_program_is_judged_by_its_channels_its_crashes_and_its_end(read: Read) -> None:
    lost = replace(program("p1+1 p1. p1+2 p1. c1? c1=2", read), crashes=[Crash("producer-1", "future", "TypeError: no", "", 0)])
    assert kinds(judge_all(lost)) == ["crash", "loss"]
