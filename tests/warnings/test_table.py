"""The two oracles on small programs: every kind of hand-over that orders threads, right and wrong. No miss, no false alarm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import harness
from tests.warnings.table import PROGRAMS, Program

LOCKS = re.compile(r"takes (\S+) at \S+ while it holds (\S+) ")


@pytest.mark.lengthy
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name.replace(" ", "-"))
def test_the_oracles_warn_of_all_that_could_go_wrong_and_of_nothing_else(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text(program.source, encoding="utf-8")
    result = harness.check(f"{path}:scenario", executions=200)
    assert result.error is None
    races = {finding.message.partition(": ")[0] for finding in result.findings if finding.kind == "data-race"}
    cycles = {frozenset(name for pair in LOCKS.findall(finding.message) for name in pair) for finding in result.findings if finding.kind == "lock-order"}
    # where the search saw the deadlock itself, its warning would say nothing more
    stuck = any(finding.kind == "deadlock" for finding in result.findings)
    assert races == program.races
    assert stuck or cycles == program.cycles
    assert not stuck or program.cycles


def test_half_of_the_programs_are_correct() -> None:
    flawed = [program for program in PROGRAMS if program.races or program.cycles]
    assert len(flawed) >= 20
    assert len(PROGRAMS) - len(flawed) >= 20
