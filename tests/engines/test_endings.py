"""How executions end: finished, deadlock, livelock, step limit, and what threads are left then."""

from __future__ import annotations

import harness
from harness.strategies.catalogue import STRATEGIES
from tests.checks import kinds
from tests.engines.laboratory import Laboratory


def test_a_daemon_left_behind_is_nothing(laboratory: Laboratory) -> None:
    source = """
        import threading
        def scenario():
            threading.Thread(target=threading.Event().wait, daemon=True).start()
    """
    result = laboratory.check(source, executions=50)
    assert (result.verdict, kinds(result)) == ("survived", [])


def test_a_daemon_that_spins_for_ever_is_nothing(laboratory: Laboratory) -> None:
    source = """
        import threading
        def scenario():
            def spin():
                while True:
                    pass
            threading.Thread(target=spin, daemon=True).start()
            t = threading.Thread(target=lambda: None)
            t.start()
            t.join()
    """
    for strategy in STRATEGIES:
        assert {one.ending for one in laboratory.executions(source, 20, strategy)} == {"finished"}


DEADLOCK_BESIDE_A_DAEMON = """
    import threading, time

    def scenario():
        def tick():
            while True:
                {tick}

        threading.Thread(target=tick, daemon=True).start()
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
"""


def test_a_deadlock_is_found_while_daemons_sleep_and_tick_and_spin(laboratory: Laboratory) -> None:
    for tick in ("time.sleep(1)", "time.sleep(0)", "pass", "threading.Event().wait(1)", "threading.Event().wait()"):
        source = DEADLOCK_BESIDE_A_DAEMON.replace("{tick}", tick)
        result = laboratory.check(source, executions=20)
        assert (tick, kinds(result)) == (tick, ["deadlock"])
        assert result.findings[0].threads == ("main",)


def test_a_thread_left_blocked_by_a_scenario_is_a_deadlock(laboratory: Laboratory) -> None:
    source = """
        import threading
        def scenario():
            threading.Thread(target=threading.Event().wait, name="forgotten").start()
    """
    result = laboratory.check(source, executions=20)
    assert kinds(result) == ["deadlock"]
    assert "forgotten" in result.findings[0].message


PIPELINE = """
    import threading
    from collections import deque

    class Pipeline:
        def __init__(self):
            self.items = deque()
            self.ready = threading.Semaphore(0)
            threading.Thread(target=self.help, daemon={daemon}, name="helper").start()

        def help(self):
            {help}

        def put(self, message):
            self.items.append(message)
            self.ready.release()

        def get(self):
            self.ready.acquire()
            return self.items.popleft()
"""


def test_a_thread_that_a_pipeline_leaves_behind_is_a_warning_and_a_daemon_is_nothing(laboratory: Laboratory) -> None:
    for help in ("threading.Event().wait()", "\n                while True: threading.Event().wait(1)"):
        for daemon, expected in ((False, ["leaked-thread"]), (True, [])):
            path = laboratory.write(PIPELINE.replace("{daemon}", str(daemon)).replace("{help}", help))
            result = harness.check(path, executions=30)
            assert (help, result.verdict, kinds(result)) == (help, "survived", expected)


def test_a_helper_that_ends_by_itself_leaks_nothing(laboratory: Laboratory) -> None:
    path = laboratory.write(PIPELINE.replace("{daemon}", "False").replace("{help}", "threading.Event().wait(1)"))
    assert kinds(harness.check(path, executions=100)) == []


def test_idle_workers_of_a_pool_that_was_never_shut_down_end_with_the_scenario(laboratory: Laboratory) -> None:
    source = """
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            pool = ThreadPoolExecutor(max_workers=3)
            assert sorted(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]
    """
    for strategy in STRATEGIES:
        result = laboratory.check(source, executions=60, strategy=strategy)
        assert (result.verdict, kinds(result)) == ("survived", [])


def test_jobs_still_queued_at_the_end_of_the_scenario_run_before_it_is_over(laboratory: Laboratory) -> None:
    source = """
        from concurrent.futures import ThreadPoolExecutor
        seen = []
        def scenario():
            pool = ThreadPoolExecutor(max_workers=1)
            for n in range(3):
                pool.submit(seen.append, n)
    """
    assert {one.seen for one in laboratory.executions(source, 100)} == {(0, 1, 2)}


def test_a_worker_that_works_for_ever_is_waited_for(laboratory: Laboratory) -> None:
    source = """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            ThreadPoolExecutor().submit(threading.Event().wait)
    """
    assert kinds(laboratory.check(source, executions=10)) == ["deadlock"]


def test_the_step_limit_ends_an_execution_and_is_no_finding(laboratory: Laboratory) -> None:
    source = """
        seen = []
        def scenario():
            for n in range(10**9):
                pass
    """
    (one,) = laboratory.executions(source, 1, step_limit=2000)
    assert one.ending == "step-limit"


def test_the_step_limit_is_told_among_the_limits(laboratory: Laboratory) -> None:
    source = """
        def scenario():
            for n in range(10**9):
                pass
    """
    result = laboratory.check(source, executions=100)
    assert (result.verdict, kinds(result)) == ("survived", [])
    assert any("executions were cut off at the step limit of 200000 points" in limit for limit in result.limits)
    assert result.executions < 100  # a program that never ends is not tried to the end of the budget


def test_several_thousand_steps_are_normal(laboratory: Laboratory) -> None:
    source = """
        seen = []
        def scenario():
            total = [0]
            for n in range(5000):
                total[0] += n
            seen.append(total[0])
    """
    one = laboratory.play(source)
    assert (one.ending, one.seen) == ("finished", (sum(range(5000)),))


def test_a_producer_without_end_is_cut_off_and_no_livelock(laboratory: Laboratory) -> None:
    source = """
        import queue, threading
        def scenario():
            box = queue.Queue(2)
            def produce():
                number = 0
                while True:
                    number += 1
                    box.put(number)
            def consume():
                while True:
                    box.get()
            threads = [threading.Thread(target=f) for f in (produce, consume)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    (one,) = laboratory.executions(source, 1, step_limit=20_000)
    assert one.ending == "step-limit"


def test_exit_in_a_thread_is_silent_and_in_the_scenario_an_end(laboratory: Laboratory) -> None:
    source = """
        import sys, threading
        def scenario():
            t = threading.Thread(target=sys.exit)
            t.start()
            t.join()
            sys.exit(3)
    """
    assert laboratory.check(source, executions=20).verdict == "verified"
