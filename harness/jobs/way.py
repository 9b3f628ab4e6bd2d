"""How a target is checked."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.result import ScenarioSize
from harness.targets import Target


@dataclass(frozen=True, slots=True)
class Way:
    """What `find_scenario` is told beside the engine, and where the target was found."""

    target: Target
    mode: str | None
    size: ScenarioSize
    order: str
    instrument: tuple[str, ...]
