"""What a thread asks of a primitive or an object in any way at all may have changed right before: there is a point, and the search knows the read."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAM = """
import collections, functools, io, itertools, queue, struct, threading, types
from concurrent.futures import Future

class Plain:
    pass

class Slotted:
    __slots__ = ("a",)

class Shared:
    flag = 0

def scenario():
    shared = Shared()
    it = {made}

    def write():
        shared.flag = 1
        {change}
        shared.flag = 2

    thread = threading.Thread(target=write)
    thread.start()
    {look}
    thread.join()
    assert not ({seen})
"""
CASES = [
    ("queue.Queue()", "it.put(1)", "it.qsize() == 1"),
    ("queue.Queue()", "it.put(1)", "not it.empty()"),
    ("queue.Queue(1)", "it.put(1)", "it.full()"),
    ("queue.Queue()", "it.put(1)", "len(it.queue) == 1"),
    ("queue.Queue()", "it.put(1)", "list(it.queue) == [1]"),
    ("queue.Queue()", "it.put(1)", "it.unfinished_tasks == 1"),
    ("queue.SimpleQueue()", "it.put(1)", "it.qsize() == 1"),
    ("threading.Lock()", "it.acquire()", "it.locked()"),
    ("threading.Semaphore()", "it.acquire()", "it._value == 0"),
    ("threading.BoundedSemaphore(2)", "it.acquire()", "it._value == 1"),
    ("threading.Event()", "it.set()", "it.is_set()"),
    ("threading.Event()", "it.set()", "it._flag"),
    ("threading.Event()", "it.set()", "it.wait(0)"),
    ("threading.Barrier(2)", "it.abort()", "it.broken"),
    ("Future()", "it.set_result(1)", "it.done()"),
    ("Plain()", "it.a = 1", "hasattr(it, 'a')"),
    ("Plain()", "it.a = 1", "getattr(it, 'a', 0) == 1"),
    ("Slotted()", "it.a = 1", "getattr(it, 'a', 0) == 1"),
    ("types.SimpleNamespace(a=0)", "it.a = 1", "str(it) == 'namespace(a=1)'"),
    ("types.SimpleNamespace(a=[])", "it.a.append(1)", "it == types.SimpleNamespace(a=[1])"),
    ("(lambda: 0)", "it.a = 1", "getattr(it, 'a', 0) == 1"),
    ("(lambda a=[]: a)", "it().append(1)", "len(it()) == 1"),
    ("io.StringIO()", "it.write('a')", "it.getvalue() == 'a'"),
    ("iter([1, 2])", "next(it)", "next(it) == 2"),
    ("(x for x in [1, 2])", "next(it)", "next(it) == 2"),
    ("itertools.count()", "next(it)", "next(it) == 1"),
    ("collections.deque()", "it.append(1)", "list(reversed(it)) == [1]"),
    ("{}", "it.update(a=1)", "list(it.keys()) == ['a']"),
    ("bytearray()", "it.append(65)", "bytes(it) == b'A'"),
    ("bytearray(1)", "it[0] = 65", "memoryview(it)[0] == 65"),
    ("bytearray(1)", "it[0] = 65", "struct.unpack('B', it)[0] == 65"),
    ("bytearray(1)", "it[0] = 65", "int.from_bytes(it, 'big') == 65"),
    ("collections.ChainMap({})", "it['a'] = 1", "dict(it) == {'a': 1}"),
    ("collections.UserDict()", "it['a'] = 1", "len(it) == 1"),
    ("collections.Counter()", "it.update('a')", "it.total() == 1"),
    ("[0]", "it.append(1)", "functools.partial(len, it)() == 2"),
    ("[0]", "it.append(1)", "functools.partial(sorted, reverse=True)(it) == [1, 0]"),
    ("[0]", "functools.partial(it.append, 1)()", "len(it) == 2"),
    ("[0]", "list(map(it.append, [1]))", "len(it) == 2"),
    ("[0]", "sorted([1], key=it.append)", "len(it) == 2"),
    ("[0]", "any(map(it.append, [1]))", "len(it) == 2"),
    ("[0]", "next(filter(it.append, [1]), None)", "len(it) == 2"),
    ("{'a': 0}", "it.update(a=1)", "dict(**it)['a'] == 1"),
    ("{'a': 0}", "del it['a']", "'a' not in it"),
    ("{'a': [0]}", "it['a'].append(1)", "sum(len(each) for each in it.values()) == 2"),
]


@pytest.mark.parametrize(("made", "change", "read"), CASES)
def test_a_change_may_come_between_any_two_reads(made: str, change: str, read: str, tmp_path: Path) -> None:
    file = tmp_path / "reads.py"
    # changed, though the flag was not set a moment before; and though the flag is not at its last value a moment after
    looks = [("before = shared.flag; seen = " + read, "before == 0 and seen"), ("seen = " + read + "; after = shared.flag", "after == 1 and seen")]
    for look, seen in looks:
        file.write_text(PROGRAM.format(made=made, change=change, look=look, seen=seen))
        is_generator = made.startswith("(")  # which one thread may find running, by another
        result = harness.check(f"{file}:scenario", strategy="dpor", executions=2000, all=is_generator)
        kinds = [finding.kind for finding in result.findings if finding.severity == "error" and (finding.kind != "crash" or not is_generator)]
        assert kinds == ["assertion"], (look, result.verdict)


@pytest.mark.parametrize("read", ["len(vars(it)) == 1", "'a' in dir(it)", "'a' in it.__dict__"])
def test_what_reaches_attributes_past_their_points_proves_nothing(read: str, tmp_path: Path) -> None:
    file = tmp_path / "reads.py"
    file.write_text(PROGRAM.format(made="Plain()", change="it.a = 1", look="before = shared.flag; seen = " + read, seen="before == 5 and seen"))
    result = harness.check(f"{file}:scenario", executions=300)
    assert result.verdict == "survived"
    assert any("attributes are reached through __dict__" in limit for limit in result.limits)


@pytest.mark.parametrize("read", ["eval('it.a', {'it': it}) == 5", "exec('it.a', {'it': it}) == 5"])
def test_code_that_is_evaluated_has_no_points_and_nothing_is_proved(read: str, tmp_path: Path) -> None:
    file = tmp_path / "reads.py"
    file.write_text(PROGRAM.format(made="types.SimpleNamespace(a=0)", change="it.a = 1", look="seen = " + read, seen="seen"))
    result = harness.check(f"{file}:scenario", executions=300)
    assert result.verdict == "survived"
    assert "code that is given to eval or exec has no points: it is one step" in result.limits
