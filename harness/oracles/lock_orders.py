"""Lock orders: threads that take locks in orders which close to a circle could wait for each other for ever, though here they did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from harness.model.circles import Circles
from harness.model.deed import Deed
from harness.model.finding import Event, Finding
from harness.model.trace import Step, Trace
from harness.oracles.clocks import Clocks
from harness.oracles.words import distinct, join_words, place

ALIKE = 8
"""Takings kept of one thread that takes the same locks by the same lines: loops would bring thousands."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A thread takes a lock while it holds others: what it `holds` is, by lock, the step in which it took that."""

    thread: int
    lock: int
    step: int
    holds: dict[int, int]
    when: int
    clock: tuple[int, ...]

    def comes_before(self, other: Taking) -> bool:
        """Whether something other than the order of the locks puts this taking first in every execution."""
        return other.clock[self.thread] >= self.when


def find_cycles(deeds: Sequence[Deed]) -> list[tuple[Taking, ...]]:
    """The circles of takings in one execution: each takes what the next one holds, the last what the first holds.

    As in Goodlock (Havelund 2000) all threads of a circle differ and no lock is held in two places of it, for that would keep them
    apart; takings that a start, a join or another hand-over orders (Agarwal, Wang and Stoller 2005) make no circle either. A taking that
    does not wait for ever closes none.
    """
    takings = _takings(deeds)
    circles = Circles(takings, attrgetter("lock"), attrgetter("holds"), _may_follow)
    return [cycle for first in takings for cycle in circles.beginning_with(first) if cycle]


def judge(trace: Trace, deeds: Sequence[Deed], mode: str) -> list[Finding]:
    """A finding for each circle of lines at which locks are taken."""
    steps = {step.step: step for step in trace.steps}
    findings: dict[object, Finding] = {}
    for cycle in find_cycles(deeds):
        lines = frozenset((steps[taking.step].file, steps[taking.step].line, steps[taking.step].location) for taking in cycle)
        if lines not in findings:
            findings[lines] = _tell(cycle, steps, mode)
    return list(findings.values())


def _takings(deeds: Sequence[Deed]) -> list[Taking]:
    """Every taking that may wait for ever while other locks are held; of those that look alike some of the first, and the last."""
    clocks = Clocks(deeds, with_locks=False)
    held: dict[int, dict[int, int]] = {}
    found: dict[object, list[Taking]] = {}
    for deed in deeds:
        clock = clocks.arrive(deed)
        if deed.takes:
            mine = held.setdefault(deed.thread, {})
            if mine and not deed.is_brief:
                alike = found.setdefault((deed.thread, deed.takes, frozenset(mine), deed.stack), [])
                del alike[ALIKE - 1 :]
                alike.append(Taking(deed.thread, deed.takes, deed.step, dict(mine), clock[deed.thread], tuple(clock)))
            mine[deed.takes] = deed.step
        if deed.gives:
            for locks in held.values():
                locks.pop(deed.gives, None)
        clocks.leave(deed)
    return [taking for alike in found.values() for taking in alike]


def _may_follow(path: tuple[Taking, ...], following: Taking) -> bool:
    """Whether all of them can meet; a circle is found once, from its thread of the lowest number on."""
    return following.thread > path[0].thread and all(_can_meet(following, taking) for taking in path)


def _can_meet(one: Taking, other: Taking) -> bool:
    """Whether two threads can stand before these takings at the same time."""
    return one.thread != other.thread and not one.holds.keys() & other.holds.keys() and not one.comes_before(other) and not other.comes_before(one)


def _tell(cycle: tuple[Taking, ...], steps: dict[int, Step], mode: str) -> Finding:
    told, stuck, events = [], [], []
    for position, taking in enumerate(cycle):
        before = cycle[position - 1]
        held, wanted = steps[taking.holds[before.lock]], steps[taking.step]
        told.append(f"{wanted.thread} takes {wanted.location}{place(wanted.file, wanted.line)} while it holds {held.location} (since line {held.line})")
        after = steps[cycle[(position + 1) % len(cycle)].step].thread
        stuck.append(f"{wanted.thread} waits for {wanted.location}, which {after} holds")
        events += [Event(step.step, step.thread, step.file, step.line, step.what) for step in (held, wanted)]
    return Finding(
        "lock-order",
        "warning",
        mode,
        f"could deadlock: {join_words(told)}",
        threads=distinct(steps[taking.step].thread for taking in cycle),
        events=tuple(sorted(events, key=_by_step)),
        explanation=(
            f"Stopped between the two, each would wait for ever: {', '.join(stuck)}.",
            "No further lock is held around all of them, and no start, join or other hand-over keeps them apart; in this execution they did not meet.",
        ),
    )


def _by_step(event: Event) -> int:
    return event.step
