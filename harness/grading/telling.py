"""Scenarios that tell every execution: the same as those of a check, with messages that the parent chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.engines.explore import Explore
from harness.errors import InternalError
from harness.grading import wire
from harness.grading.values import plain_execution
from harness.grading.wire import Job, Scene, Writer
from harness.model.execution import Crash, Execution, LogEntry
from harness.model.trace import ThreadEnd
from harness.scenarios import ClassScenario, FunctionScenario, ProgramScenario, Scenario

BATCH = 64


class Teller:
    """What the child has to tell, in frames; `executions` and `scenes` count what was told."""

    def __init__(self, job: Job, writer: Writer) -> None:
        self._job = job
        self._writer = writer
        self._clean: list[list[LogEntry]] = []
        self.executions = 0
        self.scenes = 0

    def telling(self, scenario: Scenario) -> Scenario:
        """A scenario of the same target that tells its executions."""
        self.flush()
        self.scenes += 1
        match scenario:
            case ClassScenario():
                self._writer.send(wire.SCENE, wire.pack(Scene("class", scenario.plan.name, scenario.capacity is not None)))
                return _TellingClass(scenario, self._job.values, self)
            case ProgramScenario():
                self._writer.send(wire.SCENE, wire.pack(Scene("program")))
                return _TellingProgram(scenario.loader, scenario.order, self)
            case FunctionScenario():
                self._writer.send(wire.SCENE, wire.pack(Scene("function", scenario.name)))
                return _TellingFunction(scenario.loader, scenario.name, self)
        raise InternalError(f"a scenario of mode {scenario.mode} cannot be told")

    def clean(self, log: list[LogEntry]) -> None:
        """An execution that seems to have nothing wrong; the log is the scenario's own and is not touched again."""
        self.executions += 1
        self._clean.append(log)
        if len(self._clean) >= BATCH:
            self.flush()

    def seen(self, execution: Execution) -> Execution:
        """An execution in full."""
        self.executions += 1
        self._writer.hold(wire.SEEN, wire.pack(plain_execution(execution)))
        return execution

    def flush(self) -> None:
        """Tells what is held back."""
        if self._clean:
            self._writer.hold(wire.CLEAN, wire.pack(self._clean))
            self._clean = []


class _TellingClass(ClassScenario):
    def __init__(self, like: ClassScenario, values: list[list[int]], teller: Teller) -> None:
        super().__init__(like.loader, like.plan, like.size, like.order)
        self.values = values
        self._teller = teller

    def is_clean(self) -> bool:
        is_clean = super().is_clean()
        if is_clean:
            self._teller.clean(self.log)
        return is_clean

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        return self._teller.seen(super().execution(engine, crashes, ends))


class _TellingProgram(ProgramScenario):
    def __init__(self, loader: Any, order: str, teller: Teller) -> None:
        super().__init__(loader, order)
        self._teller = teller

    def is_clean(self) -> bool:
        super().is_clean()  # it notices what passes
        return False  # so that the execution is told in full

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        return self._teller.seen(super().execution(engine, crashes, ends))


class _TellingFunction(FunctionScenario):
    def __init__(self, loader: Any, name: str, teller: Teller) -> None:
        super().__init__(loader, name)
        self._teller = teller

    def is_clean(self) -> bool:
        return False

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        return self._teller.seen(super().execution(engine, crashes, ends))
