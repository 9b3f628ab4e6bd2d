"""How a put or a get came past what it waits for: the step that let it go on, and which step of another thread had allowed that."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.trace import Step
from harness.report.story import CELL_WRITES, SYNCHRONISATION, Place, Story, Told, place_of, said_value
from harness.report.words import printable

WAITS = frozenset({"acquire", "wait", "get", "put"})
ASKED = frozenset({"is_set", "locked", "try-acquire", "qsize", "empty", "full", "unfinished", "value", "is_shutdown", "waiting"})
OPENS = {"acquire": ("release",), "wait": ("set",), "is_set": ("set", "clear"), "locked": ("acquire", "release"), "get": ("put",), "put": ("get",)}

NEAR = 6
"""Steps within which two looks of one line belong to one test."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`gate` is the last step of the call before its act that could have kept it back; `opener` the step of another thread that let it pass
    (None where it stood open); `looks` all that the same test looked at."""

    call: Told
    gate: Step
    opener: Step | None
    looks: tuple[Step, ...] = ()


def passage(story: Story, call: Told, act: Step) -> Passage | None:
    """How the call came to `act`; None where nothing that it did before could have kept it back."""
    gates = [step for step in own_steps(story, call, act) if is_gate(story, step)]
    if not gates:
        return None
    # A test may look at two things; what another thread has changed last is what let the call go on.
    looks = tuple(step for step in gates if step.step >= gates[-1].step - NEAR and step.line == gates[-1].line)
    return max((Passage(call, step, opener_of(story, step), looks) for step in looks), key=_moment)


def let_pass(story: Story, passed: Passage) -> str:
    """That the opener let the call pass, as a sentence without its end: "producer-1 set Pipeline.full at line 23, so consumer-1's get could pass its
    test at line 26". Raises ValueError for a gate that stood open."""
    call, gate, opener = passed.call, passed.gate, passed.opener
    if opener is None:
        raise ValueError(f"nobody opened the gate at step {gate.step}")
    waits = "wait" if gate.kind in WAITS else "test"
    return f"{opener.thread} {_did(opener)}{story.at(opener)}, so {call.thread}'s {call.operation} could pass its {waits}{story.at(gate)}"


def own_steps(story: Story, call: Told, before: Step) -> list[Step]:
    """The steps of the call's thread from the call's begin up to a step."""
    return [step for step in story.steps if call.begin.step <= step.step < before.step and step.thread == call.thread]


def is_gate(story: Story, step: Step) -> bool:
    """Whether the step can keep its thread back: it waits for a signal, or looks at something that others change, to decide."""
    if step.kind == "acquire":
        return place_of(step) in story.signals()
    if step.kind == "wait":
        return place_of(step) in story.events()
    if step.kind in ASKED or step.kind in ("get", "put"):
        return True
    if step.is_write or step.kind in SYNCHRONISATION or not step.line:
        return False
    return place_of(step) in story.live_places() and story.code.decides(step.file, step.line)


def opener_of(story: Story, gate: Step) -> Step | None:
    """The latest step of another thread before the gate that made it pass."""
    kinds = OPENS.get(gate.kind)
    before = [step for step in story.touching(place_of(gate), before=gate.step) if (step.kind in kinds if kinds else step.is_write)]
    return before[-1] if before and before[-1].thread != gate.thread else None


def ended_by_time(story: Story, own: list[Step]) -> tuple[Step, str] | None:
    """The last wait or sleep among a thread's steps that a timeout ended, and a sentence that says so."""
    expiry = next((step for step in reversed(own) if step.kind == "expiry"), None)
    waits = [step for step in own if expiry is not None and step.step < expiry.step and step.kind in ("blocked", "sleep") and step.line]
    if not waits:
        return None
    what = "sleep" if waits[-1].kind == "sleep" else "wait"
    return waits[-1], f"Before that {waits[-1].thread}'s {what}{story.at(waits[-1])} had ended because its time was up, not because anything had happened."


def closer_of(story: Story, passed: Passage) -> Step | None:
    """The step by which the call, having passed, shuts the gate for others: its next change of what its test looks at."""
    last = passed.call.end.step if passed.call.end is not None else len(story.steps)
    places = {place_of(look) for look in passed.looks or (passed.gate,)}
    for step in story.steps[passed.gate.step : last]:
        if step.thread == passed.call.thread and place_of(step) in places:
            changes = step.kind in ("clear", "set") if place_of(step) in story.events() else step.is_write and step.kind not in ASKED
            if changes:
                return step
    return None


def mutexes_at(story: Story, step: Step) -> dict[Place, Step]:
    """The locks (conditions among them) that the step's thread holds at the step, each with the step that took it."""
    return {place: taken for place, taken in story.holders(step.step).items() if taken.thread == step.thread}


def permits_at(story: Story, step: Step) -> dict[Place, Step]:
    """The semaphores that the step's thread has acquired and will release itself, as one does with a lock; each with the step that acquired it."""
    own = [other for other in story.steps if other.thread == step.thread and other.kind in ("acquire", "release") and place_of(other) in story.signals()]
    given = {place_of(other) for other in own if other.kind == "release"}
    held: dict[Place, list[Step]] = {}
    for other in own:
        place = place_of(other)
        if other.step < step.step and place in given and "Semaphore" in story.made_of(other.location)[0]:
            taken = held.setdefault(place, [])
            if other.kind == "acquire":
                taken.append(other)
            else:
                del taken[-1:]
    return {place: taken[-1] for place, taken in held.items() if taken}


def _did(step: Step) -> str:
    """What a step did to what it touches, as it follows a thread's name: "released Pipeline.lock"."""
    verb = {"release": "released", "set": "set", "clear": "cleared", "acquire": "acquired", "put": "put something into", "get": "took something from"}
    if step.kind in verb:
        return f"{verb[step.kind]} {printable(step.location)}"
    return f"wrote {printable(step.location)} = {said_value(step)}" if step.kind in CELL_WRITES else f"changed {printable(step.location)}"


def _moment(passed: Passage) -> tuple[int, int]:
    return passed.opener.step if passed.opener is not None else 0, passed.gate.step
