"""The programs that are measured: every file of implementations/, and their plain run on OS threads."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

IMPLEMENTATIONS = Path(__file__).resolve().parent.parent / "implementations"
CLASS = "Pipeline"


@dataclass(frozen=True, slots=True)
class Workload:
    """Class mode's workload: threads of each role, messages per producer, and the capacity given to the constructor."""

    producers: int = 1
    consumers: int = 1
    messages: int = 3
    capacity: int = 2

    def gets(self, consumer: int) -> int:
        """How many messages a consumer gets, fixed in advance as the harness does."""
        total = self.producers * self.messages
        return total // self.consumers + (consumer < total % self.consumers)


@dataclass(frozen=True, slots=True)
class Program:
    """One file with a pipeline class. `target` is what `harness.check` is given."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem

    @property
    def target(self) -> str:
        """The class in the file, so that class mode alone is measured."""
        return f"{self.path}:{CLASS}"


def programs() -> list[Program]:
    """Every implementation, in the order of names; the flawed ones are not measured."""
    return [Program(path) for path in sorted(IMPLEMENTATIONS.glob("*.py")) if path.stem != "__init__"]


def load(path: Path) -> type:
    """The uninstrumented pipeline class of a file."""
    spec = importlib.util.spec_from_file_location(f"plain_{path.stem}", path)
    assert spec is not None, f"{path} is no Python file"
    assert spec.loader is not None, f"{path} has no loader"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pipeline: type = getattr(module, CLASS)
    return pipeline


def bind(pipeline: Any) -> tuple[Callable[[Any], object], Callable[[], object]]:
    """How to put a message into a pipeline and how to get one; a further parameter without default takes the worker's name."""

    def names(method: Callable[..., object], messages: int) -> tuple[str, ...]:
        required = [parameter for parameter in inspect.signature(method).parameters.values() if parameter.default is parameter.empty]
        return ("worker",) * (len(required) - messages)

    put, get = pipeline.set_message, pipeline.get_message
    put_names, get_names = names(put, 1), names(get, 0)
    return (lambda message: put(message, *put_names)) if put_names else put, (lambda: get(*get_names)) if get_names else get


def make_workers(pipeline: Any, workload: Workload) -> list[Callable[[], None]]:
    """The bodies of the workload's threads, producers first."""
    put, get = bind(pipeline)

    def producer(first: int) -> Callable[[], None]:
        def work() -> None:
            for message in range(first, first + workload.messages):
                put(message)

        return work

    def consumer(gets: int) -> Callable[[], None]:
        def work() -> None:
            for _ in range(gets):
                get()

        return work

    producers = [producer(1 + number * workload.messages) for number in range(workload.producers)]
    return producers + [consumer(workload.gets(number)) for number in range(workload.consumers)]


def time_plain_runs(pipeline_class: type, workload: Workload, runs: int, warm_up: int = 10) -> tuple[float, list[float]]:
    """The mean processor time of a run of the workload on OS threads, and every run's elapsed time, in microseconds.

    A run makes the pipeline and starts and joins its threads.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        for _ in range(warm_up):
            run_plainly(pipeline_class, workload)
        begin_s = time.process_time()
        elapsed_us = [run_plainly(pipeline_class, workload) for _ in range(runs)]
        return (time.process_time() - begin_s) / runs * 1e6, elapsed_us


def run_plainly(pipeline_class: type, workload: Workload) -> float:
    """Microseconds that one run took by the clock on the wall."""
    begin_s = time.perf_counter()
    workers = make_workers(pipeline_class(workload.capacity), workload)
    threads = [threading.Thread(target=work) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - begin_s) * 1e6
