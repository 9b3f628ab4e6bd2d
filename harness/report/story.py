"""A trace indexed for telling: which calls it holds, who touched what, and where each thing stands in the source."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from harness.model.trace import CHANGED_NOTHING, IN_VAIN, NOT_THERE, Step, ThreadEnd, Trace
from harness.report.code import Code, called, receiver
from harness.report.words import file_name, ordinal, printable, shortened
from harness.syntax import KEPT

CELL_WRITES = frozenset({"write", "setitem", "global-write", "cell-write"})
CELL_READS = frozenset({"read", "getitem", "global-read", "cell-read"})
ERASURES = frozenset({"delete", "delitem"})

LOCKING = frozenset({"acquire", "try-acquire", "release"})
IN_BETWEEN = frozenset({"put-raise", "get-raise", "set_exception"})
"""What is told between what failed and the exception: that this left a call, or went into a future."""
SYNCHRONISATION = LOCKING | {
    *("wait", "notify", "notify-all", "notify_all", "set", "clear", "is_set", "locked", "reset", "break", "broken", "n_waiting", "expiry", "sleep", "blocked"),
    *("try-put", "try-get"),
    *(
        "put",
        "get",
        "qsize",
        "empty",
        "full",
        "task_done",
        "shutdown",
        "submit",
        "result",
        "set_result",
        "set_exception",
        "done",
        "running",
        "cancel",
        "cancelled",
    ),
    *("unfinished", "value", "is_shutdown", "waiting"),
    *("join", "is_alive", "as_completed"),
}
CONTAINERS = ("[", "{", "(", "deque(")
"""How the shown value of a container begins."""
SEVERAL = ""
"""Stands for more than one thread."""

Place = tuple[str, int]
"""What a step touches: its number, or, where it has none, its label. The elements of one container share a place."""


@dataclass(frozen=True, slots=True)
class Told:
    """One put or get of the trace; `end` is None while it has not ended. `value` is the message's repr ("" for a get that has not returned)."""

    operation: str
    thread: str
    value: str
    begin: Step
    end: Step | None
    is_raised: bool = False

    @property
    def has_returned(self) -> bool:
        """The call ended, and no exception left it."""
        return self.end is not None and not self.is_raised

    def covers(self, step: Step) -> bool:
        """Whether the step was taken by the call's thread between its begin and its end."""
        return step.thread == self.thread and step.step >= self.begin.step and (self.end is None or step.step <= self.end.step)


class Story:
    """The facts of one trace. Every answer is read off its steps; O(steps) to make, and to ask most questions."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.steps = trace.steps
        self.calls = _calls(trace)
        self.puts = [call for call in self.calls if call.operation == "put"]
        self.gets = [call for call in self.calls if call.operation == "get"]
        files = {step.file for step in trace.steps if step.file and step.line} | {end.file for end in trace.ends if end.file and end.line}
        self._has_one_file = len(files) <= 1
        self.code = Code(trace.source)
        self._touching: dict[Place, list[Step]] | None = None
        self._live: set[Place] | None = None
        self._passed: set[Place] | None = None
        self._opening: int | None = None
        self._signals: frozenset[Place] | None = None
        self._events: frozenset[Place] | None = None
        self._made: dict[str, tuple[str, str, int]] = {}

    def at(self, step: Step) -> str:
        """Where the step stands: " at line 8", " at bank.py:8" where the trace spans files, " in logging.Logger.error" where it is a library's, else ""."""
        if not step.line and step.kind in LOCKING and step.function:
            return f" in {step.function}"
        return self.at_line(step.file, step.line)

    def at_line(self, file: str, line: int) -> str:
        """As `at`, for a place that is no step."""
        if not line:
            return ""
        return f" at line {line}" if self._has_one_file or not file else f" at {file_name(file)}:{line}"

    def touching(self, place: Place, after: int = 0, before: int | None = None) -> Iterator[Step]:
        """The steps on a place, numbered above `after` and below `before`; O(log n) to find the first."""
        steps = self._on(place)
        for position in range(bisect_right(steps, after, key=_number), len(steps)):
            if before is not None and steps[position].step >= before:
                break
            yield steps[position]

    def own_since_write(self, act: Step, within: str | None = None) -> list[Step]:
        """What the thread of a step did on its place since it had last written there, in that order; with `within` only what it did in this function."""
        steps, own = self._on(place_of(act)), []
        for position in range(bisect_left(steps, act.step, key=_number) - 1, -1, -1):
            step = steps[position]
            if step.thread == act.thread and (within is None or step.function == within):
                if step.is_write:
                    break
                own.append(step)
        return own[::-1]

    def led_to(self, raised: Step) -> list[Step]:
        """What its thread had done before an exception was raised, the last first."""
        own = [step for step in self.steps[: raised.step - 1] if step.thread == raised.thread]
        return [step for step in reversed(own) if step.kind not in IN_BETWEEN]

    def _on(self, place: Place) -> list[Step]:
        if self._touching is None:
            self._touching = {}
            for step in self.steps:
                self._touching.setdefault(place_of(step), []).append(step)
        return self._touching.get(place, [])

    def live_places(self) -> set[Place]:
        """The places whose value changes while threads run: written by one thread after another had touched them."""
        if self._live is None:
            self._live = self._find_live_places()
        return self._live

    def _find_live_places(self) -> set[Place]:
        seen: dict[Place, str] = {}
        live: set[Place] = set()
        for step in self.steps:
            place = place_of(step)
            if not step.location or step.kind in SYNCHRONISATION:
                continue
            first = seen.setdefault(place, step.thread)
            if first != step.thread:
                seen[place] = SEVERAL
            if step.is_write and seen[place] != step.thread:
                live.add(place)
        return live

    def passed_places(self) -> set[Place]:
        """The places in which a thread meets what another has written there while threads run, though nobody wrote there after it."""
        if self._passed is None:
            self._passed = self._find_passed_places()
        return self._passed

    def _find_passed_places(self) -> set[Place]:
        writers: dict[Place, str] = {}
        passed: set[Place] = set()
        opening = self.opening()
        for step in self.steps:
            place = place_of(step)
            if not step.location or step.kind in SYNCHRONISATION:
                continue
            if writers.get(place, step.thread) != step.thread:
                passed.add(place)
            if step.is_write and step.step > opening:
                writers[place] = step.thread
        return passed

    def signals(self) -> frozenset[Place]:
        """The locks and semaphores that threads use as signals: one acquires, another releases. Nobody "holds" these."""
        if self._signals is None:
            self._signals = self._find_signals()
        return self._signals

    def events(self) -> frozenset[Place]:
        """The Events: what is set or cleared, and waited for without a lock."""
        if self._events is None:
            self._events = frozenset(place_of(step) for step in self.steps if step.kind in ("set", "clear", "is_set"))
        return self._events

    def line(self, step: Step) -> str:
        """The step's line as a name: "line 8", or "bank.py:8" where the trace spans files."""
        return self.at(step).removeprefix(" at ").strip()

    def is_event(self, step: Step) -> bool:
        """Whether the step is on an Event: one that is set, cleared or asked, or that a variable of its name holds."""
        return place_of(step) in self.events() or self.made_of(step.location)[0] == "Event"

    def made_of(self, location: str) -> tuple[str, str, int]:
        """The class of what the variable of this name holds ("Semaphore"), and file and line where it is made; ("", "", 0) where neither a step
        nor the source says so."""
        if location not in self._made:
            self._made[location] = self._find_what_is_made(location)
        return self._made[location]

    def _find_what_is_made(self, location: str) -> tuple[str, str, int]:
        name = location.rpartition(".")[2]
        kind = next((step.value[1:-1] for step in self.steps if step.location == location and step.value.startswith("<")), "")
        made = next((step for step in self.steps if step.location == location and step.kind in CELL_WRITES and step.line), None)
        if made is not None and kind:
            return kind, made.file, made.line
        pattern = re.compile(rf"(?<![\w.])(?:self\.|cls\.)?{re.escape(name)}\s*(?::[^=]+)?=\s*(?:\w+\.)*([A-Z]\w+)\(")
        for file, lines in self.trace.source.items():
            for line, text in sorted(lines.items()):
                if name.isidentifier() and (found := pattern.search(text)) is not None:
                    return found[1], file, line
        return kind, "", 0

    def _find_signals(self) -> frozenset[Place]:
        holders: dict[Place, list[str]] = {}
        found: set[Place] = set()
        for step in self.steps:
            place = place_of(step)
            holding = holders.setdefault(place, []) if step.kind in LOCKING or step.kind == "blocked" else []
            if step.kind == "acquire":  # where a try succeeds, that follows it
                holding.append(step.thread)
            elif step.kind == "release":
                if step.thread in holding:
                    holding.remove(step.thread)
                elif not (holding and is_in_vain(step)):
                    found.add(place)
                    del holding[-1:]
            elif holding.count(step.thread) > 1:
                # A lock is taken once, and one that may be taken again keeps nobody waiting who has it: this one counts.
                found.add(place)
            if len(set(holding)) > 1:
                found.add(place)
        return frozenset(found | self._taken_for_good())

    def _taken_for_good(self) -> set[Place]:
        """Those that no thread gave back having taken it, and whose taker's code has no line that would: others are meant to release them."""
        takers = {(place_of(step), step.thread) for step in self.steps if step.kind == "acquire"}
        back = {place_of(step) for step in self.steps if step.kind == "release" and (place_of(step), step.thread) in takers}
        found: set[Place] = set()
        for step in self.steps:
            if step.kind == "acquire" and place_of(step) not in back | found and step.line:
                taken = self.code.calls(step.file, step.line, "acquire")
                function = self.code.function(step.file, step.line)
                if (
                    taken
                    and function is not None
                    and not any(
                        isinstance(node, ast.Call) and called(node) == "release" and receiver(node) == receiver(taken[0]) for node in ast.walk(function)
                    )
                ):
                    found.add(place_of(step))
        return found

    def signal_labels(self) -> frozenset[str]:
        """What the signals are called; a name that says only what kind of thing it is ("a Lock") may be anything's and is left out."""
        signals = self.signals()
        return frozenset(step.location for step in self.steps if place_of(step) in signals and not step.location.startswith("a "))

    def lock_name(self, step: Step) -> str:
        """What the lock of the step is called; where several locks have that name, with its number among them ("the 2nd Account.lock")."""
        places = [*dict.fromkeys(place_of(other) for other in self.steps if other.location == step.location and other.kind in LOCKING | {"blocked"})]
        name = printable(step.location)
        return f"the {ordinal(places.index(place_of(step)) + 1)} {name.removeprefix('a ')}" if len(places) > 1 and place_of(step) in places else name

    def holders(self, until: int | None = None) -> dict[Place, Step]:
        """The locks that are held at the end, or after step `until`: where each was taken, and with that by whom. Signals are left out."""
        signals = self.signals()
        held: dict[Place, Step] = {}
        depth: dict[Place, int] = {}
        for step in self.steps:
            place = place_of(step)
            if (until is not None and step.step > until) or step.kind not in LOCKING or place in signals or is_in_vain(step):
                continue
            if step.kind == "release":
                depth[place] = depth.get(place, 1) - 1
                if depth[place] <= 0:
                    held.pop(place, None)
                    depth.pop(place, None)
            elif step.kind == "acquire":
                depth[place] = depth.get(place, 0) + 1
                held.setdefault(place, step)
        return held

    def opening(self) -> int:
        """The number of the last step of the main thread before another runs: what stands up to there is how things were set up."""
        if self._opening is not None:
            return self._opening
        workers = {end.name for end in self.trace.ends if end.role != "main"}
        self._opening = next((step.step - 1 for step in self.steps if step.thread in workers), 0)
        return self._opening

    def removal(self, call: Told, value: str) -> Step | None:
        """The step within the call at which the value left a container that had been seen to hold it."""
        return next((step for step in self._removals(value) if call.covers(step)), None)

    def lost_removal(self, put: Told) -> Step | None:
        """The step outside the put at which its message left a container."""
        return next((step for step in self._removals(put.value) if not put.covers(step) and step.step > put.begin.step), None)

    def _removals(self, value: str) -> Iterator[Step]:
        holding: set[int] = set()
        for step in self.steps:
            # A value that is cut short ("...") may hold anything.
            if not step.location_id or step.kind in CELL_READS | CELL_WRITES or not step.value.startswith(CONTAINERS) or "..." in step.value:
                continue
            if mentions(step.value, value):
                holding.add(step.location_id)
            elif step.location_id in holding:
                holding.remove(step.location_id)
                if step.is_write:
                    yield step

    def call_of(self, step: Step) -> Told | None:
        """The put or get within which the step was taken; the innermost where they nest."""
        return next((call for call in reversed(self.calls) if call.covers(step)), None)

    def returned(self, value: str) -> list[Told]:
        """The gets that returned the value, in the order in which they returned."""
        found = [call for call in self.gets if call.has_returned and call.value == value]
        return sorted(found, key=lambda call: call.end.step if call.end else 0)

    def source_of(self, file: str, line: int) -> str:
        """The source line without its indentation, "" where the trace does not hold it."""
        return printable(self.trace.source.get(file, {}).get(line, "").strip())

    def end_of(self, thread: str) -> ThreadEnd | None:
        """How the thread stood at the end."""
        return next((end for end in self.trace.ends if end.name == thread), None)

    def blocked(self) -> list[ThreadEnd]:
        """The threads that wait for ever: the main thread, which mostly waits for the others, after them, and last the daemons, whom nobody needs."""
        return sorted((end for end in self.trace.ends if end.state == "blocked"), key=lambda end: (end.is_daemon, end.role == "main"))


def _number(step: Step) -> int:
    return step.step


def place_of(step: Step) -> Place:
    """What the step touches."""
    return ("", step.location_id) if step.location_id else (step.location, 0)


def is_same_cell(left: Step, right: Step) -> bool:
    """Whether both steps touch one variable, attribute or element; elements of a container are told apart by their labels."""
    if not left.location or place_of(left) != place_of(right):
        return False
    cells = CELL_READS | CELL_WRITES | ERASURES
    if left.kind not in cells or right.kind not in cells:
        return False
    if not (left.location.endswith("]") or right.location.endswith("]")):
        return True
    return left.location == right.location and _is_certain(left.location)


@lru_cache(KEPT)
def _is_certain(label: str) -> bool:
    """Whether the label of an element says which: two objects of one class are shown alike, and of a long text only the beginning."""
    try:
        ast.literal_eval(label[label.index("[") + 1 : -1])
    except (ValueError, SyntaxError):
        return False
    return True


def said_value(step: Step) -> str:
    """The step's value, short enough for a sentence."""
    return shortened(printable(step.value), 60)


def came_to_nothing(step: Step) -> bool:
    """Whether the step looked for an element that was not there, or changed nothing of what it was to change."""
    return step.what.endswith((NOT_THERE, CHANGED_NOTHING))


def is_absent(step: Step) -> bool:
    """Whether the step came to an element that its container did not have."""
    return not step.value and step.what.endswith(NOT_THERE)


def is_in_vain(step: Step) -> bool:
    """Whether the step is an operation on a lock or the like that raised in place of taking effect."""
    return step.what.startswith(IN_VAIN)


def said_read(step: Step, at: str = "") -> str:
    """What a thread read where, with what it found: "Pipeline.count = 3 at line 7", "table[4] at line 7, which was not there"."""
    name = printable(step.location)
    return f"{name} = {said_value(step)}{at}" if step.value else f"{name}{at}{NOT_THERE if is_absent(step) else ''}"


def said_write(step: Step) -> str:
    """What a thread wrote where: "3 to Pipeline.count"."""
    return f"{said_value(step)} to {printable(step.location)}" if step.value else f"to {printable(step.location)}"


def mentions(message: str, value: str) -> bool:
    """Whether a finding's sentence speaks of the message with this repr: "message 101", and not 1011."""
    return bool(value and value in message and re.search(rf"(?<![\w.]){re.escape(value)}(?![\w])", message))


def _calls(trace: Trace) -> list[Told]:
    calls: list[Told] = []
    open_calls: dict[tuple[str, str], list[int]] = {}
    for step in trace.steps:
        operation, _, moment = step.kind.partition("-")
        if operation not in ("put", "get") or moment not in ("begin", "return", "raise"):
            continue
        key = (step.thread, operation)
        if moment == "begin":
            open_calls.setdefault(key, []).append(len(calls))
            calls.append(Told(operation, step.thread, step.value if operation == "put" else "", step, None))
        elif open_calls.get(key):
            begun = calls[(index := open_calls[key].pop())]
            value = step.value if operation == "get" and moment == "return" else begun.value
            calls[index] = Told(operation, step.thread, value, begun.begin, step, moment == "raise")
    return calls
