"""Checking and replaying a target by its name: what the command calls, and who uses the harness from Python."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import msgspec

from harness.both_ways import check_both_ways
from harness.campaign import UNCONTROLLED, Campaign, MakeScenario, OnProgress, Surrounded
from harness.confirm import tell
from harness.engines.explore import Explore
from harness.errors import HarnessError
from harness.explain import explain
from harness.forewarn import find_wanted, warnings_of
from harness.jobs import Job, Way, Workforce
from harness.model.finding import Finding
from harness.model.result import Result, ScenarioSize
from harness.model.schedule import from_token
from harness.model.trace import Trace
from harness.scenarios import Loader, Scenario, find_modes, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.catalogue import make_search
from harness.strategies.picks import Picks
from harness.stress.witness import Witness
from harness.stress_check import check_by_stress
from harness.surroundings import surroundings
from harness.targets import Target, find_target
from harness.trial import Trial

LEARNING = 3
"""Executions by default after which an engine knows the places that threads share there, so that accesses to them are choices."""


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
    forewarns: bool = True,
) -> Result:
    """Runs the target under controlled schedules and judges every execution; what was found, and what that covers.

    `target` is a class, a zero-argument function, or a string that the command takes; the other arguments are the command's options.
    `fail_fast`: a file that could be checked both ways is not checked the second way where the first has failed. `seen` takes a number for
    every schedule of the search; `told_by` gives a scenario of the same target that is played in its stead (engine explore), so that
    others hear of every execution; `known` are kinds of finding that have been shown already: they are passed over, and nothing is
    verified then. A target that cannot be run or judged gives the verdict "error" with one line in `error`. Raises HarnessError for
    wrong arguments. `witness` hears of every execution under engine stress. `forewarns`: whether data races and lock orders that did no
    harm are looked for as well. `cluster`: the address of a scheduler of Dask's, whose workers share the search; the result is the same.
    """
    _check_arguments(producers, consumers, messages, capacity, engine, executions, time_s, order, mode, jobs)
    size = ScenarioSize(producers, consumers, messages, capacity)
    text = target if isinstance(target, str) else getattr(target, "__qualname__", repr(target))

    def campaign(executions: int, time_s: float | None) -> Campaign:
        way = mode or "class"
        return Campaign(strategy, seed, executions, size, order, time_s, all, on_progress, seen, mode=way, jobs=jobs, known=known, forewarns=forewarns)

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
