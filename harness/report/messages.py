"""Messages in sentences: what they are called, where they stood, and at which step a get came by one."""

from __future__ import annotations

from harness.model.trace import Step
from harness.report.story import CELL_READS, CONTAINERS, Story, Told
from harness.report.words import printable, shortened

TAKING = ("pop", "popleft")


def said(call: Told) -> str:
    """The message of a put or get, short enough for a sentence."""
    return shortened(printable(call.value), 60)


def place_named(step: Step) -> str:
    """What a step touches, as it is called in a sentence."""
    return printable(step.location) or "the pipeline"


def source_of_get(story: Story, call: Told) -> Step | None:
    """The step at which the get came by what it returned: its last read of that value, or its removal from a container."""
    reads = [step for step in story.steps if call.covers(step) and step.location and step.value == call.value and step.kind in CELL_READS]
    return reads[-1] if reads else story.removal(call, call.value) or _only_removal(story, call)


def _only_removal(story: Story, call: Told) -> Step | None:
    """The one step within the get that took anything out of a container, where that is shown too short to see what."""
    taken = [step for step in story.steps if call.covers(step) and step.is_write and step.location and story.code.calls(step.file, step.line, *TAKING)]
    taken = [step for step in taken if step.value.startswith(CONTAINERS)]
    return taken[0] if len(taken) == 1 and "..." in taken[0].value else None
