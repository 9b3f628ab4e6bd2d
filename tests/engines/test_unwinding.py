"""What is left of an execution when it is over is taken apart without a trace: finally runs, nothing swallows it, nothing hangs."""

from __future__ import annotations

import pytest

from tests.engines.laboratory import Laboratory

LEFT_BEHIND = """
    import contextlib, threading

    notes = []

    def left():
        never = threading.Event()
        {body}

    def scenario():
        started = threading.Event()

        def run():
            started.set()
            left()

        threading.Thread(target=run, daemon=True).start()
        started.wait()
        assert notes.count("swallowed") == 0
"""

BODIES = {
    "a bare except": "try:\n            never.wait()\n        except:\n            notes.append('swallowed')",
    "except BaseException": "try:\n            never.wait()\n        except BaseException:\n            notes.append('swallowed')",
    "a loop around a bare except": "while True:\n            try:\n                never.wait()\n            except:\n                pass",
    "return in finally": "try:\n            never.wait()\n        finally:\n            return",
    "continue in finally, for ever": "while True:\n            try:\n                never.wait()\n            finally:\n                continue",
    "a wait in finally": "try:\n            never.wait()\n        finally:\n            never.wait()",
    "an endless loop in finally": "try:\n            never.wait()\n        finally:\n            while True:\n                pass",
    "suppress": "with contextlib.suppress(BaseException):\n            never.wait()\n        never.wait()",
    "a lock held": "with threading.Lock():\n            never.wait()",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_abandoned_thread_cannot_hold_up_the_search(laboratory: Laboratory, body: str) -> None:
    result = laboratory.check(LEFT_BEHIND.format(body=body), executions=50)
    assert (result.verdict, result.error, result.executions, result.findings) == ("verified", None, 50, ())


def test_finally_and_exit_run_when_a_thread_is_abandoned_as_far_as_their_first_point(laboratory: Laboratory) -> None:
    left = [laboratory.folder / name for name in ("exit", "finally", "after")]
    source = f"""
        import os, threading
        from contextlib import contextmanager

        @contextmanager
        def told():
            try:
                yield
            finally:
                os.makedirs("{left[0]}", exist_ok=True)

        def scenario():
            started = threading.Event()
            def left():
                try:
                    with told():
                        started.set()
                        threading.Event().wait()
                finally:
                    os.makedirs("{left[1]}", exist_ok=True)
                    threading.Event().wait()
                    os.makedirs("{left[2]}", exist_ok=True)
            threading.Thread(target=left, daemon=True).start()
            started.wait()
    """
    laboratory.executions(source, 3)
    assert [path.exists() for path in left] == [True, True, False]


def test_an_abandoned_execution_leaves_nothing_to_the_next(laboratory: Laboratory) -> None:
    source = """
        import threading
        lock = threading.Lock()
        seen = []
        def scenario():
            seen.append(lock.acquire(blocking=False))
            lock.acquire()
    """
    assert [(one.ending, one.seen) for one in laboratory.executions(source, 5)] == [("deadlock", (True,))] * 5


def test_what_a_program_catches_and_raises_itself_is_not_touched(laboratory: Laboratory) -> None:
    source = """
        import threading
        seen = []
        def scenario():
            for error in (ValueError, KeyboardInterrupt, SystemExit, GeneratorExit):
                try:
                    try:
                        raise error("x")
                    except:
                        seen.append("caught")
                        raise
                    finally:
                        seen.append("finally")
                except BaseException as again:
                    seen.append(type(again) is error)
    """
    assert laboratory.play(source).seen == ("caught", "finally", True) * 4
