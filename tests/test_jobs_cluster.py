"""--cluster: a search shared by the workers of a Dask scheduler comes to what one process comes to, also where a worker is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import harness
from harness.errors import HarnessError
from harness.jobs import cluster as of_dask
from harness.model.result import Result
from harness.strategies import drawn, subtrees
from tests.local_cluster import local_cluster

pytestmark = [pytest.mark.lengthy, pytest.mark.dask, pytest.mark.filterwarnings("ignore")]

ROOT = Path(__file__).resolve().parent.parent
RACE = """
import threading
import late

class Pipeline:
    def __init__(self, capacity):
        self.messages = []
        self.capacity = capacity
        self.condition = threading.Condition()

    def put(self, message):
        with self.condition:
            while len(self.messages) >= self.capacity:
                self.condition.wait()
            self.messages.append(late.same(message))
            self.condition.notify_all()

    def get(self):
        with self.condition:
            while not self.messages:
                self.condition.wait()
            self.condition.notify_all()
            return self.messages.pop(0)

if __name__ == "__main__":
    pipeline = Pipeline(1)
    threads = [threading.Thread(target=pipeline.put, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    print([pipeline.get() for _ in threads])
    for thread in threads:
        thread.join()
"""


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that short searches have many units."""
    for module, first, size in (subtrees, 16, 60), (drawn, 18, 60):
        monkeypatch.setattr(module, "FIRST", first)
        monkeypatch.setattr(module, "SIZE", size)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with local_cluster() as started:
        yield started


def comparable(result: Result) -> Result:
    """The result, less what the clock decides."""
    return msgspec.structs.replace(result, elapsed_s=0, executions_per_s=0)


@pytest.fixture
def handed_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the units whose reports came from a worker."""
    numbers: list[int] = []
    report_of = of_dask.Cluster.report_of

    def heard(self: Any, number: int, beat: Any) -> Any:
        report = report_of(self, number, beat)
        if not isinstance(report, of_dask.Ended):
            numbers.append(number)
        return report

    monkeypatch.setattr(of_dask.Cluster, "report_of", heard)
    return numbers


@pytest.mark.parametrize(
    ("target", "strategy"),
    [
        ("implementations/condition.py", "auto"),
        ("implementations/condition.py", "random"),
        ("implementations/flawed/if_for_while.py", "auto"),
        ("implementations/flawed/if_for_while.py", "portfolio"),
    ],
)
def test_the_result_is_that_of_one_process(target: str, strategy: str, cluster: Any, handed_out: list[int]) -> None:
    options: dict[str, Any] = {"mode": "class", "producers": 2, "consumers": 2, "messages": 1, "strategy": strategy, "executions": 900, "all": True}
    here = harness.check(str(ROOT / target), **options)
    there = harness.check(str(ROOT / target), cluster=cluster.scheduler_address, **options)
    assert comparable(there) == comparable(here)
    assert handed_out


def test_a_program_and_what_it_imports_are_found_on_the_workers(tmp_path: Path, cluster: Any, handed_out: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "late.py").write_text("def same(message):\n    return message\n")
    (tmp_path / "race.py").write_text(RACE)
    monkeypatch.chdir(tmp_path)
    options: dict[str, Any] = {"executions": 1200, "strategy": "random"}
    here = harness.check("race.py", **options)
    there = harness.check("race.py", cluster=cluster.scheduler_address, **options)
    assert here.mode == "class+program"
    assert comparable(there) == comparable(here)
    assert handed_out


def test_a_worker_that_is_killed_costs_nothing(monkeypatch: pytest.MonkeyPatch, handed_out: list[int]) -> None:
    target = str(ROOT / "implementations" / "condition.py")
    options: dict[str, Any] = {"mode": "class", "producers": 2, "consumers": 2, "messages": 2, "strategy": "dpor", "executions": 3000}
    here = harness.check(target, **options)
    with local_cluster() as started:
        victim = next(iter(started.workers.values())).process.pid
        report_of = of_dask.Cluster.report_of

        def heard(self: Any, number: int, beat: Any) -> Any:
            report = report_of(self, number, beat)
            if len(handed_out) == 3:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            return report

        monkeypatch.setattr(of_dask.Cluster, "report_of", heard)
        there = harness.check(target, cluster=started.scheduler_address, **options)
    assert len(handed_out) > 6
    assert comparable(there) == comparable(here)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(HarnessError, match=r"--cluster needs Dask: pip install 'race-harness\[cluster\]'"):
        harness.check(str(ROOT / "implementations" / "condition.py"), cluster="tcp://127.0.0.1:1")


def test_a_file_that_is_another_one_there_is_said_in_one_line(tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "pipeline.py"
    target.write_text((ROOT / "implementations" / "condition.py").read_text())
    monkeypatch.setattr("harness.jobs.setup._digest", lambda file: "another")
    result = harness.check(str(target), producers=2, consumers=2, mode="class", cluster=cluster.scheduler_address)
    assert result.verdict == "error"
    assert result.error == f"--cluster: {target} is not there, or another file: the target must stand at the same place on every machine"


def test_what_cannot_be_shared_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="for a target that is named"):
        harness.check(lambda: None, cluster="tcp://127.0.0.1:1")
    command = [sys.executable, "-m", "harness", "check", str(ROOT / "implementations" / "condition.py"), "--cluster", "tcp://127.0.0.1:1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "no scheduler answers" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
