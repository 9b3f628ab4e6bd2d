"""Program mode: whole scripts in the shapes that people write, judged by what is true of them."""

from __future__ import annotations

import pytest

import harness
from tests.checks import kinds
from tests.written import write

EXECUTIONS = 250
SCRIPT = "script.py"


pytestmark = pytest.mark.usefixtures("in_a_folder")


def check(source: str, executions: int = EXECUTIONS) -> harness.Result:
    """The result of a script in program mode."""
    return harness.check(write(source, SCRIPT), mode="program", executions=executions)


START = """
    if __name__ == "__main__":
        import threading
        for target in (producer, consumer):
            threading.Thread(target=target).start()
"""
CONDITION = """
    import threading

    class Pipeline:
        def __init__(self):
            self.items, self.ready = [], threading.Condition()
        def put(self, item):
            with self.ready:
                self.items.append(item)
                self.ready.notify_all()
        def get(self):
            with self.ready:
                while not self.items:
                    self.ready.wait()
                return self.items.pop(0)

    pipeline = Pipeline()
"""
SLOT = """
    class Pipeline:
        def __init__(self):
            self.message = None
        def put(self, message):
            self.message = message
        def get(self):
            return self.message

    pipeline = Pipeline()
"""

CORRECT = {
    "a sentinel that is a literal, and values that repeat": CONDITION + """
    def producer():
        for value in [0, False, 0, 3, 3, -1]:
            pipeline.put(value)
    def consumer():
        while pipeline.get() != -1:
            pass
    """ + START,
    "a sentinel that is an object of its own": CONDITION + """
    END = object()
    def producer():
        for value in range(4):
            pipeline.put(value)
        pipeline.put(END)
    def consumer():
        while (value := pipeline.get()) is not END:
            print(value)
    """ + START,
    "a truth test for the end": CONDITION + """
    def producer():
        for value in (5, 6, 0):
            pipeline.put(value)
    def consumer():
        while value := pipeline.get():
            print(value)
    """ + START,
    "a consumer that stops early and leaves messages inside": CONDITION + """
    def producer():
        for value in range(10, 16):
            pipeline.put(value)
    def consumer():
        for _ in range(3):
            print(pipeline.get())
    """ + START,
    "a counter beside the queue, with an add and a get": """
    import queue
    class Counter:
        def __init__(self): self.total = 0
        def add(self, n): self.total += n
        def get(self): return self.total
    q, counter = queue.Queue(), Counter()
    def producer():
        for _ in range(4): q.put(2)
        q.put(None)
    def consumer():
        while (x := q.get()) is not None:
            counter.add(x)
            print(counter.get())
    """ + START,
    "a broker that hands each message to two": """
    import queue, threading
    class Channel:
        def __init__(self): self.q = queue.Queue()
        def send(self, message): self.q.put(message)
        def receive(self): return self.q.get()
    class FanOutChannel:
        def __init__(self): self.outs = [Channel(), Channel()]
        def send(self, message):
            for out in self.outs: out.send(message)
        def receive(self): return self.outs[0].receive()
    fan = FanOutChannel()
    def producer():
        for value in (1, 2, 3, None): fan.send(value)
    def listen(out):
        while out.receive() is not None: pass
    def consumer():
        for out in fan.outs: threading.Thread(target=listen, args=(out,)).start()
    """ + START,
    "a send that waits for its reply": """
    import queue
    class Channel:
        def __init__(self): self.q = queue.Queue(1)
        def send(self, message): self.q.put(message)
        def receive(self): return self.q.get()
    class DuplexChannel:
        def __init__(self): self.there, self.back = Channel(), Channel()
        def send(self, message):
            self.there.send(message)
            return self.back.receive()
        def receive(self): return self.there.receive()
        def reply(self, message): self.back.send(message)
    d = DuplexChannel()
    def producer():
        for value in (1, 2, None): d.send(value)
    def consumer():
        while (value := d.receive()) is not None: d.reply(value * 10)
        d.reply(0)
    """ + START,
    "a pipeline of stages, each a thread between two queues": """
    import queue, threading
    class Pipeline:
        def __init__(self):
            self.first, self.last = queue.Queue(), queue.Queue()
            threading.Thread(target=self.square).start()
        def square(self):
            while (value := self.first.get()) is not None: self.last.put(value * value)
            self.last.put(None)
        def put(self, value): self.first.put(value)
        def get(self): return self.last.get()
    p = Pipeline()
    def producer():
        for value in (2, 3, None): p.put(value)
    def consumer():
        while p.get() is not None: pass
    """ + START,
    "a pipeline that doubles what passes": """
    import threading
    class Pipeline:
        def __init__(self):
            self.raw, self.cooked, self.ready = [], [], threading.Condition()
            threading.Thread(target=self.cook, daemon=True).start()
        def cook(self):
            with self.ready:
                while True:
                    while not self.raw: self.ready.wait()
                    self.cooked.append(self.raw.pop(0) * 2)
                    self.ready.notify_all()
        def put(self, value):
            with self.ready:
                self.raw.append(value)
                self.ready.notify_all()
        def get(self):
            with self.ready:
                while not self.cooked: self.ready.wait()
                return self.cooked.pop(0)
    p = Pipeline()
    def producer():
        for value in (1, 2, 4): p.put(value)
    def consumer():
        for _ in range(3): p.get()
    """ + START,
    "a get that only looks, and a remove": """
    import threading
    class MessageBuffer:
        def __init__(self): self.items, self.ready = [], threading.Condition()
        def put(self, item):
            with self.ready:
                self.items.append(item)
                self.ready.notify()
        def get(self):
            with self.ready:
                while not self.items: self.ready.wait()
                return self.items[0]
        def remove(self):
            with self.ready: self.items.pop(0)
    b = MessageBuffer()
    def producer():
        for value in (1, 2, None): b.put(value)
    def consumer():
        while b.get() is not None:
            assert b.get() is not None
            b.remove()
    """ + START,
    "a pipeline that hands out batches": """
    import threading
    class Buffer:
        def __init__(self): self.items, self.ready = [], threading.Condition()
        def put(self, item):
            with self.ready:
                self.items.append(item)
                self.ready.notify()
        def get(self):
            with self.ready:
                while not self.items: self.ready.wait()
                batch, self.items = self.items, []
                return batch
    b = Buffer()
    def producer():
        for value in (1, 2, 3, "stop"): b.put(value)
    def consumer():
        while "stop" not in b.get(): pass
    """ + START,
    "a put that refuses when there is no room": """
    import threading
    class Buffer:
        def __init__(self): self.items, self.lock = [], threading.Lock()
        def put(self, item):
            with self.lock:
                if len(self.items) >= 2: return False
                self.items.append(item)
                return True
        def get(self):
            with self.lock:
                return self.items.pop(0) if self.items else None
    b = Buffer()
    def producer():
        for value in (1, 2, 3, "END"):
            while not b.put(value): pass
    def consumer():
        while (value := b.get()) != "END":
            if value is None: continue
            print(value)
    """ + START,
    "messages that are sorted inside": """
    import heapq, threading
    class Buffer:
        def __init__(self): self.heap, self.ready = [], threading.Condition()
        def put(self, item):
            with self.ready:
                heapq.heappush(self.heap, item)
                self.ready.notify()
        def get(self):
            with self.ready:
                while not self.heap: self.ready.wait()
                return heapq.heappop(self.heap)
    b = Buffer()
    def producer():
        for value in (5, 1, 4): b.put(value)
    def consumer():
        for _ in range(3): b.get()
    """ + START,
    "what is left is drained at the end": CONDITION.replace("    pipeline = Pipeline()", """
        def drain(self):
            with self.ready:
                rest, self.items = self.items, []
                return rest""") + """
    def main():
        p = Pipeline()
        worker = threading.Thread(target=lambda: [p.put(value) for value in range(20, 25)])
        worker.start()
        first = p.get()
        worker.join()
        print(first, p.drain())
    if __name__ == "__main__":
        main()
    """,
    "logs that lag behind delivery": """
    import threading
    buffer, ready = [], threading.Condition()
    producer_log, consumer_log = [], []
    def producer():
        for value in (3, 3, 1, -1):
            with ready:
                buffer.append(value)
                ready.notify()
            if value != -1: producer_log.append(value)
    def consumer():
        while True:
            with ready:
                while not buffer: ready.wait()
                value = buffer.pop(0)
            if value == -1: break
            consumer_log.append(value)
    """ + START,
    "a consumer that notes something else than what was produced": """
    import queue, threading
    produced, consumed, buffer, done = [], [], [], threading.Event()
    def producer():
        for value in range(4):
            produced.append(value)
            buffer.append(value)
        done.set()
    def consumer():
        done.wait()
        while buffer: consumed.append(buffer.pop(0) ** 2)
    """ + START,
    "input and arguments that nobody gives": """
    import queue, sys
    q = queue.Queue()
    n = int(input("how many? ")) + int(sys.argv[1])
    def producer():
        for value in range(n): q.put(value)
    def consumer():
        for _ in range(n): q.get()
    """ + START,
    "a daemon that beats, and a main thread that stops the producer": """
    import queue, threading, time
    q, stop = queue.Queue(2), threading.Event()
    def beat():
        while True: time.sleep(0.5)
    def producer():
        while not stop.is_set(): q.put(1)
        q.put(None)
    def consumer():
        while q.get() is not None: pass
    threading.Thread(target=beat, daemon=True).start()
    workers = [threading.Thread(target=target) for target in (producer, consumer)]
    for worker in workers: worker.start()
    time.sleep(1)
    stop.set()
    for worker in workers: worker.join()
    """,
    "a thread that ends itself, and an exception that is handled": """
    import queue, sys
    q = queue.Queue()
    def producer():
        q.put(1)
        sys.exit()
    def consumer():
        try:
            q.get_nowait()
        except queue.Empty:
            pass
    """ + START,
}  # fmt: skip

FLAWED = {
    "a slot that nobody guards": (["loss", "duplication", "corruption"], SLOT + """
    END = "THE END"
    def producer():
        for value in (11, 12, 13, END): pipeline.put(value)
    def consumer():
        while pipeline.get() != END: pass
    """ + START),
    "objects in a slot": (["loss", "crash"], """
    class Mailbox:
        def __init__(self): self.item = None
        def put(self, item): self.item = item
        def get(self):
            while self.item is None: pass
            item, self.item = self.item, None
            return item
    class Item:
        pass
    m = Mailbox()
    def producer():
        for value in (Item(), Item(), "stop"): m.put(value)
    def consumer():
        while m.get() != "stop": pass
    """ + START),
    "the call that ends it lacks an argument": (["crash"], """
    import queue
    from concurrent.futures import ThreadPoolExecutor
    class Pipeline(queue.Queue):
        def set_message(self, message, name): self.put(message)
        def get_message(self, name): return self.get()
    def producer(pipeline):
        for value in (1, 2): pipeline.set_message(value, "producer")
        pipeline.set_message("LAST")
    def consumer(pipeline):
        while pipeline.get_message("consumer") != "LAST": pass
    if __name__ == "__main__":
        pipeline = Pipeline()
        with ThreadPoolExecutor(max_workers=2) as executor:
            executor.submit(producer, pipeline)
            executor.submit(consumer, pipeline)
    """),
    "the end is never sent": (["deadlock"], CONDITION + """
    def producer():
        for value in (1, 2): pipeline.put(value)
    def consumer():
        while pipeline.get() is not None: pass
    """ + START),
    "event set and queue empty, then a get that waits": (["deadlock"], """
    import queue, threading, time
    q, event = queue.Queue(3), threading.Event()
    def producer():
        while not event.is_set(): q.put(1)
    def consumer():
        while not event.is_set() or not q.empty(): q.get()
    for target in (producer, consumer): threading.Thread(target=target).start()
    time.sleep(0.1)
    event.set()
    """),
    "a global slot, seen in the logs alone": (["loss", "duplication"], """
    message = None
    produced, consumed = [], []
    def producer():
        global message
        for value in (10, 11, 12):
            message = value
            produced.append(value)
        message = "END"
    def consumer():
        while (value := message) != "END":
            if value is not None: consumed.append(value)
    """ + START),
    "two consumers look at one item before either removes it": (["duplication", "crash"], """
    import threading
    buffer, produced, consumed = [7, 8, 9], [7, 8, 9], []
    def consumer():
        while buffer:
            item = next(iter(list(buffer)), None)
            if item is None: break
            consumed.append(item)
            if item in buffer: buffer.remove(item)
    for _ in range(2): threading.Thread(target=consumer).start()
    """),
    "a stack for a pipeline": (["reorder"], CONDITION.replace("pop(0)", "pop()") + """
    def producer():
        for value in (1, 2, 3): pipeline.put(value)
    def consumer():
        for _ in range(3): pipeline.get()
    """ + START),
    "only a daemon turns while the consumer waits": (["deadlock"], """
    import queue, threading, time
    q = queue.Queue()
    def watch():
        while True: time.sleep(1)
    threading.Thread(target=watch, daemon=True).start()
    threading.Thread(target=q.get).start()
    """),
    "producers without an end": (["loss", "duplication"], SLOT + """
    def producer():
        value = 100
        while True:
            value += 1
            pipeline.put(value)
    def consumer():
        while True: print(pipeline.get())
    """ + START),
    "worker classes with a produce and a consume of their own": (["loss", "duplication", "corruption"], SLOT + """
    class Producer:
        def produce(self, n):
            for value in range(50, 50 + n): pipeline.put(value)
            pipeline.put("END")
    class Consumer:
        def consume(self):
            while pipeline.get() != "END": pass
    if __name__ == "__main__":
        import threading
        threading.Thread(target=Producer().produce, args=(4,)).start()
        threading.Thread(target=Consumer().consume).start()
    """),
    "the main thread dies before it sends the end": (["crash"], CONDITION + """
    def consumer():
        while pipeline.get() is not None: pass
    threading.Thread(target=consumer).start()
    pipeline.put(1 // 0)
    """),
}  # fmt: skip


@pytest.mark.parametrize("source", CORRECT.values(), ids=CORRECT)
def test_a_correct_script_gives_no_finding(source: str) -> None:
    result = check(source)
    assert [finding.message for finding in result.findings] == []
    assert (result.mode, result.verdict in ("survived", "verified"), result.error) == ("program", True, None)


@pytest.mark.parametrize(("expected", "source"), FLAWED.values(), ids=FLAWED)
def test_a_flawed_script_gives_its_finding_first_and_shows_it_again(expected: list[str], source: str) -> None:
    result = check(source, 2000)
    assert result.findings and result.findings[0].kind in expected
    again = harness.replay("script.py", result.findings[0].schedule)
    assert (again.is_shown, again.mode) == (True, "program")


def test_the_exception_in_a_future_comes_before_the_wait_that_it_causes() -> None:
    result = check(FLAWED["the call that ends it lacks an argument"][1])
    assert kinds(result) == ["crash", "deadlock"]
    assert "in a future that nobody read (producer): TypeError" in result.findings[0].message


def test_threads_are_called_as_the_program_calls_them_and_pool_workers_by_their_work() -> None:
    source = """
    import queue
    from concurrent.futures import ThreadPoolExecutor
    q, done = queue.Queue(), queue.Queue()
    def producer():
        q.put(done.get())
    def consumer():
        q.get()
    if __name__ == "__main__":
        with ThreadPoolExecutor(2) as executor:
            executor.submit(producer)
            executor.submit(consumer)
        with ThreadPoolExecutor(1, thread_name_prefix="late") as executor:
            executor.submit(consumer)
    """
    assert check(source).findings[0].threads == ("producer", "consumer", "main")
    assert "late_0 (consumer)" in check(source.replace("done.get()", "done")).findings[0].threads


def test_a_worker_that_does_two_jobs_is_called_by_both() -> None:
    source = """
    import threading
    from concurrent.futures import ThreadPoolExecutor
    def one(): pass
    def two(): 1 / 0
    with ThreadPoolExecutor(1) as executor:
        executor.submit(one)
        executor.submit(two)
    """
    assert check(source).findings[0].threads == ("worker (one, two)",)


def test_two_threads_of_one_name_are_told_apart() -> None:
    result = check("import queue, threading\nq = queue.Queue()\nfor _ in range(2): threading.Thread(target=q.get, name='worker').start()\n")
    assert result.findings[0].threads == ("worker", "worker #2")


def test_a_program_without_end_is_cut_off_and_the_limits_say_so() -> None:
    result = check(CONDITION + """
    def producer():
        while True: pipeline.put(1)
    def consumer():
        while True: pipeline.get()
    """ + START, 40)  # fmt: skip
    assert result.verdict == "survived"
    assert any("cut off at the step limit" in limit for limit in result.limits)


SERVICE = """
    import queue, threading, time
    q = queue.Queue()
    def work():
        while True: print(q.get())
    threading.Thread(target=work, daemon=True).start()
    q.put(1)
"""


@pytest.mark.parametrize(
    "loop", ["while True: time.sleep(1)\n", "try:\n        while not q.full(): time.sleep(1)\n    except KeyboardInterrupt:\n        pass\n"]
)
def test_a_program_that_waits_for_ctrl_c_is_no_livelock(loop: str) -> None:
    result = check(SERVICE + "    " + loop, 20)
    assert (result.verdict, kinds(result)) == ("survived", [])
    assert "the program goes on until it is interrupted (Ctrl-C); what it would do then was not run" in result.limits


def test_a_main_thread_that_polls_for_what_never_comes_is_a_livelock() -> None:
    assert kinds(check(SERVICE + "    while not q.full():\n        time.sleep(1)\n", 20)) == ["livelock"]


def test_a_script_that_starts_a_process_cannot_be_judged() -> None:
    result = harness.check(write("import subprocess, threading\nthreading.Thread(target=print).start()\nsubprocess.run(['true'])\n"), executions=5)
    assert (result.mode, result.verdict) == ("program", "error")
    assert "starts a process" in (result.error or "")


@pytest.mark.parametrize("where", ["import no_such_module\n", "def main():\n    import no_such_module\n\nif __name__ == '__main__':\n    main()\n"])
def test_a_module_that_is_missing_is_named_and_nothing_is_judged(where: str) -> None:
    result = harness.check(write(where + "import threading\nthreading.Thread(target=print).start()\n"))
    assert (result.verdict, result.exit_status, result.findings) == ("error", 2, ())
    assert result.error is not None and "No module named 'no_such_module'" in result.error and "\n" not in result.error


def test_a_program_that_ends_itself_with_an_error_before_any_thread_is_not_judged() -> None:
    result = check("import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('file')\nparser.parse_args()\n")
    assert (result.verdict, result.error) == ("error", "script.py: the program ends itself before it starts a thread (sys.exit(2))")


def test_modules_beside_the_script_are_part_of_the_program() -> None:
    write(SLOT, "channel.py")
    result = check("""
    from channel import pipeline
    def producer():
        for value in (11, 12, "END"): pipeline.put(value)
    def consumer():
        while pipeline.get() != "END": pass
    """ + START)  # fmt: skip
    assert kinds(result)[0] in ("loss", "duplication", "corruption")
    assert not any("not rewritten" in limit for limit in result.limits)


COMES_BACK = """
    import threading
    import filler

    buffer, taken, n = [], [], 0
    changed = threading.Condition()

    def take():
        global n
        n += 1
        with changed:
            while not buffer: changed.wait()
            taken.append(buffer.pop())

    if __name__ == "__main__":
        threads = [threading.Thread(target=take), threading.Thread(target=filler.fill)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
"""


@pytest.mark.parametrize("where", ["", "    "], ids=["on top", "in the function"])
@pytest.mark.parametrize(("name", "found"), [("script", ["deadlock"]), ("__main__", [])])
def test_a_script_that_a_module_imports_back_is_there_twice_as_in_python(name: str, found: list[str], where: str) -> None:
    """What the module fills is the buffer of the copy; of `__main__` there is only one."""
    imports, within = (f"import {name} as script", "pass") if not where else ("", f"import {name} as script")
    write(f"{imports}\ndef fill():\n    {within}\n    with script.changed:\n        script.buffer.append(1)\n        script.changed.notify()\n", "filler.py")
    result = check(COMES_BACK)
    assert (result.error, kinds(result)) == (None, found)
    assert not any("not rewritten" in limit for limit in result.limits)


def test_the_variables_of_a_script_and_of_its_copy_are_two() -> None:
    """Each is written by one thread only, so that there is nothing to warn of."""
    write("import script\ndef fill():\n    script.n += 1\n    with script.main.changed:\n        script.main.buffer.append(1)\n"
          "        script.main.changed.notify()\n", "filler.py")  # fmt: skip
    result = check(COMES_BACK.replace("import filler", "import filler, __main__ as main"))
    assert (result.error, kinds(result)) == (None, [])
    write("import script\ndef fill():\n    script.main.n += 1\n    with script.main.changed:\n        script.main.buffer.append(1)\n"
          "        script.main.changed.notify()\n", "filler.py")  # fmt: skip
    result = check(COMES_BACK.replace("import filler", "import filler, __main__ as main"))
    assert (result.error, kinds(result)) == (None, ["data-race"])


def test_a_module_that_two_threads_import_at_once_is_never_found_half_made() -> None:
    write("TABLE = {}\nfor n in range(3):\n    TABLE[n] = n\ndef work(): TABLE[9] = 9\n", "late.py")
    result = check("""
    def producer():
        from late import work
        work()
    consumer = producer
    """ + START)  # fmt: skip
    assert (result.verdict in ("survived", "verified"), kinds(result)) == (True, [])


@pytest.mark.parametrize(("then", "found"), [("try: future.result()\n        except ValueError: pass", []), ("pass", ["crash"])])
def test_an_exception_in_a_future_that_may_yet_be_read_when_the_execution_is_cut_off_is_no_crash(then: str, found: list[str]) -> None:
    result = check(f"""
    import queue
    from concurrent.futures import ThreadPoolExecutor
    def work(): raise ValueError
    def main():
        numbers = queue.Queue(3)
        pool = ThreadPoolExecutor(1)
        future = pool.submit(work)
        for number in range(20_000):
            numbers.put(number)
            numbers.get()
        {then}
    main()
    """, 1)  # fmt: skip
    assert kinds(result) == found
    assert any("cut off at the step limit" in limit for limit in result.limits) or found


def test_what_is_left_in_a_queue_is_a_remark() -> None:
    result = check("import queue, threading\nq = queue.Queue()\nt = threading.Thread(target=lambda: [q.put(n) for n in (4, 5)])\nt.start()\nprint(q.get())\n")
    assert (result.verdict, kinds(result)) == ("verified", [])
    assert any("5 is still in a Queue" in remark for remark in result.remarks)


def test_logs_that_differ_while_puts_and_gets_agree_are_a_remark() -> None:
    result = check(CONDITION + """
    produced, consumed = [], []
    def producer():
        for value in (1, 2, None):
            pipeline.put(value)
            produced.append(value)
    def consumer():
        while pipeline.get() is not None: consumed.append(0)
    """ + START)  # fmt: skip
    assert (result.verdict, kinds(result)) == ("verified", [])
    assert any("its own logs produced (3 values) and consumed (2 values) differ" in remark for remark in result.remarks)


def test_a_finding_shows_what_passed_and_the_program_s_own_logs() -> None:
    result = check(FLAWED["a slot that nobody guards"][1] + "    produced, consumed = [1], []\n")
    trace = result.findings[0].trace
    assert trace is not None and trace.notes[0].startswith("put into Pipeline: 11, 12, 13, 'THE END'")
    assert trace.notes[-2:] == ("produced = [1]", "consumed = []")


@pytest.mark.parametrize(
    ("name", "put", "get", "role", "is_one"),
    [
        ("Pipeline", "set_message", "get_message", "work", True),
        ("Pipeline", "set", "get", "producer", True),
        ("Shared", "put_item", "getItem", "consumer", True),
        ("FrameBuffer", "write", "read", "work", False),  # whoever reads it may want the latest, however often
        ("Shared", "set", "get", "producer", False),
        ("Shared", "put", "get", "work", False),
        ("Chocolate", "put", "get", "work", False),
        ("Fila", "inserir", "remover", "work", True),
    ],
)
def test_a_class_is_a_pipeline_if_two_of_three_signs_say_so(name: str, put: str, get: str, role: str, is_one: bool) -> None:
    result = check(f"""
import threading
class {name}:
    def {put}(self, value): self.value = value
    def {get}(self): return self.value
thing = {name}()
def {role}(): thing.{put}(1)
worker = threading.Thread(target={role})
worker.start()
worker.join()
thing.{get}()
""", 3)  # fmt: skip
    assert (f"1 put into and 1 get out of a {name}" in result.remarks[0]) is is_one


def test_a_pipeline_that_hands_a_message_to_several_is_named_among_the_limits() -> None:
    result = check(CORRECT["a broker that hands each message to two"])
    assert "FanOutChannel does more than hand on one message in a put or a get: what passes through it is not judged" in result.limits


def test_what_a_program_wants_done_when_its_process_ends_is_not_done(capfd: pytest.CaptureFixture[str]) -> None:
    check("import atexit, threading\natexit.register(print, 'bye')\nthreading.Thread(target=print).start()\n", 3)
    assert "bye" not in capfd.readouterr().out


HOLDERS = {
    "slots": "class Pipeline:\n    __slots__ = ('items',)\n    def __init__(self): self.items = []",
    "a private attribute": "class Pipeline:\n    def __init__(self): self.__items = []",
    "the class": "class Pipeline:\n    items = []",
    "the object itself": "class Pipeline(list):\n    pass",
}


@pytest.mark.parametrize("where", HOLDERS)
def test_a_message_left_inside_at_the_end_is_found_wherever_the_pipeline_holds_it(where: str) -> None:
    items = {"a private attribute": "self.__items", "the object itself": "self"}.get(where, "self.items")
    source = f"""
import threading
ready = threading.Semaphore(0)
{HOLDERS[where]}
    def put(self, item):
        {items}.append(item)
        ready.release()
    def get(self):
        ready.acquire()
        return {items}.pop(0)
pipeline = Pipeline()
def producer():
    for value in range(60, 66): pipeline.put(value)
def consumer():
    for _ in range(2): pipeline.get()
for target in (producer, consumer): threading.Thread(target=target).start()
"""
    result = check(source)
    assert [finding.message for finding in result.findings] == []
    assert "6 puts into and 2 gets out of a Pipeline" in result.remarks[0]
