"""Operations in C that call the program in their midst: a generator that is run over, elements that compare themselves. Others may run then, and
the operation goes on with a container that has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAM = """
import bisect, functools, heapq, threading
from collections import deque
from dataclasses import dataclass
import dataclasses

@functools.total_ordering
class Key:
    def __init__(self, n):
        self.n = n
    def __eq__(self, other):
        return self.n == other.n
    def __lt__(self, other):
        return self.n < other.n
    def __hash__(self):
        return self.n
    def __repr__(self):
        return f"Key{self.n}"

@dataclass(order=True)
class Record:
    n: int

@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    n: int

class Rows:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        yield from range(self.n)
    def double(self, n):
        return 2 * n

class Countdown:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        if not self.n:
            raise StopIteration
        self.n -= 1
        return self.n

def double(n):
    return 2 * n

def pairs(n):
    for number in range(n):
        yield number, number

def scenario():
    found, table, kept, got = [], {}, set(), []
    keys, records, slotted = ([kind(n) for n in (1, 2, 3)] for kind in (Key, Record, Slotted))
    waiting = deque(keys)
    rows, call = Rows(2), double

    def work():
        try:
WORK
        except Exception as error:
            got.append(type(error).__name__)

    def other():
        OTHER

    threads = [threading.Thread(target=work), threading.Thread(target=other)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert got != EXPECTED, got
"""

SEEN = "got.append(len({}))"
CASES = [
    ("found.extend(n for n in (1, 2))", SEEN.format("found"), "[1]"),
    ("same = found; same += (n for n in (1, 2))", SEEN.format("found"), "[1]"),
    ("found[:0] = pairs(2)\ngot.append(len(found))", "found.append(1)", "[3]"),  # copied first: for once nothing comes between
    ("table.update(pairs(2))", SEEN.format("table"), "[1]"),
    ("table.update((n, n) for n in (1, 2))", SEEN.format("table"), "[1]"),
    ("kept.update(n for n in (1, 2))", SEEN.format("kept"), "[1]"),
    ("waiting.extend(n for n in (1, 2))", SEEN.format("waiting"), "[4]"),
    ("waiting.extendleft(pairs(2))", SEEN.format("waiting"), "[4]"),
    ("found.extend(rows)", SEEN.format("found"), "[1]"),
    ("found.extend(Countdown(2))", SEEN.format("found"), "[1]"),
    ("found.extend(map(double, (1, 2)))", SEEN.format("found"), "[1]"),
    ("found.extend(map(call, (1, 2)))", SEEN.format("found"), "[1]"),
    ("found.extend(map(rows.double, (1, 2)))", SEEN.format("found"), "[1]"),
    ("found.extend(map(functools.partial(double), (1, 2)))", SEEN.format("found"), "[1]"),
    ("found.extend(map(lambda n: n, (1, 2)))", SEEN.format("found"), "[1]"),
    ("found.extend(filter(rows.double, (1, 2)))", SEEN.format("found"), "[1]"),
    ("found.extend(number for number, _ in pairs(2))", SEEN.format("found"), "[1]"),
    ("keys.remove(Key(2))", "keys.pop(0)", "['ValueError']"),
    ("keys.remove(Key(3))", "keys[:] = []", "['ValueError']"),
    ("got.append(keys.index(Key(3)))", "keys.pop(0)", "['ValueError']"),
    ("got.append(keys.count(Key(2)))", "keys.pop(0)", "[0]"),
    ("got.append(Key(2) in keys)", "keys.pop(0)", "[False]"),
    ("waiting.remove(Key(2))", "waiting.popleft()", "['IndexError']"),
    ("got.append(keys == [Key(1), Key(2), Key(3)])", "keys[2] = Key(4); keys[0] = Key(5)", "[False]"),
    ("got.append(str(keys))", "keys[1] = Key(8); keys[0] = Key(9)", "['[Key1, Key8, Key3]']"),
    ("got.append(f'{keys}')", "keys[1] = Key(8); keys[0] = Key(9)", "['[Key1, Key8, Key3]']"),
    ("got.append(max(keys).n)", "keys[1] = Key(8); keys[2] = Key(7)", "[8]"),
    ("keys.sort()", SEEN.format("keys"), "[0]"),
    ("records.sort()", SEEN.format("records"), "[0]"),
    ("records.remove(Record(2))", "records.pop(0)", "['ValueError']"),
    ("slotted.remove(Slotted(2))", "slotted.pop(0)", "['ValueError']"),
    ("got.append(Record(2) in records)", "records.pop(0)", "[False]"),
    ("heapq.heappush(records, Record(0))", "got.append(records[-1].n)", "[3]"),
    ("bisect.insort(keys, Key(4)); got.append(keys[-1].n)", "keys.clear()", "[4]"),
    ("got.append(list(map(rows.double, found)))", "found.append(1)", "[[2]]"),
    ("got.append(list(map(call, keys and found)))", "found.append(1)", "[[2]]"),
]


def check(work: str, other: str, expected: str, folder: Path) -> harness.Result:
    """The exhaustive search's result for `work` beside `other`; a schedule that gives `expected` fails."""
    body = "\n".join("            " + line for line in work.splitlines())
    path = folder / "target.py"
    path.write_text(PROGRAM.replace("WORK", body).replace("OTHER", other).replace("EXPECTED", expected), encoding="utf-8")
    return harness.check(f"{path}:scenario", strategy="dpor", executions=5000)


@pytest.mark.parametrize(("work", "other", "expected"), CASES, ids=[work for work, _, _ in CASES])
def test_others_may_run_while_the_program_is_called_in_the_midst_of_an_operation(work: str, other: str, expected: str, tmp_path: Path) -> None:
    result = check(work, other, expected, tmp_path)
    assert (result.verdict, result.error) == ("failed", None)


@pytest.mark.parametrize(
    ("work", "other", "expected"),
    [
        ("found.extend(map(str, (1, 2)))", SEEN.format("found"), "[1]"),
        ("found.extend(zip((1, 2), (3, 4)))", SEEN.format("found"), "[1]"),
        ("found.extend(range(2))", SEEN.format("found"), "[1]"),
        ("found.extend([n for n in range(2)])", SEEN.format("found"), "[1]"),
        ("numbers = [1, 2, 3]; numbers.remove(2); got.append(len(numbers))", "pass", "['ValueError']"),
        ("sorted(keys)", SEEN.format("keys"), "[0]"),
    ],
)
def test_an_operation_that_calls_nothing_is_one_step(work: str, other: str, expected: str, tmp_path: Path) -> None:
    result = check(work, other, expected, tmp_path)
    assert (result.verdict, result.error) == ("verified", None), result.errors


def test_the_table_shows_that_an_operation_goes_on(tmp_path: Path) -> None:
    (finding,) = check("found.extend(n for n in (1, 2))", SEEN.format("found"), "[1]", tmp_path).findings
    assert finding.trace is not None
    told = [(step.what, step.value) for step in finding.trace.steps if "go on" in step.what]
    assert told == [("go on with found.extend", "[1]"), ("go on with found.extend", "[1, 2]")]
