"""Reading a missing key of a defaultdict is a write, in one piece only where its factory is C code."""

from __future__ import annotations

import queue
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

import pytest

import harness
from harness.engines.defaults import fills_in, makes_in_one_piece
from harness.standins.condition import Condition
from harness.standins.lock import Lock
from tests.tables import SPECIMENS


class Shelf:
    def __init__(self) -> None:
        self.books: list[str] = []


class Bare:
    pass


def name_of(factory: Any) -> str:
    return f"{factory.__module__}.{factory.__qualname__}"


@pytest.mark.parametrize("factory", [list, dict, int, deque, OrderedDict, Lock, threading.Lock, queue.SimpleQueue, Bare], ids=name_of)
def test_what_is_c_code_makes_a_value_in_one_piece(factory: Any) -> None:
    assert makes_in_one_piece(factory)


@pytest.mark.parametrize("factory", [lambda: 0, threading.Condition, Condition, queue.Queue, Counter, Shelf], ids=name_of)
def test_what_is_python_code_does_not(factory: Any) -> None:
    assert not makes_in_one_piece(factory)


class Refusing(defaultdict[str, int]):
    def __missing__(self, key: str) -> int:
        raise KeyError(key)


def test_only_a_defaultdict_with_a_factory_fills_in_what_is_missing() -> None:
    assert fills_in(defaultdict(int))
    assert not any(map(fills_in, [{}, defaultdict(None), Refusing(int)]))


@pytest.mark.parametrize(("name", "verdict"), [("makes_on_read", "failed"), ("of_a_function", "failed"), ("of_lists", "verified")])
def test_the_exhaustive_search_knows_of_both_orders(name: str, verdict: str) -> None:
    result = harness.check(f"{SPECIMENS / 'scenarios' / f'defaultdict_{name}.py'}:scenario", strategy="dpor")
    assert result.verdict == verdict
    assert not [finding for finding in result.findings if finding.kind == "data-race" and verdict == "verified"]


def test_real_threads_come_between_making_and_storing_too() -> None:
    result = harness.check(f"{SPECIMENS / 'scenarios' / 'defaultdict_of_a_function.py'}:scenario", engine="stress", executions=200)
    assert result.verdict == "failed"
