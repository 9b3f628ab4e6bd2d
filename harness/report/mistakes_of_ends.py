"""Mistakes with the end of the work: nobody says that nothing more will come, one is told for several, or a lost update kept it from being said."""

from __future__ import annotations

import ast

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called, receiver
from harness.report.lost_update import find_lost_update
from harness.report.mistake import Mistake
from harness.report.mistakes_after_death import WAKING_CALLS
from harness.report.mistakes_of_state import torn_update
from harness.report.standstill import operation_of, wait_step
from harness.report.story import CELL_READS, Story, is_same_cell, place_of, said_read, said_value, said_write
from harness.report.words import joined, printable


def kept_from_waking(story: Story, end: ThreadEnd) -> Mistake | None:
    """A test that a lost update made come out wrong, so that what would have woken the thread was not done."""
    wait = wait_step(story, end)
    wakers = WAKING_CALLS.get(operation_of(wait), frozenset()) if wait is not None else frozenset()
    name = wait.location.rpartition(".")[2].partition("[")[0] if wait is not None else ""
    for step in reversed(story.steps):
        branch = story.code.statement(step.file, step.line) if step.kind in CELL_READS and step.line and place_of(step) in story.live_places() else None
        if not isinstance(branch, ast.If) or not branch.test.lineno <= step.line <= (branch.test.end_lineno or branch.test.lineno):
            continue
        calls = [node for statement in branch.body for node in ast.walk(statement) if isinstance(node, ast.Call) and called(node) in wakers]
        call = next((node for node in calls if receiver(node).rpartition(".")[2].partition("[")[0] == name), None)
        lost = find_lost_update(story, place_of(step), on_one_line=True) if call is not None else None
        if call is None or lost is None or lost.write.step > step.step or not is_same_cell(lost.write, step) or _came_into(story, step, branch):
            continue
        torn = torn_update(story, place_of(step), on_one_line=True)
        if torn is not None:
            line = story.at_line(step.file, call.lineno).removeprefix(" at ")
            so = f"So {step.thread} read {said_read(step, story.at(step))}, and did not come to {line} ({ast.unparse(call)})."
            return Mistake((*torn.told, so), torn.hint)
    return _kept_by_a_variable(story, wakers, name)


def _kept_by_a_variable(story: Story, wakers: frozenset[str], name: str) -> Mistake | None:
    """As above, where the update goes through a local variable (``left = n - 1``, then ``n = left``) and the test asks that."""
    lost = find_lost_update(story)
    if lost is None or lost.read.line == lost.write.line or lost.read.file != lost.write.file:
        return None
    read, write = (story.code.statement(step.file, step.line) for step in (lost.read, lost.write))
    function = story.code.function(lost.write.file, lost.write.line)
    if not isinstance(read, ast.Assign) or not isinstance(write, ast.Assign) or function is None:
        return None
    carried = {target.id for target in read.targets if isinstance(target, ast.Name)} & _names_in(write.value)
    for branch in ast.walk(function):
        if not carried or not isinstance(branch, ast.If) or branch.lineno < lost.read.line or not carried & _names_in(branch.test):
            continue
        calls = [node for statement in branch.body for node in ast.walk(statement) if isinstance(node, ast.Call) and called(node) in wakers]
        call = next((node for node in calls if receiver(node).rpartition(".")[2].partition("[")[0] == name), None)
        torn = torn_update(story, place_of(lost.read))
        if call is not None and torn is not None and not _came_into(story, lost.write, branch):
            line, test = (story.at_line(lost.write.file, number).removeprefix(" at ") for number in (call.lineno, branch.lineno))
            so = f"So `{ast.unparse(branch.test)}` ({test}) held for no thread, and none came to {line} ({ast.unparse(call)})."
            return Mistake((*torn.told, so), torn.hint)
    return None


def _names_in(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


def ended_by_a_message(story: Story) -> Mistake | None:
    """A thread took for the end what had been put as a message of the same value, and what was put after that was never taken."""
    for get in story.gets:
        end = story.end_of(get.thread)
        if not get.has_returned or get.end is None or end is None or end.state != "ended" or not _is_last(story, get.thread, get.begin):
            continue
        taken = next((step for step in story.steps if get.covers(step) and step.kind == "get"), None)
        same = [put for put in story.puts if put.value == get.value and put.has_returned and put.begin.line]
        if taken is None or len({(put.begin.file, put.begin.line) for put in same}) != 2 or same[0].begin.step > get.end.step:
            continue
        place = place_of(taken)
        number = sum(step.kind == "get" and step.step <= taken.step for step in story.touching(place))
        puts = [put for put in story.puts if any(put.covers(step) and step.kind == "put" and place_of(step) == place for step in story.steps)]
        n_taken = sum(step.kind == "get" for step in story.touching(place))
        if not 0 < number <= len(puts) or puts[number - 1] is not same[0]:
            continue
        message, mark = same[0], next(put for put in same if put.begin.line != same[0].begin.line)
        left = [put for put in puts[n_taken:] if put.value != get.value]
        if left:
            value, name = printable(get.value), printable(taken.location)
            told = (
                f"{get.thread} took {value} out of {name}{story.at(taken)} and ended; it had been put there as a message{story.at(message.begin)}, "
                f"and not as the end{story.at(mark.begin)}.",
                f"{printable(left[0].value)}, which came after it{story.at(left[0].begin)}, was never taken.",
            )
            lines = f"as a message ({story.line(message.begin)}) and as the end ({story.line(mark.begin)})"
            return Mistake(told, f"{value} is put {lines}: let an object of its own mean the end, one that no message can be (END = object(), asked by `is`).")
    return None


def flag_unseen(story: Story, end: ThreadEnd) -> Mistake | None:
    """The thread waits for an item within a loop whose flag was changed only after it had looked: changing the flag wakes nobody."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get" or not wait.line:
        return None
    for loop in reversed(story.code.inside(wait.file, wait.line, ast.While)):
        test = range(loop.test.lineno, (loop.test.end_lineno or loop.test.lineno) + 1)
        own = [step for step in story.steps if step.thread == end.name and step.file == wait.file and step.line in test and step.step < wait.step]
        looks = [step for step in own if step.kind in CELL_READS and step.value]
        if not looks or loop.test.lineno == wait.line:
            continue
        look = looks[-1]
        changes = [step for step in story.touching(place_of(look), look.step) if step.thread != end.name and step.is_write and step.value != look.value]
        if changes:
            change, name, flag = changes[-1], printable(wait.location), printable(look.location)
            told = (
                f"{end.name} looked at {flag}{story.at(look)} when it was still {said_value(look)}; only then did {change.thread} write {said_write(change)}"
                f"{story.at(change)}.",
                f"That does not wake who waits in get(){story.at(wait)}.",
            )
            item = f"after {story.line(change)} put one more into {name}, which means the end ({story.line(wait)} must know it)"
            return Mistake(told, f"Only an item wakes who waits in get(): {item}.")
    return None


def _came_into(story: Story, look: Step, branch: ast.If) -> bool:
    """Whether any thread has ever been in the branch."""
    first, last = branch.body[0].lineno, branch.body[-1].end_lineno or branch.body[-1].lineno
    return any(step.file == look.file and first <= step.line <= last for step in story.steps)


def one_end_for_several(story: Story, end: ThreadEnd) -> Mistake | None:
    """The item that tells a thread to end was taken by one of several."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get":
        return None
    puts = [call for call in story.puts if call.has_returned]
    last = puts[-1] if puts else None
    if last is None:
        return None
    takers = [call for call in story.gets if call.has_returned and call.thread != end.name and call.value == last.value]
    ended = [
        call for call in takers if (other := story.end_of(call.thread)) is not None and other.state == "ended" and _is_last(story, call.thread, call.begin)
    ]
    if not ended or len(takers) != 1 or sum(put.value == last.value for put in puts) != 1:
        return None
    told = f"{last.thread} put {printable(last.value)}{story.at(last.begin)} once; {ended[0].thread} took it and ended, and {end.name} still waits for one."
    return Mistake(
        (told,), f"Put one {printable(last.value)} for each thread that waits for it ({story.line(last.begin)}), or let who takes it put it back for the next."
    )


def no_end_told(story: Story, end: ThreadEnd) -> Mistake | None:
    """Threads wait for an item, and whoever put some has ended."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get" or end.role == "worker":  # class mode's take no more than are put
        return None
    puts = [step for step in story.touching(place_of(wait)) if step.kind == "put" and step.thread != end.name]
    if not puts or any((other := story.end_of(step.thread)) is None or other.state != "ended" for step in puts) or _has_other_puts(story, wait, puts):
        return None
    alike = [other.name for other in story.blocked() if not other.is_daemon and (step := wait_step(story, other)) and place_of(step) == place_of(wait)]
    what = "a value that means the end" if len(alike) == 1 else f"{len(alike)} values that mean the end, one for each,"
    after = f"after the last put ({story.line(puts[-1])})"
    them = "it" if len(alike) == 1 else "them"
    return Mistake((), f"Tell {joined(alike)} that nothing more will come: put {what} {after}, or let {them} take no more than are put.")


def _has_other_puts(story: Story, wait: Step, puts: list[Step]) -> bool:
    """Whether the source has lines, never executed here, that put something into the same queue: they may be what tells the end."""
    name = wait.location.rpartition(".")[2]
    done = {(step.file, step.line) for step in puts}
    lines = [(file, line) for file, texts in story.trace.source.items() for line, text in texts.items() if f"{name}.put" in text and (file, line) not in done]
    return any(receiver(call).rpartition(".")[2] == name for file, line in lines for call in story.code.calls(file, line, "put", "put_nowait"))


def _is_last(story: Story, thread: str, begin: Step) -> bool:
    return not any(call.thread == thread and call.begin.step > begin.step for call in story.calls)
