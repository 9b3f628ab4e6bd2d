"""What all controlled tests of a session did together, and the lines that say it."""

from __future__ import annotations

import base64
from array import array
from collections import Counter
from typing import Any

import pytest

from harness.model.result import SHARED

LIMITS_TOLD = 5


class Totals:
    """Adds up what reports tell, in the process that prints: under pytest-xdist the tests ran in others."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.tests = 0
        self.executions = 0
        self.findings = 0
        self.seen: dict[str, set[int]] = {}
        self.limits: Counter[str] = Counter()
        self.remarks: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes in a report that a controlled test has written to."""
        told: dict[str, Any] | None = getattr(report, "harness", None)
        if told is None or hasattr(self.config, "workerinput"):
            return  # a worker of pytest-xdist sends the report on to where the sum is told
        self.tests += 1
        self.executions += told["executions"]
        self.findings += told["findings"]
        self.limits.update(limit for limit in told["limits"] if not limit.startswith(SHARED))
        self.remarks += told["remarks"]
        for what, packed in told.pop("seen").items():  # popped: pytest keeps all reports
            self.seen.setdefault(what, set()).update(unpack(packed))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The last lines about controlled tests."""
        if not self.tests:
            return
        terminalreporter.section("controlled executions")
        for remark in self.remarks:
            terminalreporter.write_line(remark)
        distinct = sum(map(len, self.seen.values()))
        for limit, n in self.limits.most_common(LIMITS_TOLD):
            terminalreporter.write_line(f"not covered in {_count(n, 'test')}: {limit}")
        if len(self.limits) > LIMITS_TOLD:
            terminalreporter.write_line(f"and {len(self.limits) - LIMITS_TOLD} more limits (--harness-report writes them all)")
        option = self.config.option
        if option.harness_report:
            terminalreporter.write_line(f"written: a page and a JSON result for every controlled test, in {option.harness_report}")
        sums = [_count(self.tests, "test"), _count(self.executions, "execution")]
        sums += [_count(distinct, "distinct schedule")] if distinct else []  # a replay has none of its own
        sums.append(_count(self.findings, "finding"))
        terminalreporter.write_line(f"harness: {', '.join(sums)} (--harness-seed={option.harness_seed})")


def pack(seen: set[int]) -> str:
    """Numbers of schedules as text, eight bytes each before encoding: reports cross processes as JSON."""
    return base64.b64encode(array("q", sorted(seen)).tobytes()).decode("ascii")


def unpack(packed: str) -> array[int]:
    """What `pack` packed."""
    numbers = array("q")
    numbers.frombytes(base64.b64decode(packed))
    return numbers


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
