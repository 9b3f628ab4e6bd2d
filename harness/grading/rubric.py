"""The rubric: which checks are made, and what each kind of mistake costs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

ATTEMPTS = ("last", "best")
"""Which attempt of somebody's counts."""


@dataclass(frozen=True, slots=True)
class Share:
    """Points that are given where none of the kinds was seen."""

    kinds: tuple[str, ...]
    points: float


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a rubric; the names are those of `harness check`. `mode` None: the class where there is one,
    and `program_executions` of the file's program."""

    name: str
    mode: str | None = None
    function: str = ""
    producers: int = 1
    consumers: int = 1
    messages: int = 3
    capacity: int = 2
    engine: str = "explore"
    strategy: str = "auto"
    executions: int = 1000
    program_executions: int = 60
    order: str = "producer"
    hidden: bool = False
    extra: bool = False
    shares: tuple[Share, ...] = ()

    @property
    def points(self) -> float:
        """The most that it gives."""
        return sum(share.points for share in self.shares)


@dataclass(frozen=True, slots=True)
class Late:
    """What comes after `due` loses `percent_per_day` for each day begun, `at_most_percent` in all."""

    due: datetime
    percent_per_day: float = 10.0
    at_most_percent: float = 100.0

    def percent(self, handed_in: datetime | None, is_late: bool) -> float:
        """How many per cent a submission loses."""
        days = 0
        if handed_in is not None and handed_in > self.due:
            days = -int(-(handed_in - self.due).total_seconds() // 86400)
        return min(self.at_most_percent, self.percent_per_day * max(days, int(is_late)))


@dataclass(frozen=True, slots=True)
class Rubric:
    """All of it. `digest` is a hash of what it says."""

    title: str
    checks: tuple[Check, ...]
    seed: int = 0
    file: str = ""
    wall_s: int = 60
    stall_s: float = 10.0
    memory_mb: int = 1024
    late: Late | None = None
    attempts: str = "last"

    @property
    def max_score(self) -> float:
        """Of the checks that are not extra."""
        return sum(check.points for check in self.checks if not check.extra)

    @property
    def digest(self) -> str:
        """A hash of everything in it, the time of `late` too."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def digest_of_a_grade(self) -> str:
        """A hash of what the grade of an attempt depends on: not on which attempt counts."""
        return replace(self, attempts=ATTEMPTS[0]).digest
