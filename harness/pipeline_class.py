"""Recognising a pipeline class: its put, its get, and how to call them and the constructor, as people write them."""

from __future__ import annotations

import functools
import inspect
import queue
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import HarnessError, NothingToCheck

PUT_NAMES = (
    "setmessage putmessage put produce enqueue insert send add write deposit append setvalue set push offer publish store post sendmessage addmessage "
    "writemessage insertmessage producemessage enqueuemessage pushmessage postmessage storemessage putitem setitem additem insertitem pushitem senditem "
    "enqueueitem writeitem produceitem depositem setdata putdata adddata writedata senddata putvalue addvalue writevalue pushvalue sendvalue give fill load "
    "submit emit feed place supply setmsg putmsg sendmsg addmsg inserir adicionar colocar produzir enfileirar escrever enviar depositar insertar agregar "
    "poner producir encolar escribir mettre ajouter deposer produire inserer hinzufuegen"
).split()
GET_NAMES = (
    "getmessage get consume dequeue remove receive take read fetch pop getvalue recv poll pull retrieve withdraw extract receivemessage readmessage "
    "takemessage removemessage consumemessage fetchmessage dequeuemessage popmessage pullmessage pollmessage retrievemessage recvmessage getitem removeitem "
    "takeitem popitem fetchitem receiveitem consumeitem readitem dequeueitem getdata readdata takedata receivedata fetchdata popdata takevalue readvalue "
    "popvalue receivevalue fetchvalue removevalue getmsg readmsg recvmsg receivemsg collect drain next empty unload accept obtain remover retirar consumir "
    "pegar ler receber desenfileirar obter sacar leer recibir quitar obtener desencolar retirer prendre consommer lire recuperer entnehmen holen"
).split()
PUT_STEMS = ("put", "set", "add", "send", "write", "push", "insert", "enqueue", "produce", "append", "deposit", "store", "post", "publish")
GET_STEMS = ("get", "read", "take", "pop", "remove", "receive", "dequeue", "consume", "fetch", "recv", "retrieve", "pull", "poll")
MESSAGE_WORDS = (
    "message",
    "msg",
    "value",
    "item",
    "data",
    "element",
    "elem",
    "obj",
    "object",
    "payload",
    "val",
    "number",
    "num",
    "x",
    "v",
    "m",
    "mensagem",
    "valor",
    "dato",
    "mensaje",
    "content",
    "task",
    "job",
    "product",
    "packet",
    "entry",
)
NAME_WORDS = (
    "name",
    "who",
    "caller",
    "thread",
    "producer",
    "consumer",
    "owner",
    "label",
    "id",
    "sender",
    "receiver",
    "source",
    "by",
    "actor",
    "role",
    "worker",
    "tag",
    "nome",
    "nombre",
)
CAPACITY_WORDS = (
    "capacity",
    "size",
    "maxsize",
    "limit",
    "max",
    "bound",
    "length",
    "len",
    "cap",
    "slots",
    "depth",
    "buffersize",
    "maxitems",
    "maxlen",
    "n",
    "count",
    "capacidade",
    "tamanho",
    "capacidad",
    "tamano",
    "maximo",
)


@dataclass(frozen=True, slots=True)
class PipelineClass:
    """A class with the names of its put and get and how its constructor takes a capacity ("position", a keyword, or None: not at all). `unknown` are
    parameters that could be one by their defaults and are not called so."""

    name: str
    put: str
    get: str
    capacity: str | None
    is_plain_put: bool = False
    is_plain_get: bool = False
    unknown: tuple[str, ...] = ()

    def construct(self, cls: type, capacity: int) -> Any:
        """A new pipeline."""
        if self.capacity is None:
            return cls()
        return cls(capacity) if self.capacity == "position" else cls(**{self.capacity: capacity})


def find_pipeline(namespace: Mapping[str, Any], module: str, name: str | None) -> PipelineClass | None:
    """The pipeline class of an executed module: the one called `name`, else the best of its own classes; None if there is none.

    Raises HarnessError if `name` is a class without a put or a get, NothingToCheck if a constructor needs what the harness cannot give, or if
    there are only abstract ones.
    """
    if name is not None:
        cls = namespace[name]
        if is_abstract(cls):
            raise NothingToCheck(_abstract(name))
        methods = put_and_get(cls)
        if methods is None:
            raise HarnessError(
                f"class {name} has no method that puts a message or none that gets one "
                "(known names: put, set_message, produce, ...; get, get_message, consume, ...)"
            )
        return _described(name, cls, methods)
    abstract = ""
    candidates: list[tuple[tuple[int, ...], str, type, tuple[str, str]]] = []
    for position, (own_name, value) in enumerate(namespace.items()):
        if not isinstance(value, type) or value.__module__ != module or value.__name__ != own_name:
            continue
        methods = put_and_get(value)
        if methods is None:
            continue
        if is_abstract(value):
            abstract = abstract or own_name
            continue
        put = methods[0]
        own = sum(method in vars(value) for method in methods)
        looks = any(word in own_name.lower() for word in ("pipe", "queue", "buffer", "channel", "mailbox", "store", "stream", "fila"))
        is_base = any(other is not value and isinstance(other, type) and issubclass(other, value) for other in namespace.values())
        rank = (-int(own_name == "Pipeline"), int(is_base), -int(looks), -own, PUT_NAMES.index(_plain(put)) if _plain(put) in PUT_NAMES else 99, position)
        candidates.append((rank, own_name, value, methods))
    if not candidates:
        if abstract:
            raise NothingToCheck(_abstract(abstract))
        return None
    _, best, cls, methods = min(candidates, key=lambda candidate: candidate[0])
    return _described(best, cls, methods)


def is_abstract(cls: type) -> bool:
    """Whether nobody can make one: only a class below it says what its methods do."""
    return inspect.isabstract(cls) or bool(vars(cls).get("_is_protocol"))


def _abstract(name: str) -> str:
    return f"class {name} is abstract: check a class that defines what it leaves open"


def _described(name: str, cls: type, methods: tuple[str, str]) -> PipelineClass:
    put, get = methods
    for method in methods:
        if (why := _why_put_off(inspect.getattr_static(cls, method))) is not None:
            raise NothingToCheck(
                f"{name}.{method} is {why}, so a thread that only calls it does nothing: check a function that starts its own threads, FILE.py:FUNCTION"
            )
    capacity = _capacity_of(cls)
    unknown = _whole_numbers(cls) if capacity is None else ()
    return PipelineClass(name, put, get, capacity, is_plain(cls, put, True), is_plain(cls, get, False), unknown)


def is_plain(cls: type, name: str, takes_message: bool) -> bool:
    """Whether the method takes the message alone (a put) or nothing (a get), so that `caller` would return it as it is.

    Asked once a campaign: a signature costs as much as a small execution.
    """
    try:
        needed = [p for p in list(inspect.signature(getattr(cls, name)).parameters.values())[1:] if p.default is p.empty]
    except (TypeError, ValueError):
        return False
    static = inspect.getattr_static(cls, name)
    return inspect.isfunction(static) and len(needed) == takes_message and all(p.kind is p.POSITIONAL_OR_KEYWORD for p in needed)


def caller(method: Callable[..., Any], role: str, takes_message: bool) -> Callable[..., Any]:
    """`method` as a function of the message alone (a put) or of nothing (a get), however its arguments are arranged.

    A name-like argument is given the thread's role ("producer-1"). Raises HarnessError if it needs more than that.
    """
    try:
        parameters = list(inspect.signature(method).parameters.values())
    except (TypeError, ValueError):
        return method
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in positional if p.default is p.empty]
    keywords = {p.name: role for p in parameters if p.kind == p.KEYWORD_ONLY and p.default is p.empty}
    if not takes_message:
        if not needed and not keywords:
            return method
        if len(needed) > 1:
            raise HarnessError(f"{method.__name__}({', '.join(p.name for p in needed)}): a get takes nothing, or one name")
        arguments = (role,) * len(needed)
        return lambda: method(*arguments, **keywords)
    if not needed and positional:
        needed = positional[:1]
    if len(needed) <= 1 and not keywords:
        if needed or any(p.kind == p.VAR_POSITIONAL for p in parameters):
            return method
        raise HarnessError(f"{method.__name__}() takes no message")
    if len(needed) > 3:
        raise HarnessError(f"{method.__name__}({', '.join(p.name for p in needed)}): a put takes a message, and perhaps a name")
    where = message_position([p.name for p in needed])
    before, after = (role,) * where, (role,) * (len(needed) - where - 1)
    return lambda message: method(*before, message, *after, **keywords)


def message_position(names: list[str]) -> int:
    """Which of a put's parameters takes the message."""
    plain = [_plain(name) for name in names]
    for position, name in enumerate(plain):
        if name in MESSAGE_WORDS:
            return position
    others = [position for position, name in enumerate(plain) if not any(word in name for word in NAME_WORDS)]
    return others[0] if others else 0


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def put_and_get(cls: type) -> tuple[str, str] | None:
    """The names of a class's put-like and get-like method; None if it has not both."""
    return _found(cls, True) or _found(cls, False)


def _why_put_off(method: Any) -> str | None:
    """What a method is whose call only makes an object that would do the work; None for all others."""
    function = method.__func__ if isinstance(method, classmethod | staticmethod) else method
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "asynchronous (the harness checks threads, not asyncio)"
    return "a generator" if inspect.isgeneratorfunction(function) else None


def _found(cls: type, is_at_once: bool) -> tuple[str, str] | None:
    """As `put_and_get`; `is_at_once` leaves out generators and the like."""
    methods: dict[str, tuple[str, bool]] = {}
    for base in cls.__mro__:
        if base.__module__ in ("builtins", "threading", "abc", "typing") or base.__module__.startswith("harness.standins.thread"):
            continue
        for name, value in vars(base).items():
            if (callable(value) or isinstance(value, classmethod | functools.partialmethod)) and not name.startswith("_"):
                if is_at_once and _why_put_off(value) is not None:
                    continue
                plain = _plain(name)
                known = methods.get(plain)
                if known is None or (name == plain and known[0] in vars(base)):  # of put_ and put in one class, put
                    methods[plain] = (name, base is cls or base.__module__ == cls.__module__)
    put = _best(methods, PUT_NAMES, PUT_STEMS)
    get = _best(methods, GET_NAMES, GET_STEMS)
    return (put, get) if put and get and put != get else None


def _best(methods: Mapping[str, tuple[str, bool]], names: list[str], stems: tuple[str, ...]) -> str | None:
    for only_own in (True, False):  # a queue.Queue subclass that defines set_message means that, not the put that it inherits
        for name in names:
            if name in methods and methods[name][1] >= only_own:
                return methods[name][0]
        found = [name for stem in stems for name in methods if name.startswith(stem) and methods[name][1] >= only_own]
        if found and only_own:
            return methods[found[0]][0]
    return None


def _constructor_parameters(cls: type) -> list[inspect.Parameter]:
    """What the constructor takes; for ``*args`` of a mixin what the next ``__init__`` in line takes, to which it passes them on."""
    parameters = list(inspect.signature(cls).parameters.values())
    inits = [vars(base)["__init__"] for base in cls.__mro__ if inspect.isfunction(vars(base).get("__init__"))]
    if inits and getattr(cls, "__init__", None) is inits[0]:
        if _behind(inits[0]) is not inits[0]:
            return list(inspect.signature(_behind(inits[0])).parameters.values())[1:]
        for following in inits[1:]:
            if not any(p.kind is p.VAR_POSITIONAL for p in parameters):
                break
            parameters = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
            parameters += list(inspect.signature(following).parameters.values())[1:]
    return parameters


def _behind(init: Any) -> Any:
    """The ``__init__`` that an ``__init__(self, *args)`` without `functools.wraps` was made around, as it holds it in its closure; else `init`."""
    while any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(init).parameters.values()):
        held = [cell.cell_contents for cell in init.__closure__ or () if _holds_an_init(cell)]
        if len(held) != 1 or held[0] is init:
            break
        init = held[0]
    return init


def _holds_an_init(cell: types.CellType) -> bool:
    try:
        return inspect.isfunction(cell.cell_contents) and cell.cell_contents.__name__ == "__init__"
    except ValueError:
        return False


def _capacity_of(cls: type) -> str | None:
    try:
        parameters = [p for p in _constructor_parameters(cls) if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    except (TypeError, ValueError):
        return None
    if issubclass(cls, queue.Queue) and not parameters:
        return None
    needed = [p for p in parameters if p.default is p.empty]
    sized = [p for p in parameters if _is_capacity(p.name)]
    if len(needed) > 1 or (len(needed) == 1 and sized and needed[0] not in sized):
        extra = ", ".join(p.name for p in needed if not _is_capacity(p.name))
        raise NothingToCheck(
            f"the constructor of {cls.__name__} needs {extra}, which the harness cannot give: "
            "write a function that builds one, starts threads on it and asserts, and check FILE.py:FUNCTION"
        )
    chosen = needed[0] if needed else sized[0] if sized else None
    if chosen is None:
        return None
    return chosen.name if chosen.kind == chosen.KEYWORD_ONLY else "position" if chosen is parameters[0] else chosen.name


def _whole_numbers(cls: type) -> tuple[str, ...]:
    """The parameters of the constructor whose default is a whole number above 0, as ``name=default``."""
    try:
        parameters = _constructor_parameters(cls)
    except (TypeError, ValueError):
        return ()
    return tuple(f"{parameter.name}={parameter.default}" for parameter in parameters if type(parameter.default) is int and parameter.default > 0)


def _is_capacity(name: str) -> bool:
    plain = _plain(name)
    return plain in CAPACITY_WORDS or any(word in plain for word in ("capacity", "maxsize", "size", "limit"))
