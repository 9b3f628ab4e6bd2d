"""`python -m benchmarks`: measure everything on one core, print it side by side, and say which goals are met."""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.goals import Figures, as_json, judge
from benchmarks.memory import MANY, measure_memory
from benchmarks.pinning import describe_machine, pin_to_one_core
from benchmarks.programs import Workload, programs
from benchmarks.speed import RATIO_PROGRAM, measure_speeds
from benchmarks.steps import SIZES, measure_step_cost

# One that never fails and one that fails in most executions: findings must not pile up either.
WEIGHED = (RATIO_PROGRAM, "naive")


def main() -> int:
    """Measure and print; 0 if every goal that was measured is met, else 1 with --strict, and 0 without."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What an execution costs, side by side in one run, pinned to one core.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; every figure is a median over them (default 5)")
    parser.add_argument("--executions", type=int, default=3000, help="controlled executions a program and round (default 3000)")
    parser.add_argument("--schedules", type=int, default=50, help="interleave-test's schedules a program and round, 0 to leave it out (default 50)")
    parser.add_argument("--memory", type=int, default=MANY, metavar="N", help=f"executions for the memory figures, 0 to leave them out (default {MANY})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--strict", action="store_true", help="exit status 1 if a goal is missed")
    options = parser.parse_args()

    core = pin_to_one_core()
    workload = Workload()
    measured = programs()
    terminal = Console(stderr=True)
    with terminal.status("") if terminal.is_terminal else nullcontext() as status:
        say: Callable[[str], None] = status.update if status is not None else (lambda words: None)
        speeds = measure_speeds(measured, workload, rounds=options.rounds, executions=options.executions, schedules=options.schedules, say=say)
        say("the cost of a step")
        steps = [measure_step_cost(program, rounds=options.rounds, executions=options.executions) for program in measured if program.name == RATIO_PROGRAM]
        memory = []
        for program in measured if options.memory else []:
            if program.name in WEIGHED:
                say(f"memory: {options.memory:,} executions of {program.name}")
                memory.append(measure_memory(program, options.memory))
    figures = Figures(describe_machine(core), workload, speeds, steps, memory)
    show(figures, Console(width=None if sys.stdout.isatty() else 160))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(figures), indent=2) + "\n", encoding="utf-8")
    return int(options.strict and not all(goal.is_met for goal in judge(figures)))


def show(figures: Figures, console: Console) -> None:
    """Print the figures as tables, then the goals."""
    say = functools.partial(console.print, highlight=False)
    machine, workload = figures.machine, figures.workload
    where = "not pinned" if machine.core is None else f"all pinned to core {machine.core}"
    say(f"{machine.date}, {machine.python}, {machine.system}, {machine.processor}, {machine.cores} cores, {where}")
    say(f"{workload.producers} producer, {workload.consumers} consumer, {workload.messages} messages, capacity {workload.capacity}, strategy random")
    say("times are processor times, which on one idle core are the elapsed times\n")

    table = Table(title="An execution under control, a plain run on OS threads, a schedule of interleave-test", title_justify="left")
    table.add_column("program")
    headings = ("executions/s", "execution us", "plain run us", "(elapsed)", "execution / plain", "peer us", "times less", "peer us, file only", "times less")
    for heading in headings:
        table.add_column(heading, justify="right")
    for speed in figures.speeds:
        table.add_row(
            speed.program,
            f"{speed.executions_per_s:,.0f}",
            f"{speed.execution_us:,.0f}",
            f"{speed.plain_us:,.0f}",
            f"{speed.plain_elapsed_us:,.0f}",
            f"{speed.ratio:.2f}",
            number(speed.peer_us),
            number(speed.times_less),
            number(speed.peer_narrow_us),
            number(speed.times_less_narrow),
        )
    console.print(table)
    for note in sorted({f"interleave-test: {speed.note}" for speed in figures.speeds if speed.note}):
        say(note)
    say("peer: interleave-test with its defaults; file only: confined to the program's file, the producers' and consumers' loops untraced\n")

    for cost in figures.steps:
        sizes = ", ".join(f"{messages} messages {steps:.0f} steps {us:.0f} us" for messages, (steps, us) in zip(SIZES, cost.points, strict=True))
        say(f"{cost.program}: {sizes}")
        say(f"  so a step costs {cost.step_us:.2f} us, {cost.switches:.1f} times a bare greenlet switch of {cost.switch_us:.2f} us")
        say(f"  and an execution {cost.fixed_us:.0f} us before its first step")
    for memory in figures.memory:
        kind = "peak " if memory.is_peak else ""
        say(f"{memory.program}: {kind}memory {memory.after_few_mib:.1f} MiB after {memory.few:,} executions")
        say(f"{memory.program}: {kind}memory {memory.after_many_mib:.1f} MiB after {memory.many:,} executions")

    console.print()
    for goal in judge(figures):
        say(f"{'met   ' if goal.is_met else 'MISSED'}  {goal.what}: {goal.measured}")


def number(value: float | None) -> str:
    """A figure without decimals, a dash where there is none."""
    return "-" if value is None else f"{value:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
