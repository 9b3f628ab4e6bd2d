"""A process that makes many checks keeps nothing of those that are over: objects are counted, nothing is timed."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

import harness
from harness import runtime
from harness.engines import places_of_sites
from harness.instrument.loader import compile_target
from tests.tables import ROOT

PIPELINES = [ROOT / "implementations" / f"{name}.py" for name in ("naive", "double_lock", "flawed/ab_ba")]


def n_objects() -> int:
    """How many objects the collector knows, after it has run."""
    gc.collect()
    return len(gc.get_objects())


def check_all(n: int) -> None:
    """Checks a failing, a correct and a deadlocking pipeline `n` times."""
    for seed in range(n):
        for path in PIPELINES:
            harness.check(str(path), executions=20, seed=seed)


@pytest.mark.lengthy
def test_many_checks_of_one_target_leave_no_object_behind() -> None:
    check_all(3)
    before = n_objects()
    check_all(10)
    assert n_objects() - before < 10  # thirty checks; a kept trace alone would be hundreds


def check_written(folder: Path, first: int, last: int) -> None:
    """Checks as many files, each with a source of its own."""
    source = (ROOT / "implementations" / "double_lock.py").read_text(encoding="utf-8")
    for n in range(first, last):
        path = folder / f"target_{n}.py"
        path.write_text(f"{source}\nVERSION = {n}\n", encoding="utf-8")
        harness.check(str(path), executions=2)


@pytest.mark.lengthy
def test_targets_that_are_no_more_take_their_sites_with_them(tmp_path: Path) -> None:
    kept = compile_target.cache_info().maxsize
    assert kept is not None
    compile_target.cache_clear()
    check_written(tmp_path, 0, kept + 2)
    before = n_objects()
    check_written(tmp_path, kept + 2, kept + 42)
    assert n_objects() - before < 40  # less than one for each check; a target has 44 sites alone


def test_sites_of_two_programs_that_share_a_place_are_forgotten_one_by_one() -> None:
    source = "class Box:\n    def set(self):\n        self.only_here = 1\n"
    place = ("attribute", "only_here")
    first, second = compile_target(source, "first.py"), compile_target(source, "second.py")
    places_of_sites.take_in()
    (one, other) = places_of_sites.sites_of[place]
    compile_target.cache_clear()
    del first
    places_of_sites.take_in()
    assert places_of_sites.sites_of[place] == [other]
    assert runtime.sites[one] is runtime.GONE
    assert runtime.sites[other].file == second.filename
    del second
    places_of_sites.take_in()
    assert place not in places_of_sites.sites_of
