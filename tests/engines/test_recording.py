"""Writing an execution down changes nothing of it: the same points, the same choices, the same end."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.engines.explore import Explore
from harness.model.result import ScenarioSize
from harness.model.schedule import CLOCK, Departure
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.picks import Picks
from harness.surroundings import surroundings
from harness.targets import find_target
from harness.trial import Trial
from tests.engines.laboratory import Laboratory

MIXED = """
    import queue, random, threading, time
    from concurrent.futures import ThreadPoolExecutor

    class Box:
        count = 0

    def scenario():
        box, lines, monitor = Box(), queue.Queue(1), threading.Condition()
        table = {}

        def work(n):
            for k in range(2):
                box.count += 1
                table.setdefault(k, []).append(n)
                lines.put(random.randint(1, 9))
            with monitor:
                monitor.notify()
            time.sleep(0.5)

        def drain():
            total = sum(lines.get() for _ in range(4))
            while not table:
                pass
            with monitor:
                monitor.wait(1)
            return [len(row) for row in table.values()] or total

        with ThreadPoolExecutor(3) as pool:
            jobs = [pool.submit(work, 1), pool.submit(work, 2), pool.submit(drain)]
            for job in jobs:
                job.result()
        assert box.count == 4
"""


@settings(max_examples=40)
@given(st.lists(st.integers(0, 3), max_size=120))
def test_an_execution_that_is_written_down_passes_the_same_points(laboratory: Laboratory, picks: list[int]) -> None:
    target = find_target(f"{laboratory.write(MIXED)}:scenario")
    player = Picks(picks)
    engine = Explore(player, 0)
    with surroundings(engine, target.file):
        loader = Loader(target, stand_ins())
        trial = Trial(engine, find_scenario(target, loader, engine, "function", ScenarioSize(), "producer"), ScenarioSize())
        failure = trial.execute(player, keep=True)
        searched = engine.total_points
        shown = trial.record(trial.kept[0])
        # told twice, the same steps; and strictly followed, so every departure fitted
        assert trial.record(shown.departures).trace == shown.trace
    assert [finding.kind for finding in shown.findings] == ([finding.kind for finding in failure.findings] if failure else [])
    assert [(d.thread, d.point, d.chosen) for d in shown.departures] == [(d.thread, d.point, d.chosen) for d in trial.kept[0]]
    assert searched > 0
    assert shown.preemptions + shown.expiries <= len(shown.departures)


def test_a_departure_names_its_source_line_and_what_ran_instead(laboratory: Laboratory) -> None:
    source = """
        import threading, time
        class Box:
            n = 0
        def scenario():
            box = Box()
            def work():
                box.n += 1
            t = threading.Thread(target=work)
            t.start()
            time.sleep(1)
            assert box.n == 1
    """
    (finding,) = laboratory.check(source, executions=200).errors
    from harness.model.schedule import from_token

    departures = from_token(finding.schedule).departures
    assert departures
    assert all(isinstance(departure, Departure) and (departure.chosen == CLOCK or departure.chosen.startswith("m")) for departure in departures)
    assert any(departure.chosen == CLOCK for departure in departures)
    assert finding.expiries == 1


LOCKS = """
import threading
locks = [threading.Lock(), threading.Lock()]
alone = threading.RLock()

def scenario():
    def work(one, other):
        with locks[one]:
            with locks[other], alone:
                pass
    threads = [threading.Thread(target=work, args=pair) for pair in ((0, 1), (1, 0))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_a_lock_is_called_by_where_it_was_taken_from_at_its_first_step_already(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text(LOCKS, encoding="utf-8")
    (finding,) = harness.check(f"{path}:scenario").errors
    trace = finding.trace
    assert trace is not None
    assert {step.location for step in trace.steps if step.kind in ("acquire", "blocked") and step.line in (8, 9)} <= {"locks[0]", "locks[1]", "alone"}
    assert "to acquire locks[1], held by" in finding.message
    assert "to acquire locks[0], held by" in finding.message


def test_a_lock_of_the_module_keeps_its_name_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text(
        "import threading\nalone = threading.Lock()\n\n"
        "def scenario():\n    for _ in range(2):\n        threading.Thread(target=work).start()\n\ndef work():\n    with alone:\n        alone.acquire()\n",
        encoding="utf-8",
    )
    (finding,) = harness.check(f"{path}:scenario").errors
    assert "to acquire alone, held by" in finding.message


ELEMENTS = """
import collections, threading
cache, ring, names = {4: 8}, collections.deque([1]), {}

class Key:
    pass

def scenario():
    names[Key()] = 1
    cache[5] = ring[0]
    del cache[4]
    try:
        cache[4]
    except KeyError:
        pass
    threading.Thread(target=lambda: ring[7]).start()
"""


def test_an_element_is_told_with_its_own_value_and_one_that_is_not_there_with_none(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text(ELEMENTS, encoding="utf-8")
    (finding,) = harness.check(f"{path}:scenario").errors
    trace = finding.trace
    assert trace is not None
    elements = {step.what: step.value for step in trace.steps if step.kind in ("getitem", "setitem", "delitem")}
    assert elements == {
        "write names[<Key>]": "",
        "read ring[0] = 1": "1",
        "write cache[5] = 1": "1",
        "delete cache[4]": "{5: 1}",
        "read cache[4], which was not there": "",
        "read ring[7], which was not there": "",
    }


HANDED_ON = """
import threading
one, other = (threading.Lock() for _ in range(2))

def take(first, second):
    with first:
        with second:
            pass

def of_the_module():
    start(one, other)

def of_the_starter():
    start(threading.Lock(), threading.Lock())

def start(mine, yours):
    threads = [threading.Thread(target=take, args=pair) for pair in ((mine, yours), (yours, mine))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

def of_a_list():
    locks = [threading.Lock(), threading.Lock()]
    threads = [threading.Thread(target=take, args=pair) for pair in (locks, locks[::-1])]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

def twice():
    monitor = threading.Condition(threading.Lock())
    def again():
        with monitor:
            with monitor:
                pass
    thread = threading.Thread(target=again)
    thread.start()
    thread.join()
"""


@pytest.mark.parametrize(
    ("name", "labels"),
    [("of_the_module", {"one", "other"}), ("of_the_starter", {"mine", "yours"}), ("of_a_list", {"locks[0]", "locks[1]"}), ("twice", {"monitor"})],
)
def test_a_lock_has_one_name_whatever_the_threads_call_it_that_were_handed_it(tmp_path: Path, name: str, labels: set[str]) -> None:
    path = tmp_path / "target.py"
    path.write_text(HANDED_ON, encoding="utf-8")
    (finding,) = harness.check(f"{path}:{name}").errors
    assert finding.trace is not None
    assert {step.location for step in finding.trace.steps if step.kind in ("acquire", "blocked") and not step.location.startswith("Thread")} == labels


def test_a_queue_is_called_at_the_end_as_it_was_called_before(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text("import queue\n\ndef scenario():\n    jobs = queue.Queue(1)\n    jobs.put(1)\n    jobs.put(2)\n", encoding="utf-8")
    (finding,) = harness.check(f"{path}:scenario").errors
    assert finding.message == "nobody can ever go on: main waits at target.py:6 for room in jobs"


def test_who_waits_until_a_queue_is_done_does_not_wait_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text("import queue\n\ndef scenario():\n    jobs = queue.Queue()\n    jobs.put(1)\n    jobs.join()\n", encoding="utf-8")
    (finding,) = harness.check(f"{path}:scenario").errors
    assert finding.message == "nobody can ever go on: main waits at target.py:6 until all items of jobs are done"


IN_VAIN = """
import threading
items, seen, lock, again, changed, room = [3, 1], set(), threading.Lock(), threading.RLock(), threading.Condition(), threading.BoundedSemaphore(1)

def key(item):
    seen.add(1)
    return item

def attempt(operation):
    try:
        operation()
    except Exception:
        pass

def scenario():
    attempt(lock.release)
    attempt(again.release)
    attempt(changed.notify)
    attempt(room.release)
    attempt(lambda: seen.remove(4))
    items.sort(key=key)
    items.sort()
    items.clear()
    threading.Thread(target=lambda: items.pop(0)).start()
"""


def test_an_operation_that_fails_or_changes_nothing_is_not_told_as_done(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text(IN_VAIN, encoding="utf-8")
    (finding,) = harness.check(f"{path}:scenario").errors
    assert finding.trace is not None
    told = [(step.what, step.value, step.is_write) for step in finding.trace.steps if step.kind in ("method", "method0", "release", "notify", "call0")]
    assert told == [
        ("try to release lock, which nobody holds", "", True),
        ("try to release again, which it does not hold", "", True),
        ("try to notify changed, which it does not hold", "", True),
        ("try to release room, which has all its permits", "", True),
        ("call seen.remove(4), which changed nothing", "{}", False),
        ("call items.sort(key)", "", True),
        ("call seen.add(1)", "{1}", True),
        ("call seen.add(1), which changed nothing", "{1}", False),
        ("call items.sort(), which changed nothing", "[1, 3]", False),
        ("call items.clear()", "[]", True),
        ("call items.pop(0), which changed nothing", "[]", False),
    ]
