"""What one execution runs: the workload of class mode, what a pipeline still holds at the end, and what is found in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from harness import least
from harness.model.trace import Trace
from tests.written import write

pytestmark = pytest.mark.usefixtures("in_a_folder")


@pytest.fixture(autouse=True)
def as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test sees the workload that it asks for, not a smaller one that fails as well."""
    monkeypatch.setattr(least, "SHRINKING_BUDGET", 0)


def calls(trace: Trace, thread: str) -> list[str]:
    """What a worker put, or how many times it got."""
    return [step.what for step in trace.steps if step.thread == thread and step.kind in ("put-begin", "get-begin")]


BROKEN = """
    import threading

    class Pipeline:
        def put(self, message):
            pass

        def get(self):
            return None
"""


def test_messages_are_distinct_and_gets_are_shared_out_beforehand() -> None:
    finding = harness.check(write(BROKEN), producers=3, consumers=2, messages=3, executions=1).findings[0]
    trace = finding.trace
    assert trace is not None
    puts = [calls(trace, f"producer-{p}") for p in (1, 2, 3)]
    assert puts == [[f"put({p}0{n}) begins" for n in (1, 2, 3)] for p in (1, 2, 3)]
    assert [len(calls(trace, f"consumer-{c}")) for c in (1, 2)] == [5, 4]


def test_more_messages_than_a_hundred_stay_distinct() -> None:
    source = """
        import threading
        lock = threading.Lock()
        class Pipeline:
            def __init__(self):
                self.items = []
                self.seen = set()
            def put(self, message):
                with lock:
                    assert type(message) is int and message and message not in self.seen
                    self.seen.add(message)
                    self.items.append(message)
            def get(self):
                while True:
                    with lock:
                        if self.items:
                            return self.items.pop(0)
    """
    assert harness.check(write(source), producers=2, messages=150, executions=2).verdict == "survived"


def test_a_put_that_raised_was_not_put() -> None:
    source = """
        import queue
        class Pipeline:
            def __init__(self):
                self.box = queue.Queue()
            def put(self, message):
                if message == 102:
                    raise ValueError("refused")
                self.box.put(message)
            def get(self):
                return self.box.get()
    """
    kinds = [finding.kind for finding in harness.check(write(source), executions=20).findings]
    assert kinds == ["crash", "deadlock"]  # and no loss of 102


KEPT = {
    "in an attribute": "self.box = [message]",
    "in a nested container": "self.box = {'a': [({'b': message},)]}",
    "in an object": "self.box = Node(message)",
    "in text": "self.box = f'message {message}'",
    "in bytes": "self.box = str(message).encode()",
    "in a module-level list": "STORE.append(message)",
    "in a class attribute": "Pipeline.store.append(message)",
    "in a closure": "self.box = lambda: message",
    "in a default argument": "def later(m=message): return m\n                self.box = later",
    "in a slot": "self.box = Slotted(message)",
    "in a queue": "self.queue.put(message)",
}
HELD = """
    import queue, threading

    STORE = []

    class Node:
        def __init__(self, value):
            self.value = value

    class Slotted:
        __slots__ = ("value",)
        def __init__(self, value):
            self.value = value

    class Pipeline:
        store = []

        def __init__(self):
            self.queue = queue.Queue()

        def put(self, message):
            {keep}

        def get(self):
            threading.Event().wait()
            return STORE, self.box
"""


@pytest.mark.parametrize("keep", KEPT.values(), ids=KEPT)
def test_a_message_that_can_still_be_found_is_not_lost(keep: str) -> None:
    source = HELD.replace("{keep}", keep.replace("                self", "            self"))
    (finding,) = harness.check(write(source), messages=1, executions=3).errors
    assert finding.kind == "deadlock"
    assert "message 101 is still inside" in finding.message


@pytest.mark.parametrize("drop", ["pass", "self.produced_log.append(message)", "history.append(message)", "print(message)"])
def test_a_message_that_is_only_told_of_is_lost(drop: str) -> None:
    source = HELD.replace("{keep}", drop).replace("STORE = []", "STORE, history = [], []")
    source = source.replace("self.queue =", "self.produced_log = []\n            self.queue =")
    kinds = [finding.kind for finding in harness.check(write(source), messages=1, executions=3).findings]
    assert kinds == ["loss", "deadlock"]


def test_a_message_that_a_function_keeps_for_the_class_is_not_lost() -> None:
    source = """
        import threading

        buffer, told = [], []
        condition = threading.Condition()

        def store(message):
            told.append(message)
            buffer.append(message)

        def fetch():
            with condition:
                while not buffer:
                    condition.wait()
                return buffer.pop(0)

        class Pipeline:
            def put(self, message):
                store(message)

            def get(self):
                return fetch()
    """
    (finding,) = harness.check(write(source), messages=1).errors
    assert finding.kind == "deadlock"
    assert "message 101 is still inside" in finding.message
    kinds = [finding.kind for finding in harness.check(write(source.replace("            buffer.append(message)", "")), messages=1).errors]
    assert kinds == ["loss", "deadlock"]


def test_a_message_in_the_frame_of_a_thread_that_stands_still_is_not_lost() -> None:
    source = """
        import threading
        class Pipeline:
            def __init__(self):
                self.box = None
                self.filled = threading.Semaphore(0)
                threading.Thread(target=self.carry, daemon=True).start()
            def put(self, message):
                self.box = message
                self.filled.release()
            def carry(self):
                self.filled.acquire()
                carried, self.box = self.box, None
                threading.Event().wait()
            def get(self):
                threading.Event().wait()
    """
    (finding,) = harness.check(write(source), messages=1, executions=20).errors
    assert finding.kind == "deadlock"


def test_a_class_and_a_function_can_both_be_named_in_one_file() -> None:
    source = """
        class Pipeline:
            def put(self, m): self.m = m
            def get(self): return 1
        def scenario():
            assert True
    """
    file = write(source)
    assert harness.check(file, executions=3).mode == "class"
    assert harness.check(f"{file}:Pipeline", executions=3).mode == "class"
    result = harness.check(f"{file}:scenario", executions=3)
    assert (result.mode, result.verdict) == ("function", "survived")


@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [
        (":missing", None, "there is no missing in it (there is Pipeline, scenario, needs)"),
        (":needs", None, "a scenario takes no arguments, needs takes 1"),
        (":number", None, "number is a int, not a class or function"),
        (":Sink", None, "Sink has no method that puts a message or none that gets one"),
        ("", "function", "a function is named: FILE.py:FUNCTION"),
        ("", "program", "it is no program: it has no main guard, and its top-level code only defines things"),
        (":Pipeline", "program", "a program is a whole file: leave out :Pipeline"),
    ],
)
def test_what_cannot_be_run_is_told_in_one_line(name: str, mode: str | None, said: str) -> None:
    source = """
        class Pipeline:
            def put(self, m): pass
            def get(self): pass
        def scenario(optional=1): pass
        def needs(argument): pass
        number = 3
    """
    if name == ":Sink":
        source += "\n        class Sink:\n            pass\n"
    result = harness.check(write(source) + name, mode=mode, executions=3)
    assert (result.verdict, result.exit_status) == ("error", 2)
    assert result.error is not None and said in result.error and "\n" not in result.error


def test_a_scenario_may_have_arguments_with_defaults() -> None:
    assert harness.check(write("def scenario(n=2, *, k=3):\n    assert n + k == 5\n") + ":scenario", executions=2).verdict == "survived"


def test_a_file_whose_import_starts_threads_is_a_program() -> None:
    source = """
        import threading
        class Pipeline:
            def put(self, m): pass
            def get(self): pass
        t = threading.Thread(target=print)
        t.start()
        t.join()
    """
    file = write(source)
    result = harness.check(file, executions=3)
    assert (result.mode, result.verdict in ("survived", "verified")) == ("program", True)
    assert (harness.check(file, mode="class", executions=3).error or "").endswith(
        "importing it starts a thread at target.py:7, so it can only be checked as a program (--as program)"
    )


@pytest.mark.parametrize(("n_pumps", "where"), [(1, "a thread at pump.py:9"), (2, "threads, the first at pump.py:9")])
@pytest.mark.parametrize("engine", ["explore", "stress"])
def test_threads_that_a_module_beside_the_target_starts_when_it_is_imported_are_told_by_their_line(n_pumps: int, where: str, engine: str) -> None:
    write(f"""
        import queue, threading
        inbox, outbox = queue.Queue(), queue.Queue()

        def pump():
            while True: outbox.put(inbox.get())

        for _ in range({n_pumps}):
            threading.Thread(target=pump, daemon=True).start()
    """, "pump.py")  # fmt: skip
    path = write("""
        import pump

        class Pipeline:
            def put(self, message): pump.inbox.put(message)
            def get(self): return pump.outbox.get()

        def scenario():
            pipeline = Pipeline()
            for n in range(3): pipeline.put(n)
            assert [pipeline.get() for _ in range(3)] == [0, 1, 2]
    """)
    result = harness.check(path, executions=5, engine=engine)
    assert (result.verdict, result.error) == (
        "error",
        f"target.py: importing it starts {where}, so its class cannot be driven alone: start threads in its constructor, or name a function "
        "that uses it and asserts (FILE.py:FUNCTION)",
    )
    if engine == "explore":
        result = harness.check(f"{path}:scenario", executions=500)
        assert [finding.kind for finding in result.errors] == (["assertion"] if n_pumps == 2 else [])


def test_a_dataclass_and_an_enum_of_the_target_work_as_they_should() -> None:
    source = """
        import dataclasses, enum, pickle, typing

        class Colour(enum.Enum):
            RED = 1

        @dataclasses.dataclass(order=True)
        class Message:
            value: int
            colour: "Colour" = Colour.RED
            seen: list = dataclasses.field(default_factory=list)

        def scenario():
            assert Message(1) == Message(1) < Message(2)
            assert typing.get_type_hints(Message)["colour"] is Colour
            assert pickle.loads(pickle.dumps(Message(3))) == Message(3)
    """
    result = harness.check(write(source) + ":scenario", executions=4)
    assert (result.verdict, [finding.message for finding in result.findings]) == ("survived", [])


@pytest.mark.parametrize("order", ["producer", "linear", "any"])
def test_the_order_that_is_judged_is_the_one_asked_for(order: str) -> None:
    lifo = """
        import queue
        class Pipeline:
            def __init__(self):
                self.box = queue.LifoQueue()
            def put(self, m): self.box.put(m)
            def get(self): return self.box.get()
    """
    result = harness.check(write(lifo), executions=300, order=order)
    assert [finding.kind for finding in result.findings] == ([] if order == "any" else ["reorder"])


def test_input_is_answered_and_arguments_are_none() -> None:
    source = """
        import sys
        def scenario():
            assert input("how many? ") == "1"
            assert int(sys.stdin.readline()) == 1
            assert len(sys.argv) == 1
    """
    assert harness.check(write(source) + ":scenario", executions=3).verdict == "survived"


HELD_BESIDE = """
    import threading

    shelf = []

    class Base:
        spare = []

        def __init__(self):
            self.condition = threading.Condition()
            self.items = []

        def put(self, message):
            with self.condition:
                {put}
                self.condition.notify()

        def get(self):
            with self.condition:
                {wait} not self.items:
                    self.condition.wait()
                return self.items.pop(0)
"""


def beside(put: str, wait: str = "while") -> harness.Result:
    """The check of a pipeline whose class has its base in a module beside it."""
    write(HELD_BESIDE.format(put=put, wait=wait), "base_of_target.py")
    path = write("from base_of_target import Base\n\nclass Pipeline(Base):\n    pass\n")
    return harness.check(path, consumers=2, capacity=50, executions=400, mode="class")


def test_what_a_class_imports_from_a_module_beside_it_is_under_control() -> None:
    result = beside("self.items.append(message)")
    assert (result.verdict in ("survived", "verified"), result.error, result.findings) == (True, None, ())
    assert not any("not rewritten" in limit for limit in result.limits)
    result = beside("self.items.append(message)", "if")
    assert [finding.kind for finding in result.findings][:1] == ["crash"]
    assert harness.replay("target.py", result.findings[0].schedule).is_shown


@pytest.mark.parametrize("place", ["shelf", "Base.spare"])
def test_what_stands_in_a_module_beside_the_target_is_not_lost(place: str) -> None:
    """A pipeline that puts the first message elsewhere never delivers it, but still has it."""
    result = beside(f"({place} if not {place} else self.items).append(message)")
    assert [finding.kind for finding in result.findings if finding.severity == "error"] == ["deadlock"]
    assert "loss" in [finding.kind for finding in beside("self.items.append(message) if message % 100 > 1 else None").findings]


def test_a_function_drives_what_it_imports_from_beside_it() -> None:
    write(HELD_BESIDE.format(put="self.items.append(message)", wait="while"), "base_of_target.py")
    path = write("""
        import threading
        from base_of_target import Base

        def scenario():
            pipeline, got = Base(), []
            threads = [threading.Thread(target=lambda: got.append(pipeline.get())) for _ in range(2)]
            for thread in threads: thread.start()
            pipeline.put(1)
            pipeline.put(2)
            for thread in threads: thread.join()
            assert sorted(got) == [1, 2]
    """)
    assert harness.check(f"{path}:scenario").verdict == "verified"


@pytest.mark.parametrize("source", [b"def broken(:\n", b"\xff\xfe", b"x = " + b"(" * 3000 + b")" * 3000])
def test_a_module_beside_the_target_that_is_not_python_is_told_like_any_import_that_fails(source: bytes) -> None:
    Path("base_of_target.py").write_bytes(source)
    for text in ("from base_of_target import Base\n\nclass Pipeline(Base):\n    pass\n", "import base_of_target\n\ndef scenario():\n    pass\n"):
        path = write(text)
        result = harness.check(f"{path}:{'Pipeline' if 'class' in text else 'scenario'}")
        assert result.verdict == "error"
        assert result.error is not None
        assert "target.py" in result.error
        assert "\n" not in result.error


def test_a_file_of_a_package_that_cannot_be_imported_alone_is_told_how() -> None:
    Path("parts").mkdir()
    Path("parts/__init__.py").touch()
    write("class Base:\n    pass\n", "parts/base.py")
    path = write("from .base import Base\n\ndef scenario():\n    pass\n", "parts/target.py")
    error = harness.check(f"{path}:scenario").error
    assert error is not None
    assert error.endswith("; give it as part of its package, from the folder above: harness check parts.target:NAME")
    assert harness.check("parts.target:scenario").error is None


COUNTS = "n = 0\ndef add():\n    global n\n    n += 1\n"
ADDS = """
    import threading
    import {name}

    def scenario():
        threads = [threading.Thread(target={name}.add) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        assert {name}.n == 2
"""


@pytest.mark.parametrize("name", ["click", "msgspec", "greenlet", "this", "store"])
def test_a_module_beside_the_target_is_the_one_that_is_imported_whatever_else_has_its_name(name: str) -> None:
    write(COUNTS, f"{name}.py")
    result = harness.check(f"{write(ADDS.format(name=name))}:scenario")
    assert [finding.kind for finding in result.errors] == ["assertion"]
    assert harness.replay("target.py:scenario", result.errors[0].schedule).is_shown


@pytest.mark.parametrize("name", ["queue", "random"])
def test_what_is_called_like_a_modelled_module_is_not_imported_and_nothing_is_proved(name: str) -> None:
    write("raise ImportError\n", f"{name}.py")
    path = write(f"import threading, {name}\n\ndef scenario():\n    threading.Thread(target=print).start()\n")
    result = harness.check(f"{path}:scenario")
    assert (result.verdict, result.errors) == ("survived", ())
    assert f"{name}.py beside the target was not imported: {name} is the library's here, though a script would get the file" in result.limits


def test_a_module_of_a_package_that_is_named_is_made_afresh_for_every_execution() -> None:
    Path("depot").mkdir()
    Path("depot/__init__.py").touch()
    write("import threading\nempty, full, content = threading.Lock(), threading.Lock(), None\nfull.acquire()\n", "depot/state.py")
    write("""
        from depot import state as slot

        class Pipeline:
            def put(self, message):
                slot.empty.acquire()
                slot.content = message
                slot.full.release()

            def get(self):
                slot.full.acquire()
                message = slot.content
                slot.empty.release()
                return message
    """)
    assert harness.check("target.py", instrument=["depot.state"]).verdict == "verified"
    assert harness.check("target.py", instrument=["depot"]).verdict == "verified"


def test_logs_that_lie_beside_the_program_are_its_own() -> None:
    write("sent, received, slot = [], [], None\n", "records.py")
    path = write("""
        import threading
        import records

        def produce():
            for number in range(3):
                records.slot = number
                records.sent.append(number)

        def consume():
            for _ in range(3):
                records.received.append(records.slot)

        threads = [threading.Thread(target=produce), threading.Thread(target=consume)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """)
    assert "loss" in [finding.kind for finding in harness.check(path).findings]


def test_handlers_that_an_execution_adds_are_gone_in_the_next() -> None:
    import logging

    before = dict(logging.root.manager.loggerDict), [*logging.root.handlers], logging.root.level
    path = write("""
        import logging, threading

        seen = []

        class Kept(logging.Handler):
            def emit(self, record):
                seen.append(record.getMessage())

        log = logging.getLogger("till_of_tests")
        log.addHandler(Kept())
        log.setLevel(logging.INFO)

        def scenario():
            threads = [threading.Thread(target=log.info, args=(str(number),)) for number in range(2)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            assert len(seen) == 2, seen
            assert len(log.handlers) == 1
    """)
    assert harness.check(f"{path}:scenario", strategy="random", executions=50).verdict == "survived"
    assert (dict(logging.root.manager.loggerDict), [*logging.root.handlers], logging.root.level) == before
