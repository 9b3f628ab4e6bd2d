"""The rewrite does not change what a program means: CPython's own tests give the same results with and without it.

``manifest.json`` records, per Python version, which modules ran and how many tests gave the same result, and the
tests known to differ, each with its reason. A result that differs and is not listed there fails; so does a number
that falls. ``python test_rewrite.py`` runs everything and prints what the manifest should hold for this Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import harness

HERE = Path(__file__).resolve().parent
MANIFEST: dict[str, Any] = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
TIME_LIMIT_S = 300

FIRST = ("test_grammar", "test_generators", "test_contextlib", "test_dataclasses", "test_functools", "test_descr", "test_patma", "test_with")
"""The modules that are compared on every Python; the others only in the sweep."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcomes of one module's tests, by test id, without and with the rewrite."""

    native: dict[str, str]
    rewritten: dict[str, str]
    details: dict[str, str]

    @property
    def same(self) -> int:
        """How many tests gave the same result."""
        return sum(self.rewritten.get(test) == outcome for test, outcome in self.native.items())

    def differences(self) -> dict[str, str]:
        """Each differing test with both outcomes and the rewritten one's traceback."""
        tests = self.native.keys() | self.rewritten.keys()
        return {
            test: f"native: {self.native.get(test)}, rewritten: {self.rewritten.get(test)}\n{self.details.get(test, '')}"
            for test in sorted(tests)
            if self.native.get(test) != self.rewritten.get(test)
        }


def compare(module: str) -> Comparison:
    """Runs `module` of the ``test`` package in two processes at once, native and rewritten."""
    with ThreadPoolExecutor(2) as pool:
        native, rewritten = pool.map(lambda way: outcomes(module, way), ("native", "rewritten"))
    return Comparison(native["outcomes"], rewritten["outcomes"], rewritten["details"])


def outcomes(module: str, way: str) -> dict[str, dict[str, str]]:
    """What ``one_module.py`` prints; raises AssertionError if it could not finish."""
    # The child must find the same harness as this process, be it installed or a checkout.
    paths = [str(Path(harness.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTHONWARNINGS", None)
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-W", "ignore", str(HERE / "one_module.py"), module, way]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIME_LIMIT_S, cwd=scratch, env=environment, stdin=subprocess.DEVNULL, check=False
        )
    assert done.returncode == 0, f"{module} did not load or finish ({way}):\n{done.stderr[-3000:]}"
    result: dict[str, dict[str, str]] = json.loads(done.stdout)
    return result


def known_differences(module: str) -> dict[str, str]:
    """Test id to reason, for the tests of `module` that are known to differ on this Python, or on any if this one has no manifest."""
    own = PYTHON in MANIFEST["pythons"]
    listed = {test: entry for test, entry in MANIFEST["differences"].items() if test.startswith(f"test.{module}.")}
    return {test: entry["reason"] for test, entry in listed.items() if not own or PYTHON in entry["pythons"]}


def modules() -> list[Any]:
    """The modules of this Python's manifest, or of the newest one for a Python that has none yet."""
    entry = MANIFEST["pythons"].get(PYTHON) or MANIFEST["pythons"][max(MANIFEST["pythons"], key=lambda version: tuple(map(int, version.split("."))))]
    return [pytest.param(name, marks=() if name in FIRST else pytest.mark.sweep) for name in entry["modules"]]


@pytest.mark.skipif(find_spec("test") is None or find_spec("test.test_grammar") is None, reason="this Python comes without CPython's own test package")
@pytest.mark.parametrize("module", modules())
def test_rewritten_module_gives_the_same_results(module: str) -> None:
    if find_spec(f"test.{module}") is None:
        pytest.skip(f"this Python's test package has no {module}")
    comparison = compare(module)
    unknown = {test: text for test, text in comparison.differences().items() if test not in known_differences(module)}
    assert not unknown, "\n".join(f"{test}: {text}" for test, text in unknown.items())
    entry = MANIFEST["pythons"].get(PYTHON)
    if entry is None:
        assert comparison.same > 0
        return
    recorded = entry["modules"][module]["same"]
    # Another patch release has a few tests more or fewer; the one that the manifest was made on may lose none.
    wanted = recorded if entry["python"] == sys.version.split()[0] else recorded * 9 // 10
    assert comparison.same >= wanted, f"recorded: {recorded} same results on {entry['python']}\nnow:      {comparison.same}"


@pytest.mark.parametrize("python", MANIFEST["pythons"])
def test_manifest_holds_at_least_eight_modules_and_few_differences(python: str) -> None:
    recorded = MANIFEST["pythons"][python]["modules"]
    assert set(FIRST) <= set(recorded)
    assert sum(entry["tests"] - entry["same"] for entry in recorded.values()) <= 5


def measure(names: Iterable[str]) -> dict[str, Any]:
    """A manifest entry for this Python; prints what differs and is not listed."""
    made: dict[str, dict[str, int]] = {}
    for name in names:
        if find_spec(f"test.{name}") is None:
            continue
        comparison = compare(name)
        made[name] = {"tests": len(comparison.native), "same": comparison.same}
        for test, text in comparison.differences().items():
            known = known_differences(name).get(test)
            print(f"{test}: {f'known, {known}' if known else text}", file=sys.stderr)
    return {"python": sys.version.split()[0], "modules": made}


if __name__ == "__main__":
    every = sys.argv[1:] or list(dict.fromkeys(name for entry in MANIFEST["pythons"].values() for name in entry["modules"]))
    print(json.dumps({PYTHON: measure(every)}, indent=1))
