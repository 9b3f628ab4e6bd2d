"""Virtual time: who wakes when, and that an early end of a wait is a choice with a price."""

from __future__ import annotations

import time

from harness.strategies.catalogue import STRATEGIES
from tests.engines.laboratory import Laboratory

SLEEPERS = """
    import threading, time

    seen = []

    def sleeper(name, seconds):
        time.sleep(seconds)
        seen.append(name)

    def scenario():
        threads = [threading.Thread(target=sleeper, args=pair) for pair in (("long", 3), ("short", 1), ("middle", 2))]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
"""


def test_sleepers_wake_in_the_order_of_their_deadlines(laboratory: Laboratory) -> None:
    assert laboratory.play(SLEEPERS).seen == ("short", "middle", "long")


def test_a_sleep_synchronises_nothing(laboratory: Laboratory) -> None:
    orders = {one.seen for one in laboratory.executions(SLEEPERS, 300)}
    assert ("long", "middle", "short") in orders or ("long", "short", "middle") in orders
    assert len(orders) > 3


def test_an_hour_of_virtual_time_takes_no_time(laboratory: Laboratory) -> None:
    source = """
        import time
        seen = []
        def scenario():
            before = time.monotonic()
            for _ in range(10):
                time.sleep(360)
            seen.append(time.monotonic() - before)
    """
    started = time.process_time()
    (elapsed,) = laboratory.play(source).seen
    assert 3600 <= elapsed < 3601
    assert time.process_time() - started < 60


WAIT_FOR_SET = """
    import threading

    seen = []

    def scenario():
        event = threading.Event()

        def setter():
            event.set()

        t = threading.Thread(target=setter)
        t.start()
        seen.append(event.wait(5))
        t.join()
"""


def test_a_timed_wait_is_not_cut_short_by_default(laboratory: Laboratory) -> None:
    one = laboratory.play(WAIT_FOR_SET)
    assert (one.seen, one.expiries) == ((True,), 0)


def test_a_timed_wait_may_end_early_as_a_choice_and_the_choice_is_counted(laboratory: Laboratory) -> None:
    runs = laboratory.executions(WAIT_FOR_SET, 200)
    early = [one for one in runs if one.seen == (False,)]
    assert early and len(early) < len(runs)
    assert all(one.expiries >= 1 for one in early)
    assert any(one.expiries == 0 for one in runs)


def test_deadlines_end_in_order_even_when_they_end_early(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            never = threading.Event()
            def waiter(seconds):
                never.wait(seconds)
                seen.append(seconds)
            threads = [threading.Thread(target=waiter, args=(s,)) for s in (2, 1)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    assert laboratory.play(source).seen == (1, 2)
    # Once both wait, the deadline of 1 s comes first; that of 2 s can come first only for a thread that waits while the other does not yet.
    assert {one.seen for one in laboratory.executions(source, 200)} == {(1, 2), (2, 1)}


def test_both_deadlines_passed_lets_either_thread_run_first(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            started = threading.Barrier(3)
            def waiter(seconds):
                started.wait()
                threading.Event().wait(seconds)
                seen.append(seconds)
            threads = [threading.Thread(target=waiter, args=(s,)) for s in (2, 1)]
            for t in threads:
                t.start()
            started.wait()
            for t in threads:
                t.join()
    """
    assert (2, 1) in {one.seen for one in laboratory.executions(source, 300)}


def test_a_loop_that_reads_the_clock_again_and_again_ends(laboratory: Laboratory) -> None:
    for clock in ("time.time", "time.monotonic", "time.perf_counter"):
        source = f"""
            import time
            seen = []
            def scenario():
                turns = 0
                until = {clock}() + 30
                while {clock}() < until:
                    turns += 1
                seen.append(turns)
        """
        (turns,) = laboratory.play(source).seen
        assert 0 < turns < 100


def test_a_thread_waiting_for_a_time_by_the_clock_ends_under_every_strategy(laboratory: Laboratory) -> None:
    source = """
        import threading, time
        seen = []
        def scenario():
            def busy():
                until = time.monotonic() + 1
                while time.monotonic() < until:
                    pass
                seen.append("done")
            threads = [threading.Thread(target=busy) for _ in range(2)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    for strategy in STRATEGIES:
        assert {(one.ending, one.seen) for one in laboratory.executions(source, 30, strategy)} == {("finished", ("done", "done"))}


def test_no_clock_ever_goes_back(laboratory: Laboratory) -> None:
    source = """
        import threading, time
        seen = []
        def scenario():
            def read():
                for seconds in (0, 0.5, 0.25):
                    seen.append(time.time())
                    time.sleep(seconds)
            threads = [threading.Thread(target=read) for _ in range(3)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
    """
    for one in laboratory.executions(source, 60):
        # a reading and its append are apart, so two threads may swap; each step back is one pair of neighbours in a race
        assert one.ending == "finished"
        assert len(one.seen) == 9
    single = source.replace("range(3)", "range(1)")
    for one in laboratory.executions(single, 20):
        assert list(one.seen) == sorted(one.seen)


def test_a_sleep_of_nothing_lets_the_others_go_first(laboratory: Laboratory) -> None:
    source = """
        import threading, time
        seen = []
        def scenario():
            t = threading.Thread(target=lambda: seen.append("other"))
            t.start()
            time.sleep(0)
            seen.append("main")
            t.join()
    """
    assert laboratory.play(source).seen == ("other", "main")
