"""Handing control from one virtual thread to another: the one module that knows what carries a thread.

Here a thread is carried by a greenlet (a switch costs about 0.3 us; between OS threads it is 8-17 us). Greenlets are pooled, because a
fresh one costs about 10 us: one that has finished its thread stays parked in `_carry` until the next thread needs a carrier.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import greenlet

from harness.engines.virtual import VirtualThread, unborn


class Baton:
    """Carriers for virtual threads. `body` runs one thread to its end and returns the one to hand over to, None for the hub."""

    def __init__(self, body: Callable[[VirtualThread], VirtualThread | None], current: Callable[[], VirtualThread]) -> None:
        self._body = body
        self._current = current
        self._idle: list[Any] = []
        self._hub: Any = None

    def take(self, thread: VirtualThread) -> None:
        """From now on ``thread.resume()`` lets it go on where it left off, or begin; that returns when the caller is handed control again."""
        idle = self._idle
        carrier = thread.greenlet = idle.pop() if idle else greenlet.greenlet(self._carry, self._hub)
        thread.resume = carrier.switch

    def let_go(self, thread: VirtualThread) -> None:
        """The thread has ended, or will not go on."""
        thread.resume = unborn

    def enter(self, first: VirtualThread) -> None:
        """Called by the hub: hands over to `first`; returns when somebody calls `leave`."""
        self._hub = greenlet.getcurrent()
        self.take(first)
        first.resume()

    def leave(self) -> None:
        """Hands over to the hub; returns if this thread is ever handed control again."""
        self._hub.switch()

    def is_carrying(self) -> bool:
        """Whether a virtual thread runs, rather than who called `enter` or `throw_into`."""
        return self._hub is not None and greenlet.getcurrent() is not self._hub

    def throw_into(self, thread: VirtualThread, error: BaseException) -> bool:
        """Called by the hub: raises `error` where `thread` stands; False if it still has not ended then, and is left as it is."""
        carrier = thread.greenlet
        if not thread.has_begun:
            self._idle.append(carrier)
            return True
        self._hub = carrier.parent = greenlet.getcurrent()
        carrier.throw(error)
        return thread.is_ended

    def close(self) -> None:
        """Called by the hub: ends the carriers that stand ready."""
        for carrier in self._idle:
            carrier.parent = greenlet.getcurrent()
            carrier.throw(greenlet.GreenletExit)
        self._idle.clear()

    def frame_of(self, thread: VirtualThread) -> Any:
        """The innermost frame of a thread that is not running, None if it has not begun or has ended."""
        return thread.greenlet.gr_frame if thread.has_begun and thread.greenlet is not None else None

    def _carry(self) -> None:
        current, body, idle = self._current, self._body, self._idle
        me = greenlet.getcurrent()
        while True:
            thread = current()
            following = body(thread)
            thread.greenlet = None
            # a thread starts with an empty context, whoever was carried here before
            me.gr_context = None
            idle.append(me)
            if following is None:
                self._hub.switch()
            else:
                following.resume()
