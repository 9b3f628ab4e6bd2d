"""The full record of one execution, made only when a schedule is run again to explain it."""

from __future__ import annotations

from typing import Literal

import msgspec

SwitchReason = Literal["preemption", "blocked", "ended", "expiry", "yield", "round", "fair"]

NOT_THERE = ", which was not there"
"""How the words of a step end that came to an element which its container did not have."""
CHANGED_NOTHING = ", which changed nothing"
"""How they end where an operation that may change a container left it as it was: it failed, or there was nothing to do. Such a step is no write."""
IN_VAIN = "try to "
"""How they begin where an operation on a lock or the like raises in place of taking effect."""


class Step(msgspec.Struct, frozen=True):
    """One operation of one thread; `step` counts from 1 over the execution.

    `kind` is the operation ("read", "write", "getitem", "method", "acquire", "release", "wait", "notify", "put-begin", "put-return",
    "get-begin", "get-return", "start", "end", "raise", "blocked", "resumed", "sleep", "clock", "print", ...; "try-put" and "try-get" where a
    queue that was full or empty refused); `what` says it in words.
    `location` labels what is touched ("Pipeline.message"), `location_id` tells two locations with one label apart, `value` is the
    repr of what was read, written or returned ("" where there is none). `is_shared`: the operation is on something that more than
    one thread touches. `options` are the threads that could have run here.
    """

    step: int
    thread: str
    file: str
    line: int
    function: str
    kind: str
    what: str
    location: str = ""
    location_id: int = 0
    value: str = ""
    is_write: bool = False
    is_shared: bool = False
    options: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


class Switch(msgspec.Struct, frozen=True):
    """Control passed from one thread to another after step `after_step`; a preemption is a switch away from a thread that could go on.

    "yield": it asked for that itself (a sleep of no length); "round": it came round a loop in which nothing had changed, where by default others go
    first; "fair": it had done more than the others.
    """

    after_step: int
    leaver: str
    runner: str
    reason: SwitchReason


class Output(msgspec.Struct, frozen=True):
    """Text that the target printed, and at which step."""

    step: int
    thread: str
    text: str


class ThreadEnd(msgspec.Struct, frozen=True):
    """How one thread stood when the execution ended.

    `state`: "ended", "blocked" (it can never go on by itself), or "running" (it could, but the execution was over). `waits_for` says in
    words what a blocked thread waits for and who holds it, to be read after "waits" ("to acquire Pipeline.lock, held by consumer-1").
    `role` is "worker" (started by the harness), "main" (the scenario or program itself) or "own" (started by the target).
    """

    name: str
    role: str
    state: str
    is_daemon: bool = False
    waits_for: str = ""
    file: str = ""
    line: int = 0
    holds: tuple[str, ...] = ()


class Trace(msgspec.Struct, frozen=True):
    """An execution step by step: threads in the order of their start, steps, switches, printed text and the source around what was executed.

    `notes` is what the program itself wrote down of it: its own logs.
    """

    threads: tuple[str, ...]
    steps: tuple[Step, ...]
    switches: tuple[Switch, ...] = ()
    output: tuple[Output, ...] = ()
    ends: tuple[ThreadEnd, ...] = ()
    source: dict[str, dict[int, str]] = {}
    dropped_steps: int = 0
    notes: tuple[str, ...] = ()
