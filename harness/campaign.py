"""A campaign: a scenario, a strategy and a budget; executions until something is found, all is explored or the budget is spent."""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from harness.engines.access_hooks import RealLock
from harness.engines.explore import Explore
from harness.engines.recorder import Recorder, describe_error, innermost
from harness.errors import HarnessError, ReplayError
from harness.explain import explain
from harness.instrument.loader import make_importer
from harness.minimise import Played, minimise, thin
from harness.model.choice import Strategy
from harness.model.execution import Crash, Execution
from harness.model.finding import RANK, Finding
from harness.model.result import Bounds, Result, ScenarioSize, Verdict
from harness.model.schedule import CLOCK, Departure, Schedule, from_token, to_token
from harness.model.trace import ThreadEnd, Trace
from harness.oracles import is_clean, judge
from harness.scenario import ClassScenario, TargetError, find_scenario, load_error
from harness.standins.modules import stand_ins
from harness.strategies.catalogue import make
from harness.strategies.follow import Follow
from harness.strategies.picks import Picks
from harness.surroundings import Refused, kept_output, surroundings
from harness.targets import Target, find_target

MINIMISING_BUDGET = 2000
THINNING_BUDGET = 200
CONFIRMATIONS = 3
"""Failing executions that may fail to show again before the program is called nondeterministic."""
LONG_EXECUTIONS = 20
"""Executions that may hit the step limit before the campaign ends."""
COLLECT_EVERY = 2000

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One execution again: whether the finding that the schedule was made for showed, the finding, and every step."""

    is_shown: bool
    finding: Finding | None
    trace: Trace
    mode: str
    target: str


def check(
    target: object,
    *,
    mode: str | None = None,
    producers: int = 1,
    consumers: int = 1,
    messages: int = 3,
    capacity: int = 2,
    engine: str = "explore",
    strategy: str = "auto",
    executions: int = 5000,
    time_s: float | None = None,
    seed: int = 0,
    all: bool = False,
    instrument: Sequence[str] = (),
    order: str = "producer",
    on_progress: OnProgress | None = None,
) -> Result:
    """Runs the target under controlled schedules and judges every execution; what was found, and what that covers.

    `target` is a class, a zero-argument function, or a string that the command takes; the other arguments are the command's options.
    A target that cannot be run or judged gives the verdict "error" with one line in `error`. Raises HarnessError for wrong arguments.
    """
    _check_arguments(producers, consumers, messages, capacity, engine, executions, time_s, order, mode)
    size = ScenarioSize(producers, consumers, messages, capacity)
    campaign = _Campaign(make(strategy, seed), seed, size, order, executions, time_s, all, on_progress)
    text = target if isinstance(target, str) else getattr(target, "__qualname__", repr(target))
    started = time.perf_counter()
    error: str | None = None
    try:
        if instrument:
            raise TargetError("instrument: rewriting further modules is not built yet")
        found = find_target(target)
        text = found.text
        campaign.search(found, mode)
    except (HarnessError, RealLock, Refused) as problem:
        error = f"{text}: {problem}" if isinstance(problem, RealLock | Refused) else str(problem)
        if isinstance(problem, ReplayError):
            error = str(problem)
    elapsed = time.perf_counter() - started
    verdict: Verdict = "survived"
    if any(finding.severity == "error" for finding in campaign.findings.values()):
        verdict = "failed"
        error = None
    elif error is not None:
        verdict = "error"
    return Result(
        target=text,
        mode=campaign.mode,
        scenario=size,
        engine=engine,
        strategy=strategy,
        seed=seed,
        python=platform.python_version(),
        verdict=verdict,
        error=error,
        bounds=Bounds(None, executions, time_s),
        executions=campaign.executions,
        elapsed_s=round(elapsed, 6),
        executions_per_s=round(campaign.executions / campaign.search_s, 1) if campaign.search_s else 0.0,
        findings=tuple(sorted(campaign.findings.values(), key=lambda finding: (RANK[finding.kind], finding.executions_to_find))) if campaign.all else tuple(campaign.findings.values()),
        limits=tuple(campaign.limits(text)),
        steps=campaign.steps,
    )


def replay(target: object, schedule: str, *, instrument: Sequence[str] = (), mode: str | None = None) -> Replayed:
    """Plays one schedule again, strictly, and records every step.

    Raises ReplayError where it no longer fits the program, HarnessError for a token or a target that cannot be used.
    """
    try:
        wanted = from_token(schedule)
    except ValueError as error:
        raise HarnessError(str(error)) from None
    found = find_target(target)
    if found.name is None and wanted.name:
        found = Target(found.text, found.file, found.module, wanted.name, found.program, found.has_entry, found.has_guard, found.package)
    size = ScenarioSize(wanted.producers, wanted.consumers, wanted.messages, wanted.capacity)
    campaign = _Campaign(Picks([]), wanted.seed, size, wanted.order, 1, None, False, None)
    try:
        shown = campaign.follow(found, mode or wanted.mode, wanted)
    except (RealLock, Refused) as error:
        raise HarnessError(f"{found.text}: {error}") from None
    findings, trace = shown.findings, shown.trace
    again = next((finding for finding in findings if finding.kind == wanted.kind), None)
    if again is None and not wanted.kind and findings:
        again = findings[0]
    if again is not None:
        again = explain(again, trace)
    return Replayed(again is not None, again, trace, campaign.mode, found.text)


@dataclass(slots=True)
class _Failure:
    """What must be kept of a failing execution to show it again."""

    findings: list[Finding]
    departures: list[Departure]
    number: int


@dataclass(slots=True)
class _Shown:
    """A schedule played again and written down."""

    findings: list[Finding]
    trace: Trace
    departures: tuple[Departure, ...]
    preemptions: int
    expiries: int


@dataclass
class _Campaign:
    strategy: Strategy
    seed: int
    size: ScenarioSize
    order: str
    budget: int
    time_s: float | None
    all: bool
    on_progress: OnProgress | None
    mode: str = "class"
    executions: int = 0
    steps: int = 0
    search_s: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)
    long_executions: int = 0
    remarks: list[str] = field(default_factory=list)
    draws: bool = False

    def _prepare(self, target: Target, mode: str | None) -> None:
        self.target = target
        self.engine = Explore(self.strategy, self.seed)
        self.engine.on_long = self._beat
        self.loader = _loader(target)
        self.scenario = find_scenario(target, self.loader, self.engine, mode, self.size, self.order)
        self.mode = self.scenario.mode

    def search(self, target: Target, mode: str | None) -> None:
        """Fills in everything; raises what makes the verdict "error"."""
        self._last_beat = time.perf_counter()
        engine = Explore(self.strategy, self.seed)
        with surroundings(engine, [target.file]):
            self.engine = engine
            engine.on_long = self._beat
            self.target = target
            self.loader = _loader(target)
            self.scenario = find_scenario(target, self.loader, engine, mode, self.size, self.order)
            self.mode = self.scenario.mode
            engine.total_points = 0
            start = time.perf_counter()
            try:
                self._search()
            finally:
                self.search_s = self.search_s or time.perf_counter() - start
                self.steps = engine.total_points
                gc.collect()

    def _search(self) -> None:
        engine, strategy = self.engine, self.strategy
        start = time.perf_counter()
        unconfirmed: ReplayError | None = None
        n_unconfirmed = 0
        last: list[Departure] = []
        while self.executions < self.budget and strategy.begin():
            if self.time_s is not None and time.perf_counter() - start >= self.time_s:
                self.remarks.append(f"the budget of {self.time_s:g} s ended the search after {self.executions} executions; with it results may differ between machines")
                break
            self.executions += 1
            failure = self._execute(self.executions)
            strategy.end(engine.n_choices)
            if self.executions % 256 == 0:
                if self.executions % COLLECT_EVERY < 256:
                    gc.collect()
                self._beat()
            if failure is None:
                if self.long_executions >= LONG_EXECUTIONS:
                    break
                continue
            new = [finding for finding in failure.findings if finding.kind not in self.findings]
            if not new:
                continue
            self.search_s = time.perf_counter() - start
            try:
                self._report(failure, new)
            except ReplayError as error:
                unconfirmed = error
                n_unconfirmed += 1
                if n_unconfirmed >= CONFIRMATIONS:
                    break
                continue
            finally:
                engine.strategy = strategy
            if not self.all and any(finding.severity == "error" for finding in new):
                return
            start = time.perf_counter() - self.search_s
            last = failure.departures
        self.search_s = time.perf_counter() - start
        if unconfirmed is not None and not any(f.severity == "error" for f in self.findings.values()):
            raise TargetError(f"{self.target.text}: the same schedule gives different executions, so a failure could not be confirmed (ids, hash order, the real clock or a file may decide)\n  recorded: {unconfirmed.recorded}\n  replayed: {unconfirmed.replayed}")
        if not self.findings:
            self._check_deterministic(last)

    # -- one execution -------------------------------------------------------------------------------------------------------------

    def _execute(self, number: int) -> _Failure | None:
        """One execution of the search; what to keep of it if anything is wrong, else None."""
        engine, scenario = self.engine, self.scenario
        try:
            ending = engine.run(scenario.body(engine), scenario.mode)
            if scenario.setup_error is not None:
                raise load_error(self.target, scenario.setup_error)
            if (
                ending == "finished"
                and not engine.crashes
                and not engine.aftermath
                and isinstance(scenario, ClassScenario)
                and is_clean(scenario.log, scenario.n_messages, scenario.capacity, scenario.order)
            ):
                return None
            if ending == "step-limit":
                self.long_executions += 1
            findings = judge(self._execution())
            if not findings:
                return None
            return _Failure(findings, _departures(engine), number)
        finally:
            engine.clean_up()
            scenario.finish()

    def _execution(self) -> Execution:
        """The execution that has just ended, as the oracles see it."""
        engine, scenario = self.engine, self.scenario
        files = frozenset({self.target.file})
        is_class = isinstance(scenario, ClassScenario)
        crashes = []
        for error, where, future, thread, is_forgiven in engine.crashes:
            if is_forgiven or isinstance(error, SystemExit) and where in ("thread", "scenario"):
                continue
            if isinstance(error, HarnessError):
                raise TargetError(f"{self.target.text}: {error}")
            file, line = innermost(error, files)
            crashes.append(Crash(thread.name, where, describe_error(error), file, line, isinstance(error, AssertionError), future))
        return Execution(
            mode=scenario.mode,
            log=scenario.log,
            workers=scenario.workers if isinstance(scenario, ClassScenario) else (),
            crashes=crashes,
            ending=engine.ending,
            threads=_thread_ends(engine, files, engine.recorder),
            kept=scenario.kept(engine) if isinstance(scenario, ClassScenario) else frozenset(),
            capacity=scenario.capacity if isinstance(scenario, ClassScenario) else None,
            order=self.order if is_class else "any",
            loop=_loop_of(engine),
        )

    # -- showing a failure again ---------------------------------------------------------------------------------------------------

    def _report(self, failure: _Failure, new: list[Finding]) -> None:
        """Reduces, confirms and explains a failing execution, and adds its findings. Raises ReplayError if it cannot be shown again."""
        kind = new[0].kind
        departures = self._reduced(failure.departures, kind)
        try:
            shown = self._show(departures, kind)
        except ReplayError:
            if departures == failure.departures:
                raise
            shown = self._show(failure.departures, kind)
        text = self.target.text
        for finding in shown.findings:
            if finding.kind in self.findings:
                continue
            token = to_token(self._schedule(finding.kind, shown.departures))
            explained = explain(finding, shown.trace)
            self.findings[finding.kind] = msgspec.structs.replace(
                explained,
                preemptions=shown.preemptions,
                expiries=shown.expiries,
                executions_to_find=failure.number,
                schedule=token,
                replay=f"harness replay {_quoted(text)} {token}",
            )

    def _schedule(self, kind: str, departures: tuple[Departure, ...]) -> Schedule:
        size = self.size
        name = "" if self.target.name else self.scenario.plan.name if isinstance(self.scenario, ClassScenario) else ""
        return Schedule(self.mode, size.producers, size.consumers, size.messages, size.capacity, self.order, self.seed, kind, departures, name)

    def _reduced(self, departures: list[Departure], kind: str) -> list[Departure]:
        """Fewer departures that still show the finding, found by shrinking the list of picks."""
        engine = self.engine
        points_before = engine.total_points
        found: dict[tuple[int, ...], list[Departure]] = {}

        def shows(candidate: Sequence[Departure]) -> bool:
            engine.strategy = Follow(candidate)
            self._beat()
            failure = self._execute(0)
            return failure is not None and kind in [finding.kind for finding in failure.findings]

        departures = thin(departures, shows, THINNING_BUDGET)
        engine.strategy = follow = Follow(departures)
        self._execute(0)

        def attempt(picks: Sequence[int]) -> Played:
            player = Picks(picks)
            engine.strategy = player
            self._beat()
            failure = self._execute(0)
            is_shown = failure is not None and kind in [finding.kind for finding in failure.findings]
            if failure is not None and is_shown:
                found[tuple(_trimmed(player.taken))] = failure.departures
            return Played(is_shown, engine.last_cost, player.taken, player.counts)

        best = minimise(follow.ways, attempt, MINIMISING_BUDGET)
        engine.total_points = points_before
        return found.get(tuple(_trimmed(best)), departures)

    def _show(self, departures: Sequence[Departure], kind: str) -> _Shown:
        """Plays departures strictly and writes every step down. Raises ReplayError unless the finding shows."""
        shown = self._record(departures)
        if kind not in [finding.kind for finding in shown.findings]:
            raise ReplayError("the failure did not show again", f"a {kind}", f"{shown.findings[0].kind if shown.findings else 'no finding'}")
        return shown

    def _record(self, departures: Sequence[Departure]) -> _Shown:
        engine, scenario, target = self.engine, self.scenario, self.target
        recorder = Recorder(frozenset({target.file}), _Namespaces(self.loader))
        names: dict[str, str] = {}

        def name_of(path: str) -> str:
            return next((thread.name for thread in engine.all if thread.path == path), path)

        follow = Follow(departures, lambda thread: recorder.line_of()[1], name_of)
        before, points_before = engine.strategy, engine.total_points
        engine.strategy = follow
        try:
            with kept_output(engine):
                engine.run(scenario.body(engine), scenario.mode, recorder)
            if scenario.setup_error is not None:
                raise load_error(target, scenario.setup_error)
            follow.check_all_used()
            execution = self._execution()
            findings = judge(execution)
            preemptions, expiries = _count(engine)
            trace = recorder.trace([t for t in engine.all if t.role != "main" or engine.mode != "class"], _thread_ends(engine, recorder.files, recorder))
            filled = tuple(
                Departure(d.thread, d.point, d.chosen, line) for d, line in zip(departures, follow.lines, strict=True)
            )
            return _Shown(findings, trace, filled, preemptions, expiries)
        finally:
            del names
            engine.strategy = before
            engine.total_points = points_before
            engine.clean_up()
            scenario.finish()
            engine.recorder = None

    def follow(self, target: Target, mode: str, schedule: Schedule) -> _Shown:
        """Loads the target and plays one schedule, strictly."""
        self._last_beat = time.perf_counter()
        engine = Explore(self.strategy, self.seed)
        with surroundings(engine, [target.file]):
            self.engine = engine
            self.target = target
            self.loader = _loader(target)
            self.scenario = find_scenario(target, self.loader, engine, mode, self.size, self.order)
            self.mode = self.scenario.mode
            return self._record(schedule.departures)

    def _check_deterministic(self, departures: list[Departure]) -> None:
        """Plays one execution twice and compares step by step: a program that diverges by itself cannot be judged."""
        first, second = self._record(departures).trace.steps, self._record(departures).trace.steps
        for one, other in zip(first, second, strict=False):
            if (one.thread, one.file, one.line, one.what) != (other.thread, other.file, other.line, other.what):
                raise TargetError(
                    f"{self.target.text}: the same schedule gives different executions (ids, hash order, the real clock or a file may decide), so nothing can be claimed\n"
                    f"  recorded: step {one.step}, {one.thread}, line {one.line}: {one.what}\n  replayed: step {other.step}, {other.thread}, line {other.line}: {other.what}"
                )

    def _beat(self) -> None:
        now = time.perf_counter()
        if self.on_progress is not None and now - self._last_beat > 0.1:
            self._last_beat = now
            self.on_progress(self.executions, self.budget)

    def limits(self, text: str) -> list[str]:
        """All that was bounded or outside control."""
        limits = list(self.remarks)
        engine = getattr(self, "engine", None)
        if engine is None:
            return limits
        if self.long_executions:
            limits.append(f"{self.long_executions} executions were cut off at the step limit of {engine.step_limit} points")
        limits.extend(f"calls into {module} are one step: it is not rewritten" for module in sorted(engine.uncontrolled))
        limits.extend(sorted(engine.limits))
        if engine.draws:
            limits.append(f"the program draws random values; this holds for those of seed {self.seed}")
        target = getattr(self, "target", None)
        if target is not None and target.has_guard and self.mode == "class" and target.name is None:
            limits.append("the file's own program was not run: program mode is not built yet")
        return limits


class _Namespaces(dict[str, dict[str, Any]]):
    """The namespace of the module that is loaded at the moment, by file."""

    def __init__(self, loader: Any) -> None:
        super().__init__()
        self._loader = loader

    def get(self, key: str, default: Any = None) -> Any:
        module = self._loader.module
        return vars(module) if module is not None and key == self._loader.target.file else default


def _loader(target: Target) -> Any:
    from harness.scenario import Loader

    return Loader(target, make_importer(stand_ins()))


def _departures(engine: Explore) -> list[Departure]:
    return [Departure(thread.path, point, to.path if to is not None else CLOCK) for thread, point, to, _ in engine.departures]


def _count(engine: Explore) -> tuple[int, int]:
    whys = [why for _, _, _, why in engine.departures]
    return whys.count("preemption"), whys.count("expiry")


def _trimmed(picks: Sequence[int]) -> list[int]:
    end = len(picks)
    while end and not picks[end - 1]:
        end -= 1
    return list(picks[:end])


def _loop_of(engine: Explore) -> str:
    from harness import runtime

    if engine.loop_at < 0:
        return ""
    site = runtime.sites[engine.loop_at]
    return f"{site.file.rpartition('/')[2]}:{site.line}"


def _thread_ends(engine: Explore, files: frozenset[str], recorder: Recorder | None = None) -> tuple[ThreadEnd, ...]:
    """How each thread stands; the setup thread of class mode is left out once it has ended."""
    ends = []
    for thread in engine.all:
        if thread.role == "main" and engine.mode == "class" and thread.is_ended:
            continue
        state = "ended" if thread.is_ended else "running" if thread in engine.runnable or thread.deadline is not None else "blocked"
        file, line = ("", 0)
        frame = None if thread.is_ended else engine.baton.frame_of(thread)
        while frame is not None and not file:
            if frame.f_code.co_filename in files:
                file, line = frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        waits_for = ""
        if state == "blocked" and thread.waits_at is not None:
            waits_for = describe_wait(thread.waits_at, recorder)
        ends.append(ThreadEnd(thread.name, thread.role, state, thread.is_daemon or not (thread.is_ended or thread.is_awaited()), waits_for, file, line, recorder.held_by(thread.name) if recorder else ()))
    return tuple(ends)


def describe_wait(gate: Any, recorder: Recorder | None) -> str:
    """What a thread parked at a gate waits for, in words."""
    label = recorder.label(gate.owner) if recorder else f"a {type(gate.owner).__name__}"
    words = {
        "acquire": f"to acquire {label}",
        "join": f"for {getattr(gate.owner, 'name', label)} to end",
        "wait": f"for a notify on {label}",
        "get": f"for an item in {label}",
        "put": f"for room in {label}",
        "result": f"for the result of {label}",
    }.get(gate.kind, f"for {label} ({gate.kind})")
    held = recorder.holder_of(gate.owner) if recorder and gate.kind == "acquire" else None
    return words + (f", held by {held[0]} since line {held[1]}" if held and held[1] else "")


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def _check_arguments(producers: int, consumers: int, messages: int, capacity: int, engine: str, executions: int, time_s: float | None, order: str, mode: str | None) -> None:
    for name, value, lowest in (("producers", producers, 1), ("consumers", consumers, 1), ("messages", messages, 1), ("executions", executions, 1)):
        if not isinstance(value, int) or value < lowest:
            raise HarnessError(f"{name} must be a whole number of at least {lowest}, not {value!r}")
    if not isinstance(capacity, int):
        raise HarnessError(f"capacity must be a whole number, not {capacity!r}")
    if producers + consumers > 500:
        raise HarnessError(f"{producers + consumers} threads are more than the 500 that a scenario may have")
    if time_s is not None and time_s <= 0:
        raise HarnessError(f"time must be positive, not {time_s!r}")
    if engine == "stress":
        raise HarnessError("engine stress is not built yet; use explore")
    if engine != "explore":
        raise HarnessError(f"there is no engine {engine!r}; there is explore")
    if order not in ("producer", "linear", "any"):
        raise HarnessError(f"order is producer, linear or any, not {order!r}")
    if mode not in (None, "class", "program", "function"):
        raise HarnessError(f"a target is checked as class, program or function, not as {mode!r}")



