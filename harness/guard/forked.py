"""A forked child as any parent sees it: the fork itself, its end and its status, and what it wrote."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import IO

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
_fork: Callable[[], int] | None = getattr(os, "fork", None)  # a guarded child refuses it to the target, not to us


class Forked:
    """A child that is the head of a process group of its own. `status` is as `os.waitpid` gives it, None while the child has not been seen to have ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None
        # The child does the same; whoever comes first, the group is there before it is needed.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)

    def has_ended(self) -> bool:
        """Whether it has; does not wait."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None

    def await_end(self, longest_s: float) -> None:
        """Waits for its end, at most for so long."""
        deadline = time.monotonic() + longest_s
        while not self.has_ended() and time.monotonic() < deadline:
            time.sleep(0.005)

    def end(self) -> None:
        """Kills it and its whole process group."""
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        if self.status is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                self.status = os.waitpid(self.pid, 0)[1]


def flush() -> None:
    """Writes out what the child would else write once more."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def fork() -> int:
    """As `os.fork`, also where other threads run or a watchdog is set."""
    # A watchdog that this process has set (test runners do) lives in a thread, which the child would not have but would wait for.
    faulthandler.cancel_dump_traceback_later()
    with warnings.catch_warnings():
        # From 3.12 on Python warns where other threads run; the child needs none of them and takes no lock that they could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        assert _fork is not None, "asked for only where there is a fork"
        return _fork()


@contextlib.contextmanager
def interrupts_held() -> Iterator[Callable[[], None]]:
    """Ctrl-C and termination wait until the function given is called, or to the end: between the fork and the care for the child they would orphan it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)

    def let_through() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        yield let_through
    finally:
        let_through()


def head(file: IO[bytes]) -> str:
    """The first characters of a file: of a stack, the innermost frames come first.

    The child has the same open file, and with it the same position: reading must not move it, for the child may be writing.
    """
    return os.pread(file.fileno(), 1 << 16, 0).decode(errors="replace")


def signal_of(status: int) -> str:
    """The name of the signal that ended a process, by its status; "" where none did."""
    if not os.WIFSIGNALED(status):
        return ""
    number = os.WTERMSIG(status)
    return signal.Signals(number).name if number in list(signal.Signals) else f"signal {number}"
