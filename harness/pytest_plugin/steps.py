"""What surrounds the body of a marked test in every execution: pytest's own fixtures of function scope, its records of logs and warnings."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from _pytest.logging import caplog_records_key
from _pytest.tmpdir import tmppath_result_key

from harness.scenarios import Steps

_HARNESS = __file__.rpartition("pytest_plugin")[0]


class TestSteps(Steps):
    """The steps around a test that is a function or a method of a plain class."""

    __test__ = False
    outcomes: tuple[type[BaseException], ...] = (pytest.skip.Exception, pytest.xfail.Exception)

    def __init__(self, item: pytest.Function) -> None:
        self.item = item
        self.told = ""
        self.is_renewed = bool(function_scoped(item))
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
            replace_setup(item, None)
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
            replace_setup(self.item, lambda: None)
            if self.item not in self._state.stack:
                self._state.setup(self.item)
            replace_setup(self.item, None)


def function_scoped(item: pytest.Function) -> set[str]:
    """The fixtures that a test needs and that are made anew for each; values of ``parametrize`` are none."""
    definitions = item._fixtureinfo.name2fixturedefs
    return {
        name
        for name in item.fixturenames
        if definitions.get(name) and definitions[name][-1].scope == "function" and definitions[name][-1].func.__name__ != "get_direct_param_fixture_func"
    }


def replace_setup(item: pytest.Function, setup: Callable[[], None] | None) -> None:
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
