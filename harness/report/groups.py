"""Findings by the executions that are shown for them: which are shown once, what a schedule costs, and how far an execution is worth showing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from harness.model.finding import Finding
from harness.model.trace import Trace
from harness.report.argue_delivery import complete_at
from harness.report.story import Story
from harness.report.words import count

LINES = re.compile(r"\blines? (\d+(?:(?:, | and )\d+)*)")
"""Where a sentence says at which lines something happened."""

Group = Sequence[Finding]
"""Findings of one execution."""


def by_execution(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings in their order, those of one execution together: it is shown once. Their schedules differ in what they are to show."""
    groups: list[list[Finding]] = []
    for finding in findings:
        same = next((group for group in groups if finding.trace is not None and (group[0].mode, group[0].trace) == (finding.mode, finding.trace)), None)
        if same is None:
            groups.append([finding])
        else:
            same.append(finding)
    return groups


def alike_among(groups: Sequence[Group]) -> list[int | None]:
    """For each group the index of an earlier one, of another mode, that shows all its mistakes by what happened at the same lines; None where it is
    to be shown itself."""
    found: list[int | None] = []
    for group in groups:
        found.append(next((index for index, earlier in enumerate(found) if earlier is None and _shows(groups[index], group)), None))
    return found


def said_once(finding: Finding, position: int) -> Finding:
    """A finding of a group: that a smaller workload is shown is said of the first only."""
    return msgspec.structs.replace(finding, scenario=None) if position else finding


def cost_of(finding: Finding) -> str:
    """What the schedule shown for the finding takes, and whether less is proved impossible."""
    cost = [count(finding.preemptions, "preemption")]
    if finding.expiries:
        cost.append(f"{count(finding.expiries, 'timeout or sleep', 'timeouts or sleeps')} ended early")
    if finding.minimal and finding.preemptions + finding.expiries:
        cost.append("no schedule with fewer fails this way")
    return ", ".join(cost)


def complete_in(group: Group, trace: Trace) -> int:
    """The number of the step with which all that the findings say is done and cannot be undone; 0 where that is not known of each."""
    ends = [complete_at(Story(trace), finding.kind, finding.message) for finding in group]
    return max(ends) if ends and all(ends) else 0


def _shows(one: Group, other: Group) -> bool:
    """Whether each finding of the second comes about in the first too, by its kind and by the lines that its argument names."""
    if not one or not other or one[0].mode == other[0].mode:
        return False
    shown = [(finding.kind, _lines_of(finding)) for finding in one]
    return all(_lines_of(finding) and (finding.kind, _lines_of(finding)) in shown for finding in other)


def _lines_of(finding: Finding) -> set[str]:
    return set(LINES.findall(" ".join((*finding.explanation, *finding.hints))))
