"""Small programs, each with the places on which it has a data race, or the locks that it takes in orders which could deadlock.

Every program is the body of a module; `scenario` is run. `races` are locations as a finding names them, `cycles` sets of lock names.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

PREAMBLE = """
import collections, itertools, queue, threading, time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait

class Box:
    def __init__(self):
        self.n = 0
        self.m = 0

def run(*bodies):
    threads = [threading.Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


@dataclass(frozen=True, slots=True)
class Program:
    """A program and what the oracles must say of it, no more and no less."""

    name: str
    source: str
    races: frozenset[str] = frozenset()
    cycles: frozenset[frozenset[str]] = frozenset()


def program(name: str, body: str, *races: str, cycles: tuple[set[str], ...] = (), before: str = "") -> Program:
    """A program whose `scenario` has this body, after definitions of its own."""
    source = f"{PREAMBLE}\n{dedent(before)}\ndef scenario():\n    box = Box()\n{indent(dedent(body), '    ')}"
    return Program(name, source, frozenset(races), frozenset(map(frozenset, cycles)))


PROGRAMS: tuple[Program, ...] = (
    # -- nothing orders them
    program("two writers", """
        def a(): box.n = 1
        def b(): box.n = 2
        run(a, b)
    """, "Box.n"),
    program("a writer and a reader", """
        def a(): box.n = 1
        def b(): print(box.n)
        run(a, b)
    """, "Box.n"),
    program("two readers", """
        def a(): print(box.n)
        run(a, a)
    """),
    program("two attributes", """
        def a(): box.n = 1
        def b(): box.m = 1
        run(a, b)
    """),
    program("two objects", """
        boxes = Box(), Box()
        def a(): boxes[0].n = 1
        def b(): boxes[1].n = 1
        run(a, b)
    """),
    program("a module-level count", """
        def a():
            global total
            total += 1
        run(a, a)
    """, "total", before="total = 0"),
    program("a closure variable", """
        count = 0
        def a():
            nonlocal count
            count += 1
        run(a, a)
    """, "count"),
    program("an attribute of the class read through instances", """
        def a(): Shared.n = 5
        def b(): print(Shared().n)
        run(a, b)
    """, "Shared.n", before="class Shared:\n    n = 0"),
    program("setattr and a plain read", """
        def a(): setattr(box, "n", 1)
        def b(): print(box.n)
        run(a, b)
    """, "Box.n"),
    program("a slot", """
        slim = Slim()
        def a(): slim.n = 1
        def b(): slim.n = 2
        run(a, b)
    """, "Slim.n", before="class Slim:\n    __slots__ = ('n',)"),
    program("thread-local state", """
        own = threading.local()
        def a():
            own.n = 1
            print(own.n)
        run(a, a)
    """),
    program("the main thread reads before it joins", """
        def a(): box.n = 1
        thread = threading.Thread(target=a)
        thread.start()
        print(box.n)
        thread.join()
    """, "Box.n"),
    # -- start and join
    program("written before the start, read after the join", """
        def a():
            box.n += 1
        box.n = 1
        thread = threading.Thread(target=a)
        thread.start()
        thread.join()
        assert box.n == 2
    """),
    program("one thread is joined, the other is not", """
        def a(): box.n = 1
        def b(): box.m = 1
        one, two = threading.Thread(target=a), threading.Thread(target=b)
        one.start(); two.start()
        one.join()
        print(box.n, box.m)
        two.join()
    """, "Box.m"),
    program("a thread starts a thread", """
        def b(): box.n += 1
        def a():
            box.n += 1
            inner = threading.Thread(target=b)
            inner.start()
            inner.join()
            box.n += 1
        run(a)
    """),
    program("a thread is joined by another than its starter", """
        def a(): box.n = 1
        one = threading.Thread(target=a)
        def b():
            one.join()
            box.n = 2
        one.start()
        run(b)
    """),
    program("is_alive is asked until it says no", """
        def a(): box.n = 1
        thread = threading.Thread(target=a)
        thread.start()
        while thread.is_alive():
            time.sleep(0.1)
        print(box.n)
    """),
    program("a join that may give up", """
        def a(): box.n = 1
        thread = threading.Thread(target=a)
        thread.start()
        thread.join(0.1)
        print(box.n)
        thread.join()
    """, "Box.n"),
    program("active_count falls back to one", """
        def a(): box.n = 1
        threading.Thread(target=a).start()
        while threading.active_count() > 1:
            time.sleep(0.1)
        print(box.n)
    """),
    program("a timer", """
        def a(): box.n += 1
        box.n = 1
        timer = threading.Timer(0.1, a)
        timer.start()
        timer.join()
        print(box.n)
    """),
    program("a timer that nobody joins", """
        def a(): box.n += 1
        timer = threading.Timer(0.1, a)
        timer.start()
        time.sleep(1)
        print(box.n)
    """, "Box.n"),
    # -- locks
    program("one lock around both", """
        lock = threading.Lock()
        def a():
            with lock:
                box.n += 1
        run(a, a)
    """),
    program("two locks", """
        one, two = threading.Lock(), threading.Lock()
        def a():
            with one:
                box.n += 1
        def b():
            with two:
                box.n += 1
        run(a, b)
    """, "Box.n"),
    program("a lock around one of them only", """
        lock = threading.Lock()
        def a():
            with lock:
                box.n += 1
        def b(): print(box.n)
        run(a, b)
    """, "Box.n"),
    program("a reentrant lock, given back once too few times to be free", """
        lock = threading.RLock()
        def a():
            with lock:
                with lock:
                    box.n += 1
                box.n += 1
        run(a, a)
    """),
    program("the outer access lies behind the last release", """
        lock = threading.RLock()
        def a():
            with lock:
                with lock:
                    box.n += 1
            box.m += 1
        run(a, a)
    """, "Box.m"),
    program("a lock tried until it is had", """
        lock = threading.Lock()
        def a():
            while not lock.acquire(False):
                time.sleep(0.1)
            box.n += 1
            lock.release()
        run(a, a)
    """),
    program("a lock that may not be had in time", """
        lock = threading.Lock()
        def a():
            if lock.acquire(timeout=1):
                box.n += 1
                lock.release()
        run(a, a)
    """),
    program("whether the lock was had in time is not asked", """
        lock = threading.Lock()
        def a():
            had = lock.acquire(timeout=1)
            box.n += 1
            if had:
                lock.release()
        run(a, a)
    """, "Box.n"),
    program("a lock used as a gate, opened by another thread", """
        gate = threading.Lock()
        gate.acquire()
        def a():
            box.n = 1
            gate.release()
        def b():
            gate.acquire()
            box.n += 1
        run(a, b)
    """),
    program("the state is written behind the gate", """
        gate = threading.Lock()
        gate.acquire()
        def a():
            gate.release()
            box.n = 1
        def b():
            gate.acquire()
            box.n += 1
        run(a, b)
    """, "Box.n"),
    program("locked is asked until it says no", """
        gate = threading.Lock()
        gate.acquire()
        def a():
            box.n = 1
            gate.release()
        def b():
            while gate.locked():
                time.sleep(0.1)
            print(box.n)
        run(a, b)
    """),
    program("an order that was the lock's alone", """
        lock = threading.Lock()
        def a():
            box.n = 1
            with lock:
                box.m += 1
        def b():
            with lock:
                box.m += 1
            print(box.n)
        run(a, b)
    """, "Box.n"),
    # -- conditions
    program("a condition in a while loop", """
        ready = threading.Condition()
        def a():
            with ready:
                box.n = 1
                ready.notify()
        def b():
            with ready:
                while not box.n:
                    ready.wait()
            box.n = 2
        run(a, b)
    """),
    program("a condition with wait_for and notify_all", """
        ready = threading.Condition()
        def a():
            box.m = 5
            with ready:
                box.n = 1
                ready.notify_all()
        def b():
            with ready:
                ready.wait_for(lambda: box.n)
            print(box.m)
        run(a, b, b)
    """),
    program("two conditions over one lock", """
        lock = threading.Lock()
        full, empty = threading.Condition(lock), threading.Condition(lock)
        def a():
            for _ in range(2):
                with full:
                    while box.n:
                        full.wait()
                    box.n = 1
                    empty.notify()
        def b():
            for _ in range(2):
                with empty:
                    while not box.n:
                        empty.wait()
                    box.n = 0
                    full.notify()
        run(a, b)
    """),
    program("the flag is read before the condition is entered", """
        ready = threading.Condition()
        def a():
            with ready:
                box.n = 1
                ready.notify()
        def b():
            if not box.n:
                with ready:
                    ready.wait(1)
        run(a, b)
    """, "Box.n"),
    program("a condition over a lock of the program's own", """
        ready = threading.Condition(Own())
        def a():
            with ready:
                box.n = 1
                ready.notify()
        def b():
            with ready:
                while not box.n:
                    ready.wait()
                box.n = 2
        run(a, b)
    """, before="""
        class Own:
            def __init__(self):
                self.inner = threading.Lock()
            def acquire(self, *how):
                return self.inner.acquire(*how)
            def release(self):
                self.inner.release()
            def __enter__(self):
                return self.acquire()
            def __exit__(self, *error):
                self.release()
    """),
    # -- events
    program("an event", """
        ready = threading.Event()
        def a():
            box.n = 1
            ready.set()
        def b():
            ready.wait()
            box.n = 2
        run(a, b)
    """),
    program("an event that is asked until it is set", """
        ready = threading.Event()
        def a():
            box.n = 1
            ready.set()
        def b():
            while not ready.is_set():
                time.sleep(0.1)
            box.n = 2
        run(a, b)
    """),
    program("an event waited for without waiting", """
        ready = threading.Event()
        def a():
            box.n = 1
            ready.set()
        def b():
            while not ready.wait(0):
                pass
            print(box.n)
        run(a, b)
    """),
    program("an event whose wait may give up", """
        ready = threading.Event()
        def a():
            box.n = 1
            ready.set()
        def b():
            ready.wait(1)
            print(box.n)
        run(a, b)
    """, "Box.n"),
    program("written after the event was set", """
        ready = threading.Event()
        def a():
            ready.set()
            box.n = 1
        def b():
            ready.wait()
            print(box.n)
        run(a, b)
    """, "Box.n"),
    program("an event that was set before does not order again", """
        ready = threading.Event()
        ready.set()
        def a():
            box.n = 1
            ready.set()
        def b():
            ready.wait()
            print(box.n)
        run(a, b)
    """, "Box.n"),
    program("two events hand a turn to and fro", """
        ping, pong = threading.Event(), threading.Event()
        def a():
            for _ in range(2):
                box.n += 1
                ping.set()
                pong.wait()
                pong.clear()
        def b():
            for _ in range(2):
                ping.wait()
                ping.clear()
                box.n += 1
                pong.set()
        run(a, b)
    """),
    # -- semaphores
    program("a semaphore of one is a lock", """
        semaphore = threading.Semaphore()
        def a():
            with semaphore:
                box.n += 1
        run(a, a)
    """),
    program("a semaphore of two is none", """
        semaphore = threading.Semaphore(2)
        def a():
            with semaphore:
                box.n += 1
        run(a, a)
    """, "Box.n"),
    program("a semaphore hands over", """
        filled = threading.Semaphore(0)
        def a():
            box.n = 1
            filled.release()
        def b():
            filled.acquire()
            print(box.n)
        run(a, b)
    """),
    program("two semaphores hand a turn to and fro", """
        free, filled = threading.Semaphore(1), threading.BoundedSemaphore(1)
        filled.acquire()
        def a():
            for k in range(2):
                free.acquire()
                box.n = k
                filled.release()
        def b():
            for _ in range(2):
                filled.acquire()
                print(box.n)
                free.release()
        run(a, b)
    """),
    program("a semaphore with room for both", """
        free, filled = threading.Semaphore(2), threading.Semaphore(0)
        def a():
            for k in range(2):
                free.acquire()
                box.n = k
                filled.release()
        def b():
            for _ in range(2):
                filled.acquire()
                print(box.n)
                free.release()
        run(a, b)
    """, "Box.n"),
    program("all permits are taken to have the place alone", """
        permits = threading.Semaphore(2)
        def reader():
            permits.acquire()
            print(box.n)
            permits.release()
        def writer():
            permits.acquire(); permits.acquire()
            box.n += 1
            permits.release(2)
        one, two = threading.Thread(target=reader), threading.Thread(target=reader)
        one.start(); two.start()
        writer()
        one.join(); two.join()
    """),
    program("a semaphore tried until it is had", """
        filled = threading.Semaphore(0)
        def a():
            box.n = 1
            filled.release()
        def b():
            while not filled.acquire(blocking=False):
                time.sleep(0.1)
            print(box.n)
        run(a, b)
    """),
    # -- barriers
    program("before and behind a barrier", """
        barrier = threading.Barrier(2)
        def a():
            box.n = 1
            barrier.wait()
            print(box.m)
        def b():
            box.m = 1
            barrier.wait()
            print(box.n)
        run(a, b)
    """),
    program("both behind the barrier", """
        barrier = threading.Barrier(2)
        def a():
            barrier.wait()
            box.n += 1
        run(a, a)
    """, "Box.n"),
    program("a barrier twice", """
        barrier = threading.Barrier(2)
        def a():
            box.n = 1
            barrier.wait()
            barrier.wait()
            box.n = 3
        def b():
            barrier.wait()
            box.n = 2
            barrier.wait()
        run(a, b)
    """),
    program("a barrier's action", """
        def sum_up(): box.n = box.m
        barrier = threading.Barrier(2, sum_up)
        def a():
            box.m = 1
            barrier.wait()
            print(box.n)
        def b():
            barrier.wait()
            print(box.n)
        run(a, b)
    """),
    # -- queues
    program("through a queue", """
        q = queue.Queue()
        def a():
            box.n = 1
            q.put(box)
        def b():
            q.get().n += 1
        run(a, b)
    """),
    program("written after it was put", """
        q = queue.Queue()
        def a():
            q.put(box)
            box.n = 1
        def b():
            print(q.get().n)
        run(a, b)
    """, "Box.n"),
    program("two items, each with its own", """
        q = queue.Queue()
        def a():
            q.put(1)
            box.n = 1
            q.put(2)
        def b():
            q.get()
            print(box.m)
            q.get()
            print(box.n)
        run(a, b)
    """),
    program("the first item does not carry what was written for the second", """
        q = queue.Queue()
        def a():
            q.put(1)
            box.n = 1
            q.put(2)
        def b():
            q.get()
            print(box.n)
            q.get()
        run(a, b)
    """, "Box.n"),
    program("a bounded queue gives room", """
        q = queue.Queue(1)
        def a():
            q.put(1)
            q.put(2)
            box.n = 1
        def b():
            print(box.n)
            q.get()
            q.get()
        run(a, b)
    """),
    program("an unbounded queue gives none", """
        q = queue.Queue()
        def a():
            q.put(1)
            q.put(2)
            box.n = 1
        def b():
            print(box.n)
            q.get()
            q.get()
        run(a, b)
    """, "Box.n"),
    program("a queue of one place as a lock", """
        q = queue.Queue(1)
        def a():
            q.put(None)
            box.n += 1
            q.get()
        run(a, a)
    """),
    program("a stack and a queue by priority", """
        last, least = queue.LifoQueue(), queue.PriorityQueue()
        def a():
            box.n = 1
            last.put(1)
            box.m = 1
            least.put(1)
        def b():
            last.get()
            print(box.n)
            least.get()
            print(box.m)
        run(a, b)
    """),
    program("a queue by priority gives the other one's item", """
        least = queue.PriorityQueue()
        def a():
            box.n = 1
            least.put(2)
        def b():
            box.m = 1
            least.put(1)
        def c():
            first = least.get()
            print(box.m if first == 1 else box.n)
        run(a, b, c)
    """),
    program("a simple queue", """
        q = queue.SimpleQueue()
        def a():
            box.n = 1
            q.put(1)
        def b():
            q.get()
            print(box.n)
        run(a, b)
    """),
    program("get_nowait until there is one", """
        q = queue.Queue()
        def a():
            box.n = 1
            q.put(1)
        def b():
            while True:
                try:
                    q.get_nowait()
                    break
                except queue.Empty:
                    time.sleep(0.1)
            print(box.n)
        run(a, b)
    """),
    program("empty is asked until it says no", """
        q = queue.Queue()
        def a():
            box.n = 1
            q.put(1)
        def b():
            while q.empty():
                time.sleep(0.1)
            print(box.n)
        run(a, b)
    """),
    program("task_done and join", """
        q = queue.Queue()
        def worker():
            for _ in range(2):
                q.get()
                box.n += 1
                q.task_done()
        thread = threading.Thread(target=worker)
        thread.start()
        q.put(1); q.put(2)
        q.join()
        print(box.n)
        thread.join()
    """),
    program("task_done before the work", """
        q = queue.Queue()
        def worker():
            q.get()
            q.task_done()
            box.n += 1
        thread = threading.Thread(target=worker)
        thread.start()
        q.put(1)
        q.join()
        print(box.n)
        thread.join()
    """, "Box.n"),
    program("a queue that the program reaches into", """
        q = queue.Queue(1)
        def a():
            box.n = 1
            with q.mutex:
                pass
            q.put(1)
        def b():
            q.get()
            print(box.n)
        run(a, b)
    """),
    program("a queue that is reached into after a put", """
        q = queue.Queue()
        def a():
            box.n = 1
            q.put(1)
        def b():
            q.get()
            with q.mutex:
                pass
            print(box.n)
        run(a, b)
    """),
    program("a queue with an organisation of its own", """
        q = Own()
        def a():
            box.n = 1
            q.put(1)
        def b():
            q.get()
            print(box.n)
        run(a, b)
    """, before="""
        class Own(queue.Queue):
            def _put(self, item):
                self.queue.append(item)
    """),
    # -- futures and pools
    program("a future's result", """
        def a(): box.n = 1
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(a)
            job.result()
            print(box.n)
    """),
    program("a future whose result is not awaited", """
        def a(): box.n = 1
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(a)
            print(box.n)
            job.result()
    """, "Box.n"),
    program("what was written before the submit", """
        def a(): box.n += 1
        box.n = 1
        with ThreadPoolExecutor(2) as pool:
            pool.submit(a)
        print(box.n)
    """),
    program("two jobs of one pool", """
        def a(): box.n += 1
        with ThreadPoolExecutor(2) as pool:
            pool.submit(a)
            pool.submit(a)
    """, "Box.n"),
    program("two jobs of a pool with one worker", """
        def a(): box.n += 1
        with ThreadPoolExecutor(1) as pool:
            pool.submit(a)
            pool.submit(a)
    """),
    program("an exception is awaited", """
        def a():
            box.n = 1
            raise ValueError
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(a)
            assert job.exception()
            print(box.n)
    """),
    program("done is asked until it says yes", """
        def a(): box.n = 1
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(a)
            while not job.done():
                time.sleep(0.1)
            print(box.n)
    """),
    program("wait for all", """
        def a(): box.n = 1
        def b(): box.m = 1
        with ThreadPoolExecutor(2) as pool:
            wait([pool.submit(a), pool.submit(b)])
            print(box.n, box.m)
    """),
    program("wait for the first", """
        def a(): box.n = 1
        def b(): box.m = 1
        with ThreadPoolExecutor(2) as pool:
            one, two = pool.submit(a), pool.submit(b)
            done, _ = wait([one, two], return_when=FIRST_COMPLETED)
            print(box.n if one in done else box.m)
    """),
    program("wait for the first, and look at both", """
        def a(): box.n = 1
        def b(): box.m = 1
        with ThreadPoolExecutor(2) as pool:
            wait([pool.submit(a), pool.submit(b)], return_when=FIRST_COMPLETED)
            print(box.n, box.m)
    """, "Box.n", "Box.m"),
    program("as_completed", """
        boxes = [Box(), Box()]
        def a(k): boxes[k].n = 1
        with ThreadPoolExecutor(2) as pool:
            jobs = {pool.submit(a, k): k for k in range(2)}
            for job in as_completed(jobs):
                print(boxes[jobs[job]].n)
    """),
    program("a callback", """
        def a(): box.n = 1
        def told(job): box.m = box.n
        with ThreadPoolExecutor(1) as pool:
            box.m = 1
            pool.submit(a).add_done_callback(told)
    """),
    program("a future set by hand", """
        promise = Future()
        def a():
            box.n = 1
            promise.set_result(1)
        def b():
            promise.result()
            print(box.n)
        run(a, b)
    """),
    program("map", """
        boxes = [Box(), Box()]
        def a(one): one.n += 1
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(a, boxes))
            print([one.n for one in boxes])
    """),
    program("shutdown without waiting", """
        def a(): box.n = 1
        pool = ThreadPoolExecutor(1)
        pool.submit(a)
        pool.shutdown(wait=False)
        print(box.n)
    """, "Box.n"),
    # -- containers, and what CPython does in one piece
    program("appends to one list", """
        rows = []
        def a():
            rows.append(1)
        run(a, a)
        assert len(rows) == 2
    """),
    program("a deque between two threads", """
        line = collections.deque()
        def a():
            box.n = 1
            line.append(box)
        def b():
            while not line:
                time.sleep(0.1)
            line.popleft().n = 2
        run(a, b)
    """),
    program("items of one dict under different keys", """
        table = {}
        def a(): table["a"] = 1
        def b(): table["b"] = 2
        run(a, b)
    """),
    program("one item set twice", """
        table = {}
        def a(): table["a"] = 1
        def b(): table["a"] = 2
        run(a, b)
    """),
    program("an item counted up", """
        table = {"a": 0}
        def a(): table["a"] += 1
        run(a, a)
    """, "table['a']"),
    program("an item counted up by get", """
        table = {}
        def a(): table["a"] = table.get("a", 0) + 1
        run(a, a)
    """, "table['a']", "table"),
    program("an element of a list counted up under a lock", """
        row, lock = [0], threading.Lock()
        def a():
            with lock:
                row[0] += 1
        run(a, a)
    """),
    program("a loop over a list that is appended to", """
        rows = [1]
        def a(): rows.append(2)
        def b():
            for row in rows:
                pass
        run(a, b)
    """, "rows"),
    program("a copy is looped over", """
        rows = [1]
        def a(): rows.append(2)
        def b():
            for row in list(rows):
                pass
        run(a, b)
    """),
    program("one iterator for all", """
        numbers = itertools.count()
        def a(): print(next(numbers))
        run(a, a)
    """),
    # -- a flag that is a race, and what it keeps apart
    program("a flag that is polled", """
        def a():
            box.m = 5
            box.n = 1
        def b():
            while not box.n:
                time.sleep(0.1)
            print(box.m)
        run(a, b)
    """, "Box.n"),
    program("double-checked", """
        lock = threading.Lock()
        def a():
            if box.n == 0:
                with lock:
                    if box.n == 0:
                        box.m = 5
                        box.n = 1
            print(box.m)
        run(a, a)
    """, "Box.n"),
    program("a property that takes the lock", """
        safe = Safe()
        def a(): safe.n = 1
        def b(): print(safe.n)
        run(a, b)
    """, before="""
        class Safe:
            def __init__(self):
                self._n, self._lock = 0, threading.Lock()
            @property
            def n(self):
                with self._lock:
                    return self._n
            @n.setter
            def n(self, n):
                with self._lock:
                    self._n = n
    """),
    # -- lock orders
    program("two locks in opposite order", """
        one, two = threading.Lock(), threading.Lock()
        def a():
            with one:
                with two:
                    pass
        def b():
            with two:
                with one:
                    pass
        run(a, b)
    """, cycles=({"one", "two"},)),
    program("two locks in the same order", """
        one, two = threading.Lock(), threading.Lock()
        def a():
            with one, two:
                box.n += 1
        run(a, a)
    """),
    program("opposite order under a common gate lock", """
        gate, one, two = threading.Lock(), threading.Lock(), threading.Lock()
        def a():
            with gate, one, two:
                pass
        def b():
            with gate, two, one:
                pass
        run(a, b)
    """),
    program("a gate around one of them only", """
        gate, one, two = threading.Lock(), threading.Lock(), threading.Lock()
        def a():
            with gate, one, two:
                pass
        def b():
            with two, one:
                pass
        run(a, b)
    """, cycles=({"one", "two"},)),
    program("opposite order in one thread alone", """
        one, two = threading.Lock(), threading.Lock()
        def a():
            with one, two:
                pass
            with two, one:
                pass
        run(a)
    """),
    program("opposite order, one thread after the other", """
        one, two = threading.Lock(), threading.Lock()
        def a():
            with one, two:
                pass
        def b():
            with two, one:
                pass
        run(a)
        run(b)
    """),
    program("opposite order, an event between", """
        one, two, ready = threading.Lock(), threading.Lock(), threading.Event()
        def a():
            with one, two:
                pass
            ready.set()
        def b():
            ready.wait()
            with two, one:
                pass
        run(a, b)
    """),
    program("the second round is not behind the event", """
        one, two, ready = threading.Lock(), threading.Lock(), threading.Event()
        def a():
            for _ in range(2):
                with one, two:
                    pass
                ready.set()
        def b():
            ready.wait()
            with two, one:
                pass
        run(a, b)
    """, cycles=({"one", "two"},)),
    program("a semaphore of one as the gate", """
        gate, one, two = threading.Semaphore(1), threading.Lock(), threading.Lock()
        def a():
            with gate, one, two:
                pass
        def b():
            with gate, two, one:
                pass
        run(a, b)
    """),
    program("the second lock is only tried", """
        one, two = threading.Lock(), threading.Lock()
        def a():
            with one:
                if two.acquire(timeout=1):
                    two.release()
        def b():
            with two:
                if one.acquire(False):
                    one.release()
        run(a, b)
    """),
    program("three philosophers", """
        forks = first, second, third = threading.Lock(), threading.Lock(), threading.Lock()
        def dine(left, right):
            with left:
                with right:
                    pass
        run(lambda: dine(first, second), lambda: dine(second, third), lambda: dine(third, first))
    """, cycles=({"left", "right"},)),
    program("three philosophers, one of them left-handed", """
        forks = first, second, third = threading.Lock(), threading.Lock(), threading.Lock()
        def dine(left, right):
            with left:
                with right:
                    pass
        run(lambda: dine(first, second), lambda: dine(second, third), lambda: dine(first, third))
    """),
    program("reentrant locks of two accounts, one pays the other", """
        mine, yours = Account(), Account()
        run(lambda: mine.pay(yours), lambda: yours.pay(mine))
    """, cycles=({"Account.lock"},), before="""
        class Account:
            def __init__(self):
                self.lock = threading.RLock()
            def pay(self, other):
                with self.lock:
                    with self.lock:
                        with other.lock:
                            pass
    """),
    program("the lock of a condition is taken again while another is held", """
        lock, ready = threading.Lock(), threading.Condition()
        def a():
            with ready:
                with lock:
                    box.n = 1
                    ready.wait(1)
        def b():
            with ready:
                with lock:
                    ready.notify()
        run(a, b)
    """, cycles=({"ready", "lock"},)),
)  # fmt: skip
