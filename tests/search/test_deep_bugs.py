"""Mistakes that need several threads or switches in one order, in programs that are too large to be searched exhaustively."""

from __future__ import annotations

import pytest

import harness
from tests.tables import ROOT

SEEDS = range(10)


@pytest.mark.lengthy
@pytest.mark.parametrize("name", ["ten_setters", "two_stages", "three_switches"])
def test_the_default_search_finds_a_deep_mistake_for_nine_of_ten_seeds(name: str) -> None:
    file = ROOT / "tests" / "specimens" / "deep" / f"{name}.py"
    verdicts = [harness.check(f"{file}:scenario", seed=seed, executions=5000).verdict for seed in SEEDS]
    assert verdicts.count("failed") >= 9
