"""One execution as the oracles see it: the calls that were made, how it ended and how each thread stood."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.model.trace import ThreadEnd

PUT_BEGIN, PUT_RETURN, PUT_RAISE, GET_BEGIN, GET_RETURN, GET_RAISE = range(6)

LogEntry = tuple[int, int, Any]
"""(what: one of the six above, index of the worker, value): the message for a put and for a get that returned, else None."""

Ending = Literal["finished", "deadlock", "livelock", "step-limit"]


@dataclass(frozen=True, slots=True)
class Call:
    """One put or get. `begin` and `end` are positions in the log, `end` None while it has not ended; `is_raised`: an exception left it."""

    operation: Literal["put", "get"]
    thread: str
    value: Any
    begin: int
    end: int | None
    is_raised: bool = False

    @property
    def has_returned(self) -> bool:
        """The call ended and no exception left it."""
        return self.end is not None and not self.is_raised


@dataclass(frozen=True, slots=True)
class Crash:
    """An exception that left something it should not have left.

    `where` is "put", "get", "thread", "scenario" or "future"; `error` the exception's type and text on one line; `file` and `line` the
    innermost frame in the target. `is_assertion`: it is an AssertionError.
    """

    thread: str
    where: Literal["put", "get", "thread", "scenario", "future"]
    error: str
    file: str
    line: int
    is_assertion: bool = False
    future: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """What one pipeline of a program passed, as far as it was seen; the unit that program mode judges.

    `outside` are values that mean something else than a message to the program (its sentinel), `doubtful` values that may;
    `kept` the messages still to be found at the end, and those that left by another way. `is_judged`: it is certain enough what put and
    get mean here; `keeps_order`: it hands on in order, as far as one can know; `may_leak`: messages may leave it unseen;
    `may_repeat`: a get may be meant to leave its message inside.
    """

    name: str
    log: Sequence[LogEntry]
    outside: Sequence[Any] = ()
    doubtful: Sequence[Any] = ()
    kept: Sequence[Any] = ()
    is_judged: bool = True
    keeps_order: bool = True
    may_leak: bool = False
    may_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Logs:
    """The two lists in which a program notes what was produced and what was consumed, where no put or get could be seen.

    `kept` are the values still to be found elsewhere; `may_leak`: values may be left where nobody can look for them.
    """

    produced_name: str
    consumed_name: str
    produced: Sequence[Any]
    consumed: Sequence[Any]
    outside: Sequence[Any] = ()
    kept: Sequence[Any] = ()
    may_leak: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """Everything that the oracles judge. `kept` holds the messages still to be found in the pipeline's reachable state or a live frame.

    `capacity` is None where the constructor takes none; `order` is how delivery order is judged ("producer", "linear", "any").
    Program mode has `channels` in place of a log, or else `logs`. `loop` names the loop of a livelock ("file.py:12").
    Log values are compared by equality and identity only through `same_value`.
    """

    mode: str
    log: Sequence[LogEntry] = ()
    workers: Sequence[str] = ()
    crashes: Sequence[Crash] = ()
    ending: Ending = "finished"
    threads: Sequence[ThreadEnd] = ()
    kept: Collection[Any] = frozenset()
    capacity: int | None = None
    order: str = "producer"
    loop: str = ""
    channels: Sequence[Channel] = ()
    logs: Logs | None = None


def calls_from_log(log: Sequence[LogEntry], workers: Sequence[str]) -> list[Call]:
    """The calls of a log in the order in which they began. A begin without an end is a call still open; O(len(log))."""
    begun: list[list[Any]] = []  # frozen calls are made once, at the end: making one costs a microsecond
    open_calls: dict[int, list[Any]] = {}
    for position, (what, worker, value) in enumerate(log):
        if what in (PUT_BEGIN, GET_BEGIN):
            call = open_calls[worker] = ["put" if what == PUT_BEGIN else "get", workers[worker], value, position, None, False]
            begun.append(call)
        else:
            call = open_calls.pop(worker)
            if what == GET_RETURN:
                call[2] = value
            call[4] = position
            call[5] = what in (PUT_RAISE, GET_RAISE)
    return [Call(*call) for call in begun]


def same_value(left: Any, right: Any) -> bool:
    """Whether a delivered value is the message: the same object, or equal and of the same type; a raising ``__eq__`` is unequal."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    try:
        return bool(left == right)
    except Exception:
        return False
