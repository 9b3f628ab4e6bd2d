"""Puts that a full queue refused, where the put hid that from who called it."""

from __future__ import annotations

import ast
import re

from harness.model.trace import Step, ThreadEnd
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.standstill import operation_of, wait_step
from harness.report.story import Story, Told, place_of
from harness.report.words import joined, printable, shortened, unique


def put_refused(story: Story, put: Told) -> Mistake | None:
    """The queue had no room for the message of a put that returned all the same."""
    refused = next((step for step in _refusals(story) if put.covers(step)), None) if put.has_returned else None
    return None if refused is None else _told(story, [refused])


def not_let_in(story: Story, put: Told) -> Mistake | None:
    """The put only tried a lock or a semaphore, did not get it, and returned without having put anything."""
    if not put.has_returned:
        return None
    for step in story.steps:
        if step.kind != "try-acquire" or not put.covers(step) or not step.line:
            continue
        following = next((other for other in story.steps[step.step :] if other.thread == step.thread), None)
        later = [other for other in story.steps[step.step :] if put.covers(other) and other.is_write and other.kind not in ("release", "try-acquire")]
        calls = story.code.calls(step.file, step.line, "acquire")
        if following is None or following.kind == "acquire" or later or not calls:
            continue
        name, message = printable(step.location), shortened(printable(put.value), 60)
        told = (
            f"When {put.thread} put message {message}, `{ast.unparse(calls[0])}`{story.at(step)} "
            f"did not get {name}: the put returned and had put nothing anywhere.",
        )
        return Mistake(told, f"{ast.unparse(calls[0].func)}() without blocking=False or timeout at {story.line(step)} waits until there is room.")
    return None


def had_no_room(story: Story, step: Step) -> Mistake | None:
    """The exception is that of a queue which was full."""
    own = (other for other in reversed(story.steps[: step.step - 1]) if other.thread == step.thread)
    refused = next((other for other in own if other.kind != "put-raise"), None)
    if refused is None or refused.kind != "try-put" or not refused.what.endswith("full") or refused.line != step.line:
        return None
    return Mistake((f"{printable(refused.location)} was full{story.at(refused)}, and that put does not wait for room.",), _hint(story, refused))


def refused_for(story: Story, end: ThreadEnd) -> Mistake | None:
    """The thread waits for items of a queue that was full when some were to be put there."""
    wait = wait_step(story, end)
    if wait is None or operation_of(wait) != "get":
        return None
    refused = [step for step in _refusals(story) if place_of(step) == place_of(wait) and step.step < wait.step]
    return _told(story, refused) if refused else None


def pushed_out(story: Story, put: Told) -> Mistake | None:
    """The message was pushed out of a deque with a greatest length, by an append to the full deque."""
    taken = story.lost_removal(put)
    call = story.call_of(taken) if taken is not None else None
    appends = story.code.calls(taken.file, taken.line, "append", "appendleft") if taken is not None else []
    if taken is None or call is None or call.operation != "put" or not appends or not taken.value.startswith("deque("):
        return None
    before = [step for step in story.touching(place_of(taken), before=taken.step) if step.value.startswith("deque(")]
    if not before or _size(before[-1].value) != _size(taken.value):
        return None
    attribute = taken.location.rpartition(".")[2]
    pattern = re.compile(rf"\b{re.escape(attribute)}\s*(:[^=]+)?=\s*(\w+\.)?deque\(.*maxlen")
    made = next(((file, line) for file, texts in story.trace.source.items() for line, text in texts.items() if pattern.search(text)), None)
    if made is None:
        return None
    name, where = printable(taken.location), story.at_line(*made).removeprefix(" at ")
    told = (
        f"{name} was full when {taken.thread} put message {shortened(printable(call.value), 60)}: a deque with a maxlen ({where}) "
        f"then drops its oldest, and so the append{story.at(taken)} pushed message {shortened(printable(put.value), 60)} out."
    )
    way = f"wait before {story.line(taken)} while as many messages as that are inside"
    return Mistake((told,), f"A put must {way} (with a Condition, or through a queue.Queue of that size): the maxlen of {where} makes nobody wait.")


def _size(shown: str) -> int:
    return shown.count(",")


def _refusals(story: Story) -> list[Step]:
    """The puts into queues that failed for want of room, at once or when their time was up, and ended neither their thread's put nor the thread."""
    found = []
    for step in story.steps:
        if not (step.kind == "try-put" and step.what.endswith("full")) and not _gave_up(story, step):
            continue
        call = story.call_of(step)
        if call is not None and not call.has_returned:
            continue
        later = [other for other in story.steps[step.step :] if other.thread == step.thread and (call is None or call.covers(other))]
        same = [other for other in later if other.line == step.line and other.file == step.file]
        if not any((other.kind == "put" and place_of(other) == place_of(step)) or other.kind == "raise" for other in (later if call is not None else same)):
            found.append(step)
    return found


def _gave_up(story: Story, step: Step) -> bool:
    """Whether the step is a put that waited for room until its time was up."""
    if step.kind != "blocked" or operation_of(step) != "put" or not step.line:
        return False
    follows = next((other for other in story.steps[step.step :] if other.thread == step.thread), None)
    return follows is not None and follows.kind == "expiry" and (follows.file, follows.line) == (step.file, step.line)


def _told(story: Story, refused: list[Step]) -> Mistake:
    first = refused[0]
    calls = [call for step in refused if (call := story.call_of(step)) is not None]
    messages = joined(unique(shortened(printable(call.value), 60) for call in calls)) if len(calls) == len(refused) else ""
    name, at = printable(first.location), story.at(first)
    threads = joined(unique(step.thread for step in refused))
    what = f"{threads} put message{'s' if len(refused) > 1 else ''} {messages}" if messages else f"{threads} came to put something"
    handler = _handler_of(story, first)
    passed = f"; the `except` of {story.at_line(first.file, handler.lineno).removeprefix(' at ')} passed over that" if handler is not None else ""
    full = f"{name} was full and stayed so until its time was up" if first.kind == "blocked" else f"{name} was full"
    told = f"When {what}, {full}: the put{at} raised queue.Full and put nothing there{passed}."
    return Mistake((told,), _hint(story, first))


def _hint(story: Story, refused: Step) -> str:
    """What would keep the message: to wait for room. "" where the line does not show how it is put."""
    calls = story.code.calls(refused.file, refused.line, "put", "put_nowait")
    if not calls:
        return ""
    way = "put() for put_nowait()" if called(calls[0]) == "put_nowait" else "put() without block=False"
    if refused.kind == "blocked":
        way = "put() without a timeout"
    return f"{way} at {story.line(refused)} waits until there is room."


def _handler_of(story: Story, step: Step) -> ast.ExceptHandler | None:
    """The `except` that a queue.Full of the step comes to, in its own function."""
    for block in reversed(story.code.inside(step.file, step.line, ast.Try)):
        if block.body[0].lineno <= step.line <= (block.body[-1].end_lineno or block.body[-1].lineno):
            for handler in block.handlers:
                if handler.type is None or any(name in ast.unparse(handler.type) for name in ("Full", "Exception")):
                    return handler
    return None
