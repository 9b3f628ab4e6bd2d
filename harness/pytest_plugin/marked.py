"""Running a marked test: its body and its fixtures of function scope in every execution, all other fixtures once."""

from __future__ import annotations

import pytest

from harness.pytest_plugin import InterleaveWarning
from harness.pytest_plugin.explore import InterleavingFailed, explore, message_of
from harness.pytest_plugin.fitness import Options, is_case
from harness.pytest_plugin.session import HarnessSession
from harness.pytest_plugin.steps import TestSteps, function_scoped, replace_setup


def keep_back_fixtures(item: pytest.Function) -> None:
    """Lets pytest's own set-up make the fixtures of wider scope only; those of function scope are made in every execution."""
    if function_scoped(item):
        replace_setup(item, lambda: _set_up_kept(item))


def run_marked(session: HarnessSession, item: pytest.Function, options: Options) -> None:
    """Runs a marked test under control. Raises what pytest is to report: InterleavingFailed, or the outcome of a test that skips itself."""
    steps = _steps_of(item)

    def body() -> None:
        arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        item.obj(**arguments)

    try:
        result = explore(session, item, body, steps, options, "", "the test")
    finally:
        steps.close()
    if result.verdict in ("failed", "error"):
        raise InterleavingFailed(message_of(result, steps.told if result.verdict == "failed" else ""))
    if any(limit.startswith("no thread was started") for limit in result.limits):
        item.warn(InterleaveWarning(f"{item.nodeid} started no thread, so there was nothing to interleave"))


def _steps_of(item: pytest.Function) -> TestSteps:
    if not is_case(item):
        return TestSteps(item)
    from harness.pytest_plugin.cases import CaseSteps  # loads unittest

    return CaseSteps(item)


def _set_up_kept(item: pytest.Function) -> None:
    renewed = function_scoped(item)
    for name in item.fixturenames:
        if name not in renewed and name not in item.funcargs and item._fixtureinfo.name2fixturedefs.get(name):
            item.funcargs[name] = item._request.getfixturevalue(name)
