"""A campaign: a scenario, a strategy and a budget; executions until something is found, all is explored or the budget is spent."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from harness.aim import SHARE, aim
from harness.confirm import confirm
from harness.course import LONG_EXECUTIONS, Course
from harness.engines.explore import Explore
from harness.engines.real_locks import RealLock
from harness.errors import HarnessError, NothingToCheck, ReplayError
from harness.forewarn import forewarn
from harness.jobs import Crew, Job, Workforce
from harness.model.finding import RANK, Finding, has_error, in_order
from harness.model.result import Bounds, Result, ScenarioSize, Verdict
from harness.model.schedule import Departure
from harness.model.trace import Step
from harness.model.unseen import Unseen, told
from harness.oracles.words import count_of
from harness.scenarios import ClassScenario, ProgramScenario, Scenario, TargetError
from harness.strategies.auto import Auto
from harness.strategies.bounded import Bounded
from harness.strategies.catalogue import make_search
from harness.strategies.picks import Picks
from harness.strategies.subtrees import Subtrees
from harness.strategies.turns import Turns
from harness.strategies.units import Search, Whole
from harness.stretch import Tally
from harness.surroundings import Refused
from harness.trial import Failure, Shown, Trial
from harness.watchdog import Stalled

CONFIRMATIONS = 3
"""Failing executions that may fail to show again before the program is called nondeterministic."""
BEAT_S = 0.1
FEW = 20
"""A budget of fewer executions has one of them judged once more, and not the one by default besides it."""

UNCONTROLLED = (RealLock, Refused, Stalled)
"""What an execution raises in which the target does what cannot be controlled."""

OnProgress = Callable[[int, int], None]
MakeScenario = Callable[[Explore], Scenario]
Surrounded = Callable[[Explore], AbstractContextManager[None]]


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
    is_part: bool = False
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
            error, self.is_part = str(problem), isinstance(problem, NothingToCheck)
        except UNCONTROLLED as problem:
            error = f"{text}: {problem}"
        return self.result(text, error)

    def result(self, text: str, error: str | None) -> Result:
        """What was found, and what that covers; `error` is why it could not be judged, a finding outweighs it."""
        elapsed = time.perf_counter() - self.started
        verdict: Verdict = "survived"
        if self.has_failed:
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
            findings=in_order([*self.findings.values(), *self.warnings]),
            limits=self.limits(),
            unseen=self._unseen() if verdict == "survived" else None,
            steps=self.steps,
            turns=self.turns.told(self.mode, complete),
            remarks=tuple(scenario.remarks.values()) if isinstance(scenario, ProgramScenario) else (),
            is_sized=not isinstance(scenario, ClassScenario) or scenario.plan.capacity is not None,
            is_part=verdict == "error" and self.is_part,
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
                if unconfirmed is not None and not self.has_failed:
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
            return n_unconfirmed >= CONFIRMATIONS or (not self.is_all and self.has_failed)

        begun = time.perf_counter()
        self.tally.deadline_s = None if self.time_s is None else begun + self.time_s * (1 - 1 / SHARE)
        job = Job(self.strategy_name, self.seed, self.is_all, self.tally.deadline_s, self.seen is not None)
        crew: Workforce | None = None
        if self.cluster is not None:
            crew = self.cluster(trial, job)
        elif self.jobs > 1 and Crew.is_possible():
            crew = Crew(trial, job, self.jobs)
        self.course = Course(trial, self.units, self.tally, crew, self.findings.keys(), self.seen, on_failure, self._beat, self.turns)
        try:
            self.course.run()
            if self._may_deadlock():
                self.tally.deadline_s = None if self.time_s is None else begun + self.time_s
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

    def _may_deadlock(self) -> bool:
        """Whether the search may go on and does not know yet whether there is a deadlock."""
        if self.is_unconfirmed or "deadlock" in self.findings or "deadlock" in self.known or self._coverage()[0]:
            return False
        return self.is_all or not self.has_failed

    @property
    def has_failed(self) -> bool:
        """Whether an error has been found."""
        return has_error(self.findings.values())

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
        if self.has_failed:
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
        if self.executions and not engine.has_spawned and engine.fault is None:  # one that was broken off might have
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
