"""What made an exception come: a thing used by two threads that only one can use, a call that came too often or too early, time that was up."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.passage import ended_by_time
from harness.report.story import SYNCHRONISATION, Story, Told, place_of
from harness.report.words import count, printable

OF_TIME = ("TimeoutError", "Empty", "Full", "BrokenBarrierError", "_queue.Empty", "queue.Empty", "queue.Full")
"""Exceptions that a wait raises whose time is up."""
KEEPS_TO_ITSELF = frozenset({"acquire", "release", "put", "start", "join", "submit", "set", "notify", "notify_all", "set_exception", "set_result", "task_done"})
"""Synchronisation from which a thread learns nothing of what others did."""


def mistake_of_error(story: Story, step: Step) -> Mistake | None:
    """The first of these that the exception's words and the steps before it show."""
    error = step.value + step.what
    for look in (_changed_in_a_loop, _generator_is_busy, _told_done_too_often, _gave_before_it_took, _no_order_between, _missing_in_this_thread):
        if (mistake := look(story, step, error)) is not None:
            return mistake
    return _thread_misused(story, step, error) or time_was_up(story, step, error)


def _changed_in_a_loop(story: Story, step: Step, error: str) -> Mistake | None:
    """A container was changed while a loop went through it."""
    if "during iteration" not in error:
        return None
    own = [
        other for other in story.steps[: step.step - 1] if (other.thread, other.kind, other.file, other.line) == (step.thread, "iterate", step.file, step.line)
    ]
    if not own:
        return None
    name, loop = printable(own[-1].location), story.line(own[-1])
    changes = [other for other in story.touching(place_of(own[-1]), before=step.step) if other.is_write and other.kind != "iterate" and other.line]
    others = [change for change in changes if change.thread != step.thread]
    if changes and changes[-1].thread == step.thread:
        return Mistake(
            (), f"A loop over {name} must not change it ({story.line(changes[-1])}): go through a copy, list({name}), or make the changes after {loop}."
        )
    if not others:
        return None
    change = story.line(others[-1])
    return Mistake((), f"Hold one lock around the whole loop of {loop} and around {change}; or make a copy under that lock, list({name}), and go through that.")


def _generator_is_busy(story: Story, step: Step, error: str) -> Mistake | None:
    """Two threads asked one generator at once."""
    if "generator already executing" not in error or not step.line:
        return None
    before = story.steps[step.step - 2] if step.step > 1 else None
    body = story.code.function(before.file, before.line) if before is not None and before.line else None
    is_inside = body is not None and any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(body))
    told: tuple[str, ...] = ()
    if before is not None and before.thread != step.thread and is_inside:
        told = (f"{before.thread} was within that generator at that moment{story.at(before)}, and only one thread can be.",)
    return Mistake(told, f"A generator cannot be asked by two threads at once: hold one lock around {story.line(step)}, and wherever else it is asked.")


def _told_done_too_often(story: Story, step: Step, error: str) -> Mistake | None:
    """task_done() came once more than items had been taken."""
    if "task_done() called too many times" not in error:
        return None
    own = next((other for other in reversed(story.steps[: step.step]) if other.thread == step.thread and other.location and other.kind == "task_done"), None)
    at = own if own is not None else next((other for other in reversed(story.steps[: step.step]) if other.kind in ("task_done", "get", "put")), None)
    if at is None:
        return None
    before = list(story.touching(place_of(at), before=own.step if own is not None else step.step))
    n_done = sum(other.kind == "task_done" for other in before)
    n_put, n_got = (sum(other.kind == kind for other in before) for kind in ("put", "get"))
    name = printable(at.location)
    told = f"By then {count(n_put, 'item')} had been put into {name} and {n_got} taken out, and task_done() had been called {count(n_done, 'time')}."
    if not n_put:
        told = f"By then nothing had been put into {name}."
    lines = sorted({other.line for other in before if other.kind == "task_done" and other.thread == step.thread and other.line} | {step.line})
    if n_put > n_done:
        return None
    where = f" (line {lines[0]})" if len(lines) == 1 else f" (it stands at lines {', '.join(map(str, lines[:-1]))} and {lines[-1]})"
    return Mistake((told,), f"Call task_done() once for each item that was taken, after its get{where if len({other.file for other in before}) < 2 else ''}.")


def _gave_before_it_took(story: Story, step: Step, error: str) -> Mistake | None:
    """A BoundedSemaphore was released before what the same call waits for: the permit had not been taken."""
    own = story.led_to(step)
    if "released too many times" not in error or not own or own[0].kind != "release":
        return None
    release = own[0]
    uses = [other for other in story.touching(place_of(release), before=release.step) if other.kind in ("acquire", "release")]
    balance = sum(1 if other.kind == "acquire" else -1 for other in uses)
    function = story.code.function(release.file, release.line)
    later = [
        node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Call) and called(node) in ("acquire", "wait") and node.lineno > release.line
    ]
    if balance > 0 or not later:
        return None
    name = printable(release.location)
    told = f"All permits of {name} that had been taken by then had been given back: none was out."
    after = story.at_line(release.file, min(node.lineno for node in later)).removeprefix(" at ")
    return Mistake((told,), f"Release {name} ({story.line(release)}) only after {after}, where the same call waits: before that it has nothing to give back.")


def _no_order_between(story: Story, step: Step, error: str) -> Mistake | None:
    """Items of a PriorityQueue or a heap are equal up to a part that has no order."""
    found = re.search(r"'<' not supported between instances of '(\w+)' and '(\w+)'", error)
    if found is None or not step.line:
        return None
    is_queue = any("PriorityQueue(" in text for lines in story.trace.source.values() for text in lines.values())
    if not is_queue and not story.code.calls(step.file, step.line, "heappush", "heappop"):
        return None
    told = f"Items are kept in their order by `<`; two were equal up to a {found[1]}, and a {found[1]} has no order."
    return Mistake(
        (told,), f"Put a number of its own between priority and item ({story.line(step)}), from itertools.count() say: then `<` never comes to the item."
    )


def _missing_in_this_thread(story: Story, step: Step, error: str) -> Mistake | None:
    """An attribute of a threading.local was asked in a thread that has not set it."""
    found = re.search(r"'local' object has no attribute '(\w+)'", error)
    if found is None:
        return None
    pattern = re.compile(rf"\.{found[1]}\s*=[^=]")
    setters = [(file, line) for file, lines in story.trace.source.items() for line, text in sorted(lines.items()) if pattern.search(text)]
    where = story.at_line(*setters[0]) if len(setters) == 1 else ""
    told = f"What a threading.local holds, it holds for one thread: {step.thread} has not set {found[1]} itself."
    return Mistake((told,), f"Set {found[1]} in each thread that asks it{f', and not only{where}' if where else ''}; or hand it to the thread as an argument.")


def _thread_misused(story: Story, step: Step, error: str) -> Mistake | None:
    """A thread that waits for itself or for one that never began; arguments that are no tuple."""
    at = story.line(step)
    if "cannot join current thread" in error:
        return Mistake((f"{step.thread} itself came to that join().",), f"A thread cannot wait for its own end: join() of {at} is for another thread to call.")
    if "cannot join thread before it is started" in error:
        return Mistake((), f"Call start() of that thread before {at}: a thread begins only with that.")
    if "argument after * must be an iterable" in error:
        target_name = re.search(r"\((\w+)\)$", step.thread)
        for file, lines in story.trace.source.items():
            for line in sorted(lines):
                for call in story.code.calls(file, line, "Thread", "Timer"):
                    given = {word.arg: word.value for word in call.keywords}
                    args, target = given.get("args"), given.get("target")
                    if args is None or isinstance(args, ast.Tuple | ast.List) or target_name is None or target is None or ast.unparse(target) != target_name[1]:
                        continue
                    value = ast.unparse(args)
                    where = story.at_line(file, args.lineno)
                    told = f"`args={value}`{where} is not a tuple: parentheses alone make none, a comma does."
                    return Mistake((told,), f"Say args=({value},){where}.")
    if "cannot release un-acquired lock" in error and not story.code.calls(step.file, step.line, "notify", "notify_all", "wait", "wait_for"):
        own = [other for other in story.steps[: step.step - 1] if other.thread == step.thread and other.kind == "release"]
        taken = next(
            (other for other in reversed(story.steps[: step.step - 1]) if own and other.kind == "acquire" and place_of(other) == place_of(own[-1])), None
        )
        if taken is not None and taken.thread != step.thread:
            name = printable(taken.location)
            return Mistake(
                (), f"Let {taken.thread} release {name} itself; or, if {name} is a signal from one thread to another, make it a Lock or a Semaphore."
            )
    return None


def time_was_up(story: Story, step: Step, error: str = "") -> Mistake | None:
    """The thread gave up because a wait of its own had lasted long enough. With `error` only where the exception is one that says so."""
    name = error.removeprefix("raise ").partition(":")[0].partition(",")[0].strip()
    if error and not name.endswith(OF_TIME):
        return None
    call = story.call_of(step)
    first = call.begin.step if call is not None else 0
    ended = ended_by_time(story, [own for own in story.steps if first <= own.step < step.step and own.thread == step.thread])
    if ended is None:
        return None
    wait, told = ended
    if wait.kind == "sleep":
        hint = f"A deadline says how much time has passed, and nothing of the others, who may only be slow: do not give up for that ({story.line(wait)})."
        return Mistake((told,), hint)
    broken = " (and breaks the Barrier for all)" if "Barrier" in name else ""
    slow = f"A timeout tells how long was waited, not that nobody comes{broken}; others may only be slow"
    return Mistake((told,), f"{slow}: wait at {story.line(wait)} without a timeout, or go back to wait when the time is up.")


def unread_future(story: Story, step: Step, message: str) -> Mistake | None:
    """What a job raised stayed in its future."""
    if "nobody read" not in message:
        return None
    lines = {(other.file, other.line) for other in story.steps if other.kind == "submit" and other.line}
    file, line = next(iter(lines)) if len(lines) == 1 else ("", 0)
    where = f" ({story.at_line(file, line).removeprefix(' at ')})" if line else ""
    if line and story.code.calls(file, line, "map"):
        return Mistake((), f"Go through what map() gives{where}, list(...) say: only who asks for the results meets what a job has raised.")
    return Mistake((), f"Ask the future that submit() gives{where} for its result(): it raises what the job has raised, which else nobody hears of.")


def alone(story: Story, step: Step) -> Mistake | None:
    """That no other thread had a part in the exception: nothing that its thread had come to is changed by others while threads run."""
    changing = story.live_places() | story.passed_places()
    own = [other for other in story.steps[: step.step - 1] if other.thread == step.thread]
    if any(end.state != "ended" and not end.is_daemon for end in story.trace.ends) or story.trace.dropped_steps or not step.line:
        return None
    if len({other.thread for other in story.steps if other.kind == "raise"}) > 1:
        return None
    for other in own:
        is_signal = other.kind in SYNCHRONISATION and other.kind not in KEEPS_TO_ITSELF and other.kind not in ("get", "blocked")
        if is_signal or other.kind in ("clock", "random") or (other.location and other.kind not in SYNCHRONISATION and place_of(other) in changing):
            return None
    items = " but items of a queue" if any(other.kind == "get" and other.line for other in own) else ""
    told = f"Nothing that {step.thread} had come to{items} was changed by another thread, so this does not depend on whose turn it was."
    name = step.what.removeprefix("raise ").partition(":")[0].partition(",")[0]
    return Mistake((told,), f"Mend {story.line(step)} itself, or handle {printable(name)} there: no lock and no waiting helps.")


def gave_up(story: Story, get: Told) -> Mistake | None:
    """A get returned nothing because its time was up, or after it had asked a few times."""
    if get.end is None:
        return None
    timed = time_was_up(story, get.end)
    if timed is not None:
        return timed
    own = [step for step in story.steps if get.covers(step) and step.line]
    for loop in reversed(story.code.inside(own[-1].file, own[-1].line, ast.For)) if own else ():
        if isinstance(loop.iter, ast.Call) and called(loop.iter) == "range":
            where = story.at_line(own[-1].file, loop.lineno)
            told = (
                f"It had asked {count(sum(step.line == own[-1].line and step.kind == own[-1].kind for step in own), 'time')}{story.at(own[-1])} "
                f"and then gave up: the loop{where} (`for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}`) was over."
            )
            return Mistake(
                (told,),
                f"A get must not give up while others may only be slow: wait{where} until there is a message, with a Condition or through a queue.Queue.",
            )
    handler = _passed_over(story, own)
    if handler is None:
        return None
    step, clause = handler
    line = story.at_line(step.file, clause.lineno).removeprefix(" at ")
    error = ast.unparse(clause.type) if clause.type is not None else "the exception"
    told = f"What it did{story.at(step)} failed, and the `except` of {line} took {error} for an answer: the get returned without a message."
    return Mistake(
        (told,), f"Where {error} means that nothing is there yet ({line}), a get must wait and try again, with a Condition or through a queue.Queue."
    )


def _passed_over(story: Story, own: list[Step]) -> tuple[Step, ast.ExceptHandler] | None:
    """The last step of a get that failed within a `try`, and the `except` it came to, from which the get returned."""
    for step in reversed(own):
        for block in reversed(story.code.inside(step.file, step.line, ast.Try)):
            if block.body[0].lineno <= step.line <= (block.body[-1].end_lineno or block.body[-1].lineno):
                for handler in block.handlers:
                    if any(isinstance(node, ast.Return) for node in handler.body):
                        return step, handler
    return None
