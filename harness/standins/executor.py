"""ThreadPoolExecutor under control: one queue of jobs, workers that are started as jobs come in and none is idle."""

from __future__ import annotations

import concurrent.futures
import concurrent.futures.thread
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import _base
from concurrent.futures.thread import BrokenThreadPool
from typing import Any

from harness import runtime
from harness.errors import HarnessError
from harness.standins.clock import monotonic
from harness.standins.excepthook import LET_OUT
from harness.standins.future import Future, _logger
from harness.standins.numbering import Names
from harness.standins.simple_queue import SimpleQueue
from harness.standins.thread import Thread

DEFAULT_WORKERS = 8
"""Workers of a pool that does not say how many: what a machine with four processors gives, so that a schedule means the same on each."""

_BROKEN = "A thread initializer failed, the thread pool is not usable anymore"
_numbers = Names(0)


class Executor(_base.Executor):
    """``concurrent.futures.Executor``, for a program's own executors as well."""

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], timeout: float | None = None, chunksize: int = 1, **further: Any) -> Iterator[Any]:
        """The results of the calls in order; all are submitted at once, or `buffersize` ahead (Python 3.14)."""
        if runtime.control is None:
            return super().map(fn, *iterables, timeout=timeout, chunksize=chunksize, **further)
        ahead = further.get("buffersize")
        end = None if timeout is None else monotonic() + timeout
        calls = zip(*iterables, strict=False)
        futures = [self.submit(fn, *args) for _, args in zip(range(ahead) if ahead is not None else _forever(), calls, strict=False)]
        return self._results(fn, futures, calls, end)

    def _results(self, fn: Callable[..., Any], futures: list[Any], calls: Iterator[Any], end: float | None) -> Iterator[Any]:
        try:
            while futures:
                for args in calls:
                    futures.append(self.submit(fn, *args))
                    break
                # popped before it is waited for: nothing here refers to it when its result is out
                yield _result_or_cancel(futures.pop(0), None if end is None else end - monotonic())
        finally:
            for future in futures:
                future.cancel()


class _Shown:
    """An attribute that shows the execution's `_Pool` under control, and outside what the real executor has set."""

    def __init__(self, of_pool: str) -> None:
        self._of_pool = of_pool
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, executor: Any, owner: type) -> Any:
        own = vars(executor)
        if runtime.control is not None and "_pool" in own:
            runtime.control.point("look", executor)
            return getattr(own["_pool"], self._of_pool)
        return own[self._name]

    def __set__(self, executor: Any, value: Any) -> None:
        vars(executor)[self._name] = value


class ThreadPoolExecutor(concurrent.futures.ThreadPoolExecutor, Executor):
    """``concurrent.futures.ThreadPoolExecutor``: the real one outside an execution, from which it is derived."""

    map = Executor.map
    # what programs look at, of the execution or of the real pool
    _work_queue = _Shown("jobs")
    _threads = _Shown("threads")
    _shutdown = _Shown("is_shut")
    _broken = _Shown("broken")

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., Any] | None = None,
        initargs: tuple[Any, ...] = (),
        **further: Any,
    ) -> None:
        e = runtime.control
        self._epoch: int | None = None if e is None else e.epoch
        if e is None:
            super().__init__(max_workers, thread_name_prefix, initializer, initargs, **further)
            return
        if max_workers is None:
            max_workers = DEFAULT_WORKERS
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._max_workers = max_workers
        self._thread_name_prefix = thread_name_prefix or f"ThreadPoolExecutor-{_numbers.take(e.epoch)}"
        self._initializer = initializer
        self._initargs = initargs
        self._pool = _Pool()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Have `fn` called by a worker; the future of its outcome."""
        e = runtime.control
        if e is None:
            return super().submit(fn, *args, **kwargs)
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        pool = self._pool
        e.point("submit", self)
        if pool.broken:
            raise BrokenThreadPool(pool.broken)
        if pool.is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = Future()
        e.also(pool.jobs, True)
        future.job = (getattr(fn, "__qualname__", None) or type(fn).__name__).rpartition("<locals>.")[2]
        future.handed_at = e.here(fn)
        pool.jobs.add(e, (future, fn, args, kwargs))
        if pool.n_idle:
            pool.n_idle -= 1
        elif len(pool.threads) < self._max_workers:
            worker = Thread(target=self._work, name=f"{self._thread_name_prefix}_{len(pool.threads)}", args=(pool,), daemon=False)
            pool.threads.append(worker)
            worker.start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs; cancel those that wait, and wait for the workers to end, if told to."""
        e = runtime.control
        if e is None:
            if self._epoch is None:
                super().shutdown(wait, cancel_futures=cancel_futures)
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        pool = self._pool
        e.point("shutdown", self)
        pool.is_shut = True
        if cancel_futures:
            e.also(pool.jobs, True)
            while pool.jobs._items:
                pool.jobs.take(e)[0].cancel()  # a point: a worker may take the next job meanwhile
                e.also(pool.jobs, True)
        e.open(pool.jobs._stock)
        if wait:
            for worker in pool.threads:
                worker.join()

    def _work(self, pool: _Pool) -> None:
        """What a worker does until the pool is shut down and no job is left."""
        e = runtime.control
        if self._initializer is not None:
            try:
                e.about_to_call(self._initializer, self._initargs)
                self._initializer(*self._initargs)
            except LET_OUT:
                raise
            except BaseException:
                _logger.critical("Exception in initializer:", exc_info=True)
                e.point("break", self)
                pool.broken = _BROKEN
                e.also(pool.jobs, True)
                while pool.jobs._items:
                    future = pool.jobs.take(e)[0]
                    e.also(future, True)
                    if future._state == _base.PENDING:
                        future.fail(e, BrokenThreadPool(_BROKEN))
                if pool.is_shut:
                    e.close(pool.jobs._stock)  # CPython's takes the word to end off the queue too: an idle worker waits for ever
                return
        jobs = pool.jobs
        me = e.cur
        while True:
            e.also(jobs, True)
            if not jobs._items:
                if pool.is_shut:
                    return
                pool.n_idle += 1
            me.is_idle = True  # even if there is a job: another worker may take it while this one is on its way
            e.pass_gate(jobs._stock)
            me.is_idle = False
            if not jobs._items:
                e.changed()
                return  # shut down; the gate stays open for the others
            future, fn, args, kwargs = jobs._items.popleft()
            if jobs._items or pool.is_shut:
                e.changed()
            else:
                e.close(jobs._stock)
            e.point("set_running", future)  # off the queue and still pending: it can be cancelled
            if future.begin(e):
                e.working_on(future.job)
                _call(e, future, fn, args, kwargs)
            del future, fn, args, kwargs
            if len(pool.threads) < self._max_workers:
                e.point("idle", jobs)  # who has the outcome may submit before this worker counts as idle: another one is started then

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void."""
        self._epoch = epoch
        self._pool = _Pool()
        self._pool.is_shut = bool(vars(self).get("_shutdown", False))


class ProcessPoolExecutor:
    """``concurrent.futures.ProcessPoolExecutor``: the real one outside an execution, refused under control."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """The real executor."""
        if runtime.control is not None:
            raise HarnessError("ProcessPoolExecutor starts processes, whose schedule the harness does not control; use a ThreadPoolExecutor")
        return concurrent.futures.ProcessPoolExecutor(*args, **kwargs)


class _Pool:
    """What one execution makes of an executor. `jobs` holds (future, function, args, kwargs) of those that nobody has begun."""

    __slots__ = ("broken", "is_shut", "jobs", "n_idle", "threads")

    def __init__(self) -> None:
        self.jobs = SimpleQueue()
        self.threads: list[Thread] = []
        self.n_idle = 0
        self.is_shut = False
        self.broken: str | bool = False


def _call(e: Any, future: Future, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """One job, its outcome in the future; an exception is reported until somebody reads it there."""
    try:
        e.about_to_call(fn, (*args, *kwargs.values()), future.handed_at)
        result = fn(*args, **kwargs)
    except LET_OUT:
        raise
    except BaseException as error:
        e.point("set_exception", future)
        if future._state == _base.RUNNING:
            future.fail(e, error, e.crashed(error, "future", future.job))
    else:
        future.set_result(result)


def _result_or_cancel(future: Any, timeout: float | None) -> Any:
    try:
        return future.result(timeout)
    except TimeoutError:
        future.cancel()
        raise
    finally:
        # the exception's traceback refers to this frame: no cycle through it
        del future


def _forever() -> Iterator[None]:
    while True:
        yield None
