"""Queue and its kin: the models behave as the real ones, also where a program reaches inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BEHAVIOURS: list[Callable[[Any], Any]] = []


def behaviour(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BEHAVIOURS.append(function)
    return function


KINDS = ("Queue", "LifoQueue", "PriorityQueue")


@behaviour
def queues_give_in_their_own_order(m: Any) -> Any:
    given = []
    for kind in KINDS:
        queue = getattr(m.queue, kind)()
        for item in (2, 3, 1):
            queue.put(item)
        given.append([queue.get() for _ in range(3)])
    return given


@behaviour
def queue_counts(m: Any) -> Any:
    queue = m.queue.Queue(2)
    seen = [(queue.qsize(), queue.empty(), queue.full())]
    for item in "ab":
        queue.put(item)
        seen.append((queue.qsize(), queue.empty(), queue.full()))
    return seen, queue.maxsize, queue.unfinished_tasks


@behaviour
def queue_that_is_full_or_empty_says_so(m: Any) -> Any:
    seen = []
    for kind in KINDS:
        queue = getattr(m.queue, kind)(1)
        seen += [m.error_of(queue.get_nowait), m.error_of(lambda queue=queue: queue.get(False)), m.error_of(lambda queue=queue: queue.get(timeout=0.001))]
        queue.put(1)
        seen += [m.error_of(lambda queue=queue: queue.put_nowait(2)), m.error_of(lambda queue=queue: queue.put(2, timeout=0.001))]
        seen.append(m.error_of(lambda queue=queue: queue.put(2, False, -1)))
    return seen


@behaviour
def queue_refuses_a_negative_timeout(m: Any) -> Any:
    full, unbounded = m.queue.Queue(1), m.queue.Queue()
    return [m.error_of(lambda: full.put(1, True, -1)), m.error_of(lambda: full.get(True, -1)), m.error_of(lambda: unbounded.put(1, True, -1))]


@behaviour
def queue_keeps_order_between_threads(m: Any) -> Any:
    queue, got = m.queue.Queue(2), []

    def produce() -> None:
        for number in range(6):
            queue.put(number)

    def consume() -> None:
        got.extend(queue.get() for _ in range(6))

    m.together(produce, consume)
    return got, queue.empty()


@behaviour
def queue_loses_nothing_among_many(m: Any) -> Any:
    queue, got = m.queue.Queue(2), []
    m.together(*[lambda: [queue.put(number) for number in range(3)] and None] * 3, *[lambda: got.extend(queue.get() for _ in range(3))] * 3)
    return sorted(got), queue.qsize()


@behaviour
def queue_join_waits_until_all_is_done(m: Any) -> Any:
    queue, done = m.queue.Queue(), []
    for number in range(4):
        queue.put(number)

    def work() -> None:
        for _ in range(2):
            item = queue.get()
            done.append(item)
            queue.task_done()

    workers = [m.threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    queue.join()
    seen = sorted(done)
    for worker in workers:
        worker.join()
    return seen, queue.join(), m.error_of(queue.task_done)


@behaviour
def queue_shows_what_is_inside(m: Any) -> Any:
    queue = m.queue.Queue()
    for number in range(3):
        queue.put(number)
    with queue.mutex:
        seen = list(queue.queue)
        queue.queue.clear()
    return seen, queue.qsize(), queue.put(7), queue.get()


@behaviour
def queue_is_closed_to_others_while_its_mutex_is_held(m: Any) -> Any:
    queue, seen = m.queue.Queue(), []
    with queue.mutex:
        thread = m.threading.Thread(target=lambda: (queue.put(1), seen.append("put")))
        thread.start()
        thread.join(0.002)
        seen.append("still held")
    thread.join()
    return seen, queue.qsize()


@behaviour
def queue_has_room_again_after_it_was_cleared_from_outside(m: Any) -> Any:
    queue = m.queue.Queue(2)
    queue.put(1)
    queue.put(2)
    queue.queue.clear()
    return queue.full(), queue.put(3, timeout=0.001), queue.get(timeout=0.001)


@behaviour
def queue_conditions_can_be_waited_on(m: Any) -> Any:
    queue, seen = m.queue.Queue(), []

    def watch() -> None:
        with queue.not_empty:
            while not queue._qsize():
                queue.not_empty.wait()
            seen.append(queue._qsize())

    m.together(watch, lambda: queue.put("x"))
    return seen


@behaviour
def queue_conditions_can_be_notified(m: Any) -> Any:
    queue, got = m.queue.Queue(), []

    def push_past_put() -> None:
        with queue.mutex:
            queue.queue.append("x")
            queue.not_empty.notify()

    m.together(lambda: got.append(queue.get()), push_past_put)
    return got


@behaviour
def queue_subclass_organises_its_own_items(m: Any) -> Any:
    class Distinct(m.queue.Queue):
        def _init(self, maxsize: int) -> None:
            self.queue: set[Any] = set()

        def _qsize(self) -> int:
            return len(self.queue)

        def _put(self, item: Any) -> None:
            self.queue.add(item)

        def _get(self) -> Any:
            item = min(self.queue)
            self.queue.remove(item)
            return item

    queue, got = Distinct(2), []
    m.together(lambda: [queue.put(number) for number in (5, 6, 7)] and None, lambda: got.extend(queue.get() for _ in range(3)))
    return sorted(got), queue.empty()


@behaviour
def queue_subclass_adds_to_put(m: Any) -> Any:
    class Counting(m.queue.Queue):
        def __init__(self) -> None:
            super().__init__(maxsize=1)
            self.puts = 0

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            super().put(item, block, timeout)
            self.puts += 1

    queue, got = Counting(), []
    m.together(lambda: [queue.put(number) for number in range(3)] and None, lambda: got.extend(queue.get() for _ in range(3)))
    return got, queue.puts, isinstance(queue, m.queue.Queue)


@behaviour
def priority_queue_asks_the_items_themselves(m: Any) -> Any:
    class Job:
        def __init__(self, urgency: int) -> None:
            self.urgency = urgency

        def __lt__(self, other: Any) -> bool:
            return self.urgency < other.urgency

    queue = m.queue.PriorityQueue()
    for urgency in (3, 1, 2):
        queue.put(Job(urgency))
    tied = m.queue.PriorityQueue()
    tied.put((1, Job(2)))
    tied.put((1, Job(1)))
    plain = m.queue.PriorityQueue()
    plain.put((1, {}))
    return [queue.get().urgency for _ in range(3)], [tied.get()[1].urgency for _ in range(2)], m.error_of(lambda: plain.put((1, {})))


@behaviour
def simple_queue_is_a_queue_without_bound(m: Any) -> Any:
    queue, got = m.queue.SimpleQueue(), []
    first = [queue.empty(), m.error_of(queue.get_nowait), m.error_of(lambda: queue.get(timeout=0.001)), m.error_of(lambda: queue.get(timeout=-1))]
    m.together(lambda: [queue.put(number) for number in range(3)] and None, lambda: got.extend(queue.get() for _ in range(3)))
    queue.put("a", False, -5)
    queue.put_nowait("b")
    return first, got, queue.qsize(), queue.get(False), queue.get_nowait()


@behaviour
def queue_exceptions_are_the_real_ones(m: Any) -> Any:
    import queue

    return m.queue.Empty is queue.Empty, m.queue.Full is queue.Full


@pytest.mark.parametrize("behave", BEHAVIOURS, ids=lambda behave: behave.__name__)
def test_models_agree_with_the_real_ones(behave: Callable[[Any], Any], agree: Callable[[Callable[[Any], Any]], None]) -> None:
    agree(behave)
