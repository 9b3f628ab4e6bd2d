"""Processes that work through a list of units: each unit done once, whatever happens to a process."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from harness.grading.processes import adopt_orphans, end_with_parent

Unit = TypeVar("Unit")
Done = TypeVar("Done")
TRIES = 2
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Lost:
    """A unit that could not be done: what went wrong in the harness, in a process of its own that died or raised."""

    why: str


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Any
    number: int | None = None


class Pool(Generic[Unit, Done]):
    """`jobs` processes, forked when they are needed; a context, at whose end they and all that they started have gone."""

    def __init__(self, work: Callable[[Unit], Done], jobs: int) -> None:
        self._work = work
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._context = multiprocessing.get_context("fork")

    def __enter__(self) -> Pool[Unit, Done]:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            with contextlib.suppress(OSError):
                worker.pipe.close()
            worker.process.terminate()  # so that it ends its sandbox on the way out
        for worker in self._workers:
            worker.process.join(PATIENCE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()

    def map(self, units: Sequence[Unit]) -> Iterator[tuple[int, Done | Lost]]:
        """The number of each unit and what came of it, as they are done. A unit whose process dies is tried once more."""
        waiting = deque(range(len(units)))
        tried = [0] * len(units)
        while len(self._workers) < min(self._jobs, len(units)):
            self._workers.append(self._start())
        while waiting or any(worker.number is not None for worker in self._workers):
            for worker in self._workers:
                if worker.number is None and waiting:
                    worker.number = waiting.popleft()
                    tried[worker.number] += 1
                    worker.pipe.send(units[worker.number])
            busy = {worker.pipe: worker for worker in self._workers if worker.number is not None}
            for pipe in connection.wait(list(busy)):
                worker = busy[pipe]
                number = worker.number
                assert number is not None
                try:
                    done = worker.pipe.recv()
                except (EOFError, OSError):
                    worker.process.join()
                    self._workers[self._workers.index(worker)] = self._start()
                    if tried[number] < TRIES:
                        waiting.append(number)
                    else:
                        yield number, Lost(f"the process that graded it died twice (status {worker.process.exitcode})")
                    continue
                worker.number = None
                yield number, done

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        others = [worker.pipe for worker in self._workers]
        process = self._context.Process(target=_serve, args=(self._work, theirs, [ours, *others]), daemon=False)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _serve(work: Callable[[Any], Any], pipe: Any, not_ours: Sequence[Any]) -> None:
    """A worker: units from the pipe, until it is closed or the process is told to end."""
    end_with_parent()
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    for other in not_ours:
        with contextlib.suppress(OSError):
            other.close()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    while True:
        try:
            unit = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            done = work(unit)
        except Exception as error:
            done = Lost(" ".join(f"{type(error).__name__}: {error}".split()))
        try:
            pipe.send(done)
        except OSError:
            return


def _leave(number: int, frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)
