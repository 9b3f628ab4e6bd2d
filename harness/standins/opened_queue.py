"""The opened form of a queue: mutex and conditions as in CPython, for programs that reach inside, and outside an execution."""

from __future__ import annotations

import queue
from queue import Empty, Full
from typing import Any

from harness import runtime
from harness.standins.clock import monotonic
from harness.standins.condition import Condition
from harness.standins.gate import Gate
from harness.standins.lock import Lock

if hasattr(queue, "ShutDown"):
    ShutDown = queue.ShutDown
else:

    class ShutDown(Exception):  # type: ignore[no-redef]
        """Raised by ``put`` and ``get`` of a queue that was shut down."""


class OpenedQueue(queue.Queue):  # type: ignore[type-arg]
    """What `harness.standins.queues.Queue` is once it is open. Its gates are where threads stood before."""

    _own_items: Any
    _own_unfinished: int
    _own_mutex: Lock | None
    _own_room: Gate
    _own_stock: Gate
    _own_all_done: Gate

    def _qsize(self) -> int:
        return len(self._own_items)

    def _put(self, item: Any) -> None:
        self._own_items.append(item)

    def _get(self) -> Any:
        return self._own_items.popleft()

    # -- what programs touch

    @property
    def queue(self) -> Any:
        """The container itself; a program that reaches for it opens the queue."""
        self._open_up()
        return self._own_items

    @queue.setter
    def queue(self, items: Any) -> None:
        self._own_items = items

    @property
    def mutex(self) -> Lock:  # type: ignore[override]
        """The lock of the three conditions."""
        return self._open_up()

    @property
    def not_empty(self) -> Condition:  # type: ignore[override]
        """Notified when an item was added."""
        self._open_up()
        return self._not_empty

    @property
    def not_full(self) -> Condition:  # type: ignore[override]
        """Notified when an item was taken."""
        self._open_up()
        return self._not_full

    @property
    def all_tasks_done(self) -> Condition:  # type: ignore[override]
        """Notified when no work is left."""
        self._open_up()
        return self._all_tasks_done

    # -- the operations, by mutex and conditions

    def _open_up(self) -> Lock:
        mutex = self._own_mutex
        if mutex is None:
            mutex = self._own_mutex = Lock()
            e = runtime.control
            if e is not None:
                # what others do next with the queue they do otherwise from now on
                e.also(self, True)
                e.also(self._own_stock, True)
            self._not_empty = _OpenedCondition(mutex, self._own_stock)
            self._not_full = _OpenedCondition(mutex, self._own_room)
            self._all_tasks_done = _OpenedCondition(mutex, self._own_all_done)
        return mutex

    def _found_open(self) -> Any:
        """The condition that all tasks are done. The thread has found the queue open, which it may not have been before another opened it."""
        if runtime.control is not None:
            runtime.control.also(self._own_stock, False)
        return self._all_tasks_done

    def _put_opened(self, item: Any, block: bool, timeout: float | None) -> None:
        self._found_open()
        with self.not_full:
            if self._own_is_shut:
                raise ShutDown
            if self.maxsize > 0:
                if not block:
                    if self._qsize() >= self.maxsize:
                        raise Full
                elif timeout is None:
                    while self._qsize() >= self.maxsize:
                        self._not_full.wait()
                        if self._own_is_shut:
                            raise ShutDown
                elif timeout < 0:
                    raise ValueError("'timeout' must be a non-negative number")
                else:
                    end = monotonic() + timeout
                    while self._qsize() >= self.maxsize:
                        left = end - monotonic()
                        if left <= 0.0:
                            raise Full
                        self._not_full.wait(left)
                        if self._own_is_shut:
                            raise ShutDown
            self._put(item)
            if runtime.control is not None:
                runtime.control.also(self._own_items, True)
                runtime.control.also(self, True)
            self._own_unfinished += 1
            self._not_empty.notify()
            if runtime.control is not None:
                runtime.control.progress()

    def _get_opened(self, block: bool, timeout: float | None) -> Any:
        self._found_open()
        with self.not_empty:
            if self._own_is_shut and not self._qsize():
                raise ShutDown
            if not block:
                if not self._qsize():
                    raise Empty
            elif timeout is None:
                while not self._qsize():
                    self._not_empty.wait()
                    if self._own_is_shut and not self._qsize():
                        raise ShutDown
            elif timeout < 0:
                raise ValueError("'timeout' must be a non-negative number")
            else:
                end = monotonic() + timeout
                while not self._qsize():
                    left = end - monotonic()
                    if left <= 0.0:
                        raise Empty
                    self._not_empty.wait(left)
                    if self._own_is_shut and not self._qsize():
                        raise ShutDown
            item = self._get()
            if runtime.control is not None:
                runtime.control.also(self._own_items, True)
            self._not_full.notify()
            if runtime.control is not None:
                runtime.control.progress()
            return item

    def _shut(self, immediate: bool) -> None:
        self._own_is_shut = True
        if immediate:
            while self._qsize():
                self._get()
                if self._own_unfinished > 0:
                    self._own_unfinished -= 1


class _OpenedCondition(Condition):
    """One of an opened queue's conditions. Threads that stood at the gate when the queue was opened wait here as well."""

    def __init__(self, mutex: Lock, gate: Gate) -> None:
        super().__init__(mutex)
        self._before = gate

    def _wake(self, e: Any, n: int) -> None:
        if n > 0 and self._before.parked:
            e.open(self._before)
        super()._wake(e, n)

    def notify_all(self) -> None:
        """Wake all threads that wait, those at the gate among them."""
        e = runtime.control
        super().notify_all()
        if e is not None and self._before.parked:
            e.open(self._before)
