"""Who waits for whom at the end of a deadlocked execution."""

from __future__ import annotations

import re

from harness.model.trace import Trace
from harness.report.story import Story
from harness.report.words import printable

Wait = tuple[str, str, str]
"""A thread that waits, what for, and the thread that has it."""


def waiting_circle(trace: Trace) -> tuple[Wait, ...]:
    """The waits that close a circle, from its first thread on; () where the threads do not wait for each other in one.

    What serves as a signal closes none: whoever acquired it last is not meant to release it.
    """
    waits: dict[str, Wait] = {}
    signals = Story(trace).signal_labels()
    for end in trace.ends:
        held = re.fullmatch(r"to acquire (.+), held by (.+?)(?: since line \d+)?", end.waits_for) if end.state == "blocked" else None
        if held and held[1] not in signals:
            waits[end.name] = (end.name, held[1], held[2])
    for start in waits:
        path = [start]
        while (last := waits.get(path[-1])) is not None and last[2] not in path:
            path.append(last[2])
        if last is not None and last[2] == start:
            return tuple((printable(waits[name][0]), printable(waits[name][1]), printable(waits[name][2])) for name in path)
    return ()
