"""Threads that wait for what another one would have done, had an exception not ended it."""

from __future__ import annotations

import ast

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called, receiver
from harness.report.mistake import Mistake
from harness.report.standstill import operation_of, wait_step
from harness.report.story import CELL_WRITES, Story, is_same_cell, place_of, said_value, said_write
from harness.report.words import printable, unique

WAKING_CALLS = {
    "acquire": frozenset({"release"}),
    "wait": frozenset({"notify", "notify_all", "set", "release"}),
    "get": frozenset({"put", "put_nowait"}),
    "put": frozenset({"get", "get_nowait"}),
}
"""Methods that let on who waits in the operation."""
PASSING_ON = frozenset({"raise", "release", "put-raise", "get-raise", "put-return", "get-return", "end"})
"""What a thread may still do that an exception ends: leaving `with` blocks and calls."""


def died(story: Story) -> list[tuple[ThreadEnd, Step]]:
    """The threads that an exception ended, or a job of which it ended, each with the step that raised."""
    found = []
    for end in story.trace.ends:
        own = [step for step in story.steps if step.thread == end.name]
        errors = [step for step in own if step.kind == "raise"]
        acts = [step for step in own if step.line and step.kind not in PASSING_ON]
        if end.state != "ended" or not errors or (acts and acts[-1].step > errors[-1].step):
            continue
        found.append((end, next(step for step in errors if step.value + step.what == errors[-1].value + errors[-1].what)))
    return found


def died_before_waking(story: Story, end: ThreadEnd) -> Mistake | None:
    """What would have woken the thread stands in code of a thread that an exception ended."""
    wait = wait_step(story, end)
    if wait is None or not wait.location:
        return None
    wakers = WAKING_CALLS.get(operation_of(wait), frozenset())
    for other, error in _failed(story, end.name):
        own = [step for step in story.steps if step.thread == other]
        name = wait.location.rpartition(".")[2].partition("[")[0]
        is_waker = any(place_of(step) == place_of(wait) and step.kind in wakers for step in own) or any(
            called(call) in wakers and receiver(call).rpartition(".")[2].partition("[")[0] == name for call in _calls_in_its_code(story, own, error)
        )
        if is_waker:
            ended = f"a job of {other}" if ", kept by the future of " in error.what else other
            return Mistake((), _come_first(error, f"it ended {ended}, whose code has what would wake {end.name}", story))
    return None


def left_as_it_was(story: Story, look: Step) -> Mistake | None:
    """What a turning thread looks at was last written by a thread that an exception ended."""
    writes = [step for step in story.touching(place_of(look), story.opening()) if step.kind in CELL_WRITES and is_same_cell(step, look)]
    if not writes or writes[-1].thread == look.thread:
        return None
    last = writes[-1]
    error = next((error for other, error in _failed(story, look.thread) if other == last.thread and error.step > last.step), None)
    if error is None:
        return None
    told = f"{last.thread} had written {said_write(last)}{story.at(last)}; it raised {_name_of(error)}{story.at(error)} before it wrote there again."
    rest = f"it left {printable(last.location)} = {said_value(last)} behind. What takes that back may stand in a `finally`"
    return Mistake((told,), _come_first(error, rest, story))


def died_before_changing(story: Story, look: Step) -> Mistake | None:
    """A thread that an exception ended had changed before what a turning thread looks at, or had come to it to do so."""
    for other, error in _failed(story, look.thread):
        if any(step.thread == other and place_of(step) == place_of(look) and step.step <= error.step for step in story.steps):
            return Mistake((), _come_first(error, f"it ended {other}, which changes what {look.thread} waits for ({printable(look.location)})", story))
    return None


def taken_and_raised(story: Story, taken: Step) -> Mistake | None:
    """A get took the message and then raised: what it had taken is gone."""
    call = story.call_of(taken)
    if call is None or call.operation != "get" or call.has_returned:
        return None
    error = next((step for step in story.steps if step.kind == "raise" and call.covers(step) and step.step > taken.step), None)
    if error is None or not error.line:
        return None
    return Mistake((), _come_first(error, f"it came when the message had been taken ({story.line(taken)}) and not yet returned", story))


def _failed(story: Story, waiting: str) -> list[tuple[str, Step]]:
    """Threads other than the waiting one that an exception ended, and jobs that one ended, each with the step that raised."""
    found = [(end.name, error) for end, error in died(story)]
    found += [
        (step.thread, step) for step in story.steps if step.kind == "raise" and ", kept by the future of " in step.what and step.thread not in dict(found)
    ]
    return [(name, error) for name, error in found if name != waiting or ", kept by the future of " in error.what]


def _calls_in_its_code(story: Story, own: list[Step], error: Step) -> list[ast.Call]:
    """The calls in the functions that the thread had been in up to its error."""
    places = unique(f"{step.file}\n{step.line}" for step in own if step.line and step.step <= error.step)
    functions = {id(node): node for place in places if (node := story.code.function(*_split(place))) is not None}
    target = error.thread.rpartition("(")[2].removesuffix(")") if not functions else ""
    if target.isidentifier():  # it failed before its first line
        for file, lines in story.trace.source.items():
            for line, text in lines.items():
                if text.lstrip().startswith(f"def {target}(") and (node := story.code.function(file, line)) is not None:
                    functions[id(node)] = node
    return [call for node in functions.values() for call in ast.walk(node) if isinstance(call, ast.Call)]


def _split(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition("\n")
    return file, int(line)


def _come_first(error: Step, rest: str, story: Story) -> str:
    """A hint: the exception goes first. `rest` says what came of it."""
    where = f" of {story.line(error)}" if error.line else ""
    return f"Rule out the {_name_of(error)}{where} first: {rest}."


def _name_of(error: Step) -> str:
    return printable(error.what.removeprefix("raise ").partition(":")[0].partition(",")[0])
