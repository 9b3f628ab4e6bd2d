"""The parent's side of the guard: forks the child, hears its progress, and says in one line what became of it.

A target may end the process, crash the interpreter, eat the memory, or block for ever in native code where no controlled scheduler can
interrupt it. In a forked child all of that is a value.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from harness.guard.child import FAULT, HEADER, PROGRESS, PROGRESS_BODY, RESULT, run_child
from harness.guard.forked import Forked, flush, fork, head, interrupts_held, signal_of
from harness.guard.frames import called_in_library, dumped_frames, innermost_of_target, said

Progress = Callable[[int, int], None]
Work = Callable[[Progress], bytes]

STALL_S = 10.0
MEMORY_BYTES = 4 * 1024**3
CHECK_EVERY_S = 0.05
SPARE_S = 3.0
"""How much longer than the stall limit the parent waits: the child's own watchdog knows the stack and should speak first."""
KEPT_OUTPUT = 2000
_TIMEOUT = "Timeout"
"""How faulthandler's stacks begin where a watchdog wrote them."""


@dataclass(frozen=True, slots=True)
class GuardedOutcome:
    """What became of the work: its bytes, or one line why there are none.

    `reason` is the target's doing (it ended the process, it blocks outside control, ...), `fault` an exception that left the work itself;
    `details` is the fault's traceback, or the end of what the child wrote to standard error. `stalled_in` is the file in which the target
    did not come back, `stalled_through` the module of Python's library that it has called there, where they are known.
    """

    result: bytes | None
    reason: str = ""
    fault: str = ""
    details: str = ""
    stalled_in: str = ""
    stalled_through: str = ""


def run_guarded(work: Work, *, stall_s: float = STALL_S, memory_bytes: int | None = MEMORY_BYTES, on_progress: Progress | None = None) -> GuardedOutcome:
    """What `work` returned from a forked child, or why it did not. Where there is no fork, the work is done in this process.

    The work calls the function that it is given now and then; no call for `stall_s` seconds means that the target blocks natively.
    `memory_bytes` bounds the child's address space. When this returns or raises (KeyboardInterrupt too), the child and all that it
    started have gone.
    """
    if not hasattr(os, "fork"):
        return _in_process(work, on_progress)
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as stacks:
        reader, writer = os.pipe()
        flush()
        with interrupts_held() as let_through:
            pid = fork()
            if pid == 0:
                os.close(reader)
                run_child(work, writer, errors.fileno(), stacks.fileno(), stall_s, memory_bytes, let_through)
            os.close(writer)
            watch = _Watch(pid, reader, stall_s, on_progress)
            try:
                let_through()
                return watch.outcome(errors, stacks)
            finally:
                watch.close()


class _Watch:
    """What the parent knows of the child; to be closed."""

    def __init__(self, pid: int, reader: int, stall_s: float, on_progress: Progress | None) -> None:
        self._child = Forked(pid)
        self._reader = reader
        self._stall_s = stall_s
        self._on_progress = on_progress
        self._unread = bytearray()

    def outcome(self, errors: IO[bytes], stacks: IO[bytes]) -> GuardedOutcome:
        """Wait for the child's result, its end or its silence."""
        reason = ""
        heard = time.monotonic()
        while True:
            is_over = False
            if select.select([self._reader], [], [], CHECK_EVERY_S)[0]:
                heard = time.monotonic()
                data = os.read(self._reader, 1 << 18)
                is_over = not data
                self._unread += data
                for kind, body in self._frames():
                    if kind == RESULT:
                        return GuardedOutcome(body)
                    if kind == FAULT:
                        fault, _, details = body.decode(errors="replace").partition("\n")
                        return GuardedOutcome(None, fault=fault, details=details)
                    if kind == PROGRESS:
                        if self._on_progress is not None:
                            self._on_progress(*PROGRESS_BODY.unpack(body))
                    else:
                        reason = body.decode(errors="replace")
            # What the child wrote before it ended is read first: the end of the pipe says that there is no more.
            if is_over or (self._child.has_ended() and not select.select([self._reader], [], [], 0)[0]):
                self._child.await_end(SPARE_S)
                stack = head(stacks)
                frames = dumped_frames(stack) if stack.startswith(_TIMEOUT) and not reason else []
                frame = innermost_of_target(frames)
                told = reason or reason_of_end(self._child.status, stack, self._stall_s)
                return GuardedOutcome(None, told, "", _tail(errors), "" if frame is None else frame[0], called_in_library(frames))
            if time.monotonic() - heard > self._stall_s + SPARE_S:
                return GuardedOutcome(None, reason or stalled(self._stall_s, ""), details=_tail(errors))

    def close(self) -> None:
        """End the child and its whole process group."""
        with interrupts_held():
            self._child.end()
            os.close(self._reader)

    def _frames(self) -> Iterator[tuple[bytes, bytes]]:
        while len(self._unread) >= HEADER.size:
            kind, length = HEADER.unpack_from(self._unread)
            end = HEADER.size + length
            if len(self._unread) < end:
                return
            body = bytes(self._unread[HEADER.size : end])
            del self._unread[:end]
            yield kind, body


def reason_of_end(status: int | None, stack: str, stall_s: float) -> str:
    """Why a child gave no result, in one line, by its status (None: it has not ended) and the stacks that faulthandler wrote."""
    where = said(innermost_of_target(dumped_frames(stack)))
    if stack.startswith(_TIMEOUT):
        return stalled(stall_s, where)
    if status is None:
        return "the target closed the harness's connection with the process that it runs in"
    if name := signal_of(status):
        if name == "SIGKILL":
            return "the process of the target was killed (SIGKILL); perhaps the machine ran out of memory"
        if "stack overflow" in stack or "tack overflow" in stack:
            return f"the target crashed the Python interpreter (stack overflow){where}"
        return f"the target crashed the Python interpreter ({name}){where}"
    return f"the process of the target ended with status {os.WEXITSTATUS(status)} before it had given a result{where}"


def stalled(stall_s: float, where: str) -> str:
    """The line for a target that does not come back."""
    return f"the target did not come back for {stall_s:g} s: it blocks or computes{where or ' somewhere'}, where the harness has no control"


def _in_process(work: Work, on_progress: Progress | None) -> GuardedOutcome:
    try:
        return GuardedOutcome(work(on_progress or (lambda executions, budget: None)))
    except SystemExit as error:
        return GuardedOutcome(None, f"the target ended the process (sys.exit({error.code!r}))")
    except MemoryError:
        return GuardedOutcome(None, "the target needs more memory than it may have")
    except Exception as error:
        return GuardedOutcome(None, fault=f"{type(error).__name__}: {error}".replace("\n", " "), details=traceback.format_exc())


def _tail(file: IO[bytes]) -> str:
    """The last characters of what the child wrote to a file."""
    start = max(0, os.fstat(file.fileno()).st_size - 4 * KEPT_OUTPUT)
    return os.pread(file.fileno(), 4 * KEPT_OUTPUT, start).decode(errors="replace")[-KEPT_OUTPUT:]
