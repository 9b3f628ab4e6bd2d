"""Arguments about messages: lost, delivered twice, made up, out of order, too many at once."""

from __future__ import annotations

import re

from harness.model.trace import Step
from harness.report.argue_state import changed_since_look, error_of, what_preemptions_did, without_repetition, woken_by_time
from harness.report.lost_update import lost_update
from harness.report.mistake import Mistake
from harness.report.mistakes_of_errors import gave_up
from harness.report.mistakes_of_gates import (
    changed_meanwhile,
    nothing_waits,
    opened_too_early,
    passed_by_two,
    why_it_passed,
)
from harness.report.mistakes_of_losses import (
    lost_put,
    mistake_of_loss,
    seen_before_it_was_there,
    spoken_of,
    stood_for_two,
    why_written_over,
    written_over,
)
from harness.report.mistakes_of_order import why_it_came_first
from harness.report.mistakes_of_places import same_number
from harness.report.mistakes_of_refusals import not_let_in, pushed_out, put_refused
from harness.report.mistakes_of_room import refused_among, why_there_was_room
from harness.report.mistakes_of_state import certain_update, last_in_first_out, newest_first, one_list_for_all, one_object_for_all, one_too_many
from harness.report.passage import ASKED, let_pass, passage
from harness.report.story import CELL_READS, CELL_WRITES, CONTAINERS, ERASURES, SYNCHRONISATION, Story, Told, is_same_cell, mentions, place_of, said_value
from harness.report.words import count, joined, printable, shortened, unique

TAKING = ("pop", "popleft")
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


def duplication(story: Story, message: str) -> list[str]:
    """The two gets that read one message, and what should have happened between them."""
    put, gets, reads = _delivered_twice(story, message)
    if put is None:
        return []
    first, second = gets
    if reads is None:
        mistake = mistake_of_duplication(story, message)
        why = list(mistake.told) if mistake is not None and mistake.told else what_preemptions_did(story)
        return [f"Message {_said(put)} was returned by {_whose_get(story, first)} and again by {_whose_get(story, second)}.", *why]
    one, two = reads
    again = "it there again" if place_of(one) == place_of(two) else f"it from {_place(two)}"
    sentences = [
        f"{first.thread}'s get {_took(one)} message {_said(put)} from {_place(one)}{story.at(one)} and returned it.",
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
        sentences.append(f"Only after that second read did {first.thread} come to its own change of {_place(one)}{story.at(late)}.")
    return sentences + (told or _let_through(story, second, two) or changed_since_look(story, second, two))


def _let_through(story: Story, call: Told, act: Step) -> list[str]:
    """The step of another thread that let the call go on."""
    passed = passage(story, call, act)
    opener = passed.opener if passed is not None else None
    other = story.call_of(opener) if opener is not None else None
    if passed is None or opener is None or other is None or other.operation == call.operation:
        return []
    return [f"{let_pass(story, passed)}; that was in {opener.thread}'s put of message {_said(other)}."]


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
    value = _said(call)
    read = _source(story, call)
    later = next((put for put in story.puts if put.value == call.value), None)
    unknown = f"no put carried {value}" if later is None else f"the put of {value} by {later.thread} began only later"
    if read is None:
        mistake = mistake_of_corruption(story, message)
        why = list(mistake.told) if mistake is not None else woken_by_time(story, call.end) if call.end is not None else []
        return [f"{call.thread}'s get returned {value}; {unknown}.", *(why or what_preemptions_did(story))]
    sentences = [f"{call.thread}'s get {_took(read)} {value} from {_place(read)}{story.at(read)} and returned it; {unknown}."]
    writes = [step for step in story.touching(place_of(read), 0, read.step) if step.is_write]
    if not writes:
        sentences.append(f"In this execution nothing had been written to {_place(read)} before.")
    elif writes[-1].kind in CELL_WRITES and writes[-1].value == read.value and is_same_cell(writes[-1], read):
        source = writes[-1]
        inside = story.call_of(source)
        within = f" in the get that returned {_said(inside)}" if inside and inside.operation == "get" and inside.has_returned and inside is not call else ""
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
    read = _source(story, call) if call is not None else None
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
    taken = _source(story, found[2])
    newest = newest_first(story, taken) if taken is not None else last_in_first_out(story, found[2])
    return newest or why_it_came_first(story, found[0], found[1], taken) or stood_for_two(story, found[1].value)


def capacity(story: Story, message: str) -> list[str]:
    """The moment at which most messages waited, and what the last put had seen before it added its own."""
    last, most = _fullest(story)
    if last is None:
        return []
    call = next(put for put in story.puts if put.end is last)
    returned = sum(step.kind == "put-return" and step.step <= last.step for step in story.steps)
    begun = sum(step.kind == "get-begin" and step.step <= last.step for step in story.steps)
    sentences = [
        f"When {call.thread}'s put of message {_said(call)} returned, {count(returned, 'put')} had returned and {count(begun, 'get')} had begun: "
        f"{count(most, 'message')} waited."
    ]
    if any(get.is_raised or get.end is None for get in story.gets) and any(step.kind in ("raise", "get-raise") for step in story.steps):
        # Whether a get that raised had taken a message the oracle knows: its own sentence counts right, and names the put.
        call = next((put for put in story.puts if mentions(message, put.value)), call)
        sentences = []
    if f"{call.thread}'s put of message {_said(call)} returned, " in message and " had returned" in message:
        sentences = []  # the oracle's own sentence says it
    write = _adding_step(story, call)
    if write is None or write.kind == "put":
        mistake = mistake_of_capacity(story, message)
        sentences += [*(mistake.told if mistake is not None else ()), *_taken_ahead(story, last)]
    else:
        missed = changed_since_look(story, call, write)
        added = "It added the message" if sentences else f"{call.thread} added message {_said(call)}"
        sentences += missed or [f"{added} to {_place(write)}{story.at(write)}."]
        mistake = mistake_of_capacity(story, message)
        sentences = without_repetition(sentences, list(mistake.told) if mistake is not None else [])
        if not missed and (found := nothing_waits(story, call, write)) is not None and found.hint:
            sentences.append("That put has no step that waits, or looks whether there is room.")
    return sentences


def mistake_of_capacity(story: Story, message: str) -> Mistake | None:
    """Why the last put did not wait."""
    last, _ = _fullest(story)
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
        steps = [_fullest(story)[0]]
    return max((step.step for step in steps if step is not None), default=0) if None not in steps else 0


def _fullest(story: Story) -> tuple[Step | None, int]:
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


def _delivered_twice(story: Story, message: str) -> tuple[Told | None, tuple[Told, ...], tuple[Step, Step] | None]:
    """The put of a message that two gets returned, the gets, and the steps at which they came by it, in their order (None where unknown)."""
    put = spoken_of([put for put in story.puts if len(story.returned(put.value)) > 1], message)
    if put is None:
        return None, (), None
    first, second = story.returned(put.value)[:2]
    one, two = _source(story, first), _source(story, second)
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


def _overwritten(story: Story, put: Told, write: Step, over: Step) -> list[str]:
    reads = [step for step in story.touching(place_of(write), write.step, over.step) if not step.is_write and is_same_cell(write, step)]
    returns = "Before any get returned it" if reads else "Before anything read it"
    if over.kind in ERASURES:
        act = f"{over.thread} deleted it"
    else:
        is_message = any(other.value == over.value for other in story.puts)
        act = f"{over.thread} wrote {'message ' if is_message else ''}{said_value(over)} over it"
    sentences = [
        f"{put.thread} wrote message {_said(put)} to {write.location}{story.at(write)}.",
        f"{returns}, {act}{story.at(over)}; {'no get returned' if reads else 'nothing read'} message {_said(put)}.",
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
        sentences.append(f"{seen}: it did not know of message {_said(put)}.")
    elif asked := [step for step in mine if _is_look(story, step) and not is_same_cell(write, step)]:
        sentences.append(f"What {over.thread} had last looked at was {asked[-1].location}{story.at(asked[-1])}, when it was {said_value(asked[-1])}.")
    elif call is not None and call.operation == "put" and not any(step.kind in WAITING for step in mine):
        sentences.append(f"That put of {over.thread} has no step that waits until message {_said(put)} is taken.")
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
                return [f"{get.thread}'s get was then past{story.at(begun[-1]).removeprefix(' at')} but read {_place(read)} only afterwards{story.at(read)}."]
    return []


def _taken_in_vain(story: Story, put: Told) -> list[str]:
    taken = story.lost_removal(put)
    if taken is None:
        return []
    call = story.call_of(taken)
    code = story.source_of(taken.file, taken.line)
    sentences = [f"Message {_said(put)} left {_place(taken)} when {taken.thread} was{story.at(taken)}{f' ({code})' if code else ''}, but no get returned it."]
    if call is not None and call.operation == "get" and call.has_returned:
        sentences.append(f"The get within which that happened returned {_said(call)}.")
    elif call is not None and call.operation == "get":
        errors = [step for step in story.steps if step.kind == "raise" and call.covers(step)]
        sentences += [f"The get within which that happened raised {error_of(error)}{story.at(error)}." for error in errors[:1]]
    return sentences


def _out_of_order(story: Story, message: str, early: Told, late: Told, first: Told, second: Told) -> list[str]:
    sentences = [
        f"{early.thread} put message {_said(early)} before message {_said(late)}.",
        f"The get of {first.thread} that returned {_said(late)} was over before the get of {second.thread} that returned {_said(early)} began.",
    ]
    taken = _source(story, first)
    if taken is not None:
        code = story.source_of(taken.file, taken.line)
        sentences.append(f"Message {_said(late)} was taken from {_place(taken)}{story.at(taken)}{f' ({code})' if code else ''}.")
    mistake = mistake_of_reorder(story, message)
    sentences += mistake.told if mistake is not None else ()
    return sentences


def _source(story: Story, call: Told) -> Step | None:
    """The step at which the get came by what it returned: its last read of that value, or its removal from a container."""
    reads = [step for step in story.steps if call.covers(step) and step.location and step.value == call.value and step.kind in CELL_READS]
    return reads[-1] if reads else story.removal(call, call.value) or _only_removal(story, call)


def _only_removal(story: Story, call: Told) -> Step | None:
    """The one step within the get that took anything out of a container, where that is shown too short to see what."""
    taken = [step for step in story.steps if call.covers(step) and step.is_write and step.location and story.code.calls(step.file, step.line, *TAKING)]
    taken = [step for step in taken if step.value.startswith(CONTAINERS)]
    return taken[0] if len(taken) == 1 and "..." in taken[0].value else None


def _was_put_before(story: Story, call: Told) -> bool:
    return any(put.value == call.value and call.end is not None and put.begin.step < call.end.step for put in story.puts)


def _put_returned(story: Story, put: Told) -> str:
    return f"{put.thread}'s put of message {_said(put)} returned, and no get returned that message."


def _whose_get(story: Story, call: Told) -> str:
    return f"{call.thread}'s get{story.at(call.end) if call.end else ''}"


def _took(step: Step) -> str:
    return "took" if step.is_write else "read"


def _place(step: Step) -> str:
    return printable(step.location) or "the pipeline"


def _said(call: Told) -> str:
    return shortened(printable(call.value), 60)
