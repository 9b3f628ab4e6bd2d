"""The hooks of calls: methods of containers, builtins that are handed containers, getattr and its like, code without points."""

from __future__ import annotations

import types
from typing import Any

from harness import runtime
from harness.engines.access_hooks import AccessHooks
from harness.engines.kinds import ITERATOR, READ_METHODS, READERS, REAL_LOCK, VIEW, viewed
from harness.engines.places import SHARED, WRITTEN
from harness.engines.recorder import show
from harness.engines.virtual import TRACED, VirtualThread
from harness.model.events import READ, WRITE

REFLECTIONS: dict[str, Any] = {"__getattribute__": getattr, "__setattr__": setattr, "__delattr__": delattr}
"""What a method that is given an attribute's name does, as a builtin."""


class CallHooks(AccessHooks):
    """Hooks that rewritten code calls before it calls something."""

    def method(self, last: Any, obj: Any, site: int, *others: Any) -> Any:
        """Hook: a method is about to be called with arguments."""
        kind = self.kinds[type(obj)]
        if kind:
            thread = self.cur
            thread.points += 1
            name = self.names[site]
            is_write = kind == ITERATOR or name not in READ_METHODS
            if kind == REAL_LOCK:
                self._refuse_real_lock(obj, site)
            elif thread.mode:
                self._odd(thread, site, obj, f".{name}({', '.join(show(a) for a in (*others, last))})" if self.recorder else "", is_write)
            else:
                self._touch(thread, obj, site, is_write)
        elif site not in self.called and not self.cur.mode:
            self._look_into(_class_attribute(type(obj), self.names[site]), site)
        return last

    def method0(self, obj: Any, site: int) -> Any:
        """Hook: a method is about to be looked up and called without arguments."""
        thread = self.cur
        thread.points += 1
        kind = self.kinds[type(obj)]
        if not kind:
            if thread.mode:
                self._odd_access(thread, obj, site, False)
            elif self.watch[site]:
                self._access(thread, obj, site, False)
            elif site not in self.called:
                self._look_into(_class_attribute(type(obj), self.names[site]), site)
            return obj
        if kind == REAL_LOCK:
            self._refuse_real_lock(obj, site)
        name = self.names[site]
        is_write = kind == ITERATOR or name not in READ_METHODS
        if thread.mode:
            self._odd(thread, site, obj, f".{name}()" if self.recorder else "", is_write)
        else:
            self._touch(thread, obj, site, is_write)
        return obj

    def call(self, last: Any, function: Any, site: int, *others: Any) -> Any:
        """Hook: something is about to be called with arguments."""
        thread = self.cur
        if site not in self.called and not thread.mode:
            self._look_into(function, site)
        if type(function) is types.BuiltinMethodType:
            owner = function.__self__
            if self.kinds[type(owner)]:
                self._call_bound(thread, owner, function.__name__, site, last)
                return last
            if function is setattr or function is getattr or function is delattr or function is hasattr or function is vars:
                self._call_attribute(thread, function, site, (*others, last))
                return last
        if others or self.kinds[type(last)]:
            self._pass_containers(thread, function, site, (*others, last))
        return last

    def reflect(self, last: Any, obj: Any, site: int, *others: Any) -> Any:
        """Hook: an attribute is about to be read, set or deleted through ``__getattribute__``, ``__setattr__`` or ``__delattr__``."""
        arguments = (*others, last) if isinstance(obj, type) else (obj, *others, last)
        self._call_attribute(self.cur, REFLECTIONS[self.names[site]], site, arguments)
        return last

    def call0(self, function: Any, site: int) -> Any:
        """Hook: something is about to be called without arguments."""
        if type(function) is types.BuiltinMethodType:
            owner = function.__self__
            if self.kinds[type(owner)]:
                self._call_bound(self.cur, owner, function.__name__, site, None)
        elif site not in self.called and not self.cur.mode:
            self._look_into(function, site)
        return function

    def _call_bound(self, thread: VirtualThread, owner: Any, name: str, site: int, last: Any) -> None:
        if self.kinds[type(owner)] == REAL_LOCK:
            self._refuse_real_lock(owner, site)
        thread.points += 1
        is_write = self.kinds[type(owner)] == ITERATOR or name not in READ_METHODS
        if thread.mode:
            self._odd(thread, site, owner, f".{name}({show(last)})" if self.recorder else "", is_write)
        else:
            self._touch(thread, owner, site, is_write)

    def _call_attribute(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """``getattr(obj, name)`` and its like: an access to an attribute whose name is known only now."""
        if function is vars:
            arguments = (*arguments, "__dict__")
        if len(arguments) < 2 or not isinstance(arguments[1], str):
            return
        obj, name = arguments[0], arguments[1]
        is_write = function is setattr or function is delattr
        thread.points += 1
        group = ("attribute", name)
        if thread.mode == TRACED:
            if is_write and group not in self.traced_groups:
                self._trace_group(group)
            self._trace(thread, self.writer.attribute, obj, name, WRITE if is_write else READ)
            self.version += is_write
            return
        if thread.mode:
            if self._odd_point(thread, is_write):
                if is_write:
                    self.recorder.attribute(thread, site, obj, name, "write" if function is setattr else "delete", True)
                else:
                    self.recorder.lookup(thread, site, obj, name)
            return
        if is_write:
            self._set_state(group, WRITTEN)
        shared = self._track_attribute(thread, obj, group, is_write) or self.state_of.get(group) == SHARED
        if shared and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            self._offer(thread)
        if is_write:
            self.version += 1

    def _pass_containers(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """Containers handed to code without points of its own are read there, or changed if that code is not known to only read."""
        if isinstance(function, types.FunctionType | types.MethodType) or (function is None):
            if function is None or _has_points(function):
                return
        elif isinstance(function, type) and function not in READERS:
            return
        is_write = function not in READERS if function is not None else False
        for argument in arguments:
            kind = self.kinds[type(argument)]
            if kind and kind != REAL_LOCK:
                thread.points += 1
                change = is_write or (kind == ITERATOR)
                if thread.mode:
                    self._odd(thread, site, argument, f" passed to {getattr(function, '__name__', '')}" if self.recorder else "", change)
                else:
                    self._touch(thread, viewed(argument) if kind == VIEW else argument, site, change)

    def _look_into(self, function: Any, site: int) -> None:
        """Once a site: is the callee code without points? Then it is one step, and the limits name its module."""
        self.called.add(site)
        inner = function.__func__ if isinstance(function, types.MethodType) else function
        if isinstance(inner, types.FunctionType) and not _has_points(inner):
            module = inner.__globals__.get("__name__") or "?"  # where it was written: functools.wraps copies __module__
            if module.partition(".")[0] != "harness":
                self.uncontrolled.add(module)

    def hooks(self) -> dict[str, Any]:
        """The hooks to install in `harness.runtime`."""
        return {name: getattr(self, name) for name in runtime.HOOKS}


def _class_attribute(cls: type, name: str) -> Any:
    """What a class or its bases hold under a name, as it stands in ``__dict__``."""
    for owner in cls.__mro__:
        if name in owner.__dict__:
            return owner.__dict__[name]
    return None


def _has_points(function: Any) -> bool:
    inner = function.__func__ if isinstance(function, types.MethodType) else function
    return "__harness__" in inner.__globals__ or inner.__module__.partition(".")[0] == "harness"
