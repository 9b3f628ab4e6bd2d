"""The fixture ``interleave``: checks and explorations from within a test."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import pytest

from harness import checking
from harness.errors import HarnessError
from harness.model.result import Result
from harness.pytest_plugin.explore import WIDTH, InterleavingFailed, explore, message_of
from harness.pytest_plugin.fitness import EXECUTIONS, checked
from harness.pytest_plugin.seeds import strategy_of
from harness.pytest_plugin.session import HarnessSession
from harness.pytest_plugin.taken import Ran
from harness.report.text import render
from harness.scenarios import Steps


class Interleave:
    """What the fixture gives. Both methods return the `harness.Result` where nothing is wrong and fail the test where something is.

    ``raises=False`` returns every result, for a test that expects a finding. The test itself is not under control here and runs once;
    its fixtures are set up once.
    """

    def __init__(self, session: HarnessSession, item: pytest.Item) -> None:
        self._session = session
        self._item = item
        self._n_explored = 0

    @property
    def seed(self) -> int:
        """This test's seed: follows from ``--harness-seed``, the node id and the repetition."""
        return self._session.seed_of(self._item)

    def check(self, target: object, *, raises: bool = True, **options: Any) -> Result:
        """As `harness.check`, with this test's seed and 1,000 executions unless told otherwise, and without warnings. Where it is to raise, the first
        way that fails is enough for a file that could be checked both ways."""
        seen: set[int] = set()
        options = {"executions": EXECUTIONS, "seed": self.seed, "strategy": strategy_of(self._item, "auto"), "fail_fast": raises, "forewarns": False, **options}
        result = checking.check(target, seen=seen, **options)
        self._session.tell(self._item, Ran(result, seen, render(result, WIDTH) if result.verdict in ("failed", "error") and raises else ""))
        return _judged(result, raises)

    def explore(self, function: Callable[[], object], *, raises: bool = True, **options: Any) -> Result:
        """Calls `function` again and again under control: it starts its own threads and asserts. Options as the marker's.

        It stays where it is: what it closes over is the same in every execution, so it makes afresh what it changes. Its module must have
        been rewritten, as every test module is that mentions this fixture.
        """
        self._n_explored += 1
        if not _has_points(function):
            name = _name(function)
            raise InterleavingFailed(f"{name} has no points, so nothing in it can be interleaved: its module was not rewritten (--harness-instrument)")
        try:
            result = explore(self._session, self._item, function, Steps(), checked(options), f"explore-{self._n_explored}", _name(function))
        except HarnessError as error:
            raise InterleavingFailed(str(error)) from None
        return _judged(result, raises)


def _judged(result: Result, raises: bool) -> Result:
    if raises and result.verdict in ("failed", "error"):
        raise InterleavingFailed(message_of(result))
    return result


def _has_points(function: Any) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    if not isinstance(function, types.FunctionType | types.MethodType):
        function = getattr(type(function), "__call__", None)  # noqa: B004 - the method itself is wanted
    return "__harness__" in getattr(getattr(function, "__func__", function), "__globals__", {})


def _name(function: Any) -> str:
    return getattr(function, "__qualname__", None) or type(function).__qualname__
