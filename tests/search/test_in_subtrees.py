"""Under the engine, too, the exhaustive search comes to the same however small the units are that it is cut into."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from harness.strategies import subtrees
from tests.search.random_programs import make_program

EACH = 8
MOST = 400


@pytest.mark.parametrize("batch", range(3))
def test_a_random_program_has_the_same_classes_in_units_of_any_size(batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    n_compared = 0
    seed = 50_000 * (batch + 1)
    while n_compared < EACH:
        seed += 1
        file = tmp_path / f"program_{seed}.py"
        file.write_text(make_program(seed), encoding="utf-8")
        seen = []
        for first, size in ((MOST, 64), (2, 1), (3, 5)):
            monkeypatch.setattr(subtrees, "FIRST", first)
            monkeypatch.setattr(subtrees, "SIZE", size)
            result = harness.check(f"{file}:scenario", strategy="dpor", executions=MOST, all=True)
            seen.append((result.complete, result.classes, result.executions, result.limits, sorted({finding.kind for finding in result.errors})))
        if seen[0][0] and seen[0][2] > 10:
            n_compared += 1
            assert seen[1] == seen[0], seed
            assert seen[2] == seen[0], seed
