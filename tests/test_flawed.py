"""Every implementation and every classic mistake gives the finding that its table says, or none, and the finding shows again."""

from __future__ import annotations

import pytest

import harness
from harness.strategies.auto import PROBES
from tests.checks import EXECUTIONS, ROWS, checked
from tests.tables import Expectation

pytestmark = pytest.mark.lengthy  # the same on every Python, which `test_same_everywhere` tests

CORRECT = [row for row in ROWS if not row.kinds]
FAILING = [row for row in ROWS if row.kinds]


@pytest.mark.parametrize("row", CORRECT, ids=lambda row: row.title)
def test_a_correct_implementation_survives_its_budget_or_is_verified(row: Expectation) -> None:
    result = checked(row)
    assert [finding.message for finding in result.errors] == []
    if result.complete:
        assert (result.verdict, result.error, result.executions) == ("verified", None, (result.classes or 0) + PROBES)
    else:
        assert (result.verdict, result.error, result.executions) == ("survived", None, EXECUTIONS)


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.title)
def test_a_mistake_gives_its_finding_first(row: Expectation) -> None:
    result = checked(row)
    assert result.verdict == "failed"
    assert result.findings[0].kind in row.kinds
    assert result.findings[0].executions_to_find == result.executions <= EXECUTIONS


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.title)
def test_a_finding_shows_again_under_its_token_and_says_the_same(row: Expectation) -> None:
    for finding in checked(row).findings:
        again = harness.replay(str(row.path), finding.schedule)
        assert again.is_shown and again.finding is not None
        assert (again.finding.kind, again.finding.message, again.finding.explanation) == (finding.kind, finding.message, finding.explanation)
        assert (again.finding.preemptions, again.finding.expiries, again.trace) == (finding.preemptions, finding.expiries, finding.trace)


@pytest.mark.parametrize("row", FAILING, ids=lambda row: row.title)
def test_a_mistake_is_shown_with_few_preemptions_and_no_timeout_it_does_not_need(row: Expectation) -> None:
    for finding in checked(row).errors:
        assert finding.preemptions <= 2
        assert (finding.expiries > 0) == row.needs_expiry
