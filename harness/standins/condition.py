"""Condition under control: waiters in the order in which they came, moved to the lock's gate by a notify."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from harness import runtime
from harness.standins.gate import Gate
from harness.standins.lock import Lock, check_wait
from harness.standins.rlock import RLock


class Condition:
    """``threading.Condition``, over a lock of ours in one step each, over a user's own lock by that lock's methods."""

    __module__ = "threading"

    def __init__(self, lock: Any = None) -> None:
        e = runtime.control
        self._epoch = None if e is None else e.epoch
        if lock is None:
            lock = RLock()
            lock.shown_as = self
        self._lock = lock
        self.acquire = lock.acquire
        self.release = lock.release
        self._gate = Gate(False, "wait", self)
        self._in_line: list[Any] = []
        self._real: Any = None

    def __enter__(self) -> Any:
        return self._lock.__enter__()

    def __exit__(self, *error: Any) -> Any:
        return self._lock.__exit__(*error)

    def wait(self, timeout: float | None = None) -> bool:
        """Release the lock, wait for a notify, take the lock again; False if `timeout` seconds passed first."""
        e = runtime.control
        if e is None:
            return bool(self._outside().wait(timeout))
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        lock = self._lock
        if not isinstance(lock, Lock | RLock):
            return self._wait_over_users_lock(e, timeout)
        e.point("wait", self)
        self._check_held(e, "wait on")
        if timeout is not None and timeout > 0:
            check_wait(timeout)
        me = e.cur
        self._in_line.append(me)
        state = lock.give_up(e)
        e.note("release", "by wait", lock.owner)
        if timeout is not None and timeout <= 0:
            e.point("look", self)
            is_notified = me not in self._in_line
            e.pass_gate(lock)
        else:
            is_notified = e.await_move(self._gate, lock, timeout)
        lock.take_again(e, state)
        e.note("acquire", "after wait", lock.owner)
        if not is_notified and me in self._in_line:
            # as in CPython a waiter whose time is up stays in line until it has the lock: a notify in between is lost on it
            self._in_line.remove(me)
        return is_notified

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until `predicate` holds or `timeout` seconds have passed; its last value."""
        e = runtime.control
        if e is None:
            return self._outside().wait_for(predicate, timeout)
        end: float | None = None
        left = timeout
        e.about_to_call(predicate, ())
        result = predicate()
        while not result:
            if left is not None:
                if end is None:
                    end = e.read_clock() + left
                else:
                    left = end - e.read_clock()
                    if left <= 0:
                        break
            self.wait(left)
            e.about_to_call(predicate, ())
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """Wake `n` of the threads that wait: the oldest, unless the schedule says otherwise."""
        e = runtime.control
        if e is None:
            self._outside().notify(n)
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("notify", self)
        self._check_held(e, "notify on")
        self._wake(e, n)

    def notify_all(self) -> None:
        """Wake all threads that wait."""
        e = runtime.control
        if e is None:
            self._outside().notify_all()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("notify_all", self)
        self._check_held(e, "notify on")
        self._wake(e, len(self._in_line))

    def notifyAll(self) -> None:
        """The old name of `notify_all`."""
        self.notify_all()

    def _check_held(self, e: Any, doing: str) -> None:
        """Raises where the lock is not held as it must be. What is no RLock another thread may give back just now, or take."""
        lock = self._lock
        if type(lock) is Lock:
            e.also(lock, False)
            if lock.holder is not e.cur:
                e.doubt("a thread that does not hold it notifies a condition over a plain lock, which CPython then takes for a moment")
        if not (lock.is_held(e) if isinstance(lock, Lock | RLock) else self._is_owned()):
            raise RuntimeError(f"cannot {doing} un-acquired lock")

    def _wake(self, e: Any, n: int) -> None:
        waiters, lock = self._in_line, self._lock
        while waiters and n > 0:
            n -= 1
            waiter = waiters.pop(e.choose_waiter(waiters, "notify") if len(waiters) > n + 1 else 0)
            if type(waiter) is _Turn:
                e.open(waiter)
            else:
                e.move(waiter, lock)

    def _wait_over_users_lock(self, e: Any, timeout: float | None) -> bool:
        """As CPython does it: get in line, release by the lock's own means, wait for the turn, take the lock by its own means."""
        if not self._is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        turn = _Turn(False, "wait", self)
        self._in_line.append(turn)
        state = self._release_save()
        is_notified = False
        try:
            if timeout is None:
                e.pass_gate(turn)
                is_notified = True
            else:
                is_notified = bool(e.pass_gate_until(turn, timeout))
        finally:
            self._acquire_restore(state)
            if not is_notified and turn in self._in_line:
                self._in_line.remove(turn)
        return is_notified

    @property
    def _waiters(self) -> list[Any]:
        """Who waits: programs ask the real one how many there are."""
        e = runtime.control
        if e is None:
            waiting: list[Any] = self._outside()._waiters
            return waiting
        e.point("waiting", self)
        return self._in_line

    # -- what CPython takes over from the lock where it has it

    def _is_owned(self) -> bool:
        lock = self._lock
        e = runtime.control
        if e is not None and isinstance(lock, Lock | RLock):
            return lock.is_held(e)
        if hasattr(lock, "_is_owned"):
            return bool(lock._is_owned())
        if lock.acquire(False):
            lock.release()
            return False
        return True

    def _release_save(self) -> Any:
        lock = self._lock
        if hasattr(lock, "_release_save"):
            return lock._release_save()
        lock.release()
        return None

    def _acquire_restore(self, state: Any) -> None:
        lock = self._lock
        if hasattr(lock, "_acquire_restore"):
            lock._acquire_restore(state)
        else:
            lock.acquire()

    def _at_fork_reinit(self) -> None:
        self._lock._at_fork_reinit()
        self._in_line.clear()
        self._real = None

    def _outside(self) -> Any:
        """The real condition that this one is outside an execution, over the real lock that its lock is there."""
        if self._real is None:
            lock = self._lock
            self._real = threading.Condition(lock._outside() if isinstance(lock, Lock | RLock) else lock)
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void."""
        self._epoch = epoch
        self._in_line.clear()
        self._gate = Gate(False, "wait", self)

    def __repr__(self) -> str:
        if runtime.control is not None:
            runtime.control.point("waiting", self)
        return f"<Condition({self._lock!r}, {len(self._in_line)})>"


class _Turn(Gate):
    """The place in line of one thread that waits on a condition over a user's own lock; opens when it is notified."""

    __slots__ = ()
