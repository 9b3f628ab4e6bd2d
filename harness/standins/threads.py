"""What threading says about threads: who runs, who is alive, and threads that were not started through `Thread`."""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from typing import Any

from harness import runtime
from harness.standins.excepthook import LET_OUT
from harness.standins.local import forget
from harness.standins.numbering import Names, ident_of
from harness.standins.thread import Thread


def current_thread() -> Any:
    """The `Thread` of the caller."""
    e = runtime.control
    return threading.current_thread() if e is None else thread_of(e.cur)


def main_thread() -> Any:
    """The `Thread` of the main thread."""
    e = runtime.control
    return threading.main_thread() if e is None else thread_of(e.threads()[0])


def enumerate_threads() -> list[Any]:
    """All threads that are alive."""
    e = runtime.control
    if e is None:
        return threading.enumerate()
    e.asked_if_alive()
    e.point("enumerate", THREADS)
    return [thread_of(virtual) for virtual in e.threads() if not virtual.is_ended]


def active_count() -> int:
    """How many threads are alive."""
    return threading.active_count() if runtime.control is None else len(enumerate_threads())


def count_of_started() -> int:
    """``_thread._count``: how many threads are alive that were started, the main one not among them."""
    e = runtime.control
    if e is None:
        return _thread._count()
    e.asked_if_alive()
    e.point("enumerate", THREADS)
    return sum(1 for virtual in e.threads() if virtual.index and not virtual.is_ended)


def get_ident() -> int:
    """The identifier of the caller's thread."""
    e = runtime.control
    return threading.get_ident() if e is None else ident_of(e.cur)


def get_native_id() -> int:
    """The other identifier of the caller's thread."""
    e = runtime.control
    return threading.get_native_id() if e is None else ident_of(e.cur)


def start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, /) -> int:
    """``_thread.start_new_thread``: a daemon as far as the end of the program goes; the new thread's identifier."""
    e = runtime.control
    if e is None:
        return _thread.start_new_thread(function, args) if kwargs is None else _thread.start_new_thread(function, args, kwargs)
    if not callable(function):
        raise TypeError("first arg must be callable")
    if not isinstance(args, tuple):
        raise TypeError("2nd arg must be a tuple")
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError("optional 3rd arg must be a dictionary")

    def live() -> None:
        try:
            runtime.control.about_to_call(function, (*args, *(kwargs or {}).values()))
            function(*args, **(kwargs or {}))
        except LET_OUT:
            raise
        except SystemExit:
            return
        except BaseException as error:
            runtime.control.crashed(error, "thread")
        forget(runtime.control.cur)

    return ident_of(e.spawn(live, f"thread-{_bare.take(e.epoch)}", True, None))


class _Found(Thread):
    """A thread that was not started through `Thread`: the main one, a worker of the harness, one of ``_thread.start_new_thread``."""

    def __init__(self, virtual: Any, name: str) -> None:
        self._target = None
        self._name = name
        self._args = ()
        self._kwargs = {}
        self._daemonic = virtual.is_daemon
        self._initialized = True
        self._epoch = runtime.control.epoch
        self._virtual = virtual


class _MainThread(_Found):
    """The main virtual thread."""

    __module__ = "threading"


class _DummyThread(_Found):
    """Any other."""

    __module__ = "threading"


def thread_of(virtual: Any) -> Any:
    """The `Thread` of a virtual thread; made now if it has none."""
    if virtual.thread is None:
        if virtual.index == 0:
            virtual.thread = _MainThread(virtual, "MainThread")
        else:
            virtual.thread = _DummyThread(virtual, virtual.name)
    return virtual.thread


_bare = Names(1)
THREADS = object()
"""What a listing of threads reads, as far as points go."""
