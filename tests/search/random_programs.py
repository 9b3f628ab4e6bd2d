"""Small random programs: a few threads, each a few operations on what they share, and an outcome that tells everything that was seen."""

from __future__ import annotations

from random import Random

SHARED = """
import threading, queue
from concurrent import futures

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
    "wait-timed": ("with s.condition:", "    seen.append(s.condition.wait(1))",),
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
    "join": ("s.queue.join()",),
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
    "as-completed": ("for each in futures.as_completed([s.future, s.second]):", "    seen.append(each is s.second)", "    s.x = {n}"),
}
"""Name -> the lines of an operation; `{n}` is a number of its own, `{i}` 0 or 1."""


def make_program(seed: int, n_threads: int | None = None, n_operations: int | None = None) -> str:
    """The source of a program with a function `scenario` that always fails, with all that was seen as the text of its AssertionError.

    The same seed gives the same program. Two threads do up to three operations each, three one.
    """
    rng = Random(f"program:{seed}")
    threads = n_threads or rng.choice((2, 2, 3))
    most = n_operations or (3 if threads == 2 else 1)
    chosen = rng.sample(sorted(OPERATIONS), 3)
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
    lines.append("    assert False, repr((logs, s.x, s.y, s.items, sorted(s.table.items()), s.queue.qsize()))")
    return "\n".join(lines) + "\n"
