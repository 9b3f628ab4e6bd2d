"""Whatever reads a container that another thread changes comes after a point: the change may come right before it, and the exhaustive search knows."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAM = """
import bisect, collections, copy, functools, heapq, io, itertools, json, logging, operator, pprint, threading
from collections import namedtuple
from dataclasses import dataclass

Pair = namedtuple("Pair", "first second")

@dataclass
class Record:
    items: list

class Shared:
    flag = 0

log = logging.getLogger("reads")
log.propagate = False
text = io.StringIO()
log.addHandler(logging.StreamHandler(text))

def read(items):
{read}

def scenario():
    shared = Shared()
    shared.items = ["a"]

    def write():
        shared.flag = 1
        shared.items.append("b")
        shared.flag = 2

    thread = threading.Thread(target=write)
    thread.start()
    flag = shared.flag
    seen = read(shared.items)
    thread.join()
    assert not (flag == 0 and seen)
"""
"""`read` says whether it saw the second element. The flag was not set a moment ago, so all that the other thread did came in between."""

EXPRESSIONS = [
    "len(items) == 2",
    "'b' in items",
    "items == ['a', 'b']",
    "not items == ['a']",
    "['a', 'b'] == items",
    "['a', 'a'] < items < ['a', 'c']",
    "(1, items) == (1, ['a', 'b'])",
    "{'k': items} == {'k': ['a', 'b']}",
    "[items] == [['a', 'b']]",
    "[[items]] == [[['a', 'b']]]",
    "['a', 'b'] in [items]",
    "(['a', 'b'], 1) in [(items, 1)]",
    "items in [['a', 'b']]",
    "[['z'], items].count(['a', 'b']) == 1",
    "(lambda: items)() == ['a', 'b']",
    "Pair(items, 1) == (['a', 'b'], 1)",
    "Record(items) == Record(['a', 'b'])",
    "'b' in str(items)",
    "'b' in str([items])",
    "'b' in str((items, 1))",
    "'b' in str({1: items}.values())",
    "'b' in repr(Pair(items, 1))",
    "'b' in str(Record(items))",
    "'b' in f'{items}'",
    "'b' in f'{(items,)}'",
    "'b' in f'{[items]!r:>30}'",
    "'b' in '%s' % items",
    "'b' in '%s' % (items,)",
    "'b' in '%(k)s' % {'k': items}",
    "'b' in '{}'.format(items)",
    "'b' in '{}{}'.format(1, [items])",
    "','.join(items) == 'a,b'",
    "','.join(map(str, items)) == 'a,b'",
    "','.join(x for x in items) == 'a,b'",
    "sum(map(len, [items])) == 2",
    "list(map(len, [items])) == [2]",
    "max([items, ['a']], key=len) is items and len(items) == 2",
    "sorted([items, ['a', 'a']])[0] is not items",
    "sum([items], []) == ['a', 'b']",
    "len(items[:]) == 2",
    "len([*items]) == 2",
    "len({*items}) == 2",
    "len(items * 1) == 2",
    "len(2 * items) == 4",
    "len([] + items) == 2",
    "len(list(items)) == 2",
    "len(list.copy(items)) == 2",
    "len(dict.fromkeys(items)) == 2",
    "len(set().union(items)) == 2",
    "not {'a'}.issuperset(items)",
    "len(collections.Counter(items)) == 2",
    "len(collections.deque(items)) == 2",
    "len(list(itertools.chain(items, []))) == 2",
    "len(list(zip(items, 'xy'))) == 2",
    "len(dict(enumerate(items))) == 2",
    "any(x == 'b' for x in items)",
    "functools.reduce(operator.add, items) == 'ab'",
    "operator.length_hint(items) == 2",
    "bisect.bisect(items, 'b') == 2",
    "heapq.nlargest(1, items) == ['b']",
    "'b' in json.dumps(items)",
    "'b' in json.dumps({'k': items})",
    "'b' in pprint.pformat([items])",
    "len(copy.copy(items)) == 2",
    "len(copy.deepcopy([items])[0]) == 2",
]
STATEMENTS = [
    "found = []\nfound.extend(items)\nreturn len(found) == 2",
    "found = set()\nfound.update(items)\nreturn len(found) == 2",
    "found = []\nfound += items\nreturn len(found) == 2",
    "found = ['x']\nfound[:] = items\nreturn len(found) == 2",
    "found = [items, ['a', 'a']]\nfound.sort()\nreturn found[0] is not items",
    "extend = list.extend\nfound = []\nextend(found, items)\nreturn len(found) == 2",
    "found = []\nlist.extend(found, items)\nreturn len(found) == 2",
    "extend = [].extend\nextend(items)\nreturn len(extend.__self__) == 2",
    "first, *rest = items\nreturn bool(rest)",
    "match items:\n    case [_, _]:\n        return True\nreturn False",
    "held = (items, 1)\nreturn held == (['a', 'b'], 1)",
    "held = {'k': items}\nreturn 'b' in str(held)",
    "log.warning('%s', items)\nreturn 'b' in text.getvalue()",
    "for x in items:\n    pass\nreturn x == 'b'",
]


def _check(body: str, folder: Path) -> harness.Result:
    file = folder / "reads.py"
    file.write_text(PROGRAM.format(read="\n".join(f"    {line}" for line in body.splitlines())))
    return harness.check(f"{file}:scenario", strategy="dpor", executions=2000)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_that_reads_may_see_what_was_changed_right_before(expression: str, tmp_path: Path) -> None:
    result = _check(f"return {expression}", tmp_path)
    assert [finding.kind for finding in result.findings][:1] == ["assertion"], result.verdict


@pytest.mark.parametrize("body", STATEMENTS)
def test_a_statement_that_reads_may_see_what_was_changed_right_before(body: str, tmp_path: Path) -> None:
    result = _check(body, tmp_path)
    assert [finding.kind for finding in result.findings][:1] == ["assertion"], result.verdict


@pytest.mark.parametrize("expression", ["items is None", "id(items) == 0", "[items].append(items)", "(items, 1)[1] == 2", "isinstance(items, str)"])
def test_what_only_hands_a_container_on_reads_nothing(expression: str, tmp_path: Path) -> None:
    result = _check(f"return {expression}", tmp_path)
    assert (result.verdict, result.classes) == ("verified", 3), "the flag is 0, 1 or 2"


DATACLASS = """
import threading
from dataclasses import dataclass

@dataclass
class Point:
    x: int = 0
    y: int = 0

def scenario():
    point = Point()

    def move():
        point.y = 1
        point.x = 1

    thread = threading.Thread(target=move)
    thread.start()
    before = point.y
    seen = {read}
    thread.join()
    assert not (before == 0 and seen)
"""


@pytest.mark.parametrize(
    "read", ["point == Point(1, 1)", "'x=1' in repr(point)", "[point] == [Point(1, 1)]", "(point, 1) == (Point(1, 1), 1)", "'x=1' in f'{point}'"]
)
def test_the_generated_methods_of_a_dataclass_read_its_fields(read: str, tmp_path: Path) -> None:
    file = tmp_path / "moves.py"
    file.write_text(DATACLASS.format(read=read))
    result = harness.check(f"{file}:scenario", strategy="dpor", executions=2000)
    assert [finding.kind for finding in result.findings][:1] == ["assertion"], result.verdict
