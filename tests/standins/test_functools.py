"""Results that functools keeps: computed twice where the real ones can be, once where a lock prevents it."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest

import harness

KEPT = """
import functools, threading

class Shop:
    @functools.{decorator}
    def made(self):
        return object()

def scenario():
    shop, seen = Shop(), []
    threads = [threading.Thread(target=lambda: seen.append(shop.made{call})) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0] is seen[1]
"""


def verdict(decorator: str, call: str, tmp_path: Path) -> str:
    """What a check says of two threads that ask for one kept result."""
    file = tmp_path / "kept.py"
    file.write_text(KEPT.format(decorator=decorator, call=call), encoding="utf-8")
    return harness.check(f"{file}:scenario", executions=300).verdict


@pytest.mark.parametrize("decorator", ["cache", "lru_cache", "lru_cache(maxsize=None)", "lru_cache(maxsize=4)"])
def test_two_threads_may_both_compute_what_a_cache_keeps(decorator: str, tmp_path: Path) -> None:
    assert verdict(decorator, "()", tmp_path) == "failed"


def test_a_cached_property_is_computed_twice_unless_this_python_locks_it(tmp_path: Path) -> None:
    is_locked = hasattr(functools.cached_property(len), "lock")
    assert is_locked == (sys.version_info < (3, 12))
    assert verdict("cached_property", "", tmp_path) == ("survived" if is_locked else "failed")
