"""A watchdog for executions in a process that nobody watches from outside: a test session, or a program that calls `harness.check`.

Code that is not rewritten may block for ever on a real lock, whose holder is a virtual thread that stands still meanwhile. Nothing but a
signal reaches the real thread then.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from harness import runtime
from harness.engines.explore import Explore
from harness.foreign import advice, stranger
from harness.guard import is_guarded
from harness.guard.frames import frames_from, innermost_of_target, said

STALL_S = 10.0
LOOK_S = 0.5
SIGNAL = getattr(signal, "SIGURG", None)
"""Ignored by default, so one that comes too late does no harm; nobody else is likely to use it."""
DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd", "debugpy")


class Stalled(BaseException):
    """The target did not come back. No `Exception`: the target's own handlers should let it pass."""


@contextmanager
def watching(engine: Explore, stall_s: float | None = None) -> Iterator[None]:
    """Raises `Stalled` inside an execution that has blocked for `stall_s` seconds (10 by default): it passed no point, and computed nothing either.

    Does nothing in a guarded child, outside the main thread (only there does Python handle signals), where the signal is in use or does not
    exist, and under a debugger.
    """
    patience = STALL_S if stall_s is None else stall_s
    main = threading.main_thread()
    if SIGNAL is None or is_guarded() or threading.current_thread() is not main or signal.getsignal(SIGNAL) is not signal.SIG_DFL:
        yield
        return
    ident = main.ident
    assert ident is not None, "it runs"
    clock = time.pthread_getcpuclockid(ident) if hasattr(time, "pthread_getcpuclockid") else None
    asked, ended = _thread.allocate_lock(), _thread.allocate_lock()
    asked.acquire()
    ended.acquire()

    def watch() -> None:
        look_s = min(LOOK_S, patience / 4)
        seen, worked_s, looked_at, blocked_s = engine.how_far(), processor_s(), time.monotonic(), 0.0
        while not asked.acquire(timeout=look_s):
            now, far, at_work_s = time.monotonic(), engine.how_far(), processor_s()
            # A machine that was suspended, or a process that was stopped, has not been looked at meanwhile: no look counts for more than it takes.
            blocked_s += min(now - looked_at, look_s)
            looked_at = now
            if far != seen or at_work_s - worked_s > look_s / 10:
                seen, worked_s, blocked_s = far, at_work_s, 0.0
            elif blocked_s >= patience:
                blocked_s = 0.0
                signal.pthread_kill(ident, SIGNAL)
        ended.release()

    def processor_s() -> float:
        return time.clock_gettime(clock) if clock is not None else 0.0

    def interrupt(number: int, frame: FrameType | None) -> None:
        module = getattr(sys.gettrace(), "__module__", None) or ""
        if runtime.control is not engine or module.partition(".")[0] in DEBUGGERS:
            return
        engine.is_interrupted = True
        raise Stalled(_what_blocks(engine, frame, patience))

    signal.signal(SIGNAL, interrupt)
    _thread.start_new_thread(watch, ())
    try:
        yield
    finally:
        asked.release()
        ended.acquire()
        signal.signal(SIGNAL, signal.SIG_DFL)


def _what_blocks(engine: Explore, frame: FrameType | None, patience: float) -> str:
    """Which thread does not come back, where it stands, and what to do if that is in code that is not rewritten."""
    where = said(innermost_of_target(frames_from(frame)))
    told = f"{engine.cur.name} did not come back for {patience:g} s: it blocks{where or ' somewhere'}, where the harness has no control"
    module = stranger(frame)
    if module is not None:
        told += f" ({module} is not rewritten, so its locks are real ones: {advice([module], engine.instrument_option)})"
    return told
