"""Running a body under control, several executions of one engine if need be."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.engines.explore import Explore
from harness.standins import modules
from harness.strategies.random_walk import RandomWalk


@dataclass(frozen=True)
class Outcome:
    """How one execution went. `crashes`: (exception's text, where, future, whether it was forgiven)."""

    ending: str
    value: Any
    crashes: tuple[tuple[str, str, str, bool], ...]
    stuck: tuple[str, ...]


class Controlled:
    """Executions of one engine, each under the next random schedule."""

    def __init__(self, seed: int = 0) -> None:
        self.engine = Explore(RandomWalk(random.Random(seed)), seed)

    def run(self, body: Callable[[], Any]) -> Outcome:
        """One execution with `body` on its main virtual thread; an exception that leaves it leaves this too."""
        modules.restore()
        values: list[Any] = []
        errors: list[Exception] = []

        def main() -> None:
            try:
                values.append(body())
            except Exception as error:
                errors.append(error)

        ending = self.engine.run(main, "function")
        crashes = tuple((repr(crash[0]), crash[1], crash[2], crash[4]) for crash in self.engine.crashes)
        stuck = tuple(f"{thread.name}: {thread.waits_at.kind}" for thread in self.engine.all if thread.waits_at is not None)
        self.engine.clean_up()
        if errors:
            raise errors[0]
        return Outcome(ending, values[0] if values else None, crashes, stuck)


@pytest.fixture
def controlled() -> Controlled:
    return Controlled()


@pytest.fixture
def outcomes() -> Callable[..., list[Outcome]]:
    """The outcomes of one body under many schedules."""

    def explore(body: Callable[[], Any], schedules: int = 100) -> list[Outcome]:
        controlled = Controlled()
        return [controlled.run(body) for _ in range(schedules)]

    return explore


@pytest.fixture
def m() -> Any:
    """The stand-ins: ``m["threading"]`` and so on."""
    return modules.stand_ins()
