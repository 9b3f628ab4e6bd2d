"""Targets of a few lines, and campaigns on them that give up early where a test is about giving up."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.model.finding import Finding
from harness.model.result import ScenarioSize
from harness.stress.check import StressCampaign, TargetRefused
from harness.targets import find_target


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a target's source to a file; where it is."""

    def write(source: str) -> Path:
        path = tmp_path / "target.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    return write


def nothing_found(is_thorough: bool) -> Sequence[Finding]:
    return ()


def campaign_on(target: str, budget: int, **settings: Any) -> tuple[StressCampaign, str]:
    """A campaign that has run, and why it could not judge ("" if it could). Nothing is searched for under explore unless the test says so."""
    defaults: dict[str, Any] = {
        "seed": 0, "size": ScenarioSize(1, 1, 3, 2), "order": "producer", "time_s": None, "is_all": False, "on_progress": None, "instrument": (),
        "strategy": "auto", "reproduce": nothing_found,
    }  # fmt: skip
    campaign = StressCampaign(budget=budget, **{**defaults, **settings})
    try:
        campaign.run(find_target(target), None)
    except TargetRefused as error:
        return campaign, str(error)
    return campaign, ""
