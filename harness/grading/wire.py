"""What a sandboxed child and its parent tell each other: frames over an inherited descriptor, each sealed with a key that is the check's own.

A frame is its kind, the length of its body, the body and a seal (`harness.guard.seal`).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any

import msgspec

from harness.guard.seal import SEAL_BYTES, BrokenSeal, Seal
from harness.model.execution import Execution, LogEntry

HEADER = struct.Struct(">cI")
LARGEST_FRAME = 32 << 20
HELD_BYTES = 32 << 10

JOB, SCENE, CLEAN, SEEN, BEAT, RESULT, REASON, FAULT, END = b"J", b"S", b"C", b"X", b"B", b"R", b"W", b"F", b"E"
ENDED = b"%"
"""The process of the check has ended: what the process that forked it says, with the status and no seal."""
STATUS_BYTES = 4

_write = os.write
_exit = os._exit
_getpid = os.getpid


class Job(msgspec.Struct, frozen=True):
    """One check of one submission. `values` are the messages of each producer, chosen by the parent; `files` the submission by path."""

    key: bytes
    files: dict[str, bytes]
    target: str
    mode: str | None
    producers: int
    consumers: int
    messages: int
    capacity: int
    engine: str
    strategy: str
    executions: int
    program_executions: int
    order: str
    seed: int
    values: list[list[int]]
    wall_s: int
    stall_s: float
    memory_bytes: int


class Scene(msgspec.Struct, frozen=True):
    """What a scenario of the check runs: its mode, and in class mode the class and whether its constructor takes a capacity."""

    mode: str
    name: str = ""
    takes_capacity: bool = False


class End(msgspec.Struct, frozen=True):
    """The last word of a check: how many executions were told."""

    executions: int


class Writer:
    """Writes sealed frames to a descriptor; ends this process where the other side has gone, or where this is a copy of the process."""

    def __init__(self, descriptor: int, key: bytes) -> None:
        self._descriptor = descriptor
        self._seal = Seal(key)
        self._held = bytearray()
        self._pid = _getpid()

    def hold(self, kind: bytes, body: bytes) -> None:
        """One frame, to go with the next ones: each that goes by itself wakes the parent."""
        if _getpid() != self._pid:
            _exit(1)
        self._held += HEADER.pack(kind, len(body)) + body + self._seal.of(kind, body)
        if len(self._held) >= HELD_BYTES:
            self._write()

    def send(self, kind: bytes, body: bytes) -> None:
        """One frame, at once, with all that were held."""
        self.hold(kind, body)
        self._write()

    def _write(self) -> None:
        data = memoryview(bytes(self._held))
        self._held.clear()
        try:
            while data:
                data = data[_write(self._descriptor, data) :]
        except OSError:
            _exit(1)


class Reader:
    """Takes frames apart as their bytes arrive."""

    def __init__(self, key: bytes) -> None:
        self._seal = Seal(key)
        self._unread = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are complete now. Raises BrokenSeal at the first that is forged."""
        self._unread += data
        while self._unread:
            if self._unread[:1] == ENDED:
                end = 1 + STATUS_BYTES
                if len(self._unread) < end:
                    return
                kind, body = ENDED, bytes(self._unread[1:end])
            else:
                if len(self._unread) < HEADER.size:
                    return
                kind, length = HEADER.unpack_from(self._unread)
                if length > LARGEST_FRAME:
                    raise BrokenSeal
                end = HEADER.size + length + SEAL_BYTES
                if len(self._unread) < end:
                    return
                body = bytes(self._unread[HEADER.size : HEADER.size + length])
                if self._unread[HEADER.size + length : end] != self._seal.of(kind, body):
                    raise BrokenSeal
            del self._unread[:end]
            yield kind, body


_SEEN: Any = msgspec.msgpack.Decoder(Execution)
_CLEAN: Any = msgspec.msgpack.Decoder(list[list[LogEntry]])
pack = msgspec.msgpack.Encoder().encode


def read_seen(body: bytes) -> Execution:
    """An execution from the wire, not yet `read_execution`. Raises msgspec.ValidationError."""
    execution: Execution = _SEEN.decode(body)
    return execution


def read_clean(body: bytes) -> list[list[LogEntry]]:
    """The logs of executions that the child took for clean."""
    logs: list[list[LogEntry]] = _CLEAN.decode(body)
    return logs
