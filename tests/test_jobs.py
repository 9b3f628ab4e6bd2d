"""--jobs: the result is the same for any number of processes, and none of them is left, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent
from typing import Any

import msgspec
import pytest

import harness
from harness.course import Course
from harness.jobs import Crew
from harness.model.result import Result
from harness.strategies import drawn, subtrees
from tests.processes import processes

pytestmark = [
    pytest.mark.lengthy,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork everything is done in this process"),
]

ROOT = Path(__file__).resolve().parent.parent
IMPLEMENTATIONS = ROOT / "implementations"
PIPELINES = ROOT / "tests" / "specimens" / "pipelines"
COUNTED = ROOT / "tests" / "search" / "programs" / "counted.py"

RARE = """
    import threading

    def scenario():
        taken = []

        def walk(name):
            for _ in range(2):
                taken.append(name)

        threads = [threading.Thread(target=walk, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if taken == list("cabcab"):
            REACHED
"""
SLEEPER = """
    import threading, time

    def scenario():
        seen = []

        def late(n):
            time.sleep(n)
            seen.append(n)

        threads = [threading.Thread(target=late, args=(n,)) for n in (1, 2, 3, 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that short searches have many units."""
    for module, first, size in (subtrees, 16, 6), (drawn, 18, 12):
        monkeypatch.setattr(module, "FIRST", first)
        monkeypatch.setattr(module, "SIZE", size)


@pytest.fixture(autouse=True)
def alone() -> None:
    """Beside other threads there are no worker processes, and a target that ends its process would end this one."""
    assert threading.active_count() == 1, f"another test has left threads behind: {threading.enumerate()}"


def checked(target: object, jobs: int, **options: Any) -> Result:
    """The result, less what the clock decides; and no process is left."""
    before = processes()
    result = harness.check(target, jobs=jobs, **options)
    assert processes() <= before
    return msgspec.structs.replace(result, elapsed_s=0.0, executions_per_s=0.0)


def written(folder: Path, source: str, reached: str = "raise AssertionError('it came to that')") -> str:
    file = folder / "target.py"
    file.write_text(dedent(source).replace("REACHED", reached), encoding="utf-8")
    return f"{file}:scenario"


CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "verified": ("verified", f"{IMPLEMENTATIONS / 'condition.py'}:Pipeline", {"producers": 2, "consumers": 2, "messages": 1, "executions": 400}),
    "verified by dpor": ("verified", f"{COUNTED}:inc_3", {"strategy": "dpor"}),
    "verified with the last execution": ("verified", f"{COUNTED}:inc_3", {"strategy": "dpor", "executions": 36}),
    "one too few": ("survived", f"{COUNTED}:inc_3", {"strategy": "dpor", "executions": 35}),
    "survived": ("survived", f"{IMPLEMENTATIONS / 'condition.py'}:Pipeline", {"producers": 2, "consumers": 2, "messages": 2, "executions": 333}),
    "survived by the portfolio": ("survived", f"{IMPLEMENTATIONS / 'double_lock.py'}:Pipeline", {"strategy": "portfolio", "executions": 205, "seed": 5}),
    "no unit is whole": ("survived", f"{IMPLEMENTATIONS / 'double_lock.py'}:Pipeline", {"strategy": "pct", "executions": 23}),
    "both ways": ("survived", str(IMPLEMENTATIONS / "condition.py"), {"strategy": "random", "executions": 120}),
    "program": ("survived", str(IMPLEMENTATIONS / "queue_pipeline.py"), {"mode": "program", "executions": 70}),
    "bounded": ("survived", f"{COUNTED}:inc_4", {"strategy": "bounded", "executions": 60}),
    "failed at once": ("failed", f"{IMPLEMENTATIONS / 'naive.py'}:Pipeline", {}),
    "failed, all": ("failed", f"{IMPLEMENTATIONS / 'naive.py'}:Pipeline", {"all": True, "executions": 150, "strategy": "portfolio"}),
    "failed, all, exhaustively": ("failed", f"{IMPLEMENTATIONS / 'naive.py'}:Pipeline", {"all": True, "executions": 90, "strategy": "dpor", "messages": 2}),
    "sleeps": ("survived", SLEEPER, {}),
    "failed late": ("failed", RARE, {"strategy": "random", "executions": 300, "seed": 2}),
    "failed late in the search": ("failed", RARE, {"strategy": "dpor", "executions": 300}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_result_is_the_same_for_any_number_of_processes(name: str, tmp_path: Path) -> None:
    verdict, target, options = CASES[name]
    if "\n" in target:
        target = written(tmp_path, target)
    options = {"executions": 200, **options}
    alone = checked(target, 1, **options)
    assert (alone.verdict, alone.error) == (verdict, None)
    assert checked(target, 2, **options) == alone
    assert checked(target, 3, **options) == alone


def test_the_schedules_that_are_seen_are_the_same() -> None:
    seen: list[set[int]] = [set(), set()]
    for jobs in (1, 2):
        harness.check(f"{IMPLEMENTATIONS / 'condition.py'}:Pipeline", jobs=jobs, strategy="random", executions=150, seen=seen[jobs - 1])
    assert seen[0] == seen[1]
    assert len(seen[0]) > 50


def test_a_late_failure_was_not_found_at_home(tmp_path: Path) -> None:
    for strategy, first in (("random", 18), ("dpor", 16)):
        (finding,) = checked(written(tmp_path, RARE), 2, strategy=strategy, executions=300, seed=2).errors
        assert finding.executions_to_find > first + 12


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_the_search_must_not_do_in_a_rare_schedule_is_an_error(tmp_path: Path, jobs: int) -> None:
    result = checked(written(tmp_path, RARE, "import os; os.fork()"), jobs, strategy="random", executions=300, seed=2)
    assert result.verdict == "error"
    assert "the target starts a process at target.py:17 in scenario, which cannot be controlled (os.fork)" in str(result.error)
    assert result == checked(written(tmp_path, RARE, "import os; os.fork()"), 1, strategy="random", executions=300, seed=2)


def test_executions_that_hit_the_step_limit_end_a_search_alike(tmp_path: Path) -> None:
    source = """
        import threading

        def scenario():
            taken = []

            def walk(name):
                taken.append(name)
                taken.append(name)
                if taken == list("abab"):
                    n = 0
                    while n < 300_000:
                        n += 1

            threads = [threading.Thread(target=walk, args=(name,)) for name in "abc"]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    """
    options = {"strategy": "random", "executions": 60, "seed": 1}
    alone = checked(written(tmp_path, source), 1, **options)
    assert any("cut off at the step limit" in limit for limit in alone.limits)
    assert checked(written(tmp_path, source), 2, **options) == alone


def test_a_worker_that_is_killed_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {"strategy": "random", "executions": 200}
    target = f"{IMPLEMENTATIONS / 'double_lock.py'}:Pipeline"
    alone = checked(target, 1, **options)
    killed = []
    hand_out = Crew.hand_out

    def hand_out_and_kill(self: Crew, number: int, order: Any) -> None:
        hand_out(self, number, order)
        if number in (2, 5):
            os.kill(self._members[-1].pid, signal.SIGKILL)
            killed.append(number)

    monkeypatch.setattr(Crew, "hand_out", hand_out_and_kill)
    assert checked(target, 2, **options) == alone
    assert killed == [2, 5]


def test_a_worker_that_the_target_ends_is_an_error_in_one_line(tmp_path: Path) -> None:
    result = checked(written(tmp_path, RARE, "import os; os._exit(3)"), 2, strategy="random", executions=300, seed=2)
    assert result.verdict == "error"
    assert str(result.error).endswith("the process of the target ended with status 3 before it had given a result")
    assert "\n" not in str(result.error)


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_command_names_the_line_that_ends_the_process(tmp_path: Path, jobs: int) -> None:
    target = written(tmp_path, RARE, "import os; os._exit(3)")
    command = [sys.executable, "-m", "harness", "check", target, "--strategy", "random", "--executions", "5000", "--jobs", str(jobs)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})
    assert done.returncode == 2
    assert "the target ended the process (os._exit(3)) at target.py:" in done.stdout


def test_what_stalls_a_worker_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.jobs.worker.STALL_S", 0.5)
    reached = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); signal.sigwait([signal.SIGUSR1])"
    result = checked(written(tmp_path, RARE, reached), 2, strategy="random", executions=300, seed=2)
    assert result.verdict == "error"
    assert "it blocks or computes at target.py:" in str(result.error)


def test_beside_other_threads_everything_is_done_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise AssertionError("a process with other threads must not be forked")

    monkeypatch.setattr("harness.jobs.crew.fork", fork)
    release = threading.Event()
    other = threading.Thread(target=release.wait)
    other.start()
    try:
        beside = checked(f"{COUNTED}:inc_3", 2, strategy="dpor", executions=100)
    finally:
        release.set()
        other.join()
    assert (beside.verdict, beside.classes) == ("verified", 36)


def test_ctrl_c_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    crews: list[Crew] = []
    report_of = Crew.report_of

    def interrupted(self: Crew, number: int, beat: Any) -> Any:
        crews.append(self)
        if number == 3:
            raise KeyboardInterrupt
        return report_of(self, number, beat)

    monkeypatch.setattr(Crew, "report_of", interrupted)
    before = processes()
    with pytest.raises(KeyboardInterrupt):
        harness.check(f"{IMPLEMENTATIONS / 'double_lock.py'}:Pipeline", jobs=2, strategy="random", executions=500)
    assert crews
    assert processes() <= before


def test_progress_goes_on_while_others_execute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.campaign.BEAT_S", 0.0)
    monkeypatch.setattr("harness.jobs.worker.BEAT_S", 0.0)
    told: list[int] = []
    harness.check(
        f"{IMPLEMENTATIONS / 'double_lock.py'}:Pipeline", jobs=2, strategy="random", executions=400, on_progress=lambda done, budget: told.append(done)
    )
    assert max(told) > 18
    assert max(told) <= 400


def test_seconds_end_a_search_in_processes_too() -> None:
    before = processes()
    result = harness.check(f"{IMPLEMENTATIONS / 'condition.py'}:Pipeline", jobs=2, strategy="random", executions=10**7, time_s=0.5)
    assert result.verdict == "survived"
    assert 18 < result.executions < 10**7
    assert result.limits[0].startswith(f"the budget of 0.5 s ended the search after {result.executions} executions")
    assert processes() <= before


def test_real_threads_are_not_executed_side_by_side() -> None:
    with pytest.raises(harness.HarnessError, match="jobs is for engine explore"):
        harness.check(str(IMPLEMENTATIONS / "naive.py"), engine="stress", jobs=2)


@pytest.mark.parametrize("jobs", [0, True, 1.5])
def test_a_number_of_processes_that_makes_no_sense_is_refused(jobs: Any) -> None:
    with pytest.raises(harness.HarnessError, match="jobs must be a whole number of at least 1"):
        harness.check(str(IMPLEMENTATIONS / "naive.py"), jobs=jobs)


def test_no_unit_is_executed_here_that_went_well_there(monkeypatch: pytest.MonkeyPatch) -> None:
    homes = []
    execute = Course._execute

    def noted(self: Course, handed: Any) -> int:
        homes.append(handed.unit.is_home)
        return execute(self, handed)

    monkeypatch.setattr(Course, "_execute", noted)
    checked(f"{IMPLEMENTATIONS / 'double_lock.py'}:Pipeline", 2, strategy="random", executions=18 + 12 * 10)
    assert homes.count(True) == 1
    assert len(homes) <= 2, "the last one may be alone on its way"
