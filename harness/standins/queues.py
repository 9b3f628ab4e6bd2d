"""Queue, LifoQueue and PriorityQueue under control.

A queue is *closed* until somebody looks inside: ``put`` and ``get`` are one step each and wait at gates. It is *opened* for good once a
program reads ``mutex``, a condition or ``queue``, overrides ``_put`` and the like, or stores what compares itself by its own code; then,
and outside an execution, every operation goes by mutex and conditions as in CPython, so that what the program does with these is exact.
"""

from __future__ import annotations

import queue
from collections import deque
from heapq import heappop, heappush
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


class Queue(queue.Queue):  # type: ignore[type-arg]
    """``queue.Queue``."""

    __module__ = "queue"

    def __init__(self, maxsize: int = 0) -> None:
        e = runtime.control
        self.maxsize = maxsize
        self._epoch = None if e is None else e.epoch
        self._home: tuple[Any, int, bool] | None = None
        self._mutex: Lock | None = None
        self.unfinished_tasks = 0
        self.is_shutdown = False
        self._items: Any = None
        self._init(maxsize)
        self._make_gates()
        if type(self) not in _OURS and _is_overridden(type(self)):
            self._open_up()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item, waiting for room; Full if there is none in time, ShutDown if the queue was shut down."""
        e = runtime.control
        if e is None or self._epoch != e.epoch:
            self._move_to(e)
        mutex = self._mutex
        if mutex is not None or not self._fits(item):
            self._put_opened(item, block, timeout)
            return
        room = self._room
        if not block:
            e.point("put", self)
            if not room.is_open:
                raise Full
        elif timeout is None or self.maxsize <= 0:
            e.pass_gate(room)
        elif timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        elif not e.pass_gate_until(room, timeout):
            raise Full
        if self._mutex is not None:
            # opened while this thread stood here, which is as if it had not begun
            self._put_opened(item, block, timeout)
            return
        if self.is_shutdown:
            raise ShutDown
        items = self._items
        self._place(item)
        self.unfinished_tasks += 1
        if self.unfinished_tasks == 1:
            e.close(self._all_done)
        n = len(items)
        if n == self.maxsize:
            e.close(room)
        if n == 1:
            e.open(self._stock)
        else:
            e.changed()
        e.progress()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the next item, waiting for one; Empty if there is none in time, ShutDown if there will never be one."""
        e = runtime.control
        if e is None or self._epoch != e.epoch:
            self._move_to(e)
        mutex = self._mutex
        if mutex is not None:
            return self._get_opened(block, timeout)
        stock = self._stock
        if not block:
            e.point("get", self)
            if not stock.is_open:
                raise Empty
        elif timeout is None:
            e.pass_gate(stock)
        elif timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        elif not e.pass_gate_until(stock, timeout):
            raise Empty
        if self._mutex is not None:
            return self._get_opened(block, timeout)
        items = self._items
        if not items:
            raise ShutDown
        item = self._take()
        n = len(items)
        if n == 0 and not self.is_shutdown:
            e.close(stock)
        if n == self.maxsize - 1:
            e.open(self._room)
        else:
            e.changed()
        e.progress()
        return item

    def put_nowait(self, item: Any) -> None:
        """Add an item; Full if there is no room now."""
        self.put(item, block=False)

    def get_nowait(self) -> Any:
        """Take the next item; Empty if there is none now."""
        return self.get(block=False)

    def task_done(self) -> None:
        """Say that the work on an item that was taken is done."""
        e = runtime.control
        if e is None or self._epoch != e.epoch:
            self._move_to(e)
        if self._mutex is not None:
            with self.all_tasks_done:
                self._count_down()
                if not self.unfinished_tasks:
                    self.all_tasks_done.notify_all()
            return
        e.point("task_done", self)
        self._count_down()
        if not self.unfinished_tasks:
            e.open(self._all_done)
        e.changed()

    def join(self) -> None:
        """Wait until the work on all items is done."""
        e = runtime.control
        if e is None or self._epoch != e.epoch:
            self._move_to(e)
        if self._mutex is None:
            e.pass_gate(self._all_done)
        if self._mutex is not None:
            with self.all_tasks_done:
                while self.unfinished_tasks:
                    self.all_tasks_done.wait()

    def qsize(self) -> int:
        """How many items are in the queue."""
        if self._mutex_for("qsize") is None:
            return len(self._items)
        with self.mutex:
            return self._qsize()

    def empty(self) -> bool:
        """Whether there is no item."""
        if self._mutex_for("empty") is None:
            return not self._items
        with self.mutex:
            return not self._qsize()

    def full(self) -> bool:
        """Whether there is no room."""
        if self._mutex_for("full") is None:
            return 0 < self.maxsize <= len(self._items)
        with self.mutex:
            return 0 < self.maxsize <= self._qsize()

    def shutdown(self, immediate: bool = False) -> None:
        """From now on ``put`` raises ShutDown, and ``get`` when there is nothing left; `immediate`: nothing is left at once."""
        e = runtime.control
        if self._mutex_for("shutdown") is None:
            self._shut(immediate)
            e.open(self._room)
            e.open(self._stock)
            if not self.unfinished_tasks:
                e.open(self._all_done)
            return
        with self.mutex:
            self._shut(immediate)
            if immediate:
                self.all_tasks_done.notify_all()
            self.not_empty.notify_all()
            self.not_full.notify_all()

    # -- the organisation, which a program's subclass may override

    def _init(self, maxsize: int) -> None:
        self._items = deque()

    def _qsize(self) -> int:
        return len(self._items)

    def _put(self, item: Any) -> None:
        self._items.append(item)

    def _get(self) -> Any:
        return self._items.popleft()

    _place = _put
    _take = _get

    def _fits(self, item: Any) -> bool:
        """Whether adding the item runs no code of the program; opens the queue if it does."""
        return True

    # -- what programs touch

    @property
    def queue(self) -> Any:
        """The container itself; a program that reaches for it opens the queue."""
        self._open_up()
        return self._items

    @queue.setter
    def queue(self, items: Any) -> None:
        self._items = items

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

    # -- opened

    def _open_up(self) -> Lock:
        mutex = self._mutex
        if mutex is None:
            mutex = self._mutex = Lock()
            self._not_empty = _OpenedCondition(mutex, self._stock)
            self._not_full = _OpenedCondition(mutex, self._room)
            self._all_tasks_done = _OpenedCondition(mutex, self._all_done)
        return mutex

    def _put_opened(self, item: Any, block: bool, timeout: float | None) -> None:
        with self.not_full:
            if self.is_shutdown:
                raise ShutDown
            if self.maxsize > 0:
                if not block:
                    if self._qsize() >= self.maxsize:
                        raise Full
                elif timeout is None:
                    while self._qsize() >= self.maxsize:
                        self._not_full.wait()
                        if self.is_shutdown:
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
                        if self.is_shutdown:
                            raise ShutDown
            self._put(item)
            self.unfinished_tasks += 1
            self._not_empty.notify()
            if runtime.control is not None:
                runtime.control.progress()

    def _get_opened(self, block: bool, timeout: float | None) -> Any:
        with self.not_empty:
            if self.is_shutdown and not self._qsize():
                raise ShutDown
            if not block:
                if not self._qsize():
                    raise Empty
            elif timeout is None:
                while not self._qsize():
                    self._not_empty.wait()
                    if self.is_shutdown and not self._qsize():
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
                    if self.is_shutdown and not self._qsize():
                        raise ShutDown
            item = self._get()
            self._not_full.notify()
            if runtime.control is not None:
                runtime.control.progress()
            return item

    # -- helpers

    def _mutex_for(self, operation: str) -> Lock | None:
        """None, a point passed, where the operation goes on as one step; else the mutex that it has to take."""
        e = runtime.control
        if e is None or self._epoch != e.epoch:
            self._move_to(e)
        if self._mutex is None:
            e.point(operation, self)
        return self._mutex

    def _count_down(self) -> None:
        if self.unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1

    def _shut(self, immediate: bool) -> None:
        self.is_shutdown = True
        if immediate:
            while self._qsize():
                self._get()
                if self.unfinished_tasks > 0:
                    self.unfinished_tasks -= 1

    def _make_gates(self) -> None:
        n = len(self._items) if hasattr(self._items, "__len__") else 0
        self._room = Gate(self.is_shutdown or not 0 < self.maxsize <= n, "put", self)
        self._stock = Gate(self.is_shutdown or n > 0, "get", self)
        self._all_done = Gate(not self.unfinished_tasks, "join", self)

    def _move_to(self, e: Any) -> None:
        """To another execution, or outside: what an execution did to a queue that is older than it does not outlive it."""
        epoch = None if e is None else e.epoch
        if self._epoch == epoch:
            self._open_up()
            return
        if self._epoch is None:
            self._home = (_copy(self._items), self.unfinished_tasks, self.is_shutdown)
        elif self._home is not None:
            items, self.unfinished_tasks, self.is_shutdown = self._home
            self._items = _copy(items)
        elif epoch is not None:
            # made by another execution
            self.unfinished_tasks, self.is_shutdown = 0, False
            self._init(self.maxsize)
        self._epoch = epoch
        self._mutex = None
        self._make_gates()
        if e is None or _is_overridden(type(self)):
            self._open_up()


class LifoQueue(Queue):
    """``queue.LifoQueue``."""

    __module__ = "queue"

    def _init(self, maxsize: int) -> None:
        self._items = []

    def _get(self) -> Any:
        return self._items.pop()

    _take = _get


class PriorityQueue(Queue):
    """``queue.PriorityQueue``."""

    __module__ = "queue"

    def _init(self, maxsize: int) -> None:
        self._items = []

    def _put(self, item: Any) -> None:
        heappush(self._items, item)

    def _get(self) -> Any:
        return heappop(self._items)

    _place = _put
    _take = _get

    def _fits(self, item: Any) -> bool:
        if _is_plain(item):
            return True
        self._open_up()
        return False


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


def _is_plain(item: Any) -> bool:
    """Whether comparing the item runs code of builtin types only."""
    kind = type(item)
    return kind in _PLAIN or (kind is tuple and all(_is_plain(part) for part in item))


def _copy(items: Any) -> Any:
    return items.copy() if hasattr(items, "copy") else items


_PLAIN = frozenset({int, float, str, bytes, bool, type(None)})
_OURS: frozenset[type] = frozenset({Queue, LifoQueue, PriorityQueue})


def _is_overridden(cls: type[Queue]) -> bool:
    """Whether a program's class organises the items by code of its own."""
    return any(all(getattr(cls, name) is not getattr(ours, name) for ours in _OURS) for name in ("_init", "_qsize", "_put", "_get"))
