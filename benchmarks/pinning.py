"""One core for everything, and the words that say which machine the figures are from.

All times are processor times. On one core that nobody else uses they are the elapsed times; where somebody does, they stay what they are,
while elapsed times would favour whatever is measured in short pieces.
"""

from __future__ import annotations

import datetime
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when the figures were measured. `core`: the core that all was pinned to, None where the system knows no pinning."""

    date: str
    python: str
    system: str
    processor: str
    cores: int
    core: int | None


def pin_to_one_core() -> int | None:
    """Pin this process, and so every thread and child it starts later, to one core; its number, None where that cannot be done."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    # The last one: interrupts and other people's work gather on the first.
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def describe_machine(core: int | None) -> Machine:
    """This machine, now."""
    return Machine(
        date=datetime.date.today().isoformat(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {platform.machine()}",
        processor=name_processor(),
        cores=os.cpu_count() or 1,
        core=core,
    )


def name_processor() -> str:
    """The processor's name where the system tells it."""
    table = Path("/proc/cpuinfo")
    if sys.platform == "linux" and table.exists():
        for line in table.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
