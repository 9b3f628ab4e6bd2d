"""What the objects of a recorded execution are called: by the attribute or variable in which the target first showed them."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Mapping
from typing import Any

from harness.engines.identity import Identities
from harness.engines.naming import attribute_name, let_go, name_in
from harness.engines.target_frames import OWN, TargetFrames
from harness.engines.virtual import VirtualThread
from harness.standins.barrier import Barrier
from harness.standins.condition import Condition
from harness.standins.event import Event
from harness.standins.lock import Lock
from harness.standins.queues import Queue
from harness.standins.rlock import RLock
from harness.standins.semaphore import Semaphore

NAMED_BY_STARTER = (Lock, RLock, Condition, Semaphore, Event, Barrier, Queue)
MOST_NAMED = 100
"""Elements of one list."""


class Labels:
    """Labels of objects; each keeps the first that it gets. `namespaces` are those of the target's modules."""

    def __init__(self, frames: TargetFrames, namespaces: Mapping[str, dict[str, Any]], identities: Identities) -> None:
        self._frames = frames
        self._namespaces = namespaces
        self._identities = identities
        self._labels: dict[int, str] = {}

    def of(self, obj: Any) -> str:
        """What to call an object: by the attribute or variable it was read from, else by its class."""
        if obj is None:
            return ""
        if isinstance(obj, VirtualThread):
            return obj.name
        known = self._labels.get(self._identities.of(obj))
        if known:
            return known
        name = self._name_here(obj)
        if name:
            self.give(obj, name)  # whoever comes to it later may have no name for it, or another one
        return name or f"a {type(obj).__name__}"

    def of_container(self, obj: Any) -> str:
        """As `of`, for a container: how a variable of the running function calls it is not kept."""
        return self._labels.get(self._identities.of(obj)) or self._name_here(obj) or type(obj).__name__

    def of_owner(self, obj: Any) -> str:
        """As `of`, for what stands before the dot of an attribute: no variable is looked for."""
        return obj.__name__ if isinstance(obj, type) else self._labels.get(self._identities.of(obj)) or type(obj).__name__

    def give(self, value: Any, label: str) -> None:
        """From now on an object is called by the place it was first seen in."""
        if not isinstance(value, int | float | str | bytes | bool | type(None) | types.FunctionType | type | types.ModuleType):
            self._labels.setdefault(self._identities.of(value), label)
            if isinstance(value, Condition) and isinstance(value._lock, Lock | RLock):
                self._labels.setdefault(self._identities.of(value._lock), label)

    def give_to_what_is_handed_on(self) -> None:
        """Calls the locks and the like that variables of the running function hold by these: the threads that it starts may have other names for them."""
        frame = self._frames.innermost()
        if frame is None or not frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            return
        for name, value in [*frame.f_locals.items()]:
            if name.startswith("_h"):
                continue
            for position, each in enumerate(value[:MOST_NAMED] if type(value) in (list, tuple) else ()):
                if isinstance(each, NAMED_BY_STARTER):
                    self.give(each, self._name_in_modules(frame, each) or f"{name}[{position}]")
            if isinstance(value, NAMED_BY_STARTER):
                self.give(value, self._name_in_modules(frame, value) or name)
        let_go(frame)

    def _name_here(self, obj: Any) -> str:
        """The name of a module's variable that holds the object, of one of the running function, or of an attribute of its ``self``; "" if none. Where
        the library acts for it, of an attribute of the library's (a handler's lock)."""
        frame = self._frames.innermost()
        if name := self._name_in_modules(frame, obj):
            self.give(obj, name)  # whoever looks later may stand elsewhere
            return name
        between: Any = sys._getframe(1)
        while between is not frame:  # to the thread's begin where it has none of the target's: a function of the library that was started itself
            if not between.f_code.co_filename.startswith(OWN):
                name = attribute_name(between.f_locals, obj)
                let_go(between)
                if name:
                    self.give(obj, name)
                    return name
            between = between.f_back
        if frame is None:
            return ""
        name = name_in(frame.f_locals, obj) or attribute_name(frame.f_locals, obj)
        let_go(frame)
        return name

    def _name_in_modules(self, frame: Any, obj: Any) -> str:
        """The name of a variable that holds the object in the frame's module, or in another one of the target's; "" if none."""
        own = () if frame is None else (frame.f_globals,)
        return next((name for namespace in (*own, *self._namespaces.values()) if (name := name_in(namespace, obj))), "")
