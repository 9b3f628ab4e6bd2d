"""Why a message went lost: written over, refused, pushed out, or taken by a get that failed."""

from __future__ import annotations

from harness.model.trace import Step, ThreadEnd
from harness.report.mistake import Mistake
from harness.report.mistakes_after_death import taken_and_raised
from harness.report.mistakes_of_gates import took_what_was_there_before, why_it_passed
from harness.report.mistakes_of_halves import announced_too_early
from harness.report.mistakes_of_places import freed_too_early, removed_unseen, same_number, same_place_for_two_numbers
from harness.report.mistakes_of_refusals import not_let_in, pushed_out, put_refused
from harness.report.mistakes_of_state import certain_update, one_list_for_all, one_object_for_all, torn_under_two_locks
from harness.report.story import CELL_READS, CELL_WRITES, ERASURES, Story, Told, is_same_cell, mentions, place_of
from harness.report.words import printable, shortened


def mistake_of_loss(story: Story, message: str) -> Mistake | None:
    """Why the message could be written over, or which torn update made it vanish."""
    put = lost_put(story, message)
    if put is None:
        return None
    lost = written_over(story, put)
    if lost is None and (refused := put_refused(story, put) or not_let_in(story, put) or pushed_out(story, put)) is not None:
        return refused
    if lost is None:
        taken = story.lost_removal(put)
        if taken is None:
            return certain_update(story) or seen_before_it_was_there(story)
        return taken_and_raised(story, taken) or one_list_for_all(story, taken) or removed_unseen(story, put, taken)
    write, over = lost
    call = story.call_of(over)
    return why_written_over(story, call, write, over)


def why_written_over(story: Story, call: Told | None, write: Step, over: Step) -> Mistake | None:
    shared = one_object_for_all(story, write, over)
    if shared is not None or call is None:
        return shared
    if (torn := torn_under_two_locks(story, write, over)) is not None:
        return torn
    found = took_what_was_there_before(story, call, write, over)
    found = found if found is not None and found.hint else why_it_passed(story, call, over) or found
    if found is not None and found.hint:
        return found
    return same_number(story, write, over) or freed_too_early(story, over) or found or same_place_for_two_numbers(story, write, over)


def stood_for_two(story: Story, value: str) -> Mistake | None:
    """The message delivered twice had been written over one that was lost: two puts, each of which let a get pass, and one message."""
    for put in story.puts:
        lost = written_over(story, put) if put.has_returned and not story.returned(put.value) else None
        if lost is None or lost[1].value != value:
            continue
        over = lost[1]
        told = (
            f"Before that {over.thread} had written message {shortened(printable(value), 60)} over message {shortened(printable(put.value), 60)} of "
            f"{put.thread}{story.at(over)}: two puts, and one message was left for two gets."
        )
        mistake = why_written_over(story, story.call_of(over), *lost)
        return Mistake((told, *(mistake.told if mistake is not None else ())), mistake.hint if mistake is not None else "")
    return None


def seen_before_it_was_there(story: Story) -> Mistake | None:
    """A get read what its message was to be made of before the put that had let it pass had written that."""
    for get in story.gets:
        for step in story.steps:
            if get.covers(step) and step.kind in CELL_READS and step.line and (mistake := announced_too_early(story, step)) is not None:
                return mistake
    return None


def lost_put(story: Story, message: str) -> Told | None:
    return spoken_of([put for put in story.puts if put.has_returned and not story.returned(put.value)], message)


def written_over(story: Story, put: Told) -> tuple[Step, Step] | None:
    """The put's write of its message, and the next write to the same place."""
    written = [step for step in story.steps if put.covers(step) and step.kind in CELL_WRITES and step.value == put.value]
    for write in reversed(written):
        over = next((step for step in story.touching(place_of(write), write.step) if step.kind in CELL_WRITES | ERASURES and is_same_cell(write, step)), None)
        if over is not None:
            return write, over
    return None


def spoken_of(calls: list[Told], message: str) -> Told | None:
    return next((call for call in calls if mentions(message, call.value)), calls[0] if calls else None)


def lost_before(story: Story, end: ThreadEnd) -> Mistake | None:
    """The thread's get waits for a message more than there is, for one of those that were put went lost."""
    if end.role == "main" or not any(get.thread == end.name and get.end is None for get in story.gets):
        return None
    for put in story.puts:
        if not put.has_returned or story.returned(put.value):
            continue
        lost, message = written_over(story, put), shortened(printable(put.value), 60)
        if lost is not None:
            mistake = why_written_over(story, story.call_of(lost[1]), *lost)
            gone = f"written over{story.at(lost[1])}" if lost[1].kind in CELL_WRITES else f"deleted{story.at(lost[1])}"
            told = f"{end.name} waits for a message more than there is: message {message} of {put.thread} had been {gone} before any get returned it."
            return Mistake((told, *(mistake.told if mistake is not None else ())), mistake.hint if mistake is not None else "")
        refused = put_refused(story, put) or not_let_in(story, put) or pushed_out(story, put)
        if refused is not None:
            return Mistake((f"{end.name} waits for a message more than there is.", *refused.told), refused.hint)
    return None
