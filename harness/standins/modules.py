"""The table of stand-in modules: what a target's own imports of threading, queue, time and the like resolve to."""

from __future__ import annotations

import _thread
import concurrent.futures
import concurrent.futures._base
import concurrent.futures.thread
import dataclasses
import datetime
import functools
import importlib.util
import queue
import random
import sched
import secrets
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from harness import runtime
from harness.errors import HarnessError
from harness.standins import (
    barrier,
    chance,
    clock,
    condition,
    dates,
    event,
    excepthook,
    executor,
    future,
    local,
    lock,
    opened_queue,
    queues,
    records,
    rlock,
    semaphore,
    simple_queue,
    thread,
    threads,
    waiting,
)


class StandIn(ModuleType):
    """A stand-in module. What a program sets in it (``threading.excepthook = ...``) lasts until `restore`."""

    def __setattr__(self, name: str, value: Any) -> None:
        _changes.append((self, name, vars(self).get(name, _missing)))
        super().__setattr__(name, value)


def changes() -> int:
    """How many settings of names in stand-in modules could be taken back by `restore`."""
    return len(_changes)


def restore(kept: int = 0) -> None:
    """Takes back what programs have set in stand-in modules since there were `kept` such changes; cheap where they set nothing."""
    while len(_changes) > kept:
        module, name, value = _changes.pop()
        if value is _missing:
            vars(module).pop(name, None)
        else:
            vars(module)[name] = value


@functools.cache
def stand_ins() -> dict[str, ModuleType]:
    """The stand-in of each module by its full name; each has every name of the real one on this Python. One table a process."""
    futures = _futures()
    table = {
        "threading": _threading(),
        "_thread": _stand_in(_thread, _thread_names()),
        "queue": _queue(),
        "_queue": _stand_in(importlib.import_module("_queue"), {"SimpleQueue": simple_queue.SimpleQueue}),
        "time": _stand_in(time, _time_names()),
        "datetime": _stand_in(datetime, {"datetime": dates.datetime, "date": dates.date}),
        "dataclasses": _stand_in(dataclasses, {"dataclass": records.dataclass}),
        "random": _stand_in(random, {**chance.functions(), "Random": chance.Random, "SystemRandom": chance.SystemRandom, "_inst": None}),
        "secrets": _stand_in(secrets, chance.secrets_functions()),
        "uuid": _stand_in(uuid, {"uuid1": chance.uuid1, "uuid4": chance.uuid4}),
        **futures,
    }
    table["sched"] = _copy(sched, table)
    if sys.version_info < (3, 12):  # its cached_property still holds a lock while it computes
        table["functools"] = _stand_in(functools, {"cached_property": vars(_copy(functools, table))["cached_property"]})
    excepthook.hooks = table["threading"]
    return table


def publish(package: str) -> dict[str, ModuleType]:
    """The table of `stand_ins`, which lies in ``sys.modules`` below a package of that name from now on."""
    table = stand_ins()
    if package not in sys.modules:
        top = ModuleType(package)
        top.__path__ = []
        sys.modules[package] = top
        for name, module in table.items():
            sys.modules[f"{package}.{name}"] = module
            if "." not in name:
                setattr(top, name, module)
    return table


def _stand_in(real: ModuleType, names: Mapping[str, Any]) -> ModuleType:
    """A module with all that the real one has, `names` in place of what they name."""
    module = StandIn(real.__name__)
    vars(module).update(vars(real))
    vars(module).update(names)
    return module


def _copy(real: ModuleType, table: Mapping[str, ModuleType]) -> ModuleType:
    """A module's own source executed once more, its imports of other modules resolved to stand-ins."""
    spec = importlib.util.find_spec(real.__name__)
    assert spec is not None
    loader: Any = spec.loader
    module = StandIn(real.__name__)
    namespace = vars(module)
    namespace.update(__file__=real.__file__, __spec__=spec, __builtins__={**_builtins(), "__import__": _importer(table)})
    exec(loader.get_code(real.__name__), namespace)
    return module


def _builtins() -> dict[str, Any]:
    import builtins

    return vars(builtins)


def _importer(table: Mapping[str, ModuleType]) -> Any:
    def find(name: str, *how: Any, **more: Any) -> Any:
        return table[name] if name in table else __import__(name, *how, **more)

    return find


def _threading() -> ModuleType:
    real = threading
    names = {
        "Barrier": barrier.Barrier,
        "BoundedSemaphore": semaphore.BoundedSemaphore,
        "Condition": condition.Condition,
        "Event": event.Event,
        "Lock": lock.Lock,
        "RLock": rlock.RLock,
        "Semaphore": semaphore.Semaphore,
        "Thread": thread.Thread,
        "Timer": thread.Timer,
        "local": local.local,
        "current_thread": threads.current_thread,
        "currentThread": threads.current_thread,
        "main_thread": threads.main_thread,
        "enumerate": threads.enumerate_threads,
        "active_count": threads.active_count,
        "activeCount": threads.active_count,
        "get_ident": threads.get_ident,
        "get_native_id": threads.get_native_id,
        "_allocate_lock": lock.Lock,
        "_LockType": lock.Lock,
        "_RLock": rlock.RLock,
        "_CRLock": rlock.RLock,
        "_PyRLock": rlock.RLock,
        "_MainThread": threads._MainThread,
        "_DummyThread": threads._DummyThread,
        "_start_new_thread": threads.start_new_thread,
        "_time": clock.monotonic,
        "excepthook": real.__excepthook__,  # whoever runs the harness may have replaced the real one
        "settrace": _only_outside(real.settrace),
        "setprofile": _only_outside(real.setprofile),
        "settrace_all_threads": _only_outside(getattr(real, "settrace_all_threads", None)),
        "setprofile_all_threads": _only_outside(getattr(real, "setprofile_all_threads", None)),
        "stack_size": _only_outside(real.stack_size, 0),
    }
    return _stand_in(real, _known(real, names))


def _thread_names() -> dict[str, Any]:
    names = {
        "LockType": lock.Lock,
        "lock": lock.Lock,
        "RLock": rlock.RLock,
        "_local": local.local,
        "allocate": lock.Lock,
        "allocate_lock": lock.Lock,
        "get_ident": threads.get_ident,
        "get_native_id": threads.get_native_id,
        "start_new": threads.start_new_thread,
        "start_new_thread": threads.start_new_thread,
        "start_joinable_thread": _refused("_thread.start_joinable_thread", "start a threading.Thread", getattr(_thread, "start_joinable_thread", None)),
        "interrupt_main": _refused("_thread.interrupt_main", "signals do not reach virtual threads", _thread.interrupt_main),
        "stack_size": _only_outside(_thread.stack_size, 0),
        "_count": threads.count_of_started,
    }
    return _known(_thread, names)


def _queue() -> ModuleType:
    return _stand_in(
        queue,
        {
            "Queue": queues.Queue,
            "LifoQueue": queues.LifoQueue,
            "PriorityQueue": queues.PriorityQueue,
            "SimpleQueue": simple_queue.SimpleQueue,
            "_PySimpleQueue": simple_queue.SimpleQueue,
            **({"ShutDown": opened_queue.ShutDown} if hasattr(queue, "ShutDown") else {}),
            "time": clock.monotonic,
        },
    )


def _time_names() -> dict[str, Any]:
    same = (
        "sleep time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns thread_time thread_time_ns "
        "clock_gettime clock_gettime_ns localtime gmtime ctime asctime strftime"
    ).split()
    return _known(time, {"time": clock.time_now, **{name: getattr(clock, name) for name in same}})


def _futures() -> dict[str, ModuleType]:
    names: dict[str, Any] = {
        "Future": future.Future,
        "Executor": executor.Executor,
        "ThreadPoolExecutor": executor.ThreadPoolExecutor,
        "ProcessPoolExecutor": executor.ProcessPoolExecutor,
        "as_completed": waiting.as_completed,
        "wait": waiting.wait,
    }
    real = concurrent.futures
    base = _stand_in(real._base, _known(real._base, names))
    in_thread = _stand_in(real.thread, {**_known(real.thread, names), "_base": base})
    futures = _stand_in(real, {**names, "_base": base, "thread": in_thread})
    package = _stand_in(concurrent, {"futures": futures})
    return {
        "concurrent": package,
        "concurrent.futures": futures,
        "concurrent.futures._base": base,
        "concurrent.futures.thread": in_thread,
    }


def _known(real: ModuleType, names: Mapping[str, Any]) -> dict[str, Any]:
    """`names` without those that the real module does not have on this Python: a program may ask."""
    return {name: value for name, value in names.items() if hasattr(real, name)}


def _only_outside(function: Any, answer: Any = None) -> Any:
    """A function that concerns real threads: nothing under control."""

    def quiet(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs) if runtime.control is None else answer

    return quiet


def _refused(name: str, why: str, function: Any) -> Any:
    """A function that has no meaning under control and says so."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        if runtime.control is None:
            return function(*args, **kwargs)
        raise HarnessError(f"{name} cannot be run under control: {why}")

    return refuse


_missing = object()
_changes: list[tuple[StandIn, str, Any]] = []
