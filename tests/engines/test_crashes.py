"""Exceptions that leave a thread, a scenario or sit in a future nobody read."""

from __future__ import annotations

import pytest

from tests.engines.laboratory import Laboratory

PROGRAMS = {
    "leaves a thread": (
        "crash",
        """
        import threading
        def scenario():
            t = threading.Thread(target=lambda: {}["missing"])
            t.start()
            t.join()
        """,
    ),
    "leaves the scenario": ("crash", "def scenario():\n    raise ValueError('no')\n"),
    "an assertion in a thread": (
        "assertion",
        """
        import threading
        def check():
            assert False, "never"
        def scenario():
            t = threading.Thread(target=check)
            t.start()
            t.join()
        """,
    ),
    "sits in a future": (
        "crash",
        """
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            with ThreadPoolExecutor() as pool:
                pool.submit(int, "x")
        """,
    ),
    "was read from a future": (
        None,
        """
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            with ThreadPoolExecutor() as pool:
                future = pool.submit(int, "x")
            try:
                future.result()
            except ValueError:
                pass
        """,
    ),
    "was asked of a future": (
        None,
        """
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            with ThreadPoolExecutor() as pool:
                assert isinstance(pool.submit(int, "x").exception(), ValueError)
        """,
    ),
    "was caught in the thread": (
        None,
        """
        import threading
        def careful():
            try:
                {}["missing"]
            except KeyError:
                pass
        def scenario():
            t = threading.Thread(target=careful)
            t.start()
            t.join()
        """,
    ),
    "endless recursion": ("crash", "def scenario():\n    scenario()\n"),
}


@pytest.mark.parametrize(("kind", "program"), PROGRAMS.values(), ids=PROGRAMS)
def test_an_exception_that_nobody_handles_is_the_finding(laboratory: Laboratory, kind: str | None, program: str) -> None:
    result = laboratory.check(program, executions=20)
    assert [finding.kind for finding in result.findings] == ([kind] if kind else [])


def test_the_exception_that_died_in_a_future_comes_before_the_hang_it_caused(laboratory: Laboratory) -> None:
    source = """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        def scenario():
            ready = threading.Event()
            def work():
                raise ValueError("broken")
                ready.set()
            ThreadPoolExecutor().submit(work)
            ready.wait()
    """
    findings = laboratory.check(source, executions=20).findings
    assert [finding.kind for finding in findings] == ["crash", "deadlock"]
    assert "ValueError: broken" in findings[0].message


def test_a_crash_names_the_line_of_the_target_it_comes_from(laboratory: Laboratory) -> None:
    source = "import threading\n\ndef work():\n    int('x')\n\ndef scenario():\n    t = threading.Thread(target=work)\n    t.start()\n    t.join()\n"
    (finding,) = laboratory.check(source, executions=5).errors
    assert "ValueError" in finding.message
    assert any(event.line == 4 for event in finding.events)


def test_a_programs_own_excepthook_is_called_and_the_crash_reported_all_the_same(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def hook(args):
            seen.append(args.exc_type.__name__)
        def scenario():
            threading.excepthook = hook
            t = threading.Thread(target=lambda: 1 / 0)
            t.start()
            t.join()
    """
    one = laboratory.play(source)
    assert (one.seen, one.crashes) == (("ZeroDivisionError",), ("ZeroDivisionError",))
