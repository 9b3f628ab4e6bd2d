"""The child's side of a batch: loads the target, executes it again and again, and tells the parent what the parent has to judge."""

from __future__ import annotations

import _thread
import faulthandler
import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import msgspec

from harness import runtime
from harness.errors import HarnessError, NothingToCheck
from harness.guard.child import FAULT, REASON, Connection, set_up, watch_over
from harness.guard.seal import Seal
from harness.model.execution import PUT_BEGIN, Execution
from harness.model.result import ScenarioSize
from harness.oracles import judge
from harness.scenarios import FunctionScenario, Loader, ProgramScenario, Scenario, find_scenario, load_error
from harness.stress import stands
from harness.stress.engine import Stress
from harness.stress.messages import DONE, EXECUTION, NOTHING, REFUSED, SCENARIO, SILENT, STUCK, TOLD, Board, Ledger, Patience, Report, Scene, Silence
from harness.stress.monitor import Monitor
from harness.stress.perturbation import perturbation
from harness.stress.stuck import is_stuck
from harness.stress.witness import Witness
from harness.surroundings import Answers, Arguments
from harness.targets import Target
from harness.watched.modules import watched_modules

MEMORY_BYTES = 16 * 1024**3
"""Of address space, in which every thread's stack counts with 8 MB."""
COLLECT_EVERY = 50

_exit_process = os._exit


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch: what to execute, the numbers of the first and the last execution, how long each may be silent, the key of its seals, and who hears of it.

    `leaves_threads`: the target's function has been found already, and to load it once more to find it would leave threads behind."""

    target: Target
    mode: str | None
    size: ScenarioSize
    order: str
    instrument: Sequence[str]
    seed: int
    first: int
    last: int
    patience: Patience
    key: bytes
    witness: Witness | None = None
    leaves_threads: bool = False


class _Line(Connection):
    """The pipe, for several threads; its frames are sealed, for the target may write to every descriptor."""

    def __init__(self, writer: int, key: bytes) -> None:
        super().__init__(writer)
        self._turn = _thread.allocate_lock()
        self._seal = Seal(key)

    def send(self, kind: bytes, body: bytes) -> None:
        with self._turn:
            super().send(kind, body + self._seal.of(kind, body))


def run_batch(plan: Plan, board: Board, writer: int, lifeline: int, errors: int, stacks: int) -> NoReturn:
    """Executes the batch and tells what came of it on the pipe; never returns."""
    try:
        line = _Line(writer, plan.key)
        set_up(errors, stacks, MEMORY_BYTES)
        if hasattr(faulthandler, "register"):
            faulthandler.register(signal.SIGUSR1, file=stacks, all_threads=True)
        watch_over(line)
        if plan.witness is not None:
            plan.witness.enter(line)
        try:
            _execute(plan, board, line, lifeline, stacks)
        except SystemExit as error:
            line.send(REASON, f"the target ended the process (sys.exit({error.code!r}))".encode(errors="replace"))
        except HarnessError as error:
            line.send(NOTHING if isinstance(error, NothingToCheck) else REFUSED, str(error).encode(errors="replace"))
        except MemoryError:
            line.send(REASON, b"the target needs more memory than it may have")
        except BaseException as error:
            first = f"{type(error).__name__}: {error}".replace("\n", " ")
            line.send(FAULT, f"{first}\n{traceback.format_exc()}".encode(errors="replace"))
    finally:
        _exit_process(0)


def _execute(plan: Plan, board: Board, line: _Line, lifeline: int, stacks: int) -> None:
    """The batch itself. What the process looks like to the target is never put back: the process ends with the batch."""
    target = plan.target
    sys.stdin = Answers()
    sys.argv = Arguments([target.file])
    sys.path.append(os.path.dirname(target.file))
    gc.disable()
    gc.freeze()  # a full collection looks only at what executions leave
    modules = watched_modules()
    engine = Stress(plan.seed, modules, lambda record: board.name(record.index, record.ident, record.name))
    board.name(0, _thread.get_ident(), "main")
    loader = Loader(target, modules, plan.instrument)
    files = frozenset({target.file})

    def tell(told: Report | Silence | HarnessError) -> None:
        match told:
            case Report():
                line.send(STUCK, _pack(told))
            case Silence():
                line.send(SILENT, _pack(told))
            case HarnessError():
                line.send(REFUSED, f"{target.text}: {str(told).removeprefix(f'{target.text}: ')}".encode(errors="replace"))

    witness = plan.witness
    monitor = Monitor(engine, board, tell, lifeline, stacks, plan.patience)
    if witness is not None:
        monitor.packed = witness.packed
    engine.own_idents.add(_start(monitor))
    runtime.install(engine.hooks())
    runtime.control = engine
    monitor.describe = lambda: Execution(mode="function", threads=stands.thread_ends(engine, files))
    scenario = _scenario_of(plan, loader, engine)
    if witness is not None:
        scenario = witness.telling(scenario, lambda told: line.send(TOLD, told))
    monitor.describe = lambda: _execution(scenario, engine, loader.files)
    drive = getattr(scenario, "plan", None)
    line.send(SCENARIO, _pack(Scene(scenario.mode, getattr(drive, "name", ""), drive is None or getattr(drive, "capacity", None) is not None)))
    number = plan.first - 1
    if not engine.has_left_overs():
        for number in range(plan.first, plan.last + 1):
            board.note_number(number)
            _one(plan, engine, scenario, number, line, loader)
            if number % COLLECT_EVERY == 0:
                gc.collect()
            if engine.has_left_overs():
                break
    remarks = scenario.remarks if isinstance(scenario, ProgramScenario) else {}
    ledger = Ledger(number, engine.total_points, tuple(engine.limits), tuple(engine.uncontrolled), engine.draws, engine.has_spawned, remarks)
    line.send(DONE, _pack(ledger))


def _scenario_of(plan: Plan, loader: Loader, engine: Stress) -> Scenario:
    """What to execute. A function that has been found already is not looked for again where to load the file once more would leave threads behind."""
    if plan.leaves_threads and plan.target.name is not None:
        return FunctionScenario(loader, plan.target.name)
    any_engine: Any = engine  # scenarios are written for Explore, and ask of it no more than Stress has
    return find_scenario(plan.target, loader, any_engine, plan.mode, plan.size, plan.order)


def _one(plan: Plan, engine: Stress, scenario: Scenario, number: int, line: _Line, loader: Loader) -> None:
    any_engine: Any = engine
    engine.perturb(number, perturbation(plan.seed, number))
    try:
        engine.run(scenario.body(any_engine), scenario.mode)
        if scenario.setup_error is not None:
            raise load_error(plan.target, scenario.setup_error)
        is_over = all(record.is_ended or record.is_daemon for record in engine.all)
        if is_over and not engine.crashes and scenario.is_clean():
            return
        execution = _execution(scenario, engine, loader.files)
        told = b"" if plan.witness is None else plan.witness.packed(execution)
        line.send(EXECUTION, _pack(Report(number, execution.mode, execution.ending, tuple(judge(execution)), told=told)))
    finally:
        engine.clean_up()
        scenario.finish()


def _execution(scenario: Scenario, engine: Stress, files: Set[str]) -> Execution:
    any_engine: Any = engine
    execution = scenario.execution(any_engine, stands.crashes(engine, files), stands.thread_ends(engine, files))
    if any(not record.is_ended and not is_stuck(record) for record in engine.all):
        # A thread that runs may have a message where nobody can look (between a get and a put): nothing is said to be lost.
        logs = execution.logs and replace(execution.logs, may_leak=True)
        channels = [replace(channel, may_leak=True) for channel in execution.channels]
        return replace(execution, kept=frozenset(value for what, _, value in execution.log if what == PUT_BEGIN), channels=channels, logs=logs)
    return execution


def _start(monitor: Monitor) -> int:
    return _thread.start_new_thread(monitor.watch, ())


def _pack(told: msgspec.Struct) -> bytes:
    return msgspec.msgpack.encode(told)
