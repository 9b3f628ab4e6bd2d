"""RLock under control: a gate like `Lock`, which its holder does not need to pass again."""

from __future__ import annotations

import _thread
from typing import Any

from harness import runtime
from harness.standins.gate import Gate
from harness.standins.lock import check_wait


class RLock(Gate):
    """``threading.RLock``: the holder may take it again. The gate is open where nobody holds it; the holder never needs to pass it.

    `shown_as` is the condition that made the lock for itself: to a reader of a report the two are one. `maker` and `number` as in `Lock`.
    """

    __module__ = "_thread"

    __slots__ = ("__weakref__", "_count", "_epoch", "_real", "holder", "maker", "number", "shown_as")

    def __init__(self) -> None:
        self.is_open = True
        self.kind = "acquire"
        self.parked = []
        self.holder: Any = None
        self.shown_as: Any = None
        self._count = 0
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
        """What threads parked here wait for: the lock itself, or its condition."""
        return self.shown_as or self

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, once more if this thread holds it; False if it was not to be had in time."""
        e = runtime.control
        if e is None:
            return bool(self._outside().acquire(blocking, timeout))
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        me = e.cur
        if self.holder is me:
            if timeout != -1 or not blocking:
                check_wait(timeout, blocking)
            e.point("acquire", self.shown_as or self, "again")
            self._count += 1
            return True
        if blocking is True and timeout == -1:
            e.pass_gate(self)
        else:
            if timeout != -1 or not blocking:
                check_wait(timeout, blocking)
            if not blocking:
                e.point("try-acquire", self.shown_as or self)
                if not self.is_open:
                    return False
                e.note("acquire", "", self.owner)
            elif timeout == -1:
                e.pass_gate(self)
            elif not e.pass_gate_until(self, timeout):
                return False
        e.close(self)
        self.holder = me
        self._count = 1
        return True

    __enter__ = acquire

    def release(self) -> None:
        """Give the lock back once; RuntimeError if this thread does not hold it."""
        e = runtime.control
        if e is None:
            self._outside().release()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        if self.holder is not e.cur:
            e.point("release", self.shown_as or self)
            raise RuntimeError("cannot release un-acquired lock")
        e.point("release", self.shown_as or self)
        self._count -= 1
        if not self._count:
            self.holder = None
            e.open(self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.release()

    def locked(self) -> bool:
        """Whether somebody holds the lock (real ones have this from Python 3.14 on)."""
        e = runtime.control
        if e is None:
            return " count=0 " not in repr(self._outside())
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("locked", self.shown_as or self)
        return not self.is_open

    def _at_fork_reinit(self) -> None:
        if self._real is not None:
            self._real._at_fork_reinit()
        e = runtime.control
        if e is not None:
            self.holder = None
            self._count = 0
            e.open(self)

    # -- what threading.Condition asks of a lock

    def _is_owned(self) -> bool:
        e = runtime.control
        return bool(self._outside()._is_owned()) if e is None else self.holder is e.cur

    def _recursion_count(self) -> int:
        e = runtime.control
        if e is None:
            return int(self._outside()._recursion_count())
        return self._count if self.holder is e.cur else 0

    def _release_save(self) -> Any:
        e = runtime.control
        if e is None:
            return self._outside()._release_save()
        e.point("release", self.shown_as or self)
        if self.holder is not e.cur:
            raise RuntimeError("cannot release un-acquired lock")
        return self.give_up(e)

    def _acquire_restore(self, state: Any) -> None:
        e = runtime.control
        if e is None:
            self._outside()._acquire_restore(state)
            return
        e.pass_gate(self)
        self.take_again(e, state)

    def is_held(self, e: Any) -> bool:
        """Whether a condition over this lock may wait or notify now: only its holder may."""
        return self.holder is e.cur

    def give_up(self, e: Any) -> Any:
        """Free the lock however often it was taken, without a point; what `take_again` needs."""
        count, self._count = self._count, 0
        self.holder = None
        e.open(self)
        return count

    def take_again(self, e: Any, state: Any) -> None:
        """Take the lock, whose gate has just been passed, as often as it was taken before."""
        e.close(self)
        self.holder = e.cur
        self._count = state

    def _outside(self) -> Any:
        """The real lock that this one is outside an execution."""
        if self._real is None:
            self._real = _thread.RLock()
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void. What a real thread holds no virtual thread could ever give back: it begins free."""
        self._epoch = epoch
        self.parked = []
        self.holder = None
        self._count = 0
        self.is_open = True

    def __repr__(self) -> str:
        if runtime.control is None:
            return repr(self._outside()).replace("_thread.RLock", "threading.RLock")
        self.locked()
        owner = "None" if self.holder is None else repr(self.holder.name)
        return f"<{'unlocked' if self.is_open else 'locked'} threading.RLock object owner={owner} count={self._count} at {id(self):#x}>"
