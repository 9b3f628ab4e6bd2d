"""The one primitive that is watched: a real lock that says who took it and who waits for it.

The order of the notes is what makes them trustworthy. A thread notes that it waits before it waits; when it has the lock it first
strikes that note and only then enters itself as the owner; whoever releases strikes the owner first. So a lock that is taken and has an
owner, and a thread that is noted as waiting for it, mean that the thread has not got it, and will not until somebody releases it.
"""

from __future__ import annotations

import _thread
import concurrent.futures._base
import concurrent.futures.thread
import logging
import os
import queue
import sys
import threading
from typing import Any

from harness import runtime

NOBODY = -1
_OWN = [os.path.join(os.path.dirname(__file__), name) for name in ("lock.py", "modules.py", "pools.py")]
LIBRARY = frozenset([*_OWN, *(str(module.__file__) for module in (threading, queue, concurrent.futures._base, concurrent.futures.thread))])
"""Where the primitives are written: whoever stands there acts for a caller."""
LENDERS = LIBRARY | {str(logging.__file__)}
"""With code of the library's that takes a lock for a caller, a handler's."""


class Lock:
    """``threading.Lock``: the real one inside. Any thread may release it."""

    __module__ = "_thread"
    __slots__ = ("__weakref__", "_code", "_line", "_owner", "_real")

    def __init__(self) -> None:
        self._real = _thread.allocate_lock()
        # The owner's number, not its record: from a lock that a pipeline holds nothing else must be reachable.
        self._owner = NOBODY
        self._code: Any = None
        self._line = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, waiting for it if told to; whether it was taken."""
        e = runtime.control
        real = self._real
        if e is None:
            return real.acquire(blocking, timeout)
        me = e.me()
        me.moves += 1
        e.pause(me)
        if blocking and timeout == -1:
            if not real.acquire(False):
                e.release_start(me)
                me.waits = self
                try:
                    real.acquire()
                finally:
                    me.waits = None
            self._taken_by(me)
            return True
        if not blocking:
            taken = real.acquire(blocking, timeout)
        else:
            e.release_start(me)
            me.is_timed = True
            try:
                taken = real.acquire(blocking, timeout)
            finally:
                me.is_timed = False
        if taken:
            self._taken_by(me)
        me.moves += 1
        return taken

    def release(self) -> None:
        """Let go of the lock, whoever took it."""
        e = runtime.control
        if e is None:
            self._real.release()
            return
        me = e.me()
        me.moves += 1
        self._owner = NOBODY
        self._real.release()
        e.pause(me)

    def locked(self) -> bool:
        """Whether somebody has it."""
        e = runtime.control
        if e is not None:
            me = e.me()
            me.moves += 1
            e.pause(me)
        return self._real.locked()

    def holder(self) -> int:
        """The number of the thread that has it for certain, `NOBODY` if it is free or on its way from one to the next."""
        owner = self._owner
        return owner if self._real.locked() and self._owner == owner else NOBODY

    def taken_at(self) -> tuple[str, int]:
        """The file and the line where it was taken last, outside of Python's own modules."""
        return ("", 0) if self._code is None else (self._code.co_filename, self._line)

    def _taken_by(self, me: Any) -> None:
        me.moves += 1
        frame: Any = sys._getframe(2)
        while frame.f_code.co_filename in LENDERS and frame.f_back is not None:
            frame = frame.f_back
        self._code, self._line = frame.f_code, frame.f_lineno
        self._owner = me.index

    def _at_fork_reinit(self) -> None:
        self._real = _thread.allocate_lock()
        self._owner = NOBODY

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: Any) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<{'locked' if self._real.locked() else 'unlocked'} _thread.lock object at {id(self):#x}>"

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked
