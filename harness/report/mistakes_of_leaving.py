"""Threads that stop taking although there is something to take: what they ask before they leave says less than they read from it."""

from __future__ import annotations

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.story import CELL_READS, CELL_WRITES, Story, is_same_cell, place_of, said_value, said_write
from harness.report.words import count, joined, printable, unique

ASKS_QUEUE = frozenset({"try-get", "empty", "qsize", "get"})


def left_too_early(story: Story) -> Mistake | None:
    """A thread ended because a queue was empty and a flag set, and items of the queue were taken by nobody."""
    for end in story.trace.ends:
        own = [step for step in story.steps if step.thread == end.name]
        if end.state != "ended" or end.role == "main" or not own or any(step.kind == "raise" for step in own):
            continue
        asked = [step for step in own if step.kind in ASKS_QUEUE and step.line]
        flags = [step for step in own if step.line and step.step > story.opening() and _is_flag(story, step)]
        if not asked or not flags:
            continue
        look, flag = asked[-1], flags[-1]
        puts = [step for step in story.touching(place_of(look)) if step.kind == "put"]
        if len(puts) <= sum(step.kind == "get" for step in story.touching(place_of(look))):
            continue
        mistake = _asked_in_the_wrong_order(story, look, flag, puts) or _one_spoke_for_several(story, flag, own[-1], puts)
        if mistake is not None:
            return mistake
    return None


def _is_flag(story: Story, step: Step) -> bool:
    if step.kind == "is_set":
        return True
    return step.kind in CELL_READS and place_of(step) in story.passed_places() and story.code.decides(step.file, step.line)


def _setters(story: Story, flag: Step) -> list[Step]:
    """What others wrote to the flag before it was asked."""
    before = story.touching(place_of(flag), story.opening(), flag.step)
    return [step for step in before if step.thread != flag.thread and (step.kind == "set" or (step.kind in CELL_WRITES and is_same_cell(step, flag)))]


def _asked_in_the_wrong_order(story: Story, look: Step, flag: Step, puts: list[Step]) -> Mistake | None:
    """The queue was asked first, then the flag; in between there came items, and the flag."""
    between = [put for put in puts if look.step < put.step < flag.step and put.thread != look.thread]
    setters = [step for step in _setters(story, flag) if step.step > look.step]
    if look.kind == "get" or not between or not setters:
        return None
    name, done = printable(look.location), printable(flag.location)
    lines = joined(unique(story.line(put) for put in between))
    said = f"set {done}" if setters[-1].kind == "set" else f"wrote {said_write(setters[-1])}"
    told = (
        f"{look.thread} found {name} empty{story.at(look)}. Before it asked {done}{story.at(flag)}, {joined(unique(put.thread for put in between))} put "
        f"{count(len(between), 'item')} there ({lines}) and {setters[-1].thread} {said}{story.at(setters[-1])}.",
        f"So {look.thread} took it that nothing more would come and ended; what is in {name} was never taken.",
    )
    hint = f"Ask {done} ({story.line(flag)}) before {name} is asked ({story.line(look)}): only if it was set before, an empty {name} stays empty."
    return Mistake(told, hint)


def _one_spoke_for_several(story: Story, flag: Step, last: Step, puts: list[Step]) -> Mistake | None:
    """One of several that put said that the work was done, and another one put something after the thread had left."""
    setters = _setters(story, flag)
    late = [put for put in puts if put.step > last.step and setters and put.thread != setters[-1].thread]
    if not late or not any(put.thread == setters[-1].thread for put in puts):
        return None
    setter, done = setters[-1], printable(flag.location)
    said = f"set {done}" if setter.kind == "set" else f"wrote {said_write(setter)}"
    found = "set" if setter.kind == "set" else f"= {said_value(flag)}"
    told = (
        f"{setter.thread} {said}{story.at(setter)}, {flag.thread} found it "
        f"{found}{story.at(flag)} and ended. Only then did {late[0].thread} put another item into "
        f"{printable(late[0].location)}{story.at(late[0])}, which nobody took."
    )
    return Mistake(
        (told,),
        f"{story.line(setter)[:1].upper() + story.line(setter)[1:]} speaks for {setter.thread} "
        f"alone: set {done} when all that put something have ended (after their join()).",
    )
