"""Future under control: a gate that opens when it is done, and the harness's receipt for an exception that nobody has read yet."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, InvalidStateError, _base
from typing import Any

from harness import runtime
from harness.standins.excepthook import LET_OUT
from harness.standins.gate import Gate

PENDING, RUNNING, CANCELLED, NOTIFIED, FINISHED = _base.PENDING, _base.RUNNING, _base.CANCELLED, _base.CANCELLED_AND_NOTIFIED, _base.FINISHED
_DONE = frozenset({CANCELLED, NOTIFIED, FINISHED})
_logger = logging.getLogger("concurrent.futures")


class Future(_base.Future):  # type: ignore[type-arg]
    """``concurrent.futures.Future``. `job` names what it is the outcome of, `worker` is the virtual thread that began it, for reports."""

    __module__ = "concurrent.futures"

    worker: Any = None
    handed_at: Any = None  # see `Control.here`

    def __init__(self) -> None:
        self.job = ""
        e = runtime.control
        if e is None:
            self._epoch: int | None = None
            super().__init__()
        else:
            # what the real one keeps, under the same names; its condition is made if it is used outside
            self._epoch = e.epoch
            self._state = PENDING
            self._result = None
            self._exception = None
            self._waiters: list[Any] = []
            self._done_callbacks: list[Callable[[Any], Any]] = []
        self._gate: Gate | None = None
        self._watches: list[Any] = []
        self._receipt: Any = None

    @property
    def _condition(self) -> Any:
        own = vars(self)
        if "_own_condition" not in own:
            own["_own_condition"] = threading.Condition()
        return own["_own_condition"]

    @_condition.setter
    def _condition(self, condition: Any) -> None:
        vars(self)["_own_condition"] = condition

    def cancel(self) -> bool:
        """Cancel the call unless it runs or has ended; whether it is cancelled."""
        e = runtime.control
        if e is None:
            return super().cancel()
        e.point("cancel", self)
        if self._state in (RUNNING, FINISHED):
            return False
        if self._state == PENDING:
            self._state = CANCELLED
            self._done(e)
            self._call_back()
        return True

    def cancelled(self) -> bool:
        """Whether the call was cancelled."""
        e = runtime.control
        if e is None:
            return super().cancelled()
        e.point("cancelled", self)
        return self._state in (CANCELLED, NOTIFIED)

    def running(self) -> bool:
        """Whether the call runs now."""
        e = runtime.control
        if e is None:
            return super().running()
        e.point("running", self)
        return self._state == RUNNING

    def done(self) -> bool:
        """Whether the call has ended or was cancelled."""
        e = runtime.control
        if e is None:
            return super().done()
        e.point("done", self)
        return self._state in _DONE

    def result(self, timeout: float | None = None) -> Any:
        """What the call returned, waiting for it; raises what it raised, CancelledError, or TimeoutError."""
        e = runtime.control
        if e is None:
            return super().result(timeout)
        self._wait(e, timeout)
        if self._exception is not None:
            try:
                raise self._exception
            finally:
                # the traceback refers to this frame: no cycle through it
                self = None  # type: ignore[assignment]
        return self._result

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What the call raised, None if nothing, waiting for it; CancelledError or TimeoutError as for `result`."""
        e = runtime.control
        if e is None:
            return super().exception(timeout)
        self._wait(e, timeout)
        return self._exception

    def add_done_callback(self, fn: Callable[[Any], Any]) -> None:
        """Call `fn` with the future when it is done, now if it is."""
        e = runtime.control
        if e is None:
            super().add_done_callback(fn)
            return
        e.point("add_done_callback", self)
        if self._state not in _DONE:
            self._done_callbacks.append(fn)
            return
        self._call(fn)

    def set_running_or_notify_cancel(self) -> bool:
        """For executors: the call is about to begin; False if it was cancelled."""
        e = runtime.control
        if e is None:
            return super().set_running_or_notify_cancel()
        e.point("set_running", self)
        return self.begin(e)

    def set_result(self, result: Any) -> None:
        """For executors: what the call returned."""
        e = runtime.control
        if e is None:
            super().set_result(result)
            return
        e.point("set_result", self)
        self._check_open()
        self._result = result
        self._state = FINISHED
        self._done(e)
        self._notify(e)
        self._call_back()

    def set_exception(self, exception: BaseException | None) -> None:
        """For executors: what the call raised."""
        e = runtime.control
        if e is None:
            super().set_exception(exception)
            return
        e.point("set_exception", self)
        self._check_open()
        self.fail(e, exception)

    # -- for the executor and the waiters: within a step of their own

    def begin(self, e: Any) -> bool:
        """From pending to running; False, and the waiters told, if it was cancelled."""
        if self._state == CANCELLED:
            self._state = NOTIFIED
            self._notify(e)
            return False
        if self._state == PENDING:
            self._state = RUNNING
            self.worker = e.cur
            e.changed()
            return True
        _logger.critical("Future %s in unexpected state: %s", id(self), self._state)
        raise RuntimeError("Future in unexpected state")

    def fail(self, e: Any, exception: BaseException | None, receipt: Any = None) -> None:
        """The call has raised; `receipt` is the harness's for an exception that somebody should read."""
        self._exception = exception
        self._receipt = receipt
        self._state = FINISHED
        self._done(e)
        self._notify(e)
        self._call_back()

    def is_settled(self) -> bool:
        """Whether ``wait`` and ``as_completed`` count it as done: a cancelled one only when its executor has come across it."""
        return self._state in (NOTIFIED, FINISHED)

    def gate(self) -> Gate:
        """Open when the future is done."""
        if self._gate is None:
            self._gate = Gate(self._state in _DONE, "result", self)
        return self._gate

    def _wait(self, e: Any, timeout: float | None) -> None:
        """Until it is done; takes an unread exception as read. Raises CancelledError or TimeoutError."""
        gate = self.gate()
        if timeout is None:
            e.pass_gate(gate)
        elif not e.pass_gate_until(gate, timeout):
            raise TimeoutError
        if self._receipt is not None:
            e.forgiven(self._receipt)
            self._receipt = None
        if self._state in (CANCELLED, NOTIFIED):
            raise CancelledError

    def _check_open(self) -> None:
        if self._state in _DONE:
            raise InvalidStateError(f"{self._state}: {self!r}")

    def _done(self, e: Any) -> None:
        if self._gate is None:
            self._gate = Gate(False, "result", self)  # an exhaustive search must see that it opens now
        e.open(self._gate)

    def _notify(self, e: Any) -> None:
        for watch in self._watches:
            watch.settled(e, self)

    def _call_back(self) -> None:
        for callback in self._done_callbacks:
            self._call(callback)

    def _call(self, callback: Callable[[Any], Any]) -> None:
        try:
            if runtime.control is not None:
                runtime.control.about_to_call(callback, (self,))
            callback(self)
        except LET_OUT:
            raise
        except Exception:
            _logger.exception("exception calling callback for %r", self)

    def __repr__(self) -> str:
        if runtime.control is None:
            return super().__repr__()
        runtime.control.point("done", self)
        outcome = ""
        if self._state == FINISHED:
            outcome = f" returned {type(self._result).__name__}" if self._exception is None else f" raised {type(self._exception).__name__}"
        return f"<{type(self).__name__} at {id(self):#x} state={_base._STATE_TO_DESCRIPTION_MAP[self._state]}{outcome}>"
