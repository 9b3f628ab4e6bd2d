"""Arguments about messages that were delivered: twice, made up, or out of order."""

from __future__ import annotations

from harness.model.trace import Step
from harness.report.argue_capacity import fullest
from harness.report.argue_state import changed_since_look, what_preemptions_did, without_repetition, woken_by_time
from harness.report.messages import place_named, said, source_of_get
from harness.report.mistake import Mistake
from harness.report.mistakes_of_errors import gave_up
from harness.report.mistakes_of_gates import (
    opened_too_early,
    why_it_passed,
)
from harness.report.mistakes_of_losses import (
    seen_before_it_was_there,
    spoken_of,
    stood_for_two,
    written_over,
)
from harness.report.mistakes_of_order import why_it_came_first
from harness.report.mistakes_of_places import same_number
from harness.report.mistakes_of_state import certain_update, last_in_first_out, newest_first, one_list_for_all, one_object_for_all
from harness.report.passage import let_pass, passage
from harness.report.story import CELL_WRITES, Story, Told, is_same_cell, mentions, place_of


def duplication(story: Story, message: str) -> list[str]:
    """The two gets that read one message, and what should have happened between them."""
    put, gets, reads = _delivered_twice(story, message)
    if put is None:
        return []
    first, second = gets
    if reads is None:
        mistake = mistake_of_duplication(story, message)
        why = list(mistake.told) if mistake is not None and mistake.told else what_preemptions_did(story)
        return [f"Message {said(put)} was returned by {_whose_get(story, first)} and again by {_whose_get(story, second)}.", *why]
    one, two = reads
    again = "it there again" if place_of(one) == place_of(two) else f"it from {place_named(two)}"
    sentences = [
        f"{first.thread}'s get {_took(one)} message {said(put)} from {place_named(one)}{story.at(one)} and returned it.",
        f"{'A later get of ' + second.thread if second.thread == first.thread else second.thread + chr(39) + 's get'} {_took(two)} {again}{story.at(two)} "
        "and returned it too.",
    ]
    changes = [step for step in story.touching(place_of(one), one.step, two.step) if step.is_write]
    mistake = mistake_of_duplication(story, message)
    told = list(mistake.told) if mistake is not None else []
    if changes or place_of(one) != place_of(two):
        return sentences + told
    late = next((step for step in story.touching(place_of(one), two.step) if step.is_write and first.covers(step)), None)
    if late is None:
        sentences.append("Nothing removed or replaced it between the two.")
    else:
        sentences.append(f"Only after that second read did {first.thread} come to its own change of {place_named(one)}{story.at(late)}.")
    return sentences + (told or _let_through(story, second, two) or changed_since_look(story, second, two))


def _let_through(story: Story, call: Told, act: Step) -> list[str]:
    """The step of another thread that let the call go on."""
    passed = passage(story, call, act)
    opener = passed.opener if passed is not None else None
    other = story.call_of(opener) if opener is not None else None
    if passed is None or opener is None or other is None or other.operation == call.operation:
        return []
    return [f"{let_pass(story, passed)}; that was in {opener.thread}'s put of message {said(other)}."]


def mistake_of_duplication(story: Story, message: str) -> Mistake | None:
    """Why the second get could read what the first had read."""
    put, gets, reads = _delivered_twice(story, message)
    if put is None:
        return None
    if reads is None:
        return certain_update(story) or one_list_for_all_puts(story)
    if place_of(reads[0]) != place_of(reads[1]):
        return certain_update(story)
    write = next(
        (step for step in story.touching(place_of(reads[0]), put.begin.step, reads[0].step) if put.covers(step) and is_same_cell(step, reads[0])), None
    )
    let_in = None
    if write is not None and write.kind in CELL_WRITES:
        let_in = one_object_for_all(story, write, write) or opened_too_early(story, put, write)
    found = let_in or why_it_passed(story, gets[1], reads[1])
    if found is not None and found.hint:
        return found
    if (number := same_number(story, *reads)) is not None:
        return number
    stood = stood_for_two(story, put.value)
    if stood is None or not stood.hint:
        return found or stood
    return Mistake((*(found.told if found is not None else _let_through(story, gets[1], reads[1])), *stood.told), stood.hint)


def one_list_for_all_puts(story: Story) -> Mistake | None:
    """A message vanished from what had been handed on, because the next put emptied the same object."""
    taken = (story.lost_removal(put) for put in story.puts)
    return next((mistake for step in taken if step is not None and (mistake := one_list_for_all(story, step)) is not None), None)


def corruption(story: Story, message: str) -> list[str]:
    """What the get read instead of a message, and where that came from."""
    call = _strange_get(story, message)
    if call is None:
        return []
    value = said(call)
    read = source_of_get(story, call)
    later = next((put for put in story.puts if put.value == call.value), None)
    unknown = f"no put carried {value}" if later is None else f"the put of {value} by {later.thread} began only later"
    if read is None:
        mistake = mistake_of_corruption(story, message)
        why = list(mistake.told) if mistake is not None else woken_by_time(story, call.end) if call.end is not None else []
        return [f"{call.thread}'s get returned {value}; {unknown}.", *(why or what_preemptions_did(story))]
    sentences = [f"{call.thread}'s get {_took(read)} {value} from {place_named(read)}{story.at(read)} and returned it; {unknown}."]
    writes = [step for step in story.touching(place_of(read), 0, read.step) if step.is_write]
    if not writes:
        sentences.append(f"In this execution nothing had been written to {place_named(read)} before.")
    elif writes[-1].kind in CELL_WRITES and writes[-1].value == read.value and is_same_cell(writes[-1], read):
        source = writes[-1]
        inside = story.call_of(source)
        within = f" in the get that returned {said(inside)}" if inside and inside.operation == "get" and inside.has_returned and inside is not call else ""
        if source.step <= story.opening():
            sentences.append(f"That stood there from the start, set{story.at(source)}: nothing had been put there yet.")
        else:
            sentences.append(f"{source.thread} had written it there{story.at(source)}{within}.")
    mistake = mistake_of_corruption(story, message)
    told = list(mistake.told) if mistake is not None else []
    return sentences + (without_repetition(changed_since_look(story, call, read), told) or woken_by_time(story, read))


def mistake_of_corruption(story: Story, message: str) -> Mistake | None:
    """Why the get could read where no message was."""
    call = _strange_get(story, message)
    read = source_of_get(story, call) if call is not None else None
    if call is None:
        return None
    if read is None:
        return seen_before_it_was_there(story) or (gave_up(story, call) if call.value == "None" else None)
    return why_it_passed(story, call, read)


def reorder(story: Story, message: str) -> list[str]:
    """The two messages of one producer, and the gets that returned them in the other order."""
    found = _swapped(story, message)
    return [] if found is None else _out_of_order(story, message, *found)


def mistake_of_reorder(story: Story, message: str) -> Mistake | None:
    """The line that took the wrong message first, where it says so itself."""
    found = _swapped(story, message)
    if found is None:
        return None
    taken = source_of_get(story, found[2])
    newest = newest_first(story, taken) if taken is not None else last_in_first_out(story, found[2])
    return newest or why_it_came_first(story, found[0], found[1], taken) or stood_for_two(story, found[1].value)


def complete_at(story: Story, kind: str, message: str) -> int:
    """The number of the step with which what the finding says is done and cannot be undone; 0 where that is not known."""
    steps: list[Step | None] = []
    if kind == "loss":
        for put in story.puts:
            if put.has_returned and not story.returned(put.value) and mentions(message, put.value):
                lost = written_over(story, put)
                steps.append(lost[1] if lost is not None else None)
    elif kind == "duplication":
        steps = [get.end for get in _delivered_twice(story, message)[1]] or [None]
    elif kind == "corruption":
        call = _strange_get(story, message)
        steps = [call.end if call is not None else None]
    elif kind == "reorder":
        swapped = _swapped(story, message)
        steps = [swapped[3].end if swapped is not None else None]
    elif kind == "capacity":
        steps = [fullest(story)[0]]
    return max((step.step for step in steps if step is not None), default=0) if None not in steps else 0


def _delivered_twice(story: Story, message: str) -> tuple[Told | None, tuple[Told, ...], tuple[Step, Step] | None]:
    """The put of a message that two gets returned, the gets, and the steps at which they came by it, in their order (None where unknown)."""
    put = spoken_of([put for put in story.puts if len(story.returned(put.value)) > 1], message)
    if put is None:
        return None, (), None
    first, second = story.returned(put.value)[:2]
    one, two = source_of_get(story, first), source_of_get(story, second)
    if one is None or two is None:
        return put, (first, second), None
    return (put, (second, first), (two, one)) if two.step < one.step else (put, (first, second), (one, two))


def _strange_get(story: Story, message: str) -> Told | None:
    return spoken_of([call for call in story.gets if call.has_returned and not _was_put_before(story, call)], message)


def _swapped(story: Story, message: str) -> tuple[Told, Told, Told, Told] | None:
    """An earlier and a later put of one producer, and the gets that returned the later one's message first."""
    meant = [put for put in story.puts if mentions(message, put.value)]
    for early in meant:
        for late in meant:
            if early.thread != late.thread or early.begin.step >= late.begin.step:
                continue
            first, second = next(iter(story.returned(late.value)), None), next(iter(story.returned(early.value)), None)
            if first is not None and second is not None and first.end is not None and first.end.step <= second.begin.step:
                return early, late, first, second
    return None


def _out_of_order(story: Story, message: str, early: Told, late: Told, first: Told, second: Told) -> list[str]:
    sentences = [
        f"{early.thread} put message {said(early)} before message {said(late)}.",
        f"The get of {first.thread} that returned {said(late)} was over before the get of {second.thread} that returned {said(early)} began.",
    ]
    taken = source_of_get(story, first)
    if taken is not None:
        code = story.source_of(taken.file, taken.line)
        sentences.append(f"Message {said(late)} was taken from {place_named(taken)}{story.at(taken)}{f' ({code})' if code else ''}.")
    mistake = mistake_of_reorder(story, message)
    sentences += mistake.told if mistake is not None else ()
    return sentences


def _was_put_before(story: Story, call: Told) -> bool:
    return any(put.value == call.value and call.end is not None and put.begin.step < call.end.step for put in story.puts)


def _whose_get(story: Story, call: Told) -> str:
    return f"{call.thread}'s get{story.at(call.end) if call.end else ''}"


def _took(step: Step) -> str:
    return "took" if step.is_write else "read"
