"""Class mode: the harness drives a pipeline class with producers and consumers of its own."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from harness import runtime
from harness.ends import loop_of
from harness.engines.explore import Explore
from harness.model.events import EventLog
from harness.model.execution import GET_BEGIN, GET_RAISE, GET_RETURN, PUT_BEGIN, PUT_RAISE, PUT_RETURN, Crash, Execution, LogEntry
from harness.model.result import ScenarioSize
from harness.model.trace import ThreadEnd
from harness.oracles import is_clean
from harness.oracles.equivalents import events_to_put_first
from harness.pipeline_class import PipelineClass, caller
from harness.records import find_records
from harness.scenarios.loading import Loader
from harness.scenarios.reachable import find_values
from harness.scenarios.scenario import Body
from harness.standins import queues
from harness.watched.lock import LIBRARY

_PRIMITIVES = os.path.dirname(queues.__file__) + os.sep


class ClassScenario:
    """The harness drives a pipeline class with producers and consumers of its own.

    Producer p (from 1) puts the messages p * step + 1, p * step + 2, ...; consumer j performs its share of the gets.
    """

    mode = "class"

    def __init__(self, loader: Loader, plan: PipelineClass, size: ScenarioSize, order: str) -> None:
        self.loader = self.subject = loader
        self.records = find_records(loader.source)
        self.token_name = plan.name if loader.target.name is None else ""
        self.plan = plan
        self.size = size
        self.order = order
        step = 100
        while step <= size.messages:
            step *= 10
        self.values = [[p * step + i for i in range(1, size.messages + 1)] for p in range(1, size.producers + 1)]
        self.n_messages = size.producers * size.messages
        self.gets = [self.n_messages // size.consumers + (j < self.n_messages % size.consumers) for j in range(size.consumers)]
        self.workers = [f"producer-{p + 1}" for p in range(size.producers)] + [f"consumer-{c + 1}" for c in range(size.consumers)]
        self.capacity = size.capacity if plan.capacity is not None else None
        self.log: list[LogEntry] = []
        self.pipeline: Any = None
        self.setup_error: BaseException | None = None

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution: loads, constructs, starts the workers and ends."""
        log = self.log = []
        events = engine.strategy.log
        engine.orders_calls = self.order == "linear" or (events is not None and events.orders_calls)
        self.pipeline = None
        self.setup_error = None

        def main() -> None:
            try:
                namespace = self.loader.load()
                pipeline = self.pipeline = self.plan.construct(namespace[self.plan.name], self.size.capacity)
                put, get = getattr(pipeline, self.plan.put), getattr(pipeline, self.plan.get)
                roles = self.workers
                first = self.size.producers
                producers = [put if self.plan.is_plain_put else caller(put, role, True) for role in roles[:first]]
                consumers = [get if self.plan.is_plain_get else caller(get, role, False) for role in roles[first:]]
            except runtime.Unwind:
                raise
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                self.setup_error = error
                return
            for p, put in enumerate(producers):
                engine.spawn(_producer(engine, put, p, self.values[p], log), roles[p], False, None, "worker")
            for c, get in enumerate(consumers):
                engine.spawn(_consumer(engine, get, first + c, self.gets[c], log), roles[first + c], False, None, "worker")

        return main

    def finish(self) -> None:
        """Lets go of what the execution held."""
        self.loader.unload()
        self.pipeline = None
        if self.setup_error is not None:
            self.setup_error.__traceback__ = None

    def is_clean(self) -> bool:
        """See `Scenario`."""
        return is_clean(self.log, self.n_messages, self.capacity, self.order)

    def events_to_put_first(self, events: EventLog, past: Sequence[int]) -> list[int] | None:
        """See `harness.oracles.equivalents`, of the execution that was last."""
        return events_to_put_first(self.log, events, past, self.capacity, self.order)

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        """See `Scenario`."""
        return Execution(
            mode=self.mode,
            log=self.log,
            workers=self.workers,
            crashes=crashes,
            ending=engine.ending,
            threads=ends,
            kept=self.kept(engine),
            capacity=self.capacity,
            order=self.order,
            loop=loop_of(engine),
        )

    def kept(self, engine: Explore) -> frozenset[int]:
        """The messages still to be found in the pipeline's reachable state, the module's, or a live frame of the target."""
        wanted = {value for values in self.values for value in values}
        records = self.records
        own = getattr(self.pipeline, "__dict__", None)
        roots: list[Any] = [self.pipeline] if own is None else [value for name, value in own.items() if name not in records]
        roots.append(type(self.pipeline))
        if own is not None and isinstance(self.pipeline, list | dict | set | deque):
            roots.extend(self.pipeline)
        modules = self.loader.own_modules()
        for module in modules.values():
            roots.extend(value for name, value in vars(module).items() if not name.startswith("__") and name not in records)
        files = self.loader.files
        for thread in engine.all:
            if not thread.is_ended:
                frame = engine.baton.frame_of(thread)
                while frame is not None:
                    if frame.f_code.co_filename in files:
                        roots.extend(value for name, value in frame.f_locals.items() if not name.startswith("_h"))
                    elif frame.f_code.co_filename in LIBRARY or frame.f_code.co_filename.startswith(_PRIMITIVES):
                        roots.extend(_handed_over(frame))
                    frame = frame.f_back
        # a thread inside a put or get refers to the pipeline: that must not lead to its records again
        looked_into = set() if own is None else {id(self.pipeline), id(own)}
        return frozenset(find_values(roots, wanted, modules, looked_into))


def _handed_over(frame: FrameType) -> list[Any]:
    """What a primitive was called with: a message on its way into a queue that is full may stand nowhere else."""
    code, scope = frame.f_code, frame.f_locals
    return [scope[name] for name in code.co_varnames[1 : code.co_argcount] if name in scope]


def _producer(engine: Explore, put: Callable[[Any], Any], number: int, values: list[int], log: list[LogEntry]) -> Body:
    def body() -> None:
        boundary, progress, append = engine.boundary, engine.progress, log.append
        for value in values:
            boundary("put-begin", value)
            append((PUT_BEGIN, number, value))
            try:
                put(value)
            except runtime.Unwind:
                raise
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                append((PUT_RAISE, number, value))
                engine.crashed(error, "put")
                return
            append((PUT_RETURN, number, value))
            progress()
            if engine.recorder is not None:
                engine.ended_call("put-return", value)
            elif engine.orders_calls:
                engine.call_returned()

    return body


def _consumer(engine: Explore, get: Callable[[], Any], number: int, n_gets: int, log: list[LogEntry]) -> Body:
    def body() -> None:
        boundary, progress, append = engine.boundary, engine.progress, log.append
        for _ in range(n_gets):
            boundary("get-begin", None)
            append((GET_BEGIN, number, None))
            try:
                value = get()
            except runtime.Unwind:
                raise
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                append((GET_RAISE, number, None))
                engine.crashed(error, "get")
                return
            append((GET_RETURN, number, value))
            progress()
            if engine.recorder is not None:
                engine.ended_call("get-return", value)
            elif engine.orders_calls:
                engine.call_returned()

    return body
