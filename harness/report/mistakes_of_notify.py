"""Changes that nobody announced to who waits, and messages that stay where nobody who waits looks."""

from __future__ import annotations

import ast

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.standstill import last_test, operation_of, wait_step
from harness.report.story import CELL_READS, CELL_WRITES, CONTAINERS, SYNCHRONISATION, Story, mentions, place_of, said_value, said_write
from harness.report.words import printable, shortened

NOTIFIES = frozenset({"notify", "notify_all", "notify-all"})


def changed_without_notify(story: Story, end: ThreadEnd) -> Mistake | None:
    """While the thread waited on a Condition another one changed what it waits for, and did not notify."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "wait" or story.is_event(wait):
        return None
    look = last_test(story, wait)
    if look is None:
        return None
    changes = [
        step
        for step in story.touching(place_of(look), wait.step)
        if step.is_write and step.thread != end.name and step.line and step.kind not in SYNCHRONISATION
    ]
    if not changes or changes[-1].value == look.value:
        return None
    mine = story.call_of(wait)
    for change in reversed(changes):
        theirs = story.call_of(change)
        if mine is not None and theirs is not None and mine.operation == theirs.operation:
            continue  # what one get does lets no other get go on
        function = story.code.function(change.file, change.line)
        if function is None or _was_notified(story, change, wait):
            continue
        name, what = printable(wait.location), printable(look.location)
        did = f"wrote {said_write(change)}" if change.kind in CELL_WRITES else f"changed {what}"
        found = f"{end.name} had found {what} = {said_value(look)}{story.at(look)} and waited on {name}; then {change.thread} {did}{story.at(change)}"
        skipped = _notify_in_an_if(function, change)
        if skipped is not None:
            branch, call = skipped
            line = story.at_line(change.file, call.lineno).removeprefix(" at ")
            told = f"{found} and did not come to {line}, which notifies only if `{ast.unparse(branch.test)}`."
            test = story.at_line(change.file, branch.lineno).removeprefix(" at ")
            return Mistake((told,), f"Notify ({line}) after every change, not only if what {test} asks holds: a thread may have waited longer than that shows.")
        if not any(isinstance(node, ast.Call) and called(node) in NOTIFIES for node in ast.walk(function)):
            told = f"{found}, in a function that notifies nobody."
            return Mistake((told,), f"Whoever changes {what} must hold {name} and notify it: {story.line(change)} does not.")
    return None


def stayed_elsewhere(story: Story, end: ThreadEnd) -> Mistake | None:
    """A message stands in another container than the one that the waiting get asks, and came no further."""
    wait = wait_step(story, end)
    look = (last_test(story, wait) or _last_container(story, wait)) if wait is not None else None
    if wait is None or look is None or not any(get.thread == end.name and get.end is None for get in story.gets):
        return None
    for put in reversed(story.puts):
        own = [step for step in story.steps if put.covers(step) and step.is_write and step.line and step.value.startswith(CONTAINERS)]
        added = next((step for step in own if mentions(step.value, put.value)), None)
        if not put.has_returned or story.returned(put.value) or added is None or place_of(added) == place_of(look):
            continue
        later = [step for step in story.touching(place_of(added), added.step) if step.is_write]
        function = story.code.function(added.file, added.line)
        branch = next((node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.If) and node.lineno > added.line), None)
        if (
            later
            or branch is None
            or any(step.file == added.file and branch.body[0].lineno <= step.line <= (branch.end_lineno or branch.lineno) for step in own)
        ):
            continue
        there, asked = printable(added.location), printable(look.location)
        if there == asked:
            continue
        on, test = (story.at_line(added.file, line).removeprefix(" at ") for line in (branch.body[0].lineno, branch.lineno))
        message = shortened(printable(put.value), 60)
        told = f"Message {message} was added to {there}{story.at(added)} and came no further; {end.name} asks {asked}{story.at(look)}."
        return Mistake(
            (told,), f"What stays in {there} must get on too when no more messages come: {on} is reached only if `{ast.unparse(branch.test)}` ({test})."
        )
    return None


def _last_container(story: Story, wait: Step) -> Step | None:
    """The last container that the waiting thread looked at to decide, whether or not others change it in this execution."""
    own = (step for step in reversed(story.steps[: wait.step - 1]) if step.thread == wait.thread and step.line and not step.is_write)
    looks = (step for step in own if step.kind not in SYNCHRONISATION | CELL_READS and step.value.startswith(CONTAINERS))
    return next((step for step in looks if story.code.decides(step.file, step.line)), None)


def _was_notified(story: Story, change: Step, wait: Step) -> bool:
    """Whether the thread of a change came to a notify of the Condition after it, in the same call or before its next change."""
    call = story.call_of(change)
    for step in story.steps[change.step :]:
        if step.thread != change.thread:
            continue
        if step.kind in NOTIFIES and place_of(step) == place_of(wait):
            return True
        if (call is not None and not call.covers(step)) or step.kind == "end":
            return False
    return False


def _notify_in_an_if(function: ast.stmt, change: Step) -> tuple[ast.If, ast.Call] | None:
    for branch in ast.walk(function):
        if isinstance(branch, ast.If) and branch.lineno > change.line:
            for statement in branch.body:
                call = next((node for node in ast.walk(statement) if isinstance(node, ast.Call) and called(node) in NOTIFIES), None)
                if call is not None:
                    return branch, call
    return None
