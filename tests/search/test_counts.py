"""The exhaustive search executes each class of equivalent executions once: exact counts, by hand or from the literature."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAMS = Path(__file__).with_name("programs") / "counted.py"
CLASSES = {
    "lastzero_2": 5,  # (n + 3) * 2**(n - 2), which fits what POPL 2014, table 1, gives for 5 and 10
    "lastzero_5": 64,
    "readers_2": 4,  # each reader is before or after the write: 2**n
    "readers_8": 256,
    "indexer_12": 8,  # Flanagan, Godefroid, POPL 2005: with 12 threads the first collisions
    "inc_2": 4,  # both updates kept in either order, and either lost
    "inc_3": 36,
    "inc_4": 576,  # n! orders of the writes times the places of the reads: (n!)**2
    "lockinc_2": 2,  # n! orders of the lock
    "lockinc_3": 6,
    "lockinc_4": 24,
    "lockinc_5": 120,
}
LARGE = {"lastzero_10": 3328, "readers_11": 2048, "lockinc_6": 720}


def _check(name: str, executions: int) -> harness.Result:
    return harness.check(f"{PROGRAMS}:{name}", strategy="dpor", executions=executions)


@pytest.mark.parametrize(("name", "classes"), [*CLASSES.items(), *(pytest.param(*large, marks=pytest.mark.sweep) for large in LARGE.items())])
def test_every_class_is_executed_once(name: str, classes: int) -> None:
    result = _check(name, classes + 100)
    assert (result.verdict, result.error, result.complete, result.classes) == ("verified", None, True, classes)
    assert result.limits == ()
    assert result.executions == classes, "an execution beyond the classes is redundant"


@pytest.mark.parametrize("name", ["inc_3", "lockinc_4"])
def test_one_execution_fewer_proves_nothing(name: str) -> None:
    result = _check(name, CLASSES[name] - 1)
    assert (result.verdict, result.complete, result.classes) == ("survived", False, None)
    assert result.limits == (
        f"the exhaustive search did not end: {CLASSES[name] - 1} classes of equivalent executions were seen, and there may be more",
    )
