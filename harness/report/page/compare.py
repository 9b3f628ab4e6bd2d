"""The failing execution beside one that passes: the same for as long as possible, then the first difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from harness.model.trace import Step, Trace
from harness.report.story import SYNCHRONISATION, Story
from harness.report.view import effect_of, moments_of, words_of
from harness.report.words import count, printable

BEFORE = 3
"""Rows shown of what both did before they differ."""
AFTER = 4
"""Rows shown of the passing one after the failing one has come to its end."""
ALONE = 3
"""Rows shown at each end of a stretch in which one of them goes on alone."""
MOST_ROWS = 36


@dataclass(frozen=True, slots=True)
class Side:
    """A step of one of the two."""

    thread: str
    step: int
    line: int
    effect: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: the same step in both (`is_same`), or what each does instead; or a `gap`, where one of them goes on alone for long."""

    failing: Side | None
    passing: Side | None
    is_first_difference: bool = False
    is_same: bool = True
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows, how many moments were the same before them, the two choices in words, and how many rows were left out at the end."""

    rows: tuple[Pair, ...]
    same: int
    failing_choice: str
    passing_choice: str
    left_out: int


def compare(failing: Trace, passing: Trace) -> Comparison | None:
    """The two executions aligned; None if no step tells them apart."""
    # A place that is shared in one of the two only would be missing in the other.
    also = {step.location for trace in (failing, passing) for step in moments_of(Story(trace)) if step.location and step.kind not in SYNCHRONISATION}
    ours, theirs = moments_of(Story(failing), also), moments_of(Story(passing), also)
    mine, other = [_sign(step) for step in ours], [_sign(step) for step in theirs]
    same = next((number for number, (left, right) in enumerate(zip(mine, other, strict=False)) if left != right), min(len(mine), len(other)))
    if same == len(mine) == len(other):
        return None
    failing_side, passing_side = _sides(failing, ours), _sides(passing, theirs)
    first = max(0, same - BEFORE)
    rows = [Pair(left, right) for left, right in zip(failing_side[first:same], passing_side[first:same], strict=True)]
    opening = len(rows)
    # What follows is aligned by what is done, and not by the values, which the first difference changes.
    kinds, other_kinds = [_kind(step) for step in ours[same:]], [_kind(step) for step in theirs[same:]]
    for tag, a, b, c, d in SequenceMatcher(None, kinds[:MOST_ROWS], other_kinds[:MOST_ROWS], autojunk=False).get_opcodes():
        left, right = failing_side[same + a : same + b], passing_side[same + c : same + d]
        if tag == "equal":
            rows += [Pair(one, two) for one, two in zip(left, right, strict=True)]
        else:
            rows += [Pair(one, two, is_same=False) for one, two in zip_longest(left, right)]
    both = max((number for number, row in enumerate(rows, 1) if row.failing is not None), default=0)
    rows = rows[: max(both, opening) + AFTER]  # how the passing one goes on for long is not the point
    left_out = len(ours) + len(theirs) - 2 * first - sum((row.failing is not None) + (row.passing is not None) for row in rows)
    if opening < len(rows):
        rows[opening] = replace(rows[opening], is_first_difference=True)
    return Comparison(tuple(_folded(rows)), same, _choice(failing, ours, same), _choice(passing, theirs, same), left_out)


def _folded(rows: Sequence[Pair]) -> list[Pair]:
    """The rows with every long stretch in which one of the two goes on alone cut short."""
    found: list[Pair] = []
    position = 0
    while position < len(rows):
        side = "failing" if rows[position].passing is None else "passing" if rows[position].failing is None else ""
        end = position + 1
        while side and end < len(rows) and getattr(rows[end], side) is not None and (rows[end].passing is None or rows[end].failing is None):
            end += 1
        alone = rows[position:end]
        if len(alone) > 2 * ALONE + 1:
            alone = [*alone[:ALONE], Pair(None, None, gap=f"{count(len(alone) - 2 * ALONE, 'step')} of the {side} one left out"), *alone[-ALONE:]]
        found += alone
        position = end
    return found


def _sign(step: Step) -> tuple[str, str, str, int, str]:
    return step.thread, step.kind, step.what, step.line, step.value


def _kind(step: Step) -> tuple[str, str, str, int]:
    return step.thread, step.kind, step.location, step.line


def _sides(trace: Trace, steps: Sequence[Step]) -> list[Side]:
    signals = Story(trace).signals()
    return [Side(printable(step.thread), step.step, step.line, effect_of(step, signals)) for step in steps]


def _choice(trace: Trace, moments: Sequence[Step], same: int) -> str:
    """What was decided just before the first difference: the switch, or who went on."""
    if not same and moments:
        return f"{printable(moments[0].thread)} runs first"
    after = moments[same - 1].step if same else 0
    until = moments[same].step if same < len(moments) else (trace.steps[-1].step + 1 if trace.steps else 1)
    switches = [switch for switch in trace.switches if after <= switch.after_step < until and switch.leaver != switch.runner]
    if switches:
        telling = next((switch for switch in switches if switch.reason in ("preemption", "expiry")), switches[-1])
        return printable(words_of(telling, trace.steps))
    if same < len(moments):
        return f"{printable(moments[same].thread)} goes on"
    return "nothing more happens"
