"""Event under control. A waiter that is inside ``wait`` when the flag is set has been woken, whatever happens to the flag afterwards."""

from __future__ import annotations

import threading
from typing import Any

from harness import runtime
from harness.standins.gate import Gate
from harness.standins.lock import check_wait


class Event:
    """``threading.Event``.

    Waiting takes two steps, unlike elsewhere: only threads that have gone to wait are woken by a ``set`` that a ``clear`` follows
    at once, so whether one had is a choice.
    """

    __module__ = "threading"

    def __init__(self) -> None:
        e = runtime.control
        self._epoch = None if e is None else e.epoch
        self._is_set = False
        self._gate = Gate(False, "wait", self)
        self._through: Gate | None = None
        self._real: Any = None

    def is_set(self) -> bool:
        """Whether the flag is set."""
        e = runtime.control
        if e is None:
            return bool(self._outside().is_set())
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("is_set", self)
        return self._is_set

    def isSet(self) -> bool:
        """The old name of `is_set`."""
        return self.is_set()

    def set(self) -> None:
        """Set the flag and wake all that wait."""
        e = runtime.control
        if e is None:
            self._outside().set()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("set", self)
        self._is_set = True
        e.changed()
        for waiter in self._gate.parked[:]:
            e.move(waiter, self._through)

    def clear(self) -> None:
        """Clear the flag."""
        e = runtime.control
        if e is None:
            self._outside().clear()
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("clear", self)
        self._is_set = False
        e.changed()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set; False if `timeout` seconds passed first."""
        e = runtime.control
        if e is None:
            return bool(self._outside().wait(timeout))
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("wait", self)
        if self._is_set:
            return True
        if timeout is not None:
            if timeout <= 0:
                e.pass_gate_until(self._gate, 0)
                e.sees(self)
                return self._is_set
            check_wait(timeout)
        if self._through is None:
            self._through = Gate(True, "wait", self)
        return bool(e.await_move(self._gate, self._through, timeout))

    @property
    def _flag(self) -> bool:
        """The flag as it stands: programs read this attribute of the real one."""
        return self.is_set()

    def _shown(self) -> str:
        return "set" if (self._is_set if runtime.control is not None else self._outside().is_set()) else "unset"

    def _at_fork_reinit(self) -> None:
        self._outside()._at_fork_reinit()

    def _outside(self) -> Any:
        """The real event that this one is outside an execution."""
        if self._real is None:
            self._real = threading.Event()
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void: begin as the real event stands."""
        self._epoch = epoch
        self._is_set = self._real is not None and self._real.is_set()
        self._gate = Gate(False, "wait", self)
        self._through = None

    def __repr__(self) -> str:
        cls = type(self)
        return f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: {self._shown()}>"
