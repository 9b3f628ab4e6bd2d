"""A marked test runs under control: its body, its threads and its fixtures, in many executions."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

RACE = """
    import pytest
    from bank import Account, at_once

    @pytest.mark.interleave(executions=300, strategy="random")
    def test_two_deposits():
        account = Account(10)
        at_once(lambda: account.deposit(1), lambda: account.deposit(1))
        assert account.balance == 12
"""


def test_a_lost_update_is_found_explained_and_replayed_by_the_last_line(project: Project) -> None:
    result = project.run(source=RACE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*assert account.balance == 12",
            "E*assert 11 == 12",
            "*race-harness*",
            "*update is gone*",
            "To see it again*",
            "pytest --harness-replay=h1:* test_it.py::test_two_deposits",
        ]
    )
    output = result.stdout.str()
    replay = next(line for line in output.splitlines() if line.startswith("pytest --harness-replay="))
    again = project.run(*replay.split()[1:])
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["SHOWN AGAIN*", "*1 test, 1 execution*"])


def test_the_replay_line_is_meant_for_the_folder_in_which_pytest_ran(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("below/test_it", RACE)
    project.pytester.makeini("[pytest]\npythonpath = .\n")
    monkeypatch.chdir(project.pytester.path / "below")
    project.run().stdout.fnmatch_lines(["pytest --harness-replay=h1:* test_it.py::test_two_deposits"])


def test_without_the_marker_the_same_test_passes_on_real_threads(project: Project) -> None:
    project.run(source=RACE.replace('@pytest.mark.interleave(executions=300, strategy="random")', "")).assert_outcomes(passed=1)


def test_a_correct_test_passes_after_all_its_executions(project: Project) -> None:
    result = project.run(source=RACE.replace("account.deposit(", "account.deposit_safely("))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["harness: 1 test, 300 executions, * distinct schedules, 0 findings (--harness-seed=0)"])


def test_a_schedule_that_no_longer_fits_fails_and_says_where(project: Project) -> None:
    output = project.run(source=RACE).stdout.str()
    token = next(line for line in output.splitlines() if line.startswith("pytest --harness-replay=")).split()[1]
    result = project.run(token, source=RACE.replace("account.deposit(", "account.deposit_safely("))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*does not fit this test any more*", "*recorded:*", "*replayed:*"])


def test_a_schedule_whose_failure_was_mended_passes_and_says_so(project: Project) -> None:
    output = project.run(source=RACE).stdout.str()
    token = next(line for line in output.splitlines() if line.startswith("pytest --harness-replay=")).split()[1]
    result = project.run(token, source=RACE.replace("balance == 12", "balance in (11, 12)"))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*test_two_deposits: the schedule was played to its end, and what it was made for did not show again"])


def test_a_replay_wants_one_test(project: Project) -> None:
    result = project.run("--harness-replay=h1:AAAA", source=RACE + RACE.replace("test_two_deposits", "test_again"))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--harness-replay plays one schedule of one test, and 2 interleave tests were selected*"])


def test_a_token_that_was_cut_is_named(project: Project) -> None:
    result = project.run("--harness-replay=h1:AAAA", source=RACE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--harness-replay: *"])


def test_another_base_seed_gives_other_executions_and_the_same_seed_the_same(project: Project) -> None:
    def replay(seed: int) -> str:
        output = project.run(f"--harness-seed={seed}", source=RACE).stdout.str()
        return (
            next(line for line in output.splitlines() if "first seen in execution" in line)
            + next(line for line in output.splitlines() if ", seed " in line).partition("seed")[2]
        )

    assert replay(7) == replay(7)
    assert replay(7) != replay(8)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("exectuions=20", "there is no option 'exectuions'; there are strategy, executions, seed, time, all"),
        ("200", "the marker's options are given by name"),
        ("executions=0", "executions must be a whole number of at least 1"),
        ("strategy='luck'", "there is no strategy 'luck'"),
        ("seed='x'", "seed must be a whole number"),
    ],
)
def test_a_wrong_option_fails_the_test_and_is_named(project: Project, options: str, said: str) -> None:
    result = project.run(source=RACE.replace('executions=300, strategy="random"', options))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*test_two_deposits cannot be run under control: {said}*"])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import pytest\n@pytest.mark.interleave\nasync def test_it(): pass", "asynchronous"),
        (
            "import pytest\nfrom hypothesis import given, strategies as st\n@pytest.mark.interleave\n@given(st.integers())\ndef test_it(n): pass",
            "Hypothesis test",
        ),
    ],
)
def test_what_cannot_be_controlled_fails_and_says_why(project: Project, source: str, said: str) -> None:
    result = project.run(source=source)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"*cannot be run under control: *{said}*"])
    assert result.parseoutcomes().get("passed", 0) == 0


def test_a_deadlock_is_found_and_the_fixtures_are_torn_down(project: Project) -> None:
    result = project.run(
        "-s",
        source="""
        import threading
        import pytest
        from bank import at_once

        @pytest.fixture
        def locks():
            yield threading.Lock(), threading.Lock()
            torn_down.append(1)

        torn_down = []

        def cross(first, second):
            with first:
                with second:
                    pass

        @pytest.mark.interleave(executions=300, strategy="random")
        def test_philosophers(locks, monkeypatch):
            monkeypatch.setattr("bank.at_once", None)
            one, two = locks
            at_once(lambda: cross(one, two), lambda: cross(two, one))

        def test_afterwards():
            import bank
            assert bank.at_once is at_once
            assert len(torn_down) > 1
    """,
    )
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["deadlock: *", "*race-harness*"])


def test_pytest_fail_in_a_thread_is_an_assertion_of_the_test(project: Project) -> None:
    result = project.run(
        source="""
        import pytest
        from bank import Account, at_once

        @pytest.mark.interleave
        def test_it():
            account = Account(1)
            def look():
                if account.balance == 3:
                    pytest.fail("saw three")
            at_once(lambda: account.deposit(2), look)
    """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["assertion: *saw three*"])


def test_a_test_that_skips_or_xfails_itself_does(project: Project) -> None:
    project.run(
        source="""
        import pytest

        @pytest.mark.interleave
        def test_skips():
            pytest.skip("not here")

        @pytest.mark.interleave
        def test_xfails():
            pytest.xfail("known")

        @pytest.mark.interleave
        @pytest.mark.skipif(True, reason="never")
        def test_is_skipped():
            assert False
    """
    ).assert_outcomes(skipped=2, xfailed=1)


def test_an_execution_that_skips_itself_is_not_counted_as_judged(project: Project) -> None:
    result = project.run(
        source="""
        import pytest
        from bank import Account, at_once

        @pytest.mark.interleave(executions=50, strategy="random")
        def test_it():
            account = Account(10)
            at_once(lambda: account.deposit(1), lambda: account.deposit(1))
            if account.balance == 11:
                pytest.skip("lost, as we know")
    """
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["not covered in 1 test: * executions skipped themselves and were not judged"])


def test_a_strict_xfail_is_one_that_must_fail_under_some_schedule(project: Project) -> None:
    marked = RACE.replace("    @pytest", "    @pytest.mark.xfail(strict=True, raises=AssertionError)\n    @pytest", 1)
    project.run(source=marked).assert_outcomes(xfailed=1)
    project.run(source=marked.replace("account.deposit(", "account.deposit_safely(")).assert_outcomes(failed=1)


def test_a_test_that_starts_no_thread_passes_with_a_warning(project: Project) -> None:
    result = project.run(source="import pytest\n@pytest.mark.interleave(executions=5)\ndef test_it():\n    assert 1 + 1 == 2\n")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*InterleaveWarning: *test_it started no thread, so there was nothing to interleave*"])


def test_state_that_outlives_an_execution_is_named_where_it_decides(project: Project) -> None:
    result = project.run(
        source="""
        import threading
        import pytest
        from bank import Account, at_once

        class Registry:
            names = []

        @pytest.mark.interleave(executions=20)
        def test_it():
            account = Account(0)
            Registry.names.append("x")
            def work():
                for _ in Registry.names:
                    account.deposit_safely(1)
            at_once(work, work)
    """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["could not be judged: *", "*outlives an execution: test_it.Registry.names*"])


def test_a_class_gives_every_execution_a_fresh_instance(project: Project) -> None:
    project.run(
        source="""
        import pytest
        from bank import at_once

        class TestIt:
            def setup_method(self):
                self.account_of = {}

            @pytest.mark.interleave(executions=20)
            def test_it(self):
                assert not self.account_of and not hasattr(self, "left")
                self.left = self.account_of["a"] = 1
                at_once(lambda: None, lambda: None)
    """
    ).assert_outcomes(passed=1)
