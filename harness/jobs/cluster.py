"""Units executed on many machines: each is a task of Dask's, done by a process of its own beside the worker that takes it.

What a lost worker was at is given to another; what nobody can do is executed at home. So the result is that of one process.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

from harness.errors import HarnessError
from harness.guard.child import RESULT, write_frame
from harness.jobs.apart import READY, REFUSED, UNFIT
from harness.jobs.crew import LOOK_EVERY_S, Ended
from harness.jobs.dask import open_client
from harness.jobs.report import Order, Report, report_from
from harness.jobs.setup import setup_of
from harness.jobs.way import Way
from harness.jobs.worker import Job, read_frame
from harness.trial import Trial

LOST = b"L"


@contextmanager
def connected(address: str, beat: Callable[[], None]) -> Iterator[Callable[[Way, Trial, Job], Cluster]]:
    """Makes a workforce of the workers of the scheduler there, for one way of checking after the other; calls `beat` now and then while it waits.

    Raises HarnessError where none answers.
    """
    with ThreadPoolExecutor(1) as waiting:
        opened = waiting.submit(open_client, address)
        while not opened.done():
            beat()
            wait([opened], LOOK_EVERY_S)
    client = opened.result()
    try:
        yield lambda way, trial, job: Cluster(client, way, trial, job)
    finally:
        with contextlib.suppress(Exception):  # a worker that has gone has no processes any more
            client.run(end_processes)
        client.close()


class Cluster:
    """See `Crew`."""

    executions = 0
    """Of units under way: nobody tells."""

    def __init__(self, client: Any, way: Way, trial: Trial, job: Job) -> None:
        self._client = client
        self._way = way
        self._trial = trial
        self._job = job
        self._setup: tuple[str, bytes] | None = None
        self._futures: dict[int, Any] = {}
        self._news = threading.Event()

    def hand_out(self, number: int, order: Order) -> None:
        """See `Crew`."""
        if self._setup is None:
            setup = setup_of(self._way, self._trial, self._job)
            self._setup = setup.name, setup.packed()
        future = self._client.submit(execute_unit, *self._setup, order.packed(), key=f"harness-unit-{os.urandom(16).hex()}", pure=False)
        future.add_done_callback(lambda _: self._news.set())
        self._futures[number] = future

    def is_handed_out(self, number: int) -> bool:
        """See `Crew`."""
        return number in self._futures

    def report_of(self, number: int, beat: Callable[[], None]) -> Report | Ended:
        """See `Crew`. Raises HarnessError where the target cannot be executed there."""
        future = self._futures.pop(number)
        while not future.done():
            self._news.wait(LOOK_EVERY_S)
            self._news.clear()
            beat()
        try:
            told: bytes = future.result()
        except Exception as error:
            return Ended(f"no worker could execute a unit: {type(error).__name__}", True)
        match told[:1]:
            case kind if kind == RESULT:
                return report_from(told[1:])
            case kind if kind == REFUSED:
                raise HarnessError(f"--cluster: {told[1:].decode(errors='replace')}")
            case _:
                return Ended("the process of a unit ended", True)

    def close(self) -> None:
        """See `Crew`; their processes end with the connection, or when a worker is asked for something else."""
        for future in self._futures.values():
            future.cancel()
        self._futures.clear()
        self._setup = None


class _Process:
    """A process beside a worker, which executes units of one setup."""

    def __init__(self, setup: bytes) -> None:
        # The order of sets of strings must be that of the search; `env` leaves the rest of the environment as it is.
        command = ["env", "PYTHONHASHSEED=0", sys.executable, "-P", "-m", "harness.jobs.apart"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.first = self._hear(setup)

    def execute(self, order: bytes) -> bytes:
        """Its report with the kind before it, or what it said at first where it cannot execute anything."""
        return self._hear(order) if self.first[:1] == READY else self.first

    def _hear(self, said: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            write_frame(self._process.stdin.fileno(), RESULT, said)
        except OSError:
            return LOST
        while (frame := read_frame(self._process.stdout.fileno())) is not None:
            kind, body = frame
            if kind in (RESULT, READY, UNFIT, REFUSED):
                return kind + body
        return LOST

    def end(self) -> None:
        """Whatever it is doing."""
        self._process.kill()
        self._process.communicate()


_turn = threading.Lock()
_idle: dict[str, list[_Process]] = {}
"""In a worker: the processes that wait for a unit, by the name of their setup."""


def execute_unit(name: str, setup: bytes, order: bytes) -> bytes:
    """On a worker: what a unit came to, as `_Process.execute` says it."""
    with _turn:
        others = [process for other in [*_idle] if other != name for process in _idle.pop(other)]
        waiting = _idle.get(name)
        process = waiting.pop() if waiting else None
    for other in others:
        other.end()
    process = process or _Process(setup)
    told = process.execute(order)
    if told == LOST:
        process.end()
        return told
    with _turn:
        _idle.setdefault(name, []).append(process)
    return told


def end_processes() -> None:
    """On a worker: ends all that wait."""
    with _turn:
        waiting = [process for name in [*_idle] for process in _idle.pop(name)]
    for process in waiting:
        process.end()
