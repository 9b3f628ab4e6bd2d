"""Engine stress runs programs too: whole scripts on real threads, judged as under explore, and nothing said of what was cut off."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.stress.messages import Patience
from tests.checks import kinds
from tests.stress.conftest import campaign_on
from tests.tables import ROOT, SPECIMENS
from tests.test_program_specimens import PROGRAMS, STUCK, named, title
from tests.test_specimens import first_kind, is_met

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="engine stress needs fork")

Write = Callable[[str], Path]

CORRECT = (
    "condition_deque.py", "daemon_consumer_joined_queue.py", "event_ping_pong.py", "executor_double_lock.py", "falsy_values_object_sentinel.py",
    "generator_consumer.py", "pill_passed_on.py", "priority_queue_jobs.py", "semaforos_buffer.py", "simple_queue_fim.py", "thread_subclasses.py",
    "three_stages.py", "timer_stops_producer.py",
)  # fmt: skip
FLAWED = (
    "condition_if_two_consumers.py", "executor_double_lock_missing_argument.py", "executor_event_blocking_get.py", "executor_naive_slot.py",
    "fila_sem_sentinela.py", "full_swallowed_in_put.py", "lock_taken_twice.py", "locks_both_orders.py", "map_unread.py", "one_pill_two_consumers.py",
    "target_called_at_once.py", "task_done_forgotten.py",
)  # fmt: skip
NEEDS_LUCK = ("first_producer_says_done.py", "join_with_timeout_believed.py", "gives_up_after_timeout.py", "debounce_fires_twice.py")
"""Flawed scripts in which a timeout has to end early, which real threads hardly ever show."""
GOES_ON = "infinite_until_interrupted.py"


def stress(target: object, executions: int = 100, **settings: Any) -> harness.Result:
    return harness.check(str(target), engine="stress", executions=executions, **settings)


def judged_by_its_label(name: str, executions: int) -> harness.Result:
    """The result of a flawed script, which must fail in a way that its label names."""
    result = stress(SPECIMENS / "programs" / name, executions)
    label = PROGRAMS[name]
    assert result.verdict == "failed", (result.error, label["why"])
    assert is_met([*label["kinds"], *label["also"]], first_kind(result)), (first_kind(result), label["why"])
    tolerable = {*label["kinds"], *label["also"]}
    if tolerable & STUCK:
        tolerable |= STUCK
    assert {finding.kind for finding in result.findings if finding.severity == "error"} <= tolerable
    return result


@pytest.mark.parametrize("name", CORRECT, ids=title)
def test_a_correct_script_survives_on_real_threads(name: str) -> None:
    result = stress(SPECIMENS / "programs" / name, 30)
    assert (result.verdict, result.findings, result.executions) == ("survived", (), 30)


@pytest.mark.parametrize("name", FLAWED, ids=title)
def test_a_flawed_script_fails_on_real_threads_and_explore_gives_it_a_schedule(name: str) -> None:
    # The rarest of them shows in one execution in 12: it is missed in 200 once in 10^7.
    target = str(SPECIMENS / "programs" / name)
    for finding in judged_by_its_label(name, 200).findings:
        again = harness.replay(target, finding.schedule).finding
        assert again is not None
        assert again.kind == finding.kind


@pytest.mark.sweep
@pytest.mark.parametrize("name", [name for name in named("passes") if name not in (GOES_ON, *CORRECT)], ids=title)
def test_every_other_correct_script_survives_on_real_threads(name: str) -> None:
    result = stress(SPECIMENS / "programs" / name, 30)
    assert (result.verdict, result.findings) == ("survived", ())


@pytest.mark.sweep
@pytest.mark.parametrize("name", [name for name in named("failed") if name not in (*NEEDS_LUCK, *FLAWED)], ids=title)
def test_every_other_flawed_script_fails_on_real_threads(name: str) -> None:
    judged_by_its_label(name, 1000)


def test_a_file_with_a_class_and_an_entry_is_checked_both_ways() -> None:
    result = stress(ROOT / "implementations/queue_pipeline.py", 20)
    assert (result.mode, result.verdict, result.executions) == ("class+program", "survived", 20)
    shared = "both ways share the budget, half each: 10 in class mode (survived) and 10 in program mode (survived)"
    assert any(limit.startswith(shared) for limit in result.limits)
    assert any("its own logs producer_pipeline" in remark for remark in result.remarks)


def test_what_is_found_both_ways_is_looked_for_again_in_its_own_mode() -> None:
    result = stress(ROOT / "implementations/naive.py", 20, mode="program")
    assert (result.mode, kinds(result)[0]) == ("program", "loss")
    campaign, _ = campaign_on(str(ROOT / "implementations/naive.py"), 20, "program", mode="program")
    assert campaign.findings["loss"].replay.endswith("implementations/naive.py --engine stress --seed 0 --executions 1000 --as program")


def test_a_file_that_starts_threads_when_imported_is_run_as_a_program(write: Write) -> None:
    path = write(
        """
        import threading

        class Pipeline:
            def put(self, item): self.item = item
            def get(self): return self.item

        thread = threading.Thread(target=Pipeline().put, args=(1,))
        thread.start()
        thread.join()
        """
    )
    assert (stress(path, 5).mode, stress(path, 5).verdict) == ("program", "survived")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def work(): pass\n", "it is no program"),
        ("import no_such_module\nprint(1)\n", "No module named 'no_such_module'"),
        ("import threading\nthreading.Thread(target=threading.Lock().acquire).start()\nimport no_such_module\n", "No module named 'no_such_module'"),
        ("import threading\ndef work():\n    import no_such_module\nthreading.Thread(target=work).start()\n", "No module named 'no_such_module'"),
        ("import sys\nsys.exit(3)\n", "the program ends itself before it starts a thread (sys.exit(3))"),
    ],
)
def test_a_program_that_cannot_be_run_is_an_error_of_one_line(source: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(source, encoding="utf-8")
    result = stress(path, 5, mode="program")
    assert result.verdict == "error"
    assert result.error is not None
    assert told in result.error
    assert result.error.count("script.py") == 1
    assert "\n" not in result.error


def test_a_class_or_function_is_no_program() -> None:
    result = stress(f"{ROOT / 'implementations/naive.py'}:Pipeline", 5, mode="program")
    assert result.error is not None
    assert "a program is a whole file" in result.error


FOR_EVER = """
    import queue, threading

    q = queue.Queue(5)

    def produce():
        number = 0
        while True:
            q.put(number)
            number += 1

    def consume():
        while True:
            q.get()
            {then}

    if __name__ == "__main__":
        for work in (produce, consume):
            threading.Thread(target=work).start()
"""


def test_a_program_that_goes_on_for_ever_is_cut_off_and_that_is_a_limit(write: Write) -> None:
    path = write(FOR_EVER.format(then="pass"))
    campaign, error = campaign_on(str(path), 5, "program", patience=Patience(most_calls=500))
    assert (campaign.findings, error, campaign.executions) == ({}, "", 3)
    limits = campaign.limits()
    assert any(limit.startswith("execution 1 was cut off: after 500 puts and gets it had not ended") for limit in limits)
    assert any(limit.startswith("the search ended after 3 executions, because 3 of them did not end") for limit in limits)


def test_what_went_wrong_before_a_program_was_cut_off_is_told(write: Write) -> None:
    path = write(FOR_EVER.format(then="threading.Thread(target=lambda: 1 / 0).start()"))
    campaign, error = campaign_on(str(path), 5, "program", patience=Patience(most_calls=500))
    assert (list(campaign.findings), error) == (["crash"], "")
    assert "ZeroDivisionError" in campaign.findings["crash"].message


def test_a_program_that_sleeps_for_long_is_cut_off_and_that_is_a_limit(write: Write) -> None:
    path = write("import threading, time\nthread = threading.Thread(target=time.sleep, args=(60,))\nthread.start()\nthread.join()\n")
    campaign, error = campaign_on(str(path), 1, "program", patience=Patience(longest_s=0.5))
    assert (campaign.findings, error) == ({}, "")
    assert any(limit.startswith("execution 1 was cut off: it had not ended after 0.5 s") for limit in campaign.limits())


@pytest.mark.parametrize("engine", ["explore", "stress"])
def test_a_message_that_comes_out_equal_but_not_the_same_is_the_message(engine: str, write: Write) -> None:
    path = write(
        """
        import queue, threading

        class Pipeline:
            def __init__(self): self.queue = queue.Queue()
            def put(self, message): self.queue.put([*message])
            def get(self): return tuple(self.queue.get())

        pipeline, got = Pipeline(), []

        def consumer():
            got.extend(pipeline.get() for _ in range(3))

        thread = threading.Thread(target=consumer)
        thread.start()
        for number in range(3):
            pipeline.put(("number", number))
        thread.join()
        """
    )
    result = harness.check(str(path), engine=engine, executions=20)
    assert (result.verdict in ("survived", "verified"), result.findings) == (True, ())


@pytest.mark.parametrize("engine", ["explore", "stress"])
def test_a_number_in_which_a_lock_or_queue_counts_is_no_message(engine: str, write: Write) -> None:
    path = write(
        """
        import queue, threading

        class Pipeline:
            def __init__(self):
                self.lock, self.slots, self.log, self.changed = threading.Lock(), threading.Semaphore(1), queue.Queue(1), threading.Condition()
            def put(self, message):
                with self.lock, self.slots, self.changed:
                    if self.log.empty():
                        self.message = message
            def get(self):
                with self.lock:
                    return self.message

        pipeline = Pipeline()
        pipeline.put(1)
        pipeline.put(2)
        consumer = threading.Thread(target=pipeline.get)
        consumer.start()
        consumer.join()
        """
    )
    result = harness.check(str(path), engine=engine, executions=1)
    assert kinds(result) == ["loss"]
    assert "message 1," in result.findings[0].message


def test_a_deadlock_is_told_though_the_messages_have_code_with_points(write: Write) -> None:
    path = write(
        """
        import threading

        class Message:
            def __init__(self, number): self.number = number
            def __repr__(self): return f"Message({self.number})"
            def __eq__(self, other): return self.number == other.number

        class Pipeline:
            def __init__(self): self.items, self.ready = [], threading.Condition()
            def put(self, message):
                with self.ready:
                    self.items.append(message)
                    self.ready.notify()
            def get(self):
                with self.ready:
                    while not self.items:
                        self.ready.wait()
                    return self.items.pop(0)

        pipeline = Pipeline()

        def consumer():
            for _ in range(3):
                pipeline.get()

        if __name__ == "__main__":
            thread = threading.Thread(target=consumer, name="consumer")
            thread.start()
            pipeline.put(Message(1))
            pipeline.put(Message(2))
            thread.join()
        """
    )
    result = stress(path, 5, mode="program")
    assert kinds(result) == ["deadlock"]
    assert "consumer waits at target.py:18 for Pipeline.ready" in result.findings[0].message
    text = " ".join(result.findings[0].explanation)
    assert "consumer stands at target.py:18 in get, target.py:25 in consumer." in text
