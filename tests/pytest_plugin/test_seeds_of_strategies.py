"""Repetitions of a test search differently: the exhaustive search, the same in each, is the first one's alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.pytest_plugin.seeds import REPETITION, strategy_of


def item(step: int | None) -> Any:
    """A test item as pytest-repeat makes it."""
    return SimpleNamespace(callspec=SimpleNamespace(params={} if step is None else {REPETITION: step}))


@pytest.mark.parametrize(("step", "strategy"), [(None, "auto"), (0, "auto"), (1, "portfolio"), (499, "portfolio")])
def test_only_the_first_repetition_searches_exhaustively(step: int | None, strategy: str) -> None:
    assert strategy_of(item(step), "auto") == strategy


def test_a_strategy_that_was_asked_for_stays() -> None:
    assert strategy_of(item(3), "dpor") == "dpor"
