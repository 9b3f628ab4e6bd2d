"""What stand-ins may ask of the engine that is in control, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from harness.standins.gate import Gate


class Virtual(Protocol):
    """A virtual thread, as stand-ins see it. `is_idle`: a pool's worker without work, which nobody waits for at the end."""

    index: int
    ident: int
    path: str
    name: str
    is_daemon: bool
    is_ended: bool
    is_idle: bool
    done: Gate
    thread: Any
    locals: dict[int, Any]
    locks_made: int


class Control(Protocol):
    """The engine's side. All methods are called by the running virtual thread (`cur`) only.

    A *point* is where control may pass to another thread. Every operation of a stand-in passes exactly one point before it takes
    effect, so that its effect and whatever follows up to the next point are one step.
    """

    epoch: int
    """Numbers executions; state that a stand-in kept from another epoch is void."""
    version: int
    """Counts changes of shared state; `open`, `close` and `changed` raise it."""
    cur: Any
    """The running virtual thread (`Virtual`)."""

    def point(self, kind: str, obj: Any, detail: str = "") -> None:
        """Passes a point before an operation on `obj` that can always go on."""

    def pass_gate(self, gate: Gate) -> None:
        """Passes a point, waiting for ever if need be; on return the gate is open and no other thread has run since it was seen so."""

    def pass_gate_until(self, gate: Gate, timeout_s: float) -> bool:
        """As `pass_gate`, but False if virtual time reached the deadline first."""

    def await_move(self, gate: Gate, then: Gate, timeout_s: float | None) -> bool:
        """Parks at `gate` until `move` or the deadline sends this thread on to `then`; returns when it has passed `then`.

        No point of its own before parking (the caller has just passed one). True if it was moved, False if the deadline came first.
        """

    def move(self, waiter: Any, then: Gate) -> None:
        """Sends a thread that is parked in `await_move` on to the gate `then`."""

    def open(self, gate: Gate) -> None:
        """Opens a gate: all that are parked there may run."""

    def close(self, gate: Gate) -> None:
        """Closes a gate: none that are parked there may run."""

    def also(self, obj: Any, is_write: bool) -> None:
        """Says that the step at hand reads or changes something beside the object of its point."""

    def doubt(self, reason: str) -> None:
        """Says why no search can claim to have seen all that the real primitive lets happen here."""

    def asked_if_alive(self) -> None:
        """Says that a thread asks whether another has been started or has ended: that it is and does are steps of their own from now on."""

    def asked_for_ident(self) -> None:
        """Says that a thread asks for an identifier, which may be that of a thread that ended before this one was started."""

    def here(self, handed: Callable[..., Any] | None) -> tuple[str, int, str] | None:
        """Where in the program the running thread is (file, line, function) that hands something over, for reports; None while searching."""

    def about_to_call(self, function: Callable[..., Any], arguments: Sequence[Any], handed_at: tuple[str, int, str] | None = None) -> None:
        """Says that a stand-in is about to call what the program has handed it, where that was `here`. Code of the program has points of its own;
        before a method of a container (``Thread(target=results.append)``), or other code without points that is given one, stands a point here."""

    def about_to_touch(self, obj: Any, is_write: bool) -> None:
        """Passes a point before a stand-in reads or changes the contents of a container of the program's."""

    def changed(self) -> None:
        """Says that shared state has changed (a spinning thread may see something new)."""

    def progress(self) -> None:
        """Says that the program got on: a message was put or taken, a thread ended."""

    def choose_waiter(self, waiters: Sequence[Any], kind: str) -> int:
        """Which of the waiting threads is woken: an index; 0, the oldest, is the default and any other choice costs one."""

    def spawn(self, run: Callable[[], None], name: str, is_daemon: bool, thread: Any, role: str = "own") -> Any:
        """Starts a virtual thread and passes a point; the `Virtual`. `run` must not let exceptions out (it reports them by `crashed`)."""

    def crashed(self, error: BaseException, where: str, future: str = "") -> Any:
        """Reports an exception that left a thread ("thread") or went into a future ("future"); a receipt for `forgiven`."""

    def forgiven(self, receipt: Any) -> None:
        """Takes a report back: somebody read the future's exception."""

    def importing(self, stays: bool) -> AbstractContextManager[None]:
        """Around the code of a module that is imported while the execution goes on: its sites are new. Where others run, it is one step,
        because they would find the module half made, which Python prevents by locks that real threads hold. So it is where the module
        `stays` for the next execution, which must be like this one.
        """

    def working_on(self, job: str) -> None:
        """Says what a pool's worker does: reports call it by that, where the program gave it no name."""

    def sleep(self, seconds: float) -> None:
        """Lets virtual time pass; 0 or less lets the other threads go first."""

    def read_clock(self) -> float:
        """Virtual seconds since the execution began; re-reading in a loop advances it."""

    def chance(self) -> random.Random:
        """The running thread's own stream of random numbers."""

    def note(self, kind: str, what: str, obj: Any = None) -> None:
        """Adds a step to the explanation (nothing while searching)."""

    def sees(self, obj: Any) -> None:
        """Says that the running thread has seen, outside a point, what others have done to `obj` (nothing while searching)."""

    def threads(self) -> Sequence[Any]:
        """All virtual threads started so far, in the order of their start."""
