"""A trial: one scenario, ready to be executed under any source of schedules, and written down when need be."""

from __future__ import annotations

import linecache
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from harness.ends import thread_ends
from harness.engines.explore import Explore
from harness.engines.recorder import Recorder
from harness.engines.showing import describe_error
from harness.engines.target_frames import innermost_raised
from harness.errors import HarnessError, InternalError
from harness.model.choice import Strategy
from harness.model.deed import Deed
from harness.model.execution import Crash, Execution
from harness.model.finding import Finding
from harness.model.result import ScenarioSize
from harness.model.schedule import CLOCK, Departure
from harness.model.trace import Trace
from harness.oracles import Remembered, judge
from harness.scenarios import ClassScenario, Scenario, Subject, TargetError
from harness.strategies.follow import Follow
from harness.surroundings import kept_output


@dataclass(frozen=True, slots=True)
class Failure:
    """What is kept of an execution in which something is wrong: the findings, and the schedule by its departures."""

    findings: list[Finding]
    departures: list[Departure]


@dataclass(frozen=True, slots=True)
class Shown:
    """A schedule played again and written down; its departures now know their source lines. `cost` counts the preemptions, the expiries and
    the times that another waiter than the oldest was woken; `deeds` are what orders its steps."""

    findings: list[Finding]
    trace: Trace
    departures: tuple[Departure, ...]
    preemptions: int
    expiries: int
    cost: int
    deeds: tuple[Deed, ...]


class Trial:
    """Executions of one scenario, each judged. Use it within `harness.surroundings.controlled`."""

    def __init__(self, engine: Explore, scenario: Scenario, size: ScenarioSize, order: str = "producer") -> None:
        self.engine = engine
        self.scenario = scenario
        self.size = size
        self.order = order
        self.long_executions = 0
        self._kept: list[tuple[list[Departure], bool]] = []
        self._is_expiry_kept = False
        self._verdicts = Remembered()
        engine.total_points = 0
        engine.files = scenario.subject.files
        engine.limits.update(scenario.subject.limits)
        engine.is_partial |= bool(scenario.subject.limits)  # what ran may be something else: nothing is proved
        for file in scenario.subject.files:
            linecache.checkcache(file)  # it may have been edited since this process showed its lines

    def of_size(self, size: ScenarioSize) -> Trial:
        """The same in class mode with another workload; executed by the same engine, whose count of points goes on."""
        scenario = self.scenario
        assert isinstance(scenario, ClassScenario), "only class mode has a workload"
        points = self.engine.total_points
        other = Trial(self.engine, ClassScenario(scenario.loader, scenario.plan, size, scenario.order), size, self.order)
        self.engine.total_points = points
        return other

    @property
    def subject(self) -> Subject:
        """What is executed."""
        return self.scenario.subject

    def execute(self, strategy: Strategy, keep: bool = False, seen: set[int] | None = None) -> Failure | None:
        """One execution; what to keep of it if anything is wrong, else None. `keep`: its departures go to `kept`, as do those of the first in
        which a timeout ends early.

        `seen` takes a number that stands for the execution's schedule, the same in every process.
        """
        engine, scenario = self.engine, self.scenario
        engine.strategy = strategy
        try:
            ending = engine.run(scenario.body(engine), scenario.mode)
            if keep or (engine.timers and not self._is_expiry_kept and self._has_expiry()):
                self.keep(_departures(engine), not keep)
            if seen is not None:
                seen.add(hash(tuple([n for thread, point, to, _ in engine.departures for n in (thread.index, point, 0 if to is None else to.index + 1)])))
            error = scenario.setup_error
            if error is not None:
                raise self.subject.could_not_begin(error)
            if ending == "finished" and not engine.crashes and not engine.aftermath and scenario.is_clean():
                return None
            if ending == "step-limit":
                self.long_executions += 1
            findings = self._verdicts.judge(self._execution())
            return Failure(findings, _departures(engine)) if findings else None
        finally:
            engine.clean_up()
            scenario.finish()

    def record(self, departures: Sequence[Departure]) -> Shown:
        """Plays a schedule strictly and writes every step down. Raises ReplayError where it does not fit."""
        engine, scenario = self.engine, self.scenario
        files = self.subject.files
        recorder = Recorder(files, _Namespaces(self.subject), self.subject.shown_as)

        def name_of(path: str) -> str:
            return next((thread.name for thread in engine.all if thread.path == path), path)

        engine.strategy = follow = Follow(departures, lambda thread: recorder.frames.line_of()[1], name_of)
        points_before = engine.total_points
        try:
            with kept_output(engine):
                engine.run(scenario.body(engine), scenario.mode, recorder)
            error = scenario.setup_error
            if error is not None:
                raise self.subject.could_not_begin(error)
            follow.check_all_used()
            findings = judge(self._execution())
            whys = [why for _, _, _, why in engine.departures]
            trace = recorder.trace([t for t in engine.all if t.role != "main" or engine.mode != "class"], thread_ends(engine, files, recorder))
            filled = tuple(Departure(d.thread, d.point, d.chosen, line) for d, line in zip(departures, follow.lines, strict=True))
            return Shown(findings, trace, filled, whys.count("preemption"), whys.count("expiry"), engine.last_cost, recorder.deeds.all())
        finally:
            engine.total_points = points_before
            engine.clean_up()
            scenario.finish()
            engine.recorder = None

    def keep(self, departures: list[Departure], is_for_expiry: bool) -> None:
        """Puts the departures of an execution to `kept`; of those in which a timeout ended early only the first."""
        if not (is_for_expiry and self._is_expiry_kept):
            self._kept.append((departures, is_for_expiry))
            self._is_expiry_kept |= is_for_expiry

    def keep_first(self, departures: list[Departure]) -> None:
        """Puts the departures of an execution before all others in `kept`."""
        self._kept.insert(0, (departures, False))

    @property
    def kept(self) -> list[list[Departure]]:
        """The departures of the executions that are to be judged once more."""
        return [departures for departures, _ in self._kept]

    def kept_why(self) -> Sequence[tuple[list[Departure], bool]]:
        """What is kept, each with whether it is kept because a timeout ended early."""
        return self._kept

    def forget_kept(self) -> None:
        """Keeps nothing so far."""
        self._kept.clear()
        self._is_expiry_kept = False

    def _has_expiry(self) -> bool:
        """Whether a timeout or sleep ended early in the execution that has just ended."""
        return any(to is None for _, _, to, _ in self.engine.departures)

    def _execution(self) -> Execution:
        """The execution that has just ended, as the oracles see it."""
        engine, scenario = self.engine, self.scenario
        files = self.subject.files
        crashes = []
        for error, where, future, thread, is_forgiven, text in engine.crashes:
            if is_forgiven or (isinstance(error, SystemExit) and where == "thread"):
                continue
            if isinstance(error, HarnessError):
                raise TargetError(f"{self.subject.text}: {error}")
            if _is_ours(error):
                raise InternalError(f"{describe_error(error)} in the engine") from error
            file, line, _ = innermost_raised(error, files)
            crashes.append(Crash(thread.name, where, text or describe_error(error), file, line, isinstance(error, self.subject.assertions), future))
        return scenario.execution(engine, crashes, thread_ends(engine, files, engine.recorder))


def _is_ours(error: BaseException) -> bool:
    """Whether an exception that came out of the target was raised by the engine's own code, which must never raise there."""
    if isinstance(error, RecursionError | MemoryError | KeyboardInterrupt):
        return False  # the target's doing, wherever it shows
    traceback = error.__traceback__
    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    frame = traceback.tb_frame
    # `_steps` carries out the target's own iteration, which may well raise
    return str(frame.f_globals.get("__name__", "")).startswith("harness.engines.") and frame.f_code.co_name != "_steps"


class _Namespaces(dict[str, dict[str, Any]]):
    """The namespace of the module that is loaded at the moment, by file."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject

    def get(self, key: str, default: Any = None) -> Any:
        module: ModuleType | None = self._subject.module_of(key)
        return default if module is None else vars(module)


def _departures(engine: Explore) -> list[Departure]:
    return [Departure(thread.path, point, to.path if to is not None else CLOCK) for thread, point, to, _ in engine.departures]
