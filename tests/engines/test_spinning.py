"""Correct programs that poll and spin end under every strategy and are never reported."""

from __future__ import annotations

import pytest

from harness.strategies.catalogue import STRATEGIES
from tests.engines.laboratory import Laboratory

FLAG = """
    import threading, time

    class Flag:
        is_set = False

    def scenario():
        flag = Flag()

        def announce():
            flag.is_set = True

        t = threading.Thread(target=announce)
        t.start()
        while not flag.is_set:
            {body}
        t.join()
"""

TWO_THREADS = """
    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert counter.n == 4, counter.n
"""

LOCKED = """
    import threading, time

    class Counter:
        n = 0

    def scenario():
        counter = Counter()
        lock = threading.Lock()

        def work(_):
            for _ in range(2):
                {acquire}
                counter.n += 1
                lock.release()
"""

PETERSON = """
    import threading

    class Counter:
        n = 0
        turn = 0

    def scenario():
        counter = Counter()
        wants = [False, False]

        def work(me):
            for _ in range(2):
                wants[me] = True
                counter.turn = 1 - me
                while wants[1 - me] and counter.turn == 1 - me:
                    pass
                counter.n += 1
                wants[me] = False
"""

TICKETS = """
    import itertools, threading

    class Counter:
        n = 0
        serving = 0

    def scenario():
        counter = Counter()
        tickets = itertools.count()

        def work(_):
            for _ in range(2):
                mine = next(tickets)
                while counter.serving != mine:
                    pass
                counter.n += 1
                counter.serving = mine + 1
"""


def indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


PROGRAMS = {
    "a flag": FLAG.format(body="pass"),
    "a flag, yielding": FLAG.format(body="time.sleep(0)"),
    "a flag, sleeping": FLAG.format(body="time.sleep(0.01)"),
    "a flag, counting": FLAG.replace("while not", "turns = 0\n        while not").format(body="turns += 1"),
    "a flag, printing": FLAG.format(body="print('waiting')"),
    "an event asked again and again": """
        import threading
        def scenario():
            event = threading.Event()
            threading.Thread(target=event.set).start()
            while not event.is_set():
                pass
    """,
    "an event waited for in short pieces": """
        import threading
        def scenario():
            event = threading.Event()
            threading.Thread(target=event.set).start()
            while not event.wait(0.01):
                pass
    """,
    "a thread asked whether it lives": """
        import threading
        def scenario():
            t = threading.Thread(target=lambda: [n for n in range(3)])
            t.start()
            while t.is_alive():
                pass
    """,
    "a join in short pieces": """
        import threading
        def scenario():
            t = threading.Thread(target=lambda: [n for n in range(3)])
            t.start()
            while t.is_alive():
                t.join(0.001)
    """,
    "a queue polled": """
        import queue, threading
        def scenario():
            box = queue.Queue()
            threading.Thread(target=box.put, args=(1,)).start()
            while True:
                try:
                    assert box.get_nowait() == 1
                    break
                except queue.Empty:
                    pass
    """,
    "a future polled": """
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            with ThreadPoolExecutor(1) as pool:
                future = pool.submit(abs, -1)
                while not future.done():
                    pass
                assert future.result() == 1
    """,
    "try-lock": LOCKED.format(acquire="while not lock.acquire(blocking=False): pass") + indented(TWO_THREADS),
    "try-lock, yielding": LOCKED.format(acquire="while not lock.acquire(False): time.sleep(0)") + indented(TWO_THREADS),
    "a timed acquire retried": LOCKED.format(acquire="while not lock.acquire(timeout=0.01): pass") + indented(TWO_THREADS),
    "Peterson's lock": PETERSON + indented(TWO_THREADS),
    "a ticket lock": TICKETS + indented(TWO_THREADS),
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_spinning_program_that_is_correct_ends_and_is_not_reported(laboratory: Laboratory, program: str, strategy: str) -> None:
    result = laboratory.check(program, strategy=strategy, executions=25)
    assert [finding.message for finding in result.errors] == []
    assert (result.error, result.verdict) == (None, "verified" if result.complete else "survived")
    assert result.executions == 25 or (strategy in ("dpor", "bounded") and result.complete)
    assert not any("step limit" in limit for limit in result.limits)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_spinning_program_ends_under_the_default_schedule(laboratory: Laboratory, program: str) -> None:
    assert laboratory.play(program).ending == "finished"


@pytest.mark.parametrize("broken", ["wants[me] = True", "counter.turn = 1 - me"])
def test_a_broken_lock_of_spins_is_found(laboratory: Laboratory, broken: str) -> None:
    kept = (PETERSON + indented(TWO_THREADS)).replace(broken, "pass", 1)
    assert kept != PETERSON + indented(TWO_THREADS)
    result = laboratory.check(kept, executions=2000)
    assert result.findings[0].kind in ("assertion", "livelock", "deadlock")
