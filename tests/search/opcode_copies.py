"""Private copies of CPython's own threading, queue and concurrent.futures, over the primitives of the explorer."""

from __future__ import annotations

import _queue
import _thread
import builtins
import importlib.util
import os
import time
import types
from collections.abc import Callable
from typing import Any

from tests.search.opcode_explorer import BATON, CLOCK_STEP_S, Handle, Instructions, Lock, RLock, SimpleQueue, names_set

FUTURES = (
    "FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED CancelledError TimeoutError InvalidStateError BrokenExecutor Future Executor wait as_completed".split()
)


class Copies:
    """The modules that programs see; all of them together cost 5 ms to load, so what an execution leaves in them is put back instead."""

    def __init__(self) -> None:
        self.modules: dict[str, Any] = {}
        self._codes: dict[str, types.CodeType] = {}
        self.builtins = {**vars(builtins), "__import__": self._find}
        self.modules["_thread"] = _module("_thread", _thread, _thread_names())
        self.modules["_queue"] = _module("_queue", _queue, {"SimpleQueue": SimpleQueue})
        self.modules["time"] = _module("time", time, {"monotonic": _monotonic, "perf_counter": _monotonic, "time": _monotonic, "sleep": _sleep})
        self.modules["logging"] = _module("logging", None, {"getLogger": lambda name: _Silent(), "StreamHandler": _Silent})
        # what a fork would call stays with the real modules
        self.modules["os"] = _module("os", None, {name: value for name, value in vars(os).items() if name != "register_at_fork"})
        for name in ("threading", "queue"):
            self._copy(name)
        self._make_futures()

    def watch(self, instructions: Instructions) -> None:
        """Makes steps of the copies' code. Of the attributes that it reads only those count that some code of them sets."""
        attributes = frozenset[str]().union(*(names_set(code, ("STORE_ATTR", "DELETE_ATTR")) for code in self._codes.values()))
        for code in self._codes.values():
            instructions.watch(code, names_set(code, ("STORE_GLOBAL", "DELETE_GLOBAL")), attributes)

    def begin(self) -> Any:
        """The copy of threading, all copies as they were loaded, with the thread at hand for the main one."""
        threading, pools = self.modules["threading"], self.modules["concurrent.futures.thread"]
        threading._active_limbo_lock = Lock()
        threading._limbo.clear()
        threading._active.clear()
        threading._active[BATON.execution.strands[0].ident] = threading._main_thread
        threading._SHUTTING_DOWN = False
        pools._global_shutdown_lock = Lock()
        pools._threads_queues.clear()
        pools._shutdown = False
        return threading

    def end_of_main(self) -> None:
        """What the interpreter does when the main thread is at its end, before it waits for the others."""
        for call in reversed(self.modules["threading"]._threading_atexits):
            call()

    def _find(self, name: str, *how: Any, **more: Any) -> Any:
        if name in self.modules:
            return self.modules[name]
        return __import__(name, *how, **more)

    def _copy(self, name: str) -> Any:
        module = self.modules[name] = types.ModuleType(name)
        vars(module)["__builtins__"] = self.builtins
        code = self._codes[name] = _code_of(name)
        exec(code, vars(module))
        if name == "threading":
            vars(module)["excepthook"] = lambda arguments: None
        return module

    def _make_futures(self) -> types.ModuleType:
        """The package: its `_base` first, which `concurrent.futures.thread` imports from it."""
        futures = self.modules["concurrent.futures"] = types.ModuleType("concurrent.futures")
        base = vars(futures)["_base"] = self._copy("concurrent.futures._base")
        vars(futures).update({name: vars(base)[name] for name in FUTURES})
        vars(futures)["ThreadPoolExecutor"] = self._copy("concurrent.futures.thread").ThreadPoolExecutor
        self.modules["concurrent"] = types.SimpleNamespace(futures=futures)
        return futures


def _code_of(name: str) -> types.CodeType:
    """The code of one of the modules, a copy of its own: the explorer makes steps of it, and of no code that others execute."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        return compile(file.read(), spec.origin, "exec", dont_inherit=True)


def _module(name: str, real: Any, names: dict[str, Any]) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(vars(real) if real else {})
    vars(module).update(names)
    return module


def _thread_names() -> dict[str, Any]:
    return {
        "allocate_lock": Lock,
        "allocate": Lock,
        "lock": Lock,
        "LockType": Lock,
        "RLock": RLock,
        "_ThreadHandle": Handle,
        "_make_thread_handle": lambda ident: Handle(),
        "start_joinable_thread": _start,
        "get_ident": lambda: BATON.execution.current.ident if BATON.execution.current else _thread.get_ident(),
    }


def _start(function: Callable[[], None], handle: Handle | None = None, daemon: bool = True) -> Handle:
    handle = handle or Handle()
    if handle.strand is not None:
        BATON.execution.is_void = True
        raise RuntimeError("thread already started")
    handle.strand = BATON.spawn(function, daemon)
    return handle


def _monotonic() -> float:
    BATON.execution.now += CLOCK_STEP_S
    return BATON.execution.now


def _sleep(seconds: float) -> None:
    BATON.wait(lambda: False, seconds)


class _Silent:
    """A logger and its handlers that say nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments, **named: None
