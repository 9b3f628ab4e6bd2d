"""Which moment saw, or wrote over, what another thread had done: the arrows of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from harness.model.trace import Step
from harness.report.story import CELL_READS, CELL_WRITES, ERASURES, SYNCHRONISATION, Place, place_of
from harness.report.words import printable, shortened

Relation = Literal["sees", "overwrites", "wakes"]


CELLS = CELL_READS | CELL_WRITES | ERASURES
RELEASES = frozenset({"release", "notify", "notify_all", "notify-all", "set", "set_result", "set_exception", "put"})


class Link(msgspec.Struct, frozen=True, array_like=True):
    """Moment `target` is the first of its thread to touch `place` after another thread's moment `origin` changed it.

    "sees": it reads what was written; "overwrites": it writes there without having read it since; "wakes": a lock that was released, a
    notification or a flag that it had waited for.
    """

    origin: int
    target: int
    relation: Relation
    place: str


def links_of(moments: Sequence[Step]) -> tuple[Link, ...]:
    """The links between moments of different threads, by their target; O(moments x threads)."""
    found: list[Link] = []
    written: dict[Place, dict[str, int]] = {}
    seen: dict[Place, dict[str, set[str]]] = {}
    released: dict[Place, int] = {}
    latest: dict[str, Step] = {}
    for number, step in enumerate(moments, 1):
        before, latest[step.thread] = latest.get(step.thread), step
        if not step.location:
            continue
        place, label = place_of(step), shortened(printable(step.location), 60)
        if step.kind in SYNCHRONISATION:
            last = released.get(place, 0)
            if step.kind in RELEASES:
                released[place] = number
            elif step.kind != "blocked" and last and moments[last - 1].thread != step.thread and before is not None and before.kind in ("blocked", "wait"):
                found.append(Link(last, number, "wakes", label))
            continue
        # Elements of a container share a place and are told apart by their labels; what changes the container as a whole ("") concerns them all.
        cell = step.location if step.kind in CELLS else ""
        changed = written.setdefault(place, {})
        last = max(changed.values(), default=0) if not cell else max(changed.get(cell, 0), changed.get("", 0))
        readers = seen.setdefault(place, {}).setdefault(cell, set())
        if last and moments[last - 1].thread != step.thread and step.thread not in readers:
            found.append(Link(last, number, "overwrites" if step.kind in CELL_WRITES | ERASURES else "sees", label))
        readers.add(step.thread)
        if step.is_write:
            changed[cell] = number
            for name, who in seen[place].items():
                if not cell or name in ("", cell):
                    who.clear()
                    who.add(step.thread)
    return tuple(found)
