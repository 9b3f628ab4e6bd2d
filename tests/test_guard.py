"""What a target does to its process becomes one line, and nothing is left behind."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.guard import GuardedOutcome, run_guarded
from harness.guard.forked import head
from harness.guard.frames import called_in_library, dumped_frames, innermost_of_target, said

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork the work is done in this process")

Beat = Callable[[int, int], None]
HERE = Path(__file__).name
STALL_S = 1.0
"""The shortest silence that a busy machine does not produce by itself."""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A killed orphan stays in the table until whoever inherited it looks.
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def test_the_result_comes_back_whole_however_large() -> None:
    assert run_guarded(lambda beat: b"abc" * 1_000_000) == GuardedOutcome(b"abc" * 1_000_000)


def test_progress_is_heard_in_order() -> None:
    heard: list[tuple[int, int]] = []

    def work(beat: Beat) -> bytes:
        beat(5, 100)
        beat(9, 100)
        return b"done"

    assert run_guarded(work, on_progress=lambda done, budget: heard.append((done, budget))).result == b"done"
    assert heard == [(0, 0), (5, 100), (9, 100)]


def test_leaving_by_os_exit_names_the_line() -> None:
    def work(beat: Beat) -> bytes:
        os._exit(7)

    reason = run_guarded(work).reason
    assert reason.startswith(f"the target ended the process (os._exit(7)) at {HERE}:")
    assert reason.endswith(" in work")


def test_leaving_by_sys_exit_is_no_fault_of_ours() -> None:
    outcome = run_guarded(lambda beat: sys.exit("enough"))
    assert (outcome.result, outcome.reason, outcome.fault) == (None, "the target ended the process (sys.exit('enough'))", "")


def test_an_exception_of_the_work_is_a_fault_with_its_traceback() -> None:
    def work(beat: Beat) -> bytes:
        raise KeyError("no such\nthing")

    outcome = run_guarded(work)
    assert outcome.fault == r"KeyError: 'no such\nthing'"
    assert "Traceback (most recent call last)" in outcome.details
    assert outcome.reason == ""


def test_a_native_call_that_blocks_is_named() -> None:
    def blocks() -> None:
        threading.Event().wait()

    def work(beat: Beat) -> bytes:
        blocks()
        return b""

    outcome = run_guarded(work, stall_s=STALL_S)
    assert outcome.reason.startswith(f"the target did not come back for 1 s: it blocks or computes at {HERE}:")
    assert " in blocks, where the harness has no control" in outcome.reason
    assert (outcome.stalled_in, outcome.stalled_through) == (__file__, "threading")


def test_native_code_that_never_gives_up_the_interpreter_is_named_too() -> None:
    def computes() -> int:
        return 10**10**8

    outcome = run_guarded(lambda beat: str(computes()).encode(), stall_s=STALL_S)
    assert f"at {HERE}:" in outcome.reason
    assert " in computes, " in outcome.reason


def test_the_module_of_the_library_in_which_a_target_blocks_is_what_it_called_there() -> None:
    library = Path(os.__file__).parent
    event_loop = [(str(library / "selectors.py"), 468, "select"), (str(library / "asyncio" / "runners.py"), 190, "run")]
    assert called_in_library([*event_loop, (__file__, 3, "main"), (str(library / "runpy.py"), 88, "_run_code")]) == "asyncio.runners"
    assert called_in_library([(str(library / "asyncio" / "__init__.py"), 1, "<module>"), (__file__, 3, "main")]) == "asyncio"
    assert called_in_library([(__file__, 3, "main"), (str(library / "runpy.py"), 88, "_run_code")]) == ""
    assert called_in_library([(str(library / "site-packages" / "depot" / "ring.py"), 1, "get"), (__file__, 3, "main")]) == ""
    assert called_in_library(event_loop) == called_in_library([]) == ""


def test_a_beat_keeps_a_long_work_alive() -> None:
    def work(beat: Beat) -> bytes:
        end = time.monotonic() + 1.5 * STALL_S
        while time.monotonic() < end:
            beat(1, 1)
        return b"done"

    assert run_guarded(work, stall_s=STALL_S).result == b"done"


def test_a_crash_of_the_interpreter_is_named() -> None:
    def crashes() -> None:
        ctypes.string_at(0)

    def work(beat: Beat) -> bytes:
        crashes()
        return b""

    reason = run_guarded(work).reason
    assert reason.startswith(f"the target crashed the Python interpreter (SIGSEGV) at {HERE}:")
    assert reason.endswith(" in crashes")


def test_a_killed_process_is_named() -> None:
    def work(beat: Beat) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""

    assert run_guarded(work).reason == "the process of the target was killed (SIGKILL); perhaps the machine ran out of memory"


def test_memory_is_bounded() -> None:
    pytest.importorskip("resource")
    outcome = run_guarded(lambda beat: bytes(1 << 31), memory_bytes=1 << 30)
    assert outcome.reason == "the target needs more memory than it may have"


def forks() -> None:
    os.fork()


def runs_a_command() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=False)


def asks_the_shell() -> None:
    os.system("true")


@pytest.mark.parametrize("start", [forks, runs_a_command, asks_the_shell])
def test_starting_a_process_is_refused_by_line(start: Callable[[], None]) -> None:
    def work(beat: Beat) -> bytes:
        start()
        return b"went on"

    reason = run_guarded(work).reason
    assert reason.startswith("the target starts a process (")
    assert f"at {HERE}:" in reason
    assert f" in {start.__name__}; " in reason


def test_clearing_the_screen_is_let_be() -> None:
    def work(beat: Beat) -> bytes:
        return str(os.system("clear")).encode()

    assert run_guarded(work).result == b"0"


def test_what_the_target_prints_stays_out_of_the_report(capfd: pytest.CaptureFixture[str]) -> None:
    def work(beat: Beat) -> bytes:
        print("to Python's standard output")
        os.write(1, b"to the descriptor")
        os.write(2, b"an error message")
        return b"done"

    assert run_guarded(work).result == b"done"
    assert capfd.readouterr() == ("", "")


def test_the_last_words_on_standard_error_are_kept_for_the_reason() -> None:
    def work(beat: Beat) -> bytes:
        os.write(2, b"x" * 5000 + b"the last words")
        os._exit(1)

    details = run_guarded(work).details
    assert details.endswith("the last words")
    assert len(details) <= 2000


def test_interrupting_the_parent_ends_the_child() -> None:
    pids: list[int] = []

    def work(beat: Beat) -> bytes:
        beat(os.getpid(), 1)
        while True:
            beat(os.getpid(), 1)

    def interrupt(done: int, budget: int) -> None:
        if done:
            pids.append(done)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_guarded(work, on_progress=interrupt)
    assert not is_alive(pids[0])


def test_a_child_that_runs_on_after_its_result_is_ended() -> None:
    def work(beat: Beat) -> bytes:
        threading.Thread(target=threading.Event().wait).start()
        return str(os.getpid()).encode()

    outcome = run_guarded(work)
    assert outcome.result is not None
    assert not is_alive(int(outcome.result))


def test_no_descriptor_is_left_open() -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else -1
    if before < 0:
        pytest.skip("descriptors can be counted under /proc only")
    for _ in range(3):
        run_guarded(lambda beat: b"")
        run_guarded(lambda beat: sys.exit(1))
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_watchdog_of_the_parent_does_not_hang_the_child() -> None:
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(600, file=nowhere)
        try:
            assert run_guarded(lambda beat: b"done", stall_s=STALL_S).result == b"done"
        finally:
            faulthandler.cancel_dump_traceback_later()


def test_without_fork_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    here = os.getpid()
    assert run_guarded(lambda beat: str(os.getpid()).encode()).result == str(here).encode()
    assert run_guarded(lambda beat: sys.exit(3)).reason == "the target ended the process (sys.exit(3))"
    assert run_guarded(lambda beat: bytes(1 // 0)).fault == "ZeroDivisionError: integer division or modulo by zero"


def test_the_innermost_frame_of_the_target_is_neither_ours_nor_pythons() -> None:
    text = f'''Timeout (0:00:10)!
Thread 0x00007f (most recent call first):
  File "{os.path.dirname(os.__file__)}/threading.py", line 655 in wait
  File "/home/ann/naive.py", line 12 in get_message
  File "{Path(sys.modules["harness.guard"].__file__ or "").parent.parent}/campaign.py", line 80 in check
'''
    assert said(innermost_of_target(dumped_frames(text))) == " at naive.py:12 in get_message"


def test_an_installed_package_is_named_only_where_no_other_code_is_on_the_stack() -> None:
    library = ("/usr/lib/python3/site-packages/frob/core.py", 3, "spin")
    assert innermost_of_target([library, ("/home/ann/naive.py", 12, "get")]) == ("/home/ann/naive.py", 12, "get")
    assert innermost_of_target([library]) == library
    assert said(innermost_of_target([("<frozen runpy>", 1, "run")])) == ""


def test_reading_what_a_child_writes_does_not_move_where_it_writes() -> None:
    """A child has its parent's open file, position included: moved while it wrote, its next words fell on its first."""
    with tempfile.TemporaryFile() as file:
        theirs = os.dup(file.fileno())
        try:
            os.write(theirs, b"x" * 100_000)
            assert len(head(file)) == 1 << 16
            os.write(theirs, b"last")
            assert os.fstat(theirs).st_size == 100_004
        finally:
            os.close(theirs)
