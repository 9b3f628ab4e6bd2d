"""What the shared places hold from moment to moment, as far as the trace shows it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.model.trace import Step, Trace
from harness.report.page.lanes import moment_at
from harness.report.story import CELL_READS, CELL_WRITES, ERASURES, SYNCHRONISATION, place_of
from harness.report.words import printable, shortened

LONGEST_VALUE = 120
CELLS = CELL_READS | CELL_WRITES | ERASURES
NOT_VALUES = ("<Lock>", "<RLock>", "<Condition>", "<Semaphore>", "<BoundedSemaphore>", "<Event>", "<Barrier>")


class Change(msgspec.Struct, frozen=True, array_like=True):
    """At moment `at` (0: before the first) `place` holds `value` ("": from here on the trace does not show it); `thread` and `line` wrote it."""

    at: int
    place: str
    value: str
    thread: int
    line: int


def changes_of(trace: Trace, moments: Sequence[Step], index: dict[str, int]) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What the places that the moments touch held before, and every change of it.

    A container is seen under one name both where its variable is read and where its contents are; two places of one name are numbered.
    """
    touched = {place_of(step) for step in moments if step.location and step.kind not in SYNCHRONISATION}
    labels = {step.location for step in moments if place_of(step) in touched}
    numbers = [step.step for step in moments]
    names: dict[tuple[str, bool, int], str] = {}
    counts: dict[tuple[str, bool], int] = {}
    held: dict[str, tuple[str, int, int]] = {}
    before: dict[str, Change] = {}
    changes: list[Change] = []
    for step in trace.steps:
        if not step.location or step.kind in SYNCHRONISATION or (place_of(step) not in touched and step.location not in labels):
            continue
        if step.value in NOT_VALUES:
            continue
        name = _name(step, names, counts)
        if step.location.endswith("]") and step.kind in CELLS and step.is_write:
            is_gone = step.kind in ERASURES
            # What an element was deleted from is shown whole; of the element itself nothing is left.
            _note(held, before, changes, name.partition("[")[0], step.value if is_gone else "", step, numbers, index)
            if is_gone:
                _note(held, before, changes, name, "", step, numbers, index)
                continue
        if step.kind in CELLS and step.location.endswith("]") and not step.value and not step.is_write:
            continue
        _note(held, before, changes, name, step.value, step, numbers, index)
    return tuple(before.values()), tuple(changes)


def _name(step: Step, names: dict[tuple[str, bool, int], str], counts: dict[tuple[str, bool], int]) -> str:
    label, is_cell = step.location, step.kind in CELLS
    key = label, is_cell, step.location_id
    if key not in names:
        number = counts[label, is_cell] = counts.get((label, is_cell), 0) + 1
        said = shortened(printable(label), 60)
        names[key] = said if number == 1 else f"{said} ({number})"
    return names[key]


def _note(
    held: dict[str, tuple[str, int, int]],
    before: dict[str, Change],
    changes: list[Change],
    name: str,
    value: str,
    step: Step,
    numbers: Sequence[int],
    index: dict[str, int],
) -> None:
    shown = shortened(printable(value), LONGEST_VALUE)
    last = held.get(name)
    if (last is None and not shown) or (last is not None and not step.is_write and last[0] == shown) or (not shown and not step.is_write):
        return
    writer = (index.get(step.thread, -1), step.line) if step.is_write else (last[1:] if last is not None else (-1, 0))
    held[name] = (shown, *writer)
    if not numbers or step.step < numbers[0]:
        before[name] = Change(0, name, shown, *writer)
    else:
        changes.append(Change(moment_at(numbers, step.step), name, shown, *writer))
