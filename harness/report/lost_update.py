"""The lost update: the pattern behind most wrong counters."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from harness.model.trace import Step
from harness.report.passage import mutexes_at, permits_at
from harness.report.story import CELL_READS, CELL_WRITES, Place, Story, is_same_cell, place_of, said_read, said_value, said_write
from harness.report.words import joined, printable, unique


@dataclass(frozen=True, slots=True)
class LostUpdate:
    """A thread's `read` and `write` of a variable, and the `other` thread's write between the two, which is gone."""

    read: Step
    other: Step
    write: Step

    def sentences(self, story: Story) -> tuple[str, ...]:
        """What happened, in the order in which it did."""
        read, other, write = self.read, self.other, self.write
        return (
            f"{read.thread} read {said_read(read, story.at(read))}.",
            f"Before it wrote its result, {other.thread} wrote {said_write(other)}{story.at(other)}.",
            f"{write.thread} had not seen that and wrote {said_value(write) or 'there'}{story.at(write)}: {other.thread}'s update is gone.",
            _held(story, write, other),
        )


def find_lost_update(story: Story, place: Place | None = None, on_one_line: bool = False) -> LostUpdate | None:
    """A thread read a variable, another wrote it, and the first wrote over that without having read again; None where no steps show it.

    Reads and writes on one line (``x.n += 1``) are preferred, and with `on_one_line` nothing else counts: there the value written
    certainly came from the one read. With `place`, only updates of that place count.
    """
    found = [lost for lost in _lost_updates(story, place) if lost.read.line == lost.write.line or not on_one_line]
    return min(found, key=lambda lost: (lost.read.line != lost.write.line, lost.read.step)) if found else None


def is_carried(story: Story, lost: LostUpdate) -> bool:
    """Whether the value written came from the one read: both on one line, or through a variable (``seen = n``, then ``n = seen + 1``)."""
    if lost.read.line == lost.write.line:
        return True
    read, write = (story.code.statement(step.file, step.line) for step in (lost.read, lost.write))
    if not isinstance(read, ast.Assign) or not isinstance(write, ast.Assign | ast.Expr):
        return False
    names = {target.id for target in read.targets if isinstance(target, ast.Name)}
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(write.value))


def _held(story: Story, write: Step, other: Step) -> str:
    """Which locks the two threads held at their writes, and that no common one kept them apart."""
    mine, theirs = mutexes_at(story, write), mutexes_at(story, other)
    if not mine and not theirs:
        if both := shared_permit(story, write, other):
            return f"Both had acquired {printable(both.location)}, which lets more than one in."
        return "Neither of the two held a lock."
    held = [joined(unique(printable(taken.location) for taken in locks.values())) or "no lock" for locks in (mine, theirs)]
    if mine.keys() & theirs.keys():
        return f"{write.thread} had given {held[0]} back between its read and its write."
    if held[0] == held[1]:
        return f"Both held a lock called {held[0]}, but not the same one: nothing that would keep the two apart."
    return f"{write.thread} held {held[0]} and {other.thread} {held[1]}: nothing that would keep the two apart."


def shared_permit(story: Story, write: Step, other: Step) -> Step | None:
    """A semaphore that both threads had acquired, as if it were a lock: the step of the first of them. None where there is none."""
    mine, theirs = permits_at(story, write), permits_at(story, other)
    return next((taken for place, taken in mine.items() if place in theirs), None)


def lost_update(story: Story, place: Place | None = None, on_one_line: bool = False) -> list[str]:
    """`find_lost_update` in sentences; [] where there is none."""
    lost = find_lost_update(story, place, on_one_line)
    return [] if lost is None else list(lost.sentences(story))


def _lost_updates(story: Story, place: Place | None) -> list[LostUpdate]:
    found: list[LostUpdate] = []
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
                found.append(LostUpdate(read, other, step))
            for (thread, touched), (earlier, missed) in last_read.items():
                if thread != step.thread and touched == place_of(step) and missed is None:
                    last_read[thread, touched] = (earlier, step)
    return found
