"""One execution after another on real threads: starts and ends, crashes. Lives in the child process, which is thrown away."""

from __future__ import annotations

import _thread
import contextlib
import itertools
import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType, ModuleType
from typing import Any

from harness import runtime
from harness.engines.showing import error_when_raised
from harness.model.execution import Ending
from harness.stress.delays import Delays
from harness.stress.hooks import hooks_of
from harness.stress.idle import is_idle_worker
from harness.stress.perturbation import NEVER
from harness.stress.stuck import all_are_stuck
from harness.watched.modules import number_anew
from harness.watched.pools import allow_workers, end_idle_workers
from harness.watched.watch import Watched

GRACE_S = 2.0
"""How long a pipeline's own threads may take to end after the last put and get, before they are given up."""
LONGEST_NAP_S = 0.02

_now = time.monotonic


def _nothing(record: Watched) -> None:
    pass


class Stress(Delays):
    """Runs executions; `modules` are the watched modules; `on_thread` is told of every thread in it. Scenarios find here what they ask of an engine."""

    is_interrupted = False
    is_partial = False
    is_over = False
    recorder: Any = None
    loop_at = -1
    step_limit = 0
    """Set by programs, for explore; here the watch bounds what passes and how long it takes."""
    orders_calls = False
    on_start: Callable[[], None] | None = None

    def __init__(self, seed: int, modules: dict[str, ModuleType], on_thread: Callable[[Watched], None] = _nothing) -> None:
        super().__init__(seed)
        self.on_thread = on_thread
        self.modules = modules
        self.pool = modules["concurrent.futures.thread"]
        self.mode = ""
        self.ending: Ending = "finished"
        self.all: list[Watched] = []
        self.by_ident: dict[int, Watched] = {}
        self.by_index: dict[int, Watched] = {}
        self.crashes: list[list[Any]] = []
        self.limits: set[str] = set()
        self.uncontrolled: set[str] = set()
        self.called: set[int] = set()
        self.draws = False
        self.has_spawned = False
        self.total_points = 0
        self.n_progress = 0
        self.begun_at = _now()
        self.own_idents: set[int] = {_thread.get_ident()}
        self._nobody = Watched(-1, "nobody", "nobody", "foreign", True, None)
        self._nobody.is_muted = True
        self._nobody.countdown = NEVER
        self.strategy: Any = None
        self.baton = self
        self._grace_s = GRACE_S
        self.bodies: list[Callable[[], None]] = []
        self.has_begun_threads = False
        self.ended = threading.Semaphore(0)
        self._numbers = itertools.count(1)
        self._role = "own"

    # -- what scenarios ask

    def run(self, main: Callable[[], None], mode: str, recorder: Any = None) -> Ending:
        """Runs one execution on this, the process's main thread. Where it cannot end, the watch outside notices, and this never returns."""
        self._reset()
        self.mode = mode
        first = self.first = Watched(0, "m", "main", "main", False, None)
        first.countdown = NEVER
        first.ident = _thread.get_ident()
        self.by_ident[first.ident] = self.by_index[0] = first
        self.all.append(first)
        self.begun_at = _now()
        runtime.control = self
        try:
            main()
            first.is_ended = True
            self.gate.set()
            self._await_the_end()
        finally:
            self.is_over = first.is_ended = True
            self.total_points += sum(record.moves for record in self.all)
        return self.ending

    def spawn(self, run: Callable[[], None], name: str, is_daemon: bool, thread: Any, role: str = "own") -> None:
        """Starts one of the harness's own workers."""
        number = len(self.bodies)
        self.bodies.append(run)
        # A module-level function and a number: through a thread that a pipeline keeps no message must be reachable.
        worker = vars(self.modules["threading"])["Thread"](target=_work, args=(number,), name=name, daemon=is_daemon)
        self._role = role
        try:
            worker.start()
        finally:
            self._role = "own"

    def boundary(self, kind: str, value: Any) -> None:
        """A put, a get or a thread's work is about to begin."""
        me = self.me()
        me.moves += 1
        me.countdown -= 1
        if me.countdown <= 0:
            self.delay(me)

    def progress(self) -> None:
        """A put or a get has returned."""
        self.n_progress += 1  # a hint for the monitor, so a lost count does no harm
        self.me().turns = 0

    def pass_time(self) -> None:
        """Time passes by itself."""

    def stop(self, ending: Ending) -> None:
        """Ends the execution: nobody is waited for any more."""
        self.ending = ending
        self.is_over = True

    @property
    def cur(self) -> Watched:
        """The record of the calling thread."""
        return self.me()

    def importing(self, stays: bool) -> AbstractContextManager[None]:
        """A module is imported in the middle of an execution: Python's own locks guard it, and nothing is kept by site."""
        return contextlib.nullcontext()

    def clean_up(self) -> None:
        """Lets go of what the execution held."""
        for crash in self.crashes:
            crash[0] = None
        self.bodies.clear()
        self.last_touch.clear()

    def frame_of(self, thread: Watched) -> FrameType | None:
        """The innermost frame of a thread."""
        return sys._current_frames().get(thread.ident)

    # -- what watched primitives ask

    def me(self) -> Watched:
        """See `Watch`."""
        return self.by_ident.get(_thread.get_ident()) or self._adopt()

    def pause(self, me: Watched) -> None:
        """See `Watch`."""
        me.countdown -= 1
        if me.countdown <= 0 and not me.is_held:
            self.delay(me)

    def release_start(self, me: Watched) -> None:
        """See `Watch`."""
        if not me.is_starting and not self.gate.is_set():
            self.gate.set()

    def begin(self, start: Any, function: Any, name: str, is_daemon: bool, thread: Any) -> Any:
        """See `Watch`."""
        if self.on_start is not None:
            self.on_start()
        parent = self.me()
        index = next(self._numbers)
        record = Watched(index, f"{parent.path}.{parent.children}", name, self._role if parent is self.first else "own", is_daemon, thread)
        parent.children += 1
        self.plan(record)
        if parent is self.first and not self.has_begun_threads:
            self.has_begun_threads = True
            self.plan(parent)
        self.has_spawned = True
        self.by_index[index] = record
        self.all.append(record)
        parent.moves += 1

        def live() -> None:
            record.ident = ident = _thread.get_ident()
            self.by_ident[ident] = record
            self.on_thread(record)
            try:
                function()
            finally:
                record.moves += 1
                self.n_progress += 1
                record.is_ended = True
                self.by_ident.pop(ident, None)
                self.ended.release()

        try:
            return start(live)
        except BaseException:
            record.is_ended = True
            raise

    def record_of(self, thread: Any) -> Watched | None:
        """See `Watch`."""
        return next((record for record in list(self.all) if record.thread is thread), None)

    def n_started(self) -> int:
        """See `Watch`."""
        return len(self.all) - 1

    def crashed(self, error: BaseException, where: str, future: str = "") -> Any:
        """See `Watch`."""
        receipt = [error, where, future, self.me(), False, error_when_raised(error)]
        self.crashes.append(receipt)
        return receipt

    def forgiven(self, receipt: Any) -> None:
        """See `Watch`."""
        receipt[4] = True

    # -- what the stand-ins of chance ask

    def chance(self) -> random.Random:
        """The calling thread's own stream of random numbers, the same in every execution and under explore."""
        me = self.me()
        self.draws = True
        if me.stream is None:
            me.stream = random.Random(f"{self.seed}/{me.path}")
        stream: random.Random = me.stream
        return stream

    def read_clock(self) -> float:
        """Seconds since the execution began."""
        return _now() - self.begun_at

    # -- the end

    def _await_the_end(self) -> None:
        """Until every thread that the execution waits for has ended; a pool's idle workers are sent home, as at the interpreter's end."""
        nap_s = 0.0005
        given_up_at = None
        has_sent_home = False
        while not self.is_over:
            left = [record for record in list(self.all) if not record.is_ended and not record.is_daemon]
            if self.mode == "class" and not any(record.role == "worker" for record in left):
                if not left:
                    break
                given_up_at = given_up_at or _now() + self._grace_s
                if all_are_stuck(self) or _now() > given_up_at:
                    if not all_are_stuck(self):
                        self._give_up(left)
                    break
            elif not left:
                break
            if not has_sent_home and nap_s > 0.0005:
                frames = sys._current_frames()
                if all(is_idle_worker(self.pool, record, frames) for record in left):
                    has_sent_home = True
                    end_idle_workers(self.pool)
            self.ended.acquire(timeout=nap_s)
            nap_s = min(2 * nap_s, LONGEST_NAP_S)
        if has_sent_home:
            allow_workers(self.pool)

    def _give_up(self, left: list[Watched]) -> None:
        """Threads that still run long after all else: whether they would end is not known, so nothing is said against them."""
        self._grace_s = 0.0
        for record in left:
            self.limits.add(f"{record.name} still ran {GRACE_S:g} s after all else had ended; whether it ends is not known")
            record.is_daemon = True

    def has_left_overs(self) -> bool:
        """Whether threads of the execution are still there: the next one needs a fresh process."""
        return any(not record.is_ended for record in self.all) or not self.own_idents.issuperset(sys._current_frames())

    # -- helpers

    def _reset(self) -> None:
        self.all = []
        self.by_ident = {}
        self.by_index = {}
        self.crashes = []
        self.bodies = []
        self.ending = "finished"
        self.is_over = False
        self.has_begun_threads = False
        self.gate = threading.Event()
        self.ended = threading.Semaphore(0)
        self._numbers = itertools.count(1)
        number_anew(self.modules)
        self._role = "own"

    def _adopt(self) -> Watched:
        """The record of a thread that code without points has started: nobody waits for its end."""
        ident = _thread.get_ident()
        if ident in self.own_idents:
            return self._nobody  # the watch looks at the program's objects, and their code may have points
        record = Watched(next(self._numbers), "foreign", threading.current_thread().name, "foreign", True, None)
        record.ident = ident
        self.plan(record)
        self.by_ident[ident] = self.by_index[record.index] = record
        self.all.append(record)
        self.has_spawned = True
        return record

    def hooks(self) -> dict[str, Any]:
        """The hooks to install in `harness.runtime`."""
        return hooks_of(self)


def _work(number: int) -> None:
    runtime.control.bodies[number]()
