"""Barrier under control: a gate to come in by and a gate to leave by, both computed from the barrier's phase."""

from __future__ import annotations

import threading
from collections.abc import Callable
from threading import BrokenBarrierError
from typing import Any

from harness import runtime
from harness.standins.gate import Gate

FILLING, DRAINING, RESETTING, BROKEN = 0, 1, -1, -2
"""The phases, numbered as in CPython (some programs look)."""


class Barrier:
    """``threading.Barrier``."""

    __module__ = "threading"

    def __init__(self, parties: int, action: Callable[[], Any] | None = None, timeout: float | None = None) -> None:
        if parties < 1:
            raise ValueError("parties must be > 0")  # as from Python 3.13 on; before, such a barrier never opened
        e = runtime.control
        self._epoch = None if e is None else e.epoch
        self._parties = parties
        self._action = action
        self._timeout = timeout
        self._real: Any = None
        self._phase = FILLING
        self._count = 0
        self._begin()

    def wait(self, timeout: float | None = None) -> int:
        """Wait until all parties have come; a number from 0 to parties - 1, another one for each."""
        e = runtime.control
        if e is None:
            return int(self._outside().wait(timeout))
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        if timeout is None:
            timeout = self._timeout
        e.pass_gate(self._entrance)
        if self._phase < 0:
            raise BrokenBarrierError
        index = self._count
        self._count += 1
        e.changed()
        try:
            if index + 1 == self._parties:
                self._release(e)
            else:
                self._wait_for_the_others(e, timeout)
        except runtime.Unwind:
            raise
        except BaseException:
            self._leave(e)
            raise
        self._leave(e)
        return index

    def reset(self) -> None:
        """Begin anew; threads that wait get BrokenBarrierError."""
        e = runtime.control
        if e is None:
            self._outside().reset()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.pass_gate(self._mutex)
        if not self._count:
            self._phase = FILLING
        elif self._phase in (FILLING, BROKEN):
            self._phase = RESETTING
        self._turn_gates(e)

    def abort(self) -> None:
        """Break the barrier: all that wait or come get BrokenBarrierError."""
        e = runtime.control
        if e is None:
            self._outside().abort()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.pass_gate(self._mutex)
        self._phase = BROKEN
        self._turn_gates(e)

    @property
    def parties(self) -> int:
        """How many threads it takes."""
        return self._parties

    @property
    def n_waiting(self) -> int:
        """How many threads wait now."""
        e = runtime.control
        if e is None:
            return int(self._outside().n_waiting)
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("n_waiting", self)
        e.doubt("Barrier.n_waiting counts for a moment the thread that completes the round, too")
        return self._count if self._phase == FILLING else 0

    @property
    def broken(self) -> bool:
        """Whether the barrier is broken."""
        e = runtime.control
        if e is None:
            return bool(self._outside().broken)
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("broken", self)
        return self._phase == BROKEN

    def _release(self, e: Any) -> None:
        """The last party has come: run the action, during which nobody comes, leaves or resets, and let all go."""
        if self._action is not None:
            self._is_busy = True
            self._turn_gates(e)
            try:
                e.about_to_call(self._action, ())
                self._action()
            except BaseException:
                self._is_busy = False
                self._phase = BROKEN
                self._turn_gates(e)
                raise
            self._is_busy = False
            e.note("release", "after the action", self)
        self._phase = DRAINING
        self._turn_gates(e)

    def _wait_for_the_others(self, e: Any, timeout: float | None) -> None:
        if timeout is None:
            e.pass_gate(self._exit)
        elif not e.pass_gate_until(self._exit, timeout):
            if self._is_busy:
                e.pass_gate(self._mutex)
            if self._phase == FILLING:
                self._phase = BROKEN
                self._turn_gates(e)
        if self._phase < 0:
            raise BrokenBarrierError

    def _leave(self, e: Any) -> None:
        self._count -= 1
        if not self._count and self._phase in (RESETTING, DRAINING):
            self._phase = FILLING
        self._turn_gates(e)

    def _turn_gates(self, e: Any) -> None:
        """Makes the gates agree with the phase."""
        is_free = not self._is_busy
        for gate, is_open in (
            (self._entrance, is_free and self._phase in (FILLING, BROKEN)),
            (self._exit, is_free and self._phase != FILLING),
            (self._mutex, is_free),
        ):
            if is_open:
                e.open(gate)
            else:
                e.close(gate)

    def _begin(self) -> None:
        self._phase = FILLING
        self._count = 0
        self._is_busy = False
        self._entrance = Gate(True, "wait", self)
        self._exit = Gate(False, "wait", self)
        self._mutex = Gate(True, "reset", self)

    def _outside(self) -> Any:
        """The real barrier that this one is outside an execution."""
        if self._real is None:
            self._real = threading.Barrier(self._parties, self._action, self._timeout)
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void."""
        self._epoch = epoch
        self._begin()
        if self._real is not None and self._real.broken:
            self._phase = BROKEN
            self._exit.is_open = True

    def __repr__(self) -> str:
        cls = type(self)
        if runtime.control is None:
            real = self._outside()
            is_broken, n_waiting = real.broken, real.n_waiting
        else:
            is_broken, n_waiting = self._phase == BROKEN, self._count if self._phase == FILLING else 0
        state = "broken" if is_broken else f"waiters={n_waiting}/{self._parties}"
        return f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: {state}>"
