"""`python -m benchmarks.stress`: how many executions engine stress needs to find known mistakes, and whether it ever accuses correct programs."""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

import harness

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Subject:
    """A target under one workload."""

    title: str
    target: str
    producers: int = 1
    consumers: int = 1
    messages: int = 3


FLAWED = (
    Subject("naive", "implementations/naive.py"),
    Subject("double lock without the first acquire", "implementations/flawed/forgotten_acquire.py"),
    Subject("`if` for `while`, 2 x 2", "implementations/flawed/if_for_while.py", 2, 2, 2),
    Subject("event, check then act, 2 x 2", "implementations/flawed/event_check_then_act.py", 2, 2, 2),
    Subject("AB-BA", "implementations/flawed/ab_ba.py"),
    Subject("dining philosophers", "tests/specimens/scenarios/philosophers.py:scenario"),
)
CORRECT = (
    Subject("double_lock", "implementations/double_lock.py"),
    Subject("condition", "implementations/condition.py"),
    Subject("event", "implementations/event.py"),
    Subject("queue_pipeline", "implementations/queue_pipeline.py"),
    Subject("double_lock, 2 x 2", "implementations/double_lock.py", 2, 2, 2),
    Subject("condition, 2 x 2", "implementations/condition.py", 2, 2, 2),
    Subject("queue_pipeline, 2 x 2", "implementations/queue_pipeline.py", 2, 2, 2),
)


def check(subject: Subject, executions: int, seed: int) -> harness.Result:
    """The subject's result on real threads."""
    size = {"producers": subject.producers, "consumers": subject.consumers, "messages": subject.messages}
    return harness.check(str(ROOT / subject.target), engine="stress", executions=executions, seed=seed, **size)


def main() -> int:
    """Measure and print two tables; 1 if a mistake was missed or a correct program accused, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stress", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="seeds for each mistake (default 5)")
    parser.add_argument("--budget", type=int, default=500, help="executions in which a mistake must be found (default 500)")
    parser.add_argument("--executions", type=int, default=2000, help="executions of each correct program (default 2000)")
    options = parser.parse_args()
    status = 0
    print(f"CPython {platform.python_version()}\n\n| mistake | executions to find it, seeds 0 to {options.seeds - 1} | median |\n|---|---|---|")
    for subject in FLAWED:
        results = [check(subject, options.budget, seed) for seed in range(options.seeds)]
        status |= any(result.verdict != "failed" for result in results)
        needed = [result.executions if result.verdict == "failed" else options.budget for result in results]
        told = [str(result.executions) if result.verdict == "failed" else "missed" for result in results]
        print(f"| {subject.title} | {', '.join(told)} | {statistics.median(needed):g} |", flush=True)
    print("\n| correct program | executions | alarms | executions/s |\n|---|---|---|---|")
    for subject in CORRECT:
        result = check(subject, options.executions, 0)
        status |= result.verdict != "survived"
        print(f"| {subject.title} | {result.executions:,} | {len(result.findings)} | {result.executions_per_s:,.0f} |", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
