"""Mistakes with Conditions: a notify that woke another thread than the one that could have gone on, or that came before the wait."""

from __future__ import annotations

import ast

from harness.model.trace import Step, ThreadEnd
from harness.report.mistake import Mistake
from harness.report.passage import mutexes_at
from harness.report.standstill import last_test, operation_of, wait_step
from harness.report.story import CELL_WRITES, Story, place_of, said_value, said_write
from harness.report.words import joined, printable, unique

NOTIFY_ALL = frozenset({"notify_all", "notify-all"})


def woke_the_wrong_one(story: Story, end: ThreadEnd) -> Mistake | None:
    """notify() woke a thread that waits for something else."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "wait":
        return None
    uses = list(story.touching(place_of(wait)))
    notifies = [step for step in uses if step.kind == "notify"]
    waits = {_asks_at(story, step) for step in uses if step.kind == "wait" and step.line}
    if not notifies or len(waits) < 2 or any(step.kind in NOTIFY_ALL for step in uses):
        return None
    lines = joined([story.at_line(file, line).removeprefix(" at ") for file, line in sorted(waits)])
    name = printable(wait.location)
    told = _vain_wake(story, notifies, uses)
    where = joined(unique(story.line(step) for step in sorted(notifies, key=_position)))
    return Mistake(
        told, f"notify_all() for notify() at {where}, or a Condition for each side on one lock: at {lines} threads wait on {name} for different things."
    )


def woke_another(story: Story, end: ThreadEnd) -> Mistake | None:
    """What the thread waits for was changed while it waited, and the notify that followed woke another one."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "wait" or story.is_event(wait):
        return None
    uses = list(story.touching(place_of(wait)))
    look = last_test(story, wait)
    if look is None or any(step.kind in NOTIFY_ALL for step in uses):
        return None
    since = list(story.touching(place_of(look), wait.step))
    now = next((step.value for step in reversed(since) if step.location == look.location and step.value), "")
    if now == look.value:
        return None
    for change in reversed([step for step in since if step.is_write and step.thread != end.name]):
        notify = next((step for step in uses if step.step > change.step and step.kind == "notify" and step.thread == change.thread), None)
        woken = next((step for step in uses if notify is not None and step.step > notify.step and "after wait" in step.what), None)
        if notify is None or woken is None:
            continue
        did = f"wrote {said_write(change)}" if change.kind in CELL_WRITES else f"changed {printable(change.location)}"
        seen = f"{end.name} had last looked at {printable(look.location)}{story.at(look)}, when it was {said_value(look)}"
        name = printable(wait.location)
        return Mistake(
            (
                f"{seen}; while it waited, {change.thread} {did}{story.at(change)}.",
                f"But the notify of {notify.thread}{story.at(notify)} woke {woken.thread} and not {end.name}, and no other came.",
            ),
            f"notify_all() for notify() at {story.line(notify)}: notify() wakes one of those that wait on {name}, and that need not be the one that can go on.",
        )
    return None


def _vain_wake(story: Story, notifies: list[Step], uses: list[Step]) -> tuple[str, ...]:
    """The last notify whose woken thread only went back to wait."""
    for notify in reversed(notifies):
        woken = next((step for step in uses if step.step > notify.step and step.kind == "acquire" and "after wait" in step.what), None)
        if woken is None:
            continue
        again = next((step for step in uses if step.step > woken.step and step.thread == woken.thread and step.kind == "wait"), None)
        idle = again is not None and not any(
            step.is_write and step.thread == woken.thread and place_of(step) in story.live_places() for step in story.steps[woken.step : again.step - 1]
        )
        asleep = [end for end in story.blocked() if end.name != woken.thread and again is not None and end.line != again.line]
        if idle and again is not None and asleep:
            return (
                f"The notify of {notify.thread}{story.at(notify)} woke {woken.thread}, which found nothing to do and waits again{story.at(again)}; "
                f"{asleep[0].name}, which waits{story.at_line(asleep[0].file, asleep[0].line)} for something else, was not woken.",
            )
    return ()


def came_before_the_wait(story: Story, end: ThreadEnd) -> Mistake | None:
    """A notify that came before the wait, which nothing that is asked before the wait could tell of."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "wait" or story.is_event(wait):
        return None
    last = next((step for step in reversed(list(story.touching(place_of(wait), before=wait.step))) if step.kind in NOTIFY_ALL | {"notify"}), None)
    if last is None or last.thread == end.name or not story.code.calls(wait.file, wait.line, "wait"):
        return None
    file, line = _asks_at(story, wait)
    loops = [node for node in story.code.around(file, line) if isinstance(node, ast.While | ast.If)]
    if not loops:
        return Mistake((), f"A notify that comes before the wait ({story.line(last)}) is not remembered: put {story.line(wait)} into a `while` "
                           "that asks, under the same lock, whether what is waited for is there already.")  # fmt: skip
    test = loops[-1].test
    looks = [step for step in story.steps if step.thread == end.name and step.step < wait.step and test.lineno <= step.line <= (test.end_lineno or test.lineno)]
    taken = mutexes_at(story, wait).get(place_of(wait)) or next(
        (step for step in reversed(list(story.touching(place_of(wait), before=wait.step))) if step.kind == "acquire" and step.thread == end.name), None
    )
    if looks and taken is not None and looks[-1].step < taken.step < wait.step:
        return Mistake((), f"The look ({story.line(looks[-1])}) and the wait ({story.line(wait)}) must stand under the lock of {printable(wait.location)} "
                           f"together, and so must the change and the notify ({story.line(last)}).")  # fmt: skip
    return None


def _asks_at(story: Story, wait: Step) -> tuple[str, int]:
    """Where a wait's thread asks whether it must wait: its own line, or that of the test in whoever called the function that only waits."""
    if not story.code.inside(wait.file, wait.line, ast.While) and not story.code.inside(wait.file, wait.line, ast.If):
        look = last_test(story, wait)
        if look is not None and story.code.function(look.file, look.line) is not story.code.function(wait.file, wait.line):
            return look.file, look.line
    return wait.file, wait.line


def _position(step: Step) -> tuple[str, int]:
    return step.file, step.line
