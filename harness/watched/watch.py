"""What is noted of a real thread, and what the watched primitives ask of the engine that runs it."""

from __future__ import annotations

from typing import Any, Protocol


class Watched:
    """One real thread of an execution. Only the thread itself changes its record, so that no change is ever lost.

    `moves` counts what the thread has done: points passed, primitives entered and left. `waits` is the lock or the thread (`Watched`)
    that it waits for without a timeout, None as soon as it may go on. `is_timed`: it sleeps or waits with a timeout, so it will go on by
    itself.
    `is_held`: it has been started and has not come to its first point; `is_starting`: it is within ``Thread.start``.
    """

    __slots__ = (
        "chance", "children", "countdown", "ident", "index", "is_daemon", "is_ended", "is_held", "is_muted", "is_starting", "is_timed",
        "loop_site", "moves", "name", "path", "role", "starve_at", "stream", "thread", "turns", "waits",
    )  # fmt: skip

    def __init__(self, index: int, path: str, name: str, role: str, is_daemon: bool, thread: Any) -> None:
        self.index = index
        self.path = path
        self.name = name
        self.role = role
        self.is_daemon = is_daemon
        self.thread = thread
        self.ident = 0
        self.is_ended = False
        self.moves = 0
        self.waits: Any = None
        self.is_timed = False
        self.is_muted = False
        self.is_held = False
        self.is_starting = False
        self.children = 0
        self.loop_site = -1
        self.turns = 0
        self.countdown = 0
        self.starve_at = 0
        self.stream: Any = None
        self.chance: Any = None


class Watch(Protocol):
    """The engine's side, found as `runtime.control` while an execution runs."""

    def me(self) -> Watched:
        """The record of the calling thread."""

    def pause(self, me: Watched) -> None:
        """A place where a delay may be injected."""

    def boundary(self, kind: str, value: Any) -> None:
        """A point of the harness's own: a put, a get or a thread's work is about to begin."""

    def release_start(self, me: Watched) -> None:
        """The calling thread is about to wait: threads held back at their start may go."""

    def begin(self, start: Any, function: Any, name: str, is_daemon: bool, thread: Any) -> Any:
        """Starts a real thread with `start`, which takes a function without arguments, noted before it exists; what `start` returned."""

    def record_of(self, thread: Any) -> Watched | None:
        """The record of a ``threading.Thread`` that was started."""

    def n_started(self) -> int:
        """How many threads have been started."""

    def crashed(self, error: BaseException, where: str, future: str = "") -> Any:
        """Reports an exception that left a thread ("thread") or went into a future ("future"); a receipt for `forgiven`."""

    def forgiven(self, receipt: Any) -> None:
        """Takes a report back: somebody read the future's exception."""
