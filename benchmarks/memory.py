"""What the process holds after 1,000 and after 100,000 executions, each program in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.programs import Program, Workload
from benchmarks.speed import time_execution

FEW = 1_000
MANY = 100_000
# Room for the allocator's own noise; anything kept per execution (one small object in each) would be far above it.
GROWTH_GOAL = 1.02


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MiB after `few` and after `many` executions in one process. `is_peak`: the system tells only the highest so far."""

    program: str
    few: int
    many: int
    after_few_mib: float
    after_many_mib: float
    is_peak: bool

    @property
    def growth(self) -> float:
        """How many times as much after many as after few."""
        return self.after_many_mib / self.after_few_mib


def resident_mib() -> tuple[float, bool]:
    """The resident memory of this process in MiB, and whether it is only the peak so far."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20, False
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10), True


def measure_memory(program: Program, many: int = MANY) -> Memory:
    """The memory that a fresh process holds after few and after many executions of a program. Raises RuntimeError if it died."""
    command = [sys.executable, "-m", "benchmarks.memory", str(program.path), str(many)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).resolve().parent.parent)
    if done.returncode != 0:
        raise RuntimeError(f"{program.name}: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
    return Memory(**json.loads(done.stdout))


def run_and_weigh(program: Program, many: int) -> Memory:
    """Run few, weigh, run the rest, weigh again, all in this process."""
    time_execution(program, Workload(), FEW, seed=0)
    after_few, _ = resident_mib()
    time_execution(program, Workload(), many - FEW, seed=1)
    after_many, is_peak = resident_mib()
    return Memory(program.name, FEW, many, after_few, after_many, is_peak)


if __name__ == "__main__":
    print(json.dumps(asdict(run_and_weigh(Program(Path(sys.argv[1])), int(sys.argv[2])))))
