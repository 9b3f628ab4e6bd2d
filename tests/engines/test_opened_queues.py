"""Queues whose mutex a program uses, or whose organisation it overrides, go by mutex and conditions as in CPython: the search sees the same outcomes as
of a queue that it leaves alone."""

from __future__ import annotations

from itertools import product

import pytest

from tests.engines.laboratory import Laboratory

PROGRAM = """
    import queue, threading

    seen = []

    class Own(queue.Queue):
        def _put(self, item):
            super()._put(item)

    def scenario():
        q = {make}
        q.put(0)
        {open}

        def move(log, operation):
            try:
                log.append(operation())
            except (queue.Empty, queue.Full) as error:
                log.append(type(error).__name__)

        logs = [], []
        threads = [
            threading.Thread(target=lambda: {first}),
            threading.Thread(target=lambda: {second}),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen.append((logs, q.qsize()))
"""
OPERATIONS = ("q.get()", "q.get(timeout=1)", "q.get_nowait()", "q.put(1)", "q.put(1, timeout=1)", "q.put_nowait(1)")
OPENINGS = {"mutex": ("queue.Queue(1)", "with q.mutex: pass"), "items": ("queue.Queue(1)", "len(q.queue)"), "override": ("Own(1)", "pass")}
DONE = "move(logs[{n}], lambda: {operation})"


def outcomes(laboratory: Laboratory, make: str, opening: str, first: str, second: str) -> set[str]:
    """How executions of the exhaustive search end, and what they have seen; two operations of one thread where a semicolon stands between them."""
    bodies = ["(" + ", ".join(DONE.format(n=n, operation=operation) for operation in each.split("; ")) + ")" for n, each in enumerate((first, second))]
    source = PROGRAM.format(make=make, open=opening, first=bodies[0], second=bodies[1])
    return {f"{one.ending} {one.seen}" for one in laboratory.executions(source, 3000, "dpor")}


@pytest.mark.parametrize("opening", OPENINGS)
def test_two_threads_come_to_the_same_with_a_queue_that_was_opened(laboratory: Laboratory, opening: str) -> None:
    for first, second in product(OPERATIONS, repeat=2):
        told = first, second + "; q.put_nowait(2)"
        assert outcomes(laboratory, *OPENINGS[opening], *told) == outcomes(laboratory, "queue.Queue(1)", "pass", *told), told
