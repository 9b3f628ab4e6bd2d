"""A target that blocks on what the harness does not control costs its check, in a process that nobody watches from outside."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from pathlib import Path
from textwrap import dedent

import pytest

import harness
from harness import runtime, watchdog
from harness.engines.explore import Explore
from harness.strategies import Picks

pytestmark = pytest.mark.skipif(watchdog.SIGNAL is None, reason="without that signal nothing reaches a thread that blocks")

SCENARIO = """
    import threading
    import outside

    class Numbers:
        def __iter__(self):
            self.at = 0
            while self.at < 3:
                self.at += 1
                yield self.at

    def scenario():
        threads = [threading.Thread(target=outside.work, args=(Numbers(),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""
OUTSIDE = """
    import threading

    lock = threading.Lock()

    def work(numbers):
        with lock:
            for _ in numbers:  # points of the scenario's own class, so others may run while the lock is held
                pass
"""


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its threads stand still while they hold a real lock of a package that is not rewritten."""
    package = tmp_path / "site-packages" / "outside"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(dedent(OUTSIDE))
    (tmp_path / "holds.py").write_text(dedent(SCENARIO))
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setattr(watchdog, "STALL_S", 0.5)
    return f"{tmp_path / 'holds.py'}:scenario"


def test_a_real_lock_of_a_package_that_is_not_rewritten_is_named_by_thread_and_line(scenario: str) -> None:
    result = harness.check(scenario, executions=50)
    assert result.verdict == "error"
    assert result.error is not None
    assert "did not come back for 0.5 s: it blocks at " in result.error
    assert result.error.endswith(", where the harness has no control (outside is not rewritten, so its locks are real ones: add --instrument outside)")
    assert signal.getsignal(watchdog.SIGNAL) is signal.SIG_DFL  # type: ignore[arg-type]


def test_outside_an_execution_nothing_is_interrupted() -> None:
    with watchdog.watching(Explore(Picks([]), 0), 0.05):
        signal.raise_signal(watchdog.SIGNAL)  # type: ignore[arg-type]
        assert runtime.control is None


def test_who_computes_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Explore(Picks([]), 0)
    with watchdog.watching(engine, 0.2):
        monkeypatch.setattr(runtime, "control", engine)
        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            pass
        monkeypatch.undo()


def test_beside_the_main_thread_there_is_no_watchdog() -> None:
    found: list[object] = []

    def work() -> None:
        with watchdog.watching(Explore(Picks([]), 0)):
            found.append(signal.getsignal(watchdog.SIGNAL))  # type: ignore[arg-type]

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.SIG_DFL]


def test_who_was_suspended_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on while a machine sleeps; looks do not."""
    engine = Explore(Picks([]), 0)
    hours = itertools.count(step=3600)
    monkeypatch.setattr(watchdog.time, "monotonic", lambda: float(next(hours)))
    looks: list[object] = []
    how_far = engine.how_far

    def look() -> tuple[int, int, int]:
        looks.append(None)
        return how_far()

    engine.how_far = look  # type: ignore[method-assign]
    killed: list[int] = []
    monkeypatch.setattr(watchdog.signal, "pthread_kill", lambda ident, number: killed.append(len(looks)))
    seen = threading.Event()
    with watchdog.watching(engine, 0.4):
        while not killed:
            seen.wait(0.01)
    assert killed[0] >= 5, "the one at the beginning, and four that lasted a quarter of the patience each"
