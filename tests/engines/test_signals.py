"""A signal's handler that raises (a test's timeout) ends the search, wherever it comes: its exception is no virtual thread's."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from harness.model.choice import Choice
from harness.strategies.catalogue import make_search
from tests.engines.laboratory import InUnits, Laboratory


class TimeIsUp(BaseException):
    """Raised by the handler."""


@pytest.fixture
def handled() -> Iterator[Any]:
    """A signal whose handler raises."""

    def handler(*_: Any) -> None:
        raise TimeIsUp

    before = signal.signal(signal.SIGALRM, handler)
    yield handler
    assert signal.getsignal(signal.SIGALRM) is handler
    signal.signal(signal.SIGALRM, before)


class Signalling(InUnits):
    """Random walks; the signal comes at one choice."""

    def __init__(self, when: int) -> None:
        super().__init__(make_search("random", 0))
        self.until = when

    def choose(self, choice: Choice) -> int:
        self.until -= 1
        if not self.until:
            signal.raise_signal(signal.SIGALRM)
        return super().choose(choice)


SWALLOWING = """
    import threading

    def scenario():
        lock, event = threading.Lock(), threading.Event()

        def work():
            try:
                with lock:
                    event.wait(1)
            except BaseException:
                pass

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""


@pytest.mark.parametrize("when", range(1, 25))
def test_what_a_handler_raises_ends_the_search_wherever_it_comes(when: int, laboratory: Laboratory, handled: Any) -> None:
    with pytest.raises(TimeIsUp):
        laboratory.executions(SWALLOWING, 10, Signalling(when))


ABANDONED = """
    import signal, threading

    def scenario():
        def work():
            try:
                threading.Event().wait()
            finally:
                try:
                    signal.raise_signal(signal.SIGALRM)
                except BaseException:
                    pass

        threading.Thread(target=work, daemon=True).start()
"""


def test_what_a_handler_raises_while_a_thread_is_abandoned_is_not_lost(laboratory: Laboratory, handled: Any) -> None:
    with pytest.raises(TimeIsUp):
        laboratory.executions(ABANDONED, 5)
