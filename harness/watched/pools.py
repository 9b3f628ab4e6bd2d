"""Pools and futures: an exception that a job leaves in its future is the harness's to know until somebody reads it there."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from harness import runtime


def watch_futures(base: ModuleType) -> None:
    """Futures of this copy of ``concurrent.futures._base`` take back the report of an exception when it is read."""
    future = vars(base)["Future"]
    future.result = _reading(future.result)
    future.exception = _reading(future.exception)


def watch_pool(module: ModuleType) -> None:
    """Pools of this copy of ``concurrent.futures.thread`` report the exceptions of their jobs."""
    pool = vars(module)["ThreadPoolExecutor"]
    pool.submit = _watching(pool.submit)


def end_idle_workers(module: ModuleType) -> list[Any]:
    """As at the interpreter's end: pools take no more jobs, and workers without one end; the threads to wait for. `allow_workers` undoes it."""
    namespace = vars(module)
    with namespace["_global_shutdown_lock"]:
        namespace["_shutdown"] = True
        workers = list(namespace["_threads_queues"].items())
    for _, jobs in workers:
        jobs.put(None)
    return [thread for thread, _ in workers]


def allow_workers(module: ModuleType) -> None:
    """Pools work again, for the next execution."""
    vars(module)["_shutdown"] = False
    vars(module)["_threads_queues"].clear()


def _reading(read: Callable[..., Any]) -> Callable[..., Any]:
    def reading(self: Any, timeout: float | None = None) -> Any:
        try:
            return read(self, timeout)
        finally:
            e = runtime.control
            receipt = getattr(self._exception, "__harness_receipt__", None)
            if e is not None and receipt is not None:
                e.forgiven(receipt)

    reading.__name__ = reading.__qualname__ = read.__name__
    reading.__doc__ = read.__doc__
    return reading


def _watching(submit: Callable[..., Any]) -> Callable[..., Any]:
    def watching(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        def job() -> Any:
            try:
                return fn(*args, **kwargs)
            except BaseException as error:
                e = runtime.control
                if e is not None:
                    receipt = e.crashed(error, "future", getattr(fn, "__qualname__", None) or type(fn).__name__)
                    try:
                        error.__harness_receipt__ = receipt  # type: ignore[attr-defined]
                    except Exception:
                        e.forgiven(receipt)  # an exception that takes no attribute: nobody could say later that it was read
                raise

        return submit(self, job)

    watching.__name__ = watching.__qualname__ = "submit"
    watching.__doc__ = submit.__doc__
    return watching
