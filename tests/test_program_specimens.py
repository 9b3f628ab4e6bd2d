"""The harness agrees with every label of tests/specimens/programs: whole scripts as students write them, run as they stand."""

from __future__ import annotations

import pytest

import harness
from tests.tables import SPECIMENS, labels
from tests.test_specimens import first_kind, is_met, shows_again

pytestmark = pytest.mark.sweep

PROGRAMS = labels("programs")
STUCK = {"deadlock", "livelock"}
FOR_A_PASS = 150
"""Executions that a correct script must survive."""
FOR_A_FINDING = 3000


def named(verdict: str) -> list[str]:
    """The scripts whose label has this verdict."""
    return [name for name, label in PROGRAMS.items() if label["verdict"] == verdict]


def title(name: str) -> str:
    """A script's name in the test's report."""
    return name.removesuffix(".py")


@pytest.mark.parametrize("name", named("passes"), ids=title)
def test_a_correct_script_survives(name: str) -> None:
    result = harness.check(str(SPECIMENS / "programs" / name), executions=FOR_A_PASS)
    assert first_kind(result) == "correct", PROGRAMS[name]["why"]
    assert result.verdict in ("survived", "verified")


@pytest.mark.parametrize("name", named("failed"), ids=title)
def test_a_flawed_script_fails_as_its_label_says(name: str) -> None:
    target, label = str(SPECIMENS / "programs" / name), PROGRAMS[name]
    result = harness.check(target, executions=FOR_A_FINDING)
    assert result.verdict == "failed", (result.error, label["why"])
    assert is_met(label["kinds"], first_kind(result)), (first_kind(result), label["why"])
    tolerable = {*label["kinds"], *label["also"]}
    if tolerable & STUCK:
        tolerable |= STUCK
    assert {finding.kind for finding in result.findings if finding.severity == "error"} <= tolerable
    assert shows_again(target, result)


@pytest.mark.parametrize("name", named("error"), ids=title)
def test_a_script_that_cannot_be_judged_is_an_error(name: str) -> None:
    result = harness.check(str(SPECIMENS / "programs" / name), executions=FOR_A_PASS)
    assert result.verdict == "error"
    assert result.error
    assert not result.findings


def test_about_half_of_the_scripts_are_flawed() -> None:
    assert len(PROGRAMS) >= 60
    assert 0.4 <= len(named("failed")) / len(PROGRAMS) <= 0.6


def test_every_script_has_a_label_and_every_label_a_script() -> None:
    assert {path.name for path in (SPECIMENS / "programs").glob("*.py")} == set(PROGRAMS)
