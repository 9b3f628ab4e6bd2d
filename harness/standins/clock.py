"""``time`` under control: virtual time, which stands still unless a thread sleeps, waits or reads the clock again and again."""

from __future__ import annotations

import operator
import time
from typing import Any

from harness import runtime

START_S = 1_700_000_000.0
"""The wall clock at the beginning of every execution: a fixed moment (in November 2023), so that a program's dates are always the same."""
START_NS = 1_700_000_000 * 10**9
UPTIME_S = 1_000.0
"""What ``monotonic`` and its like say at the beginning of every execution."""

_WALL = {getattr(time, name) for name in ("CLOCK_REALTIME", "CLOCK_TAI") if hasattr(time, name)}


def sleep(seconds: float, /) -> None:
    """``time.sleep``."""
    e = runtime.control
    if e is None:
        time.sleep(seconds)
        return
    if type(seconds) not in (int, float) or not 0 <= seconds < 1e9:
        seconds = _checked(seconds)
    e.sleep(seconds)


def time_now() -> float:
    """``time.time``."""
    e = runtime.control
    return time.time() if e is None else START_S + e.read_clock()


def time_ns() -> int:
    """``time.time_ns``."""
    e = runtime.control
    return time.time_ns() if e is None else START_NS + int(e.read_clock() * 1e9)


def monotonic() -> float:
    """``time.monotonic``."""
    e = runtime.control
    return time.monotonic() if e is None else UPTIME_S + float(e.read_clock())


def monotonic_ns() -> int:
    """``time.monotonic_ns``."""
    e = runtime.control
    return time.monotonic_ns() if e is None else int((UPTIME_S + e.read_clock()) * 1e9)


def perf_counter() -> float:
    """``time.perf_counter``."""
    e = runtime.control
    return time.perf_counter() if e is None else UPTIME_S + float(e.read_clock())


def perf_counter_ns() -> int:
    """``time.perf_counter_ns``."""
    e = runtime.control
    return time.perf_counter_ns() if e is None else int((UPTIME_S + e.read_clock()) * 1e9)


def process_time() -> float:
    """``time.process_time``: here all time passes while the process works."""
    e = runtime.control
    return time.process_time() if e is None else float(e.read_clock())


def process_time_ns() -> int:
    """``time.process_time_ns``."""
    e = runtime.control
    return time.process_time_ns() if e is None else int(e.read_clock() * 1e9)


def thread_time() -> float:
    """``time.thread_time``."""
    e = runtime.control
    return time.thread_time() if e is None else float(e.read_clock())


def thread_time_ns() -> int:
    """``time.thread_time_ns``."""
    e = runtime.control
    return time.thread_time_ns() if e is None else int(e.read_clock() * 1e9)


def clock_gettime(clock: int, /) -> float:
    """``time.clock_gettime``."""
    e = runtime.control
    if e is None:
        return time.clock_gettime(clock)
    return (START_S if clock in _WALL else UPTIME_S) + float(e.read_clock())


def clock_gettime_ns(clock: int, /) -> int:
    """``time.clock_gettime_ns``."""
    e = runtime.control
    if e is None:
        return time.clock_gettime_ns(clock)
    return int(((START_S if clock in _WALL else UPTIME_S) + e.read_clock()) * 1e9)


def localtime(seconds: float | None = None, /) -> time.struct_time:
    """``time.localtime``."""
    return time.localtime(time_now() if seconds is None else seconds)


def gmtime(seconds: float | None = None, /) -> time.struct_time:
    """``time.gmtime``."""
    return time.gmtime(time_now() if seconds is None else seconds)


def ctime(seconds: float | None = None, /) -> str:
    """``time.ctime``."""
    return time.ctime(time_now() if seconds is None else seconds)


def asctime(moment: Any = None, /) -> str:
    """``time.asctime``."""
    return time.asctime(localtime() if moment is None else moment)


def strftime(form: str, moment: Any = None, /) -> str:
    """``time.strftime``."""
    return time.strftime(form, localtime() if moment is None else moment)


def _checked(seconds: Any) -> float:
    """An odd argument of ``sleep`` as a number; raises what the real one raises."""
    number = float(seconds if isinstance(seconds, float) else operator.index(seconds))
    if number != number:
        raise ValueError("Invalid value NaN (not a number)")
    if number < 0:
        raise ValueError("sleep length must be non-negative")
    if number >= 2**63 / 1e9:
        raise OverflowError("timestamp out of range for platform time_t")
    return number
