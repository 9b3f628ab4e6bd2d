"""Results that were asked for before they were there: no join, a join that only time ended, one of several waited for, a job called done too early."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.passage import ended_by_time
from harness.report.story import SYNCHRONISATION, Story, place_of, said_value
from harness.report.words import joined, printable, unique

NOT_ITS_WORK = frozenset({"start", "end", "blocked", "expiry"})


def asked_before_the_end(story: Story, step: Step) -> Mistake | None:
    """The failing thread looked, between start and join of another, at what that one was to change, and used what it had seen."""
    own = [other for other in story.steps[: step.step - 1] if other.thread == step.thread]
    for join in reversed(own):
        if join.kind != "join" or not join.line:
            continue
        name = join.what.removeprefix("join ")
        start = next((other for other in own if other.kind == "start" and other.what == name), None)
        theirs = [other for other in story.steps if other.thread == name]
        if start is None or not theirs:
            continue
        for look in own:
            if not start.step < look.step < join.step or look.is_write or not look.value or look.kind in SYNCHRONISATION:
                continue
            change = next((other for other in theirs if other.step > look.step and other.is_write and place_of(other) == place_of(look)), None)
            begun = next((other for other in theirs if other.kind == "start"), None)
            is_target = change is None and _is_changed_by_target(story, start, look) and begun is not None and begun.step > look.step
            if change is None and not is_target:
                continue
            at = f"{step.thread} looked at {printable(look.location)} ({said_value(look)}){story.at(look)}"
            if change is not None:
                told = f"{at}; only after that did {name} change it{story.at(change)}, and {step.thread} wait for its end{story.at(join)}."
            else:
                told = f"{at} when {name}, which is to change it, had not begun; it waited for its end only afterwards{story.at(join)}."
            return Mistake((told,), f"Wait by join() ({story.line(join)}) before {story.line(look)} looks at what {name} makes.")
    return None


def _is_changed_by_target(story: Story, start: Step, look: Step) -> bool:
    """Whether a thread was made whose target is a method of what was looked at (``target=answer.append``), as its name says too."""
    method = re.search(r"\((\w+)\)$", start.what)
    for file, lines in story.trace.source.items():
        for line in lines:
            for call in story.code.calls(file, line, "Thread", "Timer"):
                target = next((word.value for word in call.keywords if word.arg == "target"), None)
                if method is not None and target is not None and ast.unparse(target) == f"{look.location}.{method[1]}":
                    return True
    return False


def time_ended_it(story: Story) -> Mistake | None:
    """A wait that only time ended, where the thread went on all the same: of the last one the way to know that."""
    for thread in unique(step.thread for step in reversed(story.steps) if step.kind == "expiry"):
        ended = ended_by_time(story, [step for step in story.steps if step.thread == thread])
        if ended is None or ended[0].kind == "sleep":
            continue
        wait, _ = ended
        told = f"The wait of {thread}{story.at(wait)} ended because its time was up, not because anything had happened."
        line, what = story.line(wait), wait.what.removeprefix("waits: ").partition(" ")[0]
        if what == "join":
            return Mistake((told,), f"join() with a timeout returns in either case: ask is_alive() after {line}, or wait there without a timeout.")
        if what in ("wait", "acquire") and not story.code.is_result_used(wait.file, wait.line):
            return Mistake((told,), f"{what}() says False when the time was over: {line} must ask for that, or wait without a timeout.")
        return Mistake(
            (told,), f"A timeout tells how long was waited, not that nothing comes: wait at {line} without one, or go back to wait when the time is up."
        )
    return None


def done_before_it_was(story: Story, step: Step) -> Mistake | None:
    """A queue's join() returned although the thread that had called task_done() had lines of that work left, to which it had not come."""
    for join in reversed(story.steps[: step.step - 1]):
        if join.kind != "join" or join.thread != step.thread or not join.line:
            continue
        done = next((other for other in reversed(list(story.touching(place_of(join), before=join.step))) if other.kind == "task_done"), None)
        if done is None or done.thread == step.thread or not done.line:
            return None
        if any(other.thread == done.thread and other.line for other in story.steps[done.step :]):
            return None
        left = _next_in_block(story, done)
        if left is None:
            return None
        line = story.at_line(done.file, left.lineno).removeprefix(" at ")
        told = (
            f"The join(){story.at(join)} returned because {done.thread} had called task_done(){story.at(done)}; it was not done with that item: "
            f"to {line} (`{ast.unparse(left)}`) it had not come when {step.thread} failed."
        )
        return Mistake((told,), f"Call task_done() ({story.line(done)}) after {line}, when the work on the item is done.")
    return None


def _next_in_block(story: Story, step: Step) -> ast.stmt | None:
    """The simple statement that follows that of the step in its block."""
    statement = story.code.statement(step.file, step.line)
    for outer in story.code.around(step.file, step.line):
        for block in (getattr(outer, name, []) for name in ("body", "orelse", "finalbody")):
            if statement in block and block.index(statement) + 1 < len(block):
                following: ast.stmt = block[block.index(statement) + 1]
                return following if isinstance(following, ast.Expr | ast.Assign | ast.AugAssign) else None
    return None


def one_of_several(story: Story, step: Step) -> Mistake | None:
    """What was waited for gives results in the order in which they come, or returns with the first."""
    lines = {(other.file, other.line) for other in story.steps[: step.step] if other.thread == step.thread and other.line}
    if sum(other.kind == "set_result" for other in story.steps) + sum(other.kind == "submit" for other in story.steps) < 2:
        return None
    for file, line in sorted(lines):
        at = story.at_line(file, line).removeprefix(" at ")
        for call in story.code.calls(file, line, "wait", "as_completed"):
            when = next((ast.unparse(word.value) for word in call.keywords if word.arg == "return_when"), "")
            if called(call) == "as_completed":
                told = "as_completed() gives the futures in the order in which they are done, and which is done first is not settled."
                return Mistake((told,), f"Go through the futures themselves, in the order in which they were submitted, in place of as_completed() ({at}).")
            if when.endswith("FIRST_COMPLETED"):
                told = f"wait() of {at} returns when one of the futures is done, and does not wait for the others."
                return Mistake((told,), f"Let wait() at {at} wait for all of them (ALL_COMPLETED, which it does by default).")
    return None


def fired_before_cancel(story: Story, step: Step) -> Mistake | None:
    """A Timer's time was up before another thread came to cancel it."""
    for end in story.trace.ends:
        own = [other for other in story.steps if other.thread == end.name]
        up = next((other for other in own if other.kind == "expiry"), None)
        wait = next((other for other in own if other.kind == "blocked" and "Event" in other.location and not other.line), None)
        if up is None or wait is None:
            continue
        cancel = next((other for other in story.touching(place_of(wait), up.step) if other.kind == "set" and other.thread != end.name and other.line), None)
        if cancel is None or not story.code.calls(cancel.file, cancel.line, "cancel"):
            continue
        did = next((other for other in own if other.step > up.step and other.line), None)
        called_it = f" and called its function{story.at(did)}" if did is not None else ""
        told = f"The time of the Timer {end.name} was up{called_it} before {cancel.thread} came to cancel(){story.at(cancel)}."
        return Mistake(
            (told,), f"cancel() at {story.line(cancel)} is no use once the time is up, and however long that is, a thread may be slower: do not rely on it."
        )
    return None


def a_daemon_behind(story: Story, step: Step) -> Mistake | None:
    """A thread that reads a library's queue, or another daemon, had not come to the last items when the failing thread looked."""
    for end in story.trace.ends:
        if not _may_be_behind(story, end, step):
            continue
        taken = [other for other in story.steps if other.thread == end.name and other.kind in ("get", "blocked") and other.location]
        for wait in taken[-1:]:
            puts = [other for other in story.touching(place_of(wait), before=step.step) if other.kind == "put"]
            n_got = sum(other.kind == "get" for other in story.touching(place_of(wait), before=step.step))
            if len(puts) <= n_got:
                continue
            name = printable(wait.location)
            told = (
                f"{end.name}, a daemon, had not yet taken what {puts[-1].thread} put into "
                f"{name}{story.at(puts[-1])}: nothing had made {step.thread} wait for that."
            )
            stop = next((line for line in _stops_below(story, step)), 0)
            if stop:
                return Mistake(
                    (told,),
                    f"Call stop() ({story.at_line(step.file, stop).removeprefix(' at ')}) before {story.line(step)}: it waits until all has been handled.",
                )
            hint = f"Wait before {story.line(step)} until all that was put has been worked on: join() of {name}, and task_done() after the work on each item."
            return Mistake((told,), hint)
    return None


def _may_be_behind(story: Story, end: ThreadEnd, step: Step) -> bool:
    return end.is_daemon and end.state != "ended" and end.name != step.thread


def _stops_below(story: Story, step: Step) -> list[int]:
    function = story.code.function(step.file, step.line)
    calls = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Call) and called(node) == "stop" and node.lineno > step.line]
    return sorted(node.lineno for node in calls)


def not_in_the_order_of_start(story: Story) -> Mistake | None:
    """Each thread ran in one piece, and not in the order in which they were started."""
    if any(switch.reason in ("preemption", "expiry", "round") for switch in story.trace.switches):
        return None
    names = [end.name for end in story.trace.ends if end.role == "own"]
    started = [step.what for step in story.steps if step.kind == "start" and step.what in names and step.thread not in names]
    begun = list(unique(step.thread for step in story.steps if step.thread in names and step.kind not in NOT_ITS_WORK))
    if len(begun) < 2 or [name for name in started if name in begun] == begun or set(begun) - set(started):
        return None
    told = f"{begun[0]} ran before {joined(begun[1:])}, though it was started after: threads need not run in the order of their start."
    first = next(name for name in started if name in begun)
    return Mistake((told,), f"If {first} must be first, let who comes after wait for it (by join(), an Event or a queue): start() orders nothing.")
