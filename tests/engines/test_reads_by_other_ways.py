"""What is read by other ways than an attribute, an item or a builtin: iterators, patterns, ``functools.partial``, ``operator``, classes up the line."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAM = """
import collections, functools, itertools, math, operator, threading

class Shared:
    total = 0

class Heir(Shared):
    pass

def scenario():
    s, seen, flags = Heir(), [[], []], [0]
    s.x = s.y = s.flag = 0
    s.numbers, s.rows = [1, 2], [[0, 0], [0, 0]]
    s.table, s.ordered = {"a": 0}, collections.OrderedDict(a=1, b=2)
    s.queue, s.once = collections.deque([1, 2]), iter([1, 2, 3])
    s.bytes = bytearray(b'b')
    s.tee, s.other = itertools.tee(s.numbers)

    def write(seen):
        s.flag = 1
WRITE
        s.flag = 2

    def read(seen):
        seen.append(s.flag)
        try:
READ
        except Exception as error:
            seen.append(type(error).__name__)
        seen.append(s.flag)

    threads = [threading.Thread(target=body, args=(log,)) for body, log in zip((read, write), seen)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert EXPECTED not in (seen[0], seen, *seen[0][1:2]), seen
"""

MATCHING = """match s:
    case Shared(x={}):
        seen.append('none')
    case Shared(x=v, y=w):
        seen.append((v, w))"""

CASES = [
    ("seen.append(next(iter(s.table), None))", "s.table['b'] = 1", "[0, 'RuntimeError', 2]"),
    ("seen.append(next(iter(s.table.values()), None))", "s.table['b'] = 1", "[1, 'RuntimeError', 1]"),
    ("seen.append(next(iter(s.ordered)))", "s.ordered['c'] = 3", "[0, 'RuntimeError', 2]"),
    ("seen.append(list(reversed(s.queue)))", "s.queue.popleft()", "[0, 'RuntimeError', 1]"),
    ("seen.append([*s.once])", "seen.append([*s.once])", "[0, [], 1]"),
    ("seen.append(2 in s.once)", "seen.append(3 in s.once)", "[0, False, 1]"),
    ("seen.append(list(s.tee))", "s.numbers.pop()", "[0, [1], 2]"),
    ("running = itertools.accumulate(s.numbers)\nseen.append(list(running))", "s.numbers[0] = 5", "[0, [5, 7], 1]"),
    ("seen.append(list(zip(*s.rows)))", "s.rows[0][0] = 5", "[0, [(5, 0), (0, 0)], 2]"),
    ("seen.append(list(map(s.table.get, ['b'])))", "s.table['b'] = 1", "[0, [1], 1]"),
    ("seen.append(math.prod(s.numbers))", "s.numbers[0] = 5", "[0, 10, 2]"),
    ("s.numbers *= 2; seen.append(s.numbers)", "s.numbers.pop()", "[0, [1, 1], 2]"),
    ("keep = functools.partial(s.numbers.append, 5)\nkeep()", "seen.append(len(s.numbers))", "[[0, 1], [2]]"),
    ("change = functools.partial(setattr, s, 'x', 5)\nchange()", "seen.append(s.x)", "[[0, 1], [0]]"),
    ("seen.append(operator.attrgetter('x', 'y')(s))", "s.x = s.y = 5", "[0, (5, 0), 1]"),
    ("get = operator.attrgetter('x')\nseen.append(get(s))", "setattr(s, 'x', 5)", "[0, 5, 2]"),
    (MATCHING.format(0), "s.x = s.y = 5", "[0, (5, 5), 2]"),
    (MATCHING.format(5), "s.x = s.y = 5", "[0, (5, 5), 2]"),
    ("seen.append(s.total)", "Heir.total = 5", "[0, 5, 2]"),
    ("seen.append(len(s.numbers))", "s.numbers.sort(key=lambda number: -number)", "[1, 0, 1]"),
    ("seen.append(len(s.numbers))", "s.numbers.sort(key=lambda number: -number, reverse=True)", "[1, 0, 1]"),
    ("seen.append(max(s.numbers, key=lambda number: -number))", "s.numbers.insert(0, 0)", "[0, 1, 2]"),
    ("seen.append(max(s.table, key=lambda key: len(key)))", "s.table['bb'] = 5", "[0, 'RuntimeError', 1]"),
    ("for i, number in enumerate(s.numbers):\n    seen.append(number)", "s.numbers.insert(0, 0)", "[0, 1, 1, 2, 1]"),
    ("for pair in zip('ab', s.numbers):\n    seen.append(pair[1])", "s.numbers.insert(0, 0)", "[0, 1, 1, 2]"),
    ("for number in reversed(s.numbers):\n    seen.append(number)", "s.numbers.pop()", "[0, 1]"),
    ("seen.append([key for i, key in enumerate(s.table)])", "s.table['b'] = 1", "[0, 'RuntimeError', 1]"),
    ("seen.append([text for text in map(str, s.numbers)])", "s.numbers.pop(0)", "[0, ['1'], 1]"),
    ("seen.append(list(map(lambda number: number, s.numbers)))", "s.numbers.insert(0, 0)", "[0, [1, 1, 2], 1]"),
    ("seen.append(list(filter(lambda number: number, s.numbers)))", "s.numbers.pop(0)", "[0, [1], 1]"),
    ("seen.append(functools.reduce(lambda a, b: a + b, s.numbers, 0))", "s.numbers.insert(0, 0)", "[0, 4, 1]"),
    ("seen.append(s.bytes == b'c')", "s.bytes[0] = 99", "[0, True, 1]"),
    ("seen.append(s.bytes + b'!')", "s.bytes[0] = 99", "[0, bytearray(b'c!'), 1]"),
    ("seen.append(s.total)", "del Shared.total", "[0, 'AttributeError', 1]"),
    ("seen.append(getattr(s, 'extra', None))", "Shared.extra = 5", "[0, 5, 2]"),
]
"""What one thread does, what the other does, and what the first may see: between its reads of the flag and in them."""


def _check(read: str, write: str, expected: str, folder: Path) -> harness.Result:
    file = folder / "ways.py"
    lines = ["\n".join(f"{' ' * indent}{line}" for line in body.splitlines()) for indent, body in ((8, write), (12, read))]
    file.write_text(PROGRAM.replace("WRITE", lines[0]).replace("READ", lines[1]).replace("EXPECTED", expected))
    return harness.check(f"{file}:scenario", strategy="dpor", executions=2000)


@pytest.mark.parametrize(("read", "write", "expected"), CASES)
def test_the_exhaustive_search_knows_all_ways_to_read(read: str, write: str, expected: str, tmp_path: Path) -> None:
    result = _check(read, write, expected, tmp_path)
    assert [finding.kind for finding in result.findings][:1] == ["assertion"], result.verdict


@pytest.mark.parametrize("write", ["s.numbers.insert(0, 5)", "s.numbers.pop(0)"])
def test_what_takes_two_elements_at_once_is_not_interrupted_between_them(write: str, tmp_path: Path) -> None:
    result = _check("seen.append(functools.reduce(lambda a, b: a + b, s.numbers))", write, "4" if "insert" in write else "1", tmp_path)
    assert result.verdict == "verified"


@pytest.mark.parametrize("read", ["seen.append(vars(s)['x'])", "seen.append(globals()['COUNT'])"])
def test_nothing_is_claimed_where_variables_are_reached_through_their_namespace(read: str, tmp_path: Path) -> None:
    result = _check(read, "setattr(s, 'x', 5)", "[3]", tmp_path)
    assert result.verdict == "survived"
