"""Where a message is looked for before it is called lost: what the harness and the primitives count is no message."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import harness
from harness.scenarios.reachable import find_values
from tests.engines.laboratory import Laboratory

EVERY_PRIMITIVE = """
    import concurrent.futures, queue, threading

    seen = []

    class Own(threading.local):
        def __init__(self):
            self.held = []

    def scenario():
        queues = [queue.Queue(3), queue.LifoQueue(3), queue.PriorityQueue(3), queue.SimpleQueue(), queue.Queue(4)]
        queues[-1].queue
        for box in queues:
            box.put("x")
        event, semaphores, barrier = threading.Event(), [threading.Semaphore(2), threading.BoundedSemaphore(3)], threading.Barrier(1)
        event.set()
        event.wait()
        barrier.wait()
        conditions, locks = [threading.Condition(), threading.Condition(threading.Lock())], [threading.Lock(), threading.RLock()]
        for held in [*semaphores, *conditions, *locks]:
            with held:
                pass
        with conditions[0]:
            conditions[0].wait(7)
            conditions[0].notify_all()
        own = Own()
        own.word = "a"
        timer, thread = threading.Timer(5, print), threading.Thread(target=print)
        for started in (timer, thread):
            started.start()
            started.join()
        pool = concurrent.futures.ThreadPoolExecutor(4)
        done, failed = pool.submit(str), pool.submit(int, "x")
        concurrent.futures.wait([done, failed])
        failed.exception().__traceback__ = None
        pool.shutdown()
        seen.extend([*queues, event, *semaphores, barrier, *conditions, *locks, own, timer, thread, pool, done])
        seen.extend([threading.current_thread(), threading.main_thread()])
"""


def test_no_primitive_holds_a_number_that_nobody_gave_it(laboratory: Laboratory) -> None:
    executions = laboratory.executions(EVERY_PRIMITIVE, 60)
    assert len(executions) == 60
    for execution in executions[-3:]:  # whatever is counted has gone far from what is too small to tell
        assert len(execution.seen) == 20
        for primitive in execution.seen:
            assert (type(primitive), find_values([primitive], set(range(1000)), (), set())) == (type(primitive), set())


OVERWRITTEN = """
    import threading

    FINISH = object()

    class Pipeline7:
        def __init__(self):
            self.slot = None

        def {put}(self, message21):
            self.slot = message21

        def {get}(self):
            return self.slot

    pipeline = Pipeline7()

    def producer():
        pipeline.{put}({message})
        pipeline.{put}(FINISH)

    def consumer():
        while pipeline.{get}() is not FINISH:
            pass

    if __name__ == "__main__":
        threads = [threading.Thread(target=producer), threading.Thread(target=consumer)]
        for thread in threads:
            thread.start()
"""


@pytest.mark.parametrize("message", [0, 1, 7, 21, 2])
def test_a_message_that_equals_a_number_of_the_wrapping_is_lost_all_the_same(
    message: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = dedent(OVERWRITTEN).format(message=message, put="set_message", get="get_message")
    Path("script.py").write_text(source, encoding="utf-8")
    (finding,) = harness.check("script.py", mode="program", executions=50).errors
    assert finding.message.startswith(f"message {message}, put by Thread-1 (producer), was returned by no get")
