"""``threading.local`` under control: the attributes of one object, other ones on every virtual thread."""

from __future__ import annotations

import _thread
import itertools
import weakref
from typing import Any

from harness import runtime

_serials = itertools.count()
_get = object.__getattribute__


class Inside:
    """What a `local` keeps beside its attributes: the dict of each virtual thread of one execution, and of each real one.

    The dicts hang on the object, so that they go with it; a thread's `locals` only say whose dicts are to be dropped when it ends.
    """

    __slots__ = ("__weakref__", "arguments", "dicts", "epoch", "real", "serial")

    def __init__(self, arguments: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
        self.arguments = arguments
        self.serial = next(_serials)  # unlike an id, never used twice
        self.epoch: int | None = None
        self.dicts: dict[int, dict[str, Any]] = {}
        self.real = _thread._local()  # its attribute `own` is the dict of the asking real thread


class local:
    """``threading.local``; a subclass's ``__init__`` is called once on every thread that uses the object."""

    __module__ = "_thread"

    __slots__ = ("__dict__", "__weakref__", "_local__inside")

    def __new__(cls, /, *args: Any, **kwargs: Any) -> Any:
        """A new object, whose ``__init__`` is about to be called on this thread."""
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        inside = Inside((args, kwargs))
        object.__setattr__(self, "_local__inside", inside)
        _create(inside)
        return self

    def __getattribute__(self, name: str) -> Any:
        _settle(self)
        return _get(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "__dict__":
            raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")
        _settle(self)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "__dict__":
            raise AttributeError(f"{type(self).__name__!r} object attribute '__dict__' is read-only")
        _settle(self)
        object.__delattr__(self, name)


def forget(virtual: Any) -> None:
    """A virtual thread has ended: what it kept in thread-locals goes."""
    for reference in virtual.locals.values():
        inside = reference()
        if inside is not None:
            inside.dicts.pop(virtual.index, None)
    virtual.locals.clear()


def _settle(self: Any) -> None:
    """Puts the dict of the running thread in place; nothing else runs between this and the access that follows."""
    inside = _get(self, "_local__inside")
    own = _find(inside)
    if own is None:
        own = _create(inside)
        cls = type(self)
        if cls.__init__ is not object.__init__:
            # first use on this thread; __init__ finds its dict made
            args, kwargs = inside.arguments
            cls.__init__(self, *args, **kwargs)
    object.__setattr__(self, "__dict__", own)


def _find(inside: Inside) -> dict[str, Any] | None:
    e = runtime.control
    if e is None:
        return getattr(inside.real, "own", None)
    if inside.epoch != e.epoch:
        inside.epoch = e.epoch
        inside.dicts = {}
    own = inside.dicts.get(e.cur.index)
    if own is None and e.cur.index == 0:
        # the main thread of an execution goes on from what the importing thread has set
        outside = getattr(inside.real, "own", None)
        if outside is not None:
            own = _create(inside)
            own.update(outside)
    return own


def _create(inside: Inside) -> dict[str, Any]:
    own: dict[str, Any] = {}
    e = runtime.control
    if e is None:
        inside.real.own = own
    else:
        if inside.epoch != e.epoch:
            inside.epoch = e.epoch
            inside.dicts = {}
        inside.dicts[e.cur.index] = own
        e.cur.locals[inside.serial] = weakref.ref(inside)
    return own
