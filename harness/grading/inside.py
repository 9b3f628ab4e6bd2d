"""The sandboxed child: runs checks of one submission and tells what its executions did. Started as ``python -m harness.grading.inside FD``.

The process itself never runs a line of the submission: it forks for every check. What the fork tells are executions; the parent judges them.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from harness import confirm, forewarn, least
from harness.both_ways import put_together
from harness.checking import check
from harness.errors import HarnessError
from harness.grading import wire
from harness.grading.processes import end_with_parent
from harness.grading.tamper import watch_for_tampering
from harness.grading.telling import StressTeller, Teller
from harness.grading.wire import Job, Writer
from harness.guard.child import Connection, watch_over
from harness.model.result import Result
from harness.targets import find_target

OFTEN_IMPORTED = ("collections", "dataclasses", "datetime", "enum", "itertools", "logging", "math", "os", "random", "string", "sys", "typing")
LATE = ("difflib", "encodings.idna", "harness.report.argue_delivery", "harness.report.argue_endings", "harness.report.argue_state")
MINIMISING_BUDGET = 60_000
"""A class has many mistakes to show: each is made small for a few hundredths of a second, not for one and a half seconds."""
LEAST_BUDGET = 30_000
STEPS_JUDGED = 600
"""Warnings cost no points: they may take some hundredths of a second, not the third of a check."""
MOST_OPEN_FILES = 64
MOST_FILE_BYTES = 16 << 20
LIMIT_OF_PROCESSES = 24
STACK_BYTES = 8 << 20
"""Of a real thread's stack."""

_exit = os._exit


def main() -> NoReturn:
    """Serves jobs from the descriptor that the arguments name until its other end is closed."""
    control, stacks, tier = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    if tier != "bwrap":
        end_with_parent()
    import_all()
    confirm.MINIMISING_BUDGET, forewarn.STEPS_JUDGED = MINIMISING_BUDGET, STEPS_JUDGED
    least.SHRINKING_BUDGET = least.PROVING_BUDGET = LEAST_BUDGET
    quiet()
    os.write(control, b"!")  # ready
    number = 0
    while (head := read_exactly(control, wire.HEADER.size)) is not None:
        kind, length = wire.HEADER.unpack(head)
        body = read_exactly(control, length)
        if kind != wire.JOB or body is None:
            break
        job = msgspec.msgpack.decode(body, type=Job)
        number += 1
        pid = os.fork()
        if pid == 0:
            try:
                if tier != "bwrap":
                    end_with_parent()
                run_check(job, number, control, stacks, tier)
            finally:
                _exit(0)
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            os.write(control, wire.ENDED + status.to_bytes(wire.STATUS_BYTES, "big"))
    _exit(0)


def import_all() -> None:
    """Imports what checks need, and what submissions like to import: once for all of them."""
    for name in (*OFTEN_IMPORTED, *LATE):
        with contextlib.suppress(ImportError):
            __import__(name)


def quiet() -> None:
    """Standard streams lead nowhere: nobody outside reads them."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def read_exactly(descriptor: int, length: int) -> bytes | None:
    """So many bytes, None where the other end has been closed before."""
    data = bytearray()
    while len(data) < length:
        part = os.read(descriptor, min(length - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def run_check(job: Job, number: int, control: int, stacks: int, tier: str) -> None:
    """One check, in a process that is thrown away afterwards."""
    writer = Writer(control, job.key)
    try:
        if tier != "none":
            limit(job)
        faulthandler.enable(file=stacks)
        folder = _laid_out(job, number)
        os.chdir(folder)
        guard = _Guarded(writer)
        watch_over(guard)
        watch_for_tampering(str(folder) + os.sep, guard)
        teller = Teller(job, writer) if job.engine == "explore" else StressTeller(job, writer, guard.enter)
        wound = float("-inf")

        def beat(executions: int, budget: int) -> None:
            nonlocal wound
            if isinstance(teller, Teller):
                teller.flush()
            writer.send(wire.BEAT, b"")
            if time.monotonic() - wound > job.stall_s / 10:
                wound = time.monotonic()
                faulthandler.dump_traceback_later(job.stall_s, exit=True, file=stacks)

        beat(0, 0)
        if isinstance(teller, Teller):
            result = _checked(job, teller, beat)
            teller.flush()
        else:
            result = _check(job, job.mode, job.executions, beat, witness=teller.witness)
            if teller.problem:
                writer.send(wire.REASON, teller.problem.encode(errors="replace")[:400])
                return
        writer.send(wire.RESULT, wire.pack(result))
        writer.send(wire.END, wire.pack(wire.End(teller.executions)))
    except SystemExit as error:
        writer.send(wire.REASON, f"the submission ended the process (sys.exit({error.code!r}))".encode(errors="replace")[:400])
    except MemoryError:
        writer.send(wire.REASON, b"the submission needs more memory than it may have")
    except BaseException as error:
        first = f"{type(error).__name__}: {error}".replace("\n", " ")
        writer.send(wire.FAULT, f"{first}\n{traceback.format_exc()}".encode(errors="replace")[:20_000])


def _laid_out(job: Job, number: int) -> Path:
    """The submission's files in a folder of this check's own."""
    folder = Path("submission").absolute() / str(number)
    for name, data in job.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def _checked(job: Job, teller: Teller, beat: Callable[[int, int], None]) -> Result:
    """The check. Where no mode is given: the class, and the program too as far as the job wants; the program alone where there is no class."""

    def one_way(mode: str | None, executions: int, known: Collection[str] = ()) -> Result:
        return _check(job, mode, executions, beat, told_by=teller.telling, known=known)

    if job.mode is not None:
        return one_way(job.mode, job.executions)
    by_class = one_way("class", job.executions)
    has_class = teller.scenes > 0
    if has_class and not job.program_executions:
        return by_class
    try:
        has_entry = find_target(job.target).has_entry
    except HarnessError:
        has_entry = False
    if not has_entry:
        return by_class
    shown = {finding.kind for finding in by_class.findings if finding.severity == "error"}  # one explanation of a mistake is enough
    by_program = one_way("program", job.program_executions if has_class else job.executions, shown)
    if not has_class:
        return by_class if by_program.verdict == "error" and teller.scenes == 0 else by_program
    if by_program.verdict == "error":
        return msgspec.structs.replace(by_class, limits=(*by_class.limits, f"the program of the file was not judged: {by_program.error}"))
    both = put_together([by_class, by_program], job.executions + job.program_executions, None)
    shares = f"both ways: {by_class.executions:,} executions in class mode and {by_program.executions:,} in program mode"
    return msgspec.structs.replace(both, limits=(shares, *both.limits[1:]))  # the first says that each way had half


def _check(job: Job, mode: str | None, executions: int, beat: Callable[[int, int], None], **options: Any) -> Result:
    return check(
        job.target,
        mode=mode,
        producers=job.producers,
        consumers=job.consumers,
        messages=job.messages,
        capacity=job.capacity,
        engine=job.engine,
        strategy=job.strategy,
        executions=executions,
        order=job.order,
        seed=job.seed,
        all=True,
        on_progress=beat,
        **options,
    )


def limit(job: Job) -> None:
    """What this process may use from now on; a limit that is lower already stays."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threads = job.producers + job.consumers if job.engine == "stress" else 0
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, job.wall_s + 1),
        (resource.RLIMIT_AS, job.memory_bytes + threads * STACK_BYTES),
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
        (resource.RLIMIT_FSIZE, MOST_FILE_BYTES),
        (resource.RLIMIT_NPROC, LIMIT_OF_PROCESSES + threads + (0 if _is_alone() else _processes_of_mine())),
    ]
    for what, most in wanted:
        _, hard = resource.getrlimit(what)
        now = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (now, now))


def _is_alone() -> bool:
    """Whether this is a process namespace of its own, whose processes alone count."""
    return os.getppid() < 10


def _processes_of_mine() -> int:
    """How many threads of all processes this user has: outside a sandbox they count, too."""
    me, found = os.getuid(), 0
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if entry.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{entry}").st_uid == me:
                    found += len(os.listdir(f"/proc/{entry}/task"))
    return found


class _Guarded(Connection):
    """The guard's last words, as a reason on our wire; in a process that executes on real threads, on its own line."""

    def __init__(self, writer: Writer) -> None:
        self._wire = writer
        self._line: Connection | None = None

    def enter(self, line: Connection) -> None:
        self._line = line

    def send(self, kind: bytes, body: bytes) -> None:
        if self._line is not None:
            self._line.send(kind, body[:2000])
        else:
            self._wire.send(wire.REASON, body[:2000])


if __name__ == "__main__":
    main()
