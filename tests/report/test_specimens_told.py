"""What is told of real programs is true of their executions, and names the cause: specimens of which something untrue was told once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.report.argue_delivery import complete_at
from harness.report.story import Story
from harness.report.text import render
from harness.report.view import GapRow, StepRow, view_of, words_of

pytestmark = pytest.mark.lengthy  # texts do not depend on the Python version; the executions they tell are held by test_same_everywhere

ROOT = Path(__file__).parent.parent.parent
SPECIMENS = ROOT / "tests" / "specimens"
TICKETS = """\
import threading

free = 1
sold = []


def buy(name):
    global free
    if free > 0:
        free -= 1
        sold.append(name)


if __name__ == "__main__":
    buyers = [threading.Thread(target=buy, args=(name,)) for name in ("ann", "bob")]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    assert len(sold) == 1, sold
"""


def checked(target: Path, scenario: str = "", **more: object) -> harness.Result:
    return harness.check(f"{target}:{scenario}" if scenario else str(target), executions=2000, **more)  # type: ignore[arg-type]


def text_of(result: harness.Result) -> str:
    """The whole report on one line."""
    return " ".join(render(result, 160).split())


def warnings_of(result: harness.Result) -> list[harness.Finding]:
    return [finding for finding in result.findings if finding.severity == "warning"]


def edited(tmp_path: Path, file: Path, *edits: tuple[str, str]) -> Path:
    source = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    copy = tmp_path / file.name
    copy.write_text(source, encoding="utf-8")
    return copy


def test_a_put_that_a_full_queue_refused_is_not_called_the_last_item(tmp_path: Path) -> None:
    file = SPECIMENS / "programs" / "full_swallowed_in_put.py"
    text = text_of(result := checked(file))
    assert "try to put Mailbox.q, which is full" in text
    assert "When producer-1 put message 102, Mailbox.q was full: the put at line 11 raised queue.Full and put nothing there;" in text
    assert "the `except` of line 12 passed over that" in text
    program = text_of(checked(file, mode="program"))
    assert "put into Mailbox: 1, 2, 3; 2 found Mailbox.q full and did not go in; 3 found Mailbox.q full and did not go in" in program
    assert {hint for finding in result.errors for hint in finding.hints} == {"put() without block=False at line 11 waits until there is room."}
    assert not checked(edited(tmp_path, file, (", block=False", ""))).errors


def test_a_put_that_waited_for_room_in_vain_is_named_with_its_timeout(tmp_path: Path) -> None:
    file = edited(tmp_path, SPECIMENS / "programs" / "full_swallowed_in_put.py", ("block=False", "timeout=0.1"))
    for mode, thread in (("class", "producer-1"), ("program", "Thread-1 (<lambda>)")):
        result = checked(file, mode=mode)
        for finding in result.errors:
            told = " ".join(finding.explanation)
            assert f"When {thread} put message" in told
            assert "Mailbox.q was full and stayed so until its time was up: the put at line 11 raised queue.Full and put nothing there;" in told
            assert finding.hints == ("put() without a timeout at line 11 waits until there is room.",)
    mended = file.read_text(encoding="utf-8").replace(", timeout=0.1", "")
    file.write_text(mended, encoding="utf-8")
    assert not checked(file).errors


def test_a_lock_that_only_library_functions_take_has_its_name_and_its_place() -> None:
    text = text_of(checked(SPECIMENS / "scenarios" / "log_handlers_log.py", "scenario"))
    assert "Thread-2 (error) took ToSales.lock in logging.Logger.error, went on to line 16 and has not released it." in text
    assert "Thread-1 (error) takes ToStock.lock (in logging.Logger.error), then ToSales.lock (line 11)" in text
    assert "acquire ToStock.lock in logging.Logger.error" in text
    assert "it holds ToStock.lock (in logging.Logger.error)" in text
    for wrong in ("a RLock", "1st RLock", "line 0", "RLock ()"):
        assert wrong not in text


def test_an_exceptions_text_is_that_of_the_moment_at_which_it_was_raised() -> None:
    result = checked(SPECIMENS / "programs" / "join_with_timeout_believed.py")
    assert "AssertionError: [] at" in result.errors[0].message
    assert "raised AssertionError: [] at line 24" in text_of(result)


def test_a_job_that_no_worker_has_begun_is_not_called_waiting(tmp_path: Path) -> None:
    file = SPECIMENS / "programs" / "pool_of_one_worker.py"
    text = text_of(result := checked(file))
    assert "main waits at pool_of_one_worker.py:24 for the result of f, whose job consumer no worker has begun" in text
    assert "consumer never began, for the only worker of pool, producer, waits and takes no other job." in text
    assert "Every thread that could change this waits itself or has ended" not in text
    assert result.errors[0].hints == ("Jobs that wait for each other need a worker each: pool has 1, and needs at least 2 here.",)
    assert not checked(edited(tmp_path, file, ("max_workers=1", "max_workers=2"))).errors


def test_two_jobs_that_wait_for_each_others_results_are_told_as_a_circle() -> None:
    text = text_of(checked(SPECIMENS / "scenarios" / "futures_wait_for_each_other.py", "scenario"))
    assert "for the result of futures['second'], which second is to give" in text
    assert "first and second wait for each other, so none of them can go on." in text
    assert "Every thread" not in text


def test_a_thread_that_comes_round_a_loop_is_not_said_to_yield() -> None:
    text = text_of(checked(SPECIMENS / "scenarios" / "dict_changed_while_iterated.py", "scenario"))
    assert "Thread-1 (report) has come round its loop: Thread-2 (deliver) goes first" in text
    assert "yields" not in text


def test_a_thread_that_sleeps_is_not_said_to_wait(scribe: Any) -> None:
    trace = scribe()
    trace.step("Thread-1", "sleep", "sleep(0.01)", 14)
    trace.switch("Thread-1", "main", "blocked")
    trace.sync("main", "blocked", 23, "lock")
    trace.switch("main", "Thread-1", "blocked")
    assert [words_of(switch, trace.steps) for switch in trace.switches] == ["Thread-1 sleeps: main runs", "main must wait: Thread-1 runs"]


def test_a_join_that_an_early_task_done_let_pass_is_the_cause(tmp_path: Path) -> None:
    file = SPECIMENS / "scenarios" / "queue_task_done_early.py"
    text = text_of(result := checked(file, "scenario"))
    assert "The join() at line 18 returned because Thread-1 (worker) had called task_done() at line 10, which came before its work was done." in text
    assert "main looked at results ([]) at line 19, and only afterwards Thread-1 (worker) changed it at line 11." in text
    assert result.errors[0].hints == ("Call task_done() (line 10) after line 11, when the work on the item is done.",)
    swapped = "    results.append(n * 2)\n    tasks.task_done()\n"
    assert not checked(edited(tmp_path, file, ("    tasks.task_done()\n    results.append(n * 2)\n", swapped)), "scenario").errors


def test_a_message_that_was_taken_for_the_end_is_the_cause(tmp_path: Path) -> None:
    file = SPECIMENS / "programs" / "none_is_also_a_reading.py"
    text = text_of(result := checked(file))
    assert "Thread-2 (database) took None out of q at line 17 and ended;" in text
    assert "it had been put there as a message at line 11, and not as the end at line 12." in text
    assert "22.5, which came after it at line 11, was never taken." in text
    assert "No thread was preempted" not in text
    assert result.errors[0].hints[0].startswith("None is put as a message (line 11) and as the end (line 12): let an object of its own mean the end")
    own_end = [("q = Queue()", "q = Queue()\nEND = object()"), ("q.put(None)", "q.put(END)"), ("r is None", "r is END")]
    assert not checked(edited(tmp_path, file, *own_end)).errors


def test_an_update_lost_through_a_variable_kept_the_end_from_being_told(tmp_path: Path) -> None:
    file = SPECIMENS / "programs" / "last_worker_counted_unlocked.py"
    text = text_of(result := checked(file))
    assert "So `left == 0` (line 13) held for no thread, and none came to line 14 (q.put(None))." in text
    assert result.errors[0].hints[0].startswith("Hold one lock from line 11 to line 12")
    locked = [
        ("alive = 2", "alive = 2\nlock = threading.Lock()"),
        ("    left = alive - 1\n    alive = left", "    with lock:\n        left = alive - 1\n        alive = left"),
    ]
    assert not checked(edited(tmp_path, file, *locked)).errors


def test_a_flag_that_a_waiting_get_does_not_see_is_the_cause(tmp_path: Path) -> None:
    file = SPECIMENS / "programs" / "stop_flag_while_blocked_in_get.py"
    text = text_of(result := checked(file))
    assert "Thread-1 looked at Consumer.keep_running at line 13 when it was still True;" in text
    assert "only then did main write False to Consumer.keep_running at line 17" in text
    assert result.errors[0].hints[0].startswith("Only an item wakes who waits in get(): after line 17 put one more into Consumer.q")
    assert not checked(edited(tmp_path, file, ("= False\n", "= False\n        self.q.put(None)\n"))).errors


def test_an_object_that_others_found_before_it_was_complete_is_the_cause(tmp_path: Path) -> None:
    file = SPECIMENS / "scenarios" / "singleton_published_early.py"
    text = text_of(result := checked(file, "scenario"))
    assert "Thread-1 (<lambda>) stored the object in Config._instance at line 13 and set its name only afterwards, at line 14;" in text
    assert "in between Thread-2 (<lambda>) found it there at line 10." in text
    assert result.errors[0].hints == ("Store an object in Config._instance (line 13) only when it is complete: after line 14, which must set name before.",)
    complete = [
        ("cls._instance = cls()", "made = cls()"),
        ('cls._instance.name = "default"', 'made.name = "default"\n                    cls._instance = made'),
    ]
    assert not checked(edited(tmp_path, file, *complete), "scenario").errors


def test_a_full_deque_that_drops_its_oldest_is_the_cause(tmp_path: Path) -> None:
    file = SPECIMENS / "programs" / "deque_maxlen_drops.py"
    text = text_of(result := checked(file))
    assert "RingBuffer.data was full when producer-1 put message 103: a deque with a maxlen (line 8) then drops its oldest," in text
    assert "the append at line 13 pushed message 101 out" in text
    assert "No thread was preempted" not in text
    assert result.errors[0].hints == (
        "A put must wait before line 13 while as many messages as that are inside (with a Condition, or through a queue.Queue of that size): "
        "the maxlen of line 8 makes nobody wait.",
    )
    waiting = [
        (
            "        with self.lock:\n            self.data.append(x)",
            "        with self.room:\n            self.room.wait_for(lambda: len(self.data) < 2)\n            self.data.append(x)",
        )
    ]
    waiting += [("threading.Lock()", "threading.Lock()\n        self.room = threading.Condition(self.lock)")]
    waiting += [("return self.data.popleft()", "self.room.notify()\n                    return self.data.popleft()")]
    assert not checked(edited(tmp_path, file, *waiting)).errors


FLAWED = ROOT / "implementations" / "flawed"


def test_one_lock_in_place_of_two_is_not_advised_without_a_word_on_the_loops_that_wait() -> None:
    result = checked(FLAWED / "two_locks_one_counter.py", mode="class")
    waits = "A loop must not keep that lock while it waits (line 30 and line 23): use a Condition on it and its wait()."
    assert result.errors[0].hints[0].endswith(waits)
    assert all("A loop must not keep that lock while it waits" in hint for finding in warnings_of(result) for hint in finding.hints)


def test_no_lock_is_advised_around_a_line_that_waits() -> None:
    result = checked(SPECIMENS / "scenarios" / "dekker_without_turn.py", "scenario")
    assert warnings_of(result)
    hinted = [hint for finding in warnings_of(result) for hint in finding.hints]
    assert all(hint.startswith("Use a Condition in place of asking again and again") and "waits by its wait()" in hint for hint in hinted)
    reused = checked(FLAWED / "reused_buffer.py", mode="class", producers=2, consumers=2)
    assert not any("line 23" in hint for finding in warnings_of(reused) for hint in finding.hints)


def test_every_if_around_a_wait_of_one_kind_is_named() -> None:
    result = checked(FLAWED / "if_for_while.py", mode="class", producers=2, consumers=2, messages=2)
    assert "`while` for `if` at line 27, and likewise at line 20: whoever is woken must look again before it goes on." in result.errors[0].hints


def test_where_an_event_is_to_be_cleared_is_said_exactly() -> None:
    hint = "Clear Pipeline.ready straight after the wait of line 27, and before line 29 lets the other side go on, not before the wait: line 26 wipes out"
    assert checked(FLAWED / "clear_before_wait.py", mode="class").errors[0].hints[0].startswith(hint)


def test_a_thread_that_an_exception_ended_is_missed_where_others_wait_for_ever() -> None:
    result = checked(FLAWED / "if_for_while.py", mode="class", producers=2, consumers=2, messages=3)
    deadlock = next(finding for finding in result.errors if finding.kind == "deadlock")
    assert "consumer-2 died of IndexError at line 29, so it takes nothing any more." in deadlock.explanation
    result = checked(FLAWED / "test_and_change_apart.py", mode="class", producers=2, consumers=2, messages=3)
    livelock = next(finding for finding in result.errors if finding.kind == "livelock")
    assert "consumer-1 died of IndexError at line 37, so it takes nothing any more." in livelock.explanation
    taken = next(step for step in reversed(livelock.trace.steps) if step.thread == "consumer-2" and ".pop(0)" in step.what and step.value == "[]")
    before = [row for row in view_of(livelock.trace).rows if isinstance(row, StepRow) and row.step <= taken.step]
    assert any("(now [])" in effect for row in before for effect in row.effects)


def test_what_both_modes_show_at_the_same_lines_is_shown_once() -> None:
    text = text_of(checked(SPECIMENS / "programs" / "deque_maxlen_drops.py"))
    assert "livelock (program mode): " in text
    assert "It comes about at the same lines as in class mode, which is shown above" in text
    assert text.count("top to bottom") == 1


def test_an_exception_that_was_caught_with_a_lock_in_hand_is_named_and_has_a_row() -> None:
    text = text_of(checked(FLAWED / "lock_kept_on_exception.py", mode="class"))
    assert "What it did at line 32 failed; it left by the `except IndexError` of line 33 and so passed by the release of line 36." in text
    assert "call Pipeline.messages.popleft(), which changed nothing (it is deque([]))" in text


def test_a_sentence_that_the_headline_says_is_not_said_again() -> None:
    text = text_of(checked(FLAWED / "off_by_one.py", mode="class"))
    assert text.count("put of message 103 returned") == 1
    assert "producer-1 added message 103 to Pipeline.messages at line 22." in text


def test_a_table_ends_soon_after_what_is_wrong_is_complete(scribe: Any) -> None:
    trace = scribe()
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.write("producer-1", 8, "Pipeline.message", value)
        trace.put_returns("producer-1", value)
    for number in range(9):
        trace.get(f"consumer-{number % 2}")
        trace.read(f"consumer-{number % 2}", 11, "Pipeline.message", "102")
        trace.get_returns(f"consumer-{number % 2}", "102")
        trace.sync(f"consumer-{number % 2}", "sleep", 12 + number, "")
    lost = trace.trace()
    until = complete_at(Story(lost), "loss", "message 101, put by producer-1, was returned by no get")
    assert until == 5
    rows = view_of(lost, until=until).rows
    assert rows[-1] == GapRow("what is wrong is complete: the rest of the execution left out")
    assert len(view_of(lost).rows) > len(rows)
    assert complete_at(Story(lost), "deadlock", "") == 0


def test_one_execution_is_not_said_to_be_inequivalent(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text("def scenario():\n    pass\n", encoding="utf-8")
    assert "inequivalent" not in text_of(checked(file, "scenario"))


def test_a_workload_that_cannot_fail_does_not_keep_one_that_can_from_being_tried() -> None:
    result = checked(FLAWED / "none_means_empty.py", mode="class", producers=2, consumers=2, messages=3)
    size = result.errors[0].scenario
    assert size is not None
    assert (size.producers, size.consumers, size.messages) == (1, 2, 2)


POOL = """
import threading
from concurrent.futures import ThreadPoolExecutor

one, two = threading.Lock(), threading.Lock()


def forth():
    with one:
        with two:
            pass


def back():
    with two:
        with one:
            pass


def scenario():
    with ThreadPoolExecutor(2) as pool:
        for job in (forth, back, forth, back):
            pool.submit(job)
"""


def test_a_pool_is_not_blamed_for_its_workers_locks(tmp_path: Path) -> None:
    file = tmp_path / "pool.py"
    file.write_text(POOL, encoding="utf-8")
    result = checked(file, "scenario")
    assert result.errors
    assert "never began" not in text_of(result)
    assert "each waits for what the other holds" in text_of(result).lower()


DYING = """
import threading
from concurrent.futures import ThreadPoolExecutor

ready = threading.Event()


def work():
    if not {}:
        raise KeyError(1)
    ready.set()


def scenario():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
    ready.wait()
"""


def test_a_job_that_an_exception_ended_is_told_as_that(tmp_path: Path) -> None:
    file = tmp_path / "dying.py"
    file.write_text(DYING, encoding="utf-8")
    text = text_of(checked(file, "scenario"))
    assert "work raised KeyError at line 10, which ended its job." in text
    assert "died of" not in text


def test_two_loops_that_wait_for_each_others_flags_are_told_as_that() -> None:
    text = text_of(checked(SPECIMENS / "scenarios" / "dekker_without_turn.py", "scenario"))
    assert "Thread-2 (work) had written True to wants[1] at line 9 and Thread-1 (work) had written True to wants[0] at line 9." in text
    assert "Each waits for the other to take that back, and none of them does while it goes round." in text
    assert "take that back" not in text_of(checked(FLAWED / "busy_flag.py", mode="class"))


def test_an_assertion_that_did_not_wait_for_a_thread_names_it() -> None:
    text = text_of(checked(SPECIMENS / "programs" / "daemon_consumer_not_waited_for.py"))
    assert "Thread-2 (consumer), a daemon, had not begun by then: nothing had made main wait for it." in text


def test_a_decision_that_was_out_of_date_is_named_with_its_lock(tmp_path: Path) -> None:
    file = tmp_path / "tickets.py"
    file.write_text(TICKETS, encoding="utf-8")
    (finding,) = checked(file).errors
    assert any("found free = 1 at line 9 and went on to line 10; between the two" in sentence for sentence in finding.explanation)
    assert finding.hints == ("The look at line 9 and what follows from it, up to line 10, must stand under one lock in every thread, held without a gap.",)
    locked = TICKETS.replace("    if free > 0:\n        free -= 1\n        sold", "    with lock:\n      if free > 0:\n        free -= 1\n        sold")
    file.write_text(locked.replace("sold = []", "sold, lock = [], threading.Lock()"), encoding="utf-8")
    assert checked(file).verdict == "verified"


def test_the_newest_of_a_long_list_is_told_as_that() -> None:
    (finding,) = checked(FLAWED / "lifo_pop.py", mode="program").errors
    assert "pop() takes from the end to which append() at line 22 adds: the newest message." in finding.explanation
    assert finding.hints == ("pop(0) for pop() at line 29 takes the oldest message.",)


def hints_of(result: harness.Result) -> str:
    return " ".join(hint for finding in result.errors for hint in finding.hints)


def test_a_wait_in_a_helper_is_asked_about_where_its_caller_asks(tmp_path: Path) -> None:
    file = SPECIMENS / "pipelines" / "monitor_of_helpers_pulses_one.py"
    by_two = {"producers": 2, "consumers": 2, "capacity": 1}
    assert hints_of(checked(file, **by_two)) == (
        "notify_all() for notify() at line 20, or a Condition for each side on one lock: at line 34 and line 42 threads wait on Monitor._c "
        "for different things."
    )
    assert not checked(edited(tmp_path, file, ("self._c.notify()", "self._c.notify_all()")), **by_two).errors


def test_a_try_that_fails_makes_no_signal_of_a_lock() -> None:
    text = text_of(checked(SPECIMENS / "programs" / "philosophers_backoff_keeps_fork.py"))
    assert "to acquire fork_a, held by Thread-1 (dine) since line 10" in text
    assert "A thread that waits for what it holds itself can never go on." in text
    assert "Only another thread could wake" not in text


def test_no_with_is_proposed_where_the_first_of_several_takes_and_the_last_gives_back() -> None:
    result = checked(SPECIMENS / "programs" / "lightswitch_unprotected.py")
    assert "took room at line 12" in text_of(result)
    assert "with room" not in hints_of(result)


def test_consumers_that_take_what_was_put_need_not_be_told_of_the_end() -> None:
    result = checked(SPECIMENS / "pipelines" / "timer_flush_unlocked.py")
    assert [finding.kind for finding in result.errors] == ["loss", "deadlock"]
    assert "nothing more will come" not in hints_of(result)


def test_arguments_that_are_only_handed_on_are_not_what_was_empty() -> None:
    text = text_of(checked(SPECIMENS / "pipelines" / "locked_proxy.py", producers=2, consumers=2, messages=2))
    assert "pop from empty list at line 19" in text
    assert "kwargs" not in text.partition("The execution of")[0]


def test_a_sentence_about_a_loop_is_said_once() -> None:
    text = text_of(checked(SPECIMENS / "pipelines" / "metaclass_monitor_sleeps.py"))
    assert text.count("No thread wrote Buffer.data in that time.") == 1


TWO_OF_A_NAME = """\
import threading
import time
from functools import cached_property


class Buffer:
    def __init__(self, size):
        self.n, self.values = 0, [None] * size

    @cached_property
    def lock(self):
        return threading.Lock()

    def put(self, value):
        while True:
            with self.lock:
                n = self.n
                if n < len(self.values):
                    self.values[n] = value
                    self.n = n + 1
                    return
            time.sleep(0)

    def get(self):
        while True:
            with self.lock:
                n = self.n
                if n > 0:
                    value = self.values[0]
                    self.values[0:n] = [*self.values[1:n], None]
                    self.n = n - 1
                    return value
            time.sleep(0)
"""


def test_an_index_torn_apart_under_two_locks_of_one_name_is_no_put_that_does_not_wait(tmp_path: Path) -> None:
    file = tmp_path / "buffer.py"
    file.write_text(TWO_OF_A_NAME, encoding="utf-8")
    result = checked(file, producers=2, consumers=2)
    if sys.version_info < (3, 12):  # there cached_property computes once
        assert result.verdict == "survived"
        return
    (loss,) = [finding for finding in result.errors if finding.kind == "loss"]
    assert any("two different locks that are both called" in hint for hint in loss.hints)
    assert "Nothing makes a put wait" not in text_of(result)
