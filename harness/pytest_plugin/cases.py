"""Methods of ``unittest.TestCase`` under control: what unittest does around a test method, in every execution."""

from __future__ import annotations

import unittest
from typing import Any

import pytest

from harness.pytest_plugin.steps import TestSteps


class CaseSteps(TestSteps):
    """A new instance of the test's class for every execution, its `setUp`, and at the end `tearDown` and the cleanups, as unittest calls them.

    What pytest itself makes of such a class (`setUpClass`, fixtures that it asks for) stays with pytest.
    """

    outcomes = (*TestSteps.outcomes, unittest.SkipTest)

    def __init__(self, item: pytest.Function) -> None:
        self._is_set_up = False
        super().__init__(item)

    @property
    def case(self) -> Any:
        """The instance of this execution."""
        return self.item.instance

    def set_up(self) -> None:
        """Fixtures of function scope, then `setUp`. Raises SkipTest for what ``unittest.skip`` stands at."""
        for skipped in (self.item.cls, self.item.obj):
            if getattr(skipped, "__unittest_skip__", False):
                raise unittest.SkipTest(getattr(skipped, "__unittest_skip_why__", ""))
        super().set_up()
        self.case.setUp()
        self._is_set_up = True

    def tear_down(self) -> None:
        """`tearDown` where `setUp` has returned, and all cleanups, the last one first; then the fixtures. An exception keeps none of the rest from it."""
        try:
            if self._is_set_up:
                self._is_set_up = False
                self.case.tearDown()
        finally:
            self._clean_up()

    def _clean_up(self) -> None:
        cleanups = self.case._cleanups
        try:
            while cleanups:
                function, arguments, named = cleanups.pop()
                function(*arguments, **named)
        except BaseException:
            self._clean_up()
            raise
        super().tear_down()

    def _tear_down_item(self) -> None:
        self._complete()
        super()._tear_down_item()

    def close(self) -> None:
        """See `TestSteps`."""
        super().close()
        self._complete()

    def _complete(self) -> None:
        """What pytest's tear-down of such a test takes away, and expects to be there."""
        vars(self.item).setdefault("_explicit_tearDown", None)
        _ = self.item.instance
