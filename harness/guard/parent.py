"""The parent's side of the guard: forks the child, hears its progress, and says in one line what became of it.

A target may end the process, crash the interpreter, eat the memory, or block for ever in native code where no controlled scheduler can
interrupt it. In a forked child all of that is a value.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import select
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from harness.guard.child import FAULT, HEADER, PROGRESS, PROGRESS_BODY, RESULT, run_child
from harness.guard.frames import called_in_library, dumped_frames, innermost_of_target, said

Progress = Callable[[int, int], None]
Work = Callable[[Progress], bytes]

STALL_S = 10.0
MEMORY_BYTES = 4 * 1024**3
CHECK_EVERY_S = 0.05
SPARE_S = 3.0
"""How much longer than the stall limit the parent waits: the child's own watchdog knows the stack and should speak first."""
KEPT_OUTPUT = 2000
_fork: Callable[[], int] | None = getattr(os, "fork", None)  # a guarded child refuses it to the target, not to us
_TIMEOUT = "Timeout"
"""How faulthandler's stacks begin where a watchdog wrote them."""
INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


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


class _Watch:
    """What the parent knows of the child; to be closed."""

    def __init__(self, pid: int, reader: int, stall_s: float, on_progress: Progress | None) -> None:
        self._pid = pid
        self._reader = reader
        self._stall_s = stall_s
        self._on_progress = on_progress
        self._status: int | None = None
        self._unread = bytearray()
        # The child does the same; whoever comes first, the group is there before it is needed.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)

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
            if is_over or (self._has_ended() and not select.select([self._reader], [], [], 0)[0]):
                self._await_end()
                stack = head(stacks)
                frames = dumped_frames(stack) if stack.startswith(_TIMEOUT) and not reason else []
                frame = innermost_of_target(frames)
                told = reason or reason_of_end(self._status, stack, self._stall_s)
                return GuardedOutcome(None, told, "", _tail(errors), "" if frame is None else frame[0], called_in_library(frames))
            if time.monotonic() - heard > self._stall_s + SPARE_S:
                return GuardedOutcome(None, reason or stalled(self._stall_s, ""), details=_tail(errors))

    def close(self) -> None:
        """End the child and its whole process group."""
        with interrupts_held():
            self._end()

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._pid, signal.SIGKILL)
        if self._status is None:
            with contextlib.suppress(OSError):
                os.kill(self._pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                self._status = os.waitpid(self._pid, 0)[1]
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

    def _has_ended(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is not None

    def _await_end(self) -> None:
        deadline = time.monotonic() + SPARE_S
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(0.005)


def reason_of_end(status: int | None, stack: str, stall_s: float) -> str:
    """Why a child gave no result, in one line, by its status (None: it has not ended) and the stacks that faulthandler wrote."""
    where = said(innermost_of_target(dumped_frames(stack)))
    if stack.startswith(_TIMEOUT):
        return stalled(stall_s, where)
    if status is None:
        return "the target closed the harness's connection with the process that it runs in"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name if number in list(signal.Signals) else f"signal {number}"
        if number == signal.SIGKILL:
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


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def fork() -> int:
    # A watchdog that this process has set (test runners do) lives in a thread, which the child would not have but would wait for.
    faulthandler.cancel_dump_traceback_later()
    with warnings.catch_warnings():
        # From 3.12 on Python warns where other threads run; the child needs none of them and takes no lock that they could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        assert _fork is not None, "asked for only where there is a fork"
        return _fork()


def _tail(file: IO[bytes]) -> str:
    """The last characters of what the child wrote to a file."""
    start = max(0, os.fstat(file.fileno()).st_size - 4 * KEPT_OUTPUT)
    return os.pread(file.fileno(), 4 * KEPT_OUTPUT, start).decode(errors="replace")[-KEPT_OUTPUT:]


def head(file: IO[bytes]) -> str:
    """The first characters of a file: of a stack, the innermost frames come first.

    The child has the same open file, and with it the same position: reading must not move it, for the child may be writing.
    """
    return os.pread(file.fileno(), 1 << 16, 0).decode(errors="replace")
