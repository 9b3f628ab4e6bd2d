"""The two oracles against brute force: all schedules of small random programs, chosen at every point."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import harness
from harness.oracles.lock_orders import find_cycles
from harness.oracles.races import find_races
from tests.warnings.every_schedule import AllSchedules, executions, meetings, pair_of

pytestmark = pytest.mark.sweep

PROGRAMS = 20
MOST_SCHEDULES = 8000
OPENING = """
import queue, threading

class Box:
    def __init__(self):
        self.x = self.y = 0

def scenario():
    box, table, line_up = Box(), {"k": 0}, []
    lock, other = threading.Lock(), threading.Lock()
    event, line, permits = threading.Event(), queue.Queue(1), threading.Semaphore(0)
"""
PLAIN = ("box.x = {n}", "box.y = {n}", "box.x", "box.y", "box.x", "if box.x: box.y = {n}", "if box.y: box.x = {n}", "table['k'] = {n}",
         "box.x = table['k']", "if line_up: box.x", "line_up.append({n})")  # fmt: skip
FREE = ("event.set()", "line.put({n})", "permits.release()", "if event.is_set(): box.x = {n}", "if not line.empty(): box.y = {n}", "if lock.locked(): box.x")
WAITING = ("event.wait()", "line.get()", "permits.acquire()")
LOCKED = ("with lock: {inner}", "with lock: {inner}", "with other: {inner}")


def draw_program(rng: random.Random) -> str:
    """Two threads, of two or three statements and of two."""
    bodies = [[draw_statement(rng, 10 * thread + n) for n in range(length)] for thread, length in enumerate((rng.randint(2, 3), 2))]
    text = OPENING
    for name, body in zip("ab", bodies, strict=True):
        text += f"    def {name}():\n" + "".join(f"        {line}\n" for line in body)
    return text + "    threads = [threading.Thread(target=a), threading.Thread(target=b)]\n" + "    for thread in threads: thread.start()\n"


def draw_statement(rng: random.Random, n: int) -> str:
    """One statement; `n` is a value that no other writes."""
    kind = rng.random()
    if kind < 0.45:
        return rng.choice(PLAIN).format(n=n)
    if kind < 0.65:
        return rng.choice(FREE).format(n=n)
    if kind < 0.78:
        return rng.choice(WAITING)
    return rng.choice(LOCKED).format(inner=rng.choice(PLAIN[:5]).format(n=n))


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_a_race_is_told_exactly_where_two_accesses_can_meet(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    source = draw_program(random.Random(seed))
    path.write_text(source, encoding="utf-8")
    told, met = set(), set()
    schedules = AllSchedules()
    for execution in executions(str(path), schedules, MOST_SCHEDULES):
        told |= {pair_of(execution, race.early, race.late) for race in find_races(execution.deeds)}
        met |= meetings(execution)
    assert schedules.is_complete
    assert told == met, source


NESTED = (
    "with lock, other: pass",
    "with other, lock: pass",
    "with lock, other: event.set()",
    "with other: permits.release()",
    "event.wait()",
    "permits.acquire()",
    "with other, lock: box.x",
    "if lock.acquire(False): lock.release()",
)


def draw_nested(rng: random.Random) -> str:
    """Two threads that take two locks, of two statements and of one."""
    text = OPENING
    for name, body in zip("ab", [rng.sample(NESTED, 2), rng.sample(NESTED, 1)], strict=True):
        text += f"    def {name}():\n" + "".join(f"        {line}\n" for line in body)
    return text + "    threading.Thread(target=a).start()\n    threading.Thread(target=b).start()\n"


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_a_lock_order_is_told_exactly_where_a_schedule_deadlocks_on_the_locks(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    text = draw_nested(random.Random(seed))
    path.write_text(text, encoding="utf-8")
    is_told = deadlocks = False
    schedules = AllSchedules()
    for execution in executions(str(path), schedules, MOST_SCHEDULES):
        is_told = is_told or bool(find_cycles(execution.deeds))
        last = {step.thread: step for step in execution.trace.steps}
        on_locks = [step.thread for step in last.values() if step.kind == "blocked" and step.location in ("lock", "other")]
        deadlocks = deadlocks or (execution.ending == "deadlock" and len(on_locks) == 2)
    assert schedules.is_complete
    assert is_told == deadlocks, text
    # A search of one execution does not come to it, but its lock graph shows the way.
    found = {finding.kind for finding in harness.check(f"{path}:scenario", strategy="random", executions=1, seed=1).findings}
    assert "deadlock" in found or not deadlocks, text
