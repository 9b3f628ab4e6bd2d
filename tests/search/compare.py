"""The exhaustive search against brute force: ``python -m tests.search.compare 5000`` writes what came of 5,000 programs to compared.json."""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.engines.explore import Explore
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.dpor import DPOR
from harness.surroundings import surroundings
from harness.targets import find_target
from harness.trial import Trial
from tests.search.brute_force import AllSchedules
from tests.search.random_programs import make_program

MOST = 3000
"""Executions that brute force may take; a program that needs more is too large to compare."""
RESULTS = Path(__file__).with_name("compared.json")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both say of one program: whether brute force came to its end, and all outcomes of either; `redundant` and `doubts` of the search."""

    is_small: bool
    possible: frozenset[str]
    found: frozenset[str]
    is_complete: bool
    redundant: int
    doubts: tuple[str, ...]

    @property
    def is_alike(self) -> bool:
        """The search ended, and saw what is possible, no more and no less, none twice."""
        return self.is_complete and self.found == self.possible and not self.redundant


def outcomes(file: Path, strategy: Any, most: int) -> frozenset[str]:
    """What the scenario of a file came to in the executions of a strategy, at most so many."""
    found = find_target(f"{file}:scenario")
    engine = Explore(strategy, 0)
    seen: set[str] = set()
    with surroundings(engine, found.file):
        size = ScenarioSize()
        loader = Loader(found, stand_ins())
        trial = Trial(engine, find_scenario(found, loader, engine, None, size, "producer"), size, "producer")
        for number in range(most):
            if not strategy.begin():
                break
            failure = trial.execute(strategy)
            if strategy.log.is_new_group:
                seen.clear()  # a place turned out shared: the strategy begins anew
            else:
                seen.add("none" if failure is None else " | ".join(f"{finding.kind}: {finding.message}" for finding in failure.findings))
            strategy.end(engine.n_choices)
            if number % 256 == 255:
                gc.collect(1)
        engine.shut_down()
    return frozenset(seen)


def compare(seed: int, folder: Path, most: int = MOST) -> Comparison:
    """The random program of a seed, searched both ways; brute force takes at most so many executions."""
    file = folder / f"program_{seed}.py"
    file.write_text(make_program(seed))
    everything, search = AllSchedules(), DPOR()
    possible = outcomes(file, everything, most)
    if not everything.is_complete:
        return Comparison(False, possible, frozenset(), False, 0, ())
    found = outcomes(file, search, most)
    return Comparison(True, possible, found, search.is_complete, search.redundant, tuple(search.doubts))


def main(number: int, most_s: float) -> None:
    """Compares the programs of the seeds from 0 on and writes down how far it came."""
    begun = time.monotonic()
    compared = too_large = 0
    divergences: dict[int, str] = {}
    seed = -1
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(number):
            comparison = compare(seed, Path(folder))
            if not comparison.is_small:
                too_large += 1
            else:
                compared += 1
                if not comparison.is_alike:
                    missing, extra = comparison.possible - comparison.found, comparison.found - comparison.possible
                    divergences[seed] = f"missing {len(missing)}, extra {len(extra)}, redundant {comparison.redundant}, doubts {comparison.doubts}"
            if time.monotonic() - begun > most_s:
                break
    told = {"programs": seed + 1, "compared": compared, "too large for brute force": too_large, "divergences": divergences}
    RESULTS.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else float("inf"))
