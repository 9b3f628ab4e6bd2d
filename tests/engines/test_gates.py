"""Who may pass is state: locks, conditions and semaphores let through exactly as many as they should, under every schedule tried."""

from __future__ import annotations

import pytest

from harness.strategies.catalogue import STRATEGIES
from tests.engines.laboratory import Laboratory

ONE_RELEASE = """
    import threading, time

    seen = []

    def scenario():
        lock = threading.Lock()
        lock.acquire()
        inside = []

        def enter():
            lock.acquire()
            inside.append(1)
            seen.append(len(inside))

        threads = [threading.Thread(target=enter, daemon=True) for _ in range(3)]
        for t in threads:
            t.start()
        lock.release()
        time.sleep(9)
"""


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_of_the_waiters_of_one_release_only_one_passes(laboratory: Laboratory, strategy: str) -> None:
    runs = laboratory.executions(ONE_RELEASE, 100, strategy)
    assert {one.seen for one in runs} <= {(), (1,)}
    assert (1,) in {one.seen for one in runs}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_semaphore_lets_as_many_through_as_it_holds(laboratory: Laboratory, strategy: str) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            room = threading.Semaphore(2)
            inside = []
            def visit():
                with room:
                    inside.append(1)
                    seen.append(len(inside))
                    inside.pop()
            threads = [threading.Thread(target=visit) for _ in range(4)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    runs = laboratory.executions(source, 600 if strategy == "bounded" else 60, strategy)  # those without a preemption are many, and come first
    assert {one.ending for one in runs} == {"finished"}
    assert max(max(one.seen) for one in runs) == 2


def test_a_lock_released_between_two_acquires_may_go_to_either(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            lock = threading.Lock()
            def work(name):
                for _ in range(2):
                    with lock:
                        seen.append(name)
            threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    assert {"".join(one.seen) for one in laboratory.executions(source, 300)} == {"aabb", "abab", "abba", "baab", "baba", "bbaa"}


TIMED_ACQUIRE = """
    import threading, time

    seen = []

    def scenario():
        lock = threading.Lock()

        def hold():
            with lock:
                time.sleep(1)

        t = threading.Thread(target=hold)
        t.start()
        got = lock.acquire(timeout={timeout})
        seen.append(got)
        if got:
            lock.release()
        t.join()
"""


def test_a_timed_acquire_waits_for_a_release_that_comes_in_time(laboratory: Laboratory) -> None:
    source = TIMED_ACQUIRE.format(timeout=5)
    assert laboratory.play(source).seen == (True,)
    assert {one.seen for one in laboratory.executions(source, 100)} == {(True,), (False,)}


def test_a_timed_acquire_gives_up_when_the_release_comes_later(laboratory: Laboratory) -> None:
    source = TIMED_ACQUIRE.format(timeout=0.5).replace("t.start()", "t.start(); time.sleep(0.1)")
    one = laboratory.play(source)
    assert (one.seen, one.ending) == ((False,), "finished")


def test_an_acquire_that_gave_up_holds_nothing(laboratory: Laboratory) -> None:
    source = TIMED_ACQUIRE.format(timeout=0.5).replace("t.join()", "t.join(); seen.append(lock.locked())")
    assert {one.seen[-1] for one in laboratory.executions(source, 100)} == {False}


def test_a_notify_may_be_absorbed_by_a_waiter_whose_time_is_up(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            monitor = threading.Condition()
            def hasty():
                with monitor:
                    seen.append(("hasty", monitor.wait(1)))
            def patient():
                with monitor:
                    seen.append(("patient", monitor.wait(50)))
            def announce():
                with monitor:
                    monitor.notify()
            threads = [threading.Thread(target=f) for f in (hasty, patient, announce)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    told = {frozenset(one.seen) for one in laboratory.executions(source, 400)}
    assert frozenset({("hasty", True), ("patient", False)}) in told
    assert frozenset({("hasty", False), ("patient", True)}) in told
    assert frozenset({("hasty", False), ("patient", False)}) in told  # the notify came before anybody waited, or too late
    assert frozenset({("hasty", True), ("patient", True)}) not in told  # one notify wakes one


WAITERS = """
    import threading

    seen = []

    def scenario():
        monitor = threading.Condition()
        waiting = []

        def wait(name):
            with monitor:
                waiting.append(name)
                monitor.wait()
                seen.append((waiting[0], name))

        threads = [threading.Thread(target=wait, args=(name,), daemon=True) for name in "abc"]
        for t in threads:
            t.start()
        while True:
            with monitor:
                if len(waiting) == 3:
                    monitor.notify()
                    break
        while not seen:
            pass
"""


def test_notify_wakes_the_oldest_waiter_unless_a_choice_says_otherwise(laboratory: Laboratory) -> None:
    assert laboratory.play(WAITERS).seen == (("a", "a"),)
    runs = laboratory.executions(WAITERS, 300)
    for one in runs:
        ((oldest, woken),) = one.seen
        assert (oldest == woken) == ("waiter" not in [why for *_, why in one.departures])
    assert any("waiter" in [why for *_, why in one.departures] for one in runs)


def test_a_wait_that_nobody_ends_is_a_deadlock(laboratory: Laboratory) -> None:
    source = """
        import threading
        def scenario():
            monitor = threading.Condition()
            with monitor:
                monitor.wait()
    """
    assert laboratory.play(source).ending == "deadlock"


def test_a_condition_keeps_its_lock_to_itself_until_the_woken_thread_has_it(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            monitor = threading.Condition()
            inside = []
            def enter(wait):
                with monitor:
                    if wait:
                        monitor.wait(1)
                    inside.append(1)
                    seen.append(len(inside))
                    monitor.notify_all()
                    inside.pop()
            threads = [threading.Thread(target=enter, args=(wait,)) for wait in (True, True, False)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    assert {one.seen for one in laboratory.executions(source, 300)} == {(1, 1, 1)}
