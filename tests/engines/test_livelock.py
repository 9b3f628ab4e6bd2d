"""Threads that keep running and get nowhere are found, and the loop they are in is named."""

from __future__ import annotations

import pytest

import harness
from tests.engines.laboratory import Laboratory


def line_of(source: str, text: str) -> int:
    """The line of a source on which a text stands first."""
    return next(number for number, line in enumerate(source.splitlines(), 1) if text in line)


def test_two_polite_threads_that_try_for_the_second_lock_go_round_for_ever(laboratory: Laboratory) -> None:
    source = """
        import threading
        def scenario():
            left, right = threading.Lock(), threading.Lock()
            met = threading.Barrier(2)
            def eat(mine, other):
                with mine:
                    met.wait()
                    while not other.acquire(blocking=False):
                        pass
                    other.release()
            threads = [threading.Thread(target=eat, args=pair) for pair in ((left, right), (right, left))]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    (finding,) = laboratory.check(source, executions=20).errors
    assert finding.kind == "livelock"
    assert f":{line_of(source, 'while not other')}" in finding.message
    assert len(finding.threads) >= 2


LOOPS = {
    "nothing": "while True:\n                    pass",
    "a flag nobody sets": "while not box.flag:\n                    pass",
    "a flag nobody sets, yielding": "while not box.flag:\n                    time.sleep(0)",
    "a flag nobody sets, sleeping": "while not box.flag:\n                    time.sleep(0.5)",
    "an event nobody sets": "while not event.wait(0.1):\n                    pass",
    "a lock that stays taken": "while not lock.acquire(timeout=1):\n                    pass",
    "with a counter of attempts": "while not box.flag:\n                    box.attempts += 1",
    "with a local counter": "turns = 0\n                while not box.flag:\n                    turns += 1",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_loop_that_waits_for_what_never_comes_is_a_livelock_and_is_named(laboratory: Laboratory, loop: str) -> None:
    source = f"""
        import threading, time
        class Box:
            flag = False
            attempts = 0
        def scenario():
            box, event, lock = Box(), threading.Event(), threading.Lock()
            lock.acquire()
            def poll():
                {loop}
            t = threading.Thread(target=poll, name="poller")
            t.start()
            t.join()
    """
    result = laboratory.check(source, executions=5)
    (finding,) = result.errors
    assert finding.kind == "livelock"
    assert "poller" in finding.threads
    assert f":{line_of(source, 'while')}" in finding.message


def test_a_livelock_is_found_in_a_pipeline_too(laboratory: Laboratory) -> None:
    path = laboratory.write("""
        class Pipeline:
            def __init__(self):
                self.message = None
            def put(self, message):
                while self.message is not None:
                    pass
                self.message = message
            def get(self):
                while self.message is None:
                    pass
                return self.message
    """)
    result = harness.check(path, executions=300, all=True, messages=2)
    assert "livelock" in [finding.kind for finding in result.findings]


def test_a_livelock_that_needs_one_preemption_is_found(laboratory: Laboratory) -> None:
    source = """
        import threading
        class Turn:
            mine = 0
            closed = False
        def scenario():
            turn = Turn()
            def first():
                if turn.mine == 0:
                    turn.mine = 1
                    while turn.mine != 0 and not turn.closed:
                        pass
            def second():
                if turn.mine == 0:
                    turn.closed = True
                else:
                    turn.mine = 0
            threads = [threading.Thread(target=f) for f in (first, second)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    # first asks, second asks and closes: ends; first asks and takes, second gives back: ends; second is through before first takes: closed, ends.
    assert laboratory.check(source, executions=300).verdict == "verified"
    broken = source.replace("and not turn.closed", "")
    (finding,) = laboratory.check(broken, executions=300).errors
    assert finding.kind == "livelock"


def test_a_long_computation_is_no_livelock(laboratory: Laboratory) -> None:
    source = """
        import threading
        class Box:
            total = 0
        def scenario():
            box = Box()
            def work():
                n = 0
                while n < 1500:
                    n += 1
                    box.total += n
            threads = [threading.Thread(target=work) for _ in range(2)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    assert laboratory.check(source, executions=8).verdict == "survived"


def test_waiting_long_for_a_slow_thread_is_no_livelock(laboratory: Laboratory) -> None:
    source = """
        import threading, time
        class Box:
            is_done = False
        def scenario():
            box = Box()
            def slow():
                for _ in range(600):
                    time.sleep(0.1)
                box.is_done = True
            t = threading.Thread(target=slow)
            t.start()
            while not box.is_done:
                time.sleep(0.01)
            t.join()
    """
    result = laboratory.check(source, executions=3)
    assert (result.verdict, [f.message for f in result.errors]) == ("survived", [])
