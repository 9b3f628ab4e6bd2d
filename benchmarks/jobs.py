"""`python -m benchmarks.jobs`: what a second process brings, on long searches; one process and two in turn, in one run."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import harness
from benchmarks.pinning import describe_machine

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1.7


@dataclass(frozen=True, slots=True)
class Long:
    """A search that takes long, and how."""

    title: str
    target: str
    options: dict[str, Any]


BIG = {"producers": 2, "consumers": 2, "messages": 2}
SEARCHES = (
    Long("condition 2 x 2 x 2, exhaustively", "implementations/condition.py:Pipeline", {**BIG, "strategy": "dpor", "executions": 30_000}),
    Long("condition 2 x 2 x 2, auto", "implementations/condition.py:Pipeline", {**BIG, "executions": 10_000}),
    Long("condition, portfolio", "implementations/condition.py:Pipeline", {"strategy": "portfolio", "executions": 20_000}),
    Long("double_lock, portfolio", "implementations/double_lock.py:Pipeline", {"strategy": "portfolio", "executions": 20_000}),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a check took: elapsed seconds, processor seconds of this process and of the others."""

    elapsed_s: float
    own_s: float
    others_s: float


def take(search: Long, jobs: int, executions: int | None) -> tuple[Taken, harness.Result]:
    """What a check took, and its result."""
    options = search.options if executions is None else {**search.options, "executions": executions}
    begun, before = time.perf_counter(), os.times()
    result = harness.check(str(ROOT / search.target), jobs=jobs, **options)
    elapsed, after = time.perf_counter() - begun, os.times()
    own = after.user + after.system - before.user - before.system
    return Taken(elapsed, own, after.children_user + after.children_system - before.children_user - before.children_system), result


def main() -> int:
    """Measure and print a table; 1 with --strict if the goal is missed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="processes to compare with one (default 2)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--executions", type=int, help="in place of the searches' own budgets")
    parser.add_argument("--strict", action="store_true", help="exit status 1 if the goal is missed")
    options = parser.parse_args()
    machine = describe_machine(None)
    print(f"{machine.date}, {machine.python}, {machine.system}, {machine.processor}, {machine.cores} cores, load {os.getloadavg()[0]:.1f} at the beginning")
    print("on free cores: processor time of one process by that of the one that searches and the others' divided by their number, a lower bound\n")
    gains: list[float] = []
    for search in SEARCHES:
        rounds = []
        for _ in range(options.rounds):
            alone, result = take(search, 1, options.executions)
            shared, other = take(search, options.jobs, options.executions)
            assert (result.verdict, result.executions, result.classes, result.steps) == (other.verdict, other.executions, other.classes, other.steps)
            rounds.append((alone, shared))
        elapsed = [alone.elapsed_s / shared.elapsed_s for alone, shared in rounds]
        free = [alone.own_s / (shared.own_s + shared.others_s / options.jobs) for alone, shared in rounds]
        gains.append(max(elapsed))
        print(f"{search.title}: {result.executions:,} executions, {result.verdict}")
        one, many = min(alone.elapsed_s for alone, _ in rounds), min(shared.elapsed_s for _, shared in rounds)
        each = ", ".join(f"{gain:.2f}" for gain in elapsed)
        print(f"  elapsed {one:.2f} s, with {options.jobs} processes {many:.2f} s", end="; ")
        print(f"times, round by round: {each}; on free cores {statistics.median(free):.2f}", flush=True)
    median = statistics.median(gains)
    print(f"\n{'met   ' if median >= GOAL else 'MISSED'}  {median:.2f} times, median of the best rounds (goal with two processes: {GOAL}); "
          f"load {os.getloadavg()[0]:.1f} at the end")  # fmt: skip
    return int(options.strict and median < GOAL)


if __name__ == "__main__":
    sys.exit(main())
