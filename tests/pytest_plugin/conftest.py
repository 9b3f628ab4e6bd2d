"""A project of two files, and pytest run on it."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

# What an inner session imports first, pytester takes out of sys.modules at its end: the next would have half of the harness twice.
import harness.pytest_plugin.fixture
import harness.pytest_plugin.marked
import harness.report.page  # noqa: F401

BANK = """
    import threading

    class Account:
        def __init__(self, balance):
            self.balance = balance
            self.lock = threading.Lock()

        def deposit(self, amount):
            balance = self.balance
            self.balance = balance + amount

        def deposit_safely(self, amount):
            with self.lock:
                self.balance += amount

    def at_once(*calls):
        threads = [threading.Thread(target=call) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""


class Project:
    """A folder with ``bank.py``, in which tests are written and run."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.write("bank", BANK)

    def write(self, name: str, source: str) -> None:
        """A file of the project."""
        path = self.pytester.path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source), encoding="utf-8")

    def run(self, *arguments: str, source: str | None = None, is_inprocess: bool = True) -> pytest.RunResult:
        """pytest's result on the project; `source` is ``test_it.py``."""
        if source is not None:
            self.write("test_it", source)
        start: Any = self.pytester.runpytest_inprocess if is_inprocess else self.pytester.runpytest_subprocess
        result: pytest.RunResult = start("-p", "no:randomly", "-p", "no:cacheprovider", "-W", "default", *arguments)
        return result


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A fresh project."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return Project(pytester)
