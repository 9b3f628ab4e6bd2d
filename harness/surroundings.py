"""What surrounds a campaign: hooks installed, output captured, input answered, processes refused, the collector at rest."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.engines.virtual import OUTSIDE


class Refused(Exception):
    """The target did what cannot be controlled: started a process or a real thread."""


class _Output(io.TextIOBase):
    """Standard output of the target: dropped while searching, kept with its step while recording."""

    def __init__(self, engine: Explore) -> None:
        self._engine = engine
        self._part = ""

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:
        return "utf-8"

    def write(self, text: str) -> int:
        recorder = self._engine.recorder
        if recorder is not None and text:
            self._part += text
            if text.endswith("\n") or len(self._part) > 4000:
                recorder.printed(self._engine.cur, self._part.rstrip("\n"))
                self._part = ""
        return len(text)


class _Answers(io.TextIOBase):
    """Standard input of the target: every question is answered with 1."""

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return "1\n"

    def read(self, size: int | None = -1, /) -> str:
        return "1\n"


_engines: list[Explore] = []
_is_audited = False
_PROCESSES = frozenset({"os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "subprocess.Popen", "pty.spawn"})


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _engines or (event not in _PROCESSES and event != "_thread.start_new_thread"):
        return
    engine = _engines[-1]
    if runtime.control is not engine or engine.cur.mode == OUTSIDE or engine.is_over:
        return
    what = "a process" if event in _PROCESSES else "a real thread (through a module that is not rewritten; --instrument can name it)"
    engine.fault = Refused(f"the target starts {what}, which cannot be controlled ({event})")
    raise runtime.Unwind


@contextmanager
def surroundings(engine: Explore, argv: list[str]) -> Iterator[None]:
    """Everything is put back afterwards, but for an audit hook, which Python cannot remove: it stays and does nothing."""
    global _is_audited
    if not _is_audited:
        sys.addaudithook(_audit)
        _is_audited = True
    before = sys.stdout, sys.stderr, sys.stdin, sys.argv
    was_collecting = gc.isenabled()
    output = _Output(engine)
    sys.stdout = sys.stderr = output  # type: ignore[assignment]
    sys.stdin = _Answers()  # type: ignore[assignment]
    sys.argv = argv
    gc.disable()  # a collection in the middle of an execution would run finalisers at a point that no schedule names
    _engines.append(engine)
    runtime.install(engine.hooks())
    try:
        yield
    finally:
        runtime.uninstall()
        _engines.pop()
        sys.stdout, sys.stderr, sys.stdin, sys.argv = before
        if was_collecting:
            gc.enable()
