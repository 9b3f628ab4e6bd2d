"""When nobody can go on, and every state that only looks like it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from harness.stress.stuck import all_are_stuck, has_no_handler_to_run, is_asleep, is_stuck
from harness.watched.lock import NOBODY, Lock
from harness.watched.watch import Watched

pytestmark = pytest.mark.timeout(0)  # whoever has set a timer may be woken by it, and pytest-timeout would have


def thread(index: int) -> Watched:
    record = Watched(index, f"m.{index}", f"thread-{index}", "own", False, None)
    record.ident = -index - 1
    return record


def taken_by(owner: int) -> Lock:
    lock = Lock()
    lock._real.acquire()
    lock._owner = owner
    return lock


def engine(*records: Watched) -> SimpleNamespace:
    """An engine with these threads; the process's real ones are its own, as the monitor and the main thread are."""
    return SimpleNamespace(all=list(records), own_idents=set(sys._current_frames()))


def cycle() -> tuple[Watched, Watched]:
    one, other = thread(1), thread(2)
    one.waits, other.waits = taken_by(2), taken_by(1)
    return one, other


def test_two_threads_that_hold_what_the_other_wants_are_stuck() -> None:
    assert all_are_stuck(engine(*cycle()))


def test_a_lock_that_is_free_again_lets_its_waiter_go_on() -> None:
    one, other = cycle()
    one.waits._real.release()
    assert not is_stuck(one)
    assert not all_are_stuck(engine(one, other))


def test_a_lock_on_its_way_from_one_thread_to_the_next_lets_somebody_go_on() -> None:
    # Taken, and the new owner has not entered itself yet; or the old one has struck itself and is about to release.
    one, other = cycle()
    one.waits._owner = NOBODY
    assert not all_are_stuck(engine(one, other))


def test_a_thread_that_runs_could_release_anything() -> None:
    assert not all_are_stuck(engine(*cycle(), thread(3)))


def test_a_daemon_that_runs_could_release_anything_too() -> None:
    helper = thread(3)
    helper.is_daemon = True
    assert not all_are_stuck(engine(*cycle(), helper))


def test_a_thread_that_has_ended_releases_nothing() -> None:
    helper = thread(3)
    helper.is_ended = True
    assert all_are_stuck(engine(*cycle(), helper))


def test_a_lock_taken_by_a_thread_that_has_ended_stays_taken() -> None:
    gone, waiter = thread(1), thread(2)
    gone.is_ended = True
    waiter.waits = taken_by(1)
    assert all_are_stuck(engine(gone, waiter))


def test_who_waits_for_a_thread_is_stuck_as_long_as_that_has_not_ended() -> None:
    one, other = cycle()
    main = thread(0)
    main.waits = one
    assert all_are_stuck(engine(main, one, other))
    one.is_ended = True
    assert not is_stuck(main)


def test_a_thread_that_nobody_has_noted_could_release_anything() -> None:
    state = engine(*cycle())
    state.own_idents.pop()
    assert not all_are_stuck(state)


def test_a_thread_that_moves_between_two_readings_is_not_stuck() -> None:
    class Restless(Watched):
        @property
        def moves(self) -> int:  # type: ignore[override]
            self.turns += 1
            return self.turns

        @moves.setter
        def moves(self, value: int) -> None:
            pass

    restless = Restless(1, "m.1", "restless", "own", False, None)
    restless.waits = taken_by(1)
    assert not all_are_stuck(engine(restless))


@pytest.fixture
def timer() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_REAL, 3600)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer signals on this platform")
def test_a_timer_signal_on_its_way_could_release_anything(timer: None) -> None:
    assert not all_are_stuck(engine(*cycle()))


@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="the system does not tell which thread would run if it could")
def test_a_thread_that_could_run_is_not_asleep() -> None:
    known: list[int] = []
    has_ended = threading.Event()

    def wait() -> None:
        known.append(threading.get_native_id())
        has_ended.wait()

    waiter = threading.Thread(target=wait)
    waiter.start()
    deadline = time.monotonic() + 60
    while not (known and is_asleep(known[0])) and time.monotonic() < deadline:
        waiter.join(0.01)
    assert is_asleep(known[0])
    assert not is_asleep(threading.get_native_id())  # it runs this line
    has_ended.set()
    waiter.join()


def test_a_main_thread_that_stands_outside_of_the_primitives_may_run_a_handler_that_releases() -> None:
    state = engine(*cycle())
    state.first = thread(0)
    state.first.ident = threading.get_ident()
    assert not has_no_handler_to_run(state)
