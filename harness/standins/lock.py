"""Lock under control. It is its own gate: open means free.

That a lock *is* a gate, instead of having one, saves an object and a reference cycle for each lock of each execution.
"""

from __future__ import annotations

import _thread
from typing import Any

from harness import runtime
from harness.standins.gate import Gate


def check_wait(timeout: Any, blocking: Any = True) -> None:
    """Raises what a real lock raises for these arguments of ``acquire``; asks a free one, so the words are those of this Python."""
    _thread.allocate_lock().acquire(blocking, timeout)


class Lock(Gate):
    """``threading.Lock``: any thread may release it. `holder` is the virtual thread that took it, for explanations only.

    `maker` is the path of the thread that made it as its lock of that `number`; 0 where it was made outside an execution.
    """

    __module__ = "_thread"

    __slots__ = ("__weakref__", "_epoch", "_real", "holder", "maker", "number")

    def __init__(self) -> None:
        # what Gate.__init__ does, without the call (a pipeline makes its locks anew in every execution)
        self.is_open = True
        self.kind = "acquire"
        self.parked = []
        self.holder: Any = None
        self._real: Any = None
        e = runtime.control
        if e is None:
            self._epoch = None
            self.number = 0
        else:
            self._epoch = e.epoch
            maker = e.cur
            self.maker = maker.path
            self.number = maker.locks_made = maker.locks_made + 1

    @property
    def owner(self) -> Any:
        """The lock itself: it is what threads parked here wait for."""
        return self

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; False if it was not to be had in time."""
        e = runtime.control
        if e is None:
            return bool(self._outside().acquire(blocking, timeout))
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        if blocking is True and timeout == -1:
            e.pass_gate(self)
        elif not self._wait_briefly(e, blocking, timeout):
            return False
        if self.parked:
            e.close(self)
        else:  # what close does where nobody is parked, without the call
            self.is_open = False
            e.version += 1
        self.holder = e.cur
        return True

    def __enter__(self) -> bool:
        # `acquire` again without its arguments: ``with`` is the hot path, and as fast as it gets
        e = runtime.control
        if e is None:
            return bool(self._outside().__enter__())
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.pass_gate(self)
        e.close(self)
        self.holder = e.cur
        return True

    def release(self) -> None:
        """Free the lock, whoever holds it; RuntimeError if nobody does."""
        e = runtime.control
        if e is None:
            self._outside().release()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("release", self)
        if self.is_open:
            raise RuntimeError("release unlocked lock")
        self.holder = None
        if self.parked:
            e.open(self)
        else:
            self.is_open = True
            e.version += 1

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        # `release` again: a call less
        e = runtime.control
        if e is None:
            self._outside().release()
            return
        e.point("release", self)
        if self.is_open:
            raise RuntimeError("release unlocked lock")
        self.holder = None
        if self.parked:
            e.open(self)
        else:
            self.is_open = True
            e.version += 1

    def locked(self) -> bool:
        """Whether somebody holds the lock."""
        e = runtime.control
        if e is None:
            return bool(self._outside().locked())
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("locked", self)
        return not self.is_open

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _at_fork_reinit(self) -> None:
        if self._real is not None:
            self._real._at_fork_reinit()
        e = runtime.control
        if e is not None:
            self.holder = None
            e.open(self)

    # -- for Condition and Queue: within a step of their own

    def is_held(self, e: Any) -> bool:
        """Whether a condition over this lock may wait or notify now: like a real one, it asks only that somebody holds it."""
        return not self.is_open

    def give_up(self, e: Any) -> Any:
        """Free the lock without a point; what `take_again` needs."""
        self.holder = None
        e.open(self)

    def take_again(self, e: Any, state: Any) -> None:
        """Take the lock, whose gate has just been passed."""
        e.close(self)
        self.holder = e.cur

    def _wait_briefly(self, e: Any, blocking: bool, timeout: float) -> bool:
        """Every form of ``acquire`` but the plain one, up to the moment of taking."""
        if timeout != -1 or not blocking:
            check_wait(timeout, blocking)
        if not blocking:
            e.point("try-acquire", self)
            if self.is_open:
                e.note("acquire", "", self)
            return self.is_open
        if timeout == -1:
            e.pass_gate(self)
            return True
        return bool(e.pass_gate_until(self, timeout))

    def _outside(self) -> Any:
        """The real lock that this one is outside an execution."""
        if self._real is None:
            self._real = _thread.allocate_lock()
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void: begin as the real lock stands."""
        self._epoch = epoch
        self.parked = []
        self.holder = None
        self.is_open = self._real is None or not self._real.locked()

    def __repr__(self) -> str:
        is_locked = self.locked() if runtime.control is not None else self._real is not None and self._real.locked()
        return f"<{'locked' if is_locked else 'unlocked'} threading.{type(self).__name__} object at {id(self):#x}>"
