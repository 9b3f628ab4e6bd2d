"""What would rule a finding out: one or two suggestions, read off its trace and the source in it. None where nothing certain can be said."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from harness.model.finding import Finding
from harness.model.trace import Step, Trace
from harness.report import argue_assertion, argue_capacity, argue_delivery, argue_endings, argue_state
from harness.report.code import called
from harness.report.mistake import Mistake
from harness.report.mistakes_of_errors import unread_future
from harness.report.mistakes_of_gates import one_lock_from
from harness.report.mistakes_of_losses import mistake_of_loss
from harness.report.mistakes_of_state import checked_then_made, guarded_by_some, loops_with_a_lock, torn_update
from harness.report.mistakes_of_waits import ANY_CALLER, locks_left_behind, mistakes_of_waits, one_order
from harness.report.passage import mutexes_at
from harness.report.story import Story, place_of
from harness.report.words import joined, printable, unique

MOST_HINTS = 2
WAITING = frozenset({"get", "put", "wait", "join", "result", "acquire", "blocked", "sleep"})
"""Operations in which a thread may wait."""


def hints(finding: Finding, trace: Trace) -> tuple[str, ...]:
    """The suggestions for a finding of this trace, at most two."""
    story = Story(trace)
    if not story.steps or finding.kind not in _BY_KIND:
        return ()
    found = _BY_KIND[finding.kind](story, finding)
    return unique(mistake.hint for mistake in found if mistake is not None and mistake.hint)[:MOST_HINTS]


def _data_race(story: Story, finding: Finding) -> Sequence[Mistake | None]:
    steps = {step.step: step for step in story.steps}
    if len(finding.events) != 2 or not all(event.step in steps for event in finding.events):
        return []
    one, two = (steps[event.step] for event in finding.events)
    held = [unique(printable(taken.location) for taken in mutexes_at(story, step).values()) for step in (one, two)]
    lines = joined(unique(story.line(step) for step in (one, two)))
    if held[0] and held[1]:
        theirs = "another of that name" if held[0] == held[1] else joined(held[1])
        apart = f"{one.thread} held {joined(held[0])} at {story.line(one)}, {two.thread} {theirs} at {story.line(two)}: these do not keep each other out"
        loops = unique(line for step in (one, two) for line in loops_with_a_lock(story, step))
        waits = f" A loop must not keep that lock while it waits ({joined(loops)}): use a Condition on it and its wait()." if loops else ""
        return [Mistake((), f"{apart}, one and the same lock must be held at both.{waits}")]
    if (held[0] or held[1]) and story.line(one) == story.line(two):
        return [Mistake((), guarded_by_some(story, *((one, two) if held[0] else (two, one))))]
    if any(_keeps_waiting(story, step) for step in (one, two)):
        return [_polled(story, one, two)]  # whoever waits on that line must not hold a lock meanwhile
    if held[0] or held[1]:
        name = (held[0] or held[1])[0]
        return [Mistake((), f"Hold {name} at {story.line(two if held[0] else one)} too: it is held at the other line only.")]
    together = "steps that belong together (a look and what follows from it) need one hold of it"
    return [Mistake((), f"One lock that every thread holds at {lines} puts them in an order; {together}.")]


def _polled(story: Story, one: Step, two: Step) -> Mistake | None:
    """A loop that asks again and again for what the other thread changes, and holds no lock."""
    for look, change in ((one, two), (two, one)):
        loop = story.code.statement(look.file, look.line)
        if isinstance(loop, ast.While) and not look.is_write and change.is_write and not mutexes_at(story, look) and not mutexes_at(story, change):
            if {called(node) for node in ast.walk(loop) if isinstance(node, ast.Call)} & (WAITING - {"sleep"}):
                return None
            ask = f"the loop of {story.line(look)} stands under it too and waits by its wait()"
            return Mistake(
                (), f"Use a Condition in place of asking again and again: {story.line(change)} changes {printable(look.location)} under it and notifies, {ask}."
            )
    return None


def _keeps_waiting(story: Story, step: Step) -> bool:
    """Whether a thread may wait on the step's line: it is the test of a `while`, or something on it waits."""
    statement = story.code.statement(step.file, step.line)
    if isinstance(statement, ast.While):
        return True
    return any(other.kind in WAITING and other.file == step.file and other.line == step.line for other in story.steps)


def _lock_order(story: Story, finding: Finding) -> Sequence[Mistake | None]:
    steps = {step.step: step for step in story.steps}
    events = [steps[event.step] for event in finding.events if event.step in steps]
    by_thread: dict[str, list[Step]] = {}
    for step in events:
        by_thread.setdefault(step.thread, []).append(step)
    if any(len(pair) != 2 for pair in by_thread.values()) or len(by_thread) < 2:
        return []
    told = [f"{thread} takes {pair[0].location} ({story.line(pair[0])}), then {pair[1].location} ({story.line(pair[1])})" for thread, pair in by_thread.items()]
    if len({place_of(step) for step in events}) > len({step.location for step in events}):
        return [
            Mistake(
                (),
                f"{joined(told)}: {ANY_CALLER}",
            )
        ]
    return [Mistake((), one_order(told))]


def _crash(story: Story, finding: Finding) -> Sequence[Mistake | None]:
    if "AssertionError" in finding.message:
        return _assertion(story, finding)
    step = argue_state.raising_step(story, finding.message)
    unread = unread_future(story, step, finding.message) if step is not None else None
    return [argue_state.mistake_of_crash(story, finding.message), unread, *locks_left_behind(story)]


def _assertion(story: Story, finding: Finding) -> Sequence[Mistake | None]:
    step = argue_state.raising_step(story, finding.message)
    torn = torn_update(story) or (argue_assertion.mistake_of_assertion(story, step) if step is not None else None)
    if torn is not None:
        return [torn]
    news = argue_assertion.old_news(story, step)
    if news is not None:
        return [Mistake((), one_lock_from(story, news[0], news[2], news[1]))]
    made = checked_then_made(story) or argue_assertion.woke_too_late(story)
    made = made or (argue_assertion.last_resort(story, step) if step is not None else None)
    return [made or (argue_assertion.raised_elsewhere(story, step) if step is not None else None)]


_BY_KIND: dict[str, Callable[[Story, Finding], Sequence[Mistake | None]]] = {
    "crash": _crash,
    "assertion": _assertion,
    "loss": lambda story, finding: [mistake_of_loss(story, finding.message)],
    "duplication": lambda story, finding: [argue_delivery.mistake_of_duplication(story, finding.message)],
    "corruption": lambda story, finding: [argue_delivery.mistake_of_corruption(story, finding.message)],
    "reorder": lambda story, finding: [argue_delivery.mistake_of_reorder(story, finding.message)],
    "capacity": lambda story, finding: [argue_capacity.mistake_of_capacity(story, finding.message)],
    "deadlock": lambda story, finding: mistakes_of_waits(story),
    "livelock": lambda story, finding: argue_endings.mistakes_of_loops(story, finding.message),
    "data-race": _data_race,
    "lock-order": _lock_order,
}
