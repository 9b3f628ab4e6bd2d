"""A campaign within a test: over its body, or over a function that it hands over; and what pytest is told of the result."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from _pytest.outcomes import Failed

from harness.campaign import Campaign
from harness.checking import replay_scenario
from harness.engines.explore import Explore
from harness.errors import HarnessError, ReplayError
from harness.instrument.points import RUNTIME
from harness.model.result import Result
from harness.pytest_plugin.fitness import Options
from harness.pytest_plugin.seeds import strategy_of
from harness.pytest_plugin.session import HarnessSession
from harness.pytest_plugin.subject import TestSubject
from harness.pytest_plugin.taken import Ran
from harness.report.text import render, render_replay
from harness.scenarios import InPlaceScenario, Steps
from harness.surroundings import controlled

WIDTH = 120
_PYTEST = ("_pytest", "pytest", "pluggy")


class InterleavingFailed(Failed, AssertionError):
    """A controlled test failed, or could not be judged; the report has the argument."""

    __module__ = "builtins"  # as pytest's own: so that its name stands alone in the summary

    def __init__(self, message: str) -> None:
        super().__init__(message, pytrace=False)


def explore(session: HarnessSession, item: pytest.Item, function: Callable[[], object], steps: Steps, options: Options, name: str, what: str) -> Result:
    """The result of executing `function` under control; kept for the test's report. `name`: of the function in a token, "" for the test itself.

    A schedule to be replayed is played instead, once, if it is this function's. Raises InterleavingFailed if that shows its finding, or
    does not fit.
    """
    finder = session.finder
    if finder is None:
        raise HarnessError("no module has been rewritten, so nothing can be controlled")
    subject = TestSubject(item.nodeid, finder, lambda token: session.replay_line(item, token))

    def scenario(engine: Explore) -> InPlaceScenario:
        return InPlaceScenario(subject, function, steps, name)

    schedule = session.schedule
    if schedule is not None and schedule.name == name:
        return _replay(session, item, scenario)
    seed = session.seed_of(item, options.seed)
    seen: set[int] = set()
    campaign = Campaign(strategy_of(item, options.strategy), seed, options.executions, time_s=options.time, is_all=options.all, seen=seen, forewarns=False)
    result = campaign.run(item.nodeid, scenario, _surrounded)
    result = _with_honest_limits(result, campaign, what)
    entered = [] if campaign.trial is None else [one for one in sorted(campaign.trial.engine.uncontrolled) if _is_the_projects(one, session)]
    if entered and result.verdict in ("survived", "verified"):
        reason = (
            f"it calls {', '.join(entered)}, of this project, which has no points: it was imported before the plugin could rewrite it, or is a test "
            "module without the marker. Name it in --harness-instrument, or in harness_ignore as well if it may be one step"
        )
        if not any(one in session.config.getini("harness_ignore") for one in entered):
            result = msgspec.structs.replace(result, verdict="error", error=reason)
    session.tell(item, Ran(result, seen, render(result, WIDTH) if result.verdict in ("failed", "error") else ""))
    return result


def message_of(result: Result, body: str = "") -> str:
    """What a failed test says in one line, and `body` below it."""
    if result.verdict == "error":
        return f"could not be judged: {result.error}"
    first = next(finding for finding in result.findings if finding.severity == "error")
    line = f"{first.kind}: {first.message.removeprefix('an exception left the scenario: ')}"  # pytest cuts its summary off
    return f"{line}\n\n{body}" if body else line


def _replay(session: HarnessSession, item: pytest.Item, scenario: Callable[[Explore], InPlaceScenario]) -> Result:
    token = session.config.option.harness_replay
    try:
        played = replay_scenario(scenario, token, _surrounded)
    except ReplayError as error:
        raise InterleavingFailed(f"the schedule does not fit this test any more: {error}") from None
    result = Campaign("auto", session.schedule.seed if session.schedule else 0, 1).result(item.nodeid, None)
    findings = () if played.finding is None else (played.finding,)
    result = msgspec.structs.replace(result, mode="function", executions=1, verdict="failed" if played.is_shown else "survived", findings=findings)
    told = render_replay(played.mode, item.nodeid, played.finding, played.trace, played.is_shown, WIDTH)
    remark = "" if played.is_shown else "the schedule was played to its end, and what it was made for did not show again"
    session.tell(item, Ran(result, set(), told + "\n" + session.replay_line(item, token) + "\n", remark))
    return result


@contextmanager
def _surrounded(engine: Explore) -> Iterator[None]:
    """The engine in control; a timeout that another plugin's alarm raises ends the execution instead of being taken for the test's doing."""
    beside = [thread.name for thread in threading.enumerate() if thread is not threading.current_thread() and _runs_project_code(thread.ident)]
    if beside:
        raise HarnessError(
            f"the real thread {', '.join(beside)} runs code of the project beside the execution; a fixture of wider scope, or another test, started it. "
            "A thread that belongs to the test is started in the test or in a fixture of function scope"
        )
    engine.instrument_option = "--harness-instrument="
    before: Any = signal.getsignal(signal.SIGALRM) if hasattr(signal, "SIGALRM") else None
    is_guarded = callable(before) and threading.current_thread() is threading.main_thread()

    def alarm(number: int, frame: Any) -> None:
        try:
            before(number, frame)
        except BaseException:
            engine.is_interrupted = True
            raise

    if is_guarded:
        signal.signal(signal.SIGALRM, alarm)
    try:
        with controlled(engine):
            yield
    finally:
        if is_guarded and signal.getsignal(signal.SIGALRM) is alarm:
            signal.signal(signal.SIGALRM, before)


def _runs_project_code(ident: int | None) -> bool:
    frame = sys._current_frames().get(ident or 0)
    while frame is not None:
        if RUNTIME in frame.f_globals:
            return True
        frame = frame.f_back
    return False


def _is_the_projects(name: str, session: HarnessSession) -> bool:
    module = sys.modules.get(name)
    return module is not None and session.finder is not None and session.finder.owns(name, getattr(module, "__file__", None))


def _with_honest_limits(result: Result, campaign: Campaign, what: str) -> Result:
    """The limits without pytest's own code, which starts no threads, and with the executions that were not judged."""
    limits = [limit for limit in result.limits if not limit.startswith(tuple(f"calls into {name}" for name in _PYTEST))]
    scenario = None if campaign.trial is None else campaign.trial.scenario
    if isinstance(scenario, InPlaceScenario) and scenario.n_void:
        limits.append(f"{scenario.n_void} executions skipped themselves and were not judged")
    return msgspec.structs.replace(result, limits=tuple(limits))
