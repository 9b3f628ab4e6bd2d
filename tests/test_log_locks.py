"""Which programs can run code of theirs under a handler's lock, and what logging finds while an execution runs."""

from __future__ import annotations

import ast
import logging
import threading

import pytest

from harness.scenarios.log_locks import LogLocks, runs_under_a_lock
from harness.standins.modules import stand_ins


@pytest.mark.parametrize(
    "source",
    [
        "class Kept(logging.Handler):\n    def emit(self, record): pass",
        "class Order:\n    def __str__(self): return ''",
        "handler.emit = print",
        "handler.formatter.format = lambda record: ''",
        "from logging.handlers import QueueHandler",
        "import logging.handlers",
    ],
)
def test_what_a_handler_calls_may_run_under_its_lock(source: str) -> None:
    assert runs_under_a_lock(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    ["import logging\nlogging.info()", "print(handler.format)", "class Once(logging.Filter):\n    def filter(self, record): pass"],
)
def test_what_the_library_does_alone_takes_no_step(source: str) -> None:
    assert not runs_under_a_lock(ast.parse(source))


def test_logging_has_its_own_threading_again_when_it_is_put_back() -> None:
    lent = LogLocks(stand_ins(), are_modelled=True)
    assert type(logging.NullHandler().lock) is type(None)
    assert type(logging.Handler().lock) is stand_ins()["threading"].RLock
    lent.put_back()
    assert vars(logging)["threading"] is threading


def test_a_lock_under_which_nothing_of_the_targets_runs_is_the_real_one() -> None:
    lent = LogLocks(stand_ins(), are_modelled=False)
    try:
        assert type(logging.Handler().lock) is type(threading.RLock())
    finally:
        lent.put_back()
