"""The timeline's geometry: a lane per thread from left to right, drawn by the template as it is given here, so that it needs no script."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from harness.report.page.lanes import Standing
from harness.report.page.playback import Playback
from harness.report.words import count, joined, shortened

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

LEFT = 14.0
LANE = 74.0
TOP = 20.0
BAR = 42.0
"""The bar that shows the state lies this far below the lane's top."""
WIDEST, NARROWEST = 62.0, 9.0
MOST_DETAILED = 900
"""Up to so many moments each has a mark and room of its own; more are drawn in a fixed width, states and switches only."""
WHOLE_WIDTH = 5400.0
MOST_CELLS = 1350
MOST_ARROWS = 48
MOST_SWITCHES = 400
CLOSEST, CLOSEST_WHEN_LONG = 2.5, 14.0
"""Two switches nearer than this would be one blot: the second is left out."""
COMPLETE = "complete"
CHARACTER, SMALL_CHARACTER, BOLD_CHARACTER = 6.1, 5.3, 7.5


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of a lane; `text` is what fits into it, `title` all of it."""

    x: float
    y: float
    width: float
    role: str
    text: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment on a lane."""

    x: float
    y: float
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one thread's moment to another's, as an SVG path; `role` as in `Link.relation`."""

    path: str
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Control passing from lane to lane, or the line at which what is wrong is complete."""

    x: float
    top: float
    bottom: float
    role: str
    title: str
    sign: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One thread's part of the picture."""

    name: str
    y: float
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    end: str

    def of_role(self, *roles: str) -> list[Box]:
        """Its boxes of these roles."""
        return [box for box in self.boxes if box.role in roles]

    @property
    def stretches(self) -> list[tuple[str, str]]:
        """All that it runs and all that it could run, as one SVG path each: there may be hundreds of them, and none says more than that."""
        paths = ((role, "".join(f"M{box.x:g} {box.y + 4:g}h{box.width:g}" for box in self.of_role(role))) for role in ("running", "ready"))
        return [(role, path) for role, path in paths if path]

    @property
    def waits(self) -> list[tuple[str, str]]:
        """What it waits for, and all stretches in which it does, as a path."""
        waits = grouped(self.of_role("blocked"), lambda box: box.title)
        return [(title, "".join(f"M{box.x:g} {box.y:g}h{box.width:g}v8h-{box.width:g}z" for box in boxes)) for title, boxes in waits]

    @property
    def locks(self) -> list[tuple[str, str, list[Box]]]:
        """A lock that it holds, all stretches in which it does, as a path, and those with room for a text."""
        locks = grouped(self.of_role("lock"), lambda box: box.title)
        return [(title, "".join(f"M{box.x:g} {box.y:g}h{box.width:g}" for box in boxes), [box for box in boxes if box.text]) for title, boxes in locks]

    @property
    def marked(self) -> list[tuple[str, list[tuple[str, list[Mark]]]]]:
        """The marks by their roles, and of each role by their titles: a loop does the same thing hundreds of times."""
        return [(role, grouped(marks, lambda mark: mark.title)) for role, marks in grouped(self.marks, lambda mark: mark.role)]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to draw; `pitch` is the room of one moment, `left` where the first begins. `words` says it to who cannot see it."""

    width: float
    height: float
    left: float
    pitch: float
    lanes: tuple[Lane, ...]
    crossings: tuple[Crossing, ...]
    arrows: tuple[Arrow, ...]
    words: str

    @property
    def crossed(self) -> list[tuple[str, str, str, list[Crossing]]]:
        """Why control passed, in a word and in words, all places where it did so, as a path, and those with a sign."""
        same = grouped(self.crossings, lambda crossing: (crossing.role, crossing.title))
        return [
            (role, title, "".join(f"M{each.x:g} {each.top:g}V{each.bottom:g}" for each in crossings), [each for each in crossings if each.sign])
            for (role, title), crossings in same
        ]


def grouped(things: Iterable[T], key: Callable[[T], K]) -> list[tuple[K, list[T]]]:
    """The things that have the same key together, in the order of the first of each: what is the same for all of them is written once."""
    found: dict[K, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return list(found.items())


def picture_of(playback: Playback) -> Picture:
    """The timeline of an execution; what it holds is bounded, however long the execution."""
    moments = len(playback.moments)
    pitch = min(WIDEST, max(NARROWEST, 1100 / max(moments, 1))) if moments <= MOST_DETAILED else WHOLE_WIDTH / moments
    lanes = tuple(_lane(playback, thread, pitch) for thread in range(len(playback.threads)))
    width = LEFT * 2 + pitch * moments
    widest_name = max((len(name) for name in playback.threads), default=0) * 7.5 + LEFT * 2
    crossings, arrows = _crossings(playback, pitch), _arrows(playback, pitch)
    return Picture(max(width, widest_name, 240.0), TOP + LANE * len(lanes), LEFT, round(pitch, 4), lanes, crossings, arrows, _words(playback))


def _lane(playback: Playback, thread: int, pitch: float) -> Lane:
    top = TOP + LANE * thread
    moments = len(playback.moments)
    standings = playback.standings[thread]
    boxes = [
        Box(round(LEFT + (since - 1) * pitch, 1), top + BAR, round((until - since) * pitch, 1), state, "", why or state)
        for since, until, state, why in _stretches(standings, moments)
        if state != "ended"
    ]
    boxes += _locks(playback, thread, pitch, top)
    if moments <= MOST_DETAILED:
        boxes += _calls(playback, thread, pitch, top)
    marks = [
        Mark(_middle(number, pitch), top + BAR + 4, moment.mark, moment.effect)
        for number, moment in enumerate(playback.moments, 1)
        if moment.thread == thread and moment.mark != "call" and (moments <= MOST_DETAILED or moment.mark == "raise")
    ]
    last = standings[-1] if standings else None
    end = "never started" if last is None else "has ended" if last.state == "ended" else last.why if last.state == "blocked" else "has not ended"
    return Lane(playback.threads[thread], top, tuple(boxes), tuple(marks[-MOST_DETAILED:]), shortened(end, 120))


def _stretches(standings: Sequence[Standing], moments: int) -> list[tuple[int, int, str, str]]:
    """The states with their first moment and the one after their last.

    In a long execution stretches are merged into cells of some moments, of which each has the most active state in it: what is drawn is bounded.
    """
    ends = [standing.since for standing in standings[1:]] + [moments + 1]
    exact: list[tuple[int, int, str, str]] = [(standing.since, end, standing.state, standing.why) for standing, end in zip(standings, ends, strict=True)]
    if moments <= MOST_DETAILED:
        return [stretch for stretch in exact if stretch[0] < stretch[1]]
    cell = moments // MOST_CELLS + 1
    rank = {"ended": 1, "ready": 2, "blocked": 3, "running": 4}
    cells: dict[int, tuple[str, str]] = {}
    for since, until, state, why in exact:
        for number in range((since - 1) // cell, (max(until, since + 1) - 2) // cell + 1):
            if number not in cells or rank[state] > rank[cells[number][0]]:
                cells[number] = state, why
    merged: list[tuple[int, int, str, str]] = []
    for number, (state, why) in sorted(cells.items()):
        since, until = number * cell + 1, min((number + 1) * cell, moments) + 1
        if merged and merged[-1][1] == since and merged[-1][2:] == (state, why):
            merged[-1] = merged[-1][0], until, state, why
        else:
            merged.append((since, until, state, why))
    return merged


def _calls(playback: Playback, thread: int, pitch: float, top: float) -> list[Box]:
    """A box for every put and get from its begin to its return, as the operations of a linearizability checker are drawn."""
    boxes: list[Box] = []
    begun: list[int] = []
    for number, moment in enumerate(playback.moments, 1):
        if moment.thread != thread or moment.mark not in ("call", "raise"):
            continue
        if moment.effect.endswith(" begins"):
            begun.append(number)
        elif begun and (" returns" in moment.effect or moment.effect.endswith(" raises")):
            boxes.append(_call(begun.pop(), number, _short(moment.effect), "raised" if moment.mark == "raise" else "call", pitch, top))
    standings = playback.standings[thread]
    over = standings[-1].since if standings and standings[-1].state == "ended" else len(playback.moments)
    for number in begun:
        said = playback.moments[number - 1].effect.removesuffix(" begins")
        boxes.append(_call(number, over, f"{said} ...", "open", pitch, top))
    return boxes


def _call(begin: int, end: int, text: str, role: str, pitch: float, top: float) -> Box:
    width = (end - begin + 1) * pitch - 2
    return Box(round(LEFT + (begin - 1) * pitch + 1, 1), top + 20, round(width, 1), role, _fitting(text, width), text)


def _short(effect: str) -> str:
    """ "put(101) returns" as "put(101)", "get() returns 101" as "get() = 101"."""
    return effect.replace("get() returns ", "get() = ").removesuffix(" returns").replace(" raises", " raised")


def _locks(playback: Playback, thread: int, pitch: float, top: float) -> list[Box]:
    boxes: list[Box] = []
    rows: list[int] = []
    for holding in playback.holdings[thread][-MOST_DETAILED:]:
        until = holding.until or len(playback.moments) + 1
        width = (until - holding.since) * pitch
        row = next((row for row, busy in enumerate(rows) if busy <= holding.since), len(rows))
        rows[row : row + 1] = [until]
        if width < 0.4 or row > 1:
            continue
        label = f"holds {holding.lock}"
        # In full or not at all: a lock's name cut short may be another's.
        text = next((said for said in (label, holding.lock.rpartition(".")[2]) if len(said) * SMALL_CHARACTER <= width + 4), "")
        boxes.append(Box(round(LEFT + (holding.since - 1) * pitch, 1), top + BAR + 11.8 + row * 5, round(width, 1), "lock", text if row == 0 else "", label))
    return boxes


def _crossings(playback: Playback, pitch: float) -> tuple[Crossing, ...]:
    signs = {"preemption": "preempted", "expiry": "time jumps"}
    chosen = playback.switches
    is_long = len(playback.moments) > MOST_DETAILED
    if len(chosen) > MOST_SWITCHES or is_long:
        chosen = tuple(switch for switch in chosen if switch.reason in signs)
    found: list[Crossing] = []
    signed = 0.0  # where the last sign ends
    for switch in chosen:
        lanes = sorted(lane for lane in (switch.leaver, switch.runner) if lane >= 0)
        middles = [TOP + LANE * lane + BAR + 4 for lane in lanes]
        asked = switch.reason in signs
        top = 6.0 if asked else middles[0]
        x = round(LEFT + switch.after * pitch, 1)
        if found and x - found[-1].x < (CLOSEST_WHEN_LONG if is_long else CLOSEST):
            continue
        sign = signs.get(switch.reason, "") if x >= signed else ""
        if sign:
            signed = x + len(sign) * BOLD_CHARACTER + 6
        found.append(Crossing(x, top, middles[-1], switch.reason, switch.text, sign))
    return (*found[:MOST_SWITCHES], *_completion(playback, pitch, found))


def _completion(playback: Playback, pitch: float, switches: Sequence[Crossing]) -> list[Crossing]:
    """The line across all lanes after which nothing changes what is wrong; its sign is left out where a switch's would run into it."""
    if not playback.complete:
        return []
    x = round(LEFT + playback.complete * pitch, 1)
    before, after = len("preempted") * BOLD_CHARACTER, len(COMPLETE) * BOLD_CHARACTER
    is_free = all(not each.sign or each.x + before < x or each.x > x + after for each in switches)
    bottom = TOP + LANE * (len(playback.threads) - 1) + BAR + 4
    return [Crossing(x, 6.0, bottom, COMPLETE, "what is wrong is complete", COMPLETE if is_free else "")]


def _arrows(playback: Playback, pitch: float) -> tuple[Arrow, ...]:
    if len(playback.moments) > MOST_DETAILED:
        return ()
    links = [link for link in playback.links if link.relation != "wakes"]
    if len(links) > MOST_ARROWS:
        links = [*links[: MOST_ARROWS // 4], *links[-MOST_ARROWS * 3 // 4 :]]
    said = {"sees": "sees", "overwrites": "writes over"}
    found = []
    for link in links:
        origin, target = playback.moments[link.origin - 1], playback.moments[link.target - 1]
        x1, x2 = _middle(link.origin, pitch), _middle(link.target, pitch)
        y1, y2 = (TOP + LANE * lane + BAR + 4 for lane in (origin.thread, target.thread))
        down = 1 if y2 > y1 else -1
        title = f"{playback.threads[target.thread]} {said[link.relation]} what {playback.threads[origin.thread]} did to {link.place} in step {origin.step}"
        bend = min(40.0, max(8.0, (x2 - x1) / 3))
        path = f"M{x1} {y1 + 6 * down:g} C{x1 + bend:g} {y1 + 26 * down:g} {x2 - bend:g} {y2 - 26 * down:g} {x2} {y2 - 8 * down:g}"
        found.append(Arrow(path, link.relation, title))
    return tuple(found)


def _words(playback: Playback) -> str:
    reasons = [switch.reason for switch in playback.switches]
    parts = [f"{count(len(playback.moments), 'step')} of {joined(playback.threads)}", count(len(reasons), "switch", "switches")]
    parts += [f"{count(reasons.count('preemption'), 'preemption')}"] if "preemption" in reasons else []
    parts += [f"{count(reasons.count('expiry'), 'jump')} of the clock"] if "expiry" in reasons else []
    done = f" What is wrong is complete with step {playback.moments[playback.complete - 1].step}." if playback.complete else ""
    return f"Timeline from left to right: {', '.join(parts)}.{done} The table says the same step by step."


def _middle(number: int, pitch: float) -> float:
    return round(LEFT + (number - 0.5) * pitch, 1)


def _fitting(text: str, width: float) -> str:
    """As much of the text as fits, "" where that would be too little to read."""
    room = int((width - 6) / CHARACTER)
    return shortened(text, room) if room >= 5 or len(text) <= room else ""
