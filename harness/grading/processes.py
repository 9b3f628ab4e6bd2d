"""Ending a process and all that it started, also what left its group and session."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time

SUBREAPER, PARENT_DEATH = 36, 1
PATIENCE_S = 5.0


def adopt_orphans() -> None:
    """From now on processes whose parents have ended become children of this one, so that none is lost (Linux)."""
    _control(SUBREAPER, 1)


def end_with_parent() -> None:
    """From now on this process is killed when the thread that started it ends (Linux)."""
    _control(PARENT_DEATH, int(signal.SIGKILL))


def children(of: int) -> dict[int, str]:
    """The processes below one, with their states; O(processes of the machine). {} where there is no /proc."""
    parents: dict[int, tuple[int, str]] = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", "rb") as file:
                words = file.read().rpartition(b")")[2].split()
                parents[int(entry)] = int(words[1]), words[0].decode()
    found: dict[int, str] = {}
    todo = [of]
    while todo:
        above = todo.pop()
        for pid, (parent, state) in parents.items():
            if parent == above and pid not in found:
                found[pid] = state
                todo.append(pid)
    return found


def end_tree(pid: int, kept: set[int]) -> int:
    """Kill a process and everything below this one but `kept` and what is below those; how many had to be killed beside the process itself.

    They are stopped first, so that none can start another while it is looked for.
    """
    me = os.getpid()
    killed: set[int] = set()
    deadline = time.monotonic() + PATIENCE_S
    while True:
        spared = kept.union(*(children(other) for other in kept)) if kept else set()
        below = {other: state for other, state in children(me).items() if other not in spared}
        alive = [other for other, state in below.items() if state != "Z"]
        for other in alive:
            _kill(other, signal.SIGSTOP)
        for other in [*alive, pid]:
            _kill(other, signal.SIGKILL)
        killed.update(other for other in alive if other != pid)
        _reap(below, pid)
        if not alive or time.monotonic() > deadline:
            return len(killed)
        time.sleep(0.002)


def is_running(pid: int) -> bool:
    """Whether there is such a process, somebody else's too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass  # somebody else's; or no number of a process, and nothing of ours
    return True


def _reap(below: dict[int, str], but: int) -> None:
    for pid in below:
        if pid != but:
            with contextlib.suppress(OSError):
                os.waitpid(pid, os.WNOHANG)


def _kill(pid: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def _control(what: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(what, value, 0, 0, 0)
