"""Which modules are rewritten when a session imports them, what they are like then, and what is said where one was missed."""

from __future__ import annotations

import sys

import pytest

from harness.instrument.imports import PACKAGE
from tests.pytest_plugin.conftest import BANK, Project

POINTS = """
    import sys
    def has_points(name):
        return "__harness__" in vars(sys.modules[name])
"""
MARKED = """
    import pytest
    from bank import Account, at_once

    @pytest.mark.interleave(executions=20)
    def test_it():
        account = Account(10)
        at_once(lambda: account.deposit_safely(1), lambda: account.deposit_safely(1))
        assert account.balance == 12
"""


def test_without_a_marked_test_nothing_is_rewritten(project: Project) -> None:
    project.run(source="import bank, threading\ndef test_it():\n    assert '__harness__' not in vars(bank) and bank.threading is threading\n").assert_outcomes(
        passed=1
    )


def test_the_project_is_rewritten_even_where_a_plain_test_and_a_conftest_import_it_first(project: Project) -> None:
    project.write("conftest", "import bank\n")
    project.write(
        "test_a_plain", "import bank\nfrom bank import Account\ndef test_it():\n    assert '__harness__' in vars(bank) and '__harness__' not in globals()\n"
    )
    result = project.run(source=MARKED)
    result.assert_outcomes(passed=2, warnings=0)


def test_a_rewritten_module_outside_an_execution_is_as_it_was(project: Project) -> None:
    project.write(
        "shared",
        """
        import concurrent.futures, queue, threading, time
        import concurrent.futures.process
        import os.path as path, threading as th
        from threading import *
        from concurrent.futures import ThreadPoolExecutor as Pool

        LOCK = threading.Lock()

        class Registry:
            lock, names, ready = th.RLock(), [], Event()

            @classmethod
            def add(cls, name):
                with LOCK, cls.lock:
                    cls.names.append(name)
                    cls.ready.set()
    """,
    )
    project.run(
        source="""
        import threading
        import pytest
        import shared
        from bank import at_once

        def test_on_real_threads():
            with shared.Pool(2) as pool:
                list(pool.map(shared.Registry.add, "abc"))
            assert shared.Registry.ready.wait(5) and sorted(shared.Registry.names) == ["a", "b", "c"]
            started = shared.time.monotonic()
            shared.time.sleep(0.001)
            assert shared.time.monotonic() >= started + 0.001
            assert shared.path.join("a", "b") and shared.concurrent.futures.ThreadPoolExecutor is shared.Pool

        @pytest.mark.interleave(executions=30)
        def test_module_level_locks_under_control(monkeypatch):
            monkeypatch.setattr(shared.Registry, "names", [])
            at_once(lambda: shared.Registry.add("x"), lambda: shared.Registry.add("y"))
            assert sorted(shared.Registry.names) == ["x", "y"]

        def test_again_on_real_threads():
            assert not shared.LOCK.locked()
            at_once(lambda: shared.Registry.add("d"))
            assert "d" in shared.Registry.names
    """
    ).assert_outcomes(passed=3)


def test_asserts_are_still_explained_in_tests_and_conftests(project: Project) -> None:
    project.write("conftest", "import pytest\n@pytest.fixture\ndef same():\n    def check(a, b):\n        assert a == b\n    return check\n")
    result = project.run(source=MARKED + "\n    def test_lists(same):\n        same([1, 2], [1, 3])\n")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*At index 1 diff: 2 != 3"])


def test_a_package_outside_the_project_is_rewritten_by_its_name(
    project: Project, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path_factory.mktemp("site")
    (outside / "vault").mkdir()
    (outside / "vault" / "__init__.py").write_text("from vault.door import Door\n")
    (outside / "vault" / "door.py").write_text("class Door:\n    n = 0\n    def enter(self):\n        n = self.n\n        self.n = n + 1\n")
    monkeypatch.syspath_prepend(str(outside))
    source = (
        MARKED.replace("from bank", "from vault import Door\n    from bank")
        + "        door = Door()\n        at_once(door.enter, door.enter)\n        assert door.n == 2\n"
    )
    unseen = project.run(source=source)
    unseen.assert_outcomes(passed=1)
    named = project.run("--harness-instrument=vault", source=source.replace("executions=20", "executions=300"))
    named.assert_outcomes(failed=1)
    project.pytester.makeini("[pytest]\nharness_instrument = vault\n")
    project.run(source=source.replace("executions=20", "executions=300")).assert_outcomes(failed=1)


def test_a_module_imported_before_the_plugin_could_look_is_warned_of_and_a_test_that_enters_it_fails(project: Project) -> None:
    project.write("early", "class Counter:\n    n = 0\n    def count(self):\n        self.n += 1\n")
    source = (
        MARKED
        + """
    @pytest.mark.interleave(executions=10)
    def test_other():
        import early
        counter = early.Counter()
        at_once(lambda: counter.count(), lambda: counter.count())
    """
    )
    result = project.run("-p", "early", source=source, is_inprocess=False)
    result.assert_outcomes(passed=1, failed=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "could not be judged: it calls early, of this project, which has no points*",
            "*InterleaveWarning: imported before the harness could rewrite it*: early.*",
        ]
    )
    project.pytester.makeini("[pytest]\nharness_ignore = early\n")
    ignored = project.run("-p", "early", source=source, is_inprocess=False)
    ignored.assert_outcomes(passed=2)
    ignored.stdout.fnmatch_lines(["not covered in 1 test: calls into early are one step: it is not rewritten"])


def test_a_marker_that_its_file_does_not_show_is_an_error_and_no_pass(project: Project) -> None:
    project.write("conftest", "def pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker('inter' + 'leave')\n")
    result = project.run(source="def test_it():\n    pass\n")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*test_it cannot be run under control: its module test_it was imported without points*"])


def test_a_test_that_another_plugin_calls_is_no_pass(project: Project) -> None:
    project.write(
        "conftest",
        "import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_call(item):\n    item.runtest = lambda: None\n    return (yield)\n",
    )
    result = project.run(source=MARKED)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_it was run by another plugin, on real threads and once*"])


def test_without_the_plugin_the_marker_is_unknown_and_said_to_be(project: Project) -> None:
    result = project.run("-p", "no:harness", "--strict-markers", source=MARKED, is_inprocess=False)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*'interleave' not found in `markers`*"])


def test_a_real_thread_that_runs_beside_the_execution_is_refused(project: Project) -> None:
    project.write(
        "beside",
        """
        import threading

        class Worker:
            def __init__(self):
                self.stop, self.runs = threading.Event(), threading.Event()
                self.thread = threading.Thread(target=self.work, name="the worker")
                self.thread.start()
                self.runs.wait()
            def work(self):
                self.runs.set()
                self.stop.wait()
    """,
    )
    project.write(
        "conftest",
        """
        import pytest
        from beside import Worker

        @pytest.fixture(scope="session")
        def worker():
            worker = Worker()
            yield worker
            worker.stop.set()
            worker.thread.join()
    """,
    )
    result = project.run(source=MARKED.replace("def test_it()", "def test_it(worker)"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["could not be judged: the real thread the worker runs code of the project beside the execution*"])


def test_a_real_thread_that_a_test_starts_is_refused_and_the_option_of_the_session_told(project: Project) -> None:
    source = """
        import pytest, socketserver

        @pytest.mark.interleave
        def test_it():
            socketserver.ThreadingMixIn().process_request(None, None)
    """
    result = project.run(source=source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the target starts a real thread*by socketserver, which is not rewritten*: add --harness-instrument=socketserver"])


def test_a_syntax_error_is_told_as_python_does(project: Project) -> None:
    project.write("broken", "def f(:\n")
    result = project.run(source=MARKED.replace("import pytest", "import broken, pytest", 1))
    result.stdout.fnmatch_lines(["E*broken.py*line 1", "E*SyntaxError: invalid syntax"])


def test_the_session_leaves_no_finder_behind(project: Project) -> None:
    before = list(sys.meta_path)
    project.run(source=MARKED).assert_outcomes(passed=1)
    assert [type(finder).__name__ for finder in sys.meta_path] == [type(finder).__name__ for finder in before]
    assert f"{PACKAGE}.threading" not in sys.modules or sys.modules[f"{PACKAGE}.threading"].__name__ == "threading"


LAZY = """
    import threading
    import pytest

    @pytest.mark.interleave(executions=200)
    def test_two_deposits():
        from late import Account
        account = Account(10)
        threads = [threading.Thread(target=account.{method}, args=(1,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert account.balance == 12
"""
LATE = BANK + "\n    CALLS = []\n    for number in range(3):\n        CALLS.append(number)\n"


def test_a_module_that_is_imported_within_the_first_execution_has_points(project: Project) -> None:
    project.write("late", BANK)
    project.run(source=LAZY.format(method="deposit_safely")).assert_outcomes(passed=1)


def test_a_schedule_is_the_same_whether_or_not_its_execution_was_the_one_that_imported_a_module(project: Project) -> None:
    project.write("late", LATE)
    result = project.run(source=LAZY.format(method="deposit"))
    result.assert_outcomes(failed=1)
    replay = next(line for line in result.outlines if line.startswith("pytest --harness-replay="))
    again = project.run(*replay.split()[1:], is_inprocess=False)
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["*is gone*"])


def test_the_lock_of_a_handler_that_the_project_made_at_import_excludes_virtual_threads(project: Project) -> None:
    project.write(
        "audit",
        """
        import logging

        class Audit(logging.Handler):
            count = 0

            def emit(self, record):
                before = self.count
                self.count = before + 1

        audit = Audit()
        log = logging.getLogger("audit")
        log.propagate = False
        log.addHandler(audit)
        """,
    )
    result = project.run(
        source="""
        import pytest
        from audit import audit, log
        from bank import at_once

        @pytest.mark.interleave(executions=200)
        def test_each_is_counted():
            audit.count = 0
            at_once(lambda: log.error("one"), lambda: log.error("two"))
            assert audit.count == 2

        @pytest.mark.interleave(executions=200)
        def test_without_the_lock():
            audit.count = 0
            at_once(lambda: audit.emit(None), lambda: audit.emit(None))
            assert audit.count == 2

        def test_afterwards_the_lock_is_real():
            assert not hasattr(audit.lock, "parked")
        """
    )
    result.assert_outcomes(passed=2, failed=1)
