"""Four ways to run one behaviour: on the real modules, on the stand-ins outside an execution and under control, and on the watched modules of engine stress."""

from __future__ import annotations

import _thread
import concurrent.futures
import queue
import random
import threading
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from harness import runtime
from harness.engines.explore import Explore
from harness.guard import run_guarded
from harness.standins import modules
from harness.strategies.random_walk import RandomWalk
from harness.stress.engine import Stress
from harness.stress.perturbation import perturbation
from harness.watched.modules import watched_modules

SCHEDULES = 12
PERTURBED = 3


def world(table: Mapping[str, Any]) -> SimpleNamespace:
    """What a behaviour is given: the modules, `together` (runs bodies on a thread each, to the end) and `error_of` (what a call raises)."""
    own_threading = table["threading"]

    def together(*bodies: Callable[[], Any]) -> None:
        threads = [own_threading.Thread(target=body) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def error_of(call: Callable[[], Any]) -> tuple[str, str]:
        try:
            call()
        except Exception as error:
            return type(error).__name__, str(error)
        return "none", ""

    return SimpleNamespace(
        threading=own_threading,
        thread=table["_thread"],
        queue=table["queue"],
        time=table["time"],
        futures=table["concurrent.futures"],
        together=together,
        error_of=error_of,
    )


REAL = world({"threading": threading, "_thread": _thread, "queue": queue, "time": time, "concurrent.futures": concurrent.futures})


def stand_ins() -> SimpleNamespace:
    return world(modules.stand_ins())


def run_under_control(behave: Callable[[Any], Any], seed: int) -> Any:
    """What `behave` returns as the main virtual thread of one execution; fails the test if the execution does not end well."""
    engine = Explore(RandomWalk(random.Random(seed)), seed)
    modules.restore()
    returned: list[Any] = []
    raised: list[BaseException] = []

    def main() -> None:
        try:
            returned.append(behave(stand_ins()))
        except Exception as error:
            raised.append(error)

    ending = engine.run(main, "function")
    stuck = [f"{thread.name} at {thread.waits_at}" for thread in engine.all if thread.waits_at is not None]
    engine.clean_up()
    if raised:
        raise raised[0]
    assert ending == "finished", f"{ending} under seed {seed}: {stuck}"
    return returned[0]


def run_watched(behave: Callable[[Any], Any], wanted: Any) -> str:
    """How `behave` departs from what is wanted on real threads with delays, "" if it does not. In a child: the watched modules take over a process."""

    def work(beat: Callable[[int, int], None]) -> bytes:
        table = watched_modules()
        engine = Stress(0, table)
        runtime.install(engine.hooks())
        runtime.control = engine
        for number in range(1, PERTURBED + 1):
            engine.perturb(number, perturbation(0, number))
            outcome: list[Any] = []

            def main(outcome: list[Any] = outcome) -> None:
                try:
                    outcome.append(behave(world(table)))
                except Exception as error:
                    outcome.append(error)

            engine.run(main, "function")
            if outcome != [wanted]:
                return f"execution {number}: {outcome[0]!r}, not {wanted!r}".encode()
        return b""

    done = run_guarded(work)
    return done.reason or done.fault or (done.result or b"").decode()


@pytest.fixture
def agree() -> Callable[[Callable[[Any], Any]], None]:
    """Checks that a behaviour is the same all four ways, under every one of some seeded schedules."""

    def check(behave: Callable[[Any], Any]) -> None:
        real = behave(REAL)
        assert real is not None
        assert behave(stand_ins()) == real
        for seed in range(SCHEDULES):
            assert run_under_control(behave, seed) == real, f"seed {seed}"
        assert run_watched(behave, real) == ""

    return check
