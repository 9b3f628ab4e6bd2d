"""What surrounds a campaign: hooks installed, output captured, input answered, processes refused, the collector at rest."""

from __future__ import annotations

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


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _engines or (event not in _PROCESSES and event != "_thread.start_new_thread"):
        return
    engine = _engines[-1]
    if runtime.control is not engine or engine.cur.mode == OUTSIDE or engine.is_over or threading.get_ident() != engine.ident:
        return
    what = "a process" if event in _PROCESSES else "a real thread (through a module that is not rewritten; --instrument can name it)"
    engine.fault = Refused(f"the target starts {what}, which cannot be controlled ({event})")
    raise runtime.Unwind


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


@contextmanager
def controlled(engine: Explore) -> Iterator[None]:
    """The engine's hooks installed, output thrown away, the collector at rest, Ctrl-C told from the target's own KeyboardInterrupt.

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

    takes_signals = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if takes_signals:
        signal.signal(signal.SIGINT, interrupted)
    try:
        with collector.at_rest(), watching(engine):
            yield
    finally:
        if takes_signals:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        runtime.uninstall()
        _engines.pop()
        sys.stdout, sys.stderr = before
