"""The parent's side of a batch: forks the child, hears it, decides when it is stuck or silent, ends it and all that it started."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import msgspec

from harness.errors import InternalError
from harness.guard import child as guard
from harness.guard.child import HEADER
from harness.guard.forked import Forked, flush, fork, head, interrupts_held, signal_of
from harness.guard.frames import dumped_frames, innermost_of_target, said
from harness.guard.seal import FORGED, SEAL_BYTES, Seal
from harness.stress import messages
from harness.stress.child import Plan, run_batch
from harness.stress.messages import Board, Ledger, Report, Scene, Silence

POLL_S = 0.05
SETTLED_S = 0.09
"""How far apart two looks are that must agree: that there is a deadlock, that a dump of stacks is complete."""
SPARE_S = 3.0
LAST_WORDS_S = 1.0
LARGEST_FRAME = 64 << 20


@dataclass(slots=True)
class Outcome:
    """What became of a batch. `next` is the number of the first execution that it did not come to.

    `refused`: why the target cannot be run, `is_part`: because there is nothing to judge in it by itself. `silence`: the execution that did
    not come on and was ended with the process. `died`: how the process of the target ended before its time, in the execution before `next`.
    """

    next: int
    scene: Scene | None = None
    ledger: Ledger | None = None
    refused: str = ""
    is_part: bool = False
    silence: Silence | None = None
    died: str = ""


def run(plan: Plan, on_report: Callable[[Report], bool], on_beat: Callable[[int], bool]) -> Outcome:
    """Runs one batch in a child process; when this returns or raises, the child and all that it started have gone.

    `on_report` is given every execution in which something may be wrong, `on_beat` now and then the number of the current one; True ends the batch.
    The plan's witness hears what it is told.
    """
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as stacks, contextlib.closing(Board()) as board:
        reader, writer = os.pipe()
        lifeline, held = os.pipe()
        flush()
        with interrupts_held() as let_through:
            pid = fork()
            if pid == 0:
                os.close(reader)
                os.close(held)
                let_through()
                run_batch(plan, board, writer, lifeline, errors.fileno(), stacks.fileno())
            os.close(writer)
            os.close(lifeline)
            batch = _Batch(plan, pid, reader, held, board, stacks)
            try:
                let_through()
                return batch.hear(on_report, on_beat)
            finally:
                batch.close()


class _Batch:
    def __init__(self, plan: Plan, pid: int, reader: int, held: int, board: Board, stacks: IO[bytes]) -> None:
        self._plan = plan
        self._child = Forked(pid)
        self._reader = reader
        self._held = held
        self._board = board
        self._stacks = stacks
        self._unread = bytearray()
        self._seal = Seal(plan.key)
        self._frames: list[tuple[bytes, bytes]] = []
        self._outcome = Outcome(plan.first)
        self._suspect: tuple[int, int, float] | None = None
        self._reason = ""

    def hear(self, on_report: Callable[[Report], bool], on_beat: Callable[[int], bool]) -> Outcome:
        """Until the batch is over, one way or another."""
        outcome = self._outcome
        beat, alive_at = 0, time.monotonic()
        current, begun_at = 0, alive_at
        while True:
            is_over = False
            if select.select([self._reader], [], [], POLL_S)[0]:
                data = os.read(self._reader, 1 << 18)
                is_over = not data
                self._unread += data
            if not self._has_whole_seals():
                outcome.next = self._board.read()[0] + 1
                outcome.died = FORGED
                return outcome
            if any(self._ends_with(kind, body, on_report) for kind, body in self._frames):
                return outcome
            number, new_beat = self._board.read()
            now = time.monotonic()
            if new_beat != beat:
                beat, alive_at = new_beat, now
            if number != current:
                current, begun_at = number, now
            if is_over or (self._child.has_ended() and not select.select([self._reader], [], [], 0)[0]):
                self._child.await_end(LAST_WORDS_S)
                outcome.next = number + 1
                outcome.died = self._reason or self._how_it_died()
                return outcome
            if now - alive_at > self._plan.patience.native_s + SPARE_S:
                outcome.next = number + 1
                outcome.silence = Silence(number, "native", self._who_holds_all())
                return outcome
            if now - begun_at > self._plan.patience.longest_s + SPARE_S:
                # The child's monitor should have spoken first; whatever kept it, no execution lasts for ever.
                outcome.next = number + 1
                outcome.silence = Silence(number, "long", f"it had not ended after {self._plan.patience.longest_s:g} s")
                return outcome
            if on_beat(number):
                outcome.next = number + 1
                return outcome

    def _ends_with(self, kind: bytes, body: bytes, on_report: Callable[[Report], bool]) -> bool:
        """Writes down what the child says; whether the batch is over by that."""
        outcome = self._outcome
        match kind:
            case messages.TOLD:
                if self._plan.witness is not None:
                    self._plan.witness.hear(body)
            case messages.SCENARIO:
                outcome.scene = msgspec.msgpack.decode(body, type=Scene)
            case messages.EXECUTION:
                report = msgspec.msgpack.decode(body, type=Report)
                outcome.next = report.number + 1
                return on_report(report)
            case messages.STUCK:
                report = msgspec.msgpack.decode(body, type=Report)
                if self._is_still_stuck(report):
                    outcome.next = report.number + 1
                    on_report(report)
                    return True
            case messages.SILENT:
                outcome.silence = msgspec.msgpack.decode(body, type=Silence)
                outcome.next = outcome.silence.number + 1
                return True
            case messages.REFUSED | messages.NOTHING:
                outcome.refused = body.decode(errors="replace")
                outcome.is_part = kind == messages.NOTHING
                return True
            case messages.DONE:
                outcome.ledger = msgspec.msgpack.decode(body, type=Ledger)
                outcome.next = outcome.ledger.last + 1
                return True
            case guard.REASON:
                self._reason = body.decode(errors="replace")
            case guard.FAULT:
                first, _, details = body.decode(errors="replace").partition("\n")
                raise InternalError(f"{first} in the stress engine's child\n{details}")
        return False

    def _is_still_stuck(self, report: Report) -> bool:
        """Whether an earlier look found the same execution stuck, and nothing has moved in it since."""
        now = time.monotonic()
        if self._suspect is None or self._suspect[:2] != (report.number, report.moves):
            self._suspect = report.number, report.moves, now
            return False
        return now - self._suspect[2] >= SETTLED_S

    def close(self) -> None:
        """End the child and its whole process group."""
        with interrupts_held():
            self._child.end()
            os.close(self._reader)
            os.close(self._held)

    def _has_whole_seals(self) -> bool:
        """Takes the frames apart that have arrived; whether the child has written all of them."""
        self._frames.clear()
        while len(self._unread) >= HEADER.size:
            kind, length = HEADER.unpack_from(self._unread)
            end = HEADER.size + length
            if not SEAL_BYTES <= length <= LARGEST_FRAME:
                return False
            if len(self._unread) < end:
                break
            body = bytes(self._unread[HEADER.size : end - SEAL_BYTES])
            if self._unread[end - SEAL_BYTES : end] != self._seal.of(kind, body):
                return False
            del self._unread[:end]
            self._frames.append((kind, body))
        return True

    def _how_it_died(self) -> str:
        where = said(innermost_of_target(dumped_frames(self._dump())))
        if self._child.status is None:
            return "the target closed the harness's connection with the process that it runs in"
        if name := signal_of(self._child.status):
            if name == "SIGKILL":
                return "the process of the target was killed (SIGKILL); perhaps the machine ran out of memory"
            return f"the target crashed the Python interpreter ({name}){where}"
        return f"the process of the target ended with status {os.WEXITSTATUS(self._child.status)}{where}"

    def _who_holds_all(self) -> str:
        """Which thread keeps all others from running: the child cannot say, so a signal has its stacks written by C code that needs no lock."""
        with contextlib.suppress(OSError):
            os.kill(self._child.pid, signal.SIGUSR1)
        now = time.monotonic()
        deadline = now + LAST_WORDS_S
        dump, grown_at = "", now
        while now < deadline and not self._child.has_ended():
            # The signal handler writes one thread after the other and does not say when it has done.
            if (more := self._dump()) != dump:
                dump, grown_at = more, now
            elif "most recent call first" in dump and now - grown_at >= SETTLED_S:
                break
            time.sleep(0.005)
            now = time.monotonic()
        waited = f"did not come back for {self._plan.patience.native_s:g} s"
        names = self._board.names()
        for part in dump.split("\n\n"):
            frames = dumped_frames(part)
            heading = part.lstrip().partition(" (most")[0]
            if not frames or "0x" not in heading or innermost_of_target(frames[:1]) is None:
                continue  # it stands in code of ours or of Python's: it waits to be let run
            ident = int(heading.rpartition("0x")[2], 16)
            return f"{names.get(ident, 'a thread')} {waited} and kept all others from running: it blocks or computes{said(frames[0])}"
        return f"the target {waited} and kept the whole interpreter from running{said(innermost_of_target(dumped_frames(dump)))}"

    def _dump(self) -> str:
        return head(self._stacks)
