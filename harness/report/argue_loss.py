"""Arguments about messages that went lost: who wrote over them, refused them, or took them without delivering them."""

from __future__ import annotations

from harness.model.trace import Step
from harness.report.argue_state import error_of, what_preemptions_did
from harness.report.lost_update import lost_update
from harness.report.messages import place_named, said
from harness.report.mistakes_of_losses import lost_put, mistake_of_loss, why_written_over, written_over
from harness.report.mistakes_of_refusals import not_let_in, pushed_out, put_refused
from harness.report.passage import ASKED
from harness.report.story import CELL_READS, ERASURES, Story, Told, is_same_cell, place_of, said_value

WAITING = ASKED | {"acquire", "wait", "blocked", "join", "sleep", "put", "get", "result"}


def loss(story: Story, message: str) -> list[str]:
    """Who wrote the message where, and who wrote over it or took it without delivering it."""
    put = lost_put(story, message)
    if put is None:
        return []
    lost = written_over(story, put)
    if lost is not None:
        return _overwritten(story, put, *lost)
    if (refused := put_refused(story, put) or not_let_in(story, put) or pushed_out(story, put)) is not None:
        return [*refused.told, _put_returned(story, put)]
    sentences = _taken_in_vain(story, put) or [_put_returned(story, put)]
    if " raised " in sentences[-1]:
        return sentences
    mistake = mistake_of_loss(story, message)
    if mistake is not None and mistake.told:
        return sentences + list(mistake.told)
    return sentences + (lost_update(story) or what_preemptions_did(story))


def _overwritten(story: Story, put: Told, write: Step, over: Step) -> list[str]:
    reads = [step for step in story.touching(place_of(write), write.step, over.step) if not step.is_write and is_same_cell(write, step)]
    returns = "Before any get returned it" if reads else "Before anything read it"
    if over.kind in ERASURES:
        act = f"{over.thread} deleted it"
    else:
        is_message = any(other.value == over.value for other in story.puts)
        act = f"{over.thread} wrote {'message ' if is_message else ''}{said_value(over)} over it"
    sentences = [
        f"{put.thread} wrote message {said(put)} to {write.location}{story.at(write)}.",
        f"{returns}, {act}{story.at(over)}; {'no get returned' if reads else 'nothing read'} message {said(put)}.",
    ]
    call = story.call_of(over)
    mistake = why_written_over(story, call, write, over)
    if mistake is not None and mistake.told:
        return sentences + list(mistake.told)
    sentences += _came_too_late(story, over)
    first = call.begin.step if call is not None else 0
    mine = [step for step in story.steps if first <= step.step < over.step and step.thread == over.thread]
    looks = [step for step in mine if is_same_cell(write, step) and not step.is_write and step.value]
    if looks and looks[-1].step < write.step:
        look = looks[-1]
        seen = f"{over.thread} had last looked at {look.location}{story.at(look)}, when it was {said_value(look)}"
        sentences.append(f"{seen}: it did not know of message {said(put)}.")
    elif asked := [step for step in mine if _is_look(story, step) and not is_same_cell(write, step)]:
        sentences.append(f"What {over.thread} had last looked at was {asked[-1].location}{story.at(asked[-1])}, when it was {said_value(asked[-1])}.")
    elif call is not None and call.operation == "put" and not any(step.kind in WAITING for step in mine):
        sentences.append(f"That put of {over.thread} has no step that waits until message {said(put)} is taken.")
    return sentences


def _is_look(story: Story, step: Step) -> bool:
    return step.kind in CELL_READS and bool(step.value) and place_of(step) in story.live_places() and story.code.decides(step.file, step.line)


def _came_too_late(story: Story, over: Step) -> list[str]:
    """The get that was under way when the message was written over, and read the place only afterwards."""
    for get in story.gets:
        if get.thread != over.thread and get.begin.step < over.step and (get.end is None or get.end.step > over.step):
            begun = [step for step in story.steps if get.covers(step) and step.step < over.step and step.line]
            read = next(
                (step for step in story.steps if get.covers(step) and step.step > over.step and step.kind in CELL_READS and is_same_cell(over, step)), None
            )
            if read is not None and begun and read.line > begun[-1].line:
                return [f"{get.thread}'s get was then past{story.at(begun[-1]).removeprefix(' at')} "
                    f"but read {place_named(read)} only afterwards{story.at(read)}."]
    return []


def _taken_in_vain(story: Story, put: Told) -> list[str]:
    taken = story.lost_removal(put)
    if taken is None:
        return []
    call = story.call_of(taken)
    code = story.source_of(taken.file, taken.line)
    sentences = [f"Message {said(put)} left {place_named(taken)} when {taken.thread} "
        f"was{story.at(taken)}{f' ({code})' if code else ''}, but no get returned it."]
    if call is not None and call.operation == "get" and call.has_returned:
        sentences.append(f"The get within which that happened returned {said(call)}.")
    elif call is not None and call.operation == "get":
        errors = [step for step in story.steps if step.kind == "raise" and call.covers(step)]
        sentences += [f"The get within which that happened raised {error_of(error)}{story.at(error)}." for error in errors[:1]]
    return sentences


def _put_returned(story: Story, put: Told) -> str:
    return f"{put.thread}'s put of message {said(put)} returned, and no get returned that message."
