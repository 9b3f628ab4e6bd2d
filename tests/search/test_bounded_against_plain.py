"""Bounded search leaves out schedules, but no outcome, and none that is to be had with fewer preemptions."""

from __future__ import annotations

from itertools import count, islice
from pathlib import Path

import pytest

from harness.model.result import ScenarioSize
from harness.strategies.bounded import Bounded
from tests.search.leasts import leasts
from tests.search.plain_bounded import PlainBounded
from tests.search.random_programs import make_program
from tests.search.test_against_brute_force import LOST_UPDATE
from tests.tables import FLAWED, IMPLEMENTATIONS

FILES = sorted({row.path for row in (*IMPLEMENTATIONS, *FLAWED)})
EACH = 12


def _are_alike(target: str | Path, size: ScenarioSize, most: int, mode: str | None = None) -> dict[str, int] | None:
    """The least costs of all outcomes, as far as `most` plain schedules go; None where they do not cover even those without a preemption."""
    levels, costs = leasts(target, PlainBounded(), size, most, 6, mode)
    if not levels:
        return None
    search = Bounded()
    covered, found = leasts(target, search, size, most, levels - 1, mode)
    assert (covered, found, search.doubts) == (levels, costs, {})
    return costs


@pytest.mark.sweep
@pytest.mark.parametrize("batch", range(2))
def test_each_outcome_of_a_random_program_costs_what_it_costs_among_all_schedules(batch: int, tmp_path: Path) -> None:
    compared = []
    for seed in islice(count(50_000 * batch), EACH):
        file = tmp_path / f"program_{seed}.py"
        file.write_text(make_program(seed))
        compared.append(_are_alike(f"{file}:scenario", ScenarioSize(), 800))
    assert any(compared)


@pytest.mark.sweep
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_finding_of_a_pipeline_costs_what_it_costs_among_all_schedules(path: Path) -> None:
    assert _are_alike(path, ScenarioSize(messages=1), 1000, "class")
    if path in FILES[::3]:
        _are_alike(path, ScenarioSize(messages=2), 1000, "class")


def test_a_lost_update_costs_one_preemption_both_ways(tmp_path: Path) -> None:
    file = tmp_path / "lost_update.py"
    file.write_text(LOST_UPDATE)
    costs = _are_alike(f"{file}:scenario", ScenarioSize(), 300)
    assert costs is not None
    assert sorted((outcome.split(" at ")[0][-1], cost) for outcome, cost in costs.items()) == [("1", 1), ("2", 0)]


def test_a_small_pipeline_costs_the_same_both_ways() -> None:
    costs = _are_alike(next(path for path in FILES if path.stem == "naive"), ScenarioSize(messages=1), 300, "class")
    assert costs is not None
    assert sorted(costs.values()) == [0, 0]
