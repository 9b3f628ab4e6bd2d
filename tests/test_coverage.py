"""coverage.py measures controlled code as it measures a plain run: the same lines, under the core and the settings that README names.

Each row of ENGINES is a way to run the target's scenario; a run on real threads, unchanged, is what it is compared with.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

coverage = pytest.importorskip("coverage")

CONFIG = """
[run]
core = ctrace
concurrency = thread, greenlet
branch = {branch}
parallel = true
data_file = {folder}/data
include = */target.py
"""
TARGET = """
    import threading
    from contextlib import contextmanager
    from concurrent.futures import ThreadPoolExecutor


    class Box:
        limit: int = 3

        def __init__(self):
            self.items = []
            self.lock = threading.Lock()
            self.is_full = threading.Event()

        @property
        def size(self):
            return len(
                self.items
            )

        @contextmanager
        def held(self):
            self.lock.acquire()
            try:
                yield self
            finally:
                self.lock.release()

        def add(self, item):
            with self.held() as box:
                box.items.append(item)
                if box.size >= self.limit:
                    self.is_full.set()
                elif self.size > 100:
                    raise AssertionError(
                        "never"
                    )

        def drain(self):
            self.is_full.wait()
            try:
                total = sum(
                    item
                    for item in self.items
                    if item is not None
                )
                return {}["missing"] + total
            except KeyError as error:
                return [
                    f"{n}: {error!r}" for n in range(2)
                ]
            except TypeError:
                return None


    def never_called(box):
        box.items.clear()
        return [item for item in box.items]


    def scenario():
        box = Box()
        pick = lambda n: (
            n * 2 if n else 0
        )
        waiting = threading.Thread(target=box.drain)
        waiting.start()
        with ThreadPoolExecutor(2) as pool:
            for done in pool.map(box.add, map(pick, range(3))):
                assert done is None
        waiting.join()
        while box.size > 0:
            box.items.pop()
        else:
            box.limit = 0
        match box.limit:
            case 1:
                raise AssertionError
            case _:
                pass
"""
PLAIN = "import runpy; runpy.run_path({target!r})['scenario']()"
EXPLORED = "import harness; r = harness.check({target!r} + ':scenario', executions=20); assert r.verdict == 'survived', (r.error, r.findings)"
ENGINES = {"explore": EXPLORED}
"""By engine: the code that runs the scenario."""


def measured(folder: Path, code: str, branch: bool) -> tuple[set[int], set[tuple[int, int]]]:
    """The lines and the arcs of the target that were executed while `code` ran."""
    folder.mkdir()
    target = folder.parent / "target.py"
    target.write_text(dedent(TARGET), encoding="utf-8")
    (folder / "rc").write_text(CONFIG.format(folder=folder, branch=branch), encoding="utf-8")
    (folder / "main.py").write_text(code.format(target=str(target)), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    run = subprocess.run(
        [sys.executable, "-m", "coverage", "run", f"--rcfile={folder / 'rc'}", str(folder / "main.py")], capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
    lines: set[int] = set()
    arcs: set[tuple[int, int]] = set()
    for path in folder.glob("data*"):
        data = coverage.CoverageData(basename=str(path))
        data.read()
        for file in data.measured_files():
            lines.update(data.lines(file) or ())
            arcs.update(data.arcs(file) or ())
    return lines, arcs


@pytest.mark.parametrize("engine", ENGINES)
def test_the_lines_of_a_controlled_run_are_those_of_a_plain_run(tmp_path: Path, engine: str) -> None:
    plain, _ = measured(tmp_path / "plain", PLAIN, branch=False)
    controlled, _ = measured(tmp_path / engine, ENGINES[engine], branch=False)
    source = dedent(TARGET).splitlines()
    never = {source.index(line) + 1 for line in source if "clear()" in line or "return None" in line}
    assert plain
    assert not never & plain
    assert controlled == plain


@pytest.mark.parametrize("engine", ENGINES)
def test_the_branches_of_a_controlled_run_are_those_of_a_plain_run(tmp_path: Path, engine: str) -> None:
    _, plain = measured(tmp_path / "plain", PLAIN, branch=True)
    _, controlled = measured(tmp_path / engine, ENGINES[engine], branch=True)
    # a step from a line to itself is no branch: the point of a loop's turn stands on the line of its test
    assert {(start, end) for start, end in controlled if start != end} == {(start, end) for start, end in plain if start != end}


def test_pytest_cov_measures_a_marked_test_and_what_its_threads_call(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_cov")
    pytester.makepyfile(
        bank="""
        import threading

        class Account:
            balance = 0

            def deposit(self, amount):
                self.balance += amount
                if amount < 0:
                    raise ValueError(
                        amount
                    )

        def at_once(*calls):
            threads = [threading.Thread(target=call) for call in calls]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
        test_it="""
        import pytest
        from bank import Account, at_once

        @pytest.mark.interleave(executions=20)
        def test_marked():
            account = Account()
            at_once(lambda: account.deposit(1))
        """,
    )
    pytester.makefile(".coveragerc", **{"": "[run]\ncore = ctrace\nconcurrency = thread, greenlet\n"})
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:cacheprovider", "--cov=bank", "--cov-report=term-missing")
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines([r"bank\.py +\d+ +1 +\d+% +9"])
