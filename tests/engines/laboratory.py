"""A laboratory for the engine: targets written to a folder, executed under any strategy, with what each execution did.

A target is the source of a module with a function `scenario`. What it appends to a module-level list called `seen` is read off after each execution.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import harness
from harness.engines.explore import Explore
from harness.model.choice import Choice, Strategy
from harness.model.events import EventLog
from harness.model.execution import Ending
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.catalogue import make_search
from harness.strategies.picks import Picks
from harness.strategies.units import Search
from harness.surroundings import surroundings
from harness.targets import find_target

STEP_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What one execution did. `departures`: (spawn path, point, whom it chose or "clock", why); `crashes`: the types of errors."""

    ending: Ending
    seen: tuple[Any, ...]
    departures: tuple[tuple[str, int, str, str], ...]
    points: tuple[int, ...]
    crashes: tuple[str, ...]
    n_choices: int

    @property
    def expiries(self) -> int:
        """How often time jumped although somebody could run."""
        return [why for *_, why in self.departures].count("expiry")


class InUnits:
    """A search as a strategy: its units, one after the other."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._unit = search.issue(10**6)
        self._begun = 0

    @property
    def strategy(self) -> Strategy:
        assert self._unit is not None
        return self._unit.strategy

    @property
    def log(self) -> EventLog | None:
        return self.strategy.log

    @property
    def needs_pending(self) -> bool:
        return self.strategy.needs_pending

    def begin(self) -> bool:
        while self._unit is not None:
            if self._begun < self._unit.limit and self._unit.strategy.begin():
                self._begun += 1
                return True
            self._search.merge(self._unit, self._begun)
            self._unit = self._search.issue(10**6)
            self._begun = 0
        return False

    def choose(self, choice: Choice) -> int:
        return self.strategy.choose(choice)

    def end(self, points: int) -> None:
        self.strategy.end(points)


class Laboratory:
    """Writes targets and executes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, source: str) -> str:
        """The path of a file with this source, its indentation removed; the same source has the same file, another has another."""
        path = self.folder / f"target_{zlib.crc32(source.encode()):08x}.py"
        path.write_text(dedent(source), encoding="utf-8")
        return str(path)

    def check(self, source: str, **options: Any) -> harness.Result:
        """The result of `harness.check` on the function `scenario` of this source."""
        return harness.check(f"{self.write(source)}:scenario", **options)

    def executions(self, source: str, n: int = 1, strategy: str | Strategy = "random", seed: int = 0, step_limit: int = STEP_LIMIT) -> list[Seen]:
        """The first `n` executions of `scenario` under a strategy."""
        chosen = InUnits(make_search(strategy, seed)) if isinstance(strategy, str) else strategy
        return list(_execute(self.write(source), n, chosen, seed, step_limit))

    def play(self, source: str, picks: Sequence[int] = ()) -> Seen:
        """The one execution that follows these picks; without any, the default."""
        return self.executions(source, 1, Picks(picks))[0]


def _execute(path: str, n: int, strategy: Strategy, seed: int, step_limit: int) -> Iterator[Seen]:
    target = find_target(f"{path}:scenario")
    engine = Explore(strategy, seed, step_limit)
    with surroundings(engine, target.file):
        loader = Loader(target, stand_ins())
        scenario = find_scenario(target, loader, engine, "function", ScenarioSize(), "producer")
        engine.strategy = strategy
        for _ in range(n):
            if not strategy.begin():
                return
            try:
                ending = engine.run(scenario.body(engine), "function")
                assert scenario.setup_error is None, scenario.setup_error
                assert loader.module is not None
                yield Seen(
                    ending,
                    tuple(vars(loader.module).get("seen", ())),
                    tuple((thread.path, point, to.path if to is not None else "clock", why) for thread, point, to, why in engine.departures),
                    tuple(thread.points for thread in engine.all),
                    tuple(type(error).__name__ for error, _, _, _, is_forgiven, _ in engine.crashes if not is_forgiven),
                    engine.n_choices,
                )
                strategy.end(engine.n_choices)
            finally:
                engine.clean_up()
                scenario.finish()

