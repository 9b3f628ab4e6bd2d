"""What the child says on the pipe, and what both sides share in memory: the number of the execution, a heartbeat, the threads' names."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass

import msgspec

from harness.model.execution import Ending
from harness.model.finding import Finding

SCENARIO, EXECUTION, STUCK, SILENT, REFUSED, NOTHING, DONE, TOLD = b"S", b"J", b"W", b"H", b"E", b"N", b"D", b"T"
"""Kinds of frames: what was found to run; an execution to judge; one in which all are stuck; one in which a thread blocks outside of what is
watched, or that goes on for too long; why the target cannot be run; the same where there is nothing to judge in it by itself; the batch is
over; what a witness is told."""

@dataclass(frozen=True, slots=True)
class Patience:
    """How long an execution may be silent. `native_s`: a thread passes no point and is in no watched wait. `spin_s`: all threads that are
    awake go round, while no put or get completes and no thread starts or ends. `longest_s`: it has not ended. `most_calls`: so many puts
    and gets of a program have completed, and it has not ended.
    """

    native_s: float = 10.0
    spin_s: float = 5.0
    longest_s: float = 20.0
    most_calls: int = 20_000


class Scene(msgspec.Struct, array_like=True):
    """What was found to run: the mode, and the class or function; `is_sized`: the class's constructor is given a capacity."""

    mode: str
    name: str
    is_sized: bool = True


class Report(msgspec.Struct, array_like=True):
    """An execution in which something may be wrong, judged: values are compared where they are.

    `moves`: all that its threads have done; `stacks`: a sentence for each thread that has not ended; `told`: the execution for a witness.
    """

    number: int
    mode: str
    ending: Ending
    findings: tuple[Finding, ...]
    moves: int = 0
    stacks: tuple[str, ...] = ()
    told: bytes = b""


class Silence(msgspec.Struct, array_like=True):
    """An execution that does not come on. `kind`: "native" (a thread blocks or computes where nothing is watched), "spinning", or "long".

    `findings`: what was wrong before it was cut off; `mode` as in `Report`.
    """

    number: int
    kind: str
    what: str
    loops: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    mode: str = ""


class Ledger(msgspec.Struct, array_like=True):
    """What a batch leaves behind: the number of its last execution, points passed, and what the limits are told from."""

    last: int
    points: int
    limits: tuple[str, ...]
    uncontrolled: tuple[str, ...]
    draws: bool
    has_spawned: bool
    remarks: dict[str, str] = {}


class Board:
    """Memory that child and parent share: written without a system call, and readable when the child has died."""

    _ONE = struct.Struct("=q")
    _HEAD = struct.Struct("=qq")
    _NAME = struct.Struct("=q40s")
    _NAMES = 64

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, self._HEAD.size + self._NAMES * self._NAME.size)

    def note_number(self, number: int) -> None:
        """The child's: which execution begins."""
        self._ONE.pack_into(self._memory, 0, number)

    def note_beat(self, beat: int) -> None:
        """The child's: that its monitor is alive."""
        self._ONE.pack_into(self._memory, self._ONE.size, beat)

    def name(self, slot: int, ident: int, name: str) -> None:
        """The child's: what a thread is called."""
        self._NAME.pack_into(self._memory, self._HEAD.size + slot % self._NAMES * self._NAME.size, ident, name.encode(errors="replace")[:40])

    def read(self) -> tuple[int, int]:
        """The number of the execution, and the beat."""
        number, beat = self._HEAD.unpack_from(self._memory, 0)
        return number, beat

    def names(self) -> dict[int, str]:
        """The names of the latest threads by their identifiers."""
        slots = (self._NAME.unpack_from(self._memory, self._HEAD.size + slot * self._NAME.size) for slot in range(self._NAMES))
        return {ident: name.rstrip(b"\0").decode(errors="replace") for ident, name in slots if ident}

    def close(self) -> None:
        """Gives the memory back."""
        self._memory.close()
