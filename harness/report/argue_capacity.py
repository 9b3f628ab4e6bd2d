"""Arguments about a capacity that was exceeded: the moment at which most messages waited, and why the last put did not."""

from __future__ import annotations

import re

from harness.model.trace import Step
from harness.report.argue_state import changed_since_look, without_repetition
from harness.report.messages import place_named, said
from harness.report.mistake import Mistake
from harness.report.mistakes_of_gates import changed_meanwhile, nothing_waits, passed_by_two, why_it_passed
from harness.report.mistakes_of_room import refused_among, why_there_was_room
from harness.report.mistakes_of_state import one_too_many
from harness.report.story import SYNCHRONISATION, Story, Told, mentions, place_of
from harness.report.words import count, joined, printable, unique


def capacity(story: Story, message: str) -> list[str]:
    """The moment at which most messages waited, and what the last put had seen before it added its own."""
    last, most = fullest(story)
    if last is None:
        return []
    call = next(put for put in story.puts if put.end is last)
    returned = sum(step.kind == "put-return" and step.step <= last.step for step in story.steps)
    begun = sum(step.kind == "get-begin" and step.step <= last.step for step in story.steps)
    sentences = [
        f"When {call.thread}'s put of message {said(call)} returned, {count(returned, 'put')} had returned and {count(begun, 'get')} had begun: "
        f"{count(most, 'message')} waited."
    ]
    if any(get.is_raised or get.end is None for get in story.gets) and any(step.kind in ("raise", "get-raise") for step in story.steps):
        # Whether a get that raised had taken a message the oracle knows: its own sentence counts right, and names the put.
        call = next((put for put in story.puts if mentions(message, put.value)), call)
        sentences = []
    if f"{call.thread}'s put of message {said(call)} returned, " in message and " had returned" in message:
        sentences = []  # the oracle's own sentence says it
    write = _adding_step(story, call)
    if write is None or write.kind == "put":
        mistake = mistake_of_capacity(story, message)
        sentences += [*(mistake.told if mistake is not None else ()), *_taken_ahead(story, last)]
    else:
        missed = changed_since_look(story, call, write)
        added = "It added the message" if sentences else f"{call.thread} added message {said(call)}"
        sentences += missed or [f"{added} to {place_named(write)}{story.at(write)}."]
        mistake = mistake_of_capacity(story, message)
        sentences = without_repetition(sentences, list(mistake.told) if mistake is not None else [])
        if not missed and (found := nothing_waits(story, call, write)) is not None and found.hint:
            sentences.append("That put has no step that waits, or looks whether there is room.")
    return sentences


def mistake_of_capacity(story: Story, message: str) -> Mistake | None:
    """Why the last put did not wait."""
    last, _ = fullest(story)
    call = next((put for put in story.puts if put.end is last), None)
    if any(get.is_raised or get.end is None for get in story.gets) and any(step.kind in ("raise", "get-raise") for step in story.steps):
        call = next((put for put in story.puts if mentions(message, put.value)), call)
    write = _adding_step(story, call) if call is not None else None
    if call is not None and (room := why_there_was_room(story, call, write)) is not None:
        return room
    if call is None or write is None:
        return refused_among(story)
    capacity = re.search(r"the capacity is (\d+)", message)
    if write.kind == "put":
        return changed_meanwhile(story, call, write) or passed_by_two(story, call, write)
    full = one_too_many(story, call, write, capacity[1] if capacity else "") or nothing_waits(story, call, write, is_full=True)
    return full or why_it_passed(story, call, write)


def fullest(story: Story) -> tuple[Step | None, int]:
    """The return of the put after which most messages waited, and how many did."""
    waiting = most = 0
    last: Step | None = None
    for step in story.steps:
        waiting += {"put-return": 1, "get-begin": -1}.get(step.kind, 0)
        if step.kind == "put-return" and waiting > most:
            most, last = waiting, step
    return last, most


def _adding_step(story: Story, call: Told) -> Step | None:
    """The step of a put that added its message to something: to a container, else to a queue."""
    own = [step for step in reversed(story.steps) if call.covers(step) and step.is_write and step.location]
    added = next((step for step in own if step.kind not in SYNCHRONISATION and mentions(step.value, call.value)), None)
    return added if added is not None else next((step for step in own if step.kind == "put" and step.line), None)


def _taken_ahead(story: Story, until: Step) -> list[str]:
    """Who took items out of a queue, before a step, without being a get that returns each: a get that took several, or a thread outside any call."""
    told = []
    outside = [step for step in story.steps[: until.step] if step.kind == "get" and step.line and story.call_of(step) is None]
    for thread in unique(step.thread for step in outside):
        own = [step for step in outside if step.thread == thread]
        name = printable(own[0].location)
        told.append(f"{thread} had taken {count(len(own), 'item')} out of {name} ({joined(unique(map(story.line, own)))}), which made room there.")
    for get in story.gets:
        taken = [step for step in story.steps[: until.step] if get.covers(step) and step.kind == "get" and step.line]
        if len({place_of(step) for step in taken}) == 1 and len(taken) > 1:
            where = joined(unique(story.line(step) for step in taken))
            told.append(f"{get.thread}'s get came to take an item from {printable(taken[0].location)} {len(taken)} times ({where}), and returns one message.")
    return told[:1]
