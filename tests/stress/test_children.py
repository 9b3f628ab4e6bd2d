"""What a target does to its process costs one execution, is named, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

import harness
from harness.stress.messages import Patience
from tests.interrupts import heed_interrupts
from tests.processes import processes
from tests.stress.conftest import campaign_on

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="engine stress needs fork")

Write = Callable[[str], Path]
SHORT = Patience(native_s=1.0)
"""The shortest silence that a busy machine does not produce by itself."""

BLOCKS = """
    import os, threading

    def stand_still():
        reader, writer = os.pipe()
        os.read(reader, 1)

    def scenario():
        thread = threading.Thread(target=stand_still, name="reader")
        thread.start()
        thread.join()
"""

COMPUTES = """
    import threading

    def compute():
        return 10 ** 10 ** 8

    def scenario():
        thread = threading.Thread(target=compute, name="counter")
        thread.start()
        thread.join()
"""

DEADLOCK = """
    import threading

    def scenario():
        first = threading.Lock()
        first.acquire()
        thread = threading.Thread(target=first.acquire)
        thread.start()
        thread.join()
"""

DIES = """
    import os, threading

    def die():
        os.{how}

    def scenario():
        thread = threading.Thread(target=die)
        thread.start()
        thread.join()
"""


def what_is_there() -> tuple[set[int], set[str], int, int]:
    """Processes, files in the temporary folder, threads and open descriptors."""
    return (
        processes(),
        {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("tmp")},
        len(os.listdir("/proc/self/task")),
        len(os.listdir("/proc/self/fd")),
    )


def assert_nothing_was_added_to(before: tuple[set[int], set[str], int, int]) -> None:
    """What another test had left may have gone meanwhile."""
    processes, files, threads, descriptors = what_is_there()
    assert (processes - before[0], files - before[1]) == (set(), set())
    assert threads <= before[2]
    assert descriptors <= before[3]


def test_a_native_call_that_blocks_is_named_by_thread_and_line(write: Write) -> None:
    campaign, error = campaign_on(f"{write(BLOCKS)}:scenario", 3, patience=SHORT)
    assert "execution 1: reader did not come back for 1 s: it blocks or computes at target.py:6 in stand_still, where the harness has no control" in error
    assert "and 2 more of 3 executions" in error
    assert campaign.findings == {}


@pytest.mark.lengthy
def test_native_code_that_keeps_the_interpreter_is_named_by_thread_and_line(write: Write) -> None:
    _, error = campaign_on(f"{write(COMPUTES)}:scenario", 1, patience=Patience(native_s=6.0))  # it must get as far as the computation first
    assert "execution 1: counter did not come back for 6 s and kept all others from running: it blocks or computes at target.py:5 in compute" in error


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("_exit(7)", "the target ended the process (os._exit(7)) at target.py:5 in die"),
        ("abort()", "the target crashed the Python interpreter (SIGABRT) at target.py:5 in die"),
        ("kill(os.getpid(), 9)", "the process of the target was killed (SIGKILL)"),
        ("fork()", "the target starts a process (os.fork) at target.py:5 in die"),
    ],
)
def test_a_process_that_dies_costs_only_its_execution_and_is_told(how: str, said: str, write: Write) -> None:
    campaign, error = campaign_on(f"{write(DIES.format(how=how))}:scenario", 3)
    assert campaign.executions == 3
    assert f"execution 1: {said}" in error
    assert "and 2 more of 3 executions" in error


def test_a_death_does_not_hide_a_finding_of_another_execution(write: Write) -> None:
    path = write(
        """
        import os, threading, pathlib

        def scenario():
            marks = pathlib.Path(__file__).with_suffix(".marks")
            with open(marks, "a") as file:
                file.write("x")
            if len(marks.read_text()) == 1:
                os._exit(3)
            assert False, "the second execution fails"
        """
    )
    result = harness.check(f"{path}:scenario", engine="stress", executions=5)
    assert (result.verdict, [finding.kind for finding in result.findings]) == ("failed", ["assertion"])
    assert result.findings[0].executions_to_find == 2
    assert any("execution 1: the target ended the process (os._exit(3))" in limit for limit in result.limits)


def test_top_level_code_that_waits_for_ever_cannot_be_loaded(write: Write) -> None:
    _, error = campaign_on(str(write("import threading\nthreading.Semaphore(0).acquire()\n")), 5)
    assert error.endswith("its top-level code waits for ever, so it cannot be loaded")


def test_ctrl_c_ends_it_all(write: Write) -> None:
    path = write("import threading, time\ndef scenario():\n    print('begun', file=open(__file__ + '.begun', 'w'), flush=True)\n    time.sleep(60)\n")
    run = subprocess.Popen(
        [sys.executable, "-m", "harness", "check", f"{path}:scenario", "--engine", "stress"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    try:
        begun = Path(f"{path}.begun")
        while not begun.exists():
            assert run.poll() is None, run.communicate()
            os.sched_yield()
        (child,) = [int(pid) for pid in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()]
        run.send_signal(signal.SIGINT)
        said = run.communicate(timeout=60)
    finally:
        run.kill()
        run.wait()
    assert run.returncode == 130, said
    assert not Path(f"/proc/{child}").exists()
    assert "Traceback" not in said[1]


def test_a_child_whose_parent_dies_ends_too(write: Write) -> None:
    path = write("import threading, time\ndef scenario():\n    print('begun', file=open(__file__ + '.begun', 'w'), flush=True)\n    time.sleep(60)\n")
    run = subprocess.Popen([sys.executable, "-m", "harness", "check", f"{path}:scenario", "--engine", "stress"], stderr=subprocess.DEVNULL)
    try:
        while not Path(f"{path}.begun").exists():
            assert run.poll() is None
            os.sched_yield()
        (child,) = [int(pid) for pid in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()]
    finally:
        run.kill()
        run.wait()
    while _lives(child):
        os.sched_yield()


@pytest.fixture
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests may run at the same time, and leave files in the common one for a moment."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.usefixtures("own_temporary_folder")
def test_nothing_is_left_after_a_deadlock_a_death_and_a_hang(write: Write) -> None:
    before = what_is_there()
    for source in (DEADLOCK, DIES.format(how="abort()")):
        campaign_on(f"{write(source)}:scenario", 2)
    campaign_on(f"{write(BLOCKS)}:scenario", 1, patience=SHORT)
    assert_nothing_was_added_to(before)


@pytest.mark.lengthy
@pytest.mark.usefixtures("own_temporary_folder")
def test_nothing_is_left_after_a_hundred_deadlocks_twenty_hangs_and_twenty_killed_children(write: Write) -> None:
    before = what_is_there()
    path = write(DEADLOCK)
    for seed in range(100):
        campaign, error = campaign_on(f"{path}:scenario", 1, seed=seed)
        assert (list(campaign.findings), error) == (["deadlock"], "")
    path = write(BLOCKS)
    for seed in range(20):
        assert "reader did not come back" in campaign_on(f"{path}:scenario", 1, seed=seed, patience=SHORT)[1]
    path = write(DIES.format(how="kill(os.getpid(), 9)"))
    for seed in range(20):
        assert "was killed" in campaign_on(f"{path}:scenario", 1, seed=seed)[1]
    assert_nothing_was_added_to(before)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
