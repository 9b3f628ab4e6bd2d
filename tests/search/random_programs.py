"""Small random programs: a few threads, each a few operations on what they share, and an outcome that tells everything that was seen."""

from __future__ import annotations

import re
from random import Random

SHARED = """
import collections, functools, heapq, itertools, operator, queue, threading
from concurrent import futures

COUNT = 0
FLAGS = []

class Slot:
    __slots__ = ("v",)

    def __init__(self):
        self.v = 0

class Shared:
    def __init__(self):
        self.x = 0
        self.y = 0
        self.items = [0, 0]
        self.table = {}
        self.lock = threading.Lock()
        self.other = threading.Lock()
        self.condition = threading.Condition()
        self.event = threading.Event()
        self.semaphore = threading.Semaphore(1)
        self.queue = queue.Queue(1)
        self.unbounded = queue.SimpleQueue()
        self.reentrant = threading.RLock()
        self.barrier = threading.Barrier(2)
        self.future = futures.Future()
        self.second = futures.Future()
        self.pool = futures.ThreadPoolExecutor(1)
        self.lifo = queue.LifoQueue(1)
        self.best = queue.PriorityQueue()
        self.bounded = threading.BoundedSemaphore(1)
        self.on_lock = threading.Condition(self.lock)
        self.local = threading.local()
        self.thread = threading.Thread(target=self.work)
        self.timer = threading.Timer(1, self.work)
        self.deque = collections.deque([1, 2], maxlen=2)
        self.set = {0, 1}
        self.default = collections.defaultdict(list)
        self.counter = collections.Counter()
        self.ordered = collections.OrderedDict(a=1, b=2)
        self.bytes = bytearray(2)
        self.iterator = iter([5, 6, 7])
        self.numbers = itertools.count()
        self.slot = Slot()
        self.done = []

    total = 0

    def work(self):
        self.done.append(self.x)

def bump():
    global COUNT
    COUNT += 1
    return COUNT
"""

OPERATIONS: dict[str, tuple[str, ...]] = {
    "read": ("seen.append(s.x)",),
    "write": ("s.x = {n}",),
    "write-other": ("s.y = {n}",),
    "copy": ("s.y = s.x",),
    "increment": ("s.x += 1",),
    "item": ("s.items[{i}] = {n}",),
    "read-item": ("seen.append(s.items[{i}])",),
    "length": ("seen.append(len(s.items))",),
    "append": ("s.items.append({n})",),
    "pop": ("seen.append(s.items.pop())",),
    "new-key": ("s.table[{i}] = {n}",),
    "has-key": ("seen.append({i} in s.table)",),
    "locked": ("with s.lock:", "    seen.append(s.x)", "    s.x = {n}"),
    "locked-other": ("with s.other:", "    s.y += 1"),
    "nested": ("with s.lock:", "    with s.other:", "        s.x += 1"),
    "nested-back": ("with s.other:", "    with s.lock:", "        s.y += 1"),
    "try": ("if s.lock.acquire(False):", "    s.x += 1", "    s.lock.release()", "else:", "    seen.append('busy')"),
    "is-locked": ("seen.append(s.lock.locked())",),
    "timed": ("if s.lock.acquire(timeout=1):", "    s.y = {n}", "    s.lock.release()", "else:", "    seen.append('late')"),
    "wait": ("with s.condition:", "    if s.x == 0:", "        s.condition.wait()", "    seen.append(s.x)"),
    "wait-timed": (
        "with s.condition:",
        "    seen.append(s.condition.wait(1))",
    ),
    "notify": ("with s.condition:", "    s.x = {n}", "    s.condition.notify()"),
    "notify-all": ("with s.condition:", "    s.condition.notify_all()"),
    "set": ("s.event.set()",),
    "clear": ("s.event.clear()",),
    "await": ("s.event.wait()",),
    "await-timed": ("seen.append(s.event.wait(1))",),
    "is-set": ("seen.append(s.event.is_set())",),
    "acquire": ("s.semaphore.acquire()", "s.y += 1", "s.semaphore.release()"),
    "release": ("s.semaphore.release()",),
    "put": ("s.queue.put({n})",),
    "get": ("seen.append(s.queue.get())",),
    "get-timed": ("try:", "    seen.append(s.queue.get(timeout=1))", "except queue.Empty:", "    seen.append('empty')"),
    "get-nowait": ("try:", "    seen.append(s.queue.get_nowait())", "except queue.Empty:", "    seen.append('empty')"),
    "put-unbounded": ("s.unbounded.put({n})",),
    "get-unbounded": ("seen.append(s.unbounded.get(timeout=2))",),
    "size": ("seen.append(s.queue.qsize())",),
    "sleep": ("time.sleep(1)",),
    "again": ("with s.reentrant:", "    with s.reentrant:", "        s.x += 1"),
    "arrive": ("seen.append(s.barrier.wait())",),
    "arrive-timed": ("seen.append(s.barrier.wait(1))",),
    "abort": ("s.barrier.abort()",),
    "task-done": ("s.queue.task_done()",),
    "join-queue": ("s.queue.join()",),
    "settle": ("s.future.set_result({n})",),
    "settle-second": ("s.second.set_result({n})",),
    "fail": ("s.future.set_exception(ValueError())",),
    "cancel": ("seen.append(s.future.cancel())",),
    "result": ("seen.append(s.future.result())",),
    "result-timed": ("seen.append(s.future.result(1))",),
    "result-second": ("seen.append(s.second.result())",),
    "is-done": ("seen.append(s.future.done())",),
    "call-back": ("s.future.add_done_callback(lambda future: seen.append('told'))",),
    "wait-first": ("seen.append(len(futures.wait([s.future, s.second], return_when='FIRST_COMPLETED').done))",),
    "wait-all": ("seen.append(len(futures.wait([s.future, s.second], timeout=1).done))",),
    "lifo-put": ("s.lifo.put({n})",),
    "lifo-get": ("seen.append(s.lifo.get())",),
    "lifo-full": (
        "try:",
        "    s.lifo.put_nowait({n})",
        "except queue.Full:",
        "    seen.append('full')",
    ),
    "best-put": ("s.best.put({i})",),
    "best-get": ("seen.append(s.best.get(timeout=1))",),
    "bounded-release": ("s.bounded.release()",),
    "bounded-try": ("seen.append(s.bounded.acquire(blocking=False))",),
    "bounded-timed": ("seen.append(s.bounded.acquire(timeout=1))",),
    "submit": ("s.pool.submit(s.work)",),
    "submit-result": ("seen.append(s.pool.submit(s.work).result())",),
    "submit-cancel": ("seen.append(s.pool.submit(s.work).cancel())",),
    "map": ("seen.append(list(s.pool.map(str, [s.x, 1])))",),
    "shutdown": ("s.pool.shutdown()",),
    "shutdown-cancel": ("s.pool.shutdown(wait=False, cancel_futures=True)",),
    "local": (
        "seen.append(getattr(s.local, 'v', None))",
        "s.local.v = {n}",
    ),
    "deque-append": ("s.deque.append({n})",),
    "deque-pop": ("seen.append(s.deque.popleft())",),
    "deque-rotate": ("s.deque.rotate(1)",),
    "deque-length": ("seen.append(len(s.deque))",),
    "set-add": ("s.set.add({n})",),
    "set-discard": ("s.set.discard({i})",),
    "set-in": ("seen.append({i} in s.set)",),
    "set-update": ("s.set |= {{{n}}}",),
    "default-append": ("s.default[{i}].append({n})",),
    "default-length": ("seen.append(len(s.default))",),
    "counter": ("s.counter[{i}] += 1",),
    "setdefault": ("seen.append(s.table.setdefault({i}, {n}))",),
    "dict-pop": ("seen.append(s.table.pop({i}, None))",),
    "dict-get": ("seen.append(s.table.get({i}))",),
    "dict-del": ("del s.table[{i}]",),
    "dict-iter": (
        "for key in s.table:",
        "    seen.append(key)",
    ),
    "dict-items": ("seen.append(list(s.table.items()))",),
    "dict-update": ("s.table.update({{{i}: {n}}})",),
    "dict-clear": ("s.table.clear()",),
    "dict-truth": ("seen.append(bool(s.table))",),
    "move-to-end": ("s.ordered.move_to_end('a')",),
    "list-ordered": ("seen.append(list(s.ordered))",),
    "bytes": ("s.bytes[{i}] = {n}",),
    "bytes-read": ("seen.append(bytes(s.bytes))",),
    "next": ("seen.append(next(s.iterator, None))",),
    "count": ("seen.append(next(s.numbers))",),
    "start": ("s.thread.start()",),
    "join": ("s.thread.join()",),
    "alive": ("seen.append(s.thread.is_alive())",),
    "timer": ("s.timer.start()",),
    "timer-cancel": ("s.timer.cancel()",),
    "read-done": ("seen.append(list(s.done))",),
    "slot": ("s.slot.v += 1",),
    "slot-read": ("seen.append(s.slot.v)",),
    "class-attribute": (
        "Shared.total = Shared.total + 1",
        "seen.append(s.total)",
    ),
    "flags": ("FLAGS.append({n})",),
    "flags-len": ("seen.append(len(FLAGS))",),
    "slice": ("s.items[:1] = [{n}]",),
    "slice-read": ("seen.append(s.items[:])",),
    "sort": ("s.items.sort()",),
    "sum": ("seen.append(sum(s.items))",),
    "iadd": ("s.items += [{n}]",),
    "reverse": ("s.items.reverse()",),
    "insert": ("s.items.insert(0, {n})",),
    "remove": ("s.items.remove(0)",),
    "for-items": (
        "for each in s.items:",
        "    seen.append(each)",
    ),
    "while": (
        "while s.x == 0:",
        "    s.x = {n}",
    ),
    "getattr": ("seen.append(getattr(s, 'x'))",),
    "setattr": ("setattr(s, 'x', {n})",),
    "hasattr": ("seen.append(hasattr(s, 'z'))",),
    "set-z": ("s.z = {n}",),
    "del-z": ("del s.z",),
    "count-default": ("seen.append(len(s.default[{i}]))",),
    "swap": ("s.x, s.y = s.y, s.x",),
    "wait-for": (
        "with s.cond2:",
        "    seen.append(s.cond2.wait_for(lambda: s.y, timeout=1))",
    ),
    "notify-lock": (
        "with s.cond2:",
        "    s.y = {n}",
        "    s.cond2.notify()",
    ),
    "heappush": ("heapq.heappush(s.items, {i})",),
    "heappop": ("seen.append(heapq.heappop(s.items))",),
    "replace": ("s.items = [{n}]",),
    "alias": (
        "a = s.items",
        "s.x += 1",
        "a.append({n})",
    ),
    "format": ("seen.append(f'{{s.x}}{{s.y}}')",),
    "less": ("seen.append(s.x < s.y)",),
    "starred": ("seen.append((*s.items,))",),
    "unpack": (
        "a, *b = s.items",
        "seen.append(a)",
    ),
    "empty-put": (
        "if s.queue.empty():",
        "    s.queue.put({n})",
    ),
    "join-text": ("seen.append(','.join(map(str, s.items)))",),
    "extend": ("s.done.extend(s.items)",),
    "nested-equal": ("seen.append((s.x, s.items) == (0, [0, 0]))",),
    "nested-text": ("seen.append(str([s.items, s.table]))",),
    "sort-nested": ("seen.append(sorted([s.items, [0]]))",),
    "set-iter": ("for each in s.set:", "    seen.append(each)"),
    "instance-shadows-class": ("s.total += 1",),
    "append-flag": ("FLAGS.append({n})", "seen.append(len(FLAGS))"),
    "count-global": ("seen.append(bump())",),
    "enumerate": ("for i, each in enumerate(s.items):", "    seen.append(each)"),
    "zip-reversed": ("for pair in zip(s.items, reversed(s.items)):", "    seen.append(pair)"),
    "sort-key": ("s.items.sort(key=lambda each: -each)",),
    "max-key": ("seen.append(max(s.items, key=lambda each: -each))",),
    "map-function": ("seen.append(list(map(lambda each: each, s.items)))",),
    "reduce": ("seen.append(functools.reduce(lambda a, b: a + b, s.items))",),
    "next-iter": ("seen.append(next(iter(s.table), None))",),
    "partial": ("change = functools.partial(s.items.append, {n})", "change()"),
    "attrgetter": ("seen.append(operator.attrgetter('x', 'y')(s))",),
    "class-pattern": ("match s:", "    case Shared(x=0):", "        seen.append('none')", "    case Shared(x=v, y=w):", "        seen.append((v, w))"),
    "repeat": ("s.items *= 2",),
    "insert-first": ("s.items.insert(0, {n})",),
    "as-completed": ("for each in futures.as_completed([s.future, s.second]):", "    seen.append(each is s.second)", "    s.x = {n}"),
}
"""Name -> the lines of an operation; `{n}` is a number of its own, `{i}` 0 or 1."""

MORE = "list(s.deque), sorted(s.set), list(s.done), sorted(s.default.items()), list(s.ordered), s.counter[0], s.slot.v, s.total, COUNT, len(FLAGS)"


def make_program(seed: int, n_threads: int | None = None, n_operations: int | None = None) -> str:
    """The source of a program with a function `scenario` that always fails, with all that was seen as the text of its AssertionError.

    The same seed gives the same program. Of its three operations two have something in common. Two threads do up to three operations each, three one.
    """
    rng = Random(f"program:{seed}")
    threads = n_threads or rng.choice((2, 2, 3))
    most = n_operations or (3 if threads == 2 else 1)
    first = rng.choice(sorted(OPERATIONS))
    chosen = [first, rng.choice(_related(first)), rng.choice(sorted(OPERATIONS))]
    lines = [SHARED, "import time", "", "def scenario():", "    s = Shared()", f"    logs = [[] for _ in range({threads})]"]
    number = 0
    for thread in range(threads):
        lines.append(f"    def body_{thread}():")
        lines.append(f"        seen = logs[{thread}]")
        lines.append("        try:")
        for _ in range(rng.randint(1, most)):
            number += 1
            for line in OPERATIONS[rng.choice(chosen)]:
                lines.append("            " + line.format(n=number, i=rng.randrange(2)))
        lines.append("        except Exception as error:")
        lines.append("            seen.append(type(error).__name__)")
    lines.append(f"    threads = [threading.Thread(target=body) for body in ({', '.join(f'body_{thread}' for thread in range(threads))},)]")
    lines.append("    for thread in threads: thread.start()")
    lines.append("    for thread in threads: thread.join()")
    lines.append("    assert False, repr((logs, s.x, s.y, s.items, sorted(s.table.items()), s.queue.qsize(), {MORE}))")
    return "\n".join(lines) + "\n"


def _related(name: str) -> list[str]:
    """The operations that touch something that this one touches."""
    return sorted(other for other, lines in OPERATIONS.items() if other == name or _touched(lines) & _touched(OPERATIONS[name]))


def _touched(lines: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"\bs\.\w+|FLAGS|bump|Shared", " ".join(lines)))
