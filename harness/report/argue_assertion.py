"""Arguments about assertions that failed: what had been read, which update or which news was missed, and what came only afterwards."""

from __future__ import annotations

import ast
from itertools import takewhile

from harness.model.trace import Step
from harness.report.argue_state import (
    AFTER_WAIT,
    MOST_TOLD,
    ended_by_time_alone,
    just_read,
    raised,
    raising_step,
    what_it_missed,
    what_preemptions_did,
    why_it_raised,
)
from harness.report.lost_update import lost_update
from harness.report.mistake import Mistake
from harness.report.mistakes_of_ends import ended_by_a_message
from harness.report.mistakes_of_gates import not_looked_again
from harness.report.mistakes_of_halves import announced_too_early, seen_by_halves
from harness.report.mistakes_of_haste import (
    a_daemon_behind,
    asked_before_the_end,
    done_before_it_was,
    fired_before_cancel,
    not_in_the_order_of_start,
    one_of_several,
    time_ended_it,
)
from harness.report.mistakes_of_leaving import left_too_early
from harness.report.mistakes_of_moments import done_too_early, written_over_unseen
from harness.report.mistakes_of_sharing import one_default_for_all, one_for_all_objects, taken_by_two
from harness.report.mistakes_of_state import checked_then_changed, checked_then_made
from harness.report.mistakes_of_tries import both_past_a_loop, slept_for_order, tried_in_vain
from harness.report.story import CELL_READS, CELL_WRITES, SYNCHRONISATION, Story, Told, is_same_cell, place_of, said_read, said_value
from harness.report.words import joined, printable, unique


def assertion(story: Story, message: str) -> list[str]:
    """The failing assertion, what it had read, and the update that was lost where the trace shows one."""
    step = raising_step(story, message)
    if step is None:
        return []
    sentences = lost_update(story)
    sentences.append(raised(story, step))
    early = mistake_of_assertion(story, step) if len(sentences) == 1 else None
    before = [f"Before that {raised(story, other)}" for other in _raised_before(story, step)]
    by_time = ended_by_time_alone(story)
    if early is not None and early.told and not set(early.told) <= set(by_time):
        return list(unique([sentences[-1], *before, *early.told]))
    if len(sentences) == 1:
        sentences += before
        sentences += just_read(story, step)
        made = checked_then_made(story)
        made = made or woke_too_late(story)
        why = what_it_missed(story, step) or _acted_on_old_news(story, step) or (list(made.told) if made is not None else [])
        unread = why + _only_afterwards(story, step)
        mistake = None if unread else last_resort(story, step)
        sentences += unread or (list(mistake.told) if mistake is not None else what_preemptions_did(story))
    return list(unique([*sentences, *(early.told if early is not None else ())]))


def mistake_of_assertion(story: Story, step: Step) -> Mistake | None:
    """The first of the mistakes that a trace shows beyond doubt, whatever the assertion reads."""
    found = done_too_early(story, step) or done_before_it_was(story, step) or ended_by_a_message(story)
    found = found or next((mistake for look in _reads_of(story, step) if (mistake := announced_too_early(story, look)) is not None), None)
    found = found or one_default_for_all(story) or one_for_all_objects(story) or taken_by_two(story) or left_too_early(story)
    found = (
        found
        or written_over_unseen(story, step)
        or tried_in_vain(story)
        or fired_before_cancel(story, step)
        or one_of_several(story, step)
        or time_ended_it(story)
    )
    found = found or asked_before_the_end(story, step) or slept_for_order(story, step) or both_past_a_loop(story) or seen_by_halves(story, step)
    return found or a_daemon_behind(story, step)


def _reads_of(story: Story, step: Step) -> list[Step]:
    """What the failing line had read."""
    return [
        look for look in story.steps[: step.step - 1] if (look.thread, look.file, look.line) == (step.thread, step.file, step.line) and look.kind in CELL_READS
    ]


def last_resort(story: Story, step: Step) -> Mistake | None:
    """What is looked for where nothing tells how what the assertion had read came about: a decision that was out of date, or who was not waited for."""
    if what_it_missed(story, step) or old_news(story, step) is not None or _only_afterwards(story, step):
        return None
    return checked_then_changed(story) or not_waited_for(story, step) or not_in_the_order_of_start(story)


def not_waited_for(story: Story, step: Step) -> Mistake | None:
    """A thread that had not ended, or not even begun, when the main thread failed, which had not waited for its end."""
    if step.thread != "main" or ended_by_time_alone(story):
        return None
    awaited = {other.what for other in story.steps[: step.step] if other.thread == step.thread and other.kind == "join"}
    for end in story.trace.ends:
        own = [other.step for other in story.steps if other.thread == end.name and other.kind not in ("start", "end")]
        if end.role != "own" or f"join {end.name}" in awaited or (own and own[-1] < step.step) or (not own and not end.is_daemon):
            continue
        state = "ended" if own and own[0] < step.step else "begun"
        if end.is_daemon:
            takes = [line for lines in story.trace.source.values() for line in lines.values() if ".get(" in line]
            hint = (
                f"Wait before {story.line(step)} for what {end.name} has to do: by join() of its queue, and task_done() after the work on each item."
                if takes
                else ""
            )
            return Mistake((f"{end.name}, a daemon, had not {state} by then: nothing had made main wait for it.",), hint)
        hint = f"Wait for {end.name} by join() before {story.line(step)}." if end.state == "ended" else ""
        return Mistake((f"{end.name} had not {state} by then: main had not waited for it to end.",), hint)
    return None


def old_news(story: Story, step: Step | None) -> tuple[Step, Step, Step] | None:
    """Look, change and act: the first write of what the assertion had read that came after a look which another thread had made stale.

    Of the lines above the write only the latest look counts, and none before the thread's previous write: whoever looked again knew.
    """
    if step is None:
        return None
    read = {place_of(look) for look in story.steps if (look.thread, look.line) == (step.thread, step.line) and look.kind in CELL_READS}
    for act in story.steps:
        if act.kind not in CELL_WRITES or place_of(act) not in read or act.thread == step.thread:
            continue
        looks = [look for look in story.own_since_write(act) if is_same_cell(look, act) and _may_decide(story, look, act)]
        if not looks:
            continue
        look = looks[-1]
        changes = [other for other in story.touching(place_of(act), look.step, act.step) if other.thread != act.thread and is_same_cell(other, act)]
        change = next((other for other in changes if other.kind in CELL_WRITES and other.value != look.value), None)
        if change is not None:
            return look, change, act
    return None


def woke_too_late(story: Story) -> Mistake | None:
    """A thread was woken from a Condition and did not look again, though a third one had changed meanwhile what it then changed itself."""
    for wait in story.steps:
        if wait.kind != "wait" or not wait.line or story.is_event(wait):
            continue
        own = [step for step in story.steps[wait.step :] if step.thread == wait.thread]
        act = next((step for step in own if step.is_write and step.kind not in SYNCHRONISATION and place_of(step) in story.live_places()), None)
        notify = next((step for step in story.touching(place_of(wait), wait.step) if step.kind.startswith("notify")), None)
        if act is None or notify is None or notify.step > act.step:
            continue
        changes = [step for step in story.touching(place_of(act), notify.step, act.step) if step.is_write and step.thread != act.thread]
        begin = next(step for step in story.steps if step.thread == wait.thread)
        mistake = not_looked_again(story, Told("", wait.thread, "", begin, None), act) if changes else None
        if mistake is not None and mistake.hint:
            changed = f"{changes[-1].thread} changed {printable(act.location)}{story.at(changes[-1])}"
            news = f"{changed} after the notify{story.at(notify)} and before {act.thread} did"
            told = [sentence.replace(f"{AFTER_WAIT}{story.at(wait)} it", f"{AFTER_WAIT}{story.at(wait)} {wait.thread}") for sentence in mistake.told]
            return Mistake((f"{news}{story.at(act)}.", *told), mistake.hint)
    return None


def _raised_before(story: Story, step: Step) -> list[Step]:
    """The first exception of each other thread that came earlier."""
    first: dict[str, Step] = {}
    for other in story.steps[: step.step - 1]:
        if other.kind == "raise" and other.thread != step.thread:
            first.setdefault(other.thread, other)
    return list(first.values())[:MOST_TOLD]


def raised_elsewhere(story: Story, step: Step) -> Mistake | None:
    """What would rule out the exception of another thread that came before the assertion."""
    mistakes = (why_it_raised(story, other) for other in _raised_before(story, step))
    return next((mistake for mistake in mistakes if mistake is not None and mistake.hint), None)


def _only_afterwards(story: Story, step: Step) -> list[str]:
    """The changes, after the thread had failed, of what it had read on that line: what it did not wait for."""
    own = [look for look in reversed(story.steps[: step.step - 1]) if look.thread == step.thread and look.kind not in SYNCHRONISATION]
    places = {place_of(look) for look in takewhile(lambda look: (look.file, look.line) == (step.file, step.line), own) if look.location and not look.is_write}
    late = [other for other in story.steps[step.step :] if other.is_write and place_of(other) in places and other.thread != step.thread]
    first = {other.thread: other for other in reversed(late)}
    told = unique(f"{other.thread} changed {printable(other.location)}{story.at(other)}" for other in first.values())
    if not told:
        return []
    timed_out = ended_by_time_alone(story)
    said = f"Only after that {joined(told[:MOST_TOLD])}"
    return [*timed_out, f"{said}."] if timed_out else [f"{said}: nothing had made {step.thread} wait for it."]


def _acted_on_old_news(story: Story, step: Step) -> list[str]:
    """`old_news` in sentences."""
    found = old_news(story, step)
    if found is None:
        return []
    look, change, act = found
    return [
        f"{look.thread} read {said_read(look, story.at(look))}.",
        f"Before it acted on that{story.at(act)}, {change.thread} wrote {said_value(change) or 'there'}{story.at(change)}.",
    ]


def _may_decide(story: Story, look: Step, act: Step) -> bool:
    """Whether the act may follow from the look: it stands above it in one function, or another function returns what it read."""
    if look.function == act.function:
        return look.line < act.line
    return isinstance(story.code.statement(look.file, look.line), ast.Return)
