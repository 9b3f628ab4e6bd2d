"""Puts that did not wait for room: a queue without a greatest size, room given back too early, two stores for one number."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.mistakes_of_refusals import not_let_in, put_refused
from harness.report.passage import own_steps
from harness.report.story import Story, Told, place_of
from harness.report.words import printable

QUEUES = frozenset({"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"})


def why_there_was_room(story: Story, call: Told, write: Step | None) -> Mistake | None:
    """The first of these that the trace shows: the put was refused and put nothing; its queue takes any number; it gave its room back itself;
    what it put into is emptied by a thread of the pipeline."""
    return (
        put_refused(story, call)
        or not_let_in(story, call)
        or _without_a_size(story, call)
        or _gave_its_room_back(story, call, write)
        or _carried_on(story, call)
    )


def refused_among(story: Story) -> Mistake | None:
    """The first put that put nothing and returned all the same: it counts as one that waits."""
    return next((found for put in story.puts if (found := put_refused(story, put) or not_let_in(story, put)) is not None), None)


def _without_a_size(story: Story, call: Told) -> Mistake | None:
    put = next((step for step in story.steps if call.covers(step) and step.kind == "put" and step.line), None)
    if put is not None and put.location != "self":
        _, file, line = story.made_of(put.location)
        made = next((node for node in story.code.calls(file, line, *QUEUES)), None) if line else None
        if made is None or made.args or made.keywords:
            return None
        name, where = printable(put.location), story.at_line(file, line)
        told = f"{name} is made without a greatest size (`{ast.unparse(made)}`{where}), so a put into it never waits."
        if called(made) == "SimpleQueue":
            return Mistake((told,), f"A SimpleQueue has no greatest size: make a queue.Queue with the capacity{where}.")
        return Mistake((told,), f"Hand the capacity to {called(made)}(){where}: then a put waits while so many are inside.")
    own = [step for step in story.steps if call.covers(step)]
    if put is None and not any(step.location.endswith("._not_empty") and step.kind == "notify" for step in own):
        return None
    for file, lines in story.trace.source.items():  # the pipeline is itself a queue, of the program's own class
        for line, text in sorted(lines.items()):
            if re.search(r"(super\(\)\.__init__\(\)|Queue\.__init__\(self\))", text):
                where = story.at_line(file, line)
                told = f"The queue that the class is was made without a greatest size (`{text.strip()}`{where}), so a put never waits."
                return Mistake((told,), f"Hand the capacity on{where}, as maxsize: then a put waits while so many are inside.")
    return None


def _gave_its_room_back(story: Story, call: Told, write: Step | None) -> Mistake | None:
    """The put took a permit of a semaphore and gave it back itself, as a `with` does."""
    last = call.end
    if last is None or write is None:
        return None
    for taken in own_steps(story, call, write):
        if taken.kind != "acquire" or "Semaphore" not in story.made_of(taken.location)[0]:
            continue
        uses = list(story.touching(place_of(taken), taken.step, last.step))
        back = next((step for step in uses if step.kind == "release" and step.thread == call.thread), None)
        others = [
            step for step in story.touching(place_of(taken)) if step.kind == "release" and (get := story.call_of(step)) is not None and get.operation == "get"
        ]
        if back is None or others:
            continue
        name = printable(taken.location)
        told = f"{call.thread} took a permit of {name}{story.at(taken)} and gave it back in the same put{story.at(back)}, so {name} counts nothing."
        block = any(block.lineno == taken.line for block in story.code.inside(write.file, write.line, ast.With))
        way = f"acquire() in place of `with` at {story.line(taken)}" if block else f"no release() at {story.line(back)}"
        return Mistake((told,), f"A put keeps its permit until its message is taken: {way}, and a release() in the get.")
    return None


def _carried_on(story: Story, call: Told) -> Mistake | None:
    """A thread of the pipeline takes what was put out of the bounded queue and puts it elsewhere, so the queue's size is not that of the pipeline."""
    put = next((step for step in story.steps if call.covers(step) and step.kind == "put" and step.line), None)
    outside = [step for step in story.steps if step.kind == "get" and step.line and story.call_of(step) is None] if put is not None else []
    carried = next((step for step in outside if put is not None and place_of(step) == place_of(put)), None)
    if put is None or carried is None:
        return None
    name = printable(put.location)
    return Mistake((), f"The size of {name} bounds {name} alone, and {carried.thread} carries on "
        f"what is there ({story.line(carried)}): one Semaphore of the capacity, "
                       "acquired by put and released by get, would count all that is inside.")  # fmt: skip
