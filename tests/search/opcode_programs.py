"""Small random programs about what threads wait by: locks, conditions, queues, futures, pools, threads, each mixed with plain shared variables.

A program keeps a log for each thread in `LOGS`; the last one holds what everything stands at in the end. In which order `as_completed` gives what is done
already is no matter of schedules (CPython goes by addresses), so no program tells it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

HEAD = """
import queue, threading, time
from concurrent import futures

LOGS = [{logs}]

class Shared:
    pass

def drained(items):
    found = []
    while True:
        try:
            found.append(items.get_nowait())
        except Exception as error:
            found.append(type(error).__name__)
            return found

def outcome(future):
    return (future.done(), future.running(), future.cancelled())

def made():
    s = Shared()
    s.x = s.flag = 0
    s.done = []
    def work(n=0):
        s.done.append((n, s.x))
        return n
    def fail():
        raise KeyError
    s.work, s.fail = work, fail
"""


@dataclass(frozen=True, slots=True)
class Family:
    """What operations are about: how it is made, what is read in the end, and the operations. `{n}` is a number of its own, `{i}` 0 or 1."""

    made: tuple[str, ...]
    read: str
    operations: tuple[str, ...]


PLAIN = (
    "s.x = {n}",
    "s.x += 1",
    "seen.append(s.x)",
    "s.done.append({n})",
    "seen.append(len(s.done))",
    "if not s.x:\n    s.x = {n}",
    "time.sleep(1)",
)

FAMILIES: dict[str, Family] = {
    "lock": Family(
        ("s.lock = threading.Lock()",),
        "s.lock.locked()",
        (
            "with s.lock:\n    s.x += 1\n    seen.append(s.x)",
            "with s.lock:\n    seen.append(s.flag)\n    s.x = {n}",
            "s.lock.acquire()",
            "s.lock.release()",
            "seen.append(s.lock.locked())",
            "if not s.lock.locked():\n    s.lock.acquire()\n    s.x += 1\n    s.lock.release()",
            "if s.lock.locked():\n    s.lock.release()",
            "got = s.lock.acquire(blocking=False)\nseen.append(got)\nif got:\n    s.x += 1\n    s.lock.release()",
            "got = s.lock.acquire(timeout=1)\nseen.append(got)\nif got:\n    s.x = {n}\n    s.lock.release()",
            "seen.append(s.lock.acquire(False))",
            "seen.append(s.lock.acquire(True, 1))",
            "if s.lock.acquire(timeout=0):\n    s.lock.release()\nelse:\n    seen.append('busy')",
            "try:\n    s.lock.release()\nexcept RuntimeError:\n    seen.append('free')\n    s.lock.acquire()",
        ),
    ),
    "rlock": Family(
        ("s.lock = threading.RLock()",),
        "s.lock.acquire(False)",
        (
            "with s.lock:\n    with s.lock:\n        s.x += 1",
            "with s.lock:\n    seen.append(s.x)\n    s.x = {n}",
            "s.lock.acquire()",
            "s.lock.release()",
            "got = s.lock.acquire(blocking=False)\nseen.append(got)\nif got:\n    s.x += 1\n    s.lock.release()",
            "got = s.lock.acquire(timeout=1)\nseen.append(got)\nif got:\n    s.x = {n}\n    s.lock.release()",
            "seen.append(s.lock._is_owned())",
            "seen.append(s.lock._recursion_count())",
            "try:\n    s.lock.release()\nexcept RuntimeError:\n    seen.append('not mine')",
        ),
    ),
    "condition": Family(
        ("s.cond = threading.Condition()",),
        "s.cond.acquire(False)",
        (
            "with s.cond:\n    s.cond.wait()\n    seen.append(s.x)",
            "with s.cond:\n    seen.append(s.cond.wait(1))\n    seen.append(s.x)",
            "with s.cond:\n    while not s.x:\n        s.cond.wait()\n    s.x -= 1",
            "with s.cond:\n    if not s.x:\n        seen.append(s.cond.wait(timeout=1))",
            "with s.cond:\n    seen.append(s.cond.wait_for(lambda: s.x))",
            "with s.cond:\n    seen.append(s.cond.wait_for(lambda: s.x > 1, timeout=1))\n    s.x += 1",
            "with s.cond:\n    s.x += 1\n    s.cond.notify()",
            "with s.cond:\n    s.cond.notify()\n    s.x += 1",
            "s.x += 1\nwith s.cond:\n    s.cond.notify_all()",
            "with s.cond:\n    s.x = {n}\n    s.cond.notify(2)",
            "s.cond.notify()",
            "s.cond.wait(1)",
            "seen.append(s.cond.acquire(False))",
            "s.cond.release()",
            "got = s.cond.acquire(timeout=1)\nseen.append(got)\nif got:\n    s.cond.notify_all()\n    s.cond.release()",
            "with s.cond:\n    seen.append(s.cond.wait(0))",
        ),
    ),
    "conditions": Family(
        ("s.lock = threading.Lock()", "s.full = threading.Condition(s.lock)", "s.free = threading.Condition(s.lock)"),
        "s.lock.locked()",
        (
            "with s.lock:\n    while s.x:\n        s.free.wait()\n    s.x = {n}\n    s.full.notify()",
            "with s.lock:\n    while not s.x:\n        s.full.wait()\n    seen.append(s.x)\n    s.x = 0\n    s.free.notify()",
            "with s.full:\n    seen.append(s.full.wait(1))",
            "with s.free:\n    if s.x:\n        seen.append(s.free.wait(1))\n    s.x = {n}\n    s.full.notify_all()",
            "seen.append(s.lock.locked())",
            "if s.lock.acquire(False):\n    s.full.notify()\n    s.lock.release()",
            "if s.lock.locked():\n    s.full.notify()",
            "s.lock.release()",
        ),
    ),
    "semaphore": Family(
        ("s.sem = threading.Semaphore(1)",),
        "(s.sem.acquire(False), s.sem.acquire(False), s.sem.acquire(False), s.sem.acquire(False))",
        (
            "with s.sem:\n    s.x += 1",
            "s.sem.acquire()\nseen.append(s.x)",
            "s.sem.release()",
            "s.sem.release(2)",
            "got = s.sem.acquire(blocking=False)\nseen.append(got)",
            "got = s.sem.acquire(timeout=1)\nseen.append(got)\nif got:\n    s.x += 1",
            "if s.sem.acquire(False):\n    s.x += 1\n    s.sem.release()",
            "seen.append(s.sem._value)",
            "if not s.sem._value:\n    s.sem.release()",
            "seen.append(s.sem.acquire(timeout=0))",
        ),
    ),
    "bounded": Family(
        ("s.sem = threading.BoundedSemaphore(1)",),
        "(s.sem.acquire(False), s.sem.acquire(False))",
        (
            "with s.sem:\n    s.x += 1",
            "s.sem.acquire()",
            "s.sem.release()",
            "try:\n    s.sem.release()\nexcept ValueError:\n    seen.append('full')",
            "seen.append(s.sem.acquire(False))",
            "seen.append(s.sem.acquire(timeout=1))",
            "seen.append(s.sem._value)",
        ),
    ),
    "event": Family(
        ("s.event = threading.Event()",),
        "s.event.is_set()",
        (
            "s.event.set()",
            "s.event.clear()",
            "s.event.set()\ns.event.clear()",
            "seen.append(s.event.is_set())",
            "s.event.wait()\nseen.append(s.x)",
            "seen.append(s.event.wait(1))\nseen.append(s.event.is_set())",
            "seen.append(s.event.wait(0))",
            "if not s.event.is_set():\n    s.x += 1\n    s.event.set()",
            "if s.event.is_set():\n    seen.append(s.x)\nelse:\n    s.event.clear()",
            "s.x = {n}\ns.event.set()",
            "while not s.event.wait(1):\n    s.event.set()",
        ),
    ),
    "barrier": Family(
        ("s.barrier = threading.Barrier(2)",),
        "(s.barrier.broken, s.barrier.n_waiting)",
        (
            "seen.append(s.barrier.wait())",
            "seen.append(s.barrier.wait(1))",
            "try:\n    seen.append(s.barrier.wait(1))\nexcept threading.BrokenBarrierError:\n    s.barrier.reset()",
            "s.barrier.abort()",
            "s.barrier.reset()",
            "seen.append(s.barrier.n_waiting)",
            "seen.append(s.barrier.broken)",
            "if s.barrier.n_waiting:\n    seen.append(s.barrier.wait())",
            "if s.barrier.broken:\n    s.barrier.reset()",
        ),
    ),
    "barrier with action": Family(
        ("def act():\n    s.x += 1\n    s.done.append(s.x)", "s.barrier = threading.Barrier(2, act, 1)"),
        "(s.barrier.broken, s.barrier.n_waiting)",
        (
            "seen.append(s.barrier.wait())\nseen.append(s.x)",
            "seen.append(s.barrier.wait(1))",
            "s.barrier.abort()",
            "s.barrier.reset()",
            "seen.append(s.barrier.n_waiting)",
            "seen.append(s.barrier.broken)",
        ),
    ),
    **{
        name: Family(
            tuple(made),
            "drained(s.q)",
            (
                "s.q.put({n})",
                "seen.append(s.q.get())",
                "s.q.put_nowait({n})",
                "seen.append(s.q.get_nowait())",
                "s.q.put({n}, timeout=1)",
                "seen.append(s.q.get(timeout=1))",
                "if s.q.empty():\n    s.q.put({n})\nelse:\n    seen.append(s.q.get())",
                "if not s.q.empty():\n    seen.append(s.q.get())",
                "if not s.q.empty():\n    seen.append(s.q.get_nowait())",
                "seen.append(s.q.qsize())",
                "if s.q.qsize() < 2:\n    s.q.put({n})",
                "try:\n    seen.append(s.q.get(timeout=1))\nexcept queue.Empty:\n    seen.append('empty')\n    s.q.put({n})",
                *further,
            ),
        )
        for name, made, further in (
            (
                "queue",
                ("s.q = queue.Queue(1)",),
                (
                    "seen.append(s.q.full())",
                    "if not s.q.full():\n    s.q.put({n})",
                    "if not s.q.full():\n    s.q.put_nowait({n})",
                    "try:\n    s.q.put({n}, timeout=1)\nexcept queue.Full:\n    seen.append('full')\n    seen.append(s.q.get())",
                    "s.q.put({n}, block=False)",
                ),
            ),
            (
                "tasks",
                ("s.q = queue.Queue()", "s.q.put(1)"),
                (
                    "s.q.task_done()",
                    "s.q.join()\nseen.append(s.x)",
                    "seen.append(s.q.get())\ns.x += 1\ns.q.task_done()",
                    "seen.append(s.q.unfinished_tasks)",
                    "if s.q.unfinished_tasks:\n    s.q.task_done()",
                    "s.q.join()\ns.q.put({n})",
                ),
            ),
            ("lifo", ("s.q = queue.LifoQueue(2)", "s.q.put(1)"), ("seen.append(s.q.full())", "s.q.put({n})\nseen.append(s.q.get())")),
            ("priority", ("s.q = queue.PriorityQueue()", "s.q.put(15)"), ("s.q.put(({i}, {n}))", "s.q.put({i})\nseen.append(s.q.get())")),
            ("simple", ("s.q = queue.SimpleQueue()",), ("s.q.put({n})\nseen.append(s.q.empty())",)),
            (
                "opened",
                ("s.q = queue.Queue(2)", "s.q.put(1)"),
                (
                    "with s.q.mutex:\n    seen.append(list(s.q.queue))",
                    "seen.append(len(s.q.queue))",
                    "with s.q.mutex:\n    s.q.queue.clear()\n    s.q.not_full.notify_all()",
                    "s.q.task_done()",
                    "s.q.join()",
                ),
            ),
            ("shut", ("s.q = queue.Queue(1)", "s.q.put(1)"), ("s.q.shutdown()", "s.q.shutdown(immediate=True)", "seen.append(s.q.is_shutdown)", "s.q.join()")),
        )
    },
    "future": Family(
        ("s.f = futures.Future()", "s.g = futures.Future()"),
        "(outcome(s.f), outcome(s.g))",
        (
            "s.f.set_result({n})",
            "s.f.set_exception(KeyError())",
            "seen.append(s.f.cancel())",
            "seen.append(s.f.set_running_or_notify_cancel())",
            "seen.append(s.f.result())",
            "seen.append(s.f.result(timeout=1))",
            "seen.append(s.f.result(timeout=0))",
            "seen.append(type(s.f.exception(1)).__name__)",
            "seen.append(s.f.done())",
            "seen.append(s.f.running())",
            "seen.append(s.f.cancelled())",
            "if not s.f.done():\n    s.f.set_result({n})",
            "if s.f.set_running_or_notify_cancel():\n    s.x += 1\n    s.f.set_result({n})",
            "s.f.add_done_callback(lambda future: s.done.append(s.x))",
            "s.f.add_done_callback(lambda future: s.done.append(future.running()))",
            "s.f.add_done_callback(lambda future: s.done.append(1))\ns.x = {n}",
            "s.g.set_result({n})",
            "seen.append(s.g.result(1))",
            "seen.append(s.g.cancel())",
            "seen.append(len(futures.wait([s.f, s.g], return_when='FIRST_COMPLETED').done))",
            "seen.append(len(futures.wait([s.f, s.g], timeout=1).done))",
            "seen.append(len(futures.wait([s.f, s.g], 1, 'FIRST_EXCEPTION').not_done))",
            "for each in futures.as_completed([s.f, s.g], timeout=1):\n    seen.append(s.x)",
            "for each in futures.as_completed([s.f]):\n    seen.append(s.x)",
        ),
    ),
    "pool": Family(
        ("s.pool = futures.ThreadPoolExecutor(1)", "s.f = s.pool.submit(s.work, 1)"),
        "outcome(s.f)",
        (
            "seen.append(s.f.done())",
            "seen.append(s.f.running())",
            "seen.append(s.f.cancel())",
            "seen.append(s.f.result())",
            "seen.append(s.f.result(timeout=1))",
            "s.pool.submit(s.work, {n})",
            "seen.append(s.pool.submit(s.work, {n}).result())",
            "seen.append(s.pool.submit(s.work, {n}).cancel())",
            "f = s.pool.submit(s.work, {n})\nseen.append(f.running())\nseen.append(f.done())",
            "seen.append(type(s.pool.submit(s.fail).exception()).__name__)",
            "s.pool.shutdown()\nseen.append(len(s.done))",
            "s.pool.shutdown(wait=False)",
            "s.pool.shutdown(wait=False, cancel_futures=True)",
            "seen.append(list(s.pool.map(s.work, [{n}, 0])))",
            "s.f.add_done_callback(lambda future: s.done.append('told'))",
            "seen.append(len(futures.wait([s.f, s.pool.submit(s.work, {n})], return_when='FIRST_COMPLETED').done))",
            "seen.append(sorted(each.result() for each in futures.as_completed([s.f, s.pool.submit(s.work, {n})])))",
            "seen.append(len(s.done))",
        ),
    ),
    "workers": Family(
        (
            "s.pool = futures.ThreadPoolExecutor(2)",
            "s.local = threading.local()",
            "def mine():\n    s.local.n = getattr(s.local, 'n', 0) + 1\n    return s.local.n",
            "s.mine = mine",
        ),
        "len(s.pool._threads)",
        (
            "s.pool.submit(s.work, {n})",
            "seen.append(s.pool.submit(s.mine).result())",
            "s.pool.submit(s.mine).result()\nseen.append(s.pool.submit(s.mine).result())",
            "a, b = s.pool.submit(s.work, {n}), s.pool.submit(s.work, 0)\nb.result()\nseen.append(a.cancel())",
            "a, b = s.pool.submit(s.work, {n}), s.pool.submit(s.work, 0)\nseen.append(b.result())\nseen.append(a.running())",
            "seen.append(s.pool.submit(s.work, {n}).result())",
            "f = s.pool.submit(s.work, {n})\nseen.append(f.cancel())",
            "seen.append(len(s.done))",
            "with s.pool:\n    s.pool.submit(s.work, {n})\nseen.append(len(s.done))",
            "s.pool.shutdown()",
            "seen.append(s.pool.submit(s.work, {n}).done())",
        ),
    ),
    "initializer": Family(
        (
            "def begin(n):\n    s.x += n\n    if s.flag == 1: raise KeyError",
            "s.pool = futures.ThreadPoolExecutor(2, initializer=begin, initargs=(1,))",
        ),
        "(s.pool.shutdown(), len(s.pool._threads))",
        (
            "s.pool.submit(s.work, {n})",
            "seen.append(s.pool.submit(s.work, {n}).result())",
            "seen.append(s.pool.submit(s.work, {n}).exception() is None)",
            "s.flag = {i}",
            "s.pool.shutdown()",
            "s.pool.shutdown(wait=False, cancel_futures=True)",
            "seen.append(s.pool.submit(s.work, {n}).cancel())",
            "seen.append(len(s.done))",
        ),
    ),
    "daemon": Family(
        ("s.t = threading.Thread(target=s.work, daemon=True)", "s.e = threading.Event()"),
        "s.t.is_alive()",
        (
            "s.t.start()",
            "s.t.start()\ns.e.set()",
            "threading.Thread(target=s.work, args=({n},), daemon=True).start()",
            "threading.Thread(target=lambda: (s.e.wait(), s.work({n})), daemon=True).start()",
            "threading.Thread(target=lambda: s.e.wait(1) and s.work({n}), daemon=True).start()",
            "s.e.set()",
            "s.e.wait()\nseen.append(len(s.done))",
            "s.t.join()\nseen.append(len(s.done))",
            "seen.append(len(s.done))",
        ),
    ),
    "thread": Family(
        ("s.t = threading.Thread(target=s.work)",),
        "s.t.is_alive()",
        (
            "s.t.start()",
            "s.t.join()",
            "s.t.join(1)\nseen.append(s.t.is_alive())",
            "s.t.join(0)",
            "seen.append(s.t.is_alive())",
            "if not s.t.is_alive():\n    s.t.start()",
            "if s.t.is_alive():\n    s.t.join()\n    seen.append(len(s.done))",
            "s.t.start()\ns.x = {n}\ns.t.join()",
            "t = threading.Thread(target=s.work, args=({n},))\nt.start()\nseen.append(t.is_alive())",
            "seen.append(len(s.done))",
            "seen.append(s.t.ident is None)",
            "seen.append(s.t.daemon)\ns.t.daemon = False",
        ),
    ),
    "timer": Family(
        ("s.t = threading.Timer(1, s.work)",),
        "s.t.is_alive()",
        (
            "s.t.start()",
            "s.t.cancel()",
            "s.t.join()",
            "seen.append(s.t.is_alive())",
            "seen.append(len(s.done))",
            "s.t.join(1)\nseen.append(s.t.is_alive())",
            "seen.append(s.t.finished.is_set())",
            "time.sleep(1)\nseen.append(len(s.done))",
            "s.t.start()\ntime.sleep(1)\ns.t.cancel()",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Program:
    """A program: its family, the operations of each thread, its source."""

    family: str
    bodies: tuple[tuple[str, ...], ...]

    @property
    def source(self) -> str:
        family = FAMILIES[self.family]
        lines = [HEAD.format(logs=", ".join(["[]"] * (len(self.bodies) + 1))).lstrip("\n")]
        lines += [f"    {line}" for made in family.made for line in made.splitlines()] + ["    return s", ""]
        for number, body in enumerate(self.bodies):
            lines += [f"def body_{number}(s, seen):", "    try:"]
            lines += [f"        {line}" for operation in body for line in operation.splitlines()]
            lines += ["    except Exception as error:", "        seen.append(type(error).__name__)", ""]
        lines += [f"BODIES = [{', '.join(f'body_{number}' for number in range(len(self.bodies)))}]", ""]
        lines += ["def end(s, seen):", "    seen.append(s.x)", "    seen.append(list(s.done))", f"    seen.append({family.read})", ""]
        lines += ["def scenario():", "    s = made()"]
        lines += ["    threads = [threading.Thread(target=body, args=(s, log)) for body, log in zip(BODIES, LOGS)]"]
        lines += ["    for thread in threads: thread.start()", "    for thread in threads: thread.join()", "    end(s, LOGS[-1])"]
        return "\n".join(lines) + "\n"


def make_program(seed: int, families: tuple[str, ...] = tuple(FAMILIES)) -> Program:
    """The program of a seed: two threads with one to three operations each, or three with one; between the operations a flag tells how far one is."""
    rng = Random(f"opcodes:{seed}")
    name = rng.choices(families, [len(FAMILIES[family].operations) for family in families])[0]
    operations = FAMILIES[name].operations
    number = 10

    def filled(operation: str) -> str:
        nonlocal number
        number += 1
        return re.sub(r"\{([ni])\}", lambda found: str(number if found[1] == "n" else rng.randrange(2)), operation)

    def some(most: int) -> list[str]:
        return [filled(rng.choice(PLAIN if rng.random() < 0.2 else operations)) for _ in range(rng.randint(1, most))]

    match rng.choice(("pair", "flagged", "several", "several", "three")):
        case "pair":
            bodies = [some(1), some(1)]
        case "flagged":
            bodies = [["seen.append(s.flag)", *some(1), "seen.append(s.flag)"], ["s.flag = 1", *some(1), "s.flag = 2"]]
        case "several":
            bodies = [some(3), some(2)]
        case _:
            bodies = [some(1), some(1), some(1)]
    return Program(name, tuple(tuple(body) for body in bodies))
