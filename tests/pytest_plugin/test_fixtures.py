"""Fixtures of function scope are made anew for every execution, under control; wider ones once, and all of pytest's own simply work."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project


def test_function_scope_is_set_up_and_torn_down_for_each_execution_and_module_scope_once(project: Project) -> None:
    project.run(
        source="""
        import pytest
        from bank import Account, at_once

        log = []

        @pytest.fixture(scope="module")
        def wide():
            log.append("wide up")
            yield
            assert log.count("up") == log.count("down") >= 40

        @pytest.fixture
        def account(wide):
            log.append("up")
            yield Account(10)
            log.append("down")

        @pytest.mark.interleave(executions=40)
        @pytest.mark.parametrize("amount", [1, 2])
        def test_deposits(account, amount, request):
            assert account.balance == 10
            assert request.getfixturevalue("account") is account
            at_once(lambda: account.deposit_safely(amount), lambda: account.deposit_safely(amount))
            assert account.balance == 10 + 2 * amount

        def test_afterwards(account):
            assert log.count("wide up") == 1
            assert log.count("up") == log.count("down") + 1 > 80
    """
    ).assert_outcomes(passed=3)


def test_threads_of_a_fixture_are_under_control_too(project: Project) -> None:
    result = project.run(
        source="""
        import threading
        import pytest
        from bank import Account

        @pytest.fixture
        def account():
            account = Account(10)
            thread = threading.Thread(target=account.deposit, args=(1,))
            thread.start()
            yield account
            thread.join()
            assert account.balance == 12

        @pytest.mark.interleave(executions=200)
        def test_deposit(account):
            account.deposit(1)
    """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["assertion: *assert 11 == 12*"])


def test_a_fixture_that_fails_is_reported_as_pytest_does(project: Project) -> None:
    result = project.run(
        source="""
        import pytest

        @pytest.fixture
        def broken():
            raise LookupError("no bank today")

        @pytest.mark.interleave
        def test_it(broken):
            pass

        @pytest.mark.interleave
        def test_other(nonsense):
            pass
    """
    )
    assert result.parseoutcomes().get("passed", 0) == 0
    result.stdout.fnmatch_lines_random(["E*LookupError: no bank today", "*fixture 'nonsense' not found*"])


def test_output_logs_and_patches_are_those_of_one_execution(project: Project) -> None:
    project.run(
        source="""
        import builtins, logging, os, sys, warnings
        import pytest
        from bank import at_once

        @pytest.mark.interleave(executions=30)
        def test_it(capsys, caplog, monkeypatch, tmp_path):
            monkeypatch.setenv("WHO", "teller")
            monkeypatch.setattr(builtins, "open", lambda name: f"opened {name}")
            def work():
                print("working")
                logging.getLogger("bank").warning("log of %s", os.environ["WHO"])
            at_once(work, work)
            assert capsys.readouterr().out == "working\\n" * 2
            assert caplog.messages == ["log of teller"] * 2
            assert open("x") == "opened x"
            assert list(tmp_path.iterdir()) == []
            (tmp_path / "f").touch()
            with pytest.warns(UserWarning, match="told"):
                warnings.warn("told")

        @pytest.mark.interleave(executions=30)
        def test_descriptors(capfd):
            at_once(lambda: os.write(1, b"raw "), lambda: os.write(1, b"raw "))
            assert capfd.readouterr().out == "raw raw "

        def test_afterwards():
            assert "WHO" not in os.environ and open(__file__).close() is None
    """
    ).assert_outcomes(passed=3)


def test_a_warning_is_shown_once_and_not_for_every_execution(project: Project) -> None:
    result = project.run(
        source="""
        import warnings
        import pytest
        from bank import at_once

        @pytest.mark.interleave(executions=30)
        def test_it():
            at_once(lambda: None, lambda: None)
            warnings.warn("old ways")
    """
    )
    result.assert_outcomes(passed=1, warnings=1)


def test_the_context_of_wider_fixtures_reaches_the_body(project: Project) -> None:
    project.run(
        source="""
        import contextvars, decimal
        import pytest
        from bank import at_once

        who = contextvars.ContextVar("who", default="nobody")

        @pytest.fixture(scope="module", autouse=True)
        def teller():
            token = who.set("teller")
            yield

        @pytest.mark.interleave(executions=10)
        def test_it():
            assert who.get() == "teller"
            who.set("left behind")
            at_once(lambda: None, lambda: None)
    """
    ).assert_outcomes(passed=1)


def test_the_fixture_checks_a_pipeline_with_the_seed_of_the_test(project: Project) -> None:
    project.write(
        "pipelines",
        """
        import queue

        class Good:
            def __init__(self, capacity):
                self.items = queue.Queue(capacity)
            def put(self, message):
                self.items.put(message)
            def get(self):
                return self.items.get()

        class Bad:
            def put(self, message):
                self.message = message
            def get(self):
                return self.message
    """,
    )
    result = project.run(
        source="""
        import pytest
        from pipelines import Bad, Good

        def test_good(interleave):
            result = interleave.check(Good, producers=2, executions=100, strategy="random")
            assert (result.verdict, result.executions, result.seed) == ("survived", 100, interleave.seed)

        def test_bad(interleave):
            interleave.check(Bad)

        def test_expected(interleave):
            result = interleave.check(Bad, raises=False)
            assert result.verdict == "failed"
            with pytest.raises(AssertionError, match=result.findings[0].kind):
                interleave.check(Bad)
    """
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*race-harness*", "harness replay *pipelines.py:Bad h1:*"])


EXPLORED = """
    import functools
    import pytest
    from bank import Account, at_once

    def deposit_twice(method):
        account = Account(0)
        at_once(lambda: method(account, 1), lambda: method(account, 1))
        assert account.balance == 2

    def test_it(interleave):
        result = interleave.explore(functools.partial(deposit_twice, Account.deposit_safely), executions=50, strategy="random")
        assert result.executions == 50 and result.findings == ()
        interleave.explore(functools.partial(deposit_twice, Account.deposit), executions=300)
"""


def test_the_fixture_explores_a_function_and_its_schedule_replays(project: Project) -> None:
    result = project.run(source=EXPLORED)
    result.assert_outcomes(failed=1)
    replay = [line for line in result.stdout.str().splitlines() if line.startswith("pytest --harness-replay=")][-1]
    again = project.run(*replay.split()[1:])
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["SHOWN AGAIN*"])


def test_exploring_inside_a_marked_test_is_refused(project: Project) -> None:
    result = project.run(source=EXPLORED.replace("    def test_it", "    @pytest.mark.interleave\n    def test_it"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*inside an execution*"])


def test_the_explored_function_must_have_points(project: Project) -> None:
    result = project.run(source="import math\ndef test_it(interleave):\n    interleave.explore(math.cos)\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*cos has no points*"])


@pytest.mark.parametrize("option", ["executions=0", "speed=1"])
def test_wrong_options_of_an_exploration_are_named(project: Project, option: str) -> None:
    result = project.run(source=f"def test_it(interleave):\n    interleave.explore(lambda: None, {option})\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{option.partition('=')[0]}*"])
