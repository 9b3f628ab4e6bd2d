"""Values that a submission passed on, made plain: what the parent compares is never an object of the submission's own class."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.model.execution import Channel, Execution, LogEntry, Logs, same_value

Change = Callable[[Any], Any]
LONGEST_TEXT = 400
LARGEST = 1 << 63
MARK = "\0object"


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that is no plain value: the name of its class, and a number or hash that tells it apart within one execution."""

    kind: str
    which: str

    def __repr__(self) -> str:
        return f"<{self.kind} {self.which}>"


class Plainer:
    """Makes the values of one execution plain. Equal objects become equal, and one object one thing, as far as the child can tell.

    What it says of objects is the child's word; of ints, text, bytes, floats, bools and None it is the value itself.
    """

    def __init__(self) -> None:
        self._objects: list[Any] = []

    def __call__(self, value: Any) -> Any:
        """What stands for the value on the wire: plain, or a list that begins with `MARK`."""
        kind = type(value)
        if kind is int:
            return value if -LARGEST <= value < LARGEST else [MARK, "int", _hash(hex(value).encode())]
        if value is None or kind is bool or kind is float:
            return value
        if kind is str and len(value) <= LONGEST_TEXT:
            return value if value.isprintable() else [MARK, "str", _hash(value.encode("utf-8", "surrogatepass"))]
        if kind is str:
            return [MARK, "str", _hash(value.encode("utf-8", "surrogatepass"))]
        if kind is bytes:
            return value if len(value) <= LONGEST_TEXT else [MARK, "bytes", _hash(value)]
        number = next((number for number, known in enumerate(self._objects) if same_value(value, known)), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)
        return [MARK, str(kind.__name__)[:80], str(number + 1)]


def plain_execution(execution: Execution) -> Execution:
    """The execution with every value made plain; the same object where all are."""
    plain = Plainer()
    return replace(
        execution,
        log=_log(execution.log, plain),
        kept=[plain(value) for value in execution.kept],
        channels=[_channel(channel, plain) for channel in execution.channels],
        logs=execution.logs and _logs(execution.logs, plain),
    )


def read_execution(execution: Execution) -> Execution:
    """What `plain_execution` made, after its way over the wire."""
    return replace(
        execution,
        log=_log(execution.log, read),
        kept=[read(value) for value in execution.kept],
        channels=[_channel(channel, read) for channel in execution.channels],
        logs=execution.logs and _logs(execution.logs, read),
    )


def read(value: Any) -> Any:
    """A value from the wire. Whatever is not plain is something foreign, equal to no message."""
    if type(value) is list and len(value) == 3 and value[0] == MARK:
        return Foreign(str(value[1]), str(value[2]))
    return Foreign(type(value).__name__, "?") if isinstance(value, list | dict) else value


def _log(log: Sequence[LogEntry], change: Change) -> list[LogEntry]:
    return [(what, worker, change(value)) for what, worker, value in log]


def _channel(channel: Channel, change: Change) -> Channel:
    outside, doubtful, kept = ([change(value) for value in values] for values in (channel.outside, channel.doubtful, channel.kept))
    return replace(channel, log=_log(channel.log, change), outside=outside, doubtful=doubtful, kept=kept)


def _logs(logs: Logs, change: Change) -> Logs:
    produced, consumed, outside, kept = ([change(value) for value in values] for values in (logs.produced, logs.consumed, logs.outside, logs.kept))
    return replace(logs, produced=produced, consumed=consumed, outside=outside, kept=kept)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
