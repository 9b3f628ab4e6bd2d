"""A sandboxed child as its parent sees it: started, given checks, heard, and ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from harness.errors import InternalError
from harness.grading import wire
from harness.grading.processes import children, end_tree, is_running
from harness.grading.tiers import Tier, bubblewrap
from harness.grading.wire import Job, Reader
from harness.guard.forked import head, signal_of
from harness.guard.frames import dumped_frames, innermost_of_target, said
from harness.guard.seal import FORGED, BrokenSeal

START_S = 60.0
SPARE_S = 2.0
"""How much longer than the stall limit the parent waits: the child's own watchdog knows the stack and should speak first."""
MOST_BYTES = 192 << 20
MOST_PROCESSES = 64
MODULE = "harness.grading.inside"


@dataclass(slots=True)
class Heard:
    """What came of one check beside its executions. `reason`: why it has no proper end; `fault`: what went wrong in the harness itself."""

    result: bytes | None = None
    end: bytes | None = None
    reason: str = ""
    fault: str = ""
    stacks: str = field(default="", repr=False)

    def took(self, kind: bytes, frame: bytes) -> bool:
        """Writes down a frame that tells of the check and not of an execution; whether it is such a one."""
        match kind:
            case wire.RESULT:
                self.result = frame
            case wire.END:
                self.end = frame
            case wire.REASON:
                self.reason = self.reason or frame.decode(errors="replace")
            case wire.FAULT:
                self.fault = frame.decode(errors="replace")
            case wire.BEAT:
                pass
            case _:
                return False
        return True


class Sandbox:
    """One child process and what is below it; to be closed. It serves the checks of one submission, one after the other."""

    def __init__(self, tier: Tier, cache: str) -> None:
        self._tier = tier
        self._folder = "" if tier.name == "bwrap" else tempfile.mkdtemp(prefix=f"harness-submission-{os.getpid()}-")
        self._stacks: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        self._own, theirs = socket.socketpair()
        with theirs:
            inside = [sys.executable, "-s", "-P", "-X", f"pycache_prefix={cache}", "-m", MODULE]
            command = [*inside, str(theirs.fileno()), str(self._stacks.fileno()), tier.name]
            options: dict[str, Any] = {"cwd": self._folder or "/", "env": {"PYTHONHASHSEED": "0", "HOME": self._folder, "LC_ALL": "C.UTF-8"}}
            if tier.name == "bwrap":
                command = bubblewrap([cache], command)
                options["env"] = {"PATH": os.environ.get("PATH", os.defpath)}
            elif tier.user is not None:
                os.chown(self._folder, tier.user, tier.user)
                options |= {"user": tier.user, "group": tier.user, "extra_groups": []}
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stacks,
                pass_fds=(theirs.fileno(), self._stacks.fileno()),
                start_new_session=True,
                **options,
            )
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Of the outermost process."""
        return self._process.pid

    def check(self, job: Job, heard: Heard) -> Iterator[tuple[bytes, bytes]]:
        """Has the child run a check; what it tells, frame by frame. What else came of it is written to `heard`.

        Where `heard.end` is None afterwards, or anything was left behind, the sandbox is of no further use.
        """
        self.await_ready()
        body = wire.pack(job)
        self._own.settimeout(START_S)
        self._own.sendall(wire.HEADER.pack(wire.JOB, len(body)) + body)
        reader = Reader(job.key)
        began = alive_at = looked_at = time.monotonic()
        received = n_processes = 0
        while True:
            has_news = bool(select.select([self._own], [], [], 0.1)[0])
            now = time.monotonic()
            if has_news:
                data = self._own.recv(1 << 18)
                alive_at = now
                received += len(data)
                if not data:
                    heard.reason = heard.reason or self._how_it_ended(None)
                    return
                try:
                    for kind, frame in reader.feed(data):
                        if kind == wire.ENDED:
                            if heard.end is None:
                                heard.reason = heard.reason or self._how_it_ended(int.from_bytes(frame, "big"))
                            return
                        if not heard.took(kind, frame) and heard.end is None:
                            yield kind, frame
                except BrokenSeal:
                    heard.end = None
                    heard.reason = FORGED
                    return
            if self._tier.name == "rlimit" and now - looked_at > 0.5:
                looked_at = now
                n_processes = len(children(self._process.pid))
            if reason := self._overran(job, received, now - began, now - alive_at, n_processes):
                heard.end = None
                heard.reason = heard.reason or reason
                return

    def _overran(self, job: Job, received: int, took_s: float, silent_s: float, n_processes: int) -> str:
        if received > MOST_BYTES:
            return f"it told more than {MOST_BYTES >> 20} MiB"
        if took_s > job.wall_s:
            return f"it had not ended after {job.wall_s} s{self._where()}"
        if silent_s > job.stall_s + SPARE_S:
            return f"it did not come back for {job.stall_s:g} s{self._where()}"
        return f"it started {n_processes} processes" if n_processes > MOST_PROCESSES else ""

    def close(self) -> int:
        """End the child and all that it started; how many processes were left that should have ended by themselves (0 for bwrap: the kernel ends them)."""
        left = 0
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._tier.name != "bwrap":
            left = end_tree(self._process.pid, set())
        self._process.kill()
        self._process.wait()
        self._own.close()
        self._stacks.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        return left

    def await_ready(self) -> None:
        """Until the child has imported everything. Raises InternalError where it does not come up."""
        if self._is_ready:
            return
        self._own.settimeout(START_S)
        try:
            first = self._own.recv(1)
        except OSError:
            first = b""
        if first != b"!":
            raise InternalError(f"a sandbox of tier {self._tier.name} could not be started: {self._dump().strip()[-800:] or 'it said nothing'}")
        self._is_ready = True

    def _how_it_ended(self, status: int | None) -> str:
        dump = self._dump()
        where = self._where()
        if dump.lstrip().startswith("Timeout"):
            return f"it did not come back in time: it blocks or computes{where}, where the harness has no control"
        if status is None:
            return f"the sandbox it ran in was ended{where}"
        if name := signal_of(status):
            words = {
                "SIGKILL": "its process was killed (SIGKILL), by itself or because memory ran out",
                "SIGXCPU": "it used up its processor time",
                "SIGXFSZ": "it wrote a file that is too large",
            }
            return words.get(name, f"it crashed the Python interpreter ({name})") + where
        return f"its process ended with status {os.WEXITSTATUS(status)} before the check was over{where}"

    def _where(self) -> str:
        return said(innermost_of_target(dumped_frames(self._dump())))

    def _dump(self) -> str:
        return head(self._stacks)


def read_result(data: bytes | None, kind: Any) -> Any:
    """A message of the child's, strictly; None where it is none."""
    if data is None:
        return None
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError):
        return None


@contextlib.contextmanager
def compiled_harness() -> Iterator[str]:
    """A folder with the harness's modules compiled, for children that may not write any; saves each of them a second."""
    sweep(Path(tempfile.gettempdir()))
    folder = tempfile.mkdtemp(prefix=f"harness-compiled-{os.getpid()}-")
    try:
        os.chmod(folder, 0o755)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        compile_all = [sys.executable, "-s", "-P", "-X", f"pycache_prefix={folder}", "-c", f"import {MODULE} as inside; inside.import_all()"]
        done = subprocess.run(compile_all, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise InternalError(f"the sandboxed child cannot be imported: {done.stderr.strip()[-800:]}")
        yield folder
    finally:
        remove(Path(folder))


def remove(folder: Path, patience_s: float = 2.0) -> None:
    """Removes a folder, in which a child that has just been killed may still put a file; what is left after that time the next run sweeps away."""
    given_up_at = time.monotonic() + patience_s
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > given_up_at:
            return
        time.sleep(0.01)


def sweep(folder: Path) -> None:
    """Removes what graders that were killed have left in the folder for temporary files: their names hold the process that made them."""
    for left in folder.glob("harness-*-*"):
        made_by = re.fullmatch(r"harness-(?:compiled|submission)-(\d+)-\w+", left.name)
        with contextlib.suppress(OSError):
            if made_by is not None and left.lstat().st_uid == os.getuid() and not is_running(int(made_by[1])):
                shutil.rmtree(left)
