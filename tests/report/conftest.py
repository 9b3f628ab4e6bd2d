"""Traces written down by hand, in the words that the recorder uses, and results around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from harness.model.finding import SEVERITY, Finding
from harness.model.result import Bounds, Result, ScenarioSize
from harness.model.trace import Output, Step, Switch, SwitchReason, ThreadEnd, Trace


class Scribe:
    """Writes a trace step by step; a change of thread without a word is no switch row."""

    def __init__(self, file: str = "naive.py", source: dict[int, str] | None = None) -> None:
        self.file = file
        self.source = source or {}
        self.steps: list[Step] = []
        self.switches: list[Switch] = []
        self.output: list[Output] = []
        self.ends: list[ThreadEnd] = []
        self.places: dict[str, int] = {}
        self.functions: dict[int, str] = {}

    def step(
        self, thread: str, kind: str, what: str, line: int = 0, location: str = "", value: str = "", is_write: bool = False, held: tuple[str, ...] = ()
    ) -> None:
        container = location.partition("[")[0]
        number = self.places.setdefault(container, len(self.places) + 1) if location else 0
        function = self.functions.get(line, f"function_{thread[:4]}") if line else ""
        file = self.file if line else ""
        self.steps.append(Step(len(self.steps) + 1, thread, file, line, function, kind, what, location, number, value, is_write, bool(location), (), held))

    def put(self, thread: str, value: str) -> None:
        self.step(thread, "put-begin", f"put({value})", value=value)

    def put_returns(self, thread: str, value: str) -> None:
        self.step(thread, "put-return", f"put({value}) returns", value=value)

    def get(self, thread: str) -> None:
        self.step(thread, "get-begin", "get()")

    def get_returns(self, thread: str, value: str) -> None:
        self.step(thread, "get-return", f"get() returns {value}", value=value)

    def read(self, thread: str, line: int, location: str, value: str, **more: Any) -> None:
        kind = "getitem" if location.endswith("]") else "read"
        self.step(thread, kind, f"read {location} = {value}", line, location, value, **more)

    def write(self, thread: str, line: int, location: str, value: str, **more: Any) -> None:
        kind = "setitem" if location.endswith("]") else "write"
        self.step(thread, kind, f"write {location} = {value}", line, location, value, is_write=True, **more)

    def call(self, thread: str, line: int, location: str, call: str, then: str) -> None:
        self.step(thread, "method", f"call {location}{call}", line, location, then, is_write=True)

    def sync(self, thread: str, kind: str, line: int, location: str, **more: Any) -> None:
        self.step(thread, kind, f"{kind} {location}", line, location, is_write=True, **more)

    def raises(self, thread: str, line: int, error: str, **more: Any) -> None:
        self.step(thread, "raise", f"raise {error}", line, **more)

    def switch(self, leaver: str, runner: str, reason: SwitchReason = "preemption") -> None:
        self.switches.append(Switch(len(self.steps), leaver, runner, reason))

    def end(self, name: str, state: str = "ended", role: str = "worker", **more: Any) -> None:
        self.ends.append(ThreadEnd(name, role, state, **more))

    def trace(self) -> Trace:
        threads = tuple(dict.fromkeys([*(end.name for end in self.ends), *(step.thread for step in self.steps)]))
        source = {self.file: self.source} if self.source else {}
        return Trace(threads, tuple(self.steps), tuple(self.switches), tuple(self.output), tuple(self.ends), source)


@pytest.fixture
def scribe() -> type[Scribe]:
    return Scribe


@pytest.fixture
def overwrite() -> Trace:
    """The naive pipeline: 102 is written over 101 before the consumer runs."""
    naive = Scribe(source={5: "        self.message = None", 8: "        self.message = message", 11: "        return self.message"})
    naive.write("main", 5, "Pipeline.message", "None")
    for value in ("101", "102"):
        naive.put("producer-1", value)
        naive.write("producer-1", 8, "Pipeline.message", value)
        naive.put_returns("producer-1", value)
    naive.switch("producer-1", "consumer-1", "ended")
    for _ in range(2):
        naive.get("consumer-1")
        naive.read("consumer-1", 11, "Pipeline.message", "102")
        naive.get_returns("consumer-1", "102")
    naive.end("producer-1")
    naive.end("consumer-1")
    return naive.trace()


@pytest.fixture
def embrace() -> Trace:
    """AB-BA: each holds the lock that the other wants."""
    source = {7: "        with self.front:", 8: "            with self.back:", 12: "        with self.back:", 13: "            with self.front:"}
    locks = Scribe("two_locks.py", source)
    locks.put("producer-1", "101")
    locks.sync("producer-1", "acquire", 7, "Pipeline.front")
    locks.switch("producer-1", "consumer-1")
    locks.get("consumer-1")
    locks.sync("consumer-1", "acquire", 12, "Pipeline.back")
    locks.step("consumer-1", "blocked", "waits: acquire Pipeline.front (held by producer-1 since line 7)", 13, "Pipeline.front")
    locks.switch("consumer-1", "producer-1", "blocked")
    locks.step("producer-1", "blocked", "waits: acquire Pipeline.back (held by consumer-1 since line 12)", 8, "Pipeline.back")
    back, front = "to acquire Pipeline.back, held by consumer-1 since line 12", "to acquire Pipeline.front, held by producer-1 since line 7"
    locks.end("producer-1", "blocked", waits_for=back, file="two_locks.py", line=8, holds=("Pipeline.front",))
    locks.end("consumer-1", "blocked", waits_for=front, file="two_locks.py", line=13, holds=("Pipeline.back",))
    return locks.trace()


@pytest.fixture
def swallowed() -> Trace:
    """release() of a free lock raises inside a future; the consumer waits for ever."""
    pool = Scribe("double_lock.py", {14: "        self.consumer_lock.release()", 18: "        self.consumer_lock.acquire()"})
    pool.put("producer-1", "101")
    pool.raises("producer-1", 14, "RuntimeError: release unlocked lock")
    pool.step("producer-1", "put-raise", "put(101) raises", value="101")
    pool.get("consumer-1")
    pool.step("consumer-1", "blocked", "waits: acquire Pipeline.consumer_lock", 18, "Pipeline.consumer_lock")
    pool.end("producer-1")
    pool.end("consumer-1", "blocked", waits_for="to acquire Pipeline.consumer_lock", file="double_lock.py", line=18)
    return pool.trace()


@pytest.fixture
def counter() -> Trace:
    """Two threads add one to a counter that is 0; both write 1."""
    count = Scribe("counter.py", {4: "    counter.n += 1", 12: "    assert counter.n == 2"})
    count.functions = {12: "scenario"}
    count.write("main", 9, "counter.n", "0")
    count.read("Thread-1", 4, "counter.n", "0")
    count.switch("Thread-1", "Thread-2")
    count.read("Thread-2", 4, "counter.n", "0")
    count.write("Thread-2", 4, "counter.n", "1")
    count.switch("Thread-2", "Thread-1", "ended")
    count.write("Thread-1", 4, "counter.n", "1")
    count.switch("Thread-1", "main", "ended")
    count.read("main", 12, "counter.n", "1")
    count.raises("main", 12, "AssertionError")
    for name, role in (("main", "main"), ("Thread-1", "own"), ("Thread-2", "own")):
        count.end(name, role=role)
    return count.trace()


@pytest.fixture
def astray() -> Trace:
    """Two threads wait on one Condition for results of their own; the notify for the second wakes the first."""
    service = Scribe("service.py", {8: "def call(number):", 9: "    with done:", 10: "        while number not in results:", 11: "            done.wait()"})
    for thread in ("Thread-1", "Thread-2"):
        service.sync(thread, "acquire", 9, "done")
        service.step(thread, "in", "look in results", 10, "results", "{}")
        service.sync(thread, "wait", 11, "done")
        service.step(thread, "release", "release done by wait", 11, "done", is_write=True)
        service.step(thread, "blocked", "waits: wait done", 11, "done")
    service.sync("service", "acquire", 16, "done")
    service.write("service", 17, "results[3]", "9")
    service.sync("service", "notify", 18, "done")
    service.sync("service", "release", 16, "done")
    service.step("Thread-1", "acquire", "acquire done after wait", 11, "done", is_write=True)
    service.step("Thread-1", "in", "look in results", 10, "results", "{3: 9}")
    service.sync("Thread-1", "release", 9, "done")
    service.end("service", role="own")
    service.end("Thread-1", role="own")
    service.end("Thread-2", "blocked", role="own", waits_for="for done", file="service.py", line=11)
    return service.trace()


@pytest.fixture
def unlit() -> Trace:
    """The last producer is to tell the end, but a lost update leaves nobody the last."""
    source = {9: "def produce():", 12: "    q.put(1)", 13: "    left -= 1", 14: "    if left == 0:", 15: "        q.put(None)"}
    pills = Scribe(source={**source, 10: "    global left", 11: ""})
    pills.functions = dict.fromkeys(source, "produce")
    for thread in ("Thread-1", "Thread-2"):
        pills.sync(thread, "put", 12, "q")
        pills.read(thread, 13, "left", "2")
    for thread in ("Thread-2", "Thread-1"):
        pills.write(thread, 13, "left", "1")
        pills.read(thread, 14, "left", "1")
    pills.step("consumer", "blocked", "waits: get q", 20, "q")
    pills.end("Thread-1", role="own")
    pills.end("Thread-2", role="own")
    pills.end("consumer", "blocked", role="own", waits_for="for an item in q", file="naive.py", line=20)
    return pills.trace()


@pytest.fixture
def copied() -> Trace:
    """A loop asks a name that was imported, and what is written is the other module's."""
    loop = Scribe("main.py", {1: "from state import running", 2: "", 3: "def work():", 4: "    while running:", 5: "        jobs.pop()"})
    for _ in range(2):
        loop.call("worker", 5, "jobs", ".pop()", "[]")
    loop.file = "state.py"
    loop.step("main", "global-write", "write running = False", 7, "running", "False", is_write=True)
    loop.file = "main.py"
    for _ in range(5):
        loop.call("worker", 5, "jobs", ".pop()", "[]")
    loop.end("worker", "running", role="own", file="main.py", line=5)
    return loop.trace()


@pytest.fixture
def two_in() -> Trace:
    """A semaphore that is meant as a lock begins at two."""
    count = Scribe(source={2: "guard = threading.Semaphore(2)"})
    count.functions = {6: "add"}
    for thread in ("Thread-1", "Thread-2"):
        count.sync(thread, "acquire", 5, "guard")
        count.read(thread, 6, "n", "0")
    for thread in ("Thread-2", "Thread-1"):
        count.write(thread, 6, "n", "1")
        count.sync(thread, "release", 5, "guard")
    count.raises("main", 9, "AssertionError")
    return count.trace()


@pytest.fixture
def finding_of() -> Callable[..., Finding]:
    """A finding around a trace."""

    def make(kind: str, message: str, trace: Trace | None = None, **more: Any) -> Finding:
        settings = {"mode": "class", "executions_to_find": 2, "schedule": "h1:AAAA", "replay": "harness replay naive.py h1:AAAA", **more}
        return Finding(kind=kind, severity=SEVERITY[kind], message=message, trace=trace, **settings)

    return make


@pytest.fixture
def result_of() -> Callable[..., Result]:
    """A result around findings."""

    def make(verdict: str = "failed", *findings: Finding, **more: Any) -> Result:
        settings: dict[str, Any] = {
            "target": "naive.py",
            "mode": "class",
            "scenario": ScenarioSize(1, 1, 2, 2),
            "engine": "explore",
            "strategy": "auto",
            "seed": 0,
            "python": "3.12.1",
            "bounds": Bounds(),
            "executions": 2,
            "elapsed_s": 0.004,
            "executions_per_s": 5210.0,
        }
        made = Result(verdict=verdict, findings=findings, **{**settings, **more})  # type: ignore[arg-type]
        return msgspec.json.decode(msgspec.json.encode(made), type=Result)

    return make
