"""What one more step costs, against a bare greenlet switch."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from greenlet import greenlet

from benchmarks.programs import Program, Workload
from benchmarks.speed import time_execution

# Messages per producer; the slope over them leaves out what an execution costs before its first step.
SIZES = (3, 10, 30)
STEP_GOAL = 4.0


@dataclass(frozen=True, slots=True)
class StepCost:
    """`points`: (steps an execution, microseconds an execution) for each size; `step_us` the slope through them."""

    program: str
    points: list[tuple[float, float]]
    step_us: float
    fixed_us: float
    switch_us: float

    @property
    def switches(self) -> float:
        """The marginal cost of a step in bare switches."""
        return self.step_us / self.switch_us


def time_switch(switches: int = 200_000) -> float:
    """Microseconds of one bare switch between two greenlets that do nothing else."""

    def bounce() -> None:
        back = parent.switch
        while True:
            back()

    parent = greenlet.getcurrent()
    partner = greenlet(bounce)
    partner.switch()
    there = partner.switch
    begin = time.process_time()
    for _ in range(switches // 2):
        there()
    return (time.process_time() - begin) / switches * 1e6


def fit_line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Slope and intercept of the least-squares line through (x, y) points."""
    slope, intercept = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
    return slope, intercept


def measure_step_cost(program: Program, *, rounds: int, executions: int) -> StepCost:
    """The slope of an execution's time over its steps, for growing numbers of messages; switches are timed in the same rounds."""
    switch_times = []
    times: dict[int, list[float]] = {size: [] for size in SIZES}
    steps: dict[int, list[float]] = {size: [] for size in SIZES}
    for number in range(rounds):
        switch_times.append(time_switch())
        for size in SIZES:
            # Fewer of the longer ones: about as many steps for each size.
            execution_us, count = time_execution(program, Workload(messages=size), max(100, executions * SIZES[0] // size), seed=number)
            times[size].append(execution_us)
            steps[size].append(count)
    points = [(statistics.fmean(steps[size]), statistics.median(times[size])) for size in SIZES]
    slope, intercept = fit_line(points)
    return StepCost(program.name, points, slope, intercept, statistics.median(switch_times))
