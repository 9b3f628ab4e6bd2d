"""Lock, RLock and Condition: the models behave as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BEHAVIOURS: list[Callable[[Any], Any]] = []


def behaviour(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BEHAVIOURS.append(function)
    return function


@behaviour
def lock_is_taken_and_given_back(m: Any) -> Any:
    lock = m.threading.Lock()
    return [lock.locked(), lock.acquire(), lock.locked(), lock.release(), lock.locked()]


@behaviour
def lock_in_a_with_statement(m: Any) -> Any:
    lock = m.threading.Lock()
    with lock as entered:
        seen = (entered, lock.locked())
    return seen, lock.locked()


@behaviour
def lock_is_free_after_an_exception_in_a_with_statement(m: Any) -> Any:
    lock = m.threading.Lock()

    def fail() -> None:
        with lock:
            raise KeyError("x")

    return m.error_of(fail), lock.locked()


@behaviour
def lock_that_is_free_cannot_be_released(m: Any) -> Any:
    return m.error_of(m.threading.Lock().release)


@behaviour
def lock_held_is_not_taken_without_blocking(m: Any) -> Any:
    lock = m.threading.Lock()
    lock.acquire()
    return [lock.acquire(False), lock.acquire(blocking=False), lock.acquire(timeout=0), lock.acquire(True, 0.001)]


@behaviour
def lock_refuses_odd_arguments(m: Any) -> Any:
    lock = m.threading.Lock()
    calls: list[Callable[[], Any]] = [
        lambda: lock.acquire(False, 1),
        lambda: lock.acquire(True, -2),
        lambda: lock.acquire(True, 1e300),
        lambda: lock.acquire(True, float("nan")),
        lambda: lock.acquire(True, "1"),
        lambda: lock.acquire(timeout=m.threading.TIMEOUT_MAX * 2),
    ]
    return [m.error_of(call) for call in calls], lock.locked()


@behaviour
def lock_may_be_released_by_another_thread(m: Any) -> Any:
    lock = m.threading.Lock()
    lock.acquire()
    m.together(lock.release)
    return lock.acquire(False)


@behaviour
def lock_excludes(m: Any) -> Any:
    lock, inside, seen = m.threading.Lock(), [0], []

    def enter() -> None:
        for _ in range(3):
            with lock:
                inside[0] += 1
                seen.append(inside[0])
                lock.locked()
                inside[0] -= 1

    m.together(enter, enter, enter)
    return seen


@behaviour
def lock_of_the_low_level_module(m: Any) -> Any:
    lock = m.thread.allocate_lock()
    return [isinstance(lock, m.thread.LockType), lock.acquire(), lock.locked(), lock.release()]


@behaviour
def rlock_is_taken_again_by_its_holder(m: Any) -> Any:
    lock = m.threading.RLock()
    seen = [lock.acquire(), lock.acquire(False), lock.acquire(timeout=1)]
    others: list[bool] = []
    for _ in range(3):
        m.together(lambda: others.append(lock.acquire(False)))
        lock.release()
    m.together(lambda: others.append(lock.acquire(False)))
    return seen, others


@behaviour
def rlock_is_released_by_its_holder_only(m: Any) -> Any:
    lock, seen = m.threading.RLock(), []
    seen.append(m.error_of(lock.release))
    lock.acquire()
    m.together(lambda: seen.append(m.error_of(lock.release)))
    lock.release()
    seen.append(m.error_of(lock.release))
    return seen


@behaviour
def rlock_refuses_odd_arguments(m: Any) -> Any:
    lock = m.threading.RLock()
    seen = [m.error_of(lambda: lock.acquire(False, 1)), m.error_of(lambda: lock.acquire(True, -2))]
    lock.acquire()
    return [*seen, m.error_of(lambda: lock.acquire(False, 1)), m.error_of(lambda: lock.acquire(True, -2))]


@behaviour
def rlock_knows_its_owner(m: Any) -> Any:
    lock, seen = m.threading.RLock(), []
    seen.append(lock._is_owned())
    with lock:
        seen.append(lock._is_owned())
        m.together(lambda: seen.append(lock._is_owned()))
    return seen


@behaviour
def condition_needs_its_lock(m: Any) -> Any:
    condition = m.threading.Condition()
    return [m.error_of(condition.wait), m.error_of(condition.notify), m.error_of(condition.notify_all), m.error_of(condition.release)]


@behaviour
def condition_over_a_lock_needs_it_taken_by_anybody(m: Any) -> Any:
    condition = m.threading.Condition(m.threading.Lock())
    seen = [m.error_of(condition.notify)]
    with condition:
        m.together(lambda: seen.append(m.error_of(condition.notify)))
    return seen


@behaviour
def condition_waits_for_a_notify(m: Any) -> Any:
    condition, box = m.threading.Condition(), []

    def put() -> None:
        with condition:
            box.append(1)
            condition.notify()

    def get() -> None:
        with condition:
            while not box:
                condition.wait()
            box.append(2)

    m.together(get, put)
    return box


@behaviour
def condition_wait_that_is_up_returns_false_and_holds_the_lock(m: Any) -> Any:
    condition = m.threading.Condition()
    with condition:
        return [condition.wait(0.001), condition.wait(0), condition.wait(-1), condition._is_owned()]


@behaviour
def condition_releases_a_lock_taken_twice(m: Any) -> Any:
    condition, seen = m.threading.Condition(), []

    def other() -> None:
        with condition:
            seen.append("other")
            condition.notify_all()

    with condition, condition:
        thread = m.threading.Thread(target=other)
        thread.start()
        while not seen:
            condition.wait()
        seen.append("again")
        condition.release()
        seen.append(condition._is_owned())
        condition.acquire()
    thread.join()
    return seen, condition._is_owned()


@behaviour
def condition_wait_for_returns_the_value(m: Any) -> Any:
    condition = m.threading.Condition()
    with condition:
        return [condition.wait_for(lambda: "now"), condition.wait_for(lambda: 0, timeout=0.002), condition.wait_for(list, 0)]


@behaviour
def condition_notify_all_wakes_all(m: Any) -> Any:
    condition, waiting, woken = m.threading.Condition(), [], []

    def wait() -> None:
        with condition:
            waiting.append(1)
            condition.notify_all()
            condition.wait_for(lambda: len(waiting) == 4)
            woken.append(1)

    m.together(wait, wait, wait, wait)
    return len(woken)


@behaviour
def condition_over_a_users_own_lock(m: Any) -> Any:
    class Counted:
        def __init__(self) -> None:
            self.lock = m.threading.Lock()
            self.taken = 0

        def acquire(self, *args: Any) -> bool:
            got = self.lock.acquire(*args)
            self.taken += got
            return got

        def release(self) -> None:
            self.lock.release()

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *error: Any) -> None:
            self.release()

    condition, box = m.threading.Condition(Counted()), []

    def put() -> None:
        with condition:
            box.append(1)
            condition.notify()

    def get() -> None:
        with condition:
            while not box:
                condition.wait()
            box.append(2)

    m.together(get, put)
    with condition:
        late = condition.wait(0.001)
    return box, late, condition.acquire(False)


@behaviour
def condition_over_a_semaphore(m: Any) -> Any:
    condition, box = m.threading.Condition(m.threading.Semaphore(1)), []

    def put() -> None:
        with condition:
            box.append(1)
            condition.notify()

    def get() -> None:
        with condition:
            while not box:
                condition.wait()
            box.append(2)

    m.together(get, put)
    return box


@behaviour
def condition_shares_its_lock_with_another(m: Any) -> Any:
    lock = m.threading.Lock()
    full, empty, slot, got = m.threading.Condition(lock), m.threading.Condition(lock), [], []

    def put() -> None:
        for number in range(3):
            with lock:
                while slot:
                    empty.wait()
                slot.append(number)
                full.notify()

    def get() -> None:
        for _ in range(3):
            with lock:
                while not slot:
                    full.wait()
                got.append(slot.pop())
                empty.notify()

    m.together(put, get)
    return got


@pytest.mark.parametrize("behave", BEHAVIOURS, ids=lambda behave: behave.__name__)
def test_models_agree_with_the_real_ones(behave: Callable[[Any], Any], agree: Callable[[Callable[[Any], Any]], None]) -> None:
    agree(behave)
