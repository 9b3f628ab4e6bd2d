"""The pool: each unit done once, whatever happens to a process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from harness.grading.pool import Lost, Pool

pytestmark = pytest.mark.lengthy


def test_every_unit_is_done_once() -> None:
    with Pool(lambda number: number * number, 3) as pool:
        assert sorted(pool.map(range(20))) == [(number, number * number) for number in range(20)]


def test_a_unit_whose_process_dies_is_tried_once_more(tmp_path: Path) -> None:
    def work(number: int) -> int:
        mark = tmp_path / str(number)
        if number == 3 and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with Pool(work, 2) as pool:
        assert sorted(pool.map(range(6))) == [(number, number) for number in range(6)]


def test_a_unit_whose_process_dies_twice_is_lost_and_the_others_are_done() -> None:
    def work(number: int) -> int:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with Pool(work, 2) as pool:
        found = dict(pool.map(range(4)))
    assert isinstance(found[1], Lost)
    assert "died twice" in found[1].why
    assert {number: found[number] for number in (0, 2, 3)} == {0: 0, 2: 2, 3: 3}


def test_an_exception_in_the_work_costs_its_unit() -> None:
    with Pool(lambda number: 1 // number, 1) as pool:
        found = dict(pool.map([0, 1]))
    assert isinstance(found[0], Lost)
    assert "ZeroDivisionError" in found[0].why
    assert found[1] == 1
