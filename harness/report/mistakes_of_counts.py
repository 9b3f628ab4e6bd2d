"""Threads that wait for ever because the numbers do not fit: parties of a Barrier, items and task_done(), things put and taken, threads that never began."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called, receiver
from harness.report.mistake import Mistake
from harness.report.standstill import awaited, circle_of, operation_of, wait_step
from harness.report.story import Story, place_of
from harness.report.words import count, joined, printable, unique

FALSY = frozenset({"0", "0.0", "''", "False", "[]", "{}", "()"})


def too_few_for_the_barrier(story: Story, end: ThreadEnd) -> Mistake | None:
    """Fewer threads came to a Barrier than it is made for."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "wait":
        return None
    made = _barriers(story, wait)
    here = {step.thread for step in story.touching(place_of(wait)) if step.kind == "blocked"} & {other.name for other in story.blocked()}
    if len(made) != 1 or not here:
        return None
    file, line, parties = made[0]
    if parties <= len(here):
        return None
    name, where = printable(wait.location).replace("a Barrier", "the Barrier"), story.at_line(file, line)
    told = f"{name[:1].upper() + name[1:] if name.startswith('the ') else name} is made for {parties}{where}, and {count(len(here), 'thread')} came to it."
    return Mistake((told,), f"Make {name} for as many as come to it, {len(here)} here ({where.removeprefix(' at ')}); or start the threads that are missing.")


def _barriers(story: Story, wait: Step) -> list[tuple[str, int, int]]:
    """Where Barriers of this name are made, and for how many; every Barrier where no name says which."""
    kind, file, line = story.made_of(wait.location)
    places = [(file, line)] if kind == "Barrier" and line else []
    places = places or [(path, number) for path, lines in story.trace.source.items() for number, text in sorted(lines.items()) if "Barrier(" in text]
    found = []
    for path, number in places:
        for call in story.code.calls(path, number, "Barrier"):
            if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, int):
                found.append((path, number, call.args[0].value))
    return found


def too_few_done(story: Story, end: ThreadEnd) -> Mistake | None:
    """A queue's join() waits, for task_done() was called less often than items were put."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "join" or not end.waits_for.startswith("until all items"):
        return None
    uses = list(story.touching(place_of(wait)))
    n_put, n_got, n_done = (sum(step.kind == kind for step in uses) for kind in ("put", "get", "task_done"))
    if n_got <= n_done:
        return None
    takers = unique(step.thread for step in uses if step.kind == "get")
    name = printable(wait.location)
    told = (
        f"{count(n_put, 'item')} {'was' if n_put == 1 else 'were'} put into {name}, {joined(takers)} took "
        f"{n_got}, and task_done() was called {count(n_done, 'time')}: join() waits for one call for each item."
    )
    gets = joined(unique(story.line(step) for step in uses if step.kind == "get"))
    ways = " also on a way that leaves the rest of the work out (`continue`, an exception)" if n_done else ""
    return Mistake((told,), f"Call task_done() once for each item that is taken ({gets}),{ways or ' when the work on it is done'}.")


def nobody_was_started(story: Story, end: ThreadEnd) -> Mistake | None:
    """The main thread waits for what only another thread could bring, before it has started one."""
    wait = wait_step(story, end)
    if wait is None or end.role != "main" or operation_of(wait) not in ("get", "put", "wait", "acquire"):
        return None
    if any(other.name != end.name for other in story.trace.ends) or any(step.thread != end.name for step in story.steps):
        return None
    told = f"When main came to {story.line(wait)}, no other thread had been started."
    function = story.code.function(wait.file, wait.line)
    name = getattr(function, "name", "")
    for file, lines in story.trace.source.items():
        for line, text in sorted(lines.items()):
            where = story.at_line(file, line)
            for call in story.code.calls(file, line, "Thread", "Timer"):
                target = next((word.value for word in call.keywords if word.arg == "target"), None)
                if isinstance(target, ast.Call) and called(target) == name:
                    return Mistake((told,), f"Say target={name}{where}, not target={ast.unparse(target)}: with the parentheses main itself runs {name}.")
            if name == "run" and re.search(r"\.run\(\)", text):
                return Mistake((told,), f"Say start() for run(){where}: run() is an ordinary call, which the caller carries out itself.")
    starts = [
        (file, line)
        for file, lines in story.trace.source.items()
        for line in sorted(lines)
        if story.code.calls(file, line, "start") and (file != wait.file or line > wait.line)
    ]
    if not starts:
        return None
    return Mistake((told,), f"Start the other threads ({story.at_line(*starts[0]).removeprefix(' at ')}) before main waits ({story.line(wait)}).")


def takers_have_gone(story: Story, end: ThreadEnd) -> Mistake | None:
    """The thread waits for room in a queue, and all that took from it have ended with less than was put."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "put":
        return None
    uses = list(story.touching(place_of(wait)))
    gets = [step for step in uses if step.kind == "get" and step.thread != end.name]
    takers = unique(step.thread for step in gets)
    if not gets or any((other := story.end_of(name)) is None or other.state != "ended" for name in takers):
        return None
    n_put = sum(step.kind == "put" for step in uses)
    name, have = printable(wait.location), "has" if len(takers) == 1 else "have"
    told = f"{joined(takers)} took {count(len(gets), 'item')} out of {name} and {have} ended; {n_put} had been put there, and {end.name} has more to put."
    taken = next((call for call in reversed(story.gets) if call.thread == takers[-1] and call.has_returned), None) if len(takers) == 1 else None
    if taken is not None and taken.value in FALSY and (test := _taken_for_the_end(story, gets[-1])) is not None:
        line = story.at_line(gets[-1].file, test.lineno).removeprefix(" at ")
        value = printable(taken.value)
        last = f"The last that it took was {value}, which had been put as an item; `{ast.unparse(test.test)}` ({line}) took that for the end."
        return Mistake(
            (told, last), f"Ask for the end by `is None` ({line}), or for an object that means nothing else: `{ast.unparse(test.test)}` holds for {value} too."
        )
    return Mistake(
        (told,),
        "Let as many items be taken as are put: those who take "
        f"({joined(unique(story.line(step) for step in gets))}) must go on until they are told that it is the end.",
    )


def takes_and_waits_for_room(story: Story, end: ThreadEnd) -> Mistake | None:
    """All that take from a full queue wait themselves for room in it."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "put":
        return None
    takers = unique(step.thread for step in story.touching(place_of(wait)) if step.kind == "get")
    waiting = {other.name: step for other in story.blocked() if (step := wait_step(story, other)) is not None and operation_of(step) == "put"}
    if end.name not in takers or not all(name in waiting and place_of(waiting[name]) == place_of(wait) for name in takers):
        return None
    name, who = printable(wait.location), joined(takers)
    told = (
        f"Only {who} {'takes' if len(takers) == 1 else 'take'} items out of {name}, "
        f"and {'waits' if len(takers) == 1 else 'wait'} for room there{story.at(wait)}."
    )
    return Mistake(
        (told,),
        f"Who takes from {name} must not wait for room in it ({story.line(wait)}): keep what is to come again elsewhere, or give {name} no greatest size.",
    )


def _taken_for_the_end(story: Story, get: Step) -> ast.If | None:
    """An `if not ...` after the get, in its function, that leaves a loop."""
    function = story.code.function(get.file, get.line)
    for node in ast.walk(function or ast.Pass()):
        is_not = (
            isinstance(node, ast.If) and isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not) and isinstance(node.test.operand, ast.Name)
        )
        if isinstance(node, ast.If) and is_not and node.lineno > get.line and any(isinstance(inner, ast.Break | ast.Return) for inner in node.body):
            return node
    return None


def too_few_ends(story: Story, end: ThreadEnd) -> Mistake | None:
    """Fewer None were put, each of which ends a thread, than there are threads that take."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get":
        return None
    uses = list(story.touching(place_of(wait)))
    ends = [step for step in uses if step.kind == "put" and step.line and _puts_none(story, step)]
    takers = unique(step.thread for step in uses if step.kind in ("get", "blocked") and step.thread != "main")
    gone = [name for name in takers if (other := story.end_of(name)) is not None and other.state == "ended"]
    if not ends or not gone or len(ends) >= len(takers) or len(gone) != len(ends):
        return None
    lines = joined(unique(story.line(step) for step in ends))
    told = (
        f"None was put into {printable(wait.location)} {'once' if len(ends) == 1 else f'{len(ends)} times'} "
        f"({lines}), which ended {joined(gone)}; {end.name} waits for one too."
    )
    return Mistake((told,), f"Put one None for each thread that takes ({lines}: {len(takers)} here), or let who takes it put it back for the next.")


def _puts_none(story: Story, step: Step) -> bool:
    calls = story.code.calls(step.file, step.line, "put", "put_nowait")
    return any(call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value is None for call in calls)


def not_given_back(story: Story, end: ThreadEnd) -> Mistake | None:
    """What the thread waits for another one took out of the queue, and ended on a way that does not put it back."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get":
        return None
    uses = list(story.touching(place_of(wait)))
    for take in reversed([step for step in uses if step.kind == "get" and step.thread != end.name and step.line]):
        other = story.end_of(take.thread)
        if other is None or other.state != "ended" or any(step.kind == "put" and step.thread == take.thread and step.step > take.step for step in uses):
            continue
        function = story.code.function(take.file, take.line)
        name = take.location.rpartition(".")[2]
        puts = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Call) and called(node) in ("put", "put_nowait")]
        back = next((node for node in puts if receiver(node).rpartition(".")[2] == name and node.lineno > take.line), None)
        if back is not None:
            line = story.at_line(take.file, back.lineno).removeprefix(" at ")
            told = f"{take.thread} took an item out of {printable(take.location)}{story.at(take)} and ended without putting it back: it did not come to {line}."
            return Mistake((told,), f"Put back on every way out what {story.line(take)} takes: {line} belongs in a `finally`.")
    return None


def left_when_it_was_empty(story: Story, end: ThreadEnd) -> Mistake | None:
    """Whoever was to bring what the thread waits for found its own queue empty for a moment, and ended."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get":
        return None
    name = wait.location.rpartition(".")[2]
    for other in story.trace.ends:
        own = [step for step in story.steps if step.thread == other.name]
        if other.state != "ended" or other.role != "own" or not own:
            continue
        asked = next((step for step in reversed(own) if step.line and step.kind in ("empty", "qsize", "try-get")), None)
        function = story.code.function(asked.file, asked.line) if asked is not None else None
        puts = [node for node in ast.walk(function or ast.Pass()) if isinstance(node, ast.Call) and called(node) in ("put", "put_nowait")]
        late = next((step for step in story.touching(place_of(asked), own[-1].step) if step.kind == "put"), None) if asked is not None else None
        if asked is not None and late is not None and any(receiver(node).rpartition(".")[2] == name for node in puts):
            told = (
                f"{other.name} found {printable(asked.location)} empty{story.at(asked)} and "
                f"ended; {late.thread} put something there only afterwards{story.at(late)}, "
                f"and {other.name} alone puts into {printable(wait.location)}."
            )
            return Mistake(
                (told,),
                f"That {printable(asked.location)} is empty for a moment ({story.line(asked)}) is not the end: wait there with get(), until told to stop.",
            )
    return None


def results_in_a_circle(story: Story, end: ThreadEnd) -> Mistake | None:
    """Jobs or threads wait for each other's end or result."""
    waits = {other.name: awaited(other) for other in story.blocked() if awaited(other)}
    circle = circle_of(waits)
    if end.name not in circle or len(circle) < 2:
        return None
    lines = joined(
        [story.at_line(other.file, other.line).removeprefix(" at ") for name in circle if (other := story.end_of(name)) is not None and other.line], "or"
    )
    return Mistake((), f"One of {joined(circle)} must not wait for the other, but end first: the wait at {lines} has to go.")


def no_line_does_it(story: Story, end: ThreadEnd) -> Mistake | None:
    """No line of the source does what would wake the thread."""
    wait = wait_step(story, end)
    calls = {"acquire": ("release",), "wait": ("notify", "notify_all", "set")}.get(operation_of(wait), ()) if wait is not None else ()
    if wait is None or not calls or wait.location.startswith("a "):
        return None
    if operation_of(wait) == "wait" and story.made_of(wait.location)[0] == "Barrier":
        return None
    name = wait.location.rpartition(".")[2]
    if story.is_event(wait):
        calls = ("set",)
    elif operation_of(wait) == "wait":
        calls = ("notify", "notify_all")
    plain = name.replace('"', "'")
    for file, lines in story.trace.source.items():
        text = "\n".join(lines.values()).replace('"', "'")
        if re.search(rf"with [^\n]*{re.escape(plain)}\s*[:,]", text) or any(f"getattr({plain}" in text for _ in calls):
            return None
        for line in lines:
            for call in story.code.calls(file, line, *calls):
                if not _is_another(call, plain, text):
                    return None
    what = joined([f"{plain}.{call}()" for call in calls], "or")
    return Mistake(
        (), f"No line of the program does {what}, which alone could wake who waits at {story.line(wait) or printable(wait.location)}: some thread must."
    )


def _is_another(call: ast.Call, name: str, text: str) -> bool:
    """Whether the call is certainly on something else: an attribute or an element of another name, or a variable of the module."""
    match call.func:
        case ast.Attribute(value=ast.Attribute() | ast.Subscript(slice=ast.Constant()) as owner):
            return not ast.unparse(owner).endswith(name)
        case ast.Attribute(value=ast.Name(id=variable)):
            return variable != name and re.search(rf"^{re.escape(variable)}\b[^\n]*=", text, re.MULTILINE) is not None
        case _:
            return False
