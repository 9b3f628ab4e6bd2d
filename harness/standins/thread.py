"""Thread and Timer under control."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness import runtime
from harness.standins.event import Event
from harness.standins.excepthook import LET_OUT, report, tell
from harness.standins.local import forget
from harness.standins.numbering import Names, ident_of

_numbers = Names(1)


class Thread(threading.Thread):
    """``threading.Thread``: a virtual thread if it is started under control, else the real one that it is derived from."""

    __module__ = "threading"

    _epoch: int | None = None
    _virtual: Any = None
    _handed_at: Any = None
    _context: Any = None  # from Python 3.14 on an argument

    def __init__(
        self,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
        **further: Any,
    ) -> None:
        e = runtime.control
        if e is None:
            super().__init__(group, target, name, args, kwargs, daemon=daemon, **further)
            self._invoke_excepthook = functools.partial(tell, self._invoke_excepthook)  # type: ignore[has-type]
            return
        assert group is None, "group argument must be None for now"
        if name:
            name = str(name)
        else:
            name = f"Thread-{_numbers.take(e.epoch)}"
            if target is not None and hasattr(target, "__name__"):
                name += f" ({target.__name__})"
        # the attributes of the real one, which its `run` uses; what only its `start` needs is made if it is started outside
        self._target = target
        self._handed_at = e.here(target)
        self._name = name
        self._args = args
        self._kwargs = {} if kwargs is None else kwargs
        self._daemonic = e.cur.is_daemon if daemon is None else bool(daemon)
        self._context = further.get("context")
        self._initialized = True

    def start(self) -> None:
        """Start the thread; once only."""
        e = runtime.control
        if e is None:
            if self._initialized and "_started" not in vars(self):
                self._become_real()
            super().start()
            return
        if not self._initialized:
            raise RuntimeError("thread.__init__() not called")
        if self._epoch == e.epoch:
            e.asked_if_alive()
        e.also(self, True)
        if self._epoch == e.epoch or self._has_started_outside():
            raise RuntimeError("threads can only be started once")
        self._epoch = e.epoch
        self._virtual = None
        self._virtual = e.spawn(self._live, self._name, self._daemonic, self)

    def run(self) -> None:
        """Call the target."""
        e = runtime.control
        if e is not None and self._target is not None:
            self._args = _say(e, self._target, self._args, self._kwargs, self._handed_at)
        super().run()

    def _live(self) -> None:
        """The body of the virtual thread; lets nothing out but the end of the execution."""
        e = runtime.control
        self._virtual = e.cur
        try:
            self._context.run(self.run) if self._context is not None else self.run()
        except LET_OUT:
            raise
        except BaseException as error:
            report(e, error, self)
        forget(e.cur)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, or for `timeout` seconds."""
        e = runtime.control
        if e is None and self._virtual is None:
            super().join(timeout)
            return
        if not self._initialized:
            raise RuntimeError("Thread.__init__() not called")
        if e is None:
            return  # its execution is over
        if self._epoch != e.epoch and self._has_started_outside():
            super().join(timeout)
            return
        if not self._is_started(e, "join"):
            raise RuntimeError("cannot join thread before it is started")
        if self._virtual is e.cur:
            raise RuntimeError("cannot join current thread")
        if timeout is None:
            e.pass_gate(self._virtual.done)
        else:
            e.pass_gate_until(self._virtual.done, timeout)

    def is_alive(self) -> bool:
        """Whether the thread has been started and has not ended."""
        e = runtime.control
        if self._virtual is None and (e is None or self._has_started_outside()):
            return "_started" in vars(self) and super().is_alive()
        assert self._initialized, "Thread.__init__() not called"
        if e is not None:
            e.point("is_alive", self)
            if not self._is_started(e):
                return False
            e.also(self._virtual, False)
        return self._virtual is not None and not self._virtual.is_ended

    @property
    def name(self) -> str:
        """The name; it means nothing to the harness, which shows the one that the thread was started under."""
        assert self._initialized, "Thread.__init__() not called"
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        assert self._initialized, "Thread.__init__() not called"
        self._name = str(name)

    @property
    def ident(self) -> int | None:
        """An identifier, None before the start."""
        assert self._initialized, "Thread.__init__() not called"
        e = runtime.control
        if e is not None and "_started" not in vars(self):
            self._is_started(e, "ident")
        if self._virtual is not None:
            return ident_of(self._virtual)
        return super().ident if "_started" in vars(self) else None

    @property
    def native_id(self) -> int | None:
        """Another identifier, None before the start."""
        return self.ident if self._virtual is not None or "_started" not in vars(self) else super().native_id

    @property
    def daemon(self) -> bool:
        """Whether the program may end before this thread."""
        assert self._initialized, "Thread.__init__() not called"
        return self._daemonic

    @daemon.setter
    def daemon(self, is_daemon: bool) -> None:
        if not self._initialized:
            raise RuntimeError("Thread.__init__() not called")
        e = runtime.control
        if (e is not None and self._is_started(e, "daemon")) or self._virtual is not None or self._has_started_outside():
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemonic = is_daemon

    def isDaemon(self) -> bool:
        """The old form of `daemon`."""
        return self.daemon

    def setDaemon(self, daemonic: bool) -> None:
        """The old form of setting `daemon`."""
        self.daemon = daemonic

    def getName(self) -> str:
        """The old form of `name`."""
        return self.name

    def setName(self, name: str) -> None:
        """The old form of setting `name`."""
        self.name = name

    def _is_started(self, e: Any, kind: str = "") -> bool:
        """Whether it has been started in this execution, which a thread asks that is about to do `kind`. Where it has not, another may start it
        just now: that takes a point, unless one has just been passed."""
        if self._epoch == e.epoch and self._virtual is not None:
            if self._virtual.path.rpartition(".")[0] != e.cur.path and self._virtual is not e.cur:
                e.asked_if_alive()
                e.also(self, False)
            return True
        if e.has_spawned:
            e.asked_if_alive()
            if kind:
                e.point(kind, self)
        return self._epoch == e.epoch and self._virtual is not None

    def _has_started_outside(self) -> bool:
        started = vars(self).get("_started")
        return started is not None and bool(started.is_set())

    def _become_real(self) -> None:
        """Make what the real ``start`` needs, for a thread that was created under control and is started outside."""
        threading.Thread.__init__(self, None, self._target, self._name, self._args, self._kwargs, daemon=self._daemonic)

    def __repr__(self) -> str:
        if self._virtual is None and "_started" in vars(self):
            return super().__repr__()
        assert self._initialized, "Thread.__init__() was not called"
        status = "initial" if self._virtual is None else "stopped" if self._virtual.is_ended else "started"
        ident = "" if self._virtual is None else f" {self.ident}"
        return f"<{type(self).__name__}({self._name}, {status}{' daemon' if self._daemonic else ''}{ident})>"


class Timer(Thread):
    """``threading.Timer``: calls a function after `interval` seconds unless it is cancelled before."""

    __module__ = "threading"

    def __init__(
        self, interval: float, function: Callable[..., Any], args: Iterable[Any] | None = None, kwargs: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        self._handed_at = runtime.control.here(function) if runtime.control else None
        self.interval = interval
        self.function = function
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.finished = Event()

    def cancel(self) -> None:
        """Stop the timer if it still waits."""
        self.finished.set()

    def run(self) -> None:
        """Wait, then call the function."""
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            e = runtime.control
            args = self.args if e is None else _say(e, self.function, self.args, self.kwargs, self._handed_at)
            self.function(*args, **self.kwargs)
        self.finished.set()


def _say(e: Any, function: Callable[..., Any], args: Any, kwargs: Any, handed_at: Any) -> Any:
    """Says that a function is about to be called; its arguments, which may have come from an iterator. What cannot be any is left to the call itself,
    whose error is Python's."""
    if not isinstance(args, Iterable) or not isinstance(kwargs, Mapping):
        return args
    args = (*args,)
    e.about_to_call(function, (*args, *kwargs.values()), handed_at)
    return args
