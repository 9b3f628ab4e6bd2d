"""What real threads can come to when they are switched between any two bytecodes, and the exhaustive search once did not."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from tests.search.compare_opcodes import seen_by_search

PROGRAM = """
import queue, threading
from concurrent import futures

def scenario():
    seen = {{}}
    condition = threading.Condition()
    lock = threading.Lock()
    on_lock = threading.Condition(lock)
    future = futures.Future()
    items = queue.Queue()
    items.put(1)
    late = threading.Thread(target=lambda: seen.update(late=1))

    def first():
{first}

    def second():
{second}

    threads = [threading.Thread(target=body, daemon=True) for body in (first, second)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert not ({wrong})
"""

CASES = {
    "a future may be cancelled after somebody looked in vain": (
        "seen['cancelled'] = future.cancel()",
        "try:\n    future.result(timeout=0)\nexcept futures.TimeoutError:\n    seen['late'] = True\nexcept futures.CancelledError:\n    pass",
        "seen['cancelled'] and 'late' in seen",
    ),
    "a lock may be given back between the look at it and notify": (
        "with lock:\n    pass",
        "if lock.locked():\n    try:\n        on_lock.notify()\n    except RuntimeError:\n        seen['free'] = True",
        "'free' in seen",
    ),
    "a worker may take a job while shutdown cancels the one before": (
        "pool = futures.ThreadPoolExecutor(1)\njobs = [pool.submit(seen.update, {n: n}) for n in 'ab']\n"
        "pool.shutdown(cancel_futures=True)\nseen['cancelled'] = jobs[0].cancelled()",
        "pass",
        "'b' in seen and seen['cancelled']",
    ),
    "another may give back the lock of a condition before wait": (
        "try:\n    lock.release()\nexcept RuntimeError:\n    pass",
        "lock.acquire()\ntry:\n    on_lock.wait(1)\nexcept RuntimeError:\n    seen['free'] = True",
        "'free' in seen",
    ),
    "a notify may come when wait(0) has looked already": (
        "with condition:\n    seen['waits'] = len(condition._waiters)\n    condition.notify()",
        "with condition:\n    seen['told'] = condition.wait(0)",
        "seen['waits'] and not seen['told']",
    ),
    "a queue may be opened before a get and looked into after it": (
        "seen['left'] = len(items.queue)",
        "items.get(timeout=1)",
        "seen['left'] == 0",
    ),
    "a join may come before the start": (
        "late.start()",
        "try:\n    late.join()\nexcept RuntimeError:\n    seen['early'] = True",
        "'early' in seen",
    ),
    "a thread that has done all may still be alive": (
        "late.start()",
        "is_done = 'late' in seen\nseen['alive'] = is_done and late.is_alive()",
        "seen['alive']",
    ),
    "a thread may be asked between a flag and its start": (
        "seen['flag'] = True\nlate.start()",
        "seen['asked'] = 'flag' in seen and late.ident is None",
        "seen['asked']",
    ),
    "both may start a thread": (
        "late.start()",
        "try:\n    late.start()\nexcept RuntimeError:\n    seen['twice'] = True",
        "'twice' in seen",
    ),
}
"""What two threads do, and the claim that fails in some order."""


@pytest.mark.parametrize("name", CASES)
def test_the_search_comes_to_it(name: str, tmp_path: Path) -> None:
    first, second, wrong = CASES[name]
    bodies = {"first": first, "second": second}
    indented = {key: "\n".join(f"        {line}" for line in body.splitlines()) for key, body in bodies.items()}
    file = tmp_path / "program.py"
    file.write_text(PROGRAM.format(wrong=wrong, **indented))
    result = harness.check(f"{file}:scenario", strategy="dpor", executions=2000)
    assert [finding.kind for finding in result.findings] == ["assertion"], result.limits


STANDS_STILL = """
import threading

LOGS = [[], []]

def scenario():
    condition = threading.Condition()

    def take():
        LOGS[0].append(condition.acquire(False))

    def wait():
        with condition:
            condition.wait(1)
        LOGS[1].append("over")

    threads = [threading.Thread(target=body) for body in (take, wait)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_a_waiter_whose_time_was_up_when_all_stood_still_may_go_first(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(STANDS_STILL)
    seen, is_complete = seen_by_search(file)
    assert is_complete
    assert set(seen) == {"deadlock [[True], []]", "finished [[False], ['over']]", "finished [[True], ['over']]"}
