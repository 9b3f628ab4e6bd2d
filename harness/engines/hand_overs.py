"""Which operation of a stand-in hands over to which later one: the channels of a recorded execution's deeds.

An operation is looked at after the running thread has passed its point and before it takes effect, so the stand-in's state says what is
about to happen. What only looks at a stand-in's state (a length, a flag, an attempt that fails) comes after all that has changed it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from harness.engines.identity import Identities
from harness.engines.virtual import VirtualThread
from harness.standins.barrier import BROKEN, FILLING, Barrier
from harness.standins.condition import Condition
from harness.standins.event import Event
from harness.standins.executor import ThreadPoolExecutor
from harness.standins.future import Future
from harness.standins.lock import Lock
from harness.standins.queues import LifoQueue, PriorityQueue, Queue
from harness.standins.rlock import RLock
from harness.standins.semaphore import Semaphore
from harness.standins.simple_queue import SimpleQueue
from harness.standins.thread import Thread

LOOKS = frozenset(
    {"locked", "is_set", "n_waiting", "broken", "value", "unfinished", "is_shutdown", "qsize", "empty", "full", "done", "cancelled", "running"}
)
"""Operations that tell their caller something of a stand-in's state and change nothing."""


@dataclass(slots=True)
class HandOver:
    """What one operation receives and sends; the lock that it takes or gives, 0 for none."""

    receives: list[int] = field(default_factory=list)
    sends: list[int] = field(default_factory=list)
    takes: int = 0
    gives: int = 0
    is_brief: bool = False


@dataclass(slots=True)
class _Stock:
    """What stands behind each item of a queue and each free place in it: the channel it came by, 0 for none."""

    items: list[tuple[Any, int]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    last_put: int = 0


class HandOvers:
    """The channels of one execution; `identities` numbers objects."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._next = itertools.count(1)
        self._channels: dict[tuple[str, int], int] = {}
        self._stocks: dict[int, _Stock] = {}
        self._permits: dict[int, _Stock] = {}
        self._tries: set[tuple[int, int]] = set()
        self._closed: dict[int, tuple[Any, int]] = {}

    def new(self) -> int:
        """A channel that nobody has."""
        return next(self._next)

    def named(self, what: str, obj: Any) -> int:
        """The channel of an object for one purpose."""
        channel = self._channels.get((what, self._identities.of(obj)))
        return self._renewed(what, obj) if channel is None else channel

    def _renewed(self, what: str, obj: Any) -> int:
        channel = self._channels[what, self._identities.of(obj)] = self.new()
        return channel

    def looked_at(self, obj: Any) -> list[int]:
        """What a thread receives that sees an object's state."""
        if isinstance(obj, Thread | VirtualThread):
            virtual = obj._virtual if isinstance(obj, Thread) else obj
            return [self.named("end", virtual)] if virtual is not None and virtual.is_ended else []
        if isinstance(obj, Event) and obj._is_set:
            return [self.named("set", obj)]
        return [self.named("change", obj)]

    def of(self, thread: VirtualThread, kind: str, detail: str, obj: Any, is_timed: bool) -> HandOver:
        """What the operation `kind` on `obj` that the thread is about to carry out hands over."""
        over = HandOver()
        if isinstance(obj, Condition):
            self._condition(over, thread, kind, detail, obj, is_timed)
        elif isinstance(obj, Lock | RLock):
            self._lock(over, thread, kind, detail, obj, is_timed)
        elif isinstance(obj, Semaphore):
            self._semaphore(over, kind, obj)
        elif isinstance(obj, Event):
            self._event(over, kind, obj)
        elif isinstance(obj, Barrier):
            self._barrier(over, kind, obj)
        elif isinstance(obj, Queue | SimpleQueue):
            self._queue(over, kind, obj)
        elif isinstance(obj, ThreadPoolExecutor):
            self._pool(over, kind, obj)
        elif isinstance(obj, Future):
            self._future(over, kind, obj)
        elif kind in ("join", "is_alive") and isinstance(obj, Thread | VirtualThread):
            over.receives += self.looked_at(obj)
        return over

    def _condition(self, over: HandOver, thread: VirtualThread, kind: str, detail: str, condition: Any, is_timed: bool) -> None:
        if kind == "wait":
            over.receives.append(self.named("notify", condition))
        elif kind in ("notify", "notify_all"):
            over.sends.append(self.named("notify", condition))
        elif isinstance(condition._lock, Lock | RLock):
            self._lock(over, thread, kind, detail, condition._lock, is_timed)

    def _lock(self, over: HandOver, thread: VirtualThread, kind: str, detail: str, lock: Any, is_timed: bool) -> None:
        number = self._identities.of(lock)
        change = self.named("change", lock)
        if kind == "acquire" and self._closed:
            over.receives += self._before_it_opened(lock)
        attempt = (thread.index, number)
        if kind == "acquire" and detail != "again":
            over.takes = number
            over.is_brief = is_timed or attempt in self._tries
            self._tries.discard(attempt)
            over.sends.append(change)
        elif kind == "release" and (detail == "by wait" or _is_given_back(lock, thread)):
            over.gives = number
            over.sends.append(change)
        elif kind == "try-acquire" and lock.is_open:
            self._tries.add(attempt)
        elif kind in ("try-acquire", "locked"):
            over.receives.append(change)

    def _semaphore(self, over: HandOver, kind: str, semaphore: Any) -> None:
        # the releases stand in line: each is received by the acquire that uses it up, the oldest first
        permits = self._permits.setdefault(self._identities.of(semaphore), _Stock())
        line = permits.places
        line += [permits.last_put] * (semaphore._count - len(line))
        del line[semaphore._count :]
        change = self.named("change", semaphore)
        if kind == "acquire" and line:
            over.receives += _known(line.pop(0))
            over.sends.append(change)
        elif kind == "release":
            permits.last_put = self.new()
            over.sends += [permits.last_put, change]
        elif kind == "try-acquire" and not line:
            over.receives.append(change)

    def _event(self, over: HandOver, kind: str, event: Any) -> None:
        change = self.named("change", event)
        if kind == "set":
            over.sends += [self.named("set", event), change]
        elif kind == "clear":
            self._renewed("set", event)
            over.sends.append(change)
        elif kind in ("is_set", "wait"):
            over.receives += self.looked_at(event)

    def _barrier(self, over: HandOver, kind: str, barrier: Any) -> None:
        is_filling = barrier._phase == FILLING
        if kind == "wait" and is_filling and not barrier._count:
            self._renewed("round", barrier)
        round_, change = self.named("round", barrier), self.named("change", barrier)
        if kind == "wait":
            if is_filling or barrier._phase == BROKEN:
                over.sends += [round_, change]
            if barrier._phase != FILLING or barrier._count + 1 == barrier._parties:
                over.receives.append(round_)
        elif kind in ("reset", "release"):  # released: the action is done
            over.sends += [round_, change]
        else:
            over.receives.append(change)

    def _queue(self, over: HandOver, kind: str, queue: Any) -> None:
        change = self.named("change", queue)
        if isinstance(queue, Queue) and queue._own_mutex is not None:
            return  # opened: its mutex and conditions do it
        if isinstance(queue, Queue):
            self._closed[self._identities.of(queue)] = self._identities.holder(queue), change
        if kind == "put":
            self._put(over, queue, change)
        elif kind == "get":
            self._get(over, queue, change)
        elif kind == "task_done":
            over.sends += [self.named("task", queue), change]
        elif kind == "join":
            over.receives.append(self.named("task", queue))
        elif kind == "shutdown":
            over.sends.append(change)
        elif kind in LOOKS:
            over.receives.append(change)

    def _before_it_opened(self, lock: Any) -> list[int]:
        """What was done to a queue before it got the mutex that `lock` is."""
        for number, (holder, change) in self._closed.items():
            queue = holder()
            if queue is not None and queue._own_mutex is lock:
                del self._closed[number]
                return [change]
        return []

    def _put(self, over: HandOver, queue: Any, change: int) -> None:
        stock = self._stock(queue)
        items = queue._items if isinstance(queue, SimpleQueue) else queue._own_items
        if isinstance(queue, Queue) and (queue._own_is_shut or not queue._own_room.is_open):
            over.receives.append(change)  # ShutDown, or Full
            return
        maxsize = 0 if isinstance(queue, SimpleQueue) else queue.maxsize
        if maxsize > 0:
            # the free places stand in line too: a put into a full queue comes after the get that made room for it
            free = maxsize - len(items)
            stock.places[:0] = [0] * (free - len(stock.places))
            del stock.places[: len(stock.places) - free]
            over.receives += _known(stock.places.pop(0))
        stock.last_put = self.new()
        over.sends += [stock.last_put, change]

    def _get(self, over: HandOver, queue: Any, change: int) -> None:
        stock = self._stock(queue)
        if not stock.items:
            over.receives.append(change)  # Empty, or ShutDown
            return
        item, channel = stock.items.pop(-1 if isinstance(queue, LifoQueue) else 0)
        del item
        over.receives += _known(channel)
        over.sends.append(change)
        if isinstance(queue, Queue) and queue.maxsize > 0:
            place = self.new()
            stock.places.append(place)
            over.sends.append(place)

    def _stock(self, queue: Any) -> _Stock:
        """What stands behind the items that the queue holds now, in its own order; those not seen before came by the last put."""
        stock = self._stocks.setdefault(self._identities.of(queue), _Stock())
        items = queue._items if isinstance(queue, SimpleQueue) else queue._own_items
        new = len(items) - len(stock.items)
        if isinstance(queue, PriorityQueue) or new not in (0, 1):
            known: dict[int, list[int]] = {}
            for item, channel in stock.items:
                known.setdefault(id(item), []).append(channel)
            stock.items = [(item, known[id(item)].pop(0) if known.get(id(item)) else stock.last_put) for item in items]
        elif new:
            stock.items.append((items[-1], stock.last_put))
        return stock

    def _pool(self, over: HandOver, kind: str, executor: Any) -> None:
        pool = executor._pool
        change = self.named("change", pool.jobs)
        if kind == "submit" and not pool.broken and not pool.is_shut:
            self._put(over, pool.jobs, change)
        elif kind == "submit":
            over.receives.append(change)
        elif kind in ("shutdown", "break"):
            over.sends.append(change)

    def _future(self, over: HandOver, kind: str, future: Any) -> None:
        change, callbacks = self.named("change", future), self.named("callbacks", future)
        if kind in ("set_result", "set_exception", "cancel"):
            over.receives += [change, callbacks]
            over.sends.append(change)
        elif kind == "set_running":
            over.sends.append(change)
        elif kind == "add_done_callback":
            over.receives.append(change)
            over.sends.append(callbacks)
        elif kind == "result" or kind in LOOKS:
            over.receives.append(change)


def _is_given_back(lock: Any, thread: VirtualThread) -> bool:
    """Whether a release frees the lock: an RLock may have been taken more than once, and a release may be a mistake."""
    if isinstance(lock, RLock):
        return lock.holder is thread and lock._count == 1
    return not lock.is_open


def _known(channel: int) -> list[int]:
    return [channel] if channel else []
