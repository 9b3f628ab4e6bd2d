"""The part of a trace that a reader needs, as rows that know nothing of their layout."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from harness.model.trace import Step, Switch, Trace
from harness.report.story import CELL_READS, CELL_WRITES, CONTAINERS, ERASURES, LOCKING, SYNCHRONISATION, Place, Story, came_to_nothing, mentions, place_of
from harness.report.words import count, joined, printable, shortened, unique

CALLS = {
    "put-begin": "put({}) begins",
    "put-return": "put({}) returns",
    "put-raise": "put({}) raises",
    "get-begin": "get() begins",
    "get-return": "get() returns {}",
    "get-raise": "get() raises",
}
ALWAYS = frozenset({*CALLS, *SYNCHRONISATION, "raise", "computed"})
"""Operations shown whether or not what they touch is shared: calls, synchronisation, exceptions, results computed to be kept."""
NEVER = frozenset({"lookup", "resumed", "print", "note"})
SWITCHES = {
    "preemption": "{leaver} is preempted: {runner} runs",
    "blocked": "{leaver} must wait: {runner} runs",
    "ended": "{leaver} has ended: {runner} runs",
    "expiry": "time jumps to the next deadline: {runner} runs",
    "yield": "{leaver} yields: {runner} runs",
    "round": "{leaver} has come round its loop: {runner} goes first",
    "fair": "{leaver} has done more than the others: {runner} runs",
}
SLEEPS = "{leaver} sleeps: {runner} runs"
AROUND = 3
BEFORE_FAILURE = 10
CHANGES_BEFORE_FAILURE = 2
"""By other threads, of what the step that raised was on."""
AT_THE_END = 12
AFTER_FAILURE = 4
"""Steps shown after the one with which what is wrong is complete."""
AT_THE_START = 3
SHORTEST_REPETITION = 12
MOST_SWITCHES = 6
"""Switches told between two rows."""
LONGEST_LOOP = 40
"""Steps of a block that is recognised when it comes again and again."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One source line at which a thread did what matters. `step` is the first of its steps, `times` how often the same came in a row."""

    thread: str
    step: int
    file: str
    line: int
    source: str
    effects: tuple[str, ...]
    is_failure: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """Control passes to another thread."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """Steps left out."""

    text: str


Row = StepRow | SwitchRow | GapRow


@dataclass(frozen=True, slots=True)
class View:
    """The rows of a trace, the threads that have a column, and how many of the trace's steps the rows stand for.

    `setting`: what the places that the rows touch held before a second thread ran. `complete`: the step with which what is wrong was complete, where the
    rows end soon after it; 0 where they go on to the execution's end.
    """

    threads: tuple[str, ...]
    rows: tuple[Row, ...]
    shown: int
    total: int
    files: tuple[str, ...]
    setting: tuple[str, ...] = ()
    complete: int = 0


def view_of(trace: Trace, message: str = "", limit: int = 60, until: int = 0) -> View:
    """The steps of the trace that matter, at most about `limit` of them; steps on a message that `message` names stay longest.

    With `until` the rows end soon after that step, where the execution's own end tells nothing more.
    """
    story = Story(trace)
    opening = story.opening()
    matter, repeats = without_loops(moments_of(story))
    ending = [step for step in matter if until and step.step > until][AFTER_FAILURE:]
    if len(ending) > AFTER_FAILURE:
        matter = matter[: len(matter) - len(ending)]
    else:
        ending = []
    chosen = matter if len(matter) <= limit else _most_telling(trace, matter, message, limit)
    numbers = {step.step for step in chosen}
    left_out = [step for step in matter if step.step not in numbers]
    rows = _rows(trace, chosen, left_out, repeats, story.signals())
    if ending:
        rows.append(GapRow("what is wrong is complete: the rest of the execution left out"))
    active = {row.thread for row in rows if isinstance(row, StepRow)}
    threads = tuple(name for name in unique([*trace.threads, *(step.thread for step in chosen)]) if name in active)
    files = unique(step.file for step in chosen if step.file and step.line)
    return View(threads, tuple(rows), len(chosen), len(trace.steps) + trace.dropped_steps, files, _setting(story, chosen, opening), until if ending else 0)


def moments_of(story: Story, also: Collection[str] = ()) -> list[Step]:
    """All steps of the trace that matter, in their order, before loops are folded and the most telling are chosen.

    Steps on places that are called as one in `also` matter too.
    """
    own = {end.name for end in story.trace.ends if end.role == "own"}
    live, opening = story.live_places() | story.passed_places(), story.opening()
    live |= {place_of(step) for step in story.steps if step.location in also} if also else set()
    known = _waits_told_before(story.steps)
    caught = _caught(story)
    return [
        step
        for step in story.steps
        if step.step not in known and (step.step in caught or _matters(step, own, live)) and _is_action(step, opening, story)
    ]


def _caught(story: Story) -> set[int]:
    """The numbers of the steps that came to nothing and after which their thread stood in an `except`: an exception was caught there."""
    latest: dict[str, Step] = {}
    found: set[int] = set()
    for step in story.steps:
        if not step.line:
            continue
        before = latest.get(step.thread)
        latest[step.thread] = step
        failed = before is not None and came_to_nothing(before) and before.file == step.file
        if failed and before is not None and story.code.handler_between(step.file, before.line, step.line) is not None:
            found.add(before.step)
    return found


def effect_of(step: Step, signals: frozenset[Place] = frozenset()) -> str:
    """What the step did, in words with its value; of what is in `signals` no holder is told."""
    if step.kind in CALLS:
        words = CALLS[step.kind]
        return words.format(_value(step)).replace("put() ", "put ").rstrip()
    said = printable(step.what) or step.kind
    value = _value(step)
    if step.kind == "blocked" and place_of(step) in signals:
        return said.partition(" (held by ")[0]
    if step.kind in CELL_READS and said.endswith(f" = {value}"):
        # "= 101" after a read would look like an assignment.
        return shortened(f"{said.removesuffix(f' = {value}')} -> {value}", 160)
    if passed := re.fullmatch(r"call (.+) passed to (\w+)", said):
        said = f"{passed[2]}({passed[1]})"
    if not value or said.endswith(value):
        return shortened(said, 160)
    if step.kind in CELL_WRITES and " = " in said:
        return shortened(said, 160)
    if not value.startswith(CONTAINERS):
        return shortened(f"{said} -> {value}", 160)
    return shortened(f"{said} ({'now' if step.is_write and step.kind not in CELL_WRITES else 'it is'} {value})", 160)


def _matters(step: Step, own: set[str], live: set[Place]) -> bool:
    if step.kind in NEVER:
        return False
    if step.kind in ("start", "end"):
        return step.thread in own
    if step.kind in SYNCHRONISATION and step.line == 0 and step.kind != "expiry" and not step.function:
        return False  # inside a pool or a queue: none of the target's own lines
    return step.kind in ALWAYS or (bool(step.location) and place_of(step) in live)


def _is_action(step: Step, opening: int, story: Story) -> bool:
    """Whether the step is more than setting up: what a scenario's main thread does to other threads counts from its first step on."""
    return step.step > opening or (step.kind in SYNCHRONISATION and story.end_of(step.thread) is not None)


def _waits_told_before(steps: Sequence[Step]) -> set[int]:
    """The numbers of the steps at which a thread that waits already finds its lock taken anew: the first of a wait says it, the last how it ended."""
    latest: dict[str, Step] = {}
    told: set[int] = set()
    again: dict[str, int] = {}
    for step in steps:
        if step.kind in NEVER:
            continue
        earlier = latest.get(step.thread)
        if step.kind == "blocked" and earlier is not None and _wait_of(earlier) == _wait_of(step):
            again[step.thread] = step.step
            told.add(step.step)
        else:
            again.pop(step.thread, None)
        latest[step.thread] = step
    return told - set(again.values())


def _wait_of(step: Step) -> tuple[str, Place, str, int, str]:
    """What a blocked step waits for, whoever has it."""
    return step.kind, place_of(step), step.file, step.line, step.what.partition(" (held by ")[0]


def _setting(story: Story, chosen: Sequence[Step], opening: int) -> tuple[str, ...]:
    touched = {place_of(step) for step in chosen if step.location}
    held: dict[tuple[Place, str], str] = {}
    for step in story.steps[:opening]:
        place = place_of(step)
        if not step.is_write or step.kind in SYNCHRONISATION or place not in touched:
            continue
        is_element = step.kind in CELL_WRITES and step.location.endswith("]")
        # Of a container either the whole is known or single elements: a change of the one makes what was known of the other old.
        old = [key for key in held if key[0] == place and (not is_element or key[1] == step.location or not key[1].endswith("]"))]
        name = step.location.partition("[")[0] if step.kind in ERASURES else step.location
        # What a variable was set to is the container whose contents change later, under the same name.
        old += [key for key in held if key[0] != place and key[1] == name and step.kind not in CELL_WRITES]
        for key in old:
            del held[key]
        if step.value:
            held[place, name] = _value(step)
    taken = [step.location for place, step in story.holders(opening).items() if place in touched and story.end_of(step.thread) is None]
    # where an object had not been put yet when it was set up, a row calls it by its place
    called = {place_of(step): step.location for step in reversed(chosen) if not step.location.endswith("]")}
    told = [(location if location.endswith("]") else called.get(place, location), value) for (place, location), value in held.items()]
    return (*unique(f"{location} = {value}" for location, value in told), *(f"{location} is taken" for location in taken))


def without_loops(steps: list[Step]) -> tuple[list[Step], dict[int, str]]:
    """The steps with every block that is repeated at once said only once, and the words that stand after it; O(steps x LONGEST_LOOP)."""
    signs = [(step.thread, step.kind, step.what, step.line, step.value) for step in steps]
    kept: list[Step] = []
    repeats: dict[int, str] = {}
    position = 0
    while position < len(steps):
        best, times = 0, 0
        for length in range(1, min(LONGEST_LOOP, (len(steps) - position) // 3) + 1):
            if signs[position] != signs[position + length]:
                continue
            end = position
            while end + length < len(steps) and signs[end] == signs[end + length]:
                end += 1
            rounds = (end - position) // length
            if rounds * length >= SHORTEST_REPETITION and rounds * length > best * times:
                best, times = length, rounds
        kept += steps[position : position + max(best, 1)]
        if best:
            repeats[kept[-1].step] = f"{'this step' if best == 1 else f'these {best} steps'} {count(times, 'time')} more"
            position += best * (times + 1)
        else:
            position += 1
    return kept, repeats


def _most_telling(trace: Trace, matter: list[Step], message: str, limit: int) -> list[Step]:
    """The first and last steps, what led to an exception, what stands around a switch that nobody asked for, and what concerns the messages named.

    What room is left goes to the steps nearest to those.
    """
    at = {step.step: position for position, step in enumerate(matter)}
    wanted = [*range(min(AT_THE_START, len(matter))), *range(max(0, len(matter) - AT_THE_END), len(matter))]
    for position, step in enumerate(matter):
        if step.kind == "raise":
            own = [earlier for earlier in range(position + 1) if matter[earlier].thread == step.thread]
            wanted += own[-BEFORE_FAILURE:]
            act = next((earlier for earlier in reversed(own) if matter[earlier].location and matter[earlier].line == step.line), 0)
            others = [earlier for earlier in range(act) if _changes(matter[earlier], matter[act]) and matter[earlier].thread != step.thread]
            wanted += others[-CHANGES_BEFORE_FAILURE:]
    moments = [switch.after_step for switch in trace.switches if switch.reason in ("preemption", "expiry")]
    moments += [step.step for step in matter if step.kind == "expiry"]
    numbers = [step.step for step in matter]
    for moment in moments:
        first = bisect_right(numbers, moment)
        wanted += range(max(0, first - AROUND), min(len(matter), first + AROUND))
    wanted += [at[step.step] for step in matter if step.value not in ("", "None", "True", "False") and mentions(message, step.value)]
    keep = set(list(dict.fromkeys(wanted))[:limit])
    distance = sorted((min(abs(position - kept) for kept in keep), position) for position in range(len(matter)) if position not in keep)
    keep.update(position for _, position in distance[: limit - len(keep)])
    # A row that says that one step is missing takes the room of the step.
    keep.update(position for position in range(1, len(matter) - 1) if position - 1 in keep and {position + 1, position + 2} & keep)
    return [matter[position] for position in sorted(keep)]


def _changes(step: Step, act: Step) -> bool:
    """Whether a step changes the contents or the variable that an act is on."""
    return step.is_write and bool(step.location) and step.kind not in SYNCHRONISATION and place_of(step) == place_of(act)


def _rows(trace: Trace, chosen: Sequence[Step], left_out: Sequence[Step], repeats: dict[int, str], signals: frozenset[Place]) -> list[Row]:
    rows: list[Row] = []
    previous: Step | None = None
    for step in chosen:
        since = previous.step if previous is not None else 0
        between = _between(trace.steps, trace.switches, [omitted for omitted in left_out if since < omitted.step < step.step], since, step)
        rows.extend(between)
        row = _step_row(trace, step, signals)
        if not between and rows:
            last = rows[-1]
            if previous is not None and isinstance(last, StepRow) and _is_same_line(previous, step):
                rows[-1] = replace(last, effects=(*last.effects, *row.effects), is_failure=last.is_failure or row.is_failure)
                previous = step
                if step.step in repeats:
                    rows.append(GapRow(repeats[step.step]))
                continue
        _append_or_repeat(rows, row)
        previous = step
        if step.step in repeats:
            rows.append(GapRow(repeats[step.step]))
    return [_without_repeats(row) if isinstance(row, StepRow) else row for row in rows]


def words_of(switch: Switch, steps: Sequence[Step]) -> str:
    """Why control passed to another thread, and to which; `steps` are all of the trace."""
    last = steps[switch.after_step - 1] if 0 < switch.after_step <= len(steps) else None
    sleeps = last is not None and switch.reason == "blocked" and (last.kind, last.thread) == ("sleep", switch.leaver)
    return (SLEEPS if sleeps else SWITCHES[switch.reason]).format(leaver=switch.leaver or "nobody", runner=switch.runner)


def _between(steps: Sequence[Step], switches: Sequence[Switch], left_out: Sequence[Step], since: int, step: Step) -> list[Row]:
    """What lies between the last row and `step`, in its order: steps that are left out, and switches without those to a thread that then did nothing
    shown; the one that leads to `step` always stays."""
    between = [switch for switch in switches if since <= switch.after_step < step.step and switch.leaver != switch.runner]
    told = [switch for switch in between if switch is between[-1] or switch.reason in ("preemption", "expiry")] if since > 0 else []
    skipped = range(1, len(told) - 1) if len(told) > MOST_SWITCHES else range(0)
    rows: list[Row] = []
    waiting = list(left_out)
    for position, switch in enumerate(told):
        if position in skipped:
            continue
        n_skipped = len(skipped) if position - 1 in skipped else 0
        rows += _gap([omitted for omitted in waiting if omitted.step <= switch.after_step], n_skipped)
        waiting = [omitted for omitted in waiting if omitted.step > switch.after_step]
        rows.append(SwitchRow(words_of(switch, steps), switch.reason))
    return rows + _gap(waiting, 0)


def _gap(steps: Sequence[Step], n_switches: int) -> list[Row]:
    """The row for steps and switches that are left out; none where there are none."""
    said = [f"{count(len(steps), 'step')} of {joined(unique(step.thread for step in steps))}"] if steps else []
    said += [count(n_switches, "switch", "switches")] if n_switches else []
    return [GapRow(f"{joined(said)} left out")] if said else []


def _step_row(trace: Trace, step: Step, signals: frozenset[Place]) -> StepRow:
    # Time passes for a thread that does not run: it stands where it waits, not on a line.
    is_call = step.kind in CALLS or step.kind == "expiry"
    effect = effect_of(step, signals) + (f" in {step.function}" if step.function and not step.line and step.kind in LOCKING else "")
    source = "" if is_call else printable(trace.source.get(step.file, {}).get(step.line, "").strip())
    is_failure = step.kind in ("raise", "put-raise", "get-raise")
    return StepRow(step.thread, step.step, step.file, 0 if is_call else step.line, source, (effect,), is_failure)


def _is_same_line(previous: Step, step: Step) -> bool:
    if step.line == 0 or {step.kind, previous.kind} & {*CALLS, "expiry"}:
        return False
    return (previous.thread, previous.file, previous.line) == (step.thread, step.file, step.line)


def _append_or_repeat(rows: list[Row], row: StepRow) -> None:
    last = rows[-1] if rows else None
    if isinstance(last, StepRow) and (last.thread, last.file, last.line, last.effects) == (row.thread, row.file, row.line, row.effects):
        rows[-1] = replace(last, times=last.times + 1)
    else:
        rows.append(row)


def _without_repeats(row: StepRow) -> StepRow:
    """A loop on one line gives the same effects many times: they are said once, with their number."""
    if len(row.effects) <= 3:
        return row
    times: dict[str, int] = {}
    for effect in row.effects:
        times[effect] = times.get(effect, 0) + 1
    if len(times) == len(row.effects):
        return row
    return replace(row, effects=tuple(effect if number == 1 else f"{effect}  ({number} times)" for effect, number in times.items()))


def _value(step: Step) -> str:
    return shortened(printable(step.value), 60)
