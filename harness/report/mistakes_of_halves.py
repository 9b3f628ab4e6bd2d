"""Things seen when only half of them was done: two variables that belong together, a flag that is set before what it announces."""

from __future__ import annotations

import ast

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.passage import mutexes_at
from harness.report.story import CELL_READS, CELL_WRITES, Place, Story, is_same_cell, place_of, said_value, said_write
from harness.report.words import joined, printable, unique, upper


def seen_by_halves(story: Story) -> Mistake | None:
    """A thread read two variables on one line, and another one, which writes both, had written only one of them by then."""
    live = story.live_places()
    for late in story.steps:
        if late.kind not in CELL_READS or not late.line or place_of(late) not in live:
            continue
        if isinstance(story.code.statement(late.file, late.line), ast.While):
            continue  # it asks again
        for early in reversed(story.steps[: late.step - 1]):
            if early.thread != late.thread:
                continue
            if (early.file, early.line) != (late.file, late.line):
                break
            if early.kind not in CELL_READS or _cell(early) == _cell(late) or not early.value or not late.value:
                continue
            mistake = _torn_pair(story, early, late)
            if mistake is not None:
                return mistake
    return None


def _torn_pair(story: Story, early: Step, late: Step) -> Mistake | None:
    """That of two reads one saw a write of a thread, and the other not yet the write that goes with it."""
    for new, old in ((early, late), (late, early)):
        writes = [step for step in story.touching(place_of(new), before=new.step) if step.kind in CELL_WRITES and is_same_cell(step, new)]
        if not writes or writes[-1].thread == new.thread or writes[-1].step <= story.opening() or not writes[-1].line:
            continue
        seen = writes[-1]
        after = [
            step
            for step in story.touching(place_of(old), max(old.step, seen.step))
            if step.thread == seen.thread and step.kind in CELL_WRITES and is_same_cell(step, old)
        ]
        between = [step for step in story.steps[seen.step : after[0].step - 1] if step.thread == seen.thread and step.line] if after else []
        if not after or after[0].function != seen.function or any(is_same_cell(step, new) and step.is_write for step in between) or _came_round(between, seen):
            continue
        missed = after[0]
        told = (
            f"{seen.thread} wrote {said_write(seen)}{story.at(seen)}, and {said_write(missed)} only later{story.at(missed)}.",
            f"In between {new.thread} read {printable(old.location)} = {said_value(old)} and {printable(new.location)} = {said_value(new)}{story.at(new)}: "
            "one of the two was new, the other old.",
        )
        return Mistake(told, _read_together(story, new, seen, missed))
    return None


def _came_round(between: list[Step], seen: Step) -> bool:
    """Whether the thread went back before the line of its first write: the two writes are of different rounds."""
    return any(step.function == seen.function and step.line < seen.line for step in between)


def _read_together(story: Story, read: Step, first: Step, last: Step) -> str:
    mine, theirs = mutexes_at(story, read), {place: taken for place, taken in mutexes_at(story, last).items() if place in mutexes_at(story, first)}
    span = f"{story.line(first)} and {story.line(last)}" if first.line != last.line else story.line(first)
    if mine.keys() & theirs.keys():
        return ""
    if theirs and not mine:
        name = joined(unique(printable(taken.location) for taken in theirs.values()))
        return f"{upper(story.line(read))} must hold {name} too, as the writes of {span} do."
    return f"Hold one lock around {span}, and the same one around {story.line(read)}."


def announced_too_early(story: Story, act: Step) -> Mistake | None:
    """`act` read what another thread wrote only later; but a flag of that thread, which the reader had asked, said already that it was there."""
    late = next(
        (other for other in story.touching(place_of(act), act.step) if other.kind in CELL_WRITES and other.thread != act.thread and other.line and is_same_cell(other, act)),
        None,
    )
    if late is None or act.kind not in CELL_READS:
        return None
    for flag in reversed(story.steps[: act.step - 1]):
        is_flag = (flag.kind in CELL_WRITES or flag.kind == "set") and flag.thread == late.thread and flag.function == late.function and flag.line
        if not is_flag or flag.location == late.location:
            continue
        look = next((step for step in reversed(story.steps[flag.step : act.step - 1]) if step.thread == act.thread and _asks(story, step, flag)), None)
        if look is not None:
            name, there = printable(flag.location), printable(late.location)
            did = f"set {name}" if flag.kind == "set" else f"wrote {said_write(flag)}"
            what = "set" if flag.kind == "set" else said_value(flag)
            found = f"{act.thread} found it {what}{story.at(look)} and went on to {story.line(act)}"
            told = f"{flag.thread} {did}{story.at(flag)}, and {there} was written only afterwards{story.at(late)}; in between {found}."
            way = f"Set {name}" if flag.kind == "set" else f"Write {name}"
            return Mistake((told,), f"{way} ({story.line(flag)}) last: after {story.line(late)}, since it says that {there} is there.")
    return None


def _asks(story: Story, step: Step, flag: Step) -> bool:
    if place_of(step) != place_of(flag):
        return False
    if flag.kind == "set":
        return step.kind in ("wait", "is_set")
    return step.kind in CELL_READS and is_same_cell(step, flag) and story.code.decides(step.file, step.line) and step.value == flag.value


def _cell(step: Step) -> tuple[Place, str]:
    return place_of(step), step.location
