"""What one execution does to a stand-in does not outlive it; what was done outside is where each execution begins."""

from __future__ import annotations

from typing import Any


def test_a_lock_taken_and_kept_is_free_in_the_next_execution(controlled: Any, m: Any) -> None:
    lock = m["threading"].Lock()
    assert [controlled.run(lambda: lock.acquire(False)).value for _ in range(3)] == [True, True, True]
    assert not lock.locked()


def test_a_lock_taken_outside_is_taken_in_every_execution(controlled: Any, m: Any) -> None:
    lock = m["threading"].Lock()
    lock.acquire()
    assert [controlled.run(lambda: (lock.acquire(False), lock.release())[0]).value for _ in range(3)] == [False, False, False]
    assert lock.locked()
    lock.release()


def test_an_rlock_kept_is_free_in_the_next_execution(controlled: Any, m: Any) -> None:
    lock = m["threading"].RLock()
    assert [controlled.run(lambda: (lock.acquire(), lock.acquire(), lock._recursion_count())[2]).value for _ in range(2)] == [2, 2]


def test_a_semaphore_begins_with_the_value_it_has_outside(controlled: Any, m: Any) -> None:
    semaphore = m["threading"].Semaphore(3)
    semaphore.acquire()
    for _ in range(2):
        assert controlled.run(lambda: (semaphore.acquire(), semaphore.acquire(), semaphore.acquire(False))).value == (True, True, False)
    assert semaphore._value == 2


def test_an_event_set_in_an_execution_is_not_set_in_the_next(controlled: Any, m: Any) -> None:
    event = m["threading"].Event()
    assert [controlled.run(lambda: (event.is_set(), event.set(), event.is_set())).value for _ in range(2)] == [(False, None, True)] * 2
    event.set()
    assert controlled.run(event.wait).value is True


def test_a_barrier_left_half_full_is_empty_in_the_next_execution(controlled: Any, m: Any) -> None:
    threading = m["threading"]
    barrier = threading.Barrier(2)

    def body() -> int:
        threading.Thread(target=barrier.wait, daemon=True).start()
        return int(barrier.n_waiting)

    assert {controlled.run(body).value for _ in range(40)} == {0, 1}


def test_a_condition_forgets_who_waited(controlled: Any, m: Any) -> None:
    threading = m["threading"]
    condition = threading.Condition()

    def wait() -> None:
        with condition:
            condition.wait()

    def body() -> bool:
        threading.Thread(target=wait, daemon=True).start()
        with condition:
            condition.notify()
        return True

    assert all(controlled.run(body).value for _ in range(20))
    assert controlled.run(lambda: (condition.acquire(), condition.notify_all(), condition._waiters)[2]).value == []


def test_a_queue_is_as_it_was_outside_in_every_execution(controlled: Any, m: Any) -> None:
    queue = m["queue"].Queue(2)
    queue.put("outside")
    for _ in range(2):
        assert controlled.run(lambda: (queue.get(), queue.put("inside"), queue.put("more"), queue.full())).value == ("outside", None, None, True)
    assert queue.qsize() == 1
    assert queue.get_nowait() == "outside"


def test_a_queue_made_in_an_execution_can_be_looked_at_afterwards(controlled: Any, m: Any) -> None:
    def body() -> Any:
        queue = m["queue"].Queue()
        queue.put(1)
        return queue

    queue = controlled.run(body).value
    assert list(queue.queue) == [1]
    assert queue.get_nowait() == 1


def test_a_simple_queue_is_as_it_was_outside_in_every_execution(controlled: Any, m: Any) -> None:
    queue = m["queue"].SimpleQueue()
    queue.put(1)
    assert [controlled.run(lambda: (queue.get(), queue.empty())).value for _ in range(2)] == [(1, True)] * 2
    assert queue.get_nowait() == 1


def test_a_local_begins_empty_in_every_execution_but_for_what_the_importing_thread_set(controlled: Any, m: Any) -> None:
    local = m["threading"].local()
    local.outside = 1

    def body() -> dict[str, int]:
        local.inside = 2
        found = dict(vars(local))
        local.outside = 3
        return found

    assert [controlled.run(body).value for _ in range(2)] == [{"outside": 1, "inside": 2}] * 2
    assert vars(local) == {"outside": 1}


def test_a_thread_made_outside_runs_in_every_execution_and_outside_too(controlled: Any, m: Any) -> None:
    seen: list[str] = []

    class Worker(m["threading"].Thread):  # type: ignore[misc]
        def run(self) -> None:
            seen.append("ran")

    thread = Worker()

    def body() -> bool:
        thread.start()
        thread.join()
        return bool(thread.is_alive())

    assert [controlled.run(body).value for _ in range(2)] == [False, False]
    other = Worker()
    other.start()
    other.join()
    assert seen == ["ran"] * 3


def test_a_thread_made_in_an_execution_starts_really_outside(controlled: Any, m: Any) -> None:
    seen: list[int] = []
    thread = controlled.run(lambda: m["threading"].Thread(target=seen.append, args=(1,))).value
    thread.start()
    thread.join()
    assert seen == [1]


def test_a_pool_made_outside_works_in_every_execution_and_outside(controlled: Any, m: Any) -> None:
    pool = m["concurrent.futures"].ThreadPoolExecutor(2)
    assert [sorted(controlled.run(lambda: list(pool.map(abs, [-1, -2]))).value) for _ in range(2)] == [[1, 2]] * 2
    assert pool.submit(abs, -3).result() == 3
    pool.shutdown()


def test_a_future_made_in_an_execution_is_read_outside(controlled: Any, m: Any) -> None:
    def body() -> Any:
        with m["concurrent.futures"].ThreadPoolExecutor(1) as pool:
            return pool.submit(abs, -3)

    assert controlled.run(body).value.result() == 3


def test_default_names_count_from_the_beginning_in_every_execution(controlled: Any, m: Any) -> None:
    threading, futures = m["threading"], m["concurrent.futures"]

    def name_of_worker() -> str:
        return str(threading.current_thread().name)

    def body() -> tuple[str, ...]:
        threads = [threading.Thread(target=name_of_worker) for _ in range(2)]
        with futures.ThreadPoolExecutor(1) as pool:
            return (*(thread.name for thread in threads), pool.submit(name_of_worker).result())

    expected = ("Thread-1 (name_of_worker)", "Thread-2 (name_of_worker)", "ThreadPoolExecutor-0_0")
    assert [controlled.run(body).value for _ in range(2)] == [expected] * 2


def test_clocks_begin_at_the_same_moment_in_every_execution(controlled: Any, m: Any) -> None:
    time = m["time"]
    body = lambda: (time.time(), time.monotonic(), time.ctime(), time.sleep(3600), time.time())  # noqa: E731
    first, second = controlled.run(body).value, controlled.run(body).value
    assert first == second
    assert first[4] - first[0] >= 3600


def test_draws_are_the_same_whatever_the_order_of_threads(outcomes: Any, m: Any) -> None:
    threading, random = m["threading"], m["random"]

    def body() -> tuple[Any, ...]:
        drawn: dict[str, float] = {}
        threads = [threading.Thread(target=lambda name=name: drawn.update({name: random.random()})) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        random.seed(7)
        own = random.Random()
        return sorted(drawn.items()), random.randint(1, 100), own.random(), m["uuid"].uuid4(), m["uuid"].uuid1(), m["secrets"].token_hex(4)

    seen = outcomes(body, 30)
    assert all(outcome.value == seen[0].value for outcome in seen)
    assert len({number for _, number in seen[0].value[0]}) == 3


def test_a_seed_gives_the_numbers_of_the_real_module(controlled: Any, m: Any) -> None:
    import random

    body = lambda: (m["random"].seed(42), m["random"].random(), m["random"].Random(42).random())  # noqa: E731
    assert controlled.run(body).value[1:] == (random.Random(42).random(),) * 2
