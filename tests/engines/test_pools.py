"""What may come between the moves of a pool's worker, as CPython's own code lets it: taking a job and beginning it, its outcome and being idle, an
initializer that fails and the end of the pool. Each scenario is told by all that it can come to, which the exhaustive search must see whole."""

from __future__ import annotations

import pytest

from tests.engines.laboratory import Laboratory

POOL = """
    import threading
    from concurrent.futures import ThreadPoolExecutor

    seen = []
    began = [0]
    go = threading.Event()

    def begin(fails=0):
        began[0] += 1
        if began[0] == fails:
            go.wait()
            raise KeyError

    local = threading.local()

    def nth_of_this_worker():
        local.n = getattr(local, "n", 0) + 1
        return local.n

    def scenario():
        {scenario}
"""


def comes_to(laboratory: Laboratory, *lines: str) -> set[tuple[str, object]]:
    """How executions of these lines can end, and what they have put into `seen`."""
    source = POOL.replace("{scenario}", "\n        ".join(lines))
    return {(one.ending, *one.seen) for one in laboratory.executions(source, 3000, "dpor")}


def test_a_job_that_a_worker_has_taken_can_still_be_cancelled(laboratory: Laboratory) -> None:
    ends = comes_to(
        laboratory,
        "with ThreadPoolExecutor(2) as pool:",
        "    a, b = pool.submit(int), pool.submit(int)",
        "    b.result()  # it came after a on the queue",
        "    seen.append(a.cancel())",
    )
    assert ends == {("finished", False), ("finished", True)}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_may_find_another_worker_though_the_first_has_given_its_result(laboratory: Laboratory, workers: int) -> None:
    ends = comes_to(
        laboratory,
        f"with ThreadPoolExecutor({workers}) as pool:",
        "    pool.submit(nth_of_this_worker).result()",
        "    seen.append(pool.submit(nth_of_this_worker).result())",
    )
    assert ends == {("finished", 2)} | ({("finished", 1)} if workers == 2 else set())


def test_an_initializer_that_fails_late_takes_the_word_to_end_from_an_idle_worker(laboratory: Laboratory) -> None:
    ends = comes_to(
        laboratory,
        "pool = ThreadPoolExecutor(2, initializer=begin, initargs=(2,))",
        "a, b = pool.submit(int), pool.submit(int)",
        "a.result(), b.result()  # one worker does both, the other is on its way",
        "threading.Thread(target=go.set).start()",
        "pool.shutdown()",
        "seen.append('down')",
    )
    # CPython empties the queue of the jobs that nobody will do, and of the word to end with them
    assert ends == {("finished", "down"), ("deadlock",)}


def test_an_initializer_that_fails_settles_the_jobs_that_wait(laboratory: Laboratory) -> None:
    ends = comes_to(
        laboratory,
        "go.set()",
        "pool = ThreadPoolExecutor(1, initializer=begin, initargs=(1,))",
        "seen.append(pool.submit(int).cancel())",
    )
    assert ends == {("finished", False), ("finished", True)}


def test_a_worker_with_an_initializer_may_be_there_before_the_pool_is_shut_down(laboratory: Laboratory) -> None:
    ends = comes_to(
        laboratory,
        "pool = ThreadPoolExecutor(1, initializer=begin)",
        "job = pool.submit(int)",
        "pool.shutdown(cancel_futures=True)",
        "seen.append(job.cancelled())",
    )
    assert ends == {("finished", False), ("finished", True)}
