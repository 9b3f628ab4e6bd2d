"""The step table: the rows of the view with the state of every thread's lane, readable without a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from harness.report.page.playback import Playback
from harness.report.page.source import Tokens, highlighted
from harness.report.view import GapRow, StepRow, SwitchRow, View
from harness.report.words import file_name, printable


@dataclass(frozen=True, slots=True)
class Cell:
    """One row: a step in `lane`, or (`lane` -1) a note over the whole width. `moment` is the first moment that it stands for.

    `lanes` is the state of each thread at that moment, `role` "step", "failure", "gap" or the reason of a switch.
    """

    moment: int
    role: str
    lane: int = -1
    step: int = 0
    place: str = ""
    source: Tokens = ()
    effects: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()


def cells_of(view: View, playback: Playback, moment_of: Callable[[int], int]) -> tuple[Cell, ...]:
    """The view's rows for the page; `moment_of` gives the moment of a step's number."""
    index = {name: number for number, name in enumerate(playback.threads)}
    starts = [moment_of(row.step) for row in view.rows if isinstance(row, StepRow)] + [len(playback.moments) + 1]
    links: dict[int, list[str]] = {}
    said = {"sees": "sees", "overwrites": "writes over", "wakes": "after"}
    for link in playback.links:
        origin = playback.moments[link.origin - 1]
        links.setdefault(link.target, []).append(f"{said[link.relation]} {playback.threads[origin.thread]}'s step {origin.step}")
    cells: list[Cell] = []
    position = 0
    for row in view.rows:
        match row:
            case StepRow():
                moment = starts[position]
                position += 1
                linked = [text for number in range(moment, min(starts[position], moment + 60)) for text in links.get(number, ())]
                place = "" if not row.line else str(row.line) if len(view.files) <= 1 else f"{printable(file_name(row.file))}:{row.line}"
                times = (f"({row.times} times)",) if row.times > 1 else ()
                source = highlighted({1: row.source}, {1}).get(1, ()) if row.source else ()
                lane = index.get(printable(row.thread), -1)
                effects = (*row.effects, *times, *(f"\N{LEFTWARDS ARROW} {text}" for text in dict.fromkeys(linked)))
                role = "failure" if row.is_failure else "step"
                cells.append(Cell(moment, role, lane, row.step, place, source, effects, _lanes(playback, moment)))
            case SwitchRow():
                cells.append(Cell(starts[position], row.reason, effects=(row.text,)))
            case GapRow():
                before = starts[position - 1] + 1 if position else 1
                cells.append(Cell(min(before, starts[position]), "gap", effects=(row.text,)))
            case _:
                assert_never(row)
    return tuple(cells)


def _lanes(playback: Playback, moment: int) -> tuple[str, ...]:
    """The state of each thread at a moment, "none" before its start."""
    return tuple(next((standing.state for standing in reversed(standings) if standing.since <= moment), "none") for standings in playback.standings)
