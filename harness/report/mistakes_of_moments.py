"""Things said, shown or replaced too early: work that is not done, an object that is not complete, a value that nobody has seen yet."""

from __future__ import annotations

from itertools import pairwise

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.story import CELL_READS, CELL_WRITES, SYNCHRONISATION, Story, is_same_cell, mentions, place_of, said_value, said_write
from harness.report.words import printable


def done_too_early(story: Story, step: Step) -> Mistake | None:
    """Before `step` its thread had waited by a queue's join(), which returned because task_done() was called before the work was done."""
    for join in reversed(story.steps[: step.step - 1]):
        if join.kind != "join" or join.thread != step.thread or not join.line:
            continue
        told = next((other for other in reversed(list(story.touching(place_of(join), before=join.step))) if other.kind == "task_done"), None)
        if told is None or told.thread == step.thread or not told.line:
            continue
        for act in story.steps[told.step :]:
            if act.thread != told.thread:
                continue
            if act.kind in ("get", "end"):
                break
            if act.step < join.step or not act.is_write or act.kind in SYNCHRONISATION or not act.line:
                continue
            looks = [look for look in story.touching(place_of(act), join.step, act.step) if look.thread == step.thread and look.line]
            if looks:
                seen = f" ({said_value(looks[0])})" if looks[0].value else ""
                name, done = printable(act.location), f"{told.thread} had called task_done(){story.at(told)}"
                return Mistake(
                    (
                        f"The join(){story.at(join)} returned because {done}, which came before its work was done.",
                        f"{step.thread} looked at {name}{seen}{story.at(looks[0])}, and only afterwards {act.thread} changed it{story.at(act)}.",
                    ),
                    f"Call task_done() ({story.line(told)}) after {story.line(act)}, when the work on the item is done.",
                )
    return None


def written_over_unseen(story: Story, step: Step) -> Mistake | None:
    """A value that the failing line misses in one of two containers was written to a variable, and written over before another thread had read it."""
    compared = [
        look for look in story.steps[: step.step - 1] if (look.thread, look.file, look.line, look.kind) == (step.thread, step.file, step.line, "compare")
    ]
    if len(compared) != 2:
        return None
    for write, over in pairwise(other for other in story.steps if other.kind in CELL_WRITES and other.line and other.step > story.opening()):
        if not is_same_cell(write, over) or write.value == over.value or sum(mentions(look.value, write.value) for look in compared) != 1:
            continue
        others = [
            look
            for look in story.touching(place_of(write), write.step)
            if look.thread != write.thread and look.kind in CELL_READS and is_same_cell(look, write)
        ]
        if not others or others[0].step < over.step:
            continue
        told = (
            f"{write.thread} wrote {said_write(write)}{story.at(write)}, and {over.thread} "
            f"wrote {said_value(over)} over it{story.at(over)} before another thread "
            f"had read it: {others[0].thread} read it only afterwards{story.at(others[0])}."
        )
        hint = (
            f"Before {story.line(over)} writes, it must wait until what stands in "
            f"{printable(over.location)} has been taken: through a queue.Queue, or with a Condition."
        )
        return Mistake((told,), hint)
    return None


def started_too_early(story: Story, act: Step) -> Mistake | None:
    """The failing thread read what the thread that had started it wrote only later."""
    if act.kind not in CELL_READS or act.value:
        return None
    start = next((step for step in story.steps if step.kind == "start" and step.what == act.thread and step.thread != act.thread and step.line), None)
    late = next((step for step in story.touching(place_of(act), act.step) if step.kind in CELL_WRITES and is_same_cell(step, act) and step.line), None)
    if start is None or late is None or late.thread != start.thread:
        return None
    name = printable(late.location)
    told = (
        f"{start.thread} started {act.thread}{story.at(start)} and set {name} only "
        f"afterwards{story.at(late)}; {act.thread} asked it before that{story.at(act)}."
    )
    return Mistake((told,), f"Start the thread ({story.line(start)}) when all that it asks is there: after {story.line(late)}.")


def shown_too_early(story: Story, step: Step, act: Step) -> Mistake | None:
    """The attribute that `act` did not find was set only later, by who had stored the object where others find it before it was complete."""
    if act.kind not in CELL_READS or act.value or "AttributeError" not in step.what + step.value:
        return None
    late = next((other for other in story.touching(place_of(act), act.step) if other.kind in CELL_WRITES and other.thread != act.thread and other.line), None)
    if late is None:
        return None
    for shown in reversed(story.steps[: act.step - 1]):
        if shown.thread != late.thread or shown.kind not in CELL_WRITES or not shown.value.startswith("<") or not shown.line:
            continue
        read = next((look for look in story.touching(place_of(shown), shown.step, act.step) if look.thread == act.thread and look.kind in CELL_READS), None)
        if read is not None:
            name, missing = printable(shown.location), printable(late.location.rpartition(".")[2])
            told = (
                f"{shown.thread} stored the object in {name}{story.at(shown)} and set its {missing} only afterwards,{story.at(late)}; "
                f"in between {act.thread} found it there{story.at(read)}."
            )
            hint = f"Store an object in {name} ({story.line(shown)}) only when it is complete: after {story.line(late)}, which must set {missing} before."
            return Mistake((told,), hint)
    return None
