"""What the page's player steps through: one execution as moments, with the state of every thread and of what they share at each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from harness.model.trace import Step, Trace
from harness.report.page.lanes import Holding, Standing, holdings_of, moment_at, standings_of
from harness.report.page.links import Link, links_of
from harness.report.page.source import Tokens, highlighted
from harness.report.page.values import Change, changes_of
from harness.report.story import SYNCHRONISATION, Story
from harness.report.view import CALLS, effect_of, moments_of, without_loops, words_of
from harness.report.words import printable, shortened, unique

OUTPUT_KEPT = 400
"""Lines of printed text that the page holds; the last ones."""
LONGEST_LINE = 400


class Moment(msgspec.Struct, frozen=True, array_like=True):
    """One step that the player stops at; `thread` and `file` are indexes (-1: none), `line` 0 where it stands on no line of the target.

    `mark` says what kind of thing it is in the picture: "write", "read", "raise", "call" (a put or get begins or ends) or "sync".
    """

    step: int
    thread: int
    file: int
    line: int
    mark: str
    effect: str


class Passing(msgspec.Struct, frozen=True, array_like=True):
    """Control passed to `runner` after moment `after` (counted from 1, 0: before the first)."""

    after: int
    leaver: int
    runner: int
    reason: str
    text: str


class Said(msgspec.Struct, frozen=True, array_like=True):
    """A line of printed text, and the number of moments that had passed."""

    after: int
    thread: int
    text: str


class Logged(msgspec.Struct, frozen=True, array_like=True):
    """A put (`is_put`) or get that returned in moment `at`."""

    at: int
    is_put: bool
    thread: int
    value: str


class Playback(msgspec.Struct, frozen=True):
    """An execution ready to be stepped through. Moments count from 1 wherever one is referred to; everything is in their order.

    `before` holds what stood in the shared places before the first moment; `source` the highlighted lines of each file by number. `complete` is the moment
    with which what is wrong was complete, where much follows it (0: not known, or near the end).
    """

    threads: tuple[str, ...]
    files: tuple[str, ...]
    moments: tuple[Moment, ...]
    switches: tuple[Passing, ...]
    standings: tuple[tuple[Standing, ...], ...]
    holdings: tuple[tuple[Holding, ...], ...]
    links: tuple[Link, ...]
    before: tuple[Change, ...]
    changes: tuple[Change, ...]
    logged: tuple[Logged, ...]
    output: tuple[Said, ...]
    source: dict[int, dict[int, Tokens]]
    complete: int = 0


def playback_of(trace: Trace, complete: int = 0) -> Playback:
    """The execution as the player needs it; O(steps). A block of steps that comes again and again is stopped at once only. `complete` is the step with
    which what is wrong was complete."""
    story = Story(trace)
    moments, repeats = without_loops(moments_of(story))
    threads = unique([*trace.threads, *(step.thread for step in moments)])
    active = {step.thread for step in moments} | {end.name for end in trace.ends if end.state != "ended"}
    threads = tuple(name for name in threads if name in active)
    index = {name: number for number, name in enumerate(threads)}
    files = unique(step.file for step in moments if step.file and step.line)
    numbers = [step.step for step in moments]
    signals = story.signals()
    before, changes = changes_of(trace, moments, index)
    return Playback(
        threads=tuple(printable(name) for name in threads),
        files=tuple(printable(name) for name in files),
        moments=tuple(
            Moment(
                step.step,
                index[step.thread],
                files.index(step.file) if step.line and step.file else -1,
                step.line,
                mark_of(step),
                effect_of(step, signals) + (f" (then {repeats[step.step]})" if step.step in repeats else ""),
            )
            for step in moments
        ),
        switches=_switches(trace, numbers, index),
        standings=standings_of(story, numbers, threads),
        holdings=holdings_of(story, numbers, threads),
        links=links_of(moments),
        before=before,
        changes=changes,
        logged=_logged(story, numbers, index),
        output=_output(trace, numbers, index),
        source={number: highlighted(trace.source.get(file, {}), _lines_near(moments, file)) for number, file in enumerate(files)},
        complete=passed(numbers, complete) if complete else 0,
    )


def mark_of(step: Step) -> str:
    """What kind of thing the step is in the picture."""
    if step.kind in ("raise", "put-raise", "get-raise"):
        return "raise"
    if step.kind in CALLS:
        return "call"
    if step.kind in SYNCHRONISATION or not step.location:
        return "sync"
    return "write" if step.is_write else "read"


def passed(numbers: Sequence[int], step: int) -> int:
    """How many moments had passed when the execution's step `step` had been taken; O(log moments)."""
    return bisect_right(numbers, step)


def _switches(trace: Trace, numbers: Sequence[int], index: dict[str, int]) -> tuple[Passing, ...]:
    found: list[Passing] = []
    for switch in trace.switches:
        after = passed(numbers, switch.after_step)
        if switch.runner not in index or switch.leaver == switch.runner or (switch.leaver not in index and not after):
            continue
        text = printable(words_of(switch, trace.steps))
        passing = Passing(after, index.get(switch.leaver, -1), index[switch.runner], switch.reason, text)
        if found and found[-1].after == passing.after and found[-1].reason not in ("preemption", "expiry"):
            found.pop()  # between two moments only the last switch shows, but for those that somebody asked for
        found.append(passing)
    return tuple(found)


def _logged(story: Story, numbers: Sequence[int], index: dict[str, int]) -> tuple[Logged, ...]:
    return tuple(
        Logged(moment_at(numbers, step.step), step.kind == "put-return", index[step.thread], shortened(printable(step.value), 60))
        for step in story.steps
        if step.kind in ("put-return", "get-return") and step.thread in index
    )


def _output(trace: Trace, numbers: Sequence[int], index: dict[str, int]) -> tuple[Said, ...]:
    lines = [
        Said(passed(numbers, output.step), index.get(output.thread, -1), shortened(printable(text.expandtabs()), LONGEST_LINE))
        for output in trace.output
        for text in output.text.splitlines()
        if text.strip()
    ]
    return tuple(lines[-OUTPUT_KEPT:])


def _lines_near(moments: Sequence[Step], file: str) -> set[int]:
    """The lines that the player shows: those that were executed and what stands around them."""
    return {line + offset for line in {step.line for step in moments if step.file == file and step.line} for offset in range(-6, 7)}
