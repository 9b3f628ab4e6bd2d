"""The exhaustive search sees every outcome that brute force sees, no other, and none twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from harness.strategies.dpor import DPOR
from tests.search.brute_force import AllSchedules
from tests.search.compare import RESULTS, Comparison, compare, outcomes

pytestmark = pytest.mark.sweep

MOST = 400
"""Executions of brute force in this test; a program that needs more is drawn again."""
EACH = 25


def _compared(first_seed: int, folder: Path) -> Iterator[tuple[int, Comparison]]:
    for seed in count(first_seed):
        comparison = compare(seed, folder, MOST)
        if comparison.is_small:
            yield seed, comparison


@pytest.mark.parametrize("batch", range(2))
def test_a_random_program_has_the_outcomes_that_brute_force_sees(batch: int, tmp_path: Path) -> None:
    programs = _compared(100_000 * (batch + 1), tmp_path)
    compared = [next(programs) for _ in range(EACH)]
    assert {seed: comparison for seed, comparison in compared if not comparison.is_alike} == {}
    assert any(len(comparison.possible) > 1 for _, comparison in compared)


LOST_UPDATE = """
import threading

class Cell:
    x = 0

def scenario():
    cell = Cell()

    def add():
        cell.x += 1

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert False, str(cell.x)
"""


def test_both_see_the_lost_update(tmp_path: Path) -> None:
    file = tmp_path / "lost_update.py"
    file.write_text(LOST_UPDATE)
    for strategy in (AllSchedules(), DPOR()):
        seen = outcomes(file, strategy, 1000)
        assert strategy.is_complete
        assert sorted(outcome.split(" at ")[0].split()[-1] for outcome in seen) == ["1", "2"]


def test_a_search_that_misses_an_outcome_is_not_alike() -> None:
    both, one = frozenset({"1", "2"}), frozenset({"1"})
    assert Comparison(True, both, both, True, 0, ()).is_alike
    for broken in (
        Comparison(True, both, one, True, 0, ()),
        Comparison(True, one, both, True, 0, ()),
        Comparison(True, both, both, False, 0, ()),
        Comparison(True, both, both, True, 1, ()),
    ):
        assert not broken.is_alike


def test_the_committed_comparison_has_no_divergence() -> None:
    told = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert told["divergences"] == {}
    first, last = told["seeds"]
    assert told["compared"] + told["too large for brute force"] == last + 1 - first
    assert told["compared"] > 0
