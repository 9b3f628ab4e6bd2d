"""Arguments about shared state that changed between a look and an act: exceptions, races, and what preemptions did."""

from __future__ import annotations

import re

from harness.model.trace import Step
from harness.report.argue_endings import missed_wake, told_wait
from harness.report.lost_update import lost_update
from harness.report.mistake import Mistake
from harness.report.mistakes_of_errors import alone, mistake_of_error
from harness.report.mistakes_of_gates import changed_meanwhile, not_looked_again, why_it_passed
from harness.report.mistakes_of_halves import announced_too_early
from harness.report.mistakes_of_moments import shown_too_early, started_too_early
from harness.report.mistakes_of_refusals import had_no_room
from harness.report.mistakes_of_state import certain_update, checked_then_changed, checked_then_made, not_held, released_twice, released_unlocked
from harness.report.passage import ended_by_time
from harness.report.standstill import operation_of
from harness.report.story import (
    CELL_READS,
    CELL_WRITES,
    LOCKING,
    SYNCHRONISATION,
    Story,
    Told,
    came_to_nothing,
    is_absent,
    is_same_cell,
    place_of,
    said_read,
    said_value,
    said_write,
)
from harness.report.words import count, joined, printable, shortened, unique

MAX_SWITCHES_TOLD = 2
MOST_TOLD = 3
AFTER_WAIT = "After its wait"
KEPT = ", kept by the future of "
OF_NOTHING_THERE = ("IndexError", "KeyError")
"""Exceptions of who looks for what is not there."""


def crash(story: Story, message: str) -> list[str]:
    """Where it was raised, what had changed under the thread before, and who waits for ever since."""
    step = raising_step(story, message)
    if step is None:
        return []
    mistake = mistake_of_crash(story, message)
    told = list(mistake.told) if mistake is not None else []
    unlocked = _never_taken(story, step)
    unlocked += ended_by_time_alone(story) if unlocked else []
    sentences = [raised(story, step, message), *(unlocked or _changed_while_iterating(story, step) or without_repetition(what_it_missed(story, step), told))]
    if len(sentences) == 1:
        sentences += just_read(story, step) + woken_by_time(story, step)
    if len(sentences) == 1:
        sentences += lost_update(story, on_one_line=True) or _found_empty(story, step) or _last_looked(story, step) or _nothing_to_get(story, step)
    end = story.end_of(step.thread)
    kept = unique(printable(taken.location) for taken in story.holders().values() if taken.thread == step.thread)
    if end is not None and end.state == "ended" and kept:
        sentences.append(f"It ended without releasing {joined(kept)}.")
    for end in [end for end in story.blocked() if end.name != step.thread and not end.is_daemon][:2]:
        sentences.append(f"After that {told_wait(story, end)}, for ever.")
        sentences += missed_wake(story, end)
    return list(unique(sentences))


def mistake_of_crash(story: Story, message: str) -> Mistake | None:
    """What made the step fail that raised."""
    step = raising_step(story, message)
    return None if step is None else why_it_raised(story, step)


def why_it_raised(story: Story, step: Step) -> Mistake | None:
    """What made a step fail that raised."""
    call = story.call_of(step)
    wrong = released_twice(story, step) or released_unlocked(story, step) or not_held(story, step)
    wrong = wrong or shown_too_early(story, step, _failed_act(story, step) or step) or mistake_of_error(story, step)
    if wrong is not None:
        return wrong
    act = _failed_act(story, step) or step
    if call is None and error_of(step).startswith((*OF_NOTHING_THERE, "Empty", "Full")):
        # In a program without a pipeline all that the thread has done counts.
        begin = next(own for own in story.steps if own.thread == step.thread)
        whole = Told("", step.thread, "", begin, None)
        found = not_looked_again(story, whole, act) or changed_meanwhile(story, whole, act)
        return found or had_no_room(story, step) or certain_update(story) or alone(story, step)
    if call is not None and error_of(step).startswith(OF_NOTHING_THERE):
        mistake = why_it_passed(story, call, act) or certain_update(story)
        missed = what_it_missed(story, step)
        told = _found_empty(story, step) if not missed else []
        return Mistake((*told, *(mistake.told if mistake else ())), mistake.hint if mistake else "")
    if call is not None and error_of(step).startswith(("Empty", "Full")):
        return changed_meanwhile(story, call, act) or had_no_room(story, step) or certain_update(story)
    found = certain_update(story) or had_no_room(story, step) or announced_too_early(story, act) or started_too_early(story, act)
    if found is None and "NoneType" in error_of(step) + step.what:
        found = (changed_meanwhile(story, call, act) if call is not None else None) or checked_then_made(story) or checked_then_changed(story)
    if found is None and "can only be started once" in step.what:
        found = checked_then_made(story)
    return found or alone(story, step)


def without_repetition(missed: list[str], told: list[str]) -> list[str]:
    """Both, but what a thread did not do after its wait is said once."""
    is_said = any(sentence.startswith(AFTER_WAIT) for sentence in told)
    return [sentence for sentence in missed if not (is_said and sentence.startswith(AFTER_WAIT))] + told


def changed_since_look(story: Story, call: Told | None, act: Step) -> list[str]:
    """The thread of `act` looked at something, then another thread changed it before the act; [] where no steps show it.

    Only looks after the call's begin count, and only at places that the act is on or that it was read to decide it (the same line or the
    lines above it in the same function).
    """
    first = call.begin.step if call is not None else 0
    live = story.live_places()
    own = [step for step in story.steps if first <= step.step < act.step and step.thread == act.thread]
    on_line = [step for step in own if step.line == act.line]
    function = act.function or (on_line[-1].function if on_line else "")
    looks = [step for step in reversed(own) if not step.is_write and place_of(step) in live and step.line <= act.line]
    near = {place_of(act), *(place_of(step) for step in on_line)}
    latest = {place_of(look): look for look in reversed(looks)}  # whoever looked again knew
    for look in sorted(latest.values(), key=lambda step: (place_of(step) not in near, -step.step)):
        if place_of(look) not in near and look.function != function:
            continue
        changes = [step for step in story.touching(place_of(look), look.step, act.step) if step.thread != act.thread and step.is_write]
        if changes:
            change, last = changes[0], changes[-1]
            before = [step for step in own if look.step < step.step < last.step and step.is_write and place_of(step) == place_of(look)]
            if before:  # what it had looked at it had changed itself since
                changes = [step for step in changes if step.step > before[-1].step]
                change = changes[0]
            who = f"{change.thread} changed it{story.at(change)}"
            if (last.thread, last.line) != (change.thread, change.line):
                who += f", and {last.thread} was the last to do so,{story.at(last)}"
            value = f" ({said_value(look)})" if look.value else ""
            did = f"wrote {said_write(before[-1])}{story.at(before[-1])}" if before and before[-1].kind in CELL_WRITES else ""
            did = did or (f"changed {look.location}{story.at(before[-1])}" if before else f"looked at {look.location}{value}{story.at(look)}")
            told = [f"{look.thread} {did}; before it acted on that, {who}."]
            waits = [step for step in own if step.kind == "blocked" and operation_of(step) == "wait" and step.step > look.step and step.line]
            return told + ([f"{AFTER_WAIT}{story.at(waits[-1])} it did not look again."] if waits else [])
    return []


def what_preemptions_did(story: Story) -> list[str]:
    """The generic argument: which thread was stopped where, and what the others changed before it went on."""
    preemptions = [switch for switch in story.trace.switches if switch.reason == "preemption"]
    # At a loop others go first by default, which is not counted; who is kept there is stopped all the same.
    preemptions = preemptions or [switch for switch in story.trace.switches if switch.reason == "round"]
    if not preemptions:
        workers = unique(step.thread for step in story.steps if (end := story.end_of(step.thread)) is not None and end.role != "main" and step.kind != "start")
        order = f": {workers[0]} ran first, then {joined(workers[1:])}" if 2 <= len(workers) <= MOST_TOLD else ""
        return [*ended_by_time_alone(story), f"No thread was preempted in this execution{order}."]
    is_round = preemptions[0].reason == "round"
    sentences = ended_by_time_alone(story)
    live = story.live_places()
    for switch in preemptions[:MAX_SWITCHES_TOLD]:
        before = [step for step in story.steps if step.step <= switch.after_step and step.thread == switch.leaver and step.line]
        where = story.at(before[-1]) if before else ""
        returned = next((step.step for step in story.steps if step.step > switch.after_step and step.thread == switch.leaver), None)
        changes = [
            step
            for step in story.steps
            if step.step > switch.after_step and (returned is None or step.step < returned) and step.is_write and place_of(step) in live
        ]
        stopped = f"{switch.leaver} was preempted{' after its step' + where if where else ''}"
        if switch.reason == "round":
            stopped = f"{switch.leaver} came round its loop{where}, where others go first"
        if not changes:
            sentences.append(f"{stopped}, and {switch.runner} ran.")
            continue
        told = unique(f"{step.thread} changed {step.location}{story.at(step)}" for step in changes)
        more = "" if len(told) <= 2 else " and more"
        sentences.append(f"{stopped}; before it went on, {joined(told[:2])}{more}.")
    rest = len(preemptions) - MAX_SWITCHES_TOLD
    if rest > 0:
        more = count(rest, "more switch", "more switches") if is_round else count(rest, "more preemption")
        sentences.append(f"The execution has {more}; the table shows each.")
    return sentences


def ended_by_time_alone(story: Story) -> list[str]:
    """The waits that only time ended, of each thread the last; sleeps, which always end so, are left out."""
    told = []
    for thread in unique(step.thread for step in story.steps if step.kind == "expiry"):
        ended = ended_by_time(story, [step for step in story.steps if step.thread == thread])
        if ended is not None and ended[0].kind != "sleep":
            told.append(f"The wait of {thread}{story.at(ended[0])} ended because its time was up, not because anything had happened.")
    return told[:MAX_SWITCHES_TOLD]


def data_race(story: Story, message: str) -> list[str]:
    """The two accesses, and which locks each thread held."""
    for index, late in enumerate(story.steps):
        if not late.is_shared or not late.location or late.location not in message:
            continue
        for early in story.steps[:index]:
            unguarded = not set(early.held) & set(late.held)
            if early.thread != late.thread and (early.is_write or late.is_write) and is_same_cell(early, late) and unguarded:
                return [_access(story, early), _access(story, late), "No lock is held in both, so nothing keeps the two apart."]
    return []


def lock_order(story: Story, message: str) -> list[str]:
    """The acquires that close the cycle, where two threads take two locks in opposite order."""
    taken = [(step, held) for step in story.steps if step.kind == "acquire" for held in step.held if held != step.location]
    for first, first_held in taken:
        for second, second_held in taken:
            if first.thread != second.thread and first.location == second_held and second.location == first_held:
                return [
                    f"{first.thread} took {first.location}{story.at(first)} while it held {first_held}.",
                    f"{second.thread} took {second.location}{story.at(second)} while it held {second_held}.",
                    "Stopped between its two locks, each could wait for the other for ever.",
                ]
    return []


def _failed_act(story: Story, step: Step) -> Step | None:
    """The last step of the thread on the line that raised: what failed."""
    return next((own for own in reversed(story.steps[: step.step - 1]) if own.thread == step.thread and own.line == step.line and own.location), None)


def error_of(step: Step) -> str:
    """The exception of a raise step, in one line."""
    said = step.value or step.what.removeprefix("raise ").removeprefix("raises ").removeprefix("raised ")
    return shortened(printable(said), 120)


def raised(story: Story, step: Step, message: str = "") -> str:
    function = f" in {step.function}" if step.function and not step.function.startswith("<") else ""
    error, kept, future = error_of(step).partition(KEPT)
    keeper = f"; the future of {future.rpartition('.')[2]} kept it" if kept else ""
    unread = ", and nobody read that" if kept and "nobody read" in message else ""
    return f"{step.thread} raised {error}{story.at(step)}{function}{keeper}{unread}."


def raising_step(story: Story, message: str) -> Step | None:
    raises = [step for step in story.steps if step.kind == "raise"]
    meant = [step for step in raises if re.split(r"[:(,]", error_of(step))[0] in message] or raises
    # The innermost of one exception's steps comes first: there it was raised, the later ones only pass it on.
    return next(iter([step for step in meant if step.thread in message] or meant), None)


def what_it_missed(story: Story, step: Step) -> list[str]:
    call = story.call_of(step)
    act = _failed_act(story, step) or step
    return changed_since_look(story, call, act if came_to_nothing(act) else step)


def _changed_while_iterating(story: Story, step: Step) -> list[str]:
    """Who changed a container while the thread went through it."""
    if "during iteration" not in error_of(step):
        return []
    turns = [own for own in story.steps[: step.step - 1] if (own.thread, own.kind, own.file, own.line) == (step.thread, "iterate", step.file, step.line)]
    changes = [other for other in story.touching(place_of(turns[-1]), turns[0].step, step.step) if other.is_write and other.kind != "iterate"] if turns else []
    if not changes:
        return []
    who = "it changed it itself" if changes[-1].thread == step.thread else f"{changes[-1].thread} changed it"
    return [f"While it went through {printable(turns[-1].location)}{story.at(turns[-1])}, {who}{story.at(changes[-1])}."]


def _never_taken(story: Story, step: Step) -> list[str]:
    """Why a release failed: who had released the lock before, or that nobody had taken it."""
    own = story.led_to(step)
    if not own or own[0].kind != "release" or own[0].line != step.line or "release un" not in error_of(step) or story.trace.dropped_steps:
        return []
    release = own[0]
    before = [earlier for earlier in story.touching(place_of(release), before=release.step) if earlier.kind in LOCKING and earlier.value != "False"]
    if not any(earlier.kind != "release" for earlier in before):
        return [f"Nobody had acquired {release.location} before."]
    last = before[-1]
    if last.kind == "release":
        return [f"{release.location} had been released already, by {last.thread}{story.at(last)}."]
    is_others = last.thread != step.thread and "un-acquired" in error_of(step)
    return [f"{last.thread} had taken {release.location}{story.at(last)}, and only who holds an RLock may release it."] if is_others else []


def _found_empty(story: Story, step: Step) -> list[str]:
    """That the container was empty, and who had changed it last."""
    own = [earlier for earlier in story.steps if earlier.step < step.step and earlier.thread == step.thread and earlier.line == step.line]
    handed_on = story.code.unpacked(step.file, step.line)
    empty = (earlier for earlier in reversed(own) if earlier.value in ("[]", "deque([])", "{}", "set()"))
    touched = next((earlier for earlier in empty if earlier.location not in handed_on), None)
    if touched is None or "empty" not in error_of(step):
        return []
    same = [earlier for earlier in story.touching(place_of(touched), before=step.step) if earlier.is_write and earlier is not touched]
    name = printable(touched.location)
    if _nothing_to_get(story, step):
        return []
    if not same or same[-1].step <= story.opening():
        return [f"{name} was empty: nothing had been put there yet."]
    who = "it" if same[-1].thread == step.thread else same[-1].thread
    return [f"{name} was empty: {who} had changed it last{' itself' if who == 'it' else ''}{story.at(same[-1])}."]


def just_read(story: Story, step: Step) -> list[str]:
    """What the thread had read on the line that raised."""
    looks: dict[str, Step] = {}
    for look in reversed([earlier for earlier in story.steps if earlier.step < step.step and earlier.thread == step.thread]):
        if look.line != step.line and look.kind not in SYNCHRONISATION:
            break
        has_news = is_absent(look) or (look.value and not look.value.startswith("<"))
        if look.kind in CELL_READS and has_news and place_of(look) in story.live_places():
            looks.setdefault(look.location, look)
    told = [said_read(look) for look in reversed(looks.values())]
    return [f"On that line it had read {joined(told[:MOST_TOLD])}."] if told else []


def _last_looked(story: Story, step: Step) -> list[str]:
    """What the thread had looked at last, in the call that raised."""
    call = story.call_of(step)
    first = call.begin.step if call is not None else 0
    live = story.live_places()
    looks = [look for look in story.steps if first <= look.step < step.step and look.thread == step.thread and not look.is_write and look.value]
    looks = [look for look in looks if place_of(look) in live and look.line != step.line and look.function == step.function]
    return [f"The last that it had looked at was {looks[-1].location}{story.at(looks[-1])}, when it was {said_value(looks[-1])}."] if looks else []


def _nothing_to_get(story: Story, step: Step) -> list[str]:
    """That a get raised before any put had begun, without having waited for one."""
    call = story.call_of(step)
    if call is None or call.operation != "get" or any(put.begin.step < step.step for put in story.puts) or story.trace.dropped_steps:
        return []
    if any(call.covers(earlier) and earlier.kind in ("blocked", "sleep") for earlier in story.steps):
        return []
    return ["No put had begun yet, and this get did not wait for one."]


def woken_by_time(story: Story, step: Step) -> list[str]:
    """Whether the call that raised had been waiting, and only the timeout ended the wait."""
    call = story.call_of(step)
    first = call.begin.step if call is not None else 0
    own = [earlier for earlier in story.steps if first <= earlier.step < step.step and earlier.thread == step.thread]
    ended = ended_by_time(story, own)
    return [] if ended is None else [ended[1]]


def _access(story: Story, step: Step) -> str:
    verb = "wrote" if step.is_write else "read"
    held = f"holding {joined(step.held)}" if step.held else "holding no lock"
    return f"{step.thread} {verb} {step.location}{story.at(step)}, {held}."
