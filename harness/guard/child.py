"""The child's side of the guard: does the work, keeps a watchdog, and has a last word when the target ends the process or starts another."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import struct
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Literal, NoReturn, TextIO

from harness.guard.frames import innermost_of_target, live_frames, said

with contextlib.suppress(ImportError):
    import resource

Work = Callable[[Callable[[int, int], None]], bytes]

HEADER = struct.Struct(">cQ")
"""A frame on the pipe: what it is, the length of its body."""
PROGRESS, RESULT, REASON, FAULT = b"P", b"R", b"X", b"F"
PROGRESS_BODY = struct.Struct(">QQ")

STARTERS = ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "execv", "execve")
"""What `os` starts processes with; everything else there ends in one of these."""
HARMLESS_COMMANDS = frozenset({"clear", "cls", "reset"})
"""Clearing the screen is no reason to refuse a program."""

exit_process = os._exit
_is_guarded = False


def is_guarded() -> bool:
    """Whether this process is a guarded child: whatever ends or blocks it, its parent says so."""
    return _is_guarded


class Connection:
    """The child's end of the pipe."""

    def __init__(self, writer: int) -> None:
        self._writer = writer
        self._pid = os.getpid()

    def send(self, kind: bytes, body: bytes) -> None:
        """Write one frame; ends this process where the parent has gone, or where this is not the child but a copy of it."""
        if os.getpid() != self._pid:
            exit_process(1)
        try:
            write_frame(self._writer, kind, body)
        except OSError:
            exit_process(1)


def write_frame(descriptor: int, kind: bytes, body: bytes) -> None:
    """Writes one frame as a whole. Raises OSError if nobody reads any more."""
    data = memoryview(HEADER.pack(kind, len(body)) + body)
    while data:
        data = data[os.write(descriptor, data) :]


def run_child(work: Work, writer: int, errors: int, stacks: int, stall_s: float, memory_bytes: int | None, let_signals_through: Callable[[], None]) -> NoReturn:
    """Do the work and send what came of it; never returns.

    `errors` and `stacks` are the files that take standard error and the watchdog's stacks. Signals are held back at first.
    """
    global _is_guarded
    try:
        _is_guarded = True
        connection = Connection(writer)
        set_up(errors, stacks, memory_bytes)
        let_signals_through()
        watch_over(connection)
        _send_outcome(connection, work, _heart(connection, stacks, stall_s))
    finally:
        exit_process(0)


def _send_outcome(connection: Connection, work: Work, beat: Callable[[int, int], None]) -> None:
    try:
        beat(0, 0)
        result = work(beat)
    except SystemExit as error:
        connection.send(REASON, f"the target ended the process (sys.exit({error.code!r}))".encode(errors="replace"))
    except MemoryError:
        connection.send(REASON, b"the target needs more memory than it may have")
    except BaseException as error:
        first = f"{type(error).__name__}: {error}".replace("\n", " ")
        connection.send(FAULT, f"{first}\n{traceback.format_exc()}".encode(errors="replace"))
    else:
        connection.send(RESULT, result)


def set_up(errors: int, stacks: int, memory_bytes: int | None) -> None:
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.dup2(errors, 2)
    # The parent's stream objects may hold unwritten text or be a test's own; they are left alone.
    sys.stdin = _stream(0, "r")
    sys.stdout = _stream(1, "w")
    sys.stderr = _stream(2, "w")
    faulthandler.enable(file=stacks)
    if "resource" in globals():
        _limit(resource.RLIMIT_CORE, 0)
        if memory_bytes is not None and hasattr(resource, "RLIMIT_AS"):
            _limit(resource.RLIMIT_AS, memory_bytes)


def _stream(descriptor: int, mode: Literal["r", "w"]) -> TextIO:
    return open(descriptor, mode, encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


def _limit(what: int, most: int) -> None:
    soft, hard = resource.getrlimit(what)
    now = most if soft == resource.RLIM_INFINITY else min(most, soft)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (now, hard))


def _heart(connection: Connection, stacks: int, stall_s: float) -> Callable[[int, int], None]:
    """What the work calls now and then: tells the parent, and winds up the watchdog.

    The watchdog is a thread of faulthandler's that needs no lock of the interpreter: it writes the stack and ends the process even where
    native code holds everything, and even where the parent has died. Winding it up costs some 50 us, so not every beat does.
    """
    every_s = min(1.0, stall_s / 10)
    wound = float("-inf")

    def beat(executions: int, budget: int) -> None:
        nonlocal wound
        now = time.monotonic()
        if now - wound >= every_s:
            wound = now
            faulthandler.dump_traceback_later(stall_s, exit=True, file=stacks)
        connection.send(PROGRESS, PROGRESS_BODY.pack(max(executions, 0), max(budget, 0)))

    return beat


def watch_over(connection: Connection) -> None:
    """Replace what ends this process or starts another by a form that says where; this process is thrown away, so nobody else is concerned."""

    def leave(status: int) -> NoReturn:
        frame = innermost_of_target(live_frames())
        connection.send(REASON, f"the target ended the process (os._exit({status!r})){said(frame)}".encode(errors="replace"))
        exit_process(1)

    os._exit = leave
    for name in STARTERS:
        if hasattr(os, name):
            setattr(os, name, _refusing(connection, f"os.{name}", getattr(os, name)))
    with contextlib.suppress(ImportError):
        import _posixsubprocess

        refusing: Any = _refusing(connection, "subprocess", _posixsubprocess.fork_exec)
        _posixsubprocess.fork_exec = refusing
        if (subprocess := sys.modules.get("subprocess")) is not None and hasattr(subprocess, "_fork_exec"):
            vars(subprocess)["_fork_exec"] = refusing


def _refusing(connection: Connection, name: str, start: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(*args: Any, **options: Any) -> Any:
        if name == "os.system" and args and str(args[0]).strip() in HARMLESS_COMMANDS:
            return 0
        frame = innermost_of_target(live_frames())
        if frame is None or _is_harmless(args):
            return start(*args, **options)
        reason = f"the target starts a process ({name}){said(frame)}; what another process does is outside the harness's control"
        connection.send(REASON, reason.encode(errors="replace"))
        exit_process(1)

    return refuse


def _is_harmless(args: tuple[Any, ...]) -> bool:
    """Whether a list of words, the first argument, ends in a command that only clears the screen."""
    words = args[0] if args and isinstance(args[0], list | tuple) else ()
    last = words[-1] if words else ""
    return (last.decode(errors="replace") if isinstance(last, bytes) else str(last)).strip() in HARMLESS_COMMANDS
