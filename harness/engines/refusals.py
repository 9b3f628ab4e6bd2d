"""Why an operation of a stand-in that is about to be carried out will fail: read off the stand-in's state before the operation takes effect."""

from __future__ import annotations

from typing import Any

from harness.engines.virtual import VirtualThread
from harness.standins.condition import Condition
from harness.standins.lock import Lock
from harness.standins.queues import Queue
from harness.standins.rlock import RLock
from harness.standins.semaphore import BoundedSemaphore
from harness.standins.simple_queue import SimpleQueue


def why_it_fails(thread: VirtualThread, kind: str, detail: str, obj: Any) -> str:
    """Why an operation that is about to be carried out will raise, as words that follow it; "" where it will not, or that is not known."""
    if kind == "release" and not detail:
        if isinstance(obj, Lock) and obj.is_open:
            return ", which nobody holds"
        if isinstance(obj, RLock) and obj.holder is not thread:
            return ", which it does not hold"
        if isinstance(obj, BoundedSemaphore) and obj._count >= obj._initial_value:
            return ", which has all its permits"
    if kind in ("put", "get") and isinstance(obj, Queue | SimpleQueue):
        return _why_refused(kind, obj)
    if kind in ("wait", "notify", "notify_all") and isinstance(obj, Condition):
        lock = obj._lock
        if (isinstance(lock, Lock) and lock.is_open) or (isinstance(lock, RLock) and lock.holder is not thread):
            return ", which it does not hold"
    return ""


def _why_refused(kind: str, queue: Queue | SimpleQueue) -> str:
    """As `why_it_fails`, for a put or a get that does not wait."""
    if isinstance(queue, SimpleQueue):
        return ", which is empty" if kind == "get" and not queue._stock.is_open else ""
    if queue._own_is_shut and (kind == "put" or not queue._own_items):
        return ", which is shut down"
    if kind == "put":
        return "" if queue._own_room.is_open else ", which is full"
    return "" if queue._own_stock.is_open else ", which is empty"
