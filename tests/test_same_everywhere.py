"""The same seed gives the same executions, findings and tokens on every Python version, in every process, whatever was searched before.

Each Python compares with one committed file, so that they agree with each other. ``python -m tests.make_gold`` writes it anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

import harness
from tests.checks import ROWS, checked, what_must_be_the_same
from tests.make_gold import GOLD
from tests.tables import ROOT, Expectation

gold: dict[str, dict[str, Any]] = json.loads(GOLD.read_text(encoding="utf-8"))
FAILING = [row for row in ROWS if row.kinds]


def test_every_row_of_the_tables_has_its_gold_and_no_other() -> None:
    assert list(gold) == [row.title for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_check_gives_what_it_gave_when_the_gold_was_made(row: Expectation) -> None:
    assert what_must_be_the_same(checked(row)) == gold[row.title]


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.title)
def test_a_committed_token_shows_its_finding_again(row: Expectation) -> None:
    for finding in gold[row.title]["findings"]:
        again = harness.replay(str(row.path), finding["schedule"])
        assert again.is_shown and again.finding is not None
        assert (again.finding.kind, again.finding.message, len(again.trace.steps)) == (finding["kind"], finding["message"], finding["steps"])


IN_ANOTHER_PROCESS = """
import json, sys
from tests.checks import ROWS, checked, what_must_be_the_same
import harness
gold = json.load(open(sys.argv[1], encoding="utf-8"))
for row in reversed(ROWS):
    if row.title in sys.argv[2:]:
        first = gold[row.title]["findings"][0]
        again = harness.replay(str(row.path), first["schedule"])
        assert again.is_shown and again.finding.message == first["message"], row.title
        assert what_must_be_the_same(checked(row)) == gold[row.title], row.title
        print(row.title)
"""
SOME = ("naive 1x1", "ab_ba 1x1", "if_for_while 2x2", "timeout_ignored 1x1", "two_locks_one_counter 1x1", "wait_without_predicate 2x2")


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_a_fresh_process_gives_the_same_whatever_its_hash_seed(hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, "-c", IN_ANOTHER_PROCESS, str(GOLD), *SOME], env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.split("\n")[:-1]) == sorted(SOME)


def test_what_was_searched_before_changes_nothing() -> None:
    row = next(row for row in ROWS if row.title == "return_after_release 1x1")
    other = next(row for row in ROWS if row.title == "lazy_condition 2x2")
    harness.check(str(other.path), mode="class", executions=50, seed=9, all=True)
    again = harness.check(str(row.path), mode="class", messages=row.messages, executions=2000)
    assert what_must_be_the_same(again) == gold[row.title]
