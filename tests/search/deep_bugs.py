"""Mistakes that need several threads or switches in one order: ``python -m tests.search.deep_bugs 10`` says for how many of ten seeds each is found."""

from __future__ import annotations

import sys

import harness
from tests.tables import ROOT

NAMES = ("ten_setters", "two_stages", "three_switches")


def seeds_that_find(name: str, seeds: int) -> list[int]:
    """The seeds, of 0 to `seeds` - 1, with which the default search finds the mistake within 5,000 executions."""
    target = f"{ROOT / 'tests' / 'specimens' / 'deep' / name}.py:scenario"
    return [seed for seed in range(seeds) if harness.check(target, seed=seed, executions=5000).verdict == "failed"]


if __name__ == "__main__":
    for each in NAMES:
        print(f"{each}: {len(seeds_that_find(each, int(sys.argv[1])))} of {sys.argv[1]} seeds", flush=True)
