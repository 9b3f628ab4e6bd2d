"""Every file of implementations/ and flawed/ is judged right as a program, alike on every Python, and both ways together."""

from __future__ import annotations

import json
from typing import Any

import pytest

import harness
from tests.checks import program_checked, what_must_be_the_same
from tests.make_gold import PROGRAM_GOLD
from tests.tables import FLAWED, IMPLEMENTATIONS, PROGRAMS, ProgramExpectation

pytestmark = pytest.mark.lengthy

CORRECT = [row for row in PROGRAMS if not row.kinds]
FAILING = [row for row in PROGRAMS if row.kinds]
CLASS_KINDS = {row.file: row.kinds for row in (*IMPLEMENTATIONS, *FLAWED) if row.producers == row.consumers == 1}
gold: dict[str, dict[str, Any]] = json.loads(PROGRAM_GOLD.read_text(encoding="utf-8"))


def test_the_table_speaks_of_every_file() -> None:
    assert [row.file for row in PROGRAMS] == list(CLASS_KINDS)
    assert list(gold) == [row.title for row in PROGRAMS]


@pytest.mark.parametrize("row", CORRECT, ids=lambda row: row.title)
def test_a_correct_program_survives(row: ProgramExpectation) -> None:
    result = program_checked(row)
    assert [finding.message for finding in result.errors] == []
    assert (result.mode, result.verdict in ("survived", "verified"), result.error) == ("program", True, None)


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.title)
def test_a_flawed_program_gives_its_finding_and_shows_it_again(row: ProgramExpectation) -> None:
    result = program_checked(row)
    assert result.verdict == "failed"
    first = result.findings[0]
    assert first.kind in row.kinds
    assert (first.mode, first.preemptions <= 16) == ("program", True)  # eleven messages make an execution long, and reducing is bounded
    assert first.expiries > 0 or not row.needs_expiry
    for finding in result.findings:
        again = harness.replay(str(row.path), finding.schedule)
        assert (again.is_shown, again.mode) == (True, "program") and again.finding is not None
        assert (again.finding.message, again.finding.explanation, again.trace) == (finding.message, finding.explanation, finding.trace)


@pytest.mark.parametrize("row", PROGRAMS, ids=lambda row: row.title)
def test_a_program_gives_what_it_gave_when_the_gold_was_made(row: ProgramExpectation) -> None:
    assert what_must_be_the_same(program_checked(row)) == gold[row.title]


@pytest.mark.parametrize("row", PROGRAMS[::3], ids=lambda row: row.title)
def test_the_command_checks_a_file_both_ways(row: ProgramExpectation) -> None:
    result = harness.check(str(row.path), executions=600)
    by_mode = {mode: [finding.kind for finding in result.errors if finding.mode == mode] for mode in ("class", "program")}
    assert result.mode == "class+program"
    assert result.verdict in (("failed",) if row.kinds or CLASS_KINDS[row.file] else ("survived", "verified"))
    for mode, kinds in (("class", CLASS_KINDS[row.file]), ("program", row.kinds)):
        assert bool(by_mode[mode]) == bool(kinds)
        assert not kinds or by_mode[mode][0] in kinds
    assert result.executions <= result.bounds.executions == 600
