"""The parent judges what the child tells, and believes none of its verdicts."""

from __future__ import annotations

import os
import select

import msgspec
import pytest

from harness.grading import wire
from harness.grading.checking import make_job, verdict_of
from harness.grading.evidence import Evidence, Mismatch
from harness.grading.read_rubric import default_rubric
from harness.grading.sandbox import Heard
from harness.grading.values import MARK, Foreign, plain_execution, read, read_execution
from harness.grading.wire import End, Job, Reader, Scene, Writer
from harness.guard.seal import BrokenSeal, Seal
from harness.model.execution import GET_BEGIN, GET_RETURN, PUT_BEGIN, PUT_RETURN, Crash, Execution, LogEntry
from harness.model.result import Bounds, Result, ScenarioSize, Verdict


@pytest.fixture
def job() -> Job:
    return make_job(default_rubric().checks[0], default_rubric(), (("p.py", b""),), "p.py", "digest")


@pytest.fixture
def evidence(job: Job) -> Evidence:
    taken = Evidence(job)
    taken.take(wire.SCENE, wire.pack(Scene("class", "Pipeline", True)))
    return taken


def delivered(values: list[int], got: list[object] | None = None) -> list[LogEntry]:
    """Each message put and then got, by producer-1 (0) and consumer-1 (1)."""
    log: list[LogEntry] = []
    for value, out in zip(values, values if got is None else got, strict=True):
        log += [(PUT_BEGIN, 0, value), (PUT_RETURN, 0, value), (GET_BEGIN, 1, None), (GET_RETURN, 1, out)]
    return log


def told(verdict: Verdict) -> bytes:
    result = Result(
        target="p.py", mode="class", scenario=ScenarioSize(), engine="explore", strategy="auto", seed=0, python="3", verdict=verdict, bounds=Bounds()
    )
    return wire.pack(result)


def ended(verdict: Verdict, executions: int) -> Heard:
    return Heard(result=told(verdict), end=wire.pack(End(executions)))


def test_executions_in_which_all_got_through_survive(job: Job, evidence: Evidence) -> None:
    evidence.take(wire.CLEAN, wire.pack([delivered(job.values[0])] * 3))
    assert (evidence.executions, evidence.completed) == (3, 3)
    assert verdict_of(evidence, ended("verified", 3), "") == ("survived", "")


def test_an_execution_that_the_child_calls_clean_is_judged_all_the_same(job: Job, evidence: Evidence) -> None:
    first, second, _ = job.values[0]
    evidence.take(wire.CLEAN, wire.pack([delivered(job.values[0], [first, second, second])]))
    assert set(evidence.errors) == {"loss", "duplication"}
    assert verdict_of(evidence, ended("verified", 1), "") == ("failed", "")


def test_no_end_is_a_failed_check_whatever_was_told_before(job: Job, evidence: Evidence) -> None:
    evidence.take(wire.CLEAN, wire.pack([delivered(job.values[0])]))
    verdict, reason = verdict_of(evidence, Heard(result=told("verified"), reason="it was killed"), "")
    assert (verdict, reason) == ("failed", "it was killed")


@pytest.mark.parametrize(("executions", "verdict"), [(2, "survived"), (1, "failed")])
def test_an_end_that_does_not_fit_what_was_told_is_a_failed_check(executions: int, verdict: Verdict, job: Job, evidence: Evidence) -> None:
    evidence.take(wire.CLEAN, wire.pack([delivered(job.values[0])]))
    found, reason = verdict_of(evidence, ended(verdict, executions), "")
    assert found == "failed"
    assert reason.startswith("its account does not fit")


def test_an_end_without_any_execution_is_a_failed_check(evidence: Evidence) -> None:
    assert verdict_of(evidence, ended("verified", 0), "")[0] == "failed"


def test_puts_of_other_messages_than_the_parent_chose_are_a_mismatch(job: Job, evidence: Evidence) -> None:
    for values in ([101, 102, 103], list(reversed(job.values[0])), [*job.values[0], 5]):
        with pytest.raises(Mismatch, match="nobody asked for"):
            evidence.take(wire.CLEAN, wire.pack([delivered(values)]))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (wire.CLEAN, b"\xc1"),
        (wire.SEEN, wire.pack({"mode": "class"} | {"log": "no"})),
        (wire.SEEN, wire.pack(Execution(mode="program"))),
        (wire.SEEN, wire.pack(Execution(mode="class", log=[(GET_RETURN, 1, 3)]))),
        (wire.SEEN, wire.pack(Execution(mode="class", log=[(GET_BEGIN, 99, None)]))),
        (b"?", b""),
    ],
)
def test_what_cannot_have_been_an_execution_is_a_mismatch(kind: bytes, body: bytes, evidence: Evidence) -> None:
    with pytest.raises(Mismatch):
        evidence.take(kind, body)


def test_the_child_does_not_say_who_worked_or_what_the_capacity_is(job: Job, evidence: Evidence) -> None:
    first, second, third = job.values[0]
    puts: list[LogEntry] = [entry for value in (first, second, third) for entry in ((PUT_BEGIN, 0, value), (PUT_RETURN, 0, value))]
    evidence.take(wire.SEEN, wire.pack(Execution(mode="class", log=puts, workers=["x", "y"], kept=[first, second, third], capacity=99, order="any")))
    (kind,) = evidence.errors
    assert kind == "capacity"
    assert "producer-1's put" in evidence.errors[kind].first.message


def test_a_value_with_an_eq_of_its_own_is_no_message() -> None:
    class Agrees(int):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = int.__hash__

    execution = plain_execution(Execution(mode="class", log=[(GET_RETURN, 0, Agrees(7)), (GET_RETURN, 0, None), (GET_RETURN, 0, 10**30)]))
    back = read_execution(wire.read_seen(wire.pack(execution)))
    values = [value for _, _, value in back.log]
    assert values == [Foreign("Agrees", "1"), None, values[2]]
    assert isinstance(values[2], Foreign)
    assert values[0] != 7


def test_one_object_is_one_thing_and_equal_objects_are_equal() -> None:
    first, twin, other = [1], [1], [2]
    log: list[LogEntry] = [(PUT_BEGIN, 0, value) for value in (first, first, twin, other)]
    said = [read(value) for _, _, value in plain_execution(Execution(mode="program", log=log)).log]
    assert said[0] == said[1] == said[2] != said[3]
    assert read([MARK, "x", "1"]) == Foreign("x", "1")


def test_a_forged_frame_is_noticed_and_one_that_is_repeated_too() -> None:
    seal = Seal(b"key")
    frame = wire.HEADER.pack(wire.END, 2) + b"ab" + seal.of(wire.END, b"ab")
    reader = Reader(b"key")
    assert list(reader.feed(frame[:5])) == []
    assert list(reader.feed(frame[5:])) == [(wire.END, b"ab")]
    with pytest.raises(BrokenSeal):
        list(reader.feed(frame))
    with pytest.raises(BrokenSeal):
        list(Reader(b"other").feed(frame))


def test_crashes_come_over_the_wire_as_they_were() -> None:
    crash = Crash("producer-1", "put", "ValueError: x", "p.py", 3)
    execution = Execution(mode="function", crashes=[crash], ending="deadlock", order="any")
    back = read_execution(wire.read_seen(wire.pack(plain_execution(execution))))
    assert (list(back.crashes), back.ending) == ([crash], "deadlock")


def test_the_messages_follow_from_seed_and_submission_and_the_key_from_nothing() -> None:
    rubric = default_rubric()
    one, same, other = (make_job(rubric.checks[1], rubric, (), "p.py", digest) for digest in ("a", "a", "b"))
    assert one.values == same.values != other.values
    assert one.key != same.key
    flat = [value for values in one.values for value in values]
    assert len(set(flat)) == 4
    assert all(flat)
    assert msgspec.msgpack.decode(wire.pack(one), type=Job) == one


def test_an_execution_that_looks_like_one_before_counts_as_often_as_it_is_told(job: Job, evidence: Evidence) -> None:
    first, second, _ = job.values[0]
    lost = Execution(mode="class", log=delivered(job.values[0], [first, second, second]), ending="finished")
    for _ in range(3):
        evidence.take(wire.SEEN, wire.pack(plain_execution(lost)))
    assert evidence.executions == 3
    assert evidence.errors["duplication"].executions == 3


def test_what_one_scene_told_is_judged_anew_in_the_next(job: Job, evidence: Evidence) -> None:
    first, second, third = job.values[0]
    full = [(PUT_BEGIN, 0, first), (PUT_RETURN, 0, first), (PUT_BEGIN, 0, second), (PUT_RETURN, 0, second), (PUT_BEGIN, 0, third), (PUT_RETURN, 0, third)]
    body = wire.pack(plain_execution(Execution(mode="class", log=full, ending="finished", kept=[first, second, third])))
    evidence.take(wire.SEEN, body)
    assert "capacity" in evidence.errors
    evidence.take(wire.SCENE, wire.pack(Scene("class", "Pipeline", False)))  # no capacity is given to this one
    evidence.take(wire.SEEN, body)
    assert evidence.errors["capacity"].executions == 1


def test_frames_that_are_held_go_in_order_with_the_next_that_does_not_wait(job: Job) -> None:
    reading, writing = os.pipe()
    writer = Writer(writing, job.key)
    writer.hold(wire.SEEN, b"one")
    writer.hold(wire.CLEAN, b"two")
    assert not select.select([reading], [], [], 0)[0]
    writer.send(wire.BEAT, b"")
    frames = list(Reader(job.key).feed(os.read(reading, 1 << 16)))
    os.close(reading)
    os.close(writing)
    assert frames == [(wire.SEEN, b"one"), (wire.CLEAN, b"two"), (wire.BEAT, b"")]
