"""Running a marked test: its body and its fixtures of function scope in every execution, all other fixtures once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from _pytest.logging import caplog_records_key
from _pytest.tmpdir import tmppath_result_key

from harness.pytest_plugin import InterleaveWarning
from harness.pytest_plugin.explore import InterleavingFailed, explore, message_of
from harness.pytest_plugin.fitness import Options
from harness.pytest_plugin.session import HarnessSession
from harness.scenarios import Steps

_HARNESS = __file__.rpartition("pytest_plugin")[0]


def keep_back_fixtures(item: pytest.Function) -> None:
    """Lets pytest's own set-up make the fixtures of wider scope only; those of function scope are made in every execution."""
    if _function_scoped(item):
        _replace_setup(item, lambda: _set_up_kept(item))


def run_marked(session: HarnessSession, item: pytest.Function, options: Options) -> None:
    """Runs a marked test under control. Raises what pytest is to report: InterleavingFailed, or the outcome of a test that skips itself."""
    steps = _TestSteps(item)

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


class _TestSteps(Steps):
    outcomes = (pytest.skip.Exception, pytest.xfail.Exception)

    def __init__(self, item: pytest.Function) -> None:
        self.item = item
        self.told = ""
        self.is_renewed = bool(_function_scoped(item))
        self._state: Any = item.session._setupstate
        self._left: list[Callable[[], object]] = []
        self._n = 0
        self._warnings: warnings.catch_warnings[Any] | None = None
        if self.is_renewed:
            self._tear_down_item()

    def before(self) -> None:
        """A new instance of the test's class; log records and warnings of one execution, not of all."""
        item = self.item
        self._n += 1
        if isinstance(item.parent, pytest.Class):
            for kept in ("_instance", "_obj"):
                vars(item).pop(kept, None)
        _forget_logs(item)
        if self._n > 1:  # the first execution's warnings are shown; the same thousand times over would be noise
            self._warnings = warnings.catch_warnings(record=True)
            self._warnings.__enter__()

    def set_up(self) -> None:
        """The fixtures of function scope."""
        if self.is_renewed:
            item = self.item
            item._initrequest()
            if "tmp_path" in item.fixturenames:
                item.stash.setdefault(tmppath_result_key, {})  # its tear-down takes that away, and expects it
            _replace_setup(item, None)
            self._state.setup(item)

    def tear_down(self) -> None:
        """As pytest does it; called again it goes on with what an exception has kept from being torn down."""
        if self.is_renewed:
            if self.item in self._state.stack:
                self._left = self._state.stack[self.item][0]
                self._tear_down_item()
            while self._left:
                self._left.pop()()

    def _tear_down_item(self) -> None:
        parent: Any = self.item.parent
        self._state.teardown_exact(parent)  # all below that node, as if the next test were in it: the item alone

    def after(self) -> None:
        """Warnings go where they went."""
        if self._warnings is not None:
            self._warnings.__exit__(None, None, None)
            self._warnings = None

    def failed(self, errors: Sequence[BaseException]) -> None:
        """Keeps pytest's own account of the first exception: the source, and what the values in an assertion were."""
        if errors:
            info = pytest.ExceptionInfo.from_exception(errors[0])
            info.traceback = info.traceback.filter(lambda entry: not str(entry.path).startswith(_HARNESS)) or info.traceback
            self.told = str(self.item.repr_failure(info))

    def close(self) -> None:
        """pytest finds the test as it left it, for its own tear-down."""
        if self.is_renewed:
            _replace_setup(self.item, lambda: None)
            if self.item not in self._state.stack:
                self._state.setup(self.item)
            _replace_setup(self.item, None)


def _function_scoped(item: pytest.Function) -> set[str]:
    """The fixtures that a test needs and that are made anew for each; values of ``parametrize`` are none."""
    definitions = item._fixtureinfo.name2fixturedefs
    return {
        name
        for name in item.fixturenames
        if definitions.get(name) and definitions[name][-1].scope == "function" and definitions[name][-1].func.__name__ != "get_direct_param_fixture_func"
    }


def _set_up_kept(item: pytest.Function) -> None:
    renewed = _function_scoped(item)
    for name in item.fixturenames:
        if name not in renewed and name not in item.funcargs and item._fixtureinfo.name2fixturedefs.get(name):
            item.funcargs[name] = item._request.getfixturevalue(name)


def _replace_setup(item: pytest.Function, setup: Callable[[], None] | None) -> None:
    if setup is None:
        vars(item).pop("setup", None)
    else:
        vars(item)["setup"] = setup


def _forget_logs(item: pytest.Item) -> None:
    """The records that pytest's logging plugin has kept of earlier executions."""
    plugin = item.config.pluginmanager.get_plugin("logging-plugin")
    if plugin is not None:
        plugin.report_handler.reset()
        plugin.caplog_handler.reset()
        item.stash[caplog_records_key]["call"] = plugin.caplog_handler.records
