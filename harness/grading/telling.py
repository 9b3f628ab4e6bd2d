"""Scenarios that tell every execution: the same as those of a check, with messages that the parent chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from harness.engines.explore import Explore
from harness.errors import InternalError
from harness.grading import wire
from harness.grading.values import plain_execution
from harness.grading.wire import Job, Scene, Writer
from harness.guard.child import Connection
from harness.model.execution import Crash, Execution, LogEntry
from harness.model.trace import ThreadEnd
from harness.scenarios import ClassScenario, FunctionScenario, ProgramScenario, Scenario
from harness.stress.witness import Witness

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


class StressTeller:
    """The same of executions on real threads: the process that executes tells the one that it was forked from, in which no line of the submission
    has run, and that one tells the grader. `problem`: why an execution could not be judged, "" where all could."""

    def __init__(self, job: Job, writer: Writer, enter: Callable[[Connection], None]) -> None:
        self._job = job
        self._writer = writer
        self.witness = Witness(enter, self.telling, lambda execution: wire.SEEN + wire.pack(plain_execution(execution)), self.hear, self.doubt)
        self.executions = 0
        self.has_scene = False
        self.problem = ""

    def telling(self, scenario: Scenario, tell: Callable[[bytes], None]) -> Scenario:
        """See `Witness`."""
        match scenario:
            case ClassScenario():
                tell(wire.SCENE + wire.pack(Scene("class", scenario.plan.name, scenario.capacity is not None)))
                return _StressedClass(scenario, self._job.values, tell)
            case FunctionScenario():
                tell(wire.SCENE + wire.pack(Scene("function", scenario.name)))
                return _StressedFunction(scenario.loader, scenario.name)
        raise InternalError(f"a scenario of mode {scenario.mode} cannot be told from real threads")

    def hear(self, told: bytes) -> None:
        """See `Witness`."""
        kind = told[:1]
        if kind == wire.SCENE:
            if self.has_scene:
                return  # the same in every process
            self.has_scene = True
        else:
            self.executions += 1
        self._writer.hold(kind, told[1:])

    def doubt(self, why: str) -> None:
        """See `Witness.cannot_judge`."""
        self.problem = self.problem or why


class _StressedClass(ClassScenario):
    def __init__(self, like: ClassScenario, values: list[list[int]], tell: Callable[[bytes], None]) -> None:
        super().__init__(like.loader, like.plan, like.size, like.order)
        self.values = values
        self._tell = tell

    def is_clean(self) -> bool:
        is_clean = super().is_clean()
        if is_clean:
            self._tell(wire.CLEAN + wire.pack([self.log]))
        return is_clean


class _StressedFunction(FunctionScenario):
    def is_clean(self) -> bool:
        return False  # so that the execution is told in full


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
