"""Under the engine, too, the exhaustive search comes to the same however small the units are that it is cut into."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import harness
from harness.strategies import subtrees
from tests.search.random_programs import make_program

EACH = 2
MOST = 300


def _checked(file: Path, first: int, size: int, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int | None, int, tuple[str, ...]]:
    monkeypatch.setattr(subtrees, "FIRST", first)
    monkeypatch.setattr(subtrees, "SIZE", size)
    result = harness.check(f"{file}:scenario", strategy="dpor", executions=MOST)
    return result.verdict, result.classes, result.executions, result.limits


@pytest.mark.parametrize("batch", range(3))
def test_a_random_program_has_the_same_classes_in_units_of_any_size(batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    n_compared = 0
    seed = 50_000 * (batch + 1)
    while n_compared < EACH:
        seed += 1
        file = tmp_path / f"program_{seed}.py"
        # its last line fails with all that was seen: here it is to pass, so that the search goes on to its end
        file.write_text(re.sub(r"\bassert False\b", "assert True", make_program(seed)), encoding="utf-8")
        whole = _checked(file, MOST, 64, monkeypatch)
        if whole[0] == "verified" and whole[2] > 10:
            n_compared += 1
            assert _checked(file, 2, 1, monkeypatch) == whole, seed
            assert _checked(file, 3, 5, monkeypatch) == whole, seed
