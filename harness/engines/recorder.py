"""Writes one execution down step by step, while it runs again under a schedule that is known.

Nothing here is on the path of a search. A recorder never runs code of the target: values are looked up in ``__dict__``s and shown in a
few characters.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Set
from typing import Any

import msgspec

from harness import runtime
from harness.engines.deeds import Deeds
from harness.engines.held_locks import LOCKING, HeldLocks
from harness.engines.identity import Identities
from harness.engines.kept_source import KeptSource
from harness.engines.labels import Labels
from harness.engines.open_access import OpenAccess
from harness.engines.refusals import why_it_fails
from harness.engines.showing import describe_error
from harness.engines.stored import is_method
from harness.engines.target_frames import TargetFrames, innermost_raised, library_call
from harness.engines.virtual import VirtualThread
from harness.model.trace import IN_VAIN, Output, Step, Switch, SwitchReason, ThreadEnd, Trace
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.rlock import RLock

GOES_ON = " goes on"
"""The detail of an operation on a container that code without points has begun before, and goes on with."""
STEPS_KEPT = 20_000
LOOP_KINDS = frozenset({"while", "for", "loop"})


class Recorder:
    """The steps, switches and printed text of one execution. `files` are the target's files: only their lines are
    shown; `shown_as` gives the path to show for a file, where that is not the file's own."""

    def __init__(self, files: Set[str], namespaces: Mapping[str, dict[str, Any]], shown_as: Mapping[str, str]) -> None:
        self.steps: list[dict[str, Any]] = []
        self.switches: list[Switch] = []
        self.output: list[Output] = []
        self.notes: tuple[str, ...] = ()
        self.handed_at: dict[str, tuple[str, int, str]] = {}  # by thread: where what it is about to call had been handed on
        self.frames = TargetFrames(files)
        self._identities = Identities()
        self.labels = Labels(self.frames, namespaces, self._identities)
        self.locks = HeldLocks(self._identities)
        self.deeds = Deeds(self._identities)
        self._open = OpenAccess(self.labels, self.frames, namespaces)
        self._files = files
        self._shown_as = shown_as
        self._dropped = 0
        self._places: dict[Any, int] = {}
        self._touched: dict[int, tuple[set[str], set[bool]]] = {}

    def started(self, thread: VirtualThread) -> None:
        """A thread takes its first step."""
        if self._add(thread, "start", f"{thread.name} starts") is not None:
            self.deeds.started(len(self.steps), thread)

    def ended(self, thread: VirtualThread) -> None:
        """A thread has ended."""
        if self._add(thread, "end", f"{thread.name} ends") is not None:
            self.deeds.ended(len(self.steps), thread)

    def switched(self, leaver: VirtualThread, runner: VirtualThread, why: str) -> None:
        """Control passes from one thread to another."""
        self._open.settle()
        reason: SwitchReason = why if why in ("preemption", "blocked", "ended", "expiry", "yield", "round", "fair") else "preemption"  # type: ignore[assignment]
        self.switches.append(Switch(len(self.steps) + self._dropped, leaver.name, runner.name, reason))

    def expired(self, thread: VirtualThread) -> None:
        """Virtual time jumps to the deadline of a thread."""
        self._add(thread, "expiry", f"time passes: {thread.name} stops waiting")

    def renamed(self, before: str, name: str) -> None:
        """A thread is called by another name from its first step on."""
        for step in self.steps:
            if step["thread"] == before:
                step["thread"] = name
            if step["kind"] in ("start", "end", "expiry", "blocked", "join", "is_alive"):
                step["what"] = re.sub(rf"(?<!\w){re.escape(before)}(?!\w)", name, step["what"])
        self.switches = [
            Switch(switch.after_step, name if switch.leaver == before else switch.leaver, name if switch.runner == before else switch.runner, switch.reason)
            for switch in self.switches
        ]
        self.output = [Output(output.step, name if output.thread == before else output.thread, output.text) for output in self.output]
        self.locks.renamed(before, name)
        for who, _ in self._touched.values():
            if before in who:
                who.remove(before)
                who.add(name)

    def access(self, thread: VirtualThread, site: int, obj: Any, is_write: bool) -> None:
        """An attribute or variable is about to be read, set or deleted."""
        where = runtime.sites[site]
        if where.kind in LOOP_KINDS or where.kind == "namespace":
            return
        name = where.name
        kind = where.kind
        if kind == "computed":
            self._add(thread, kind, f"compute {name}, which is not there yet", site=site)
        elif kind.startswith("global"):
            self._access(thread, site, obj, name, kind, is_write, name, ("global", where.file, name))
        elif kind.startswith("cell"):
            self._access(thread, site, obj, name, kind, is_write, name, ("cell", self._identities.of(obj), name))
        elif kind in ("lookup", "method0"):
            self.lookup(thread, site, obj, name)
        else:
            self.attribute(thread, site, obj, name, kind, is_write)

    def lookup(self, thread: VirtualThread, site: int, obj: Any, name: str) -> None:
        """An attribute is about to be looked up; that it is a method is not worth a step."""
        if type(obj) is not types.ModuleType and (isinstance(obj, type) or not is_method(type(obj), name)):
            self.attribute(thread, site, obj, name, "read", False)

    def attribute(self, thread: VirtualThread, site: int, obj: Any, name: str, kind: str, is_write: bool) -> None:
        """An attribute is about to be read, set or deleted, whatever stands at the site; `kind` says which."""
        self._access(thread, site, obj, name, kind, is_write, f"{self.labels.of_owner(obj)}.{name}", ("attribute", self._identities.of(obj), name))

    def _access(self, thread: VirtualThread, site: int, obj: Any, name: str, kind: str, is_write: bool, label: str, place: tuple[Any, ...]) -> None:
        verb = {"write": "write", "delete": "delete"}.get(kind.rpartition("-")[2], "write" if is_write else "read")
        step = self._add(thread, kind, f"{verb} {label}", label, place, is_write, site)
        if step is not None:
            self.deeds.accessed(len(self.steps), thread, place, obj, name, is_write, self._stack(thread))
            self._open.begin(step, self._identities.holder(obj), name, kind)

    def contents(self, thread: VirtualThread, site: int, obj: Any, detail: str, is_write: bool) -> None:
        """The contents of a container are about to be read or changed."""
        where = runtime.sites[site]
        self._open.settle()
        label = self.labels.of_container(obj)
        kind = "setitem" if where.kind == "getitem" and is_write else where.kind  # a defaultdict makes what is missing
        if detail.startswith("[") and kind not in ("setitem", "delitem"):
            kind = "setitem" if is_write else "getitem"  # an operation that goes through what is inside piece by piece
        verb = {"setitem": "write", "delitem": "delete", "getitem": "read", "iterate": "next of", "test": "test", "in": "look in", "unpack": "unpack",
                "format": "format", "operator": "use", "compare": "compare", "inplace": "extend"}.get(kind, "call" if detail else "use")  # fmt: skip
        if detail == GOES_ON:
            is_method = where.kind in ("method", "method0") or where.name == "sort"
            verb, detail = "go on with", f"{'.' if is_method else ' in '}{where.name}" if where.name else ""
        step = self._add(
            thread,
            kind,
            f"{verb} {label}{detail}",
            label + (detail if detail.startswith("[") else ""),
            ("contents", self._identities.of(obj)),
            is_write,
            site,
        )
        if step is not None:
            self.deeds.touched(len(self.steps), thread, site, obj, detail, is_write, self._stack(thread))
            self._open.begin_contents(step, self._identities.holder(obj), obj, detail, is_write)

    def operation(self, thread: VirtualThread, kind: str, detail: str, obj: Any, is_timed: bool = False) -> None:
        """A stand-in's operation happens now; `is_timed`: the thread would have given up waiting for it."""
        if kind == "loop":
            return
        self._open.settle()  # what was just read may be how the object is called
        if kind in ("start", "submit"):
            self.labels.give_to_what_is_handed_on()
        label = self.labels.of(obj)
        in_vain = why_it_fails(thread, kind, detail, obj)
        if kind in LOCKING and isinstance(obj, Lock | RLock) and not in_vain:
            self.locks.operation(thread.name, kind, obj, label, self.frames.line_of()[1])
        words = detail if kind in ("print", "note", "put-begin", "put-return", "put-raise", "get-begin", "get-return", "get-raise", "start", "sleep") else ""
        what = words or f"{kind} {label}{' ' + detail if detail else ''}".rstrip()
        if in_vain:
            what = f"{IN_VAIN}{what}{in_vain}"
        shown_kind = f"try-{kind}" if in_vain and kind in ("put", "get") else kind
        if self._add(thread, shown_kind, what, label if obj is not None else "", ("object", self._identities.of(obj)), True) is not None:
            self.deeds.operation(len(self.steps), thread, kind, detail, obj, is_timed)

    def called(self, thread: VirtualThread, kind: str, what: str, value: str) -> None:
        """A put or get of the harness's workers begins, returns or raises."""
        step = self._add(thread, kind, what)
        if step is not None:
            step["value"] = value

    def blocked(self, thread: VirtualThread, gate: Gate, frame: Any = None) -> None:
        """A thread cannot go on; `frame` is where it stands if it is not the running one."""
        self._open.settle()
        label = self.labels.of(gate.owner)
        step = self._add(thread, "blocked", f"waits: {gate.kind} {label}{self.locks.why_closed(gate)}", label, ("object", self._identities.of(gate.owner)))
        if step is not None and frame is not None:
            step["file"], step["line"], step["function"] = self.frames.line_of(frame)

    def raised(self, thread: VirtualThread, error: BaseException, text: str, where: str, future: str) -> None:
        """An exception left something, or went into a future; `text` says it as it was then, "" where only its code could."""
        kept = f", kept by the future of {future}" if where == "future" else ""
        file, line, function = innermost_raised(error, self._files)
        step = self._add(thread, "raise", f"raise {text or describe_error(error)}{kept}")
        if step is not None and file:
            step["file"], step["line"], step["function"] = file, line, function

    def printed(self, thread: VirtualThread, text: str) -> None:
        """The target wrote to standard output."""
        printable = text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate has no place in JSON
        self.output.append(Output(len(self.steps) + self._dropped, thread.name, printable))

    def refused_puts(self) -> dict[str, str]:
        """What was put, as it is shown, by puts that returned though a full queue had refused it, with the name of the queue."""
        inside: dict[str, tuple[str, str]] = {}
        refused: dict[str, str] = {}
        for step in self.steps:
            thread, kind = step["thread"], step["kind"]
            if kind == "put-begin":
                inside[thread] = step["value"], ""
            elif kind in ("put", "try-put") and thread in inside:
                inside[thread] = inside[thread][0], step["location"] if kind == "try-put" else ""
            elif kind == "put-return" and (put := inside.pop(thread, ("", "")))[1]:
                refused[put[0]] = put[1]
        return refused

    def trace(self, threads: list[VirtualThread], ends: tuple[ThreadEnd, ...]) -> Trace:
        """Everything recorded, frozen."""
        self._open.settle()
        shared = {place for place, (who, writes) in self._touched.items() if len(who) > 1 and True in writes}
        steps = []
        source = KeptSource(self._shown_as)
        for step in self.steps:
            step["is_shared"] = step["location_id"] in shared
            step["file"] = source.keep(step["file"], step["line"])
            steps.append(Step(**step))
        ends = tuple(msgspec.structs.replace(end, file=source.keep(end.file, end.line)) for end in ends)
        return Trace(tuple(t.name for t in threads), tuple(steps), tuple(self.switches), tuple(self.output), ends, source.lines, self._dropped, self.notes)

    def _stack(self, thread: VirtualThread) -> tuple[str, ...]:
        """The functions of the target that the running thread is in; before it is in any, where what it is about to call was handed on."""
        stack = self.frames.stack()
        if not stack and thread.path in self.handed_at:
            _, line, function = self.handed_at[thread.path]
            return (f"what {function.rpartition('<locals>.')[2]} handed on at line {line}",) if line else ()
        return stack

    def _add(
        self, thread: VirtualThread, kind: str, what: str, location: str = "", place: Any = None, is_write: bool = False, site: int = -1
    ) -> dict[str, Any] | None:
        self._open.settle()
        if len(self.steps) >= STEPS_KEPT:
            self._dropped += 1
            return None
        if site == runtime.HANDED:
            file, line, function = self.frames.line_of()
            if not line:
                file, line, function = self.handed_at.get(thread.path, (file, line, function))
        elif site > 0:
            at = runtime.sites[site]
            file, line, function = at.file, at.line, at.function
        else:
            file, line, function = self.frames.line_of()
            if kind in LOCKING and not line:
                function = library_call()
        number = 0
        if place is not None:
            number = self._places.setdefault(place, len(self._places) + 1)
            who, writes = self._touched.setdefault(number, (set(), set()))
            who.add(thread.name)
            writes.add(is_write)
        step = {
            "step": len(self.steps) + 1, "thread": thread.name, "file": file, "line": line, "function": function, "kind": kind, "what": what,
            "location": location, "location_id": number, "value": "", "is_write": is_write, "held": self.locks.held_by(thread.name),
        }  # fmt: skip
        self.steps.append(step)
        return step
