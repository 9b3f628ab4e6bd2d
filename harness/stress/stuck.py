"""Whether nobody can ever go on: told from the notes of who holds and who waits, and only where they admit no other reading."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from harness.watched.lock import LIBRARY, NOBODY, Lock
from harness.watched.watch import Watched


def all_are_stuck(engine: Any) -> bool:
    """Whether every unfinished thread waits, without a timeout, for a lock that is taken or for a thread that has not ended.

    Any running thread may release any lock, so one that runs, sleeps or waits with a timeout, a daemon too, or one that the harness has
    not noted, is reason enough to say no; so is a timer signal. The notes are read twice: nothing moved meanwhile.
    """
    records = list(engine.all)
    moves = [record.moves for record in records]
    frames = sys._current_frames()
    known = set(engine.own_idents)
    for record in records:
        if record.role == "foreign" and record.ident not in frames:
            record.is_ended = True
        if not record.is_ended:
            if not is_stuck(record):
                return False
            known.add(record.ident)
    if not known.issuperset(frames) or _has_timer():
        return False
    return len(engine.all) == len(records) and [record.moves for record in records] == moves


def is_stuck(record: Watched) -> bool:
    """Whether the thread waits for something that is certainly not there."""
    match record.waits:
        case None:
            return False
        case Lock() as lock:
            return lock.holder() != NOBODY and record.waits is lock
        case Watched() as other:
            return not other.is_ended
        case unknown:
            raise AssertionError(f"nobody waits for a {type(unknown).__name__}")


def has_no_handler_to_run(engine: Any) -> bool:
    """Whether the main thread, the only one that runs signal handlers, stands in a primitive, not in a handler, and does not wait for a processor.

    A signal may have come whose handler has had no turn yet on a busy machine: its thread is then ready to run.
    """
    frame = sys._current_frames().get(engine.first.ident)
    if not engine.first.is_ended and (frame is None or frame.f_code.co_filename not in LIBRARY):
        return False
    return is_asleep(os.getpid())


def is_asleep(task: int) -> bool:
    """Whether the operating system has nothing to run for a thread of this process, or does not tell. `task` is its native number."""
    try:
        with open(f"/proc/self/task/{task}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "S"  # proc_pid_stat(5): the name in parentheses may hold anything
    except OSError:
        return True


def _has_timer() -> bool:
    """Whether a signal is on its way, whose handler could release anything."""
    timers = [getattr(signal, name) for name in ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF") if hasattr(signal, name)]
    return any(signal.getitimer(timer)[0] > 0 for timer in timers)
