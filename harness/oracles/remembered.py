"""The verdicts of executions that come again: under random schedules a wrong pipeline goes wrong in a few ways, thousands of times."""

from __future__ import annotations

from typing import Any

from harness.model.execution import Execution
from harness.model.finding import Finding
from harness.oracles.verdict import judge

MOST = 1000
"""Executions that are remembered; with more ways to go wrong than these remembering pays nothing."""


class Remembered:
    """Judges as `judge` does. Of executions in class mode that finish without a crash, and in which only ints passed through, one of each is judged:
    nothing else enters a verdict but what two of them are compared by. Every execution must be of one scenario with one workload."""

    def __init__(self) -> None:
        self._known: dict[Any, list[Finding]] = {}

    def judge(self, execution: Execution) -> list[Finding]:
        """Everything that is wrong with the execution, root cause first; not to be changed."""
        values = {type(value) for _, _, value in execution.log}
        if execution.mode != "class" or execution.ending != "finished" or execution.crashes or not values <= {int, type(None)}:
            return judge(execution)  # 1, 1.0 and True are one key of a dict, and three messages
        key = (*execution.log, *execution.threads, execution.kept)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[key] = judge(execution)
        return known
