"""What real primitives may do under some schedule the models do under some schedule, and nothing else.

Where several outcomes must show, 200 random schedules are tried; each outcome has odds of 1 in 50 at the least, so the chance of
missing one is below 0.02; the seed is fixed.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest


def test_set_then_clear_wakes_those_inside_wait_and_no_others(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> None:
        event = threading.Event()
        thread = threading.Thread(target=event.wait)
        thread.start()
        event.set()
        event.clear()
        thread.join()

    assert {outcome.ending for outcome in outcomes(body, 200)} == {"finished", "deadlock"}


def test_two_waiters_of_one_release_do_not_both_pass(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> int:
        lock, inside = threading.Lock(), []
        lock.acquire()
        threads = [threading.Thread(target=lambda: (lock.acquire(), inside.append(1)), daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        lock.release()
        while not inside:
            m["time"].sleep(1)
        return len(inside)

    assert {outcome.value for outcome in outcomes(body, 100)} == {1}


def test_notify_wakes_one_waiter_and_which_is_a_choice(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> str:
        condition, waiting, woken = threading.Condition(), [], []

        def wait(name: str) -> None:
            with condition:
                waiting.append(name)
                condition.wait()
                woken.append(name)

        for name in "ab":
            threading.Thread(target=wait, args=(name,), daemon=True).start()
        while len(waiting) < 2:
            m["time"].sleep(1)
        with condition:
            condition.notify()
        while not woken:
            m["time"].sleep(1)
        return "older" if woken[0] == waiting[0] else "younger"

    assert {outcome.value for outcome in outcomes(body, 200)} == {"older", "younger"}


def test_a_notify_that_nobody_waits_for_is_lost(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> None:
        condition = threading.Condition()

        def wait() -> None:
            with condition:
                condition.wait()

        thread = threading.Thread(target=wait)
        thread.start()
        with condition:
            condition.notify()
        thread.join()

    assert {outcome.ending for outcome in outcomes(body, 200)} == {"finished", "deadlock"}


def test_a_notify_may_be_lost_on_a_waiter_whose_time_is_up(outcomes: Any, m: Any) -> None:
    """As in CPython a waiter stays in line until it has the lock again, though it returns False."""
    threading = m["threading"]

    def body() -> tuple[bool, bool]:
        condition, line = threading.Condition(), []
        answers: dict[str, bool] = {}

        def wait(name: str, timeout: float | None) -> None:
            with condition:
                line.append(name)
                answers[name] = condition.wait(timeout)

        first = threading.Thread(target=wait, args=("timed", 1.0))
        first.start()
        while not line:
            m["time"].sleep(0)
        second = threading.Thread(target=wait, args=("patient", None), daemon=True)
        second.start()
        while len(line) < 2:
            m["time"].sleep(0)
        with condition:
            condition.notify()
        first.join()
        m["time"].sleep(10)
        return answers["timed"], "patient" in answers

    seen = Counter(outcome.value for outcome in outcomes(body, 400))
    assert seen[False, False], "the notify was never absorbed"
    assert seen[True, False]
    assert not seen[True, True]


def test_a_timed_acquire_may_come_early_or_late(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> bool:
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=lock.release).start()
        return bool(lock.acquire(timeout=5))

    assert {outcome.value for outcome in outcomes(body, 200)} == {True, False}


def test_exception_of_a_job_is_forgiven_when_its_future_is_read(controlled: Any, m: Any) -> None:
    futures = m["concurrent.futures"]

    def body() -> None:
        with futures.ThreadPoolExecutor(1) as pool:
            read, unread = pool.submit(lambda: 1 // 0), pool.submit(lambda: {}["x"])
            assert read.exception() is not None
            futures.wait([unread])

    crashes = controlled.run(body).crashes
    assert [(text.partition("(")[0], where, forgiven) for text, where, _, forgiven in crashes] == [
        ("ZeroDivisionError", "future", True),
        ("KeyError", "future", False),
    ]


def test_exception_that_leaves_a_thread_is_reported_and_an_exit_is_not(controlled: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> None:
        for target in (lambda: 1 // 0, m["_thread"].exit):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()

    assert [(where, forgiven) for _, where, _, forgiven in controlled.run(body).crashes] == [("thread", False)]


def test_jobs_that_wait_run_though_nobody_shuts_the_pool_down(outcomes: Any, m: Any) -> None:
    done: list[int] = []

    def body() -> None:
        done.clear()
        pool = m["concurrent.futures"].ThreadPoolExecutor(1)
        for number in range(3):
            pool.submit(done.append, number)

    for outcome in outcomes(body, 50):
        assert outcome.ending == "finished"
    assert done == [0, 1, 2]


def test_a_pool_of_one_that_waits_for_itself_is_stuck(controlled: Any, m: Any) -> None:
    def body() -> None:
        with m["concurrent.futures"].ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: pool.submit(int).result()).result()

    outcome = controlled.run(body)
    assert outcome.ending == "deadlock"
    assert "ThreadPoolExecutor-0_0: result" in outcome.stuck


def test_a_put_that_waits_when_the_queue_is_cleared_from_outside_waits_on(outcomes: Any, m: Any) -> None:
    """Nobody notifies not_full then, in CPython neither; a put that begins later goes through."""
    threading = m["threading"]

    def body() -> None:
        queue = m["queue"].Queue(1)
        queue.put(1)
        thread = threading.Thread(target=queue.put, args=(2,))
        thread.start()
        with queue.mutex:
            queue.queue.clear()
        thread.join()

    assert {outcome.ending for outcome in outcomes(body, 200)} == {"finished", "deadlock"}


@pytest.mark.skipif(sys.version_info < (3, 13), reason="queues have no shutdown before Python 3.13")
def test_shutdown_of_a_queue_ends_those_who_wait(outcomes: Any, m: Any) -> None:
    threading, queues = m["threading"], m["queue"]

    def body(is_opened: bool) -> list[str]:
        empty, full, ends = queues.Queue(), queues.Queue(1), []
        full.put(1)
        if is_opened:
            assert not empty.mutex.locked()
            assert not full.mutex.locked()

        def end(call: Any, *args: Any) -> None:
            try:
                call(*args)
            except queues.ShutDown:
                ends.append("shut down")

        threads = [threading.Thread(target=end, args=(empty.get,)), threading.Thread(target=end, args=(full.put, 2)), threading.Thread(target=full.join)]
        for thread in threads:
            thread.start()
        empty.shutdown()
        full.shutdown(immediate=True)
        for thread in threads:
            thread.join()
        end(full.get_nowait)
        end(full.put_nowait, 1)
        return ends

    for is_opened in (False, True):
        assert {tuple(outcome.value) for outcome in outcomes(lambda is_opened=is_opened: body(is_opened), 50)} == {("shut down",) * 4}


def test_a_queue_opened_while_threads_wait_at_it_lets_them_go_on(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> list[int]:
        queue, got = m["queue"].Queue(1), []
        getter = threading.Thread(target=lambda: got.extend(queue.get() for _ in range(3)))
        getter.start()
        assert len(queue.queue) == 0
        for number in range(3):
            queue.put(number)
        getter.join()
        return got

    assert {tuple(outcome.value) for outcome in outcomes(body, 100)} == {(0, 1, 2)}


def test_items_that_compare_by_code_of_their_own_do_not_spoil_a_priority_queue(outcomes: Any, m: Any) -> None:
    threading = m["threading"]

    def body() -> list[int]:
        lock = threading.Lock()

        class Job:
            def __init__(self, urgency: int) -> None:
                self.urgency = urgency

            def __lt__(self, other: Any) -> bool:
                with lock:  # a point in the middle of heappush
                    return bool(self.urgency < other.urgency)

        queue = m["queue"].PriorityQueue()
        threads = [threading.Thread(target=queue.put, args=(Job(urgency),)) for urgency in (3, 1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [queue.get().urgency for _ in range(3)]

    assert {tuple(outcome.value) for outcome in outcomes(body, 60)} == {(1, 2, 3)}


def test_abandoned_threads_end_without_a_word(outcomes: Any, m: Any, capsys: Any) -> None:
    threading = m["threading"]

    def body() -> None:
        lock, condition, event, queue = threading.Lock(), threading.Condition(), threading.Event(), m["queue"].Queue()
        barrier = threading.Barrier(2)
        lock.acquire()

        def wait_on_condition() -> None:
            with condition:
                condition.wait()

        for target in (lock.acquire, wait_on_condition, event.wait, queue.get, barrier.wait, queue.join):
            threading.Thread(target=target, daemon=True).start()

    assert {outcome.ending for outcome in outcomes(body, 30)} == {"finished"}
    assert capsys.readouterr() == ("", "")
