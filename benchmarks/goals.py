"""The figures of one run, and which of the project's goals they meet."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass

from benchmarks.memory import GROWTH_GOAL, Memory
from benchmarks.pinning import Machine
from benchmarks.programs import Workload
from benchmarks.speed import PEER_EACH_GOAL, PEER_MEDIAN_GOAL, RATIO_GOAL, RATIO_PROGRAM, Speed
from benchmarks.steps import STEP_GOAL, StepCost


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that one run of the benchmarks measured; `steps` and `memory` are empty where they were left out."""

    machine: Machine
    workload: Workload
    speeds: list[Speed]
    steps: list[StepCost]
    memory: list[Memory]


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: what was asked, what was measured, and whether that is enough."""

    what: str
    measured: str
    is_met: bool


def judge(figures: Figures) -> list[Goal]:
    """The goals that these figures can be held against; what was not measured is not listed."""
    goals = [
        Goal(f"{speed.program}: an execution costs at most {RATIO_GOAL} of a plain run", f"{speed.ratio:.2f}", speed.ratio <= RATIO_GOAL)
        for speed in figures.speeds
        if speed.program == RATIO_PROGRAM
    ]
    goals += [
        Goal(f"{cost.program}: a step costs at most {STEP_GOAL:.0f} bare switches", f"{cost.switches:.1f}", cost.switches <= STEP_GOAL)
        for cost in figures.steps
    ]
    factors = {speed.program: speed.times_less for speed in figures.speeds if speed.times_less is not None}
    if factors:
        median = statistics.median(factors.values())
        least = min(factors, key=factors.__getitem__)
        goals.append(Goal(f"{PEER_MEDIAN_GOAL:.0f} times less than interleave-test in the median", f"{median:.0f}", median >= PEER_MEDIAN_GOAL))
        goals.append(Goal(f"at least {PEER_EACH_GOAL:.0f} times less each", f"{factors[least]:.0f} ({least})", factors[least] >= PEER_EACH_GOAL))
    goals += [
        Goal(f"{memory.program}: memory flat from {memory.few:,} to {memory.many:,} executions", f"x {memory.growth:.3f}", memory.growth <= GROWTH_GOAL)
        for memory in figures.memory
    ]
    return goals


def as_json(figures: Figures) -> dict[str, object]:
    """The figures with what follows from them, as dicts, lists and scalars."""
    return {
        "machine": asdict(figures.machine),
        "workload": asdict(figures.workload),
        "speeds": [
            asdict(speed) | {"ratio": speed.ratio, "times_less": speed.times_less, "times_less_narrow": speed.times_less_narrow} for speed in figures.speeds
        ],
        "steps": [asdict(cost) | {"switches": cost.switches} for cost in figures.steps],
        "memory": [asdict(memory) | {"growth": memory.growth} for memory in figures.memory],
        "goals": [asdict(goal) for goal in judge(figures)],
    }
