"""The hooks of calls: methods of containers, builtins that are handed containers, getattr and its like, code without points."""

from __future__ import annotations

import copy
import functools
import operator
import pickle
import types
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from harness import runtime
from harness.engines.callbacks import Read, calls_the_program
from harness.engines.contents_hooks import ContentsHooks
from harness.engines.counts import is_in_pieces, sign_of
from harness.engines.kinds import (
    BOUND,
    COMPARING_METHODS,
    FADING,
    ITERATOR,
    KEEPING_METHODS,
    PLAIN,
    READ_METHODS,
    READERS,
    REAL_LOCK,
    SHALLOW,
    VIEW,
    WORLD,
    changes_world,
    class_attribute,
    has_points,
    is_worldly,
    viewed,
)
from harness.engines.nested import elements
from harness.engines.places_of_sites import COMPARES
from harness.engines.showing import show
from harness.engines.virtual import TRACED, UNWINDING, VirtualThread

REFLECTIONS: dict[str, Any] = {"__getattribute__": getattr, "__setattr__": setattr, "__delattr__": delattr}
"""What a method that is given an attribute's name does, as a builtin."""

REACHING = frozenset({setattr, getattr, delattr, hasattr, vars, dir, eval, exec})
"""Builtins that reach more than what they are handed."""

COPIERS = frozenset({copy.copy, copy.deepcopy, pickle.dump, pickle.dumps})
"""Functions of the library that read all attributes of what they are given."""

FOLLOWED = frozenset({weakref.ref, weakref.WeakMethod})
"""Types of weak references, which are followed by a call."""

CARRYING = frozenset({*BOUND, *FOLLOWED, types.MethodType, functools.partial, operator.attrgetter})
"""Types of functions that touch what they carry."""


class CallHooks(ContentsHooks):
    """Hooks that rewritten code calls before it calls something."""

    def method(self, last: Any, obj: Any, site: int, *others: Any) -> Any:
        """Hook: a method is about to be called with arguments."""
        kind = self.kinds[type(obj)]
        if kind > PLAIN:
            thread = self.cur
            name = self.names[site]
            gives = self.gives[site]
            if gives and (gives == COMPARES or others or self.kinds[type(last)]):
                sign = 0 if others else sign_of(obj, name, last)
                if sign:
                    return self._count(obj, last, sign, site)
                self._give_to_container(obj, name, site, (*others, last))
                return last
            thread.points += 1
            is_write = kind == ITERATOR or name not in READ_METHODS
            if kind == REAL_LOCK:
                self._refuse_real_lock(obj, site)
            elif thread.mode:
                if thread.mode == TRACED:
                    self._doubt_pieces(obj, name, (*others, last))
                self._odd(thread, site, obj, f".{name}({', '.join(show(a) for a in (*others, last))})" if self.recorder else "", is_write)
            else:
                self._touch(thread, viewed(obj) if kind == VIEW else obj, site, is_write)
            return last
        if site not in self.ordinary:
            self._meet(_method_of(obj, self.names[site]), site, (*others, last))
        kinds = self.kinds
        if kinds[type(last)]:
            self._give_to_method(obj, site, (*others, last))
        elif others:
            for other in others:
                if kinds[type(other)]:
                    self._give_to_method(obj, site, (*others, last))
                    break
        return last

    def method0(self, obj: Any, site: int) -> Any:
        """Hook: a method is about to be looked up and called without arguments."""
        thread = self.cur
        thread.points += 1
        kind = self.kinds[type(obj)]
        if kind <= PLAIN:
            if site not in self.ordinary:
                self._meet(_method_of(obj, self.names[site]), site, ())
            if thread.mode:
                self._odd_access(thread, obj, site, False)
            elif self.watch[site]:
                self._access(thread, obj, site, False)
            return obj
        if kind == REAL_LOCK:
            self._refuse_real_lock(obj, site)
        name = self.names[site]
        is_write = kind == ITERATOR or name not in READ_METHODS
        if self.gives[site] == COMPARES:
            thread.points -= 1
            self._give_to_container(obj, name, site, ())
        elif thread.mode:
            if thread.mode == TRACED:
                self._doubt_pieces(obj, name, ())
            self._odd(thread, site, obj, f".{name}()" if self.recorder else "", is_write)
        else:
            self._touch(thread, viewed(obj) if kind == VIEW else obj, site, is_write)
        return obj

    def call(self, last: Any, function: Any, site: int, *others: Any) -> Any:
        """Hook: something is about to be called with arguments."""
        thread = self.cur
        if site not in self.ordinary:
            self._meet(function, site, (*others, last))
        if type(function) in CARRYING and self._call_carried(thread, function, site, (*others, last)):
            return last
        kinds = self.kinds
        if kinds[type(last)]:
            self._pass_containers(thread, function, site, (*others, last))
        elif others:
            for other in others:
                if kinds[type(other)]:
                    self._pass_containers(thread, function, site, (*others, last))
                    break
        return last

    def reflect(self, last: Any, obj: Any, site: int, *others: Any) -> Any:
        """Hook: an attribute is about to be read, set or deleted through ``__getattribute__``, ``__setattr__`` or ``__delattr__``."""
        arguments = (*others, last) if isinstance(obj, type) else (obj, *others, last)
        self._call_attribute(self.cur, REFLECTIONS[self.names[site]], site, arguments)
        return last

    def call0(self, function: Any, site: int) -> Any:
        """Hook: something is about to be called without arguments."""
        if site not in self.ordinary:
            self._meet(function, site, ())
        if type(function) in CARRYING:
            self._call_carried(self.cur, function, site, ())
        return function

    def about_to_touch(self, obj: Any, is_write: bool) -> None:
        """See `Control`."""
        self._look_at(runtime.HANDED, [(obj, is_write, "")])

    def here(self, handed: Callable[..., Any] | None) -> tuple[str, int, str] | None:
        """See `Control`."""
        if not self.recorder:
            return None
        while type(handed) is functools.partial:
            handed = handed.func
        if type(handed) in BOUND:
            self.recorder.labels.of(handed.__self__)  # type: ignore[union-attr]  # it has a name here, and perhaps none there
        where: tuple[str, int, str] = self.recorder.frames.line_of()
        return where

    def about_to_call(self, function: Callable[..., Any], arguments: Sequence[Any], handed_at: tuple[str, int, str] | None = None) -> None:
        """See `Control`."""
        if calls_the_program(function):
            return
        thread = self.cur
        if self.recorder:
            self.recorder.handed_at[thread.path] = handed_at or ("", 0, "")
        if is_worldly(function):
            self._reach_world(runtime.HANDED, (*arguments,))
        if not thread.mode:
            self._look_into(function, runtime.HANDED)
        if type(function) in CARRYING and self._call_carried(thread, function, runtime.HANDED, (*arguments,)):
            return
        if any(self.kinds[type(argument)] for argument in arguments):
            self._pass_containers(thread, function, runtime.HANDED, (*arguments,))

    def _reach_world(self, site: int, arguments: tuple[Any, ...]) -> None:
        """The point before a call that looks at the world outside, or changes it."""
        if self.cur.mode == UNWINDING:
            return  # files are put away, as far as an abandoned thread still comes
        name = self.names[site]
        self._look_at(site, [(WORLD, changes_world(name, arguments), f" ({name})")])

    def _meet(self, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """What a call needs beside its containers: once a site, a look at whether the callee has points, and whether it reaches the world outside,
        which each call then does. A site that needs no more is ordinary from then on, and costs one look at a set."""
        worldly = self.worldly.get(site)
        if worldly is None:
            worldly = self.worldly[site] = is_worldly(function)
        if worldly:
            self._reach_world(site, arguments)
        copies = type(function) in (types.FunctionType, types.BuiltinFunctionType) and function in COPIERS
        if copies and self.kinds[type(arguments[0])] <= PLAIN and (names := _attributes_copied(arguments[0])):
            self._look_at(site, [], (), [(arguments[0], name) for name in names])
        if not self.cur.mode:
            if site not in self.called:
                self._look_into(function, site)
            if not worldly and not copies:
                self.ordinary.add(site)

    def _call_carried(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> bool:
        """A function that carries an object, arguments or names of attributes is about to be called; False if what it does is still to be seen."""
        if type(function) in FOLLOWED:
            self._look_at(site, [(FADING, False, "")])
            return True
        is_partial = type(function) is functools.partial
        while type(function) is functools.partial:
            arguments = (*function.args, *arguments, *function.keywords.values())
            function = function.func
        if type(function) is operator.attrgetter:
            self._look_at(site, [], (), [(obj, name) for obj in arguments for name in _names_got(function)])
            return True
        if type(function) is types.MethodType:
            if self.kinds[type(function.__self__)] <= PLAIN or has_points(function):
                return False
            self._give_to_container(function.__self__, function.__name__, site, arguments)  # ``Counter.update``
            return True
        if type(function) in BOUND:
            owner = function.__self__
            if self.kinds[type(owner)] > PLAIN:
                self._give_to_container(owner, function.__name__, site, arguments)
                return True
            if function.__name__ in REFLECTIONS:
                self._call_attribute(thread, REFLECTIONS[function.__name__], site, (owner, *arguments))
                return True
            if function in REACHING:
                if function is not eval and function is not exec:
                    self._call_attribute(thread, function, site, arguments)
                    return True
                self.is_partial = True
                self.limits.add("code that is given to eval or exec has no points: it is one step")
        if is_partial and any(self.kinds[type(argument)] for argument in arguments):
            self._pass_containers(thread, function, site, arguments)
        return is_partial

    def _give_to_container(self, owner: Any, name: str, site: int, arguments: tuple[Any, ...]) -> None:
        """A container's method is about to be called with these arguments, which it reads unless it only keeps them."""
        is_write = self.kinds[type(owner)] == ITERATOR or name not in READ_METHODS
        if self.cur.mode == TRACED:
            self._doubt_pieces(owner, name, arguments)
        reads: list[Read] = [(owner, is_write, f".{name}({', '.join(map(show, arguments))})" if self.recorder else "")]
        if name not in KEEPING_METHODS:
            reads += [(argument, self.kinds[type(argument)] == ITERATOR, "") for argument in arguments if argument is not owner]
        self._look_at(site, reads, (owner, *arguments) if name in COMPARING_METHODS else _consumed(arguments))

    def _doubt_pieces(self, owner: Any, name: str, arguments: tuple[Any, ...]) -> None:
        """Nothing exhaustive may be claimed where a container's method is written in Python, is not rewritten and takes several steps."""
        if is_in_pieces(owner, name, arguments):
            self.log.doubts.add(f"{type(owner).__name__}.{name} is several steps of the library's code, and one step here")

    def _give_to_method(self, obj: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """A method of something else is about to be called: what has no points of its own reads the containers that it is given."""
        kinds = self.kinds
        name = self.names[site]
        is_class = isinstance(obj, type)
        function = _method_of(obj, name)
        if function is None:
            own = getattr(obj, "__dict__", None)
            self._pass_containers(self.cur, own.get(name) if type(own) is dict else None, site, arguments)
            return
        if isinstance(function, types.FunctionType | types.MethodType) and has_points(function):
            return
        first = arguments[0]
        if is_class and isinstance(function, types.MethodDescriptorType | types.WrapperDescriptorType) and isinstance(first, obj):
            if kinds[type(first)] > PLAIN:  # ``list.append(items, 1)``
                self._give_to_container(first, name, site, arguments[1:])
            return
        words = f" passed to {name}" if self.recorder else ""
        self._look_at(site, [(argument, kinds[type(argument)] == ITERATOR, words) for argument in arguments], arguments)

    def _call_attribute(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """``getattr(obj, name)`` and its like: an access to an attribute whose name is known only now."""
        if function is vars or function is dir:
            arguments = (*arguments, "__dict__")
        if len(arguments) < 2 or not isinstance(arguments[1], str):
            return
        self._reach(thread, function, site, arguments[0], arguments[1])

    def _pass_containers(self, thread: VirtualThread, function: Any, site: int, arguments: tuple[Any, ...]) -> None:
        """Containers handed to code without points of its own are read there, or changed if that code is not known to only read."""
        kinds = self.kinds
        is_made = isinstance(function, type)
        beginning = class_attribute(function, "__init__") if is_made else function
        if function is None or (isinstance(beginning, types.FunctionType | types.MethodType) and has_points(beginning)):
            return
        is_write = not is_made and function not in READERS
        words = f" passed to {getattr(function, '__name__', '')}" if self.recorder else ""
        reads = [(given, is_write or kinds[type(given)] == ITERATOR, words) for given in arguments if kinds[type(given)] not in (PLAIN, REAL_LOCK)]
        if reads:
            names = [name for argument in arguments if type(argument) is operator.attrgetter for name in _names_got(argument)]
            got = [(element, name) for name in names for each, _, _ in reads for element in elements(each, kinds)]
            self._look_at(site, reads, _consumed(arguments) if function in SHALLOW else [read[0] for read in reads], got)

    def _look_into(self, function: Any, site: int) -> None:
        """Once a site: is the callee code without points? Then it is one step, and the limits name its module."""
        self.called.add(site)
        inner = function.__func__ if isinstance(function, types.MethodType) else function
        if isinstance(inner, types.FunctionType) and not has_points(inner):
            module = inner.__globals__.get("__name__") or "?"  # where it was written: functools.wraps copies __module__
            if module.partition(".")[0] != "harness":
                self.uncontrolled.add(module)

    def hooks(self) -> dict[str, Any]:
        """The hooks to install in `harness.runtime`."""
        return {name: getattr(self, name) for name in runtime.HOOKS}


def _attributes_copied(obj: Any) -> list[str]:
    """The attributes that a copier reads of an object: all that it has, unless its class says what is copied."""
    cls = type(obj)
    if isinstance(obj, type | types.ModuleType | types.FunctionType) or any(
        calls_the_program(class_attribute(cls, name)) for name in ("__copy__", "__deepcopy__", "__getstate__", "__reduce__", "__reduce_ex__")
    ):
        return []
    own = getattr(obj, "__dict__", None)
    return [*own] if type(own) is dict else []


def _consumed(arguments: tuple[Any, ...]) -> list[Any]:
    """Those of the arguments that do something with what they run over, element by element."""
    return [argument for argument in arguments if type(argument) in (map, filter)]


def _method_of(obj: Any, name: str) -> Any:
    """What a method call on the object calls: a function of its class, of a class itself, or of a module; None where that cannot be told."""
    if isinstance(obj, types.ModuleType):
        return vars(obj).get(name)
    function = class_attribute(obj if isinstance(obj, type) else type(obj), name)
    return function.__func__ if isinstance(function, staticmethod | classmethod) else function
def _names_got(getter: Any) -> list[str]:
    """The attributes that an ``operator.attrgetter`` reads of what it is called with."""
    return [name.partition(".")[0] for name in getter.__reduce__()[1]]
