"""Writes one execution down step by step, while it runs again under a schedule that is known.

Nothing here is on the path of a search. A recorder never runs code of the target: values are looked up in ``__dict__``s and shown in a
few characters.
"""

from __future__ import annotations

import ast
import collections
import inspect
import itertools
import linecache
import os
import re
import sys
import types
from collections.abc import Mapping, Set
from typing import Any

import msgspec

from harness import runtime
from harness.engines.deeds import Deeds
from harness.engines.identity import Identities
from harness.engines.naming import attribute_name, let_go, name_in
from harness.engines.virtual import VirtualThread
from harness.model.trace import CHANGED_NOTHING, IN_VAIN, NOT_THERE, Output, Step, Switch, SwitchReason, ThreadEnd, Trace
from harness.standins.barrier import Barrier
from harness.standins.condition import Condition
from harness.standins.event import Event
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.queues import Queue
from harness.standins.rlock import RLock
from harness.standins.semaphore import BoundedSemaphore, Semaphore
from harness.standins.simple_queue import SimpleQueue

GOES_ON = " goes on"
"""The detail of an operation on a container that code without points has begun before, and goes on with."""
STEPS_KEPT = 20_000
LINES_OF_A_WHOLE_FILE = 300
LINES_AROUND = 15
"""A short file is kept whole with its trace, of a longer one what stands around the lines that were executed."""
LOOP_KINDS = frozenset({"while", "for", "loop"})
NAMED_BY_STARTER = (Lock, RLock, Condition, Semaphore, Event, Barrier, Queue)
MOST_NAMED = 100
"""Elements of one list."""
MOST_COMPARED = 1000
"""Elements of a container that are looked at to see whether an operation has changed it."""
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where an object lies, as its repr tells it: another place in every process."""
HOLDING = {"acquire": True, "try-acquire": True, "release": False}


class Recorder:
    """The steps, switches and printed text of one execution. `files` are the target's files: only their lines are
    shown; `shown_as` gives the path to show for a file, where that is not the file's own."""

    def __init__(self, files: Set[str], namespaces: Mapping[str, dict[str, Any]], shown_as: Mapping[str, str]) -> None:
        self.files = files
        self.namespaces = namespaces
        self.shown_as = shown_as
        self.steps: list[dict[str, Any]] = []
        self.switches: list[Switch] = []
        self.output: list[Output] = []
        self.lines: dict[tuple[int, int], int] = {}
        self.dropped = 0
        self.notes: tuple[str, ...] = ()
        self.handed_at: dict[str, tuple[str, int, str]] = {}  # by thread: where what it is about to call had been handed on
        self._labels: dict[int, str] = {}
        self._places: dict[Any, int] = {}
        self._identities = Identities()
        self.deeds = Deeds(self._identities)
        self._open: tuple[dict[str, Any], Any, str, str] | None = None
        self._parts_before: tuple[int, ...] | None = None
        self._position_before = (0, 0)
        self._touched: dict[int, tuple[set[str], set[bool]]] = {}
        self._held: dict[str, list[str]] = {}
        self._since: dict[int, tuple[str, int]] = {}
        self._said: dict[tuple[types.CodeType, int], str] = {}

    # -- called by the engine ----------------------------------------------------------------------------------------------------

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
        self._settle()
        reason: SwitchReason = why if why in ("preemption", "blocked", "ended", "expiry", "yield", "round", "fair") else "preemption"  # type: ignore[assignment]
        self.switches.append(Switch(len(self.steps) + self.dropped, leaver.name, runner.name, reason))

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
        self._held = {name if who == before else who: held for who, held in self._held.items()}
        self._since = {lock: (name if who == before else who, line) for lock, (who, line) in self._since.items()}
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
        if type(obj) is not types.ModuleType and (isinstance(obj, type) or not _is_method(type(obj), name)):
            self.attribute(thread, site, obj, name, "read", False)

    def attribute(self, thread: VirtualThread, site: int, obj: Any, name: str, kind: str, is_write: bool) -> None:
        """An attribute is about to be read, set or deleted, whatever stands at the site; `kind` says which."""
        owner = obj.__name__ if isinstance(obj, type) else self._labels.get(self._identities.of(obj)) or type(obj).__name__
        self._access(thread, site, obj, name, kind, is_write, f"{owner}.{name}", ("attribute", self._identities.of(obj), name))

    def _access(self, thread: VirtualThread, site: int, obj: Any, name: str, kind: str, is_write: bool, label: str, place: tuple[Any, ...]) -> None:
        verb = {"write": "write", "delete": "delete"}.get(kind.rpartition("-")[2], "write" if is_write else "read")
        step = self._add(thread, kind, f"{verb} {label}", label, place, is_write, site)
        if step is not None:
            self.deeds.accessed(len(self.steps), thread, place, obj, name, is_write, self._stack(thread))
            self._open = (step, self._identities.holder(obj), name, kind)

    def contents(self, thread: VirtualThread, site: int, obj: Any, detail: str, is_write: bool) -> None:
        """The contents of a container are about to be read or changed."""
        where = runtime.sites[site]
        self._settle()
        label = self._labels.get(self._identities.of(obj)) or self._local_name(obj) or type(obj).__name__
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
            self._open = (step, self._identities.holder(obj), detail, "contents")
            self._parts_before, self._position_before = (_parts_of(obj), self._position()) if is_write else (None, (0, 0))

    def _position(self) -> tuple[int, int]:
        """Which frame of the target runs, and its line."""
        frame = self._target_frame()
        return (0, 0) if frame is None else (id(frame), frame.f_lineno)

    def _may_be_under_way(self) -> bool:
        """Whether the line of the last operation that could change a container has called code of the target, which runs: a key to sort by, a comparison,
        or what is done with the result."""
        innermost = self._target_frame()
        frame = innermost
        while frame is not None:
            if (id(frame), frame.f_lineno) == self._position_before:
                return frame is not innermost
            frame = frame.f_back
        return False

    def operation(self, thread: VirtualThread, kind: str, detail: str, obj: Any, is_timed: bool = False) -> None:
        """A stand-in's operation happens now; `is_timed`: the thread would have given up waiting for it."""
        if kind == "loop":
            return
        self._settle()  # what was just read may be how the object is called
        if kind in ("start", "submit"):
            self._name_what_is_handed_on()
        label = self.label(obj)
        in_vain = _why_it_fails(thread, kind, detail, obj)
        if kind in HOLDING and isinstance(obj, Lock | RLock) and not in_vain:
            holds = self._held.setdefault(thread.name, [])
            if not HOLDING[kind]:
                for held in self._held.values():
                    if label in held:
                        held.remove(label)
                        break
            elif kind == "acquire":
                holds.append(label)
                self._since[self._identities.of(obj)] = (thread.name, self.line_of()[1])
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
        self._settle()
        label = self.label(gate.owner)
        step = self._add(thread, "blocked", f"waits: {gate.kind} {label}{self._holder(gate)}", label, ("object", self._identities.of(gate.owner)))
        if step is not None and frame is not None:
            step["file"], step["line"], step["function"] = self.line_of(frame)

    def raised(self, thread: VirtualThread, error: BaseException, text: str, where: str, future: str) -> None:
        """An exception left something, or went into a future; `text` says it as it was then, "" where only its code could."""
        kept = f", kept by the future of {future}" if where == "future" else ""
        file, line, function = innermost(error, self.files)
        step = self._add(thread, "raise", f"raise {text or describe_error(error)}{kept}")
        if step is not None and file:
            step["file"], step["line"], step["function"] = file, line, function

    def printed(self, thread: VirtualThread, text: str) -> None:
        """The target wrote to standard output."""
        printable = text.encode("utf-8", "backslashreplace").decode()  # a lone surrogate has no place in JSON
        self.output.append(Output(len(self.steps) + self.dropped, thread.name, printable))

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

    # -- what was recorded -------------------------------------------------------------------------------------------------------

    def trace(self, threads: list[VirtualThread], ends: tuple[ThreadEnd, ...]) -> Trace:
        """Everything recorded, frozen."""
        self._settle()
        shared = {place for place, (who, writes) in self._touched.items() if len(who) > 1 and True in writes}
        steps = []
        source: dict[str, dict[int, str]] = {}
        for step in self.steps:
            step["is_shared"] = step["location_id"] in shared
            step["file"] = self._shown(step["file"], step["line"], source)
            steps.append(Step(**step))
        ends = tuple(msgspec.structs.replace(end, file=self._shown(end.file, end.line, source)) for end in ends)
        return Trace(tuple(t.name for t in threads), tuple(steps), tuple(self.switches), tuple(self.output), ends, source, self.dropped, self.notes)

    def _shown(self, file: str, line: int, source: dict[str, dict[int, str]]) -> str:
        """The path to show for a file; puts the line's text, and what stands around it, into `source` under that path."""
        shown = self.shown_as.get(file, file)
        if file and line:
            lines = source.setdefault(shown, {})
            if line not in lines:
                texts = linecache.getlines(file)
                whole = len(texts) <= LINES_OF_A_WHOLE_FILE
                around = range(1, len(texts) + 1) if whole else range(max(1, line - LINES_AROUND), min(len(texts), line + LINES_AROUND) + 1)
                lines.update((number, texts[number - 1].rstrip("\r\n")) for number in around)
                lines.setdefault(line, "")
        return shown

    def label(self, obj: Any) -> str:
        """What to call an object: by the attribute or variable it was read from, else by its class."""
        if obj is None:
            return ""
        if isinstance(obj, VirtualThread):
            return obj.name
        known = self._labels.get(self._identities.of(obj))
        if known:
            return known
        name = self._local_name(obj)
        if name:
            self._name(obj, name)  # whoever comes to it later may have no name for it, or another one
        return name or f"a {type(obj).__name__}"

    def line_of(self, frame: Any = None) -> tuple[str, int, str]:
        """File, line and function of the innermost frame of the target, in the running thread or from `frame` on; ("", 0, "") if none."""
        frame = self._target_frame(frame)
        return ("", 0, "") if frame is None else (frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname)

    # -- helpers -----------------------------------------------------------------------------------------------------------------

    def _target_frame(self, frame: Any = None) -> Any:
        frame = frame or sys._getframe(1)
        files = self.files
        while frame is not None and frame.f_code.co_filename not in files:
            frame = frame.f_back
        return frame

    def _stack(self, thread: VirtualThread) -> tuple[str, ...]:
        """The functions of the target that the running thread is in, outermost first, each with its line."""
        stack: list[str] = []
        files, said = self.files, self._said
        frame: Any = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            if code.co_filename in files:
                place = code, frame.f_lineno
                text = said.get(place)
                if text is None:
                    text = said[place] = f"{code.co_qualname.rpartition('<locals>.')[2]} (line {place[1]})"
                stack.append(text)
            frame = frame.f_back
        stack.reverse()
        if not stack and thread.path in self.handed_at:
            _, line, function = self.handed_at[thread.path]
            stack = [f"what {function.rpartition('<locals>.')[2]} handed on at line {line}"] if line else []
        return tuple(stack)

    def _local_name(self, obj: Any) -> str:
        """The name of a module's variable that holds the object, of one of the running function, or of an attribute of its ``self``; "" if none. Where
        the library acts for it, of an attribute of the library's (a handler's lock)."""
        frame = self._target_frame()
        if name := self._name_in_modules(frame, obj):
            self._name(obj, name)  # whoever looks later may stand elsewhere
            return name
        between: Any = sys._getframe(1)
        while between is not frame:  # to the thread's begin where it has none of the target's: a function of the library that was started itself
            if not between.f_code.co_filename.startswith(_OWN):
                name = attribute_name(between.f_locals, obj)
                let_go(between)
                if name:
                    self._name(obj, name)
                    return name
            between = between.f_back
        if frame is None:
            return ""
        name = name_in(frame.f_locals, obj) or attribute_name(frame.f_locals, obj)
        let_go(frame)
        return name

    def _name_what_is_handed_on(self) -> None:
        """Calls the locks and the like that variables of the running function hold by these: the threads that it starts may have other names for them."""
        frame = self._target_frame()
        if frame is None or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return
        for name, value in [*frame.f_locals.items()]:
            if name.startswith("_h"):
                continue
            for position, each in enumerate(value[:MOST_NAMED] if type(value) in (list, tuple) else ()):
                if isinstance(each, NAMED_BY_STARTER):
                    self._name(each, self._name_in_modules(frame, each) or f"{name}[{position}]")
            if isinstance(value, NAMED_BY_STARTER):
                self._name(value, self._name_in_modules(frame, value) or name)
        let_go(frame)

    def _name_in_modules(self, frame: Any, obj: Any) -> str:
        """The name of a variable that holds the object in the frame's module, or in another one of the target's; "" if none."""
        own = () if frame is None else (frame.f_globals,)
        return next((name for namespace in (*own, *self.namespaces.values()) if (name := name_in(namespace, obj))), "")

    def _holder(self, gate: Gate) -> str:
        if gate.kind != "acquire" or self._identities.of(gate.owner) not in self._since:
            return ""
        who, line = self._since[self._identities.of(gate.owner)]
        return f" (held by {who} since line {line})" if line else f" (held by {who})"

    def holder_of(self, owner: Any) -> tuple[str, int] | None:
        """Who took a lock last and at which line."""
        return self._since.get(self._identities.of(owner))

    def held_by(self, name: str) -> tuple[str, ...]:
        """Labels of the locks that a thread holds, in the order taken."""
        return tuple(self._held.get(name, ()))

    def _add(
        self, thread: VirtualThread, kind: str, what: str, location: str = "", place: Any = None, is_write: bool = False, site: int = -1
    ) -> dict[str, Any] | None:
        self._settle()
        if len(self.steps) >= STEPS_KEPT:
            self.dropped += 1
            return None
        if site == runtime.HANDED:
            file, line, function = self.line_of()
            if not line:
                file, line, function = self.handed_at.get(thread.path, (file, line, function))
        elif site > 0:
            at = runtime.sites[site]
            file, line, function = at.file, at.line, at.function
        else:
            file, line, function = self.line_of()
            if kind in HOLDING and not line:
                function = _library_call()
        number = 0
        if place is not None:
            number = self._places.setdefault(place, len(self._places) + 1)
            who, writes = self._touched.setdefault(number, (set(), set()))
            who.add(thread.name)
            writes.add(is_write)
        step = {
            "step": len(self.steps) + 1, "thread": thread.name, "file": file, "line": line, "function": function, "kind": kind, "what": what,
            "location": location, "location_id": number, "value": "", "is_write": is_write, "held": tuple(self._held.get(thread.name, ())),
        }  # fmt: skip
        self.steps.append(step)
        return step

    def _settle(self) -> None:
        """The value of the last access: nothing else has run since, so what stands there now is what was read or written."""
        if self._open is None:
            return
        step, holder, name, kind = self._open
        self._open = None
        obj = holder()
        if kind == "contents":
            may_go_on = step["is_write"] and self._may_be_under_way()
            if may_go_on and name.startswith(".sort("):
                return  # a list that is being sorted looks empty
            if step["kind"] in ("getitem", "setitem"):
                self._settle_item(step, obj, name)
                return
            if not (shown := show(obj)).startswith("<"):  # what is shown by its class only shows nothing of its contents
                step["value"] = shown
            if step["is_write"] and not may_go_on and self._parts_before is not None and _parts_of(obj) == self._parts_before:
                step["is_write"] = False
                step["what"] += NOT_THERE if step["kind"] == "delitem" else CHANGED_NOTHING
            return
        if kind.startswith("global"):
            value = self.namespaces.get(step["file"], {}).get(name, _missing)
        elif kind.startswith("cell"):
            try:
                value = obj.cell_contents
            except ValueError:
                value = _missing
        else:
            value = _attribute(obj, name)
        if value is _missing:
            return
        self._name(value, step["location"])
        step["value"] = show(value)
        if not kind.endswith("delete"):
            step["what"] += f" = {show(value)}"

    def _settle_item(self, step: dict[str, Any], obj: Any, detail: str) -> None:
        """The value of an element that was read or set; that it was not there, where that is certain."""
        item = _item(obj, detail)
        if item is _absent:
            step["what"] += NOT_THERE
            step["is_write"] = False
        elif item is not _missing:
            self._name(item, step["location"])
            step["value"] = show(item)
            step["what"] += f" = {show(item)}"

    def _name(self, value: Any, label: str) -> None:
        """From now on an object is called by the place it was first seen in."""
        if not isinstance(value, int | float | str | bytes | bool | type(None) | types.FunctionType | type | types.ModuleType):
            self._labels.setdefault(self._identities.of(value), label)
            if isinstance(value, Condition) and isinstance(value._lock, Lock | RLock):
                self._labels.setdefault(self._identities.of(value._lock), label)


_missing = object()
_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_absent = object()


def _library_call() -> str:
    """The function of a library that the running thread was started with, in full ("logging.Logger.error"); "" where all its frames are ours."""
    found = ""
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not frame.f_code.co_filename.startswith((_OWN, "<")) and module != "threading":
            found = f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return found


def _parts_of(obj: Any) -> tuple[int, ...] | None:
    """What a container holds, by identity; None of one whose class may have methods of the target, and of a large one."""
    kind = type(obj)
    if kind in (list, set, collections.deque) and len(obj) <= MOST_COMPARED:
        return tuple(map(id, obj))
    if kind in (dict, collections.OrderedDict, collections.defaultdict) and len(obj) <= MOST_COMPARED:
        return tuple(id(part) for item in obj.items() for part in item)
    return None


def _why_it_fails(thread: VirtualThread, kind: str, detail: str, obj: Any) -> str:
    """Why an operation that is about to be carried out will raise, as words that follow it; "" where it will not, or that is not known."""
    if kind == "release" and not detail:
        if isinstance(obj, Lock) and obj.is_open:
            return ", which nobody holds"
        if isinstance(obj, RLock) and obj.holder is not thread:
            return ", which it does not hold"
        if isinstance(obj, BoundedSemaphore) and obj._count >= obj._initial_value:
            return ", which has all its permits"
    if kind in ("put", "get") and isinstance(obj, Queue | SimpleQueue):
        return _why_refused(kind, obj)
    if kind in ("wait", "notify", "notify_all") and isinstance(obj, Condition):
        lock = obj._lock
        if (isinstance(lock, Lock) and lock.is_open) or (isinstance(lock, RLock) and lock.holder is not thread):
            return ", which it does not hold"
    return ""


def _why_refused(kind: str, queue: Queue | SimpleQueue) -> str:
    """As `_why_it_fails`, for a put or a get that does not wait."""
    if isinstance(queue, SimpleQueue):
        return ", which is empty" if kind == "get" and not queue._stock.is_open else ""
    if queue.is_shutdown and (kind == "put" or not queue._own_items):
        return ", which is shut down"
    if kind == "put":
        return "" if queue._own_room.is_open else ", which is full"
    return "" if queue._own_stock.is_open else ", which is empty"


def _item(obj: Any, detail: str) -> Any:
    """The element that `detail` ("[4]") names; `_absent` where there is none, `_missing` where that cannot be told."""
    try:
        key = ast.literal_eval(detail[1:-1])
        if isinstance(obj, dict):
            return dict.get(obj, key, _absent)  # never a subclass's __missing__
        sequence = next((kind for kind in (list, collections.deque) if isinstance(obj, kind)), None)
        if sequence is not None and isinstance(key, int):
            return sequence.__getitem__(obj, key)
    except IndexError:
        return _absent
    except Exception:
        return _missing
    return _missing


def _attribute(obj: Any, name: str) -> Any:
    """The attribute as data: from the instance's or a class's ``__dict__`` or a slot; never a property or ``__getattr__``."""
    plain: Any = (object.__getattribute__, type.__getattribute__, types.ModuleType.__getattribute__)
    own = getattr(obj, "__dict__", None) if type(obj).__getattribute__ in plain else None
    if own is not None and name in own:
        return own[name]
    for owner in obj.__mro__ if isinstance(obj, type) else type(obj).__mro__:
        if name in owner.__dict__:
            value = owner.__dict__[name]
            if isinstance(value, types.MemberDescriptorType):
                try:
                    return value.__get__(obj, type(obj))
                except AttributeError:
                    return _missing
            return _missing if isinstance(value, property | types.FunctionType | classmethod | staticmethod) else value
    return _missing


def _is_method(cls: type, name: str) -> bool:
    for owner in cls.__mro__:
        if name in owner.__dict__:
            return isinstance(owner.__dict__[name], types.FunctionType | staticmethod | classmethod | types.MethodDescriptorType | types.BuiltinFunctionType)
    return False


def show(value: Any, depth: int = 2) -> str:
    """A value in at most about 60 characters; runs no code of the target (an instance is shown by its class)."""
    kind = type(value)
    if kind in (int, float, bool, type(None), complex):
        try:
            text = repr(value)
        except ValueError:  # an int beyond the limit of digits
            return "<huge int>"
    elif kind in (str, bytes):
        text = repr(value[:50]) + ("..." if len(value) > 50 else "")
    elif kind in (list, tuple, set, frozenset) or kind.__name__ == "deque":
        if not depth:
            return "..."
        parts = [show(item, depth - 1) for item in itertools.islice(value, 6)] + (["..."] if len(value) > 6 else [])
        brackets = {"tuple": "()", "set": "{}", "frozenset": "{}"}.get(kind.__name__, "[]")
        opening, closing = brackets[0], ",)" if kind is tuple and len(value) == 1 else brackets[1]
        text = ("deque(" if kind.__name__ == "deque" else "") + opening + ", ".join(parts) + closing + (")" if kind.__name__ == "deque" else "")
    elif kind is dict:
        if not depth:
            return "{...}"
        items = [f"{show(k, depth - 1)}: {show(v, depth - 1)}" for k, v in itertools.islice(value.items(), 4)] + (["..."] if len(value) > 4 else [])
        text = "{" + ", ".join(items) + "}"
    elif isinstance(value, type | types.FunctionType):
        text = value.__name__
    elif isinstance(value, BaseException):
        text = describe_error(value)
    else:
        text = f"<{kind.__name__}>"
    return text if len(text) <= 64 else text[:61] + "..."


def describe_error(error: BaseException) -> str:
    """An exception on one line: its class and the start of its text; a text that cannot be had is left out."""
    try:
        said = str(error).partition("\n +  where ")[0]  # what pytest adds to an assertion has addresses in it
        text = ADDRESS.sub("", " ".join(said.split())).encode("utf-8", "backslashreplace").decode()
    except Exception:
        text = ""
    if isinstance(error, RecursionError):
        text = "maximum recursion depth exceeded"  # what Python adds depends on where exactly it noticed
    if len(text) > 200:
        text = text[:197] + "..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def error_when_raised(error: BaseException) -> str:
    """As `describe_error`, for the moment at which an exception is caught: what its text shows may change afterwards. "" where code of its class makes
    the text, which must not run in the middle of an execution."""
    return "" if isinstance(type(error).__str__, types.FunctionType) else describe_error(error)


def innermost(error: BaseException, files: Set[str]) -> tuple[str, int, str]:
    """File, line and function of the innermost frame of the target in an exception's traceback; ("", 0, "") if none."""
    place = ("", 0, "")
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in files:
            code = traceback.tb_frame.f_code
            place = (code.co_filename, traceback.tb_lineno, code.co_qualname)
        traceback = traceback.tb_next
    return place
