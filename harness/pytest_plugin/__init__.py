"""The pytest plugin: tests marked ``interleave`` run under control, many times. Loaded by pytest itself when the package is installed.

Hooks only, and nothing imported that a session without such a test would pay for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.totals import Totals

if TYPE_CHECKING:
    from harness.pytest_plugin.fixture import Interleave
    from harness.pytest_plugin.session import HarnessSession

__all__ = ["InterleaveWarning"]


class InterleaveWarning(pytest.PytestWarning):
    """Something that makes a controlled test say less than it seems to."""


_session = pytest.StashKey["HarnessSession"]()


def session_of(config: pytest.Config) -> HarnessSession:
    """What the plugin keeps for a test session; made when first asked for."""
    if _session not in config.stash:
        from harness.pytest_plugin.session import HarnessSession

        config.stash[_session] = HarnessSession(config)
    return config.stash[_session]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's options."""
    group = parser.getgroup("harness", "controlled schedules (race-harness)")
    group.addoption("--harness-seed", type=int, default=0, metavar="N", help="base of every seed: with another one tests explore other executions (0)")
    group.addoption("--harness-replay", metavar="TOKEN", help="play this one schedule again; name one test marked interleave")
    group.addoption("--harness-report", metavar="DIR", help="write DIR/TEST.html and DIR/TEST.json for every controlled test")
    group.addoption(
        "--harness-instrument",
        action="append",
        default=[],
        metavar="NAME",
        help="rewrite this module or package when it is imported, with all below it, wherever it lies (repeatable)",
    )
    parser.addini("harness_instrument", "modules and packages to rewrite on import, wherever they lie", type="args", default=[])
    parser.addini("harness_ignore", "modules and packages of the project that are never rewritten", type="args", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before the first conftest is imported: decides whether the project's modules are to be rewritten."""
    from harness.pytest_plugin.look import mentions_interleave

    known = early_config.known_args_namespace
    names = [*known.harness_instrument, *early_config.getini("harness_instrument")]
    is_wanted = mentions_interleave(early_config)
    if names or is_wanted:
        session_of(early_config).rewrite(names, is_wanted)


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known, and lets somebody sum up."""
    config.pluginmanager.register(Totals(config), "harness-totals")
    config.addinivalue_line(
        "markers",
        "interleave(strategy='auto', executions=1000, seed=None, time=None, all=False): run the test and its threads under control, "
        "that many times under different schedules; fixtures of function scope are set up anew each time (race-harness)",
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Imports are as they were."""
    if _session in config.stash:
        config.stash[_session].close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes the marked tests in hand."""
    if any(item.get_closest_marker("interleave") or "interleave" in getattr(item, "fixturenames", ()) for item in items) or config.option.harness_replay:
        session_of(config).take(items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marked test that cannot be run under control fails, and says why."""
    if _session in item.config.stash:
        item.config.stash[_session].check_fitness(item)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Runs a marked test under control instead of once."""
    if _session in pyfuncitem.config.stash:
        return pyfuncitem.config.stash[_session].call(pyfuncitem)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """A marked test that something else has called did not run under control: that is no pass."""
    result = yield
    if _session in item.config.stash:
        item.config.stash[_session].check_was_controlled(item)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Adds what was found to a test's report."""
    report = yield
    if _session in item.config.stash:
        item.config.stash[_session].complete(item, report)
    return report


@pytest.fixture
def interleave(request: pytest.FixtureRequest) -> Interleave:
    """Checks pipelines and explores functions from within a test: ``interleave.check(Pipeline)``, ``interleave.explore(function)``."""
    from harness.pytest_plugin.fixture import Interleave

    return Interleave(session_of(request.config), request.node)
