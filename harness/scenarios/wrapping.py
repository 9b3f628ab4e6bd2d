"""Letting a program's pipeline classes and queues write down what passes through them, without touching its source.

A class statement calls ``__build_class__``: the program's own builtins hold one that wraps the put and get of a class that looks like a
pipeline. Its ``queue`` module holds queues that write down each put and get.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from harness.pipeline_class import message_position, put_and_get
from harness.scenarios.ledger import Ledger
from harness.standins import queues, simple_queue

LOOKS = ("pipe", "queue", "buffer", "channel", "mailbox", "conveyor", "warteschlange", "puffer")
LOOKS_ALONE = frozenset({"fila", "cola", "belt", "canal", "tampon", "box"})
"""What is in the name of a class that is a pipeline; the second only as a word of its own (there is chocolate)."""
PLAIN_WORDS = frozenset("message msg item data product value mensagem mensaje job task element".split())
TRANSFERS = frozenset(
    "set put add write append store produce enqueue insert send push offer deposit post publish "
    "get consume dequeue remove receive recv read pop take poll fetch withdraw".split()
)
ALONE = frozenset(
    "put produce enqueue send push insert offer get consume dequeue receive recv pop take remove poll "
    "inserir colocar produzir enviar enfileirar depositar poner producir encolar insertar remover retirar consumir receber desenfileirar obter "
    "sacar quitar recibir obtener desencolar".split()
)
"""Words that mean handing over even where nothing says what; "set", "add", "read" and the like may be anything's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The names of a pipeline class's put and get, and where the put takes its message: the position after self and the parameter's name."""

    put: str
    get: str
    place: int
    parameter: str


class Wrapping:
    """Wraps for one program. `speaks_of_roles`: the source speaks of producers or consumers. `classes`: names of the classes wrapped
    so far, each with its put and get."""

    def __init__(self, ledger: Ledger, speaks_of_roles: bool) -> None:
        self.ledger = ledger
        self.speaks_of_roles = speaks_of_roles
        self.classes: dict[str, tuple[str, str]] = {}
        self._plans: dict[CodeType, Plan | None] = {}

    def build_class(self, body: Any, name: str, *bases: Any, **keywords: Any) -> Any:
        """``__build_class__``, and the class's put and get wrapped if it is a pipeline."""
        cls = builtins.__build_class__(body, name, *bases, **keywords)
        if isinstance(cls, type):
            if body.__code__ not in self._plans:
                self._plans[body.__code__] = self._plan(cls, name)
            plan = self._plans[body.__code__]
            if plan is not None:
                self._wrap(cls, name, plan)
        return cls

    def _plan(self, cls: type, name: str) -> Plan | None:
        """How a class is to be wrapped, None if it is no pipeline; asked once for each class statement."""
        methods = put_and_get(cls)
        if methods is None or issubclass(cls, BaseException):
            return None
        put, get = methods
        # Two of three signs: a register that is set and read again and again may be called anything, a stack of statistics too.
        if _looks_like_one(name) + self.speaks_of_roles + (_transfers(put) and _transfers(get)) < 2:
            return None
        own_put, own_get = _function(cls, put), _function(cls, get)
        if own_put is None or own_get is None or not _needs_no_message(own_get):
            return None
        place = _message_place(own_put)
        if place is None:
            return None
        self.classes[name] = methods
        return Plan(put, get, *place)

    def _wrap(self, cls: type, name: str, plan: Plan) -> None:
        own = vars(cls)
        if plan.put in own:
            setattr(cls, plan.put, _recording_put(own[plan.put], plan.place, plan.parameter, self.ledger, name))
        if plan.get in own:
            setattr(cls, plan.get, _recording_get(own[plan.get], self.ledger, name))


def recording_queue_module(real: ModuleType, ledger: Ledger) -> ModuleType:
    """A stand-in for ``queue`` whose queues write down what passes."""
    module = type(real)(real.__name__)
    vars(module).update(vars(real))
    for cls in (queues.Queue, queues.LifoQueue, queues.PriorityQueue, simple_queue.SimpleQueue):
        vars(module)[cls.__name__] = _recording_queue(cls, ledger)
    return module


def _recording_queue(cls: Any, ledger: Ledger) -> type:
    real_put, real_get = cls.put, cls.get

    def put(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:
        ledger.put(self, type(self).__name__, True, item, lambda: real_put(self, item, block, timeout))

    def get(self: Any, block: bool = True, timeout: float | None = None) -> Any:
        return ledger.get(self, type(self).__name__, True, lambda: real_get(self, block, timeout))

    names = {"put": put, "get": get, "__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    return type(cls.__name__, (cls,), names)


def _recording_put(function: FunctionType, place: int, parameter: str, ledger: Ledger, label: str) -> Callable[..., Any]:
    def put(self: Any, *args: Any, **keywords: Any) -> Any:
        if place < len(args):
            value = args[place]
        elif parameter in keywords:
            value = keywords[parameter]
        else:
            return function(self, *args, **keywords)  # a call that fails, or puts a default
        return ledger.put(self, label, False, value, lambda: function(self, *args, **keywords))

    return _named_after(function, put)


def _recording_get(function: FunctionType, ledger: Ledger, label: str) -> Callable[..., Any]:
    def get(self: Any, *args: Any, **keywords: Any) -> Any:
        return ledger.get(self, label, False, lambda: function(self, *args, **keywords))

    return _named_after(function, get)


def _named_after(function: FunctionType, wrapper: Callable[..., Any]) -> Callable[..., Any]:
    # not __module__: by that the engine knows code without points of the target's
    return functools.wraps(function, assigned=("__name__", "__qualname__", "__doc__", "__annotations__"))(wrapper)


def _function(cls: type, name: str) -> FunctionType | None:
    """The method if it is a plain function that is called and returns: no property, no class method, no generator."""
    static = inspect.getattr_static(cls, name)
    if not isinstance(static, FunctionType) or inspect.isgeneratorfunction(static) or inspect.iscoroutinefunction(static):
        return None
    return static


def _message_place(put: FunctionType) -> tuple[int, str] | None:
    """Where the message stands among a put's arguments after self, and the parameter's name; None if it takes none."""
    inner = inspect.unwrap(put)
    taken = list(inspect.signature(inner).parameters.values())[1:]
    parameters = [p for p in taken if p.kind is p.POSITIONAL_OR_KEYWORD]
    if not parameters and any(p.kind is p.VAR_POSITIONAL for p in taken):
        return 0, ""  # a decorator that passes on what it is given
    needed = [p for p in parameters if p.default is p.empty] or parameters[:1]
    if not needed or len(needed) > 3:
        return None
    chosen = needed[message_position([p.name for p in needed])]
    return parameters.index(chosen), chosen.name


def _needs_no_message(get: FunctionType) -> bool:
    """Whether a get takes nothing, or a name."""
    inner = inspect.unwrap(get)
    needed = [p for p in list(inspect.signature(inner).parameters.values())[1:] if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    return len(needed) <= 1 and not any(word in p.name.lower() for p in needed for word in ("key", "index", "amount", "count", "pos"))


def _looks_like_one(name: str) -> bool:
    return any(word in name.lower() for word in LOOKS) or not LOOKS_ALONE.isdisjoint(_words(name))


def _words(name: str) -> list[str]:
    """The words of a name in camel case or with underscores."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip("_")).lower().split("_")


def _transfers(method: str) -> bool:
    """Whether a method's name says that something is handed over: ``put``, ``get_item``, ``set_message``; not ``set`` or ``get_total``."""
    first, *rest = _words(method)
    return first in TRANSFERS | ALONE and rest[-1] in PLAIN_WORDS if rest else first in ALONE
