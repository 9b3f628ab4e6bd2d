"""The stand-in modules for real threads: CPython's own source of threading, queue and concurrent.futures, executed once more over the watched lock.

So every primitive behaves as this Python's own does, attributes and subclasses included, and all of their waiting is waiting for a lock
(or for a thread to end) that is noted. The forms written in C, RLock and SimpleQueue, give way to those that CPython has in Python.
To be made in the process that runs the target: threading's own copy takes over that process's main thread.
"""

from __future__ import annotations

import _thread
import builtins
import concurrent.futures
import concurrent.futures._base
import concurrent.futures.thread
import functools
import importlib
import importlib.util
import itertools
import queue
import sched
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from harness import runtime
from harness.instrument.loader import make_importer
from harness.standins.executor import ProcessPoolExecutor
from harness.standins.modules import StandIn, stand_ins
from harness.watched.lock import Lock
from harness.watched.pools import watch_futures, watch_pool

SOURCES_OF_CHANCE = ("random", "secrets", "uuid")
"""Modules whose stand-ins, made for virtual threads, ask nothing of the engine but a stream of random numbers."""


def watched_modules() -> dict[str, ModuleType]:
    """The stand-in of each module by its full name."""
    table: dict[str, ModuleType] = {name: stand_ins()[name] for name in SOURCES_OF_CHANCE}
    table["time"] = _changed(time, {"sleep": _sleep})
    table["_thread"] = of_threads = _changed(_thread, _thread_names())
    del vars(of_threads)["RLock"]  # so that threading takes the one that it has in Python
    table["_queue"] = of_queues = _changed(importlib.import_module("_queue"), {})
    del vars(of_queues)["SimpleQueue"]
    table["threading"] = threads = _executed(threading, table)
    _share_threads(threads)
    vars(of_threads)["RLock"] = rlock = vars(threads)["_PyRLock"]
    rlock.acquire = rlock.__enter__ = _checking(rlock.acquire)
    table["queue"] = queues = _executed(queue, table)
    vars(of_queues)["SimpleQueue"] = vars(queues)["SimpleQueue"]
    table["concurrent.futures._base"] = base = _executed(concurrent.futures._base, table)
    watch_futures(base)
    real = concurrent.futures
    table["concurrent.futures"] = futures = _changed(real, {"_base": base, **_renewed(real, base)})
    table["concurrent.futures.thread"] = pool = _executed(real.thread, table)
    watch_pool(pool)
    vars(futures).update(thread=pool, ThreadPoolExecutor=vars(pool)["ThreadPoolExecutor"], ProcessPoolExecutor=ProcessPoolExecutor)
    table["concurrent"] = _changed(concurrent, {"futures": futures})
    table["sched"] = _executed(sched, table)
    return table


def number_anew(modules: Mapping[str, ModuleType]) -> None:
    """Threads and pools are called ``Thread-1`` and ``ThreadPoolExecutor-0`` again, as in a process that has just begun."""
    vars(modules["threading"])["_counter"] = itertools.count(1).__next__
    vars(modules["concurrent.futures.thread"])["ThreadPoolExecutor"]._counter = itertools.count().__next__


def _changed(real: ModuleType, names: Mapping[str, Any]) -> ModuleType:
    """A module with all that the real one has, `names` in place of what they name."""
    module = StandIn(real.__name__)
    vars(module).update(vars(real))
    vars(module).update(names)
    return module


def _executed(real: ModuleType, table: Mapping[str, ModuleType]) -> ModuleType:
    """A module's own source executed once more, its imports resolved to `table`; its exceptions are the real module's, for all who catch them."""
    spec = importlib.util.find_spec(real.__name__)
    assert spec is not None
    loader: Any = spec.loader
    module = StandIn(real.__name__)
    namespace = vars(module)
    namespace.update(__file__=real.__file__, __spec__=spec, __package__=real.__package__, __builtins__={**vars(builtins), "__import__": make_importer(table)})
    exec(loader.get_code(real.__name__), namespace)
    for name, value in list(namespace.items()):
        if isinstance(value, type) and issubclass(value, BaseException):
            namespace[name] = getattr(real, name)
    return module


def _renewed(real: ModuleType, base: ModuleType) -> dict[str, Any]:
    """The names that a package has from `base`, as `base` has them now."""
    return {name: vars(base)[name] for name in real.__all__ if name in vars(base)}


def _thread_names() -> dict[str, Any]:
    names: dict[str, Any] = dict.fromkeys(("allocate_lock", "allocate", "lock", "LockType"), Lock)
    names.update(start_new_thread=_start_new_thread, start_new=_start_new_thread)
    if hasattr(_thread, "start_joinable_thread"):
        names["start_joinable_thread"] = _start_joinable_thread
    return {name: value for name, value in names.items() if hasattr(_thread, name)}


def _share_threads(copy: ModuleType) -> None:
    """Modules that are not rewritten (logging among them) ask the real threading who runs: they find the copy's threads there."""
    namespace, real = vars(copy), vars(threading)
    namespace["_main_thread"]._set_ident()
    for name in ("_active", "_limbo", "_active_limbo_lock"):
        namespace[name] = real[name]
    namespace["_active"][_thread.get_ident()] = namespace["_main_thread"]
    namespace["_make_invoke_excepthook"] = functools.partial(_report_deaths, namespace, namespace["excepthook"])
    namespace["Thread"].start = _watched_start(namespace["Thread"].start)
    namespace["Thread"].run = _watched_run(namespace["Thread"].run)
    namespace["Thread"].join = _watched_join(namespace["Thread"].join)


def _report_deaths(namespace: dict[str, Any], default: Any) -> Callable[[Any], None]:
    """Where an exception that leaves a thread goes: to the harness, and to the program's own ``threading.excepthook`` if it set one."""

    def invoke(thread: Any) -> None:
        error, e = sys.exc_info()[1], runtime.control
        if error is None or e is None:
            return
        if not isinstance(error, SystemExit):
            e.crashed(error, "thread")
        hook = namespace["excepthook"]
        if hook is not default:
            try:
                hook(namespace["ExceptHookArgs"]([type(error), error, error.__traceback__, thread]))
            except BaseException as second:
                e.crashed(second, "thread")

    return invoke


def _checking(acquire: Callable[..., bool]) -> Callable[..., bool]:
    """``RLock.acquire``, which in Python, unlike in C, looks at its arguments only where it has to wait."""

    def checking(self: Any, blocking: bool = True, timeout: float = -1) -> bool:
        if timeout != -1 or not blocking:
            _thread.allocate_lock().acquire(blocking, timeout)
        return acquire(self, blocking, timeout)

    checking.__name__ = checking.__qualname__ = "acquire"
    checking.__doc__ = acquire.__doc__
    return checking


def _watched_start(start: Callable[[Any], None]) -> Callable[[Any], None]:
    """``Thread.start``, in which the starter's waiting for the thread to exist is no waiting of the program's."""

    def starting(self: Any) -> None:
        e = runtime.control
        if e is None:
            start(self)
            return
        me = e.me()
        me.is_starting = True
        try:
            start(self)
        finally:
            me.is_starting = False

    starting.__name__ = starting.__qualname__ = "start"
    starting.__doc__ = start.__doc__
    return starting


def _watched_run(run: Callable[[Any], None]) -> Callable[[Any], None]:
    """``Thread.run``, with a point before a target that may have none of its own."""

    def running(self: Any) -> None:
        e = runtime.control
        if e is not None:
            e.boundary("run", self)
        run(self)

    running.__name__ = running.__qualname__ = "run"
    running.__doc__ = run.__doc__
    return running


def _watched_join(join: Callable[..., None]) -> Callable[..., None]:
    def joining(self: Any, timeout: float | None = None) -> None:
        e = runtime.control
        if e is None:
            join(self, timeout)
            return
        me = e.me()
        me.moves += 1
        e.pause(me)
        other = e.record_of(self)
        e.release_start(me)
        if other is None or other is me:
            join(self, timeout)
        elif timeout is None:
            me.waits = other
            try:
                join(self)
            finally:
                me.waits = None
        else:
            me.is_timed = True
            try:
                join(self, timeout)
            finally:
                me.is_timed = False
        me.moves += 1

    joining.__name__ = joining.__qualname__ = "join"
    joining.__doc__ = join.__doc__
    return joining


def _start_new_thread(function: Any, args: Any, kwargs: Any = None) -> int:
    """``_thread.start_new_thread``; threading of Python 3.11 and 3.12 starts its threads by it too."""
    e = runtime.control
    is_sound = callable(function) and isinstance(args, tuple) and isinstance(kwargs or {}, dict)
    if e is None or not is_sound:  # what is wrong with the arguments, the real one says
        return _thread.start_new_thread(function, args) if kwargs is None else _thread.start_new_thread(function, args, kwargs)
    owner = getattr(function, "__self__", None)
    thread = owner if getattr(function, "__name__", "") == "_bootstrap" and hasattr(owner, "_started") else None

    def begin(run: Callable[[], None]) -> int:
        return _thread.start_new_thread(run, ())

    def call() -> None:
        if thread is not None:
            function(*args)
            return
        try:
            function(*args, **(kwargs or {}))
        except SystemExit:
            pass
        except BaseException as error:
            e.crashed(error, "thread")

    name = f"thread-{e.n_started() + 1}" if thread is None else thread.name
    return int(e.begin(begin, call, name, thread is None or thread.daemon, thread))


def _start_joinable_thread(function: Callable[[], Any], handle: Any = None, daemon: bool = True) -> Any:
    """``_thread.start_joinable_thread``, by which threading starts its threads from Python 3.13 on."""
    start: Any = _thread.start_joinable_thread  # type: ignore[attr-defined,unused-ignore]
    e = runtime.control
    if e is None:
        return start(function, handle=handle, daemon=daemon)
    thread = getattr(function, "__self__", None)
    name = getattr(thread, "name", "") or f"thread-{e.n_started() + 1}"

    def begin(run: Callable[[], None]) -> Any:
        return start(run, handle=handle, daemon=daemon)

    return e.begin(begin, function, name, daemon, thread)


def _sleep(seconds: float, /) -> None:
    """``time.sleep``: a thread that sleeps will go on by itself."""
    e = runtime.control
    if e is None:
        time.sleep(seconds)
        return
    me = e.me()
    me.moves += 1
    e.release_start(me)
    me.is_timed = True
    try:
        time.sleep(seconds)
    finally:
        me.is_timed = False
        me.moves += 1
