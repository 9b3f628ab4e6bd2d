"""The number of a class tells executions apart exactly where the exhaustive search does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from harness.engines.explore import Explore
from harness.model.equivalence import class_of
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.dpor import DPOR
from harness.surroundings import surroundings
from harness.targets import find_target
from harness.trial import Trial
from tests.search.brute_force import AllSchedules
from tests.search.random_programs import make_program
from tests.search.test_counts import CLASSES, PROGRAMS


def _classes(target: str, strategy: Any, most: int) -> list[int]:
    """The class of each execution, those that begin before a place turned out shared left out."""
    found = find_target(target)
    engine = Explore(strategy, 0)
    seen: list[int] = []
    with surroundings(engine, found.file):
        size = ScenarioSize()
        loader = Loader(found, stand_ins())
        trial = Trial(engine, find_scenario(found, loader, engine, None, size, "producer"), size, "producer")
        for _ in range(most):
            if not strategy.begin():
                break
            trial.execute(strategy)
            if strategy.log.is_new_group:
                seen.clear()
            else:
                seen.append(class_of(strategy.log))
            strategy.end(engine.n_choices)
        engine.shut_down()
    return seen


@pytest.mark.parametrize("name", [name for name, classes in CLASSES.items() if classes < 300])
def test_each_execution_of_the_exhaustive_search_is_another_class(name: str) -> None:
    search = DPOR()
    classes = _classes(f"{PROGRAMS}:{name}", search, 1000)
    assert search.is_complete
    assert len(set(classes)) == len(classes) == CLASSES[name]


@pytest.mark.parametrize("name", ["readers_2", "inc_2", "lockinc_2", "lockinc_3", pytest.param("inc_3", marks=pytest.mark.slow)])
def test_all_schedules_have_as_many_classes_as_can_be_counted(name: str) -> None:
    everything = AllSchedules()
    classes = _classes(f"{PROGRAMS}:{name}", everything, 3000)
    assert everything.is_complete
    assert len(set(classes)) == CLASSES[name] < len(classes)


def _small_programs(first_seed: int, folder: Path) -> Iterator[tuple[int, set[int], str]]:
    for seed in count(first_seed):
        file = folder / f"program_{seed}.py"
        file.write_text(make_program(seed))
        everything = AllSchedules()
        classes = _classes(f"{file}:scenario", everything, 400)
        if everything.is_complete:
            yield seed, set(classes), f"{file}:scenario"


@pytest.mark.sweep
@pytest.mark.parametrize("first_seed", [130, 148, 300_000])  # those of 130 and 148 set new and old keys of a dictionary
def test_all_schedules_of_a_random_program_have_the_classes_that_the_exhaustive_search_sees(first_seed: int, tmp_path: Path) -> None:
    programs = _small_programs(first_seed, tmp_path)
    for seed, classes, target in (next(programs) for _ in range(5)):
        search = DPOR()
        seen = _classes(target, search, 1000)
        assert (seed, set(seen), len(seen)) == (seed, classes, search.classes)
