"""A finding brings an execution that passes, where one is at hand, and the source around what was executed."""

from __future__ import annotations

from pathlib import Path

import harness
from harness.model.result import from_json, to_json

ROOT = Path(__file__).resolve().parent.parent
AB_BA = str(ROOT / "implementations" / "flawed" / "ab_ba.py")
NAIVE = str(ROOT / "implementations" / "naive.py")


def test_the_passing_execution_begins_like_the_failing_one_and_ends_well() -> None:
    (finding,) = harness.check(AB_BA, mode="class").findings
    assert finding.trace is not None and finding.passing is not None
    assert {end.state for end in finding.passing.ends} == {"ended"}
    moment = next(switch.after_step for switch in finding.trace.switches if switch.reason == "preemption")
    assert finding.passing.steps[: moment - 1] == finding.trace.steps[: moment - 1]
    assert not any(switch.reason == "preemption" for switch in finding.passing.switches)


def test_what_fails_under_its_default_schedule_has_nothing_beside_it() -> None:
    result = harness.check(NAIVE, mode="class")
    assert [finding.preemptions for finding in result.errors] == [0, 0, 0]
    assert all(finding.passing is None for finding in result.findings)


def test_it_survives_the_journey_through_json() -> None:
    result = harness.check(AB_BA, mode="class")
    assert from_json(to_json(result)).findings[0].passing == result.findings[0].passing


def test_a_short_file_is_kept_whole_and_a_long_one_around_its_lines(tmp_path: Path) -> None:
    lines_of_code = ["class Pipeline:", "    def __init__(self):", "        self.m = 0", "    def put(self, m):", "        self.m = m", "    def get(self):"]
    body = "\n".join([*lines_of_code, "        return self.m", ""])
    short, long = tmp_path / "short.py", tmp_path / "long.py"
    short.write_text(body, encoding="utf-8")
    long.write_text("# above\n" * 400 + body, encoding="utf-8")
    kept = []
    for file in (short, long):
        trace = harness.check(str(file), mode="class").findings[0].trace
        assert trace is not None
        ((_, lines),) = trace.source.items()
        kept.append(sorted(lines))
    assert kept[0] == list(range(1, 8))
    assert kept[1] == list(range(403 - 15, 408))
