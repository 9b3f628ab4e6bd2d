"""CPython's own tests of locks and queues pass on the watched modules, all of them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def has_its_tests() -> bool:
    try:
        return importlib.util.find_spec("test.lock_tests") is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not (hasattr(os, "fork") and has_its_tests()), reason="this Python comes without its tests, or without fork")
@pytest.mark.parametrize("number", [1, pytest.param(3, marks=pytest.mark.lengthy)])
def test_cpythons_own_tests_pass_on_the_watched_primitives(number: int) -> None:
    env = {**os.environ, "PYTHONPATH": str(HERE.parents[2])}
    run = subprocess.run([sys.executable, str(HERE / "suites.py"), str(number)], capture_output=True, text=True, timeout=300, env=env, check=False)
    assert run.returncode == 0, run.stderr
    outcome = json.loads(run.stdout)
    assert outcome["failed"] == {}
    assert outcome["run"] > 100
