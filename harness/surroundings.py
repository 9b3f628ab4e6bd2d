"""What surrounds a campaign: hooks installed, output captured, input answered, processes refused, the collector at rest."""

from __future__ import annotations

import _thread
import io
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from harness import collector, runtime
from harness.engines.explore import Explore
from harness.engines.virtual import OUTSIDE
from harness.errors import HarnessError
from harness.foreign import advice, stranger
from harness.guard.frames import frames_from, innermost_of_target, said
from harness.watchdog import watching


class Refused(Exception):
    """The target did what cannot be controlled: started a process or a real thread."""


class _Sink:
    """Standard output of the target while searching: nobody reads it. `write` is a builtin because prints are frequent (0.1 us each)."""

    encoding = "utf-8"
    errors = "strict"
    newlines = None
    closed = False
    write = staticmethod(len)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def fileno(self) -> int:
        """It has no descriptor."""
        raise io.UnsupportedOperation("fileno")

    def writable(self) -> bool:
        """Whoever wants to may write."""
        return True

    def writelines(self, lines: Iterable[str]) -> None:
        """Takes them all."""
        for _ in lines:
            pass


class _Output(_Sink):
    """Standard output of the target while recording: kept with its step."""

    def __init__(self, engine: Explore) -> None:
        self._engine = engine
        self._part = ""

    def write(self, text: str) -> int:  # type: ignore[override]
        """Keeps whole lines."""
        self._part += text
        if self._part.endswith("\n") or len(self._part) > 4000:
            self._engine.recorder.printed(self._engine.cur, self._part.rstrip("\n"))
            self._part = ""
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Keeps them all."""
        for line in lines:
            self.write(line)


@contextmanager
def kept_output(engine: Explore) -> Iterator[None]:
    """What the target prints is given to the engine's recorder meanwhile."""
    before = sys.stdout, sys.stderr
    sys.stdout = _Output(engine)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class Answers(io.TextIOBase):
    """Standard input of the target: every question is answered with 1."""

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return "1\n"

    def read(self, size: int | None = -1, /) -> str:
        return "1\n"


class Arguments(list[str]):
    """``sys.argv`` of the target: no argument is given, and one that it asks for is 1."""

    def __getitem__(self, index: Any) -> Any:
        return "1" if isinstance(index, int) and index >= len(self) else super().__getitem__(index)


_engines: list[Explore] = []
_is_audited = False
_PROCESSES = frozenset({"os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "subprocess.Popen", "pty.spawn"})
_THREADS = frozenset({"_thread.start_new_thread", "_thread.start_joinable_thread"})


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _engines or (event not in _PROCESSES and event not in _THREADS):
        return
    engine = _engines[-1]
    if runtime.control is not engine or engine.cur.mode == OUTSIDE or engine.is_over or threading.get_ident() != engine.ident:
        return
    frame = sys._getframe(1)
    where = said(innermost_of_target(frames_from(frame)))
    if event in _PROCESSES:
        told = f"the target starts a process{where}, which cannot be controlled ({event})"
    else:
        module = stranger(frame)
        how = "through threading or _thread reached otherwise than by an import statement, so it cannot be controlled: import it with one"
        if module is not None:
            how = f"by {module}, which is not rewritten, so it cannot be controlled: {advice([module], engine.instrument_option)}"
        told = f"the target starts a real thread{where}, {how}"
        _forget_unstarted(arguments)
    engine.interrupt(Refused(told))


def _forget_unstarted(arguments: tuple[Any, ...]) -> None:
    """`threading` counts a thread that is about to start, and lets an `Unwind` through without striking it out."""
    thread = getattr(arguments[0], "__self__", None) if arguments else None
    vars(threading).get("_limbo", {}).pop(thread, None)


@contextmanager
def _starts_audited() -> Iterator[None]:
    """Before Python 3.12 the start of a thread raises no audit event; who starts one by `threading` or `_thread` is heard of within this."""
    if sys.version_info >= (3, 12):
        yield
        return
    real = _thread.start_new_thread

    def start_new_thread(*arguments: Any) -> int:
        _audit("_thread.start_new_thread", arguments)
        return real(*arguments)

    names = [(module, name) for module in (_thread, threading) for name, value in vars(module).items() if value is real]
    for module, name in names:
        setattr(module, name, start_new_thread)
    try:
        yield
    finally:
        for module, name in names:
            setattr(module, name, real)


@contextmanager
def surroundings(engine: Explore, file: str) -> Iterator[None]:
    """As a script `file` finds them, under control.

    Its folder comes last on the path: a student's ``queue.py`` must not stand in for the library's."""
    before = sys.stdin, sys.argv
    sys.stdin = Answers()
    sys.argv = Arguments([file])
    folder = os.path.dirname(file)
    sys.path.append(folder)
    try:
        with controlled(engine):
            yield
    finally:
        sys.stdin, sys.argv = before
        if folder in sys.path:
            sys.path.remove(folder)


def _handlers_told_apart(engine: Explore) -> dict[int, tuple[Any, Any]]:
    """Puts in place of each handler that Python calls one whose exception ends the execution: no virtual thread has raised it, and it may come
    in the midst of the engine's own work. The former and the new handler, by signal."""
    handlers: dict[int, tuple[Any, Any]] = {}
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        if callable(handler) and handler is not signal.default_int_handler:
            handlers[number] = handler, _told_apart(engine, handler)
            signal.signal(number, handlers[number][1])
    return handlers


def _told_apart(engine: Explore, handler: Any) -> Any:
    def handle(number: int, frame: Any) -> None:
        try:
            handler(number, frame)
        except BaseException as error:
            if not engine.baton.is_carrying():
                raise
            engine.interrupt(error)

    return handle


@contextmanager
def controlled(engine: Explore) -> Iterator[None]:
    """The engine's hooks installed, output thrown away, the collector at rest, what handlers of signals raise told from what the target does.

    Everything is put back afterwards, but for an audit hook, which Python cannot remove: it stays and does nothing."""
    global _is_audited
    if _engines:
        raise HarnessError("a check cannot begin inside an execution that is under control")
    if not _is_audited:
        sys.addaudithook(_audit)
        _is_audited = True
    before = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = _Sink()
    engine.ident = threading.get_ident()
    _engines.append(engine)
    runtime.install(engine.hooks())

    def interrupted(*_: Any) -> None:
        engine.is_interrupted = True  # so that a KeyboardInterrupt which the target raises itself is not taken for Ctrl-C
        raise KeyboardInterrupt

    takes_signals = threading.current_thread() is threading.main_thread()
    handlers = _handlers_told_apart(engine) if takes_signals else {}
    takes_interrupts = takes_signals and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if takes_interrupts:
        signal.signal(signal.SIGINT, interrupted)
    try:
        with collector.at_rest(), watching(engine), _starts_audited():
            yield
    finally:
        if takes_interrupts:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, (handler, told_apart) in handlers.items():
            if signal.getsignal(number) is told_apart:
                signal.signal(number, handler)
        runtime.uninstall()
        _engines.pop()
        sys.stdout, sys.stderr = before
