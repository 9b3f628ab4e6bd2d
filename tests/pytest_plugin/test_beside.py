"""pytest-repeat, xdist, randomly, timeout and cov work beside the plugin; a test for one that is missing is skipped, and named."""

from __future__ import annotations

import json
import re

import pytest

from tests.pytest_plugin.conftest import Project

TESTS = """
    import pytest
    from bank import Account, at_once

    @pytest.mark.interleave(executions=40, strategy="random")
    @pytest.mark.parametrize("amount", [1, 2])
    def test_marked(amount):
        account = Account(10)
        at_once(*[lambda: account.deposit_safely(amount)] * 3)
        assert account.balance == 10 + 3 * amount

    def test_explored(interleave):
        def deposit():
            account = Account(0)
            at_once(lambda: account.deposit_safely(1), lambda: account.deposit_safely(1))
        interleave.explore(deposit, executions=40)
"""


def seeds(project: Project, *arguments: str) -> dict[str, int]:
    """The seed of every test by its name, as the reports of a run hold them."""
    folder = project.pytester.path / "seen"
    for old in folder.glob("*.json"):
        old.unlink()
    project.run(f"--harness-report={folder}", *arguments, source=TESTS)
    return {path.stem: json.loads(path.read_text())["seed"] for path in folder.glob("*.json")}


def test_every_repetition_has_a_seed_of_its_own_and_one_of_them_replays_alone(project: Project) -> None:
    pytest.importorskip("pytest_repeat")
    repeated = seeds(project, "--count=3")
    assert len(repeated) == 9
    assert len(set(repeated.values())) == 9
    alone = seeds(project, "--count=3", "test_it.py::test_marked[2-3-3]")
    assert alone.items() <= repeated.items()
    assert len(alone) == 1
    assert seeds(project, "--count=3", "--repeat-scope=session") == repeated


def test_a_count_of_one_adds_nothing_to_the_seed(project: Project) -> None:
    pytest.importorskip("pytest_repeat")
    assert seeds(project, "--count=1") == seeds(project)
    assert not set(seeds(project).values()) & set(seeds(project, "--harness-seed=1").values())


def test_repetitions_explore_different_schedules(project: Project) -> None:
    pytest.importorskip("pytest_repeat")

    def distinct(*arguments: str) -> int:
        output = project.run(*arguments, "-k", "marked", source=TESTS).stdout.str()
        found = re.search(r"([\d,]+) distinct schedule", output)
        assert found is not None
        return int(found[1].replace(",", ""))

    assert distinct("--count=10") > 2 * distinct()


def test_workers_give_the_same_seeds_and_the_same_sum(project: Project) -> None:
    pytest.importorskip("xdist")
    pytest.importorskip("pytest_repeat")

    def told(*arguments: str) -> tuple[str, dict[str, int]]:
        folder = project.pytester.path / f"seen{len(arguments)}"
        lines = project.run("--count=2", f"--harness-report={folder}", *arguments, source=TESTS).stdout.lines
        found = {path.stem: json.loads(path.read_text())["seed"] for path in folder.glob("*.json")}
        return next(line for line in lines if line.startswith("harness: ")), found

    assert told() == told("-n", "2")


def test_the_order_of_tests_and_the_seed_of_random_change_nothing(project: Project) -> None:
    pytest.importorskip("pytest_randomly")
    expected = seeds(project)
    for seed in (1, 2):
        result = project.pytester.runpytest_inprocess("-p", "randomly", "-p", "no:cacheprovider", f"--randomly-seed={seed}", "--harness-report=randomly")
        result.assert_outcomes(passed=3)
    folder = project.pytester.path / "randomly"
    assert {path.stem: json.loads(path.read_text())["seed"] for path in folder.glob("*.json")} == expected


ENDLESS = """
    import pytest
    from bank import at_once

    @pytest.mark.timeout(0.3)
    @pytest.mark.interleave(strategy="random", executions=1_000_000_000)
    def test_endless():
        at_once(lambda: None, lambda: None)

    @pytest.mark.timeout(0.3)
    @pytest.mark.interleave
    def test_a_step_that_does_not_end():
        def work():
            while True:
                pass
        at_once(work)

    @pytest.mark.interleave(executions=5)
    def test_afterwards():
        at_once(lambda: None, lambda: None)
"""


def test_a_timeout_ends_a_test_wherever_it_is_and_the_next_one_runs(project: Project) -> None:
    pytest.importorskip("pytest_timeout")
    result = project.run("--timeout-method=signal", source=ENDLESS)
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(["*Failed: Timeout*"])
