"""Mistakes that need several threads or switches in one order, in programs that are too large to be searched exhaustively."""

from __future__ import annotations

import pytest

from tests.search.deep_bugs import NAMES, seeds_that_find

SEEDS = 2
"""Of ten seeds all find each (2026-11-25); two tell when one is missed by more than chance; `python -m tests.search.deep_bugs 10` tries ten."""


@pytest.mark.sweep
@pytest.mark.parametrize("name", NAMES)
def test_the_default_search_finds_a_deep_mistake_whatever_the_seed(name: str) -> None:
    assert seeds_that_find(name, SEEDS) == list(range(SEEDS))
