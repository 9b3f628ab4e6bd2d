"""What real threads come to that are switched between any two bytecodes, the exhaustive search comes to as well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.search.compare_opcodes import Explorer, OnThreads, compare
from tests.search.opcode_programs import FAMILIES, make_program

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(sys.version_info < (3, 13), reason="the explorer starts threads by handles and is told instructions, as from Python 3.13 on"),
]

RUNS = 150
"""Executions on real threads of each program, up to four times as many while they show something new; the command takes eight times as many."""


@pytest.fixture
def explorer() -> Iterator[Explorer]:
    with Explorer() as explorer:
        yield explorer


def test_the_search_misses_nothing_of_random_programs(explorer: Explorer, tmp_path: Path) -> None:
    missed = {}
    compared = 0
    for family in FAMILIES:
        difference = compare(make_program(0, (family,)), explorer, tmp_path, 0, RUNS)
        if difference is not None:
            compared += 1
            if difference.missed:
                missed[family] = difference.missed
    assert missed == {}
    assert compared > len(FAMILIES) // 2


LOST_UPDATE = """
import threading

LOGS = [[], [], []]

def made():
    return {"n": 0}

def add(shared, seen):
    with lock:
        value = shared["n"]
    with lock:
        shared["n"] = value + 1

BODIES = [add, add]
lock = threading.Lock()

def end(shared, seen):
    seen.append(shared["n"])
"""


def test_the_explorer_sees_a_lost_update_between_two_locks(explorer: Explorer) -> None:
    threads = OnThreads(explorer, LOST_UPDATE, "lost_update.py")
    try:
        seen, _ = threads.explore(0, RUNS)
    finally:
        threads.close()
    assert set(seen) == {"finished [[], [], [1]]", "finished [[], [], [2]]"}
