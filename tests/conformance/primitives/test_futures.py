"""Futures and the thread pool: the models behave as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BEHAVIOURS: list[Callable[[Any], Any]] = []


def behaviour(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BEHAVIOURS.append(function)
    return function


def fail() -> None:
    raise KeyError("lost")


@behaviour
def pool_calls_and_returns(m: Any) -> Any:
    with m.futures.ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(pow, number, 2) for number in range(4)]
        keyword = pool.submit(int, "11", base=2)
        return [future.result() for future in futures], keyword.result(), [future.done() for future in futures]


@behaviour
def pool_maps_in_order(m: Any) -> Any:
    with m.futures.ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(lambda number: number * 2, range(5))), list(pool.map(max, [1, 5], [3, 2, 9])), list(pool.map(str, []))


@behaviour
def pool_exception_comes_out_of_the_future(m: Any) -> Any:
    with m.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(fail)
        return m.error_of(future.result), type(future.exception()).__name__, future.done(), future.running(), future.cancelled()


@behaviour
def pool_exception_comes_out_of_the_map(m: Any) -> Any:
    with m.futures.ThreadPoolExecutor(1) as pool:
        results = pool.map(lambda number: 1 // number, [1, 0, 1])
        return next(results), m.error_of(lambda: next(results))


@behaviour
def pool_takes_nothing_after_shutdown(m: Any) -> Any:
    pool = m.futures.ThreadPoolExecutor(1)
    future = pool.submit(int, "3")
    return pool.shutdown(), m.error_of(lambda: pool.submit(int)), future.result(), pool.shutdown(wait=False)


@behaviour
def pool_refuses_odd_arguments(m: Any) -> Any:
    return m.error_of(lambda: m.futures.ThreadPoolExecutor(0)), m.error_of(lambda: m.futures.ThreadPoolExecutor(1, initializer=5))


@behaviour
def pool_has_no_more_workers_than_it_may(m: Any) -> Any:
    gate, names = m.threading.Semaphore(0), set()

    def work() -> None:
        names.add(m.threading.current_thread().name)
        gate.acquire()

    with m.futures.ThreadPoolExecutor(2, thread_name_prefix="pool") as pool:
        for _ in range(5):
            pool.submit(work)
        for _ in range(5):
            gate.release()
    return names <= {"pool_0", "pool_1"}


@behaviour
def pool_of_one_does_one_after_the_other(m: Any) -> Any:
    seen: list[int] = []
    with m.futures.ThreadPoolExecutor(1) as pool:
        for number in range(5):
            pool.submit(seen.append, number)
    return seen


@behaviour
def pool_cancels_what_has_not_begun(m: Any) -> Any:
    gate, begun = m.threading.Event(), m.threading.Event()
    with m.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(lambda: (begun.set(), gate.wait()))
        begun.wait()
        waiting = [pool.submit(int) for _ in range(3)]
        seen = [running.cancel(), waiting[0].cancel(), waiting[0].cancel(), waiting[0].cancelled(), waiting[0].done(), running.running()]
        pool.shutdown(wait=False, cancel_futures=True)
        gate.set()
    return seen, [m.error_of(future.result)[0] for future in waiting], running.result()[1]


@behaviour
def pool_initializer_runs_in_every_worker(m: Any) -> Any:
    local, both = m.threading.local(), m.threading.Barrier(2)

    def begin(value: int) -> None:
        local.value = value

    def look() -> int:
        both.wait()
        return int(local.value)

    with m.futures.ThreadPoolExecutor(2, initializer=begin, initargs=(7,)) as pool:
        futures = [pool.submit(look) for _ in range(2)]
        return [future.result() for future in futures]


@behaviour
def pool_breaks_when_its_initializer_fails(m: Any) -> Any:
    pool = m.futures.ThreadPoolExecutor(1, initializer=fail)
    future = pool.submit(int)
    seen = m.error_of(future.result)
    return seen, m.error_of(lambda: pool.submit(int)), issubclass(m.futures.thread.BrokenThreadPool, m.futures.BrokenExecutor)


@behaviour
def result_does_not_wait_for_ever(m: Any) -> Any:
    gate = m.threading.Event()
    with m.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(gate.wait)
        seen = [m.error_of(lambda: future.result(0.001))[0], m.error_of(lambda: future.exception(timeout=0))[0]]
        gate.set()
        return seen, future.result(), future.exception()


@behaviour
def callbacks_are_called_in_order_with_the_future(m: Any) -> Any:
    seen: list[Any] = []
    with m.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(int, "4")
        future.result()
        future.add_done_callback(lambda done: seen.append(("first", done.result())))
        future.add_done_callback(lambda done: seen.append(("second", done is future)))
    return seen


@behaviour
def callback_that_was_added_before_is_called_too(m: Any) -> Any:
    gate, seen = m.threading.Event(), []
    with m.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(gate.wait)
        future.add_done_callback(lambda done: seen.append(done.result()))
        gate.set()
    return seen


@behaviour
def future_is_set_by_hand_once(m: Any) -> Any:
    future = m.futures.Future()
    seen = [future.done(), future.set_running_or_notify_cancel(), future.running(), future.set_result(3), future.result()]
    return seen, m.error_of(lambda: future.set_result(4))[0], m.error_of(lambda: future.set_exception(KeyError()))[0], future.cancel()


@behaviour
def future_that_was_cancelled_raises(m: Any) -> Any:
    future = m.futures.Future()
    return future.cancel(), m.error_of(future.result)[0], future.set_running_or_notify_cancel(), m.error_of(lambda: future.set_result(1))[0]


@behaviour
def future_brings_an_exception(m: Any) -> Any:
    future = m.futures.Future()
    future.set_exception(ValueError("no"))
    return m.error_of(future.result), repr(future.exception())


@behaviour
def future_hands_a_value_to_another_thread(m: Any) -> Any:
    future, seen = m.futures.Future(), []
    m.together(lambda: seen.append(future.result()), lambda: future.set_result("x"))
    return seen


@behaviour
def as_completed_gives_each_once(m: Any) -> Any:
    with m.futures.ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(pow, number, 2) for number in range(4)]
        return sorted(future.result() for future in m.futures.as_completed([*futures, futures[0]]))


@behaviour
def as_completed_gives_up_in_time(m: Any) -> Any:
    done, never = m.futures.Future(), m.futures.Future()
    done.set_result(1)
    seen: list[Any] = []

    def collect() -> None:
        seen.extend(future.result() for future in m.futures.as_completed([never, done], timeout=0.001))

    return m.error_of(collect), seen


@behaviour
def wait_waits_for_all_or_the_first(m: Any) -> Any:
    gate = m.threading.Event()
    with m.futures.ThreadPoolExecutor(2) as pool:
        slow, quick = pool.submit(gate.wait), pool.submit(int)
        first = m.futures.wait([slow, quick], return_when=m.futures.FIRST_COMPLETED)
        late = m.futures.wait([slow], timeout=0.001)
        gate.set()
        every = m.futures.wait([slow, quick])
    seen = [first.done == {quick}, first.not_done == {slow}, late.done == set(), late.not_done == {slow}, every.done == {slow, quick}, every.not_done == set()]
    return seen, m.error_of(lambda: m.futures.wait([m.futures.Future()], return_when="x"))


@behaviour
def wait_ends_at_the_first_exception(m: Any) -> Any:
    gate = m.threading.Event()
    with m.futures.ThreadPoolExecutor(2) as pool:
        slow, bad = pool.submit(gate.wait), pool.submit(fail)
        found = m.futures.wait([slow, bad], return_when=m.futures.FIRST_EXCEPTION)
        gate.set()
    return found.done == {bad}, found.not_done == {slow}, type(bad.exception()).__name__


@behaviour
def nobody_misses_a_shutdown_with_jobs_left(m: Any) -> Any:
    seen: list[int] = []
    pool = m.futures.ThreadPoolExecutor(2)
    for number in range(6):
        pool.submit(seen.append, number)
    pool.shutdown()
    return sorted(seen)


@pytest.mark.parametrize("behave", BEHAVIOURS, ids=lambda behave: behave.__name__)
def test_models_agree_with_the_real_ones(behave: Callable[[Any], Any], agree: Callable[[Callable[[Any], Any]], None]) -> None:
    agree(behave)
