"""``concurrent.futures.wait`` and ``as_completed`` under control."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterable, Iterator
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION
from concurrent.futures._base import DoneAndNotDoneFutures
from typing import Any

from harness import runtime
from harness.standins.future import Future
from harness.standins.gate import Gate


class _Watch:
    """Somebody who waits for several futures: a gate that opens when enough of them are settled."""

    def __init__(self, futures: Iterable[Future], enough: int, is_exception_enough: bool = False) -> None:
        self.futures = list(futures)
        self.settled_ones: list[Future] = []
        self.enough = enough
        self.is_exception_enough = is_exception_enough
        self.gate = Gate(False, "wait", self)
        for future in self.futures:
            future._watches.append(self)

    def settled(self, e: Any, future: Future) -> None:
        """A future has been settled."""
        self.settled_ones.append(future)
        is_exception = self.is_exception_enough and future._exception is not None
        if len(self.settled_ones) >= self.enough or is_exception:
            e.open(self.gate)

    def end(self) -> None:
        """Nobody waits any more."""
        for future in self.futures:
            future._watches.remove(self)

    def __repr__(self) -> str:
        return f"{len(self.futures)} futures"


def wait(fs: Iterable[Any], timeout: float | None = None, return_when: str = ALL_COMPLETED) -> Any:
    """The futures that are done and those that are not, after waiting as `return_when` says, at most `timeout` seconds."""
    e = runtime.control
    if e is None:
        return concurrent.futures.wait(fs, timeout, return_when)
    futures = _distinct(fs)
    e.point("wait", None)
    _look_at(e, futures)
    done = [future for future in futures if future.is_settled()]
    if (
        len(done) == len(futures)
        or (return_when == FIRST_COMPLETED and done)
        or (return_when == FIRST_EXCEPTION and any(future._exception is not None for future in done))
    ):
        return _told(e, done, futures)
    if return_when not in (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED):
        raise ValueError(f"Invalid return condition: {return_when!r}")
    pending = [future for future in futures if not future.is_settled()]
    watch = _Watch(pending, 1 if return_when == FIRST_COMPLETED else len(pending), return_when == FIRST_EXCEPTION)
    if timeout is None:
        e.pass_gate(watch.gate)
    else:
        e.pass_gate_until(watch.gate, timeout)
    _look_at(e, pending)  # one that is settled before this counts, whether or not it was waited for
    watch.end()
    done += watch.settled_ones
    return _told(e, done, futures)


def as_completed(fs: Iterable[Any], timeout: float | None = None) -> Iterator[Any]:
    """The futures one by one as they are settled: those that are so already in the order given."""
    e = runtime.control
    if e is None:
        yield from concurrent.futures.as_completed(fs, timeout)
        return
    end = None if timeout is None else e.read_clock() + timeout
    futures = _distinct(fs)
    total = len(futures)
    e.point("as_completed", None)
    _look_at(e, futures)
    ready = [future for future in futures if future.is_settled()]
    watch = _Watch([future for future in futures if not future.is_settled()], 1)
    left = total
    del futures
    try:
        while left:
            if not ready:
                if end is None:
                    e.pass_gate(watch.gate)
                else:
                    remaining = end - e.read_clock()
                    if remaining < 0 or not e.pass_gate_until(watch.gate, remaining):
                        raise TimeoutError(f"{left} (of {total}) futures unfinished")
                ready = watch.settled_ones
                watch.settled_ones = []
                e.close(watch.gate)
            left -= 1
            e.sees(ready[0])
            yield _taken(ready, watch)
    finally:
        watch.end()


def _told(e: Any, done: list[Future], futures: list[Any]) -> Any:
    """What `wait` returns."""
    for future in done:
        e.sees(future)
    return DoneAndNotDoneFutures(set(done), set(futures) - set(done))


def _look_at(e: Any, futures: Iterable[Future]) -> None:
    """The step at hand reads the state of the futures. A function of its own, so that no variable keeps the last one alive."""
    for future in futures:
        e.also(future, False)


def _taken(ready: list[Future], watch: _Watch) -> Future:
    """The first of the ready ones, to which nothing here refers from now on."""
    future = ready.pop(0)
    if future in watch.futures:
        watch.futures.remove(future)
        future._watches.remove(watch)
    return future


def _distinct(futures: Iterable[Any]) -> list[Any]:
    """Every future once, in the order given (CPython makes a set, whose order is that of addresses)."""
    return list(dict.fromkeys(futures))
