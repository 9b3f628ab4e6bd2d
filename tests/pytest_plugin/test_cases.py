"""Methods of unittest.TestCase under the marker: what unittest does around a test is done in every execution."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

HEAD = """
    import threading
    import unittest
    import pytest
    from bank import Account, at_once

    told = []
"""


def test_a_method_is_explored_and_its_schedule_is_played_again(project: Project) -> None:
    source = f"""{HEAD}
    class TestAccount(unittest.TestCase):
        def setUp(self):
            self.account = Account(0)

        @pytest.mark.interleave
        def test_two_deposits(self):
            at_once(lambda: self.account.deposit(5), lambda: self.account.deposit(5))
            self.assertEqual(self.account.balance, 10)
    """
    result = project.run(source=source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["assertion: AssertionError: 5 != 10 at test_it.py:*", "pytest --harness-replay=h1:*"])
    replay = next(line for line in result.outlines if line.startswith("pytest --harness-replay="))
    assert replay.endswith("test_it.py::TestAccount::test_two_deposits")
    again = project.run(*replay.split()[1:])
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["*AssertionError: 5 != 10*"])


def test_what_surrounds_a_method_surrounds_every_execution(project: Project) -> None:
    source = f"""{HEAD}
    class TestAround(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            told.append("class")

        @pytest.fixture(autouse=True)
        def around(self):
            told.append("fixture")
            yield
            told.append("end of fixture")

        def setUp(self):
            told.append("set up")
            self.addCleanup(told.append, "cleaned second")
            self.addCleanup(told.append, "cleaned first")

        def tearDown(self):
            told.append("torn down")

        @pytest.mark.interleave(executions=3, strategy="random")
        def test_it(self):
            at_once(lambda: told.append("thread"), lambda: None)
            with self.subTest(n=1):
                told.append(self)

    def test_afterwards():
        instances = [one for one in told if not isinstance(one, str)]
        assert len(instances) == len(set(map(id, instances))) >= 3
        once = ["fixture", "set up", "thread", "torn down", "cleaned first", "cleaned second", "end of fixture"]
        rest = [one for one in told if isinstance(one, str)]
        assert rest == ["class"] + once * len(instances)
    """
    project.run(source=source).assert_outcomes(passed=2)


@pytest.mark.parametrize("where", ["setUp", "test_it", "tearDown"])
def test_what_surrounds_a_method_ends_with_it_though_an_exception_leaves_it(project: Project, where: str) -> None:
    source = f"""{HEAD}
    class TestFailing(unittest.TestCase):
        def setUp(self):
            told.append("set up")
            self.addCleanup(told.append, "cleaned")
            self.addCleanup(self.fail_at, "cleanup")
            at_once(lambda: None, lambda: None)
            self.fail_at("setUp")

        def tearDown(self):
            told.append("torn down")
            self.fail_at("tearDown")

        def fail_at(self, where):
            if where == {where!r}:
                raise KeyError(where)

        @pytest.mark.interleave(executions=3)
        def test_it(self):
            self.fail_at("test_it")

    def test_afterwards():
        once = ["set up"] + ["torn down"] * ({where!r} != "setUp") + ["cleaned"]
        assert told == once * (len(told) // len(once)) != []
    """
    result = project.run(source=source)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines([f"*KeyError: '{where}'*"])


def test_a_cleanup_that_fails_keeps_no_other_from_being_called(project: Project) -> None:
    source = f"""{HEAD}
    class TestFailing(unittest.TestCase):
        @pytest.mark.interleave(executions=1)
        def test_it(self):
            self.addCleanup(told.append, "cleaned")
            self.addCleanup(dict().pop, "no such key")
            at_once(lambda: None, lambda: None)

    def test_afterwards():
        assert told == ["cleaned"] * len(told) != []
    """
    result = project.run(source=source)
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*KeyError: 'no such key'*"])


def test_a_method_or_a_class_that_is_skipped_is_skipped(project: Project) -> None:
    source = f"""{HEAD}
    class TestSkipping(unittest.TestCase):
        @pytest.mark.interleave
        @unittest.skip("its method")
        def test_one(self):
            raise KeyError

        @pytest.mark.interleave
        def test_two(self):
            self.skipTest("itself")

    @unittest.skip("its class")
    class TestSkipped(unittest.TestCase):
        @pytest.mark.interleave
        def test_three(self):
            raise KeyError
    """
    result = project.run("-rs", source=source)
    result.assert_outcomes(skipped=3)
    for why in ("its method", "itself", "its class"):
        result.stdout.fnmatch_lines([f"SKIPPED*{why}"])


@pytest.mark.parametrize(
    ("of", "decorator", "said"),
    [("TestCase", "@unittest.expectedFailure", "write pytest.mark.xfail"), ("IsolatedAsyncioTestCase", "", "an event loop of asyncio")],
)
def test_what_cannot_be_controlled_is_refused(project: Project, of: str, decorator: str, said: str) -> None:
    source = f"""{HEAD}
    class TestIt(unittest.{of}):
        {decorator}
        @pytest.mark.interleave
        def test_it(self):
            pass
    """
    result = project.run(source=source)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*test_it cannot be run under control: *{said}*"])
