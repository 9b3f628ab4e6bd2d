"""Semaphore and BoundedSemaphore under control: a gate that is open while the value is above zero."""

from __future__ import annotations

import threading
from typing import Any

from harness import runtime
from harness.standins.gate import Gate


class Semaphore:
    """``threading.Semaphore``."""

    __module__ = "threading"

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        e = runtime.control
        self._epoch = None if e is None else e.epoch
        self._initial_value = value
        self._count = value
        self._gate = Gate(value > 0, "acquire", self)
        self._real: Any = None

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take one off the value, waiting until it is above zero; False if it was not in time."""
        e = runtime.control
        if e is None:
            return bool(self._outside().acquire(blocking, timeout))
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        gate = self._gate
        if not blocking:
            if timeout is not None:
                raise ValueError("can't specify timeout for non-blocking acquire")
            e.point("try-acquire", self)
            if not gate.is_open:
                return False
            e.note("acquire", "", self)
        elif timeout is None:
            e.pass_gate(gate)
        elif not e.pass_gate_until(gate, timeout):
            return False
        self._count -= 1
        if self._count:
            e.changed()
        else:
            e.close(gate)
        return True

    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        """Add `n` to the value."""
        if n < 1:
            raise ValueError("n must be one or more")
        e = runtime.control
        if e is None:
            self._outside().release(n)
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("release", self)
        self._check_release(n)
        self._count += n
        e.open(self._gate)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.release()

    def _shown(self) -> int:
        return self._count if runtime.control is not None else int(self._outside()._value)

    @property
    def _value(self) -> int:
        """The value as it stands: programs read this attribute of the real one."""
        e = runtime.control
        if e is None:
            return int(self._outside()._value)
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("value", self)
        return self._count

    @_value.setter
    def _value(self, value: int) -> None:
        e = runtime.control
        if e is None:
            self._outside()._value = value
            return
        if self._epoch != e.epoch:
            self._renew(e.epoch)
        e.point("set value", self)
        self._count = value
        if value > 0:
            e.open(self._gate)
        else:
            e.close(self._gate)

    def _check_release(self, n: int) -> None:
        """Raises where the value must not grow by `n`."""

    def _outside(self) -> Any:
        """The real semaphore that this one is outside an execution."""
        if self._real is None:
            self._real = threading.Semaphore(self._initial_value)
        return self._real

    def _renew(self, epoch: int) -> None:
        """State kept from another execution is void: begin as the real semaphore stands."""
        self._epoch = epoch
        self._count = self._initial_value if self._real is None else self._real._value
        self._gate = Gate(self._count > 0, "acquire", self)

    def __repr__(self) -> str:
        cls = type(self)
        return f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: value={self._shown()}>"


class BoundedSemaphore(Semaphore):
    """``threading.BoundedSemaphore``: the value never grows beyond what it was at first."""

    __module__ = "threading"

    def _check_release(self, n: int) -> None:
        if self._count + n > self._initial_value:
            raise ValueError("Semaphore released too many times")

    def _outside(self) -> Any:
        if self._real is None:
            self._real = threading.BoundedSemaphore(self._initial_value)
        return self._real

    def __repr__(self) -> str:
        cls = type(self)
        return f"<{cls.__module__}.{cls.__qualname__} at {id(self):#x}: value={self._shown()}/{self._initial_value}>"
