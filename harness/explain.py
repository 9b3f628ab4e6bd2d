"""Turning a finding and its trace into an argument: the events that prove it, and the sentences."""

from __future__ import annotations

import msgspec

from harness.model.finding import Event, Finding
from harness.model.trace import Trace
from harness.report.argue_endings import without_holders
from harness.report.argument import argue
from harness.report.hint import hints
from harness.report.names import named_as_read
from harness.report.story import Story

EVENTS_KEPT = 40


def explain(finding: Finding, trace: Trace) -> Finding:
    """The finding with its explanation, hints, trace and events filled in. Events are the steps on shared places and the calls.

    A finding that comes with an argument of its own, as warnings do, gets hints only.
    """
    trace = named_as_read(trace)
    if finding.explanation:
        return msgspec.structs.replace(finding, hints=hints(finding, trace))
    kinds = {"put-begin", "put-return", "get-begin", "get-return", "raise", "blocked", "expiry"}
    steps = [step for step in trace.steps if step.is_shared or step.kind in kinds]
    events = tuple(Event(step.step, step.thread, step.file, step.line, step.what) for step in steps[-EVENTS_KEPT:])
    told = msgspec.structs.replace(finding, explanation=argue(finding.kind, finding.message, trace), events=events, trace=trace)
    return msgspec.structs.replace(told, hints=hints(told, trace), message=without_holders(finding.message, Story(trace)))
