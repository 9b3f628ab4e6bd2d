"""The exhaustive search against brute force: ``python -m tests.search.compare 5000 2`` compares both on 5,000 random programs, in two processes,
and writes what came of it to compared.json."""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from harness import collector
from harness.engines.explore import Explore
from harness.model.choice import Choice
from harness.model.events import EventLog
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.dpor import DPOR
from harness.surroundings import surroundings
from harness.targets import find_target
from harness.trial import Trial
from tests.search.brute_force import AllSchedules, way_of_main
from tests.search.random_programs import make_program

MOST = 1500
"""Executions that brute force may take; a program that needs more is too large to compare."""
WALKS = 20
"""Random walks that say whether a program is worth trying: it is not if they make it twice as large as brute force may be."""
BLOCK = 100
"""Programs between two lines that say how far it is."""
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
                collector.collect()
        engine.shut_down()
    return frozenset(seen)


class Sizing:
    """Random walks that estimate how many schedules there are: the mean of the products of the numbers of ways (Knuth, Estimating the efficiency
    of backtrack programs, Mathematics of Computation 29(129), 1975)."""

    needs_pending = False

    def __init__(self) -> None:
        self.log = EventLog()
        self._random = Random(0).random
        self._product = 1
        self.products: list[int] = []

    def begin(self) -> bool:
        self._product = 1
        return len(self.products) < WALKS

    def choose(self, choice: Choice) -> int:
        way = way_of_main(choice)
        if way is not None:
            return way
        self._product *= choice.count
        return int(self._random() * choice.count)

    def end(self, points: int) -> None:
        self.products.append(self._product)


def compare(seed: int, folder: Path, most: int = MOST) -> Comparison:
    """The random program of a seed, searched both ways; brute force takes at most so many executions."""
    file = folder / f"program_{seed}.py"
    file.write_text(make_program(seed))
    sizing = Sizing()
    outcomes(file, sizing, WALKS)
    if sum(sizing.products) > 2 * most * WALKS:
        return Comparison(False, frozenset(), frozenset(), False, 0, ())
    everything, search = AllSchedules(), DPOR()
    possible = outcomes(file, everything, most)
    if not everything.is_complete:
        return Comparison(False, possible, frozenset(), False, 0, ())
    found = outcomes(file, search, most)
    return Comparison(True, possible, found, search.is_complete, search.redundant, tuple(search.doubts))


def told(seed: int) -> tuple[int, str]:
    """The seed, and what came of its program: "alike", "too large" or how the two differ."""
    with tempfile.TemporaryDirectory() as folder:
        comparison = compare(seed, Path(folder))
    if not comparison.is_small:
        return seed, "too large"
    if comparison.is_alike:
        return seed, "alike"
    missing, extra = comparison.possible - comparison.found, comparison.found - comparison.possible
    return seed, f"missing {len(missing)}, extra {len(extra)}, redundant {comparison.redundant}, doubts {comparison.doubts}"


def main(number: int, processes: int = 1, first: int = 0, most_s: float = float("inf")) -> None:
    """Compares so many programs, of the seeds from `first` on, passing over those that are too large, and writes down what came of them. After
    `most_s` seconds it stops with what it has."""
    begun = time.monotonic()
    begin = first
    n_too_large = n_compared = 0
    divergences: dict[int, str] = {}
    with multiprocessing.Pool(processes) as pool:
        while n_compared < number and time.monotonic() - begun < most_s:
            for seed, outcome in pool.imap(told, range(begin, begin + BLOCK)):
                if outcome == "too large":
                    n_too_large += 1
                    continue
                n_compared += 1
                if outcome != "alike":
                    divergences[seed] = outcome
            begin += BLOCK
            print(f"up to seed {begin - 1}: {n_compared} compared, {len(divergences)} divergences, {time.monotonic() - begun:.0f} s", flush=True)
    came = {
        "seeds": [first, begin - 1],
        "compared": n_compared,
        "too large for brute force": n_too_large,
        "divergences": divergences,
    }
    RESULTS.write_text(json.dumps(came, indent=1) + "\n")
    print(json.dumps(came))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
