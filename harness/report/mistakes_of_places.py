"""Two calls at one place of several: both went by the same number, the place was free too early, or what stood there was removed unseen."""

from __future__ import annotations

import ast

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.passage import mutexes_at
from harness.report.story import CELL_READS, CELL_WRITES, CONTAINERS, SYNCHRONISATION, Story, Told, is_same_cell, place_of, said_value, said_write
from harness.report.words import printable, shortened, unique


def same_number(story: Story, one: Step, two: Step) -> Mistake | None:
    """Two threads came to one element because both had read the same number, which neither had moved on by then."""
    if one.thread == two.thread or not one.location.endswith("]"):
        return None
    for mine in _numbers(story, two):
        for theirs in _numbers(story, one):
            first, second = sorted((mine, theirs), key=lambda step: step.step)
            if place_of(first) != place_of(second) or first.location != second.location or first.value != second.value:
                continue
            moved = [step for step in story.touching(place_of(first), first.step) if step.is_write and step.kind not in SYNCHRONISATION]
            if not moved or moved[0].step < second.step or moved[0].thread not in (one.thread, two.thread):
                continue
            move, name = moved[0], printable(first.location)
            what = f"= {said_value(first)}" if first.kind in CELL_READS else f"({said_value(first)})"
            where = story.at(first) if first.line == second.line else f"{story.at(first)} and{story.at(second)}"
            told = (
                f"{first.thread} and {second.thread} both read {name} {what}{where} and went by "
                f"that; {move.thread} was the first to change it, only afterwards{story.at(move)}."
            )
            held = mutexes_at(story, first)
            if any((after := mutexes_at(story, move).get(place)) is not None and after.step == taken.step for place, taken in held.items()):
                return Mistake((told,))
            lines = unique((story.line(first), story.line(second), story.line(move)))
            until = f"from {lines[0]} to {lines[-1]}" if len(lines) > 1 else f"around {lines[0]}"
            return Mistake((told,), f"To read {name} and to move it on must be one step: every thread must hold one lock {until}.")
    return None


def _numbers(story: Story, act: Step) -> list[Step]:
    """What the thread read on the line of an act to find the element."""
    found: list[Step] = []
    for step in reversed(story.steps[: act.step - 1]):
        if step.thread != act.thread:
            continue
        if (step.file, step.line) != (act.file, act.line):
            break
        if step.value and not step.is_write and step.kind not in SYNCHRONISATION and place_of(step) in story.live_places() and place_of(step) != place_of(act):
            found.append(step)
    return found


def drawn_twice(story: Story) -> Mistake | None:
    """Two threads drew the same number: each kept what it had read, and neither had moved it on before the other read it too."""
    for first in story.steps:
        statement = story.code.statement(first.file, first.line) if first.kind in CELL_READS and first.line and place_of(first) in story.live_places() else None
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name) or not isinstance(statement.value, ast.Attribute | ast.Name):
            continue
        for second in story.touching(place_of(first), first.step):
            if second.kind in CELL_WRITES:
                break
            if second.thread == first.thread or (second.file, second.line) != (first.file, first.line) or second.kind not in CELL_READS:
                continue
            moved = [step for step in story.touching(place_of(first), second.step) if step.kind in CELL_WRITES and step.function == first.function]
            if not {first.thread, second.thread} <= {step.thread for step in moved}:
                continue
            name, move = printable(first.location), moved[0]
            told = (
                f"{first.thread} and {second.thread} both read {name} = {said_value(first)}{story.at(first)}, before {move.thread} was the first to change it"
                f"{story.at(move)}: they have the same number."
            )
            hint = f"To read {name} and to move it on must be one step: every thread must hold one lock from {story.line(first)} to {story.line(move)}."
            return Mistake((told,), hint)
    return None


def changed_before_its_test(story: Story, thread: str) -> Mistake | None:
    """The thread changed a variable and then asked it in an `if`; in between another one changed it too, so the branch was left out."""
    own = [step for step in story.steps if step.thread == thread and step.line]
    for look in reversed(own):
        branch = story.code.statement(look.file, look.line) if look.kind in CELL_READS and look.value else None
        if not isinstance(branch, ast.If) or look.line > (branch.test.end_lineno or branch.test.lineno):
            continue
        before = [step for step in own if step.step < look.step and step.kind in CELL_WRITES and is_same_cell(step, look)]
        write = before[-1] if before else None
        if write is None or write.function != look.function or write.value == look.value:
            continue
        other = next((step for step in story.touching(place_of(look), write.step, look.step) if step.kind in CELL_WRITES and step.thread != thread), None)
        last = branch.body[-1].end_lineno or branch.body[-1].lineno
        if other is None or any(step.step > look.step and branch.body[0].lineno <= step.line <= last for step in own):
            continue
        name, line = printable(look.location), story.at_line(look.file, branch.body[0].lineno).removeprefix(" at ")
        told = (
            f"{thread} wrote {said_write(write)}{story.at(write)}; before it asked "
            f"that{story.at(look)}, {other.thread} wrote {said_write(other)}{story.at(other)}. "
            f"So {thread} found {said_value(look)} and did not come to {line}."
        )
        hint = f"To change {name} and to ask it must be one step: hold one lock from {story.line(write)} to {story.line(look)}, and around {story.line(other)}."
        return Mistake((told,), hint)
    return None


def same_place_for_two_numbers(story: Story, one: Step, two: Step) -> Mistake | None:
    """Two writes of one element went by different values of one number: how the place is computed does not fit how many may be inside."""
    if not one.location.endswith("]") or (one.file, one.line) != (two.file, two.line):
        return None
    for mine in _numbers(story, two):
        theirs = next((step for step in _numbers(story, one) if place_of(step) == place_of(mine) and step.location == mine.location), None)
        if theirs is not None and theirs.value != mine.value and mine.value.isdigit() and theirs.value.isdigit():
            name, element, line = printable(mine.location), printable(one.location), story.line(one)
            told = f"For {name} = {said_value(theirs)} and for {name} = {said_value(mine)} {line} came to the same element, {element}."
            return Mistake(
                (told,),
                f"Which element {line} comes to and how many messages may be inside do not fit: no element may come again while a message stands there.",
            )
    return None


def freed_too_early(story: Story, over: Step) -> Mistake | None:
    """A get said that its place is free, and read what stood there only after another message had been written over it."""
    for get in story.gets:
        if get.thread == over.thread or get.begin.step > over.step or (get.end is not None and get.end.step < over.step):
            continue
        own = [step for step in story.steps if get.covers(step)]
        read = next((step for step in own if step.step > over.step and step.kind in CELL_READS and is_same_cell(over, step)), None)
        freed = [step for step in own if step.step < over.step and step.line and _is_met(story, step, over)]
        if read is None or not freed or freed[-1].line >= read.line:
            continue
        free = freed[-1]
        told = (
            f"{get.thread}'s get changed {printable(free.location)}{story.at(free)}, by which {over.thread}'s put went, and read "
            f"{printable(read.location)}{story.at(read)} only after that put had written there."
        )
        return Mistake((told,), f"Read the message ({story.line(read)}) before its place is given free ({story.line(free)}).")
    return None


def _is_met(story: Story, step: Step, over: Step) -> bool:
    """Whether the step changes what the other thread then took up on its way to `over`: the last that anybody changed there before."""
    put = story.call_of(over)
    is_signal = step.kind == "put" or (step.kind == "release" and place_of(step) in story.signals())
    if put is None or not (is_signal or (step.is_write and step.kind not in SYNCHRONISATION)):
        return False
    met = next((other for other in story.touching(place_of(step), step.step, over.step) if put.covers(other) and other.is_write), None)
    between = story.touching(place_of(step), step.step, met.step) if met is not None else ()
    if met is None or step.value.startswith(CONTAINERS):
        return met is not None
    return not any(other.is_write and other.kind not in SYNCHRONISATION for other in between)


def removed_unseen(story: Story, put: Told, taken: Step) -> Mistake | None:
    """A thread went through what was there and then removed all: also the message, which came in between."""
    own = [step for step in story.touching(place_of(taken), before=taken.step) if step.thread == taken.thread and not step.is_write]
    added = next((step for step in story.touching(place_of(taken), before=taken.step) if put.covers(step) and step.is_write), None)
    if added is None or not own or own[-1].step > added.step or added.thread == taken.thread:
        return None
    look, name, message = own[-1], printable(taken.location), shortened(printable(put.value), 60)
    told = (
        f"{taken.thread} had looked at {name}{story.at(look)}; then {put.thread} added message {message}{story.at(added)}, and {taken.thread} "
        f"removed it{story.at(taken)} without having seen it."
    )
    lines = f"from {story.line(look)} to {story.line(taken)}"
    return Mistake((told,), f"Hold one lock {lines} and around {story.line(added)}: what is removed must be what was seen.")
