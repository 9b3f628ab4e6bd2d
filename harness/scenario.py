"""Scenarios: what one execution runs. The body of the main virtual thread, and what the oracles need to know afterwards."""

from __future__ import annotations

import array
import gc
import sys
import types
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.engines.recorder import describe_error
from harness.engines.virtual import VirtualThread
from harness.errors import HarnessError
from harness.instrument.hook import RewritingFinder
from harness.instrument.loader import Importer, make_module, register, unregister
from harness.model.execution import GET_BEGIN, GET_RAISE, GET_RETURN, PUT_BEGIN, PUT_RAISE, PUT_RETURN, LogEntry
from harness.model.result import ScenarioSize
from harness.pipeline_class import PipelineClass, caller, find_pipeline
from harness.standins.gate import Gate
from harness.standins.modules import restore
from harness.strategies.picks import Picks
from harness.targets import Target

Body = Callable[[], None]


class TargetError(HarnessError):
    """The target cannot be run or judged; becomes the verdict "error"."""


class Loader:
    """Executes the target's module afresh for every execution, and with it the modules named by `instrument`."""

    def __init__(self, target: Target, importer: Importer, instrument: Sequence[str] = ()) -> None:
        self.target = target
        self.importer = importer
        self.finder = RewritingFinder(instrument, importer) if instrument else None
        self.module: types.ModuleType | None = None
        self._previous: types.ModuleType | None = None
        self._fresh: ExitStack | None = None

    @property
    def files(self) -> set[str]:
        """The files of the instrumented modules loaded so far (the target's own is not among them)."""
        return set() if self.finder is None else self.finder.files

    def load(self) -> dict[str, Any]:
        """The namespace after the module's code has run; call `unload` when the execution is over."""
        restore()
        module = make_module(self.target.program, self.target.module, self.importer)
        if self.target.package:
            module.__package__ = self.target.package
        self.module = module
        self._previous = register(module)
        if self.finder is not None:
            self._fresh = fresh = ExitStack()
            fresh.enter_context(self.finder.fresh())
            sys.meta_path.insert(0, self.finder)
            fresh.callback(sys.meta_path.remove, self.finder)
        exec(self.target.program.code, vars(module))
        return vars(module)

    def unload(self) -> None:
        """Takes the modules out of ``sys.modules`` and lets go of them."""
        if self._fresh is not None:
            self._fresh.close()
            self._fresh = None
        if self.module is not None:
            unregister(self.module, self._previous)
            self.module = self._previous = None

    def module_of(self, file: str) -> types.ModuleType | None:
        """The loaded module of a file of the target."""
        if file == self.target.file:
            return self.module
        return next((module for module in list(sys.modules.values()) if getattr(module, "__file__", None) == file), None)


class ClassScenario:
    """The harness drives a pipeline class with producers and consumers of its own.

    Producer p (from 1) puts the messages p * step + 1, p * step + 2, ...; consumer j performs its share of the gets.
    """

    mode = "class"

    def __init__(self, loader: Loader, plan: PipelineClass, size: ScenarioSize, order: str) -> None:
        self.loader = loader
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

    def kept(self, engine: Explore) -> frozenset[int]:
        """The messages still to be found in the pipeline's reachable state, the module's, or a live frame of the target."""
        wanted = {value for values in self.values for value in values}
        records = self.loader.target.records
        own = getattr(self.pipeline, "__dict__", None)
        roots: list[Any] = [self.pipeline] if own is None else [value for name, value in own.items() if name not in records]
        roots.append(type(self.pipeline))
        if own is not None and isinstance(self.pipeline, list | dict | set | deque):
            roots.extend(self.pipeline)
        module = self.loader.module
        if module is not None:
            roots.extend(value for name, value in vars(module).items() if not name.startswith("__") and name not in records)
        file = self.loader.target.file
        for thread in engine.all:
            if not thread.is_ended:
                frame = engine.baton.frame_of(thread)
                while frame is not None:
                    if frame.f_code.co_filename == file:
                        roots.extend(value for name, value in frame.f_locals.items() if not name.startswith("_h"))
                    frame = frame.f_back
        # a thread inside a put or get refers to the pipeline: that must not lead to its records again
        looked_into = set() if own is None else {id(self.pipeline), id(own)}
        return frozenset(_find_values(roots, wanted, self.loader.target.module, looked_into))


class FunctionScenario:
    """A zero-argument function that starts its own threads and asserts."""

    mode = "function"

    def __init__(self, loader: Loader, name: str) -> None:
        self.loader = loader
        self.name = name
        self.setup_error: BaseException | None = None
        self.log: list[LogEntry] = []

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution: loads the module and calls the function."""
        self.setup_error = None

        def main() -> None:
            try:
                function = self.loader.load()[self.name]
            except runtime.Unwind:
                raise
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                self.setup_error = error
                return
            try:
                function()
            except runtime.Unwind:
                raise
            except SystemExit:
                return
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                engine.crashed(error, "scenario")

        return main

    def finish(self) -> None:
        """Lets go of what the execution held."""
        self.loader.unload()
        if self.setup_error is not None:
            self.setup_error.__traceback__ = None


def find_scenario(target: Target, loader: Loader, engine: Explore, mode: str | None, size: ScenarioSize, order: str) -> ClassScenario | FunctionScenario:
    """Loads the module once, under control, and decides what to run in it. Raises TargetError if there is nothing, or it cannot be loaded."""
    found: list[ClassScenario | FunctionScenario] = []
    errors: list[BaseException] = []

    def main() -> None:
        try:
            namespace = loader.load()
            found.append(_choose(target, loader, namespace, mode, size, order))
        except runtime.Unwind:
            raise
        except BaseException as error:
            if engine.is_interrupted:
                raise
            errors.append(error)

    engine.strategy = Picks([])  # whatever the import starts runs by default; the search's strategy has not begun
    try:
        engine.run(main, "function")
        started = engine.all[1:]
        ending = engine.ending
    finally:
        engine.clean_up()
        loader.unload()
    if errors:
        raise load_error(target, errors[0])
    if not found:
        if ending == "deadlock":
            raise TargetError(f"{target.text}: its top-level code waits for ever, so it cannot be loaded")
        raise TargetError(f"{target.text}: its top-level code does not end ({ending}), so it cannot be loaded")
    if started and isinstance(found[0], ClassScenario):
        raise TargetError(f"{target.text}: importing it starts threads, so it can only be checked as a program, and program mode is not built yet")
    return found[0]


def _choose(target: Target, loader: Loader, namespace: dict[str, Any], mode: str | None, size: ScenarioSize, order: str) -> ClassScenario | FunctionScenario:
    if target.name is not None:
        if target.name not in namespace:
            known = [
                name for name, value in namespace.items() if isinstance(value, type | types.FunctionType) and getattr(value, "__module__", "") == target.module
            ]
            raise TargetError(f"{target.text}: there is no {target.name} in it" + (f" (there is {', '.join(known[:8])})" if known else ""))
        value = namespace[target.name]
        if isinstance(value, type) and mode != "function":
            plan = find_pipeline(namespace, target.module, target.name)
            assert plan is not None
            return ClassScenario(loader, plan, size, order)
        if callable(value) and mode != "class":
            return FunctionScenario(loader, _checked_function(target, value))
        raise TargetError(f"{target.text}: {target.name} is a {type(value).__name__}, not a {mode or 'class or function'}")
    if mode == "function":
        raise TargetError(f"{target.text}: a function is named: FILE.py:FUNCTION")
    if mode == "program":
        raise TargetError(f"{target.text}: program mode is not built yet; a class or a function of the file can be checked")
    plan = find_pipeline(namespace, target.module, None)
    if plan is None:
        hint = "it has a program of its own, and program mode is not built yet" if target.has_entry else "name a function to check: FILE.py:FUNCTION"
        raise TargetError(f"{target.text}: no pipeline class (a class with a put-like and a get-like method) was found; {hint}")
    return ClassScenario(loader, plan, size, order)


def _checked_function(target: Target, function: Any) -> str:
    code = getattr(function, "__code__", None)
    if code is not None and code.co_argcount + code.co_kwonlyargcount > len(function.__defaults__ or ()) + len(function.__kwdefaults__ or {}):
        raise TargetError(f"{target.text}: a scenario takes no arguments, {target.name} takes {code.co_argcount + code.co_kwonlyargcount}")
    assert target.name is not None
    return target.name


def load_error(target: Target, error: BaseException) -> TargetError:
    """What to say of an exception that left the target's import, or its constructor."""
    if isinstance(error, TargetError):
        return error
    if isinstance(error, HarnessError):
        return TargetError(f"{target.text}: {error}")
    line = 0
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == target.file:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    where = f", line {line}" if line else ""
    if isinstance(error, SystemExit):
        return TargetError(f"{target.text}{where}: it ends the program when it is imported (sys.exit); put that under a main guard")
    return TargetError(f"{target.text}{where}: {describe_error(error)}")


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

    return body


_LEAVES = frozenset({bool, type(None), types.ModuleType, types.CodeType, types.BuiltinFunctionType, types.GetSetDescriptorType, VirtualThread, Explore})


def _find_values(roots: list[Any], wanted: set[int], module: str, seen: set[int]) -> set[int]:
    """Which of the wanted ints stand anywhere in what the roots refer to: as ints, floats, or digits in text or bytes.

    Of classes only those of `module` are looked into, of functions only defaults and closures, of other modules nothing;
    nor into what is in `seen` (ids).
    """
    found: set[int] = set()
    todo = list(roots)
    while todo and len(seen) < 50_000 and len(found) < len(wanted):
        obj = todo.pop()
        kind = type(obj)
        if kind in _LEAVES or (kind is types.FunctionType and obj.__closure__ is None and not obj.__defaults__):
            continue  # most of what is met, told at once: this runs for every execution in which something is wrong
        match obj:
            case int() | float():
                if obj in wanted:
                    found.add(int(obj))
                continue
            case str():
                found.update(value for value in wanted if str(value) in obj)
                continue
            case bytes() | bytearray():
                found.update(value for value in wanted if str(value).encode() in obj)
                continue
        if id(obj) in seen:
            continue
        seen.add(id(obj))
        match obj:
            case types.ModuleType():
                continue  # a stand-in's is a subclass
            case Gate():
                # not its parked threads: what they hold is found in their frames
                todo.extend(getattr(obj, slot, None) for slot in ("_items", "queue"))
            case types.FunctionType():
                todo.extend(obj.__defaults__ or ())
                todo.extend(obj.__closure__ or ())
            case type():
                if obj.__module__ == module:
                    todo.extend(vars(obj).values())
            case array.array() | memoryview():
                todo.extend(obj.tolist())
            case _:
                todo.extend(gc.get_referents(obj))
    return found
