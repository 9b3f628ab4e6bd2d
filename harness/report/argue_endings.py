"""Arguments about threads that never end: who waits for what, who could have woken them, and what keeps turning."""

from __future__ import annotations

from harness.model.trace import Step, ThreadEnd
from harness.report.story import Place, Story, place_of, said_value
from harness.report.words import count, joined, printable

WAKERS = {
    "acquire": ("release",),
    "wait": ("notify", "notify-all", "set", "release"),
    "get": ("put",),
    "put": ("get",),
}
SAID = {"release": "released", "notify": "notified", "notify-all": "notified", "set": "set", "put": "put into", "get": "took from"}
PROGRESS = frozenset({"put-return", "put-raise", "get-return", "get-raise", "end"})


def deadlock(story: Story, message: str) -> list[str]:
    """Per waiting thread what it waits for and since when its holder has it, then why nothing will change."""
    waiting = story.blocked()
    if not waiting:
        return []
    sentences = []
    for end in waiting[:3]:
        wait = _wait_step(story, end)
        sentences.append(_waits(story, end, wait))
        if wait is not None and not end.is_daemon:
            sentences += _missed_wake(story, end, wait)
    if len(waiting) > 3:
        sentences.append(f"{joined([end.name for end in waiting[3:]])} {'waits' if len(waiting) == 4 else 'wait'} too.")
    sentences.append(_why_for_ever(story, waiting))
    return sentences


def livelock(story: Story, message: str) -> list[str]:
    """What each turning thread reads again and again, and whether anything still writes it."""
    since = max((step.step for step in story.steps if step.kind in PROGRESS), default=0)
    tail = [step for step in story.steps if step.step > since]
    sentences = []
    for end in story.trace.ends:
        if end.state != "running" or end.is_daemon:
            continue
        seen: dict[tuple[Place, int], list[Step]] = {}
        for step in tail:
            if step.thread == end.name and step.location and not step.is_write and step.value:
                seen.setdefault((place_of(step), step.line), []).append(step)
        if not seen:
            continue
        reads = max(seen.values(), key=len)
        values = {step.value for step in reads}
        if len(reads) < 2:
            continue
        result = f"and got {said_value(reads[0])} every time" if len(values) == 1 else "with changing results"
        looked = f"{end.name} looked at {reads[0].location}{story.at(reads[0])} {count(len(reads), 'time')}"
        sentences.append(f"{looked} in the last {count(len(tail), 'step')}, {result}.")
        writers = {step.thread for step in tail if step.is_write and place_of(step) == place_of(reads[0])}
        if not writers:
            sentences.append(f"No thread wrote {reads[0].location} in that time.")
    return sentences


def leaked_thread(story: Story, message: str) -> list[str]:
    """How each thread left behind stood when all else had ended."""
    left = [end for end in story.trace.ends if end.role == "own" and end.state != "ended" and not end.is_daemon]
    return [_waits(story, end, None) if end.state == "blocked" else f"{end.name} was still running{story.at_line(end.file, end.line)}." for end in left[:3]]


def _waits(story: Story, end: ThreadEnd, wait: Step | None) -> str:
    what = printable(end.waits_for) or (wait.location if wait is not None else "") or "something that never comes"
    daemon = " (a daemon)" if end.is_daemon else ""
    sentence = f"{end.name}{daemon} waits{story.at_line(end.file, end.line)} for {what}"
    for other in story.trace.ends:
        if other.name == end.name:
            continue
        for held in other.holds:
            if wait is not None and held == wait.location:
                taken = _taken(story, other.name, held)
                if taken is not None:
                    return f"{sentence}; {other.name} took it{story.at(taken)} and has not released it."
    return f"{sentence}."


def _wait_step(story: Story, end: ThreadEnd) -> Step | None:
    """The last operation of the thread that can wait: what it is blocked in."""
    return next((step for step in reversed(story.steps) if step.thread == end.name and step.kind in WAKERS and step.location), None)


def _taken(story: Story, thread: str, label: str) -> Step | None:
    """Where the thread took the lock that it still holds."""
    for step in reversed(story.steps):
        if step.thread == thread and step.location == label and step.kind in ("acquire", "try-acquire", "release"):
            return step if step.kind != "release" else None
    return None


def _missed_wake(story: Story, end: ThreadEnd, wait: Step) -> list[str]:
    if any(held == wait.location for other in story.trace.ends for held in other.holds):
        return []
    wakes = [step for step in story.touching(place_of(wait)) if step.kind in WAKERS[wait.kind] and step.thread != end.name]
    if not wakes:
        what = joined([SAID[kind] for kind in _fitting(wait)], "or")
        return [f"No other thread has {what} {wait.location} in this execution."]
    last = wakes[-1]
    if last.step < wait.step and wait.kind == "wait":
        return [f"{last.thread} {SAID[last.kind]} it{story.at(last)} before {end.name} began to wait, and nobody does so again."]
    return []


def _fitting(wait: Step) -> tuple[str, ...]:
    if wait.kind != "wait":
        return WAKERS[wait.kind]
    return ("notify",) if "ondition" in wait.location or "notif" in wait.what else ("set", "notify")


def _why_for_ever(story: Story, waiting: list[ThreadEnd]) -> str:
    names = {end.name for end in waiting}
    held_by = {held: end.name for end in waiting for held in end.holds}
    wants = {end.name: held_by.get(wait.location) for end in waiting if (wait := _wait_step(story, end)) is not None}
    circle = [name for name in names if wants.get(name) in names and wants.get(name) != name]
    if len(circle) == len(names) == 2:
        return "Each waits for what the other holds, so neither can go on."
    if any(wants.get(name) == name for name in names):
        return "A thread that waits for what it holds itself can never go on."
    gone = [end.name for end in story.trace.ends if end.state == "ended"]
    if len(names) == 1 and gone:
        return f"{joined(gone)} {'has' if len(gone) == 1 else 'have'} ended, so nothing is left that could wake {waiting[0].name}."
    return "Every thread that could change this waits itself or has ended."
