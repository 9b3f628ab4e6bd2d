"""What a controlled test leaves in JUnit's XML, in the folder of ``--harness-report`` and in pytest's last lines."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as xml
from pathlib import Path

from tests.pytest_plugin.conftest import Project
from tests.pytest_plugin.test_marker import RACE


def test_junit_holds_verdict_executions_seed_and_schedule(project: Project) -> None:
    project.run("--junit-xml=out.xml", source=RACE)
    case = xml.parse(project.pytester.path / "out.xml").find(".//testcase")
    assert case is not None
    properties = {element.get("name"): element.get("value") or "" for element in case.iter("property")}
    assert properties["verdict"] == "failed"
    assert properties["executions"].isdigit()
    assert properties["seed"].isdigit()
    assert properties["schedule"].startswith("h1:")


def test_the_report_folder_holds_a_page_and_a_result_for_every_test(project: Project) -> None:
    project.run("--harness-report=out", source=RACE + RACE.replace("two_deposits", "safe").replace("deposit(1)", "deposit_safely(1)"))
    found = {path.name for path in (project.pytester.path / "out").iterdir()}
    assert found == {"test_it-test_two_deposits.json", "test_it-test_two_deposits.html", "test_it-test_safe.json", "test_it-test_safe.html"}
    failed = json.loads((project.pytester.path / "out" / "test_it-test_two_deposits.json").read_text())
    assert (failed["verdict"], failed["mode"], failed["target"]) == ("failed", "function", "test_it.py::test_two_deposits")
    assert failed["findings"][0]["replay"].startswith("pytest --harness-replay=h1:")
    assert "update is gone" in (project.pytester.path / "out" / "test_it-test_two_deposits.html").read_text()


def test_a_folder_that_cannot_be_written_is_named(project: Project) -> None:
    result = project.run("--harness-report=bank.py", source=RACE)
    assert result.ret != 0
    (result.stdout if "cannot be written" in result.stdout.str() else result.stderr).fnmatch_lines(["*--harness-report: cannot be written to bank.py*"])


def test_the_sum_counts_schedules_that_differ_and_not_executions(project: Project) -> None:
    source = """
        import pytest
        from bank import at_once

        @pytest.mark.interleave(executions=50, strategy="random")
        def test_it():
            at_once(lambda: None)
    """
    result = project.run(source=source)
    result.stdout.fnmatch_lines(["harness: 1 test, 50 executions, * distinct schedules, 0 findings*"])
    assert "50 distinct" not in result.stdout.str()


def test_a_session_without_controlled_tests_says_nothing_of_them(project: Project) -> None:
    assert "harness:" not in project.run(source="def test_it():\n    pass\n").stdout.str()


def test_a_session_of_many_tests_keeps_no_result_of_those_that_are_over(project: Project) -> None:
    project.write(
        "conftest",
        """
        import gc

        def counted():
            gc.collect()
            kept = [type(found).__name__ for found in gc.get_objects() if str(type(found).__module__).startswith("harness.")]
            return [kept.count(name) for name in ("Ran", "VirtualThread", "Explore")]

        before = counted()

        def pytest_sessionfinish(session):
            print("KEPT", "of Ran, VirtualThread, Explore:", *(now - then for now, then in zip(counted(), before)))
    """,
    )
    project.write(
        "test_it",
        """
        import pytest
        from bank import Account, at_once

        @pytest.mark.parametrize("n", range(20))
        @pytest.mark.interleave(executions=5)
        def test_it(n):
            account = Account(10)
            at_once(lambda: account.deposit_safely(1), lambda: account.deposit_safely(1))
    """,
    )
    result = project.run("-s")
    result.assert_outcomes(passed=20)
    result.stdout.fnmatch_lines(["*KEPT * 0 0 0"])


def test_the_example_of_the_readme_runs_as_it_is_printed(project: Project) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name in ("bank", "test_bank"):
        (block,) = re.findall(rf"^```python\n(# {name}\.py\n.*?)^```", text, re.MULTILINE | re.DOTALL)
        project.write(name, block)
    done = project.run("test_bank.py", "--harness-report=told")
    done.assert_outcomes(failed=2)
    said = done.stdout.str()
    told = re.search(r'Here both fail: "(.*?)"', text, re.DOTALL)
    assert told is not None
    assert " ".join(said.split()).count(" ".join(told[1].split())) == 2
    assert "written: a page and a JSON result for every controlled test, in told" in said
    assert len(list((project.pytester.path / "told").glob("*.html"))) == 2
    line, _ = re.findall(r"^pytest (--harness-replay=\S+ \S+)$", said, re.MULTILINE)
    again = project.run(*line.split())
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["harness: 1 test, 1 execution, 1 finding (--harness-seed=0)"])
