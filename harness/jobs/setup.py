"""What a process on another machine needs to execute units as one that was forked from the search would."""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.errors import HarnessError
from harness.jobs.way import Way
from harness.jobs.worker import Job
from harness.model.result import ScenarioSize
from harness.scenarios import Loader, ProgramScenario, Scenario, find_scenario
from harness.standins.modules import stand_ins
from harness.strategies.picks import Picks
from harness.targets import Target, find_target
from harness.trial import Trial


@dataclass(frozen=True, slots=True)
class Setup:
    """The way, the job, and the state of the search when the units were handed out, as far as it does not stand in each order.

    `sites`: a hash of the target's sites with their numbers, by which the processes agree on what these mean.
    """

    text: str
    folder: str
    file: str
    digest: str
    path: tuple[str, ...]
    mode: str | None
    size: ScenarioSize
    order: str
    instrument: tuple[str, ...]
    job: tuple[str, int, bool, float | None, bool]
    first_site: int
    n_sites: int
    sites: str
    traced: tuple[bool, ...]
    traced_groups: tuple[Any, ...]
    knows_traced: bool
    version: str

    def packed(self) -> bytes:
        """As bytes, for another process with the same harness."""
        return pickle.dumps(self)

    @property
    def name(self) -> str:
        """The same for the same setup only."""
        return hashlib.sha256(self.packed()).hexdigest()


def setup_of(way: Way, trial: Trial, job: Job) -> Setup:
    """What another process begins with, as things stand now."""
    engine = trial.engine
    return Setup(
        text=way.target.text,
        folder=os.getcwd(),
        file=way.target.file,
        digest=_digest(way.target.file),
        path=tuple(sys.path),
        mode=way.mode,
        size=way.size,
        order=way.order,
        instrument=way.instrument,
        job=(job.strategy, job.seed, job.is_all, None, job.sees),
        first_site=way.target.program.first_site,
        n_sites=len(runtime.sites),
        sites=_hash_of_sites(trial),
        traced=tuple(engine.traced),
        traced_groups=tuple(sorted(engine.traced_groups, key=repr)),
        knows_traced=engine.knows_traced,
        version=_version(),
    )


def find_again(setup: Setup) -> Target:
    """The target, here. Raises HarnessError where this is another Python or harness, or the file is not the same."""
    if setup.version != _version():
        raise HarnessError(f"another Python or harness runs there: {_version()}, and here {setup.version}")
    try:
        os.chdir(setup.folder)
        is_same = _digest(setup.file) == setup.digest
    except OSError:
        is_same = False
    if not is_same:
        raise HarnessError(f"{setup.file} is not there, or another file: the target must stand at the same place on every machine")
    sys.path[:] = [*setup.path, *(entry for entry in sys.path if entry not in setup.path)]
    runtime.sites.extend([runtime.GONE] * (setup.first_site - len(runtime.sites)))
    return find_target(setup.text)


def trial_from(setup: Setup, target: Target, engine: Explore) -> Trial | None:
    """The trial, in the state in which the search handed it out; None where the numbers of sites do not mean the same here. Use it within
    `harness.surroundings.surroundings`."""
    scenario: Scenario = find_scenario(target, Loader(target, stand_ins(), setup.instrument), engine, setup.mode, setup.size, setup.order)
    trial = Trial(engine, scenario, setup.size, setup.order)
    trial.execute(Picks([]))  # loads what the target imports
    runtime.sites.extend([runtime.GONE] * (setup.n_sites - len(runtime.sites)))  # those of other targets, where others were checked before
    if len(runtime.sites) != setup.n_sites or _hash_of_sites(trial) != setup.sites:
        return None
    for noted in (engine.uncontrolled, engine.limits, engine.called, engine.ordinary):
        noted.clear()  # so far nothing has been executed for the search
    engine.draws = engine.has_spawned = engine.is_partial = False
    if isinstance(scenario, ProgramScenario):
        scenario.remarks.clear()
    engine.traced, engine.traced_groups, engine.knows_traced = [*setup.traced], {*setup.traced_groups}, setup.knows_traced
    return trial


def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def _hash_of_sites(trial: Trial) -> str:
    files = trial.subject.files
    sites = [(number, site) for number, site in enumerate(runtime.sites) if site.file in files]
    told = [(number, site.file, site.line, site.column, site.kind, site.name, site.function) for number, site in sites]
    return hashlib.sha256(repr(told).encode(errors="surrogatepass")).hexdigest()


def _version() -> str:
    try:
        ours = metadata.version("race-harness")
    except metadata.PackageNotFoundError:
        ours = "(not installed)"
    return f"Python {platform.python_version()}, race-harness {ours}"
