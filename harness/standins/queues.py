"""Queue, LifoQueue and PriorityQueue under control.

A queue is *closed* until somebody looks inside: ``put`` and ``get`` are one step each and wait at gates. It is *opened* for good once a
program reads ``mutex``, a condition or ``queue``, overrides ``_put`` and the like, or stores what compares itself by its own code; then,
and outside an execution, every operation goes by mutex and conditions as in CPython, so that what the program does with these is exact.
"""

from __future__ import annotations

import sys
from collections import deque
from heapq import heappop, heappush
from queue import Empty, Full
from typing import Any

from harness import runtime
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.opened_queue import OpenedQueue, ShutDown


class Queue(OpenedQueue):
    """``queue.Queue``. Programs derive classes of their own from it: what they might name alike begins with ``_own``."""

    __module__ = "queue"

    def __init__(self, maxsize: int = 0) -> None:
        e = runtime.control
        self.maxsize = maxsize
        self._own_epoch = None if e is None else e.epoch
        self._own_home: tuple[Any, int, bool] | None = None
        self._own_mutex: Lock | None = None
        self._own_unfinished = 0
        self._own_is_shut = False
        self._own_items: Any = None
        self._init(maxsize)
        self._make_gates()
        if type(self) not in _OURS and _is_overridden(type(self)):
            self._open_up()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item, waiting for room; Full if there is none in time, ShutDown if the queue was shut down."""
        e = runtime.control
        if e is None or self._own_epoch != e.epoch:
            self._move_to(e)
        mutex = self._own_mutex
        if mutex is not None or not self._own_fits(item):
            self._put_opened(item, block, timeout)
            return
        room = self._own_room
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
        if self._own_mutex is not None:
            # opened while this thread stood here, which is as if it had not begun
            self._put_opened(item, block, timeout)
            return
        if self._own_is_shut:
            raise ShutDown
        items = self._own_items
        self._own_place(item)
        self._own_unfinished += 1
        if self._own_unfinished == 1:
            e.close(self._own_all_done)
        n = len(items)
        if n == self.maxsize:
            e.close(room)
        if n == 1:
            e.open(self._own_stock)
        else:
            e.changed()
        e.progress()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the next item, waiting for one; Empty if there is none in time, ShutDown if there will never be one."""
        e = runtime.control
        if e is None or self._own_epoch != e.epoch:
            self._move_to(e)
        mutex = self._own_mutex
        if mutex is not None:
            return self._get_opened(block, timeout)
        stock = self._own_stock
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
        if self._own_mutex is not None:
            return self._get_opened(block, timeout)
        items = self._own_items
        if not items:
            raise ShutDown
        item = self._own_take()
        n = len(items)
        if n == 0 and not self._own_is_shut:
            e.close(stock)
        if n == self.maxsize - 1:
            e.open(self._own_room)
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
        if e is None or self._own_epoch != e.epoch:
            self._move_to(e)
        if self._own_mutex is not None:
            with self._found_open():
                if e is not None:
                    e.also(self, True)
                self._count_down()
                if not self._own_unfinished:
                    self._all_tasks_done.notify_all()
            return
        e.point("task_done", self)
        self._count_down()
        if not self._own_unfinished:
            e.open(self._own_all_done)
        e.changed()

    def join(self) -> None:
        """Wait until the work on all items is done."""
        e = runtime.control
        if e is None or self._own_epoch != e.epoch:
            self._move_to(e)
        if self._own_mutex is None:
            e.pass_gate(self._own_all_done)
        if self._own_mutex is not None:
            with self._found_open():
                while self._own_unfinished:
                    self._all_tasks_done.wait()

    def qsize(self) -> int:
        """How many items are in the queue."""
        if self._mutex_for("qsize") is None:
            return len(self._own_items)
        with self.mutex:
            return self._qsize()

    def empty(self) -> bool:
        """Whether there is no item."""
        if self._mutex_for("empty") is None:
            return not self._own_items
        with self.mutex:
            return not self._qsize()

    def full(self) -> bool:
        """Whether there is no room."""
        if self._mutex_for("full") is None:
            return 0 < self.maxsize <= len(self._own_items)
        with self.mutex:
            return 0 < self.maxsize <= self._qsize()

    if sys.version_info >= (3, 13):  # a program that calls it on an earlier Python fails there

        def shutdown(self, immediate: bool = False) -> None:
            """From now on ``put`` raises ShutDown, and ``get`` when there is nothing left; `immediate`: nothing is left at once."""
            e = runtime.control
            if self._mutex_for("shutdown") is None:
                self._shut(immediate)
                e.open(self._own_room)
                e.open(self._own_stock)
                if not self._own_unfinished:
                    e.open(self._own_all_done)
                return
            with self.mutex:
                self._shut(immediate)
                if immediate:
                    self.all_tasks_done.notify_all()
                self.not_empty.notify_all()
                self.not_full.notify_all()

        @property
        def is_shutdown(self) -> bool:
            """Whether it was shut down: programs read this attribute of the real one."""
            e = runtime.control
            if e is not None:
                e.point("is_shutdown", self)
            return self._own_is_shut

        @is_shutdown.setter
        def is_shutdown(self, is_shut: bool) -> None:
            e = runtime.control
            if e is not None:
                e.point("set is_shutdown", self)
            self._own_is_shut = is_shut

    # -- the organisation, which a program's subclass may override

    def _init(self, maxsize: int) -> None:
        self._own_items = deque()

    _own_place = OpenedQueue._put
    _own_take = OpenedQueue._get

    def _own_fits(self, item: Any) -> bool:
        """Whether adding the item runs no code of the program; opens the queue if it does."""
        return True

    # -- helpers

    def _mutex_for(self, operation: str) -> Lock | None:
        """None, a point passed, where the operation goes on as one step; else the mutex that it has to take."""
        e = runtime.control
        if e is None or self._own_epoch != e.epoch:
            self._move_to(e)
        if self._own_mutex is None:
            e.point(operation, self)
        else:
            self._found_open()
        return self._own_mutex

    @property
    def unfinished_tasks(self) -> int:
        """How many puts no ``task_done`` has answered: programs read this attribute of the real one."""
        e = runtime.control
        if e is not None:
            e.point("unfinished", self)
        return self._own_unfinished

    @unfinished_tasks.setter
    def unfinished_tasks(self, n: int) -> None:
        e = runtime.control
        if e is not None:
            e.point("set unfinished", self)
        self._own_unfinished = n
        if e is not None and self._own_mutex is None:  # of an open queue only notify wakes who waits in `join`
            (e.close if n else e.open)(self._own_all_done)

    def _count_down(self) -> None:
        if self._own_unfinished <= 0:
            raise ValueError("task_done() called too many times")
        self._own_unfinished -= 1

    def _make_gates(self) -> None:
        n = len(self._own_items) if hasattr(self._own_items, "__len__") else 0
        self._own_room = Gate(self._own_is_shut or not 0 < self.maxsize <= n, "put", self)
        self._own_stock = Gate(self._own_is_shut or n > 0, "get", self)
        self._own_all_done = Gate(not self._own_unfinished, "join", self)

    def _move_to(self, e: Any) -> None:
        """To another execution, or outside: what an execution did to a queue that is older than it does not outlive it."""
        epoch = None if e is None else e.epoch
        if self._own_epoch == epoch:
            self._open_up()
            return
        if self._own_epoch is None:
            self._own_home = (_copy(self._own_items), self._own_unfinished, self._own_is_shut)
        elif self._own_home is not None:
            items, self._own_unfinished, self._own_is_shut = self._own_home
            self._own_items = _copy(items)
        elif epoch is not None:
            # made by another execution
            self._own_unfinished, self._own_is_shut = 0, False
            self._init(self.maxsize)
        self._own_epoch = epoch
        self._own_mutex = None
        self._make_gates()
        if e is None or _is_overridden(type(self)):
            self._open_up()


class LifoQueue(Queue):
    """``queue.LifoQueue``."""

    __module__ = "queue"

    def _init(self, maxsize: int) -> None:
        self._own_items = []

    def _get(self) -> Any:
        return self._own_items.pop()

    _own_take = _get


class PriorityQueue(Queue):
    """``queue.PriorityQueue``."""

    __module__ = "queue"

    def _init(self, maxsize: int) -> None:
        self._own_items = []

    def _put(self, item: Any) -> None:
        heappush(self._own_items, item)

    def _get(self) -> Any:
        return heappop(self._own_items)

    _own_place = _put
    _own_take = _get

    def _own_fits(self, item: Any) -> bool:
        if _is_plain(item):
            return True
        self._open_up()
        return False


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
