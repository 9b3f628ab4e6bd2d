"""A campaign: a scenario, a strategy and a budget; executions until something is found, all is explored or the budget is spent."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import platform
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import msgspec

from harness.aim import aim
from harness.both_ways import check_both_ways
from harness.confirm import confirm, tell
from harness.course import LONG_EXECUTIONS, Course
from harness.engines.access_hooks import RealLock
from harness.engines.explore import Explore
from harness.errors import HarnessError, ReplayError
from harness.explain import explain
from harness.forewarn import find_wanted, forewarn, warnings_of
from harness.jobs import Crew, Job, Way, Workforce
from harness.model.finding import RANK, Finding
from harness.model.result import Bounds, Result, ScenarioSize, Verdict
from harness.model.schedule import Departure, from_token
from harness.model.trace import Step, Trace
from harness.model.unseen import Unseen, told
from harness.oracles.words import count_of
from harness.scenarios import ClassScenario, Loader, ProgramScenario, Scenario, TargetError, find_modes, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.auto import Auto
from harness.strategies.bounded import Bounded
from harness.strategies.catalogue import make_search
from harness.strategies.picks import Picks
from harness.strategies.subtrees import Subtrees
from harness.strategies.turns import Turns
from harness.strategies.units import Search, Whole
from harness.stress.witness import Witness
from harness.stress_check import check_by_stress
from harness.stretch import Tally
from harness.surroundings import Refused, surroundings
from harness.targets import Target, find_target
from harness.trial import Failure, Shown, Trial
from harness.watchdog import Stalled

CONFIRMATIONS = 3
"""Failing executions that may fail to show again before the program is called nondeterministic."""
BEAT_S = 0.1
LEARNING = 3
"""Executions by default after which an engine knows the places that threads share there, so that accesses to them are choices."""

FEW = 20
"""A budget of fewer executions has one of them judged once more, and not the one by default besides it."""

UNCONTROLLED = (RealLock, Refused, Stalled)
"""What an execution raises in which the target does what cannot be controlled."""

OnProgress = Callable[[int, int], None]
MakeScenario = Callable[[Explore], Scenario]
Surrounded = Callable[[Explore], AbstractContextManager[None]]


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
    jobs: int = 1,
    cluster: str | None = None,
    fail_fast: bool = False,
    on_progress: OnProgress | None = None,
    seen: set[int] | None = None,
    told_by: Callable[[Scenario], Scenario] | None = None,
    known: Collection[str] = (),
    witness: Witness | None = None,
) -> Result:
    """Runs the target under controlled schedules and judges every execution; what was found, and what that covers.

    `target` is a class, a zero-argument function, or a string that the command takes; the other arguments are the command's options.
    `fail_fast`: a file that could be checked both ways is not checked the second way where the first has failed. `seen` takes a number for
    every schedule of the search; `told_by` gives a scenario of the same target that is played in its stead (engine explore), so that
    others hear of every execution; `known` are kinds of finding that have been shown already: they are passed over, and nothing is
    verified then. A target that cannot be run or judged gives the verdict "error" with one line in `error`. Raises HarnessError for
    wrong arguments. `witness` hears of every execution under engine stress. `cluster`: the
    address of a scheduler of Dask's, whose workers share the search; the result is the same.
    """
    _check_arguments(producers, consumers, messages, capacity, engine, executions, time_s, order, mode, jobs)
    size = ScenarioSize(producers, consumers, messages, capacity)
    text = target if isinstance(target, str) else getattr(target, "__qualname__", repr(target))

    def campaign(executions: int, time_s: float | None) -> Campaign:
        return Campaign(strategy, seed, executions, size, order, time_s, all, on_progress, seen, mode=mode or "class", jobs=jobs, known=known)

    if cluster is not None and (engine == "stress" or not isinstance(target, str)):
        raise HarnessError("--cluster is for engine explore, and for a target that is named, so that others can find it")

    try:
        found = find_target(target)
    except HarnessError as problem:
        return msgspec.structs.replace(campaign(executions, time_s).result(text, str(problem)), engine=engine)
    def loader() -> Loader:
        return Loader(found, stand_ins(), instrument)

    if engine == "stress":
        make_search(strategy, seed)  # a name that does not exist is an error, whether or not it is used
        explore = functools.partial(check, target, producers=producers, consumers=consumers, messages=messages, capacity=capacity)
        again = functools.partial(explore, seed=seed, instrument=instrument, order=order)
        looks = functools.partial(_find_modes, found, loader(), seed)
        return check_by_stress(found, mode, looks, again, size, order, executions, time_s, seed, all, instrument, strategy, on_progress, witness)

    make_crew: Callable[[Way, Trial, Job], Workforce] | None = None

    def one_way(way: str | None, executions: int, time_s: float | None) -> Result:
        search = campaign(executions, time_s)
        if make_crew is not None:
            search.cluster = functools.partial(make_crew, Way(found, way, size, order, tuple(instrument)))
        return search.run(
            found.text,
            lambda engine: (told_by or _as_it_is)(find_scenario(found, loader(), engine, way, size, order)),
            lambda engine: surroundings(engine, found.file),
        )

    modes: Sequence[str | None] = (mode,)
    if mode is None and found.name is None and found.has_entry:
        modes = _find_modes(found, loader(), seed)
    with contextlib.ExitStack() as stack:
        if cluster is not None:
            from harness.jobs.cluster import connected  # and with it what only this needs

            make_crew = stack.enter_context(connected(cluster, lambda: None if on_progress is None else on_progress(0, executions)))
        return one_way(modes[0], executions, time_s) if len(modes) == 1 else check_both_ways(one_way, modes, executions, time_s, fail_fast and not all)


def _as_it_is(scenario: Scenario) -> Scenario:
    return scenario


def _find_modes(target: Target, loader: Loader, seed: int) -> Sequence[str]:
    """How a file that names nothing is checked, as `find_modes` finds it."""
    looking = Explore(Picks([]), seed)
    try:
        with surroundings(looking, target.file):
            return find_modes(target, loader, looking)
    except (HarnessError, *UNCONTROLLED):
        return ("program",)  # which runs into the same and tells it
    finally:
        looking.shut_down()


def play(target: object, picks: Sequence[int], *, size: ScenarioSize, seed: int = 0, order: str = "producer", mode: str | None = None) -> list[Finding]:
    """The findings of the one execution that follows `picks`: any list of natural numbers is a schedule, past its end the default.

    Raises HarnessError for a target that cannot be run or judged.
    """
    found = find_target(target)
    engine = Explore(Picks([]), seed)
    try:
        with surroundings(engine, found.file):
            loader = Loader(found, stand_ins())
            trial = Trial(engine, find_scenario(found, loader, engine, mode, size, order), size, order)
            for _ in range(LEARNING):
                trial.execute(Picks([]))
            failure = trial.execute(Picks(picks))
            findings = [] if failure is None else tell(trial, failure, seed)
            engine.shut_down()
    except UNCONTROLLED as error:
        raise HarnessError(f"{found.text}: {error}") from None
    return findings


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
        found = dataclasses.replace(found, name=wanted.name)
    size = ScenarioSize(wanted.producers, wanted.consumers, wanted.messages, wanted.capacity)

    def scenario(engine: Explore) -> Scenario:
        return find_scenario(found, Loader(found, stand_ins(), instrument), engine, mode or wanted.mode, size, wanted.order)

    try:
        return replay_scenario(scenario, schedule, lambda engine: surroundings(engine, found.file))
    except UNCONTROLLED as error:
        raise HarnessError(f"{found.text}: {error}") from None


def replay_scenario(scenario: MakeScenario, schedule: str, surrounded: Surrounded) -> Replayed:
    """Plays one schedule of a scenario again, strictly. Raises ReplayError where it no longer fits."""
    wanted = from_token(schedule)
    size = ScenarioSize(wanted.producers, wanted.consumers, wanted.messages, wanted.capacity)
    engine = Explore(Picks([]), wanted.seed)
    with surrounded(engine):
        try:
            trial = Trial(engine, scenario(engine), size, wanted.order)
            shown = trial.record(wanted.departures)
        finally:
            engine.shut_down()
    again = find_wanted([*shown.findings, *warnings_of(shown, trial.scenario.mode)], wanted.kind)
    if again is not None:
        again = msgspec.structs.replace(explain(again, shown.trace), preemptions=shown.preemptions, expiries=shown.expiries, schedule=schedule)
    return Replayed(again is not None, again, shown.trace, trial.scenario.mode, trial.subject.text)


@dataclass
class Campaign:
    """One search over one scenario; `run` it once. Raises HarnessError if there is no such strategy.

    `seen`: where the schedules of the search are to be noted, a number each (see `Trial.execute`). `forewarns`: whether data races and
    lock orders are judged once the search is over.
    """

    strategy_name: str
    seed: int
    budget: int
    size: ScenarioSize = field(default_factory=ScenarioSize)
    order: str = "producer"
    time_s: float | None = None
    is_all: bool = False
    on_progress: OnProgress | None = None
    seen: set[int] | None = None
    mode: str = "class"
    forewarns: bool = True
    jobs: int = 1
    cluster: Callable[[Trial, Job], Workforce] | None = None
    known: Collection[str] = ()
    passed_over: set[str] = field(default_factory=set)
    steps: int = 0
    search_s: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    trial: Trial | None = None
    course: Course | None = None
    is_unconfirmed: bool = False
    last_beat: float = 0.0

    def __post_init__(self) -> None:
        self.units: Search = make_search(self.strategy_name, self.seed, self.budget)
        self.turns = Turns("portfolio" if self.strategy_name == "auto" else self.strategy_name, self.search)
        self.tally = Tally(self.budget)
        self.started = self.last_beat = time.perf_counter()

    def run(self, text: str, scenario: MakeScenario, surrounded: Surrounded) -> Result:
        """The result of the search over the scenario that `scenario` makes within `surrounded`; `text` names it if that fails."""
        error: str | None = None
        try:
            self._explore(scenario, surrounded)
        except HarnessError as problem:
            error = str(problem)
        except UNCONTROLLED as problem:
            error = f"{text}: {problem}"
        return self.result(text, error)

    def result(self, text: str, error: str | None) -> Result:
        """What was found, and what that covers; `error` is why it could not be judged, a finding outweighs it."""
        elapsed = time.perf_counter() - self.started
        verdict: Verdict = "survived"
        if any(finding.severity == "error" for finding in self.findings.values()):
            verdict = "failed"
            error = None
        elif error is not None:
            verdict = "error"
        scenario = None if self.trial is None else self.trial.scenario
        complete, classes, preemptions = self._coverage()
        if complete and verdict == "survived":
            verdict = "verified"
        return Result(
            target=text,
            mode=self.mode,
            scenario=self.size,
            engine="explore",
            strategy=self.strategy_name,
            seed=self.seed,
            python=platform.python_version(),
            verdict=verdict,
            error=error,
            complete=complete,
            classes=classes,
            bounds=Bounds(preemptions, self.budget, self.time_s),
            executions=self.executions,
            elapsed_s=round(elapsed, 6),
            executions_per_s=round(self.executions / self.search_s, 1) if self.search_s else 0.0,
            findings=tuple(sorted([*self.findings.values(), *self.warnings], key=lambda finding: (finding.severity != "error", RANK[finding.kind]))),
            limits=self.limits(),
            unseen=self._unseen() if verdict == "survived" else None,
            steps=self.steps,
            turns=self.turns.told(self.mode, complete),
            remarks=tuple(scenario.remarks.values()) if isinstance(scenario, ProgramScenario) else (),
            is_sized=not isinstance(scenario, ClassScenario) or scenario.plan.capacity is not None,
        )

    def _coverage(self) -> tuple[bool, int | None, int | None]:
        """Whether every schedule was covered, how many classes of them there are, and the preemption bound that was covered."""
        bounded, search = self.bounded, self.search
        if self.trial is None or self.trial.long_executions or self.is_unconfirmed or self.passed_over:
            return False, None, None
        if self.trial.engine.is_partial or not self.trial.engine.has_spawned:
            return False, None, None  # with one thread there are no schedules, so nothing was shown
        if bounded is not None:
            return bounded.is_complete, None, bounded.bound if bounded.bound >= 0 and not bounded.is_complete else None
        if search is not None and search.is_complete:
            return True, search.classes, None
        return False, None, None

    def _explore(self, scenario: MakeScenario, surrounded: Surrounded) -> None:
        """Searches and fills in everything; raises what makes the verdict "error"."""
        engine = Explore(Picks([]), self.seed)  # until a unit's strategy has its turn
        engine.on_long = self._beat
        with surrounded(engine):
            try:
                trial = self.trial = Trial(engine, scenario(engine), self.size, self.order)
                self.mode = trial.scenario.mode
                unconfirmed = self._search(trial)
                if unconfirmed is not None and not any(finding.severity == "error" for finding in self.findings.values()):
                    raise TargetError(_diverges(trial, "so a failure could not be confirmed", unconfirmed.recorded, unconfirmed.replayed))
                usual: list[Sequence[Departure]] = [(), *trial.kept]
                if self.budget < FEW:
                    usual = usual[-1:]
                written: dict[int, Shown] = {}
                if not self.findings:
                    for number in {0, len(usual) - 1}:
                        written[number] = _check_deterministic(trial, usual[number])
                if self.forewarns:
                    self.warnings = forewarn(trial, list(self.findings.values()), usual, written, self.seed)
            finally:
                self.steps = engine.total_points
                engine.shut_down()

    def _search(self, trial: Trial) -> ReplayError | None:
        """Executions until the search is over; the last failure that could not be shown again, if there was one."""
        unconfirmed: ReplayError | None = None
        n_unconfirmed = 0

        def on_failure(failure: Failure, number: int) -> bool:
            nonlocal unconfirmed, n_unconfirmed
            new = [finding for finding in failure.findings if finding.kind not in self.findings and finding.kind not in self.known]
            self.passed_over.update(finding.kind for finding in failure.findings if finding.kind in self.known)
            if not new:
                return False
            begun = time.perf_counter()
            try:
                self._report(trial, failure, new[0].kind, number)
            except ReplayError as error:
                unconfirmed = error
                self.is_unconfirmed = True
                n_unconfirmed += 1
            self.search_s -= time.perf_counter() - begun
            return n_unconfirmed >= CONFIRMATIONS or (not self.is_all and any(finding.severity == "error" for finding in self.findings.values()))

        begun = time.perf_counter()
        self.tally.deadline_s = None if self.time_s is None else begun + self.time_s
        job = Job(self.strategy_name, self.seed, self.is_all, self.tally.deadline_s, self.seen is not None)
        crew: Workforce | None = None
        if self.cluster is not None:
            crew = self.cluster(trial, job)
        elif self.jobs > 1 and Crew.is_possible():
            crew = Crew(trial, job, self.jobs)
        self.course = Course(trial, self.units, self.tally, crew, self.findings.keys(), self.seen, on_failure, self._beat, self.turns)
        try:
            self.course.run()
            if self._is_open("deadlock"):
                self.remarks += aim(trial, self.tally, self.turns, self.seed, on_failure, self._beat)
        finally:
            self.search_s += time.perf_counter() - begun
        if trial.long_executions >= LONG_EXECUTIONS:
            self.remarks.append(f"the search ended after {self.executions} executions, because so many did not end")
        elif self.tally.is_cut_off:
            self.remarks.append(
                f"the budget of {self.time_s:g} s ended the search after {self.executions} executions; with it results may differ between machines"
            )
        return unconfirmed

    def _is_open(self, kind: str) -> bool:
        """Whether the search may go on and does not know yet whether there is a failure of that kind."""
        if self.tally.is_cut_off or self.is_unconfirmed or kind in self.findings or kind in self.known or self._coverage()[0]:
            return False
        return self.is_all or not any(finding.severity == "error" for finding in self.findings.values())

    @property
    def search(self) -> Subtrees | None:
        """The exhaustive search, where the strategy has one."""
        return self.units if isinstance(self.units, Subtrees) else self.units.search if isinstance(self.units, Auto) else None

    @property
    def bounded(self) -> Bounded | None:
        """The bounded search, where this is one."""
        strategy = self.units.strategy if isinstance(self.units, Whole) else None
        return strategy if isinstance(strategy, Bounded) else None

    @property
    def executions(self) -> int:
        """How many have been made."""
        return self.tally.executions

    def _unseen(self) -> Unseen | None:
        """What a sample says of the classes that were not seen; None if there was none or all were seen."""
        units = self.units
        return units.sample.unseen if isinstance(units, Auto) and not units.search.is_complete else None

    def _left_out(self) -> list[str]:
        """Why an exhaustive search that was made is no proof."""
        bounded, search = self.bounded, self.search
        if any(finding.severity == "error" for finding in self.findings.values()):
            return []  # it was to find one, not to prove
        if bounded is not None:
            if bounded.is_complete:
                return []
            if bounded.doubts:
                return [f"the bounded search proves nothing: {doubt} (in {count_of(n, 'execution')})" for doubt, n in sorted(bounded.doubts.items())]
            covered = f"every schedule with at most {count_of(bounded.bound, 'preemption')} was covered"
            if bounded.bound <= 0:
                covered = "not even those without a preemption were all covered" if bounded.bound else "every schedule without a preemption was covered"
            if bounded.has_left_out:
                covered += ", and what did not fit in memory was left out"
            return [f"bounded search: {covered}; a preemption, an expiry and the waking of another waiter than the oldest count one each"]
        if search is None or search.is_complete:
            return []
        if search.doubts:
            return [f"the exhaustive search proves nothing: {doubt} (in {count_of(n, 'execution')})" for doubt, n in sorted(search.doubts.items())]
        if not search.classes:
            return []
        seen = "1 class" if search.classes == 1 else f"{search.classes:,} classes"
        unseen = self._unseen()
        more = "there may be more" if unseen is None else told(unseen)
        return [f"the exhaustive search did not end: {seen} of equivalent executions {'was' if search.classes == 1 else 'were'} seen, and {more}"]

    def _report(self, trial: Trial, failure: Failure, kind: str, number: int) -> None:
        bounded = self.bounded
        covered = bounded.bound if bounded is not None and not trial.long_executions and not trial.engine.is_partial else -1
        for finding in confirm(trial, failure, kind, self.seed, number, self._beat, covered):
            self.findings.setdefault(finding.kind, finding)

    def _beat(self) -> None:
        now = time.perf_counter()
        if self.on_progress is not None and now - self.last_beat > BEAT_S:
            self.last_beat = now
            self.on_progress(self.executions if self.course is None else self.course.executions, self.budget)

    def limits(self) -> tuple[str, ...]:
        """All that was bounded or outside control."""
        limits = list(self.remarks)
        if self.passed_over:
            limits.append(f"{', '.join(sorted(self.passed_over, key=RANK.__getitem__))} showed here too, and had been shown before")
        trial = self.trial
        if trial is None:
            return tuple(limits)
        engine = trial.engine
        if trial.long_executions:
            limits.append(f"{trial.long_executions} executions were cut off at the step limit of {engine.step_limit} points")
        limits.extend(f"calls into {module} are one step: it is not rewritten" for module in sorted(engine.uncontrolled))
        limits.extend(sorted(engine.limits))
        if isinstance(trial.scenario, ClassScenario) and (unknown := trial.scenario.plan.unknown):
            limits.append(
                f"the constructor's {' and '.join(unknown)} was left as it is: it is not called a capacity (capacity, size, limit, ...), so none was given "
                "or judged"
            )
        limits.extend(self._left_out())
        if self.executions and not engine.has_spawned:
            what = "" if self.mode == "program" else ": a scenario starts its threads itself and asserts what must hold"
            limits.append(f"no thread was started, so there was nothing to interleave{what}")
        if engine.draws:
            limits.append(f"the program draws random values; this holds for those of seed {self.seed}")
        return tuple(limits)


def _check_deterministic(trial: Trial, departures: Sequence[Departure]) -> Shown:
    """Plays one execution twice and compares step by step: a program that diverges by itself cannot be judged. What it was like.

    In class mode values are compared only where they enter or leave the pipeline: an id kept in an attribute differs, and decides nothing
    by itself. A scenario may mean any value.
    """
    try:
        shown, again = trial.record(departures), trial.record(departures)
    except ReplayError as error:
        raise TargetError(_diverges(trial, "so nothing can be claimed", error.recorded, error.replayed)) from None
    for one, other in zip(shown.trace.steps, again.trace.steps, strict=False):
        if _course(one, trial) != _course(other, trial):
            told = [f"step {step.step}, {step.thread}, line {step.line}: {step.what}" for step in (one, other)]
            raise TargetError(_diverges(trial, "so nothing can be claimed", *told))
    return shown


def _course(step: Step, trial: Trial) -> tuple[str, str, int, str, str]:
    is_meant = (trial.scenario.mode != "class" and trial.subject.compares_values) or step.kind.startswith(("put-", "get-"))
    return step.thread, step.file, step.line, step.kind, step.what if is_meant else ""


def _diverges(trial: Trial, so: str, recorded: str, replayed: str) -> str:
    def play() -> None:
        trial.execute(Picks([]))

    leaks = "".join(f"\n  outlives an execution: {leak}" for leak in trial.subject.leaks(play))
    return (
        f"{trial.subject.text}: the same schedule gives different executions, {so} (ids, hash order, the real clock or a file may decide)\n"
        f"  recorded: {recorded}\n  replayed: {replayed}{leaks}"
    )


def _check_arguments(
    producers: int, consumers: int, messages: int, capacity: int, engine: str, executions: int, time_s: float | None, order: str, mode: str | None, jobs: int
) -> None:
    counts = (("producers", producers), ("consumers", consumers), ("messages", messages), ("executions", executions), ("jobs", jobs))
    for name, value in counts:
        if type(value) is not int or value < 1:
            raise HarnessError(f"{name} must be a whole number of at least 1, not {value!r}")
    if type(capacity) is not int:
        raise HarnessError(f"capacity must be a whole number, not {capacity!r}")
    if producers + consumers > 500:
        raise HarnessError(f"{producers + consumers} threads are more than the 500 that a scenario may have")
    if time_s is not None and time_s <= 0:
        raise HarnessError(f"time must be positive, not {time_s!r}")
    if engine not in ("explore", "stress"):
        raise HarnessError(f"there is no engine {engine!r}; there are explore and stress")
    if engine == "stress" and jobs > 1:
        raise HarnessError("jobs is for engine explore: real threads share the processors as it is, and executions side by side would disturb each other")
    if order not in ("producer", "linear", "any"):
        raise HarnessError(f"order is producer, linear or any, not {order!r}")
    if mode not in (None, "class", "program", "function"):
        raise HarnessError(f"a target is checked as class, program or function, not as {mode!r}")
