"""The lost update: the pattern behind most wrong counters."""

from __future__ import annotations

from harness.model.trace import Step
from harness.report.story import CELL_READS, CELL_WRITES, Place, Story, is_same_cell, place_of, said_value


def lost_update(story: Story, place: Place | None = None, on_one_line: bool = False) -> list[str]:
    """A thread read a variable, another wrote it, and the first wrote over that without having read again; [] where no steps show it.

    Reads and writes on one line (``x.n += 1``) are preferred, and with `on_one_line` nothing else counts: there the value written
    certainly came from the one read. With `place`, only updates of that place count.
    """
    found = [triple for triple in _lost_updates(story, place) if triple[0].line == triple[2].line or not on_one_line]
    if not found:
        return []
    read, other, write = min(found, key=lambda triple: (triple[0].line != triple[2].line, triple[0].step))
    return [
        f"{read.thread} read {read.location} = {said_value(read)}{story.at(read)}.",
        f"Before it wrote its result, {other.thread} wrote {said_value(other)} to {other.location}{story.at(other)}.",
        f"{write.thread} had not seen that and wrote {said_value(write)}{story.at(write)}: {other.thread}'s update is gone.",
    ]


def _lost_updates(story: Story, place: Place | None) -> list[tuple[Step, Step, Step]]:
    found: list[tuple[Step, Step, Step]] = []
    last_read: dict[tuple[str, Place], tuple[Step, Step | None]] = {}
    for step in story.steps:
        if not step.location or not step.is_shared or (place is not None and place_of(step) != place):
            continue
        key = (step.thread, place_of(step))
        if step.kind in CELL_READS:
            last_read[key] = (step, None)
        elif step.kind in CELL_WRITES:
            read, other = last_read.pop(key, (None, None))
            if read is not None and other is not None and read.function == step.function and is_same_cell(read, step) and is_same_cell(read, other):
                found.append((read, other, step))
            for (thread, touched), (earlier, missed) in last_read.items():
                if thread != step.thread and touched == place_of(step) and missed is None:
                    last_read[thread, touched] = (earlier, step)
    return found
