"""How the search went, as a picture: whose turn it was, how many classes had been seen by when, and what may be left. No script draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from harness.model.result import Result
from harness.model.turn import Turn
from harness.model.unseen import Unseen, told
from harness.report.words import count, printable

# One drawing for every width: as wide as a phone, and at most half as large again.
WIDTH = 360.0
LEFT, RIGHT = 42.0, 352.0
TOP, BOTTOM = 34.0, 160.0
BELOW = 32.0
CHARACTER = 5.5
FEWEST, FEWEST_ALONE = 10, 100
"""Executions; of fewer there is nothing to draw. The greater number holds where one turn is all that there is, and it did not come to an end."""
NARROWEST_BAND = 3.0
NEAR = 18.0
"""Failing executions nearer to each other than this, and what the label takes, share a mark."""

NAMES: dict[str, tuple[str, ...]] = {
    "dpor": ("exhaustive search", "exhaustive", "search"),
    "sample": ("random sample", "sample"),
    "portfolio": ("other strategies", "others"),
    "meet": ("aimed at lock orders", "lock orders", "aimed"),
}
"""What a strategy's turn is called, the longest first, of which that is taken which fits; others are called by their names."""

Point = tuple[float, float]
"""Of a curve: how many executions, how many classes."""
To = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Part:
    """One turn on the axis; `label` is as much of its name as fits, `words` all that is to be said of it."""

    x: float
    width: float
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text in the drawing; `anchor` as SVG has it."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class SearchPicture:
    """The search in one mode. Of the curves `search` is drawn through, `rests` dotted where others have their turns, and `sample` dashed; `band` is
    where as many walks again could lead at most, `mean` about where they would. `end` is where every class had been seen; () if that did not
    come. `found` are the failing executions, by their numbers or names. `bottom` is where the axis lies; without curves it is near the top.
    `words` says it to who cannot see it, `estimate` what may be left.
    """

    mode: str
    parts: tuple[Part, ...]
    across: tuple[Label, ...]
    upward: tuple[Label, ...]
    search: str
    rests: str
    sample: str
    band: str
    mean: str
    end: tuple[float, ...]
    labels: tuple[Label, ...]
    found: tuple[Label, ...]
    bottom: float
    words: str
    estimate: str


def search_pictures(result: Result, failing: Sequence[tuple[str, int, str]]) -> tuple[SearchPicture, ...]:
    """A picture for each mode of which there is something to draw; `failing` are the failing executions, as mode, number and what they are called."""
    if result.verdict == "error":
        return ()
    found = []
    for mode, group in groupby(result.turns, lambda turn: turn.mode):
        turns = tuple(group)
        marks = [(number, text) for of_mode, number, text in failing if of_mode == mode and number]
        if _is_worth_it(turns):
            found.append(_picture(mode, turns, marks))
    return tuple(found)


def why_none(result: Result) -> str:
    """Why nothing is drawn of a search, in a sentence; "" where that needs no word."""
    if result.verdict == "error" or not result.executions:
        return ""
    if result.engine != "explore":
        return "executions on real threads are not told apart into classes, so there is no curve to draw"
    if result.turns and not any(map(_has_something, result.turns)):
        return f"strategy {result.strategy} does not tell classes of executions apart, so there is no curve to draw"
    seen = [turn.seen[-1][1] for turn in result.turns if turn.seen]
    return f"the exhaustive search had seen {count(seen[-1], 'class', 'classes')} when it ended, which is too little to draw" if seen else ""


def _has_something(turn: Turn) -> bool:
    return bool(turn.seen) or turn.bound is not None


def _is_worth_it(turns: Sequence[Turn]) -> bool:
    """Whether there is more than one stretch to show, or an end, or a long way."""
    is_short = len(turns) == 1 and not turns[0].is_complete
    return turns[-1].until >= (FEWEST_ALONE if is_short else FEWEST) and any(map(_has_something, turns))


def _picture(mode: str, turns: Sequence[Turn], failing: Sequence[tuple[int, str]]) -> SearchPicture:
    executions = turns[-1].until
    searched = [turn for turn in turns if turn.strategy == "dpor" and turn.seen]
    sampled = next((turn for turn in turns if turn.strategy == "sample" and turn.seen), None)
    band = () if sampled is None or sampled.unseen is None else _band(sampled, sampled.unseen, executions)
    curves: list[Sequence[Point]] = [*(turn.seen for turn in searched), *([sampled.seen] if sampled is not None else []), band]
    most = max((classes for curve in curves for _, classes in curve), default=0)
    bottom = BOTTOM if most else TOP

    def x(execution: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * execution / executions, 1)

    def y(classes: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * classes / (most * 1.1), 1)

    def path(*of: Sequence[Point]) -> str:
        return "".join(f"M{'L'.join(f'{x(execution):g} {y(classes):g}' for execution, classes in curve)}" for curve in of)

    rests: list[Sequence[Point]] = [(one.seen[-1], two.seen[0]) for one, two in pairwise(searched)]
    end: tuple[float, ...] = ()
    labels = []
    if searched:
        last = searched[-1].seen[-1]
        if searched[-1].is_complete:
            rests.append((last, (executions, last[1])))
            end = x(last[0]), y(last[1])
        labels.append(_at(x(last[0]), y(last[1]) - 4, _whole(last[1]) if end else f"{last[1]:,}"))
    if sampled is not None:
        labels.append(_at(x(sampled.seen[-1][0]), y(sampled.seen[-1][1]) - 4, f"{sampled.seen[-1][1]:,}"))
    parts = _parts(turns, x)
    return SearchPicture(
        mode=printable(mode),
        parts=parts,
        across=_across(executions, x, bottom + 12),
        upward=tuple(Label(LEFT - 4, y(number), f"{number:,}", "end") for number in [0, *_round_numbers(most)]) if most else (),
        search=path(*(turn.seen for turn in searched)),
        rests=path(*rests),
        sample="" if sampled is None else path(sampled.seen),
        band=f"{path(band)}Z" if band else "",
        mean=path((band[0], (band[1][0], band[0][1] + (band[1][0] - band[0][0]) * sampled.unseen.probability))) if band and sampled and sampled.unseen else "",
        end=end,
        labels=tuple(labels),
        found=_found(failing, x),
        bottom=bottom,
        words=_words(parts, executions, failing, bool(most)),
        estimate=_estimate(turns, executions),
    )


def _whole(classes: int) -> str:
    return "the only class" if classes == 1 else f"all {classes:,} classes"


def _band(sampled: Turn, unseen: Unseen, executions: int) -> tuple[Point, ...]:
    """A wedge from the sample's end: as many walks again bring nothing new at least, and at most a new class each with the greatest probability."""
    start, (end, classes) = sampled.seen[0][0], sampled.seen[-1]
    walks = min(end - start, executions - end)
    if walks * (RIGHT - LEFT) / executions < NARROWEST_BAND:
        return ()
    return (end, classes), (end + walks, classes + walks * unseen.at_most), (end + walks, classes)


def _at(x: float, y: float, text: str) -> Label:
    """A text beside a place, on the side where there is more room."""
    return Label(x - 4, y, text, "end") if x > (LEFT + RIGHT) / 2 else Label(x + 4, y, text, "start")


def _parts(turns: Sequence[Turn], x: To) -> tuple[Part, ...]:
    parts = []
    begun = 0
    for number, turn in enumerate(turns, 1):
        width = round(x(turn.until) - x(begun), 1)
        labels = [f"{number}. {name}" for name in _names(turn)] + [str(number)]
        label = next((label for label in labels if len(label) * CHARACTER + 4 <= width), "")
        parts.append(Part(x(begun), width, label, _told_of(turn, begun)))
        begun = turn.until
    return tuple(parts)


def _names(turn: Turn) -> tuple[str, ...]:
    if turn.bound is not None:
        return (count(turn.bound, "preemption") if turn.bound else "no preemption",)
    return NAMES.get(turn.strategy, (printable(turn.strategy),))


def _told_of(turn: Turn, begun: int) -> str:
    """A turn as a line of a list: what it was, its executions, what it came to."""
    executions = f"execution {turn.until:,}" if turn.until == begun + 1 else f"executions {begun + 1:,} to {turn.until:,}"
    said = f"{'schedules with ' if turn.bound is not None else ''}{_names(turn)[0]}, {executions}"
    if turn.strategy == "sample" and turn.seen:
        return f"{said}: {count(turn.seen[-1][1], 'class', 'classes')} in {count(turn.seen[-1][0] - turn.seen[0][0], 'random walk')}"
    if not turn.seen:
        return f"{said}: every schedule, and none is left" if turn.is_complete else said
    seen = f"{said}: {count(turn.seen[-1][1], 'class', 'classes')} seen"
    if any(two[1] < one[1] or (two[1] == one[1] == 0) for one, two in pairwise(turn.seen)):
        seen += ", counted anew after a place turned out to be written"
    return f"{seen}, and none is left" if turn.is_complete else seen


def _across(executions: int, x: To, y: float) -> tuple[Label, ...]:
    """The numbers under the axis: the first, round ones, and the last."""
    total = f"{executions:,} executions"
    room = x(executions) - len(total) * CHARACTER
    between = [Label(x(number), y, f"{number:,}") for number in _round_numbers(executions)]
    return Label(LEFT, y, "0"), *(label for label in between if label.x + len(label.text) * CHARACTER / 2 + 8 < room), Label(RIGHT, y, total, "end")


def _round_numbers(most: float) -> list[int]:
    """One, two, five times a power of ten and its multiples, four at most, none greater than `most`."""
    step = 1
    while most / step > 4:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return list(range(step, int(most) + 1, step))


def _found(failing: Sequence[tuple[int, str]], x: To) -> tuple[Label, ...]:
    groups: list[tuple[float, list[str]]] = []
    for number, text in sorted(failing):
        place = x(number)
        # Between two marks stand the label of the first, if it is on the right of it, and that of the second, if it is on the left.
        before, texts = groups[-1] if groups else (0.0, [])
        between = (len(", ".join(texts)) if _at(before, 0, "").anchor == "start" else 0) + (len(text) if _at(place, 0, "").anchor == "end" else 0)
        if groups and place - before < NEAR + CHARACTER * 1.2 * between:
            texts.append(text)
        else:
            groups.append((place, [text]))
    marks = [(place, _at(place, TOP - 5, ", ".join(sorted(texts)))) for place, texts in groups]
    return tuple(Label(place, label.y, label.text, label.anchor) for place, label in marks)


def _words(parts: Sequence[Part], executions: int, failing: Sequence[tuple[int, str]], is_curve: bool) -> str:
    what = "Classes of equivalent executions that had been seen" if is_curve else "Whose turn it was"
    said = f"{what}, over {count(executions, 'execution')}, from left to right: " + "; ".join(f"{number}. {part.words}" for number, part in enumerate(parts, 1))
    return said + "".join(f". Failing: {text}, execution {number:,}" for number, text in failing) + "."


def _estimate(turns: Sequence[Turn], executions: int) -> str:
    """What is left, in words."""
    whole = next((turn for turn in turns if turn.is_complete), None)
    if whole is not None:
        ended, every = ("the curve ends", "class") if whole.seen else ("the search ended", "schedule")
        said = f"Nothing: {ended} at execution {whole.until:,}, where every {every} had been seen."
        probes = executions - whole.until
        return f"{said} The {count(probes, 'execution')} after that, by other strategies, only probe it." if probes else said
    unseen = next((turn.unseen for turn in turns if turn.unseen is not None), None)
    if unseen is not None:
        said = told(unseen)
        return f"{said[0].upper()}{said[1:]}. There are {count(unseen.classes_at_least, 'class', 'classes')} or more (Chao)."
    return "Not estimated: no sample of random walks was drawn." if any(turn.strategy == "dpor" for turn in turns) else ""
