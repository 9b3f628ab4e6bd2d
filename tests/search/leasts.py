"""What a bounded search says of a program: the least cost of each outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness import collector
from harness.engines.explore import Explore
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.surroundings import surroundings
from harness.targets import find_target
from harness.trial import Trial


def leasts(target: str | Path, strategy: Any, size: ScenarioSize, most: int, deepest: int, mode: str | None = None) -> tuple[int, dict[str, int]]:
    """How many levels of cost were played to the end, within `most` executions and no deeper than `deepest`, and the least cost of each outcome in these.

    An outcome is all that the findings of an execution say; "none" where nothing is wrong.
    """
    found = find_target(str(target))
    engine = Explore(strategy, 0)
    costs: dict[str, int] = {}
    levels = 0
    with surroundings(engine, found.file):
        loader = Loader(found, stand_ins())
        trial = Trial(engine, find_scenario(found, loader, engine, mode, size, "producer"), size, "producer")
        for number in range(most):
            if not strategy.begin():
                levels = deepest + 1
                break
            if strategy.level > deepest:
                levels = deepest + 1
                break
            levels = strategy.level
            failure = trial.execute(strategy)
            outcome = "none" if failure is None else " | ".join(f"{finding.kind}: {finding.message}" for finding in failure.findings)
            if strategy.log.is_new_group:
                costs.clear()  # a place turned out shared: the strategy begins anew
            else:
                costs.setdefault(outcome, strategy.level)
            strategy.end(engine.n_choices)
            if number % 256 == 255:
                collector.collect()
        engine.shut_down()
    return levels, {outcome: cost for outcome, cost in sorted(costs.items()) if cost < levels}
