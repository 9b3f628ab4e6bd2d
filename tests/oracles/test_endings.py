"""Deadlock, livelock and leaked-thread."""

from __future__ import annotations

from collections.abc import Callable

from harness.model.execution import Crash, Execution
from harness.model.trace import ThreadEnd
from harness.oracles.endings import judge

Read = Callable[..., Execution]

CONSUMER = ThreadEnd("consumer-1", "worker", "blocked", waits_for="for lock Pipeline.consumer_lock, held by nobody", file="src/pipe.py", line=12)
PRODUCER = ThreadEnd("producer-1", "worker", "ended")
COURIER = ThreadEnd("courier", "own", "blocked", waits_for="for Queue.get")
DAEMON = ThreadEnd("courier", "own", "blocked", is_daemon=True)


def test_a_deadlock_names_who_waits_for_what() -> None:
    [finding] = judge(Execution("class", ending="deadlock", threads=[PRODUCER, CONSUMER]))
    assert (finding.kind, finding.severity, finding.threads) == ("deadlock", "error", ("consumer-1",))
    assert finding.message == "nobody can ever go on: consumer-1 waits at pipe.py:12 for lock Pipeline.consumer_lock, held by nobody"


def test_a_deadlock_names_the_messages_that_a_get_waits_for_in_vain(read: Read) -> None:
    stuck = read("p1+101 p1. p1+102 p1. p1+103 c1? c1=101 c1?", ending="deadlock", threads=[CONSUMER], kept=frozenset({101, 102, 103}))
    assert judge(stuck)[0].message.endswith("; message 102 is still inside")


def test_what_is_waited_for_may_come_with_its_own_preposition() -> None:
    waits = ("to acquire Pipeline.lock", "for an item in Pipeline.items", "Pipeline.gate")
    threads = [ThreadEnd(f"worker-{n}", "own", "blocked", waits_for=what) for n, what in enumerate(waits)]
    told = "worker-0 waits to acquire Pipeline.lock; worker-1 waits for an item in Pipeline.items; worker-2 waits for Pipeline.gate"
    assert judge(Execution("program", ending="deadlock", threads=threads))[0].message == f"nobody can ever go on: {told}"


def test_several_messages_still_inside_are_named_together(read: Read) -> None:
    stuck = read("p1+101 p1. p1+102 p1. c1?", ending="deadlock", threads=[CONSUMER], kept=frozenset({101, 102}))
    assert judge(stuck)[0].message.endswith("; messages 101 and 102 are still inside")


def test_no_message_is_named_where_only_puts_wait(read: Read) -> None:
    stuck = read("p1+101 p1. p1+102", ending="deadlock", threads=[ThreadEnd("producer-1", "worker", "blocked")], kept=frozenset({101, 102}))
    assert judge(stuck)[0].message == "nobody can ever go on: producer-1 is blocked"


def test_the_pipelines_own_threads_are_told_after_the_stuck_workers() -> None:
    [finding] = judge(Execution("class", ending="deadlock", threads=[COURIER, CONSUMER]))
    assert finding.threads == ("consumer-1", "courier")


def test_threads_of_the_pipeline_alone_are_no_deadlock_in_class_mode() -> None:
    assert judge(Execution("class", ending="deadlock", threads=[PRODUCER, COURIER])) == []
    assert judge(Execution("class", ending="deadlock", threads=[PRODUCER])) == []


def test_any_thread_that_is_no_daemon_can_deadlock_a_program() -> None:
    assert judge(Execution("program", ending="deadlock", threads=[COURIER]))[0].threads == ("courier",)
    assert judge(Execution("function", ending="deadlock", threads=[DAEMON])) == []


def test_a_livelock_names_the_loop_and_who_goes_round() -> None:
    threads = [ThreadEnd(name, "worker", "running") for name in ("polite-1", "polite-2")]
    [finding] = judge(Execution("function", ending="livelock", threads=threads, loop="door.py:12"))
    assert finding.threads == ("polite-1", "polite-2")
    assert finding.message == "polite-1 and polite-2 go round for ever in the loop at door.py:12, and nothing progresses whichever thread is let run"


def test_a_livelock_tells_who_waits_meanwhile() -> None:
    threads = [ThreadEnd("producer-1", "worker", "running"), CONSUMER, DAEMON]
    [finding] = judge(Execution("class", ending="livelock", threads=threads))
    assert finding.kind == "livelock"
    assert finding.threads == ("producer-1", "consumer-1")
    assert finding.message.startswith("producer-1 goes round for ever, and nothing progresses")
    assert finding.message.endswith("; meanwhile consumer-1 waits at pipe.py:12 for lock Pipeline.consumer_lock, held by nobody")


def test_a_livelock_of_daemons_alone_is_told_without_names() -> None:
    [finding] = judge(Execution("function", ending="livelock", threads=[ThreadEnd("spinner", "own", "running", is_daemon=True)]))
    assert finding.message.startswith("the execution goes round for ever, ")
    assert finding.threads == ()


def test_a_thread_left_behind_is_a_warning() -> None:
    left = [COURIER, ThreadEnd("poller", "own", "running"), DAEMON, ThreadEnd("done", "own", "ended"), PRODUCER]
    [finding] = judge(Execution("class", threads=left))
    assert (finding.kind, finding.severity, finding.threads) == ("leaked-thread", "warning", ("courier", "poller"))
    assert finding.message == "all else has ended, but courier waits for Queue.get; poller is still running"


def test_threads_that_ended_or_are_daemons_are_nothing() -> None:
    assert judge(Execution("class", threads=[PRODUCER, DAEMON])) == []


def test_a_step_limit_shows_nothing() -> None:
    assert judge(Execution("class", ending="step-limit", threads=[CONSUMER, COURIER])) == []


def test_a_deadlock_names_the_exception_of_which_a_thread_of_the_pipelines_own_died_before() -> None:
    died = Crash("Thread-1", "thread", "IndexError: pop from empty list", "broker.py", 19)
    [finding] = judge(Execution("class", ending="deadlock", crashes=[died], threads=[PRODUCER, CONSUMER]))
    cause, _, effect = finding.message.partition("; then ")
    assert cause == "an exception ended thread Thread-1: IndexError: pop from empty list at broker.py:19"
    assert effect.startswith("nobody can ever go on: consumer-1 waits")
