"""Ways to keep threads apart that do not: a lock that is only tried, a sleep, a loop that asks variables."""

from __future__ import annotations

import ast

from harness.model.trace import Step
from harness.report.mistake import Mistake
from harness.report.story import CELL_READS, CELL_WRITES, SYNCHRONISATION, Story, place_of, said_read
from harness.report.words import joined, printable


def tried_in_vain(story: Story) -> Mistake | None:
    """A thread tried a lock that another one held, did not get it, and left out what it would have done."""
    for step in story.steps:
        if step.kind != "try-acquire" or not step.line:
            continue
        following = next((other for other in story.steps[step.step :] if other.thread == step.thread), None)
        if following is None or (following.kind == "acquire" and place_of(following) == place_of(step)):
            continue
        if any(other.thread == step.thread and other.kind == "acquire" and place_of(other) == place_of(step) for other in story.steps[step.step :]):
            continue
        taken = story.holders(step.step - 1).get(place_of(step))
        calls = story.code.calls(step.file, step.line, "acquire")
        if taken is None or taken.thread == step.thread or not calls:
            continue
        name = printable(step.location)
        told = (
            f"{step.thread} tried to take {name}{story.at(step)} while {taken.thread} held it (since {story.line(taken)}): it did not get it, "
            "and did not try again."
        )
        hint = (
            f"`with {ast.unparse(calls[0].func).rpartition('.')[0]}:` at {story.line(step)} "
            f"waits until the lock is free, where `{ast.unparse(calls[0])}` gives up."
        )
        return Mistake((told,), hint)
    return None


def slept_for_order(story: Story, step: Step) -> Mistake | None:
    """Two threads slept before they changed what the failing line reads: the order of their changes was left to the sleeps."""
    read = {
        place_of(look)
        for look in story.steps[: step.step]
        if (look.thread, look.line) == (step.thread, step.line) and look.location and look.kind not in SYNCHRONISATION
    }
    for place in read:
        changes = [other for other in story.touching(place, story.opening(), step.step) if other.is_write and other.line and other.kind not in CELL_READS]
        latest = {change.thread: change for change in changes}
        after = {change.thread: (sleep, change) for change in latest.values() if (sleep := _sleep_before(story, change)) is not None}
        if len(after) < 2:
            continue
        pairs = sorted(after.values(), key=lambda pair: pair[1].step)
        slept = joined([f"{change.thread} slept{story.at(sleep)} ({sleep.what})" for sleep, change in pairs])
        first, last = pairs[0][1], pairs[-1][1]
        told = (
            f"{slept}; then {first.thread} changed {printable(first.location)}{story.at(first)}, "
            f"and after it {last.thread}{story.at(last)}. A sleep orders nothing."
        )
        return Mistake(
            (told,), f"Where one of {story.line(first)} and {story.line(last)} must come first, let the other thread wait for it: by join(), an Event, a queue."
        )
    return None


def _sleep_before(story: Story, change: Step) -> Step | None:
    """The sleep that its thread came from when it made the change."""
    own = (other for other in reversed(story.steps[: change.step - 1]) if other.thread == change.thread)
    before = next((other for other in own if other.kind not in ("expiry", "read", "global-read")), None)
    return before if before is not None and before.kind == "sleep" and before.line else None


def both_past_a_loop(story: Story) -> Mistake | None:
    """Two threads were past a loop that only asks variables, which was to let one past at a time."""
    passes = _passes(story)
    for one in passes:
        for two in passes:
            if one.thread == two.thread or two.step < one.step or (one.file, one.function) != (two.file, two.function):
                continue
            left = next((other for other in story.steps[one.step :] if other.thread == one.thread and _takes_back(story, one, other)), None)
            if left is None or left.step < two.step:
                continue
            looks = [said_read(look, story.at(look)) for look in _looks_of(story, two)]
            mine = [said_read(look, story.at(look)) for look in _looks_of(story, one)]
            loop = story.line(one)
            told = (
                f"The loop of {loop} asks variables, and let {one.thread} and {two.thread} past at the same time: {one.thread} had found {joined(mine)}, "
                f"and {two.thread} {joined(looks)}, before {one.thread} had written {printable(left.location)} again{story.at(left)}."
            )
            return Mistake(
                (told,), f"In place of such a loop ({loop}) hold one threading.Lock from there up to {story.line(left)}: it lets one past at a time."
            )
    return None


def _passes(story: Story) -> list[Step]:
    """The last look of each thread at each loop that does nothing but ask what others change, where it then went on."""
    found: list[Step] = []
    for step in story.steps:
        if step.kind not in CELL_READS or not step.line or place_of(step) not in story.live_places():
            continue
        statement = story.code.statement(step.file, step.line)
        if not isinstance(statement, ast.While) or not all(isinstance(node, ast.Pass) or _is_sleep(node) for node in statement.body):
            continue
        following = next((other for other in story.steps[step.step :] if other.thread == step.thread and other.line), None)
        if following is not None and following.line > (statement.end_lineno or statement.lineno) and following.function == step.function:
            found.append(step)
    return found


def _is_sleep(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith("sleep")


def _looks_of(story: Story, last: Step) -> list[Step]:
    """What the last round of a loop's test read."""
    found: list[Step] = []
    for step in reversed(story.steps[: last.step]):
        if step.thread != last.thread:
            continue
        if step.line != last.line or any(step.location == other.location for other in found):
            break
        if step.kind in CELL_READS and place_of(step) in story.live_places():
            found.insert(0, step)
    return found


def _takes_back(story: Story, passed: Step, step: Step) -> bool:
    """Whether the step writes again what the thread itself wrote before the loop."""
    before = [
        other for other in story.steps[: passed.step - 1] if other.thread == passed.thread and other.kind in CELL_WRITES and other.function == passed.function
    ]
    return step.kind in CELL_WRITES and (place_of(step), step.location) in {(place_of(other), other.location) for other in before}
