"""Says which places an operation touches: the engine's half of `harness.model.events`, for the exhaustive search."""

from __future__ import annotations

import inspect
import sys
import types
import weakref
from typing import Any

from harness.engines.kinds import ITERATOR, VIEW, WEAK, classes_asked, viewed
from harness.engines.nested import run_over
from harness.engines.places_of_sites import NAMESPACE
from harness.engines.virtual import VirtualThread
from harness.model.events import ACQUIRE, NEUTRAL, PART_READ, PART_WRITE, READ, RELEASE, WRITE, Access, EventLog
from harness.standins.condition import Condition
from harness.standins.event import Event
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.rlock import RLock
from harness.standins.threads import THREADS

READING = frozenset(
    "locked is_set is_alive join ident daemon qsize empty full done cancelled running n_waiting broken enumerate value unfinished".split()
)
"""Operations of stand-ins that change nothing."""
TENTATIVE = frozenset("try-acquire get put acquire notify notify_all".split())
"""Operations that change something only if they succeed, or if somebody waits."""
SEEN_THROUGH = frozenset({"join", "result"})
"""Kinds of gates that stay as they are whoever passes."""
_KEYS = frozenset({int, str, bool, bytes, type(None)})


class EventWriter:
    """Numbers the places of one execution."""

    def __init__(self, log: EventLog, kinds: dict[type, int]) -> None:
        self.log = log
        self.kinds = kinds
        self._serials: dict[int, int] = {}
        self._kept: list[Any] = []
        self._generators: dict[int, Any] = {}
        self._next = 0

    def serial(self, obj: Any) -> int:
        """A number for an object that is its own as long as it lives."""
        serial = self._serials.get(id(obj))
        if serial is None:
            key = id(obj)
            serial = self._serials[key] = self._next
            self._next += 1
            try:
                self._kept.append(weakref.ref(obj, lambda _: self._serials.pop(key, None)))
            except TypeError:
                self._kept.append(obj)
        return serial

    # -- accesses of rewritten code

    def named(self, group: Any, obj: Any, is_write: bool) -> tuple[Access, ...]:
        """A read or write of what a site names: an attribute of `obj`, a module-level variable, a closure variable (`obj` is its cell)."""
        how = WRITE if is_write else READ
        if group[0] == "attribute":
            return self.attribute(obj, group[1], how)
        if group == NAMESPACE:
            self.log.doubts.add("module-level variables are reached through globals()")
            return ()
        if group[0] == "computed":
            self.log.doubts.add("results of functions are kept (functools.cache), and looking for one there is no event")
            return ()
        return ((self.log.symbol(group) if group[0] == "global" else self.log.place(("cell", self.serial(obj))), how),)

    def attribute(self, obj: Any, name: str, how: int) -> tuple[Access, ...]:
        """A read or write of an attribute, and of the class's where the object has none of its own."""
        log = self.log
        if type(obj) is types.ModuleType:
            return ((log.symbol(("global", getattr(obj, "__file__", None), name)), how),)
        if name == "__dict__":
            log.doubts.add("attributes are reached through __dict__")
        place = log.place((self.serial(obj), name))
        if how == READ:
            return ((place, how), *((log.place((self.serial(owner), name)), how) for owner in classes_asked(obj, name)))
        return ((place, how),)

    def contents(self, obj: Any, is_write: bool) -> tuple[Access, ...]:
        """A read or change of all that a container holds; of an iterator: of what it runs over too."""
        kind = self.kinds[type(obj)]
        how = WRITE if is_write else READ
        if kind == VIEW:
            obj = viewed(obj)
        if isinstance(obj, WEAK):
            self.log.doubts.add("weak references are followed, and that somebody lets go of an object is no event")
        if type(obj) is types.GeneratorType and obj.gi_frame is not None:
            self._generators[id(obj.gi_frame)] = weakref.ref(obj)  # it has its frame as long as it lives
        accesses: tuple[Access, ...] = ((self.log.place((self.serial(obj),)), how),)
        if kind == ITERATOR:
            accesses += tuple((self.log.place((self.serial(each),)), WRITE if changes else READ) for each, changes in run_over(obj, self.kinds))
        return accesses

    def generator_of(self, frame: Any) -> Any:
        """The generator whose frame it is, None if no thread has come to it at a point of its own."""
        known = self._generators.get(id(frame))
        return None if known is None else known()

    def key(self, obj: Any, index: Any, is_write: bool) -> tuple[Access, ...]:
        """A read or write of one element, where only that one is touched; else of the whole."""
        if type(obj) is list and type(index) is int:
            if index < 0:
                index += len(obj)
        elif type(obj) is dict:
            if type(index) not in _KEYS and not (type(index) is tuple and all(type(part) in _KEYS for part in index)):
                return self.contents(obj, is_write)
            if is_write and index not in obj:
                return self.contents(obj, True)
        else:
            return self.contents(obj, is_write)
        serial = self.serial(obj)
        whole, part = self.log.place((serial,)), self.log.place((serial, "[]", index))
        return ((whole, PART_WRITE), (part, WRITE)) if is_write else ((whole, PART_READ), (part, READ))

    # -- operations of stand-ins

    def of(self, obj: Any) -> int:
        """The place of a stand-in, a virtual thread or the like. A `Thread` itself is the place of whether it has been started."""
        if type(obj) is VirtualThread:
            return self.log.symbol(("thread", obj.path))
        if obj is THREADS:
            return self.log.symbol("threads")
        return self.log.place((self.serial(obj),))

    def operation(self, kind: str, obj: Any) -> tuple[tuple[Access, ...], bool]:
        """The accesses of an operation that can always go on, and whether they turn out writes only if something changes."""
        if kind == "start" or obj is None:
            return (), False
        place = self.of(obj)
        if kind in READING:
            return ((place, READ),), False
        if kind == "wait":
            return ((place, READ if isinstance(obj, Event) else NEUTRAL if isinstance(obj, Condition) else WRITE),), False
        if kind == "release" and isinstance(obj, Lock | RLock):
            return ((place, RELEASE),), False
        if kind in TENTATIVE:
            return ((place, READ),), True
        return ((place, WRITE),), False

    def passing(self, gate: Gate) -> tuple[Access, ...]:
        """The access of passing a gate that is open."""
        place = self.of(gate.owner)
        if isinstance(gate, Lock | RLock):
            return ((place, ACQUIRE),)
        if gate.kind in SEEN_THROUGH or (gate.kind == "wait" and isinstance(gate.owner, Event)):
            return ((place, READ),)
        return ((place, WRITE),)

    def timer(self, thread: VirtualThread) -> int:
        """The place of a thread's deadline."""
        return self.log.symbol(("timer", thread.path))


def snapshot(frame: Any) -> tuple[Any, ...]:
    """A thread's frames from the innermost rewritten one outward: code, position in the callers, and all local variables."""
    found: list[Any] = []
    is_caller = False
    while frame is not None:
        if runtime_is_in(frame):
            scope = frame.f_locals
            found.append(frame.f_code)
            if is_caller:
                found.append(frame.f_lasti)
            is_caller = True
            if frame.f_code.co_flags & inspect.CO_OPTIMIZED:
                found.extend(scope.values())
                if sys.version_info < (3, 13):
                    scope.clear()  # a snapshot that the frame keeps: it would keep alive what the function lets go of
        frame = frame.f_back
    return tuple(found)


def runtime_is_in(frame: Any) -> bool:
    """Whether a frame executes rewritten code."""
    return "__harness__" in frame.f_globals
