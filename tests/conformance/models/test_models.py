"""CPython's own tests of the primitives pass on the stand-ins: nine in ten at least, and none that passed when the manifest was written fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SEEDS = {"lock_tests": 3, "test_queue": 1, "test_threading_local": 3, "test_concurrent_futures": 2}
VERSION = ".".join(map(str, sys.version_info[:3]))
MANIFEST: dict[str, dict[str, Any]] = json.loads((HERE / "manifest.json").read_text())
COUNTED = ("lock_tests", "test_queue")
"""The suites of which nine in ten must pass on any Python, whether or not the manifest knows its tests."""


@pytest.mark.slow
@pytest.mark.parametrize("suite", sorted(SEEDS))
def test_cpythons_own_tests_pass_on_the_models(suite: str, tmp_path: Path) -> None:
    file = tmp_path / "outcomes.json"
    run = subprocess.run(
        [sys.executable, str(HERE / "suites.py"), suite, str(SEEDS[suite]), str(file)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr
    outcomes: dict[str, str] = {name: text for name, text in json.loads(file.read_text()).items() if not text.startswith("skipped")}
    known = MANIFEST.get(VERSION, {}).get(suite, {"run": 0, "passed": 0, "failed": {}})
    if not outcomes and not known["run"]:
        pytest.skip(f"Python {VERSION} comes without {suite}")
    failed = {name: text for name, text in outcomes.items() if text != "ok"}
    passed = len(outcomes) - len(failed)
    if suite in COUNTED:
        assert passed >= 0.9 * len(outcomes), failed
    if VERSION in MANIFEST:
        assert not {name: text for name, text in failed.items() if name not in known["failed"]}
        assert passed >= known["passed"]


def test_the_manifest_covers_three_versions_and_gives_every_failure_a_reason() -> None:
    assert {version.rpartition(".")[0] for version in MANIFEST} >= {"3.11", "3.12", "3.13"}
    for suites in MANIFEST.values():
        for suite, counts in suites.items():
            assert counts["passed"] + len(counts["failed"]) == counts["run"]
            assert not [name for name, reason in counts["failed"].items() if reason.startswith("unexplained")]
            if suite in COUNTED:
                assert counts["passed"] >= 0.9 * counts["run"] > 0
