"""How each thread stands from moment to moment: not started, running, ready, blocked or ended, and which locks it holds."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

import msgspec

from harness.model.trace import Step
from harness.report.story import Place, Story, place_of
from harness.report.words import printable, shortened

State = Literal["running", "ready", "blocked", "ended"]


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """From moment `since` on (until the thread's next one) the thread is in `state`; `why` says what a blocked one waits for."""

    since: int
    state: State
    why: str = ""


class Holding(msgspec.Struct, frozen=True, array_like=True):
    """From moment `since` to moment `until` (0: to the end) the thread holds a lock, taken at `line` (0: no line of the target)."""

    since: int
    until: int
    lock: str
    line: int


def standings_of(story: Story, numbers: Sequence[int], threads: Sequence[str]) -> tuple[tuple[Standing, ...], ...]:
    """How each of the threads stands; before its first standing it has not started. `numbers` are the steps of the moments.

    A step between two moments counts for the later one: what is shown at a moment is the state after it.
    """
    found: dict[str, list[Standing]] = {name: [] for name in threads}
    current = ""
    signals = story.signals()
    for step in story.steps:
        if step.thread not in found:
            continue
        moment = moment_at(numbers, step.step)
        if step.kind == "expiry":
            _stand(found[step.thread], Standing(moment, "ready"))
            continue
        if step.kind == "blocked":
            if current == step.thread:
                current = ""
            _stand(found[step.thread], Standing(moment, "blocked", _why(step, signals)))
            continue
        if current and current != step.thread and (before := found[current]) and before[-1].state == "running":
            _stand(before, Standing(moment, "ready"))
        _stand(found[step.thread], Standing(moment, "ended" if step.kind == "end" else "running"))
        current = "" if step.kind == "end" else step.thread
    for end in story.trace.ends:
        if end.state == "blocked" and end.name in found and (not found[end.name] or found[end.name][-1].state != "blocked"):
            _stand(found[end.name], Standing(max(len(numbers), 1), "blocked", shortened(printable(f"waits {end.waits_for}"), 160)))
    return tuple(tuple(found[name]) for name in threads)


def holdings_of(story: Story, numbers: Sequence[int], threads: Sequence[str]) -> tuple[tuple[Holding, ...], ...]:
    """The locks that each of the threads holds, in the order in which it took them; semaphores used as signals are nobody's."""
    signals = story.signals()
    found: dict[str, list[Holding]] = {name: [] for name in threads}
    open_ones: dict[tuple[str, Place], list[Step]] = {}
    for step in story.steps:
        place = place_of(step)
        if step.thread not in found or place in signals or not step.location:
            continue
        key = step.thread, place
        if step.kind in ("acquire", "try-acquire") and (step.kind == "acquire" or step.value in ("", "True")):
            open_ones.setdefault(key, []).append(step)
        elif step.kind == "release" and open_ones.get(key):
            taken = open_ones[key].pop()
            if not open_ones[key]:
                found[step.thread].append(_holding(taken, moment_at(numbers, taken.step), moment_at(numbers, step.step)))
    for (thread, _), steps in open_ones.items():
        if steps:
            found[thread].append(_holding(steps[0], moment_at(numbers, steps[0].step), 0))
    return tuple(tuple(sorted(found[name], key=lambda holding: holding.since)) for name in threads)


def _holding(taken: Step, since: int, until: int) -> Holding:
    return Holding(since, until, shortened(printable(taken.location), 60), taken.line)


def moment_at(numbers: Sequence[int], step: int) -> int:
    """The moment, counted from 1, that is the step or the next after it; the last where none follows."""
    return min(bisect_left(numbers, step) + 1, max(len(numbers), 1))


def _stand(standings: list[Standing], new: Standing) -> None:
    if standings and standings[-1].since == new.since:
        standings.pop()
    if not standings or (standings[-1].state, standings[-1].why) != (new.state, new.why):
        standings.append(new)


def _why(step: Step, signals: frozenset[Place]) -> str:
    said = printable(step.what)
    if place_of(step) in signals:
        said = said.partition(" (held by ")[0]
    return shortened(re.sub(r"^waits: ", "waits to ", re.sub(r"^waits: wait\b", "waits on", said)), 160)
