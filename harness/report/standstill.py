"""Who stands where at the end of an execution: the step at which a thread blocked, who holds what it wants, and the circle of waits."""

from __future__ import annotations

import re

from harness.model.trace import Step, ThreadEnd
from harness.report.story import SYNCHRONISATION, Story, place_of


def wait_step(story: Story, end: ThreadEnd) -> Step | None:
    """The step at which the thread blocked: its last one, if that is where it waits."""
    last = next((step for step in reversed(story.steps) if step.thread == end.name), None)
    return last if last is not None and last.location and last.kind == "blocked" else None


def operation_of(step: Step) -> str:
    """The operation within which the thread of a blocked step waits: "acquire" of "waits: acquire Pipeline.lock"."""
    return step.what.removeprefix("waits: ").partition(" ")[0]


def wanted_from(story: Story, end: ThreadEnd) -> str:
    """Who holds the lock that the thread waits for; "" if nobody, or if it waits for no lock."""
    wait = wait_step(story, end)
    if wait is not None:
        taken = story.holders().get(place_of(wait))
        return taken.thread if taken is not None else ""
    # It was stopped just before it would have waited, so no step shows it; how it stood at the end does.
    told = re.fullmatch(r"to acquire (?P<lock>.+), held by (?P<holder>.+) since line \d+", end.waits_for)
    return told["holder"] if told is not None and told["lock"] not in story.signal_labels() else ""


def awaited(end: ThreadEnd) -> str:
    """The thread whose end or result the thread waits for; "" if it waits for something else."""
    told = re.fullmatch(r"for .+, which (?P<giver>.+) is to give|for (?P<joined>.+) to end", end.waits_for)
    return "" if told is None else told["giver"] or told["joined"]


def last_test(story: Story, wait: Step) -> Step | None:
    """The last look of the waiting thread, since it took the Condition, at what others change and on a line that decides something; None where no step
    shows one."""
    for step in reversed(story.steps[: wait.step - 1]):
        if step.thread != wait.thread:
            continue
        if step.kind == "acquire" and place_of(step) == place_of(wait):
            return None
        is_look = not step.is_write and bool(step.value) and step.kind not in SYNCHRONISATION and bool(step.line)
        if is_look and place_of(step) in story.live_places() and story.code.decides(step.file, step.line):
            return step
    return None


def circle_of(wants: dict[str, str]) -> list[str]:
    """The threads of a circle in which each wants what the next one holds; [] if there is none."""
    for start in wants:
        path = [start]
        while (following := wants.get(path[-1])) is not None and following not in path:
            path.append(following)
        if following == start:
            return path
    return []
