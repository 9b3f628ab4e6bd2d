"""Deadlocks that the lock graph of a whole search shows the way to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import harness
from harness import campaign

pytestmark = pytest.mark.lengthy

THREE = '''
"""Each of three threads takes a pair of locks once in an order that closes a circle; they must all be there at the same time."""
import threading

locks = [threading.Lock() for _ in range(6)]

def work(me, special):
    for n in range(24):
        a, b = (me, (me + 1) % 3) if n == special else (3, 4 + n % 2)
        with locks[a]:
            with locks[b]:
                pass

threads = [threading.Thread(target=work, args=pair) for pair in enumerate((3, 12, 21))]
for thread in threads: thread.start()
for thread in threads: thread.join()
'''
DRAWN = '''
"""Which of two jobs a worker takes is open, so no thread takes both orders in every execution."""
import threading
from concurrent.futures import ThreadPoolExecutor

a, b = threading.Lock(), threading.RLock()

def forth():
    with a:
        with b:
            pass

def back():
    with b, a:
        pass

def work():
    sum(range(25))

with ThreadPoolExecutor(2) as pool:
    for job in (forth, work, work, back):
        for _ in range(1 if job is not work else 12):
            pool.submit(job)
'''
PHASES = '''
"""The second order is taken only after the first has been given back, and a flag that is read under a lock says so."""
import threading

a, b, c = threading.Lock(), threading.Lock(), threading.Lock()
is_over = False
seen = []

def forth():
    global is_over
    for n in range(15):
        with c:
            seen.append(n)
        with a:
            with b:
                pass
    with c:
        is_over = True

def back():
    for n in range(15):
        with c:
            may = is_over
            seen.append(-n)
        if may:
            with b:
                with a:
                    pass

threads = [threading.Thread(target=forth), threading.Thread(target=back)]
for thread in threads: thread.start()
for thread in threads: thread.join()
'''
NESTED = "        with locks[a]:\n            with locks[b]:\n                pass"
GATED = "import threading\ngate = threading.Lock()\n" + THREE.replace(NESTED, "        with gate, locks[a], locks[b]:\n            pass")


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., harness.Result]:
    def checked(source: str, **options: object) -> harness.Result:
        path = tmp_path / "target.py"
        path.write_text(source, encoding="utf-8")
        return harness.check(str(path), **{"executions": 100, **options})

    return checked


@pytest.mark.parametrize("seed", [0, 1])
def test_a_circle_of_three_is_brought_about_though_the_search_never_came_to_it(
    seed: int, check: Callable[..., harness.Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = check(THREE, seed=seed)
    assert result.verdict == "failed", result.limits
    finding = result.findings[0]
    assert finding.kind == "deadlock"
    assert 100 < (finding.executions_to_find or 0) == result.executions <= 100 + 32
    assert (result.turns[-1].strategy, result.turns[-1].until) == ("meet", result.executions)
    assert harness.replay(str(tmp_path / "target.py"), finding.schedule).is_shown
    monkeypatch.setattr(campaign, "aim", lambda *_: [])
    assert check(THREE, seed=seed).verdict == "survived"


def test_the_result_is_the_same_with_more_processes(check: Callable[..., harness.Result]) -> None:
    one, two = (check(THREE, executions=320, seed=1, strategy="portfolio", jobs=jobs) for jobs in (1, 2))
    assert one.verdict == "failed"
    assert (one.executions, one.findings[0].schedule, one.limits) == (two.executions, two.findings[0].schedule, two.limits)


def test_orders_of_two_executions_make_a_circle(check: Callable[..., harness.Result]) -> None:
    assert [finding.kind for finding in check(DRAWN, executions=80).findings][:1] == ["deadlock"]


def test_a_circle_that_no_execution_can_have_is_no_finding_and_the_limits_tell_of_it(check: Callable[..., harness.Result]) -> None:
    result = check(PHASES)
    assert (result.verdict, result.findings) == ("survived", ())
    (told,) = [limit for limit in result.limits if "circle" in limit]
    assert told == (
        "locks are taken in orders that close to a circle, maybe never in one execution "
        "(at target.py:15 Thread-1 (forth) takes b while it holds a, and at target.py:27 Thread-2 (back) takes a while it holds b): "
        "32 executions that aimed at it did not deadlock"
    )
    assert result.executions == 100 + 32


POOL = """
import threading
from concurrent.futures import ThreadPoolExecutor

class Account:
    def __init__(self):
        self.lock = threading.Lock()

def swap(first, second):
    with first, second:
        pass

def of_a_list():
    seats = [threading.Lock() for _ in range(3)]
    with ThreadPoolExecutor(2) as pool:
        for one, two in ((0, 1), (1, 2), (2, 0)):
            pool.submit(swap, seats[one], seats[two])

def of_objects():
    rich, poor, third = Account(), Account(), Account()
    with ThreadPoolExecutor(2) as pool:
        for one, two in ((rich, poor), (poor, third), (third, rich)):
            pool.submit(swap, one.lock, two.lock)
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "of_a_list",
            "a thread of a pool takes seats[0] while it holds seats[2], another takes seats[1] while it holds seats[0] "
            "and another takes seats[2] while it holds seats[1]",
        ),
        ("of_objects", "3 threads of a pool take Account.lock while each holds another such lock"),
    ],
)
def test_a_circle_is_told_by_locks_and_threads_and_each_line_once(tmp_path: Path, name: str, told: str) -> None:
    path = tmp_path / "target.py"
    path.write_text(POOL, encoding="utf-8")
    (limit,) = [limit for limit in harness.check(f"{path}:{name}", executions=100).limits if "circle" in limit]
    assert f"(at target.py:10 {told})" in limit


def test_a_lock_around_all_makes_no_circle_and_costs_no_execution(check: Callable[..., harness.Result]) -> None:
    result = check(GATED)
    assert (result.verdict, result.findings, result.executions) == ("survived", (), 100)


def test_what_is_verified_or_failed_is_not_aimed_at(check: Callable[..., harness.Result]) -> None:
    forth, back = ("".join(f"    {line}\n" for line in (f"with {one}:", f"    with {other}: pass")) for one, other in ("ab", "ba"))
    small = "import threading\na, b = threading.Lock(), threading.Lock()\n"
    run = "one, two = threading.Thread(target=f), threading.Thread(target=g)\n"
    safe = check(f"{small}def f():\n{forth}def g():\n{back}{run}one.start(); one.join(); two.start()\n")
    assert (safe.verdict, [turn.strategy for turn in safe.turns if turn.strategy == "meet"]) == ("verified", [])
    failing = check(f"{small}def f():\n{forth}def g():\n{back}{run}one.start(); two.start()\n")
    assert failing.verdict == "failed"
    assert failing.executions < 100


def test_a_thread_that_only_tries_or_waits_for_a_while_makes_no_circle(check: Callable[..., harness.Result]) -> None:
    trying = THREE.replace("with locks[b]:\n                pass", "if locks[b].acquire(timeout=1):\n                locks[b].release()")
    assert trying != THREE
    assert check(trying, executions=60).executions == 60
