"""A test as the subject of a campaign: code that stands where pytest imported it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence, Set
from types import ModuleType

import pytest

from harness.instrument.project import ProjectFinder
from harness.leaks import changed_state
from harness.scenarios import module_of


class TestSubject:
    """See `harness.scenarios.scenario.Subject`: every module of the project that the finder has rewritten."""

    __test__ = False
    assertions: tuple[type[BaseException], ...] = (AssertionError, pytest.fail.Exception)
    limits: Sequence[str] = ()
    compares_values = False  # a temporary folder has another name every time; what counts is the course

    def __init__(self, text: str, finder: ProjectFinder, replay_line: Callable[[str], str]) -> None:
        self.text = text
        self.finder = finder
        self._replay_line = replay_line

    @property
    def files(self) -> Set[str]:
        """See `Subject`."""
        return self.finder.files

    @property
    def shown_as(self) -> Mapping[str, str]:
        """See `Subject`: relative to the current folder where they lie below it."""
        here = os.path.join(os.getcwd(), "")
        return {file: file.removeprefix(here) for file in self.files}

    def module_of(self, file: str) -> ModuleType | None:
        """See `Subject`."""
        return module_of(file)

    def could_not_begin(self, error: BaseException) -> BaseException:
        """See `Subject`: pytest knows what to do with a test's own exceptions."""
        return error

    def replay_line(self, token: str) -> str:
        """See `Subject`."""
        return self._replay_line(token)

    def leaks(self, play: Callable[[], None]) -> Sequence[str]:
        """See `Subject`."""
        return changed_state(lambda: [module for module in list(sys.modules.values()) if getattr(module, "__file__", None) in self.files], play)
