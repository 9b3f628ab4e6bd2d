"""SimpleQueue under control: as Queue, without bound and without tasks."""

from __future__ import annotations

import queue
import types
from collections import deque
from queue import Empty
from typing import Any

from harness import runtime
from harness.standins.gate import Gate


class SimpleQueue:
    """``queue.SimpleQueue``."""

    __module__ = "_queue"

    def __init__(self) -> None:
        e = runtime.control
        self._epoch = None if e is None else e.epoch
        self._items: deque[Any] = deque()
        self._stock = Gate(False, "get", self)
        self._real: Any = None

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add an item; never waits."""
        e = runtime.control
        if e is None:
            self._outside().put(item)
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("put", self)
        self.add(e, item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the oldest item, waiting for one; Empty if there is none in time."""
        e = runtime.control
        if e is None:
            return self._outside().get(block, timeout)
        if self._epoch != e.epoch:
            self._renew(e.epoch)
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
        return self.take(e)

    def put_nowait(self, item: Any) -> None:
        """Add an item."""
        self.put(item)

    def get_nowait(self) -> Any:
        """Take the oldest item; Empty if there is none now."""
        return self.get(False)

    def qsize(self) -> int:
        """How many items are in the queue."""
        e = runtime.control
        if e is None:
            return int(self._outside().qsize())
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("qsize", self)
        return len(self._items)

    def empty(self) -> bool:
        """Whether there is no item."""
        return not self.qsize()

    def add(self, e: Any, item: Any) -> None:
        """Add an item without a point, within a step of somebody else's."""
        self._items.append(item)
        e.open(self._stock)
        e.progress()

    def take(self, e: Any) -> Any:
        """Take the oldest item without a point; there is one."""
        item = self._items.popleft()
        if self._items:
            e.changed()
        else:
            e.close(self._stock)
        e.progress()
        return item

    def _outside(self) -> Any:
        """The real queue that this one is outside an execution."""
        if self._real is None:
            self._real = queue.SimpleQueue()
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void: begin with what the real queue holds."""
        self._epoch = epoch
        self._items = deque()
        if self._real is not None:
            while not self._real.empty():
                self._items.append(self._real.get_nowait())
            for item in self._items:
                self._real.put(item)
        self._stock = Gate(bool(self._items), "get", self)

    __class_getitem__: Any = classmethod(types.GenericAlias)
