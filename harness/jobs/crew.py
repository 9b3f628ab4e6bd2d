"""The processes that execute units for a search: forks them, hands out, and hears what came of it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

from harness.guard.child import RESULT, write_frame
from harness.guard.forked import flush, fork, head, interrupts_held
from harness.guard.parent import STALL_S, reason_of_end
from harness.jobs.report import Order, Report, report_from
from harness.jobs.worker import Job, read_frame, serve
from harness.trial import Trial

LOOK_EVERY_S = 0.1
SPARE_S = 3.0
"""For a process that has closed its connection to come to its end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A process ended before it had reported: why, in one line. `is_killed`: somebody, or the system for want of memory, has killed it."""

    reason: str
    is_killed: bool


class Workforce(Protocol):
    """Whoever executes units beside the search: `Crew`, and `Cluster` on many machines."""

    @property
    def executions(self) -> int: ...

    def hand_out(self, number: int, order: Order) -> None: ...

    def is_handed_out(self, number: int) -> bool: ...

    def report_of(self, number: int, beat: Callable[[], None]) -> Report | Ended: ...

    def close(self) -> None: ...


class _Member:
    """One process, as its parent sees it. `number`: the unit that it executes, None for none."""

    def __init__(self, pid: int, orders: int, reports: int, stacks: IO[bytes]) -> None:
        self.pid = pid
        self.orders = orders
        self.reports = reports
        self.stacks = stacks
        self.number: int | None = None
        self.executions = 0
        self.stack = ""

    def end(self, spare_s: float = 0.0) -> int | None:
        """Waits for the end of the process, and ends it after that time; its status, None if it had not ended by itself."""
        status = None
        deadline = time.monotonic() + spare_s
        with contextlib.suppress(ChildProcessError):
            while status is None and spare_s and time.monotonic() < deadline:
                pid, found = os.waitpid(self.pid, os.WNOHANG)
                status = found if pid else None
                time.sleep(0.002)
            if status is None:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        os.close(self.orders)
        os.close(self.reports)
        self.stack = head(self.stacks)
        self.stacks.close()
        return status


class Crew:
    """Up to `jobs` processes, forked when there is work for them. To be closed: then none is left, whatever it is doing."""

    def __init__(self, trial: Trial, job: Job, jobs: int) -> None:
        self._trial = trial
        self._job = job
        self._jobs = jobs
        self._members: list[_Member] = []
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._reports: dict[int, Report | Ended] = {}

    @staticmethod
    def is_possible() -> bool:
        """Whether this process can be forked safely: not where other threads run, whose locks nobody would give back in the copy."""
        return hasattr(os, "fork") and threading.active_count() == 1

    @property
    def executions(self) -> int:
        """How many have been made in units whose reports have not been asked for."""
        reported = sum(report.executions for report in self._reports.values() if isinstance(report, Report))
        return reported + sum(member.executions for member in self._members)

    def hand_out(self, number: int, order: Order) -> None:
        """Has a unit executed; numbers go up."""
        self._waiting.append((number, order.packed()))
        self._employ()

    def is_handed_out(self, number: int) -> bool:
        """Whether that unit has been, since the last call of `close`."""
        return number in self._reports or any(member.number == number for member in self._members) or any(number == other for other, _ in self._waiting)

    def report_of(self, number: int, beat: Callable[[], None]) -> Report | Ended:
        """What a unit came to; calls `beat` now and then."""
        while number not in self._reports:
            by_descriptor = {member.reports: member for member in self._members}
            for descriptor in select.select([*by_descriptor], [], [], LOOK_EVERY_S)[0]:
                self._hear(by_descriptor[descriptor])
            self._employ()
            beat()
        return self._reports.pop(number)

    def close(self) -> None:
        """Ends all processes and forgets what they were to do."""
        with interrupts_held():
            for member in self._members:
                member.end()
            self._members.clear()
        self._waiting.clear()
        self._reports.clear()

    def _employ(self) -> None:
        """Gives work to whoever has none."""
        while self._waiting:
            idle = next((member for member in self._members if member.number is None), None)
            if idle is None:
                if len(self._members) >= self._jobs:
                    return
                idle = self._fork()
            idle.number, order = self._waiting.popleft()
            try:
                write_frame(idle.orders, RESULT, order)
            except OSError:
                self._lose(idle)

    def _fork(self) -> _Member:
        stacks = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
        theirs, orders = os.pipe()
        reports, ours = os.pipe()
        flush()
        with interrupts_held() as let_through:
            pid = fork()
            if pid == 0:
                others = [orders, reports, *(descriptor for member in self._members for descriptor in (member.orders, member.reports))]
                serve(self._trial, self._job, theirs, ours, stacks.fileno(), others, let_through)
            os.close(theirs)
            os.close(ours)
            member = _Member(pid, orders, reports, stacks)
            self._members.append(member)
        return member

    def _hear(self, member: _Member) -> None:
        frame = read_frame(member.reports)
        if frame is None:
            self._lose(member)
            return
        kind, body = frame
        if kind == RESULT:
            assert member.number is not None
            self._reports[member.number] = report_from(body)
            member.number = None
            member.executions = 0
        else:
            member.executions = int.from_bytes(body, "big")

    def _lose(self, member: _Member) -> None:
        """A process has ended by itself, or nobody knows how."""
        self._members.remove(member)
        status = member.end(SPARE_S)
        if member.number is not None:
            is_killed = status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGTERM)
            self._reports[member.number] = Ended(reason_of_end(status, member.stack, STALL_S), is_killed)
