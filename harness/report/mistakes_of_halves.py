"""Things seen when only half of them was done: two variables that belong together, a flag that is set before what it announces."""

from __future__ import annotations

import ast

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.passage import mutexes_at
from harness.report.story import CELL_READS, CELL_WRITES, SYNCHRONISATION, Place, Story, is_same_cell, place_of, said_value, said_write
from harness.report.words import joined, printable, unique, upper

MOST_STEPS, NEAR = 1000, 100
"""Steps before a failure that are looked through, and how far apart two reads may lie that belong together: long traces must not take long."""


def seen_by_halves(story: Story, failing: Step) -> Mistake | None:
    """A thread read two variables, and of the writes of another one, which writes both, it saw one and not the other.

    The reads stand on one line, or in the function that failed.
    """
    live = story.live_places()
    for late in reversed(story.steps[: failing.step][-MOST_STEPS:]):
        if late.kind not in CELL_READS or not late.line or not late.value or place_of(late) not in live:
            continue
        if isinstance(story.code.statement(late.file, late.line), ast.While):
            continue  # it asks again
        is_failing = (late.thread, late.function) == (failing.thread, failing.function)
        for early in reversed(story.steps[max(0, late.step - 1 - NEAR) : late.step - 1]):
            if early.thread != late.thread or early.kind not in CELL_READS:
                continue
            if (early.file, early.line) != (late.file, late.line) and not (is_failing and early.function == late.function):
                break
            if _cell(early) != _cell(late) and early.value and place_of(early) in live and (mistake := _torn_pair(story, early, late)) is not None:
                return mistake
    return None


def _torn_pair(story: Story, early: Step, late: Step) -> Mistake | None:
    """That of two reads one saw a write of a thread, and the other not yet the write that goes with it."""
    for new, old in ((early, late), (late, early)):
        writes = [step for step in story.touching(place_of(new), new.step - 2 * NEAR, new.step) if step.kind in CELL_WRITES and is_same_cell(step, new)]
        if not writes or writes[-1].thread == new.thread or writes[-1].step <= story.opening() or not writes[-1].line:
            continue
        seen = writes[-1]
        near = story.touching(place_of(old), max(old.step, seen.step - NEAR), seen.step + NEAR)
        own = [step for step in near if step.thread == seen.thread and step.kind in CELL_WRITES and is_same_cell(step, old)]
        missed = min(own, key=lambda step: abs(step.step - seen.step), default=None)
        if missed is None or missed.function != seen.function or _came_round(story, seen, missed):
            continue
        first, last = sorted((seen, missed), key=lambda step: step.step)
        told = (
            f"{seen.thread} wrote {said_write(first)}{story.at(first)} and {said_write(last)}{story.at(last)}.",
            f"{new.thread} read {printable(old.location)} = {said_value(old)}{story.at(old)} before it was written there, and {printable(new.location)} = "
            f"{said_value(new)}{story.at(new)} after: of the two one was old and the other new.",
        )
        return Mistake(told, _read_together(story, early, late, first, last))
    return None


def _came_round(story: Story, seen: Step, missed: Step) -> bool:
    """Whether between the two writes their thread went back to a line above the first, or wrote one of the two again: they are of different rounds."""
    first, last = sorted((seen, missed), key=lambda step: step.step)
    between = [step for step in story.steps[first.step : last.step - 1] if step.thread == first.thread and step.line and step.kind not in SYNCHRONISATION]
    is_again = any(step.is_write and (is_same_cell(step, first) or is_same_cell(step, last)) for step in between)
    return is_again or last.line < first.line or any(step.function == first.function and step.line < first.line for step in between)


def _read_together(story: Story, early: Step, late: Step, first: Step, last: Step) -> str:
    mine, theirs = (
        {place: taken for place, taken in mutexes_at(story, one).items() if (same := mutexes_at(story, two).get(place)) is not None and same.step == taken.step}
        for one, two in ((early, late), (first, last))
    )
    reads, writes = (joined(unique((story.line(one), story.line(two)))) for one, two in ((early, late), (first, last)))
    if mine.keys() & theirs.keys():
        return ""
    if theirs and not mine:
        name = joined(unique(printable(taken.location) for taken in theirs.values()))
        return f"{upper(reads)} must stand under {name} too, as the writes ({writes}) do."
    return f"Hold one lock, without a gap, around the writes ({writes}), and the same one around the reads ({reads})."


def announced_too_early(story: Story, act: Step) -> Mistake | None:
    """`act` read what another thread wrote only later; but a flag of that thread, which the reader had asked, said already that it was there."""
    late = next(
        (
            other
            for other in story.touching(place_of(act), act.step)
            if other.kind in CELL_WRITES and other.thread != act.thread and other.line and is_same_cell(other, act)
        ),
        None,
    )
    if late is None or act.kind not in CELL_READS:
        return None
    for flag in reversed(story.steps[: act.step - 1]):
        is_flag = (flag.kind in CELL_WRITES or flag.kind == "set") and flag.thread == late.thread and flag.function == late.function and flag.line
        if not is_flag or flag.location == late.location or story.call_of(flag) is not story.call_of(late):
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
