"""One thread changes something, another asks about it in one of the ways that Python and its library have: the exhaustive search must see the answer
of before and that of after."""

from __future__ import annotations

import sys

import pytest

from tests.engines.laboratory import Laboratory

PROGRAM = """
import array, ast, bisect, collections, copy, csv, ctypes, dataclasses, datetime, decimal, fractions, functools, hashlib, heapq, io, itertools, json
import logging, math, operator, os, pickle, pprint, queue, random, re, reprlib, statistics, string, struct, sys, textwrap, threading, types
from concurrent import futures

seen = []

@dataclasses.dataclass
class Point:
    x: int

class Shared:
    x = 0

def is_matched(s):
    match s:
        case types.SimpleNamespace(x=1):
            return 1
        case _:
            return 0

def is_pair(s):
    try:
        a, b = s
    except ValueError:
        return 0
    return 1

def rest(s):
    a, *b = s
    return b

def passed_on(s):
    def each():
        yield from s
    return list(each())

def assigned(s):
    t = [0]
    t[:] = s
    return t

def function():
    pass

def scenario():
    d, heap, out, words, packed = {}, [2], io.StringIO(), [''], bytearray(1)
    function.n = Shared.x = 0
    SET_UP
    def change():
        NAMES
        CHANGE
    def look():
        try:
            seen.append(LOOK)
        except Exception as error:
            seen.append(type(error).__name__)
    threads = [threading.Thread(target=change), threading.Thread(target=look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""

PRIMITIVES = [
    ("s = threading.Barrier(2)", "s.abort()", "s.broken"),
    ("s = threading.Barrier(2)", "s.wait(1)", "s.n_waiting"),
    ("s = threading.Condition()", "with s: s.wait(1)", "len(s._waiters)"),
    ("s = threading.Semaphore(1)", "s.acquire()", "s._value"),
    ("s = threading.Event()", "s.set()", "s._flag"),
    ("s = threading.Event()", "s.set()", "s.isSet() if hasattr(s,'isSet') else s.is_set()"),
    ("s = queue.Queue()", "s.put(1)", "len(s.queue)"),
    ("s = queue.Queue()", "s.put(1)", "list(s.queue)"),
    ("s = queue.Queue()", "s.put(1)", "s.queue[0] if s.queue else 0"),
    ("s = queue.Queue()", "s.put(1)", "s.unfinished_tasks"),
    ("s = queue.PriorityQueue()", "s.put(1)", "len(s.queue)"),
    ("s = queue.SimpleQueue()", "s.put(1)", "s.empty()"),
    ("s = futures.Future()", "s.set_result(1)", "repr(s)[:20] and 'finished' in repr(s)"),
    ("s = futures.ThreadPoolExecutor(1)", "s.submit(int)", "len(s._threads)"),
    ("s = futures.ThreadPoolExecutor(1)", "s.shutdown()", "s._shutdown"),
    ("s = futures.ThreadPoolExecutor(1)", "s.submit(int)", "s._work_queue.qsize()"),
    ("s = threading.Lock()", "s.acquire()", "repr(s).startswith('<locked')"),
    ("s = threading.RLock()", "s.acquire()", "repr(s).startswith('<locked')"),
    ("s = threading.Thread(target=int)", "s.name = 'x'", "s.name"),
    ("s = threading.Thread(target=int)", "s.daemon = True", "s.daemon"),
    ("s = threading.Thread(target=int)", "s.start()", "threading.active_count()"),
    ("s = threading.Thread(target=int)", "s.start()", "len(threading.enumerate())"),
    ("s = threading.Thread(target=int)", "s.start()", "'started' in repr(s) or 'stopped' in repr(s)"),
    ("s = threading.Timer(5, int)", "s.cancel()", "s.finished.is_set()"),
    ("s = threading.Timer(5, int)", "s.interval = 3", "s.interval"),
    ("s = queue.Queue(); s.put(1); s.get()", "s.task_done()", "s.unfinished_tasks"),
    ("s = queue.Queue(1)", "s.maxsize = 3", "s.maxsize"),
    ("s = queue.Queue(1)", "s.put(1)", "s.full()"),]
if sys.version_info >= (3, 13):
    PRIMITIVES.append(("s = queue.Queue()", "s.shutdown()", "s.is_shutdown"))

DATA = [
    ("s = [KeyError('a')]", "s[0].args = ('b',)", "s[0].args"),
    ("s = [1]", "s.append(2)", "s.__len__()"),
    ("s = {}", "s['a'] = 1", "'a' in s.keys()"),
    ("s = {}", "s['a'] = 1", "s == {'a': 1}"),
    ("s = {}", "s['a'] = 1", "bool(s)"),
    ("s = {}", "s['a'] = 1", "not s"),
    ("s = {}", "s['a'] = 1", "json.dumps(s)"),
    ("s = []", "s.append(1)", "json.dumps(s)"),
    ("s = []", "s.append(1)", "pickle.loads(pickle.dumps(s))"),
    ("s = []", "s.append(1)", "copy.deepcopy(s)"),
    ("s = []", "s.append(1)", "copy.copy(s)"),
    ("s = []", "s.append(1)", "f'{s}'"),
    ("s = []", "s.append(1)", "'%s' % s"),
    ("s = []", "s.append(1)", "'%s' % (s,)"),
    ("s = []", "s.append(1)", "hash(tuple(s))"),
    ("s = []", "s.append(1)", "sum(s)"),
    ("s = []", "s.append(1)", "any(s)"),
    ("s = []", "s.append(1)", "max(s, default=0)"),
    ("s = []", "s.append(1)", "sorted(s)"),
    ("s = []", "s.append(1)", "[*s]"),
    ("s = []", "s.append(1)", "(lambda *a: len(a))(*s)"),
    ("s = {}", "s['a'] = 1", "(lambda **a: len(a))(**s)"),
    ("s = {}", "s['a'] = 1", "{**s}"),
    ("s = {}", "s['a'] = 1", "s | {}"),
    ("s = set()", "s.add(1)", "s | {0}"),
    ("s = set()", "s.add(1)", "s <= {0}"),
    ("s = set()", "s.add(1)", "1 in s"),
    ("s = set()", "s.add(1)", "frozenset(s)"),
    ("s = bytearray()", "s.append(1)", "bytes(s)"),
    ("s = bytearray(b'a')", "s[0] = 98", "s.decode()"),
    ("s = array.array('i')", "s.append(1)", "s.tolist()"),
    ("s = io.StringIO()", "s.write('a')", "s.getvalue()"),
    ("s = io.BytesIO()", "s.write(b'a')", "s.getvalue()"),
    ("s = io.StringIO()", "print('a', file=s)", "s.getvalue()"),
    ("s = io.StringIO('ab')", "s.read(1)", "s.tell()"),
    ("s = collections.Counter()", "s['a'] += 1", "s.total()"),
    ("s = collections.Counter()", "s.update('a')", "s.most_common(1)"),
    ("s = collections.deque(maxlen=1)", "s.append(1)", "s[-1] if s else 0"),
    ("s = collections.OrderedDict(a=1,b=2)", "s.move_to_end('a')", "list(s)"),
    ("s = collections.ChainMap({})", "s['a'] = 1", "dict(s)"),
    ("s = collections.UserDict()", "s['a'] = 1", "dict(s)"),
    ("s = collections.UserList()", "s.append(1)", "list(s)"),
    ("s = itertools.count()", "next(s)", "next(s)"),
    ("s = iter([1,2])", "next(s)", "next(s)"),
    ("s = memoryview(bytearray(b'a'))", "s[0] = 98", "s[0]"),
    ("s = types.SimpleNamespace(x=0)", "s.x = 1", "s.x"),
    ("s = types.SimpleNamespace(x=0)", "s.x = 1", "repr(s)"),
    ("s = types.SimpleNamespace(x=0)", "s.x = 1", "s == types.SimpleNamespace(x=1)"),
    ("s = types.SimpleNamespace(x=0)", "s.x = 1", "getattr(s, 'x')"),
    ("s = types.SimpleNamespace()", "s.x = 1", "hasattr(s, 'x')"),
    ("s = types.SimpleNamespace(x=0)", "setattr(s, 'x', 1)", "operator.attrgetter('x')(s)"),
    ("s = types.SimpleNamespace(x=0)", "s.x = 1", "is_matched(s)"),
    ("s = types.MappingProxyType(d)", "d['a'] = 1", "len(s)"),
    ("s = types.MappingProxyType(d)", "d['a'] = 1", "s.get('a')"),
    ("s = d.items()", "d['a'] = 1", "len(s)"),
    ("s = d.items()", "d['a'] = 1", "list(s)"),
    ("s = d.keys()", "d['a'] = 1", "'a' in s"),
    ("s = ctypes.c_int(0)", "s.value = 1", "s.value"),
    ("s = decimal.Context(prec=3)", "s.prec = 4", "s.prec"),
    ("s = Shared", "s.x = 1", "s.x"),
    ("s = heap", "heapq.heappush(s, 1)", "heapq.nsmallest(1, s)"),
    ("s = words", "s[0] += 'x'", "s[0]"),
    ("s = function", "s.n = 1", "s.n"),
    ("s = re.compile('a').finditer('aaa')", "next(s)", "next(s).start()"),
    ("s = packed", "struct.pack_into('b', s, 0, 5)", "struct.unpack_from('b', s, 0)"),
    ("s = Point(0)", "s.x = 1", "dataclasses.asdict(s)"),
    ("s = Point(0)", "s.x = 1", "dataclasses.replace(s)"),
    ("s = Point(0)", "s.x = 1", "s == Point(1)"),
    ("s = [0]", "s[0] = 1", "operator.itemgetter(0)(s)"),
    ("s = [0]", "s[0] = 1", "s.index(1) if 1 in s else -1"),
    ("s = [0]", "s[:] = [1]", "s.copy()"),
    ("s = [0]", "s *= 2", "len(s)"),
    ("s = [0]", "del s[:]", "len(s)"),
    ("s = [0]", "s.reverse(); s.append(1)", "next(reversed(s), None)"),
    ("s = [1,2]", "s.pop()", "is_pair(s)"),
    ("s = ['a']", "s.append('b')", "''.join(s)"),
    ("s = [b'a']", "s.append(b'b')", "b''.join(s)"),
    ("s = [1]", "s.append(2)", "list(map(str, s))"),
    ("s = [1]", "s.append(2)", "list(zip(s, s))"),
    ("s = [1]", "s.append(2)", "dict(enumerate(s))"),
    ("s = [1]", "s.append(2)", "statistics.mean(s)"),
    ("s = [1]", "s.append(2)", "functools.reduce(operator.add, s)"),
    ("s = [1]", "s.append(2)", "list(itertools.chain(s, s))"),
    ("s = [1]", "s.append(2)", "list(itertools.islice(s, 5))"),
    ("s = [1]", "s.append(2)", "list(itertools.accumulate(s))"),
    ("s = [1]", "s.append(2)", "collections.Counter(s)"),
    ("s = [1]", "s.append(2)", "collections.deque(s)"),
    ("s = [1]", "s.append(2)", "random.Random(0).choice(s)"),
    ("s = [1]", "s.append(2)", "random.Random(0).sample(s, 1)"),
    ("s = [1]", "s.append(2)", "print(s, file=out) or out.getvalue()"),
    ("s = [1]", "s.append(2)", "pprint.pformat(s)"),
    ("s = [1]", "s.append(2)", "reprlib.repr(s)"),
    ("s = [1]", "s.append(2)", "'{}'.format(s)"),
    ("s = [1]", "s.append(2)", "'{0[0]} {0}'.format(s)"),
    ("s = [1]", "s.append(2)", "str(s)"),
    ("s = [1]", "s.append(2)", "string.Template('$a').substitute(a=s)"),
    ("s = [1]", "s.append(2)", "s > [1]"),
    ("s = [1]", "s.append(2)", "s + []"),
    ("s = [1]", "s.append(2)", "s * 2"),
    ("s = [1]", "s.append(2)", "2 in s"),
    ("s = [1]", "s.append(2)", "s.count(2)"),
    ("s = [1]", "s.append(2)", "len(s[1:])"),
    ("s = [1]", "s.append(2)", "rest(s)"),
    ("s = [1]", "s.append(2)", "tuple(s)"),
    ("s = [1]", "s.append(2)", "set(s)"),
    ("s = [1]", "s.append(2)", "array.array('i', s).tolist()"),
    ("s = [1]", "s.append(2)", "bytes(s)"),
    ("s = [1]", "s.append(2)", "os.path.join(*map(str, s))"),
    ("s = [1]", "s.append(2)", "all(x < 2 for x in s)"),
    ("s = [1]", "s.append(2)", "isinstance(s, list) and len(s)"),
    ("s = [1]", "s.append(2)", "passed_on(s)"),
    ("s = [1]", "s.append(2)", "operator.length_hint(s)"),
    ("s = [1]", "s.append(2)", "sys.getsizeof(s) > 100"),
    ("s = [1]", "s.append(2)", "hashlib.md5(bytes(s)).hexdigest()"),
    ("s = [1]", "s.append(2)", "ast.literal_eval(repr(s))"),
    ("s = [1]", "s.append(2)", "textwrap.shorten(str(s), 50)"),
    ("s = [1]", "s.append(2)", "datetime.timedelta(len(s)).days"),
    ("s = [1]", "s.append(2)", "fractions.Fraction(len(s))"),
    ("s = [1]", "s.append(2)", "heapq.nlargest(1, s)"),
    ("s = [1]", "s.append(2)", "list(heapq.merge(s, [5]))"),
    ("s = [1]", "s.append(2)", "list(itertools.zip_longest(s, []))"),
    ("s = [1]", "s.append(2)", "list(itertools.groupby(s)).__len__()"),
    ("s = [1]", "s.append(2)", "list(itertools.permutations(s))"),
    ("s = [1]", "s.append(2)", "max(*s, 0, 0)"),
    ("s = [1]", "s.append(2)", "math.fsum(s)"),
    ("s = [1]", "s.append(2)", "assigned(s)"),
]


def answers(laboratory: Laboratory, set_up: str, change: str, look: str) -> set[str]:
    """What was seen, in all executions of the exhaustive search."""
    source = PROGRAM.replace("SET_UP", set_up).replace("NAMES", "nonlocal s" if "*=" in change else "pass").replace("CHANGE", change).replace("LOOK", look)
    executions = laboratory.executions(source, 2000, "dpor")
    assert {one.ending for one in executions} == {"finished"}
    return {repr(one.seen) for one in executions}


@pytest.mark.parametrize(("set_up", "change", "look"), PRIMITIVES)
def test_a_primitive_answers_of_before_and_of_after(laboratory: Laboratory, set_up: str, change: str, look: str) -> None:
    assert len(answers(laboratory, set_up, change, look)) >= 2


@pytest.mark.parametrize(("set_up", "change", "look"), DATA)
def test_data_is_seen_as_it_was_before_and_after(laboratory: Laboratory, set_up: str, change: str, look: str) -> None:
    assert len(answers(laboratory, set_up, change, look)) >= 2


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="this Python's own queues have an attribute of that name")
def test_a_queue_of_the_program_may_keep_a_flag_of_its_own_where_python_has_none(laboratory: Laboratory) -> None:
    source = """
        import queue, sys
        seen = []
        class Closing(queue.Queue):
            is_shutdown = False
            def close(self):
                self.is_shutdown = True
        def scenario():
            s = Closing()
            s.close()
            try:
                s.put(1)
                seen.append(s.get())
            except Exception as error:
                seen.append(type(error).__name__)
    """
    assert laboratory.play(source).seen == (1,)
