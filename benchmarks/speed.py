"""What an execution costs: each program under control, on plain threads and with the peer, a little of each in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import harness
from benchmarks import peer
from benchmarks.programs import Program, Workload, load, time_plain_runs

# The goals that the project set itself, for one producer, one consumer, three messages and the strategy random.
RATIO_PROGRAM = "double_lock"
RATIO_GOAL = 0.6
PEER_MEDIAN_GOAL = 50.0
PEER_EACH_GOAL = 25.0


@dataclass(frozen=True, slots=True)
class Speed:
    """One program's microseconds of processor time, medians over all rounds; the peer's are None where it did not run, and `note` says why.

    `plain_elapsed_us`: the median plain run by the clock on the wall, to show that on one core the two are the same.
    """

    program: str
    executions_per_s: float
    execution_us: float
    plain_us: float
    plain_elapsed_us: float
    peer_us: float | None
    peer_narrow_us: float | None
    note: str

    @property
    def ratio(self) -> float:
        """A controlled execution over one plain run."""
        return self.execution_us / self.plain_us

    @property
    def times_less(self) -> float | None:
        """How many times less an execution costs than the peer's schedule with its defaults."""
        return None if self.peer_us is None else self.peer_us / self.execution_us

    @property
    def times_less_narrow(self) -> float | None:
        """The same against the peer confined to the program's file."""
        return None if self.peer_narrow_us is None else self.peer_narrow_us / self.execution_us


def time_execution(program: Program, workload: Workload, executions: int, seed: int) -> tuple[float, float]:
    """Microseconds and steps of one more execution: a long check less a short one.

    What a check does once, loading the program and minimising and explaining a finding of each kind, is so left out.
    """
    few = executions // 5
    run_check(program, workload, 20, seed)  # imports what is imported when first used
    few_s, few_steps = run_check(program, workload, few, seed)
    all_s, all_steps = run_check(program, workload, executions, seed)
    return (all_s - few_s) / (executions - few) * 1e6, (all_steps - few_steps) / (executions - few)


def run_check(program: Program, workload: Workload, executions: int, seed: int) -> tuple[float, int]:
    """Processor seconds and steps of a check that goes on after failures."""
    begin = time.process_time()
    result = harness.check(
        program.target,
        producers=workload.producers,
        consumers=workload.consumers,
        messages=workload.messages,
        capacity=workload.capacity,
        strategy="random",
        executions=executions,
        seed=seed,
        all=True,
    )
    assert result.verdict != "error", f"{program.name}: {result.error}"
    assert result.executions == executions, f"{program.name}: {result.executions} executions instead of {executions}"
    return time.process_time() - begin, result.steps


def measure_speeds(programs: list[Program], workload: Workload, *, rounds: int, executions: int, schedules: int, say: Callable[[str], None]) -> list[Speed]:
    """Every program's times. In each round all contenders run one after the other, so that a slow minute of the machine slows all of them."""
    controlled: dict[str, list[float]] = {program.name: [] for program in programs}
    plain: dict[str, list[float]] = {program.name: [] for program in programs}
    elapsed: dict[str, list[float]] = {program.name: [] for program in programs}
    peers: dict[str, list[peer.PeerTime]] = {program.name: [] for program in programs}
    narrow: dict[str, list[peer.PeerTime]] = {program.name: [] for program in programs}
    absence = peer.absence() if schedules else "left out"
    for number in range(rounds):
        for program in programs:
            say(f"round {number + 1} of {rounds}: {program.name}")
            controlled[program.name].append(time_execution(program, workload, executions, seed=number)[0])
            processor_us, elapsed_us = time_plain_runs(load(program.path), workload, runs=200)
            plain[program.name].append(processor_us)
            elapsed[program.name] += elapsed_us
            if not absence:
                peers[program.name].append(peer.time_schedules(program.path, workload, schedules, is_narrow=False))
                narrow[program.name].append(peer.time_schedules(program.path, workload, schedules, is_narrow=True))
    speeds = []
    for program in programs:
        execution_us = statistics.median(controlled[program.name])
        times = [*peers[program.name], *narrow[program.name]]
        speeds.append(
            Speed(
                program=program.name,
                executions_per_s=1e6 / execution_us,
                execution_us=execution_us,
                plain_us=statistics.median(plain[program.name]),
                plain_elapsed_us=statistics.median(elapsed[program.name]),
                peer_us=median_of(peers[program.name]),
                peer_narrow_us=median_of(narrow[program.name]),
                note=absence or "; ".join(sorted({each.note for each in times if each.note})),
            )
        )
    return speeds


def median_of(times: list[peer.PeerTime]) -> float | None:
    """The median of the peer's times that are there."""
    known = [each.schedule_us for each in times if each.schedule_us is not None]
    return statistics.median(known) if known else None
