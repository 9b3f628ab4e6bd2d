"""The failing execution beside one that passes: the same for as long as possible, then the first difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from harness.model.trace import Step, Trace
from harness.report.story import Story
from harness.report.view import SWITCHES, effect_of, moments_of
from harness.report.words import printable

BEFORE = 3
"""Rows shown of what both did before they differ."""
MOST_ROWS = 45


@dataclass(frozen=True, slots=True)
class Side:
    """A step of one of the two."""

    thread: str
    step: int
    line: int
    effect: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: the same step in both, or a step of one only."""

    failing: Side | None
    passing: Side | None
    is_first_difference: bool = False


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
    ours, theirs = _moments(failing, passing), _moments(passing, failing)
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
            rows += [Pair(one, None) for one in left] + [Pair(None, two) for two in right]
    left_out = len(kinds) - len(kinds[:MOST_ROWS]) + len(other_kinds) - len(other_kinds[:MOST_ROWS])
    if opening < len(rows):
        rows[opening] = Pair(rows[opening].failing, rows[opening].passing, True)
    return Comparison(tuple(rows), same, _choice(failing, ours, same), _choice(passing, theirs, same), left_out)


def _moments(trace: Trace, other: Trace) -> list[Step]:
    """The moments of the trace, with those that matter in the other one only: else a place that is shared there would be missing here."""
    also = {step.location for step in moments_of(Story(other)) if step.location}
    return moments_of(Story(trace), also)


def _sign(step: Step) -> tuple[str, str, str, int, str]:
    return step.thread, step.kind, step.what, step.line, step.value


def _kind(step: Step) -> tuple[str, str, str, int]:
    return step.thread, step.kind, step.location, step.line


def _sides(trace: Trace, steps: Sequence[Step]) -> list[Side]:
    signals = Story(trace).signals()
    return [Side(printable(step.thread), step.step, step.line, effect_of(step, signals)) for step in steps]


def _choice(trace: Trace, moments: Sequence[Step], same: int) -> str:
    """What was decided just before the first difference: the switch, or who went on."""
    after = moments[same - 1].step if same else 0
    until = moments[same].step if same < len(moments) else (trace.steps[-1].step + 1 if trace.steps else 1)
    switches = [switch for switch in trace.switches if after <= switch.after_step < until and switch.leaver != switch.runner]
    if switches:
        telling = next((switch for switch in switches if switch.reason in ("preemption", "expiry")), switches[-1])
        return printable(SWITCHES[telling.reason].format(leaver=telling.leaver or "nobody", runner=telling.runner))
    if same < len(moments):
        return f"{printable(moments[same].thread)} goes on"
    return "nothing more happens"
