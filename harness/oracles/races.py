"""Data races: two accesses to one place, one of them a write, that nothing orders. A race that did no harm here is seen all the same.

One operation of a builtin container is carried out in one piece by CPython (one append, one popleft, one item set), so two of them are no
race. What is one: a variable or attribute that is read and written, an item that is read and set, a loop over a container that is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.deed import Access, Deed
from harness.model.finding import Event, Finding
from harness.model.trace import Step, Trace
from harness.oracles.clocks import Clocks
from harness.oracles.words import distinct, join_words, place

_VERBS = {"read": "reads", "write": "writes", "item-read": "reads", "item-write": "sets", "walk": "loops over", "add": "changes", "change": "changes"}
_CHANGES = frozenset({"item-write", "add", "change"})

_VARIABLE = ("CPython carries out one read or one write in one piece, but other threads can come between a read and the write that follows from it.",)
_CONTAINER = (
    "CPython carries out one operation of a builtin container in one piece, so two of them are no race.",
    "To read an item while another thread sets it is one, and so is a loop over a container that is changed meanwhile.",
)


@dataclass(frozen=True, slots=True)
class Race:
    """Two accesses in the order in which this execution made them."""

    early: Deed
    late: Deed


def find_races(deeds: Sequence[Deed]) -> list[Race]:
    """The races of an execution in the order in which they were completed; of those between two steps at the same places only the first.

    For each place the latest access of each thread from each stack is compared, which misses nothing: what comes after the latest comes
    after all.
    """
    clocks = Clocks(deeds, with_locks=True)
    latest: dict[int, dict[tuple[int, str, str, tuple[str, ...]], tuple[Deed, int]]] = {}
    races: list[Race] = []
    for deed in deeds:
        clock = clocks.arrive(deed)
        access = deed.access
        if access is not None and access.how != "look":
            others = latest.setdefault(access.place, {})
            for early, when in others.values():
                if early.thread != deed.thread and clock[early.thread] < when and _conflict(early.access, access):
                    races.append(Race(early, deed))
            others[deed.thread, access.how, access.key, deed.stack] = deed, clock[deed.thread]
        clocks.leave(deed)
    return races


def judge(trace: Trace, deeds: Sequence[Deed], mode: str) -> list[Finding]:
    """A finding for each location and pair of lines of which two accesses race."""
    steps = {step.step: step for step in trace.steps}
    findings: dict[object, Finding] = {}
    for race in find_races(deeds):
        early, late = steps[race.early.step], steps[race.late.step]
        finding = _tell(race, early, late, mode)
        findings.setdefault(what_it_says(finding), finding)
    return list(findings.values())


def what_it_says(finding: Finding) -> object:
    """What two findings have in common that name one location and one pair of lines; an object may have been reached by another name."""
    location = finding.message.partition(": ")[0].rpartition(".")[2]
    return finding.kind, location, frozenset((event.file, event.line) for event in finding.events)


def _conflict(one: Access | None, other: Access) -> bool:
    """Whether two touches of one place are more than two operations that CPython keeps apart by itself."""
    assert one is not None
    hows = {one.how, other.how}
    if "walk" in hows:
        return bool(hows & _CHANGES)
    return one.key == other.key and ("write" in hows or hows == {"item-read", "item-write"})


def _tell(race: Race, early: Step, late: Step, mode: str) -> Finding:
    accesses = (race.early, early), (race.late, late)
    told = " and ".join(f"{step.thread} {_verb(deed)} it{place(step.file, step.line)}{_inside(step)}" for deed, step in accesses)
    reached = ", ".join(f"{step.thread} came there through {' > '.join(deed.stack)}" for deed, step in accesses)
    is_variable = race.late.access is not None and race.late.access.how in ("read", "write")
    return Finding(
        "data-race",
        "warning",
        mode,
        f"{early.location}: {told}, and nothing orders the two; {_held(early, late)}",
        threads=distinct([early.thread, late.thread]),
        events=tuple(Event(step.step, step.thread, step.file, step.line, step.what) for step in (early, late)),
        explanation=(
            f"{reached}.",
            "No lock is held at both, and no start, join, notify, queue, future or other hand-over leads from one to the other.",
            "So either can come first and the other right after it, whether or not that did harm here.",
            *(_VARIABLE if is_variable else _CONTAINER),
        ),
    )


def _verb(deed: Deed) -> str:
    assert deed.access is not None
    return _VERBS[deed.access.how]


def _inside(step: Step) -> str:
    function = step.function.rpartition("<locals>.")[2]
    return f" in {function}" if function and not function.startswith("<") else ""


def _held(early: Step, late: Step) -> str:
    if not early.held and not late.held:
        return "no lock is held at either"
    both = " (different locks of one name)" if set(early.held) & set(late.held) else ""
    return " and ".join(f"{step.thread} holds {join_words(step.held) if step.held else 'no lock'}" for step in (early, late)) + both
