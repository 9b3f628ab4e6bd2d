"""Whether a marked test can be run under control, and the marker's options."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.instrument.project import is_rewritten
from harness.strategies.catalogue import make_search

EXECUTIONS = 1000
"""Executions of a test that names no number."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a test is explored; the names are those of `harness.check`, `time` is its ``--time``."""

    strategy: str = "auto"
    executions: int = EXECUTIONS
    seed: int | None = None
    time: float | None = None
    all: bool = False

    def __post_init__(self) -> None:
        make_search(self.strategy, 0)
        if type(self.executions) is not int or self.executions < 1:
            raise HarnessError(f"executions must be a whole number of at least 1, not {self.executions!r}")
        if self.seed is not None and type(self.seed) is not int:
            raise HarnessError(f"seed must be a whole number, not {self.seed!r}")
        if self.time is not None and (type(self.time) not in (int, float) or self.time <= 0):
            raise HarnessError(f"time must be a positive number of seconds, not {self.time!r}")


def options_of(marker: pytest.Mark) -> Options:
    """The options that a marker gives. Raises HarnessError for one that there is not."""
    if marker.args:
        raise HarnessError(f"the marker's options are given by name, as in interleave(executions=200), not as {marker.args[0]!r}")
    return checked(marker.kwargs)


def checked(given: Mapping[str, Any]) -> Options:
    """Options from keywords. Raises HarnessError for one that there is not."""
    known = tuple(Options.__dataclass_fields__)
    for name in given:
        if name not in known:
            raise HarnessError(f"there is no option {name!r}; there are {', '.join(known)}")
    return Options(**given)


def why_unfit(item: pytest.Item, marker: pytest.Mark) -> str | None:
    """Why a marked test cannot be run under control, None if it can."""
    try:
        options_of(marker)
    except HarnessError as error:
        return str(error)
    if not isinstance(item, pytest.Function):
        return f"it is no function but a {type(item).__name__}"
    if is_case(item) and any(getattr(each, "__unittest_expecting_failure__", False) for each in (item.cls, item.function)):
        return "unittest.expectedFailure stands at it; write pytest.mark.xfail"
    if is_case(item) and issubclass(item.cls, sys.modules["unittest"].IsolatedAsyncioTestCase):
        return "its class runs an event loop of asyncio; threads are what is controlled"
    function: Any = inspect.unwrap(item.function)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "it is asynchronous; threads are what is controlled"
    if hasattr(item.function, "is_hypothesis_test"):
        return "it is a Hypothesis test, and its examples would be one execution; call harness.check inside @given instead"
    code = getattr(function, "__globals__", None)
    if code is None or not is_rewritten(inspect.getmodule(function) or inspect):
        return (
            f"its module {getattr(function, '__module__', '?')} was imported without points (it mentions no interleave marker in its own text, is named in "
            "harness_ignore, or was imported before the plugin could look); --harness-instrument=NAME rewrites it"
        )
    return None


def is_case(item: pytest.Function) -> bool:
    """Whether a test is a method of a ``unittest.TestCase``; loads no unittest to know it."""
    unittest = sys.modules.get("unittest")
    return unittest is not None and isinstance(item.cls, type) and issubclass(item.cls, unittest.TestCase)
