"""Bounded search shows a mistake with the fewest preemptions and expiries that any schedule needs."""

from __future__ import annotations

import pytest

import harness
from tests.checks import ROWS
from tests.tables import Expectation

pytestmark = pytest.mark.sweep

EXECUTIONS = 1000
LEAST: dict[str, int] = {
    "naive 1x1": 0,
    "naive 2x2": 0,
    "event 2x2": 0,
    "ab_ba 1x1": 1,
    "ab_ba 2x2": 1,
    "busy_flag 1x1": 2,
    "busy_flag 2x2": 1,
    "class_level_count 1x1": 1,
    "class_level_count 2x2": 1,
    "clear_before_wait 1x1": 0,
    "clear_before_wait 2x2": 0,
    "double_release 1x1": 0,
    "double_release 2x2": 0,
    "event_check_then_act 2x2": 1,
    "forgotten_acquire 1x1": 0,
    "forgotten_acquire 2x2": 0,
    "if_for_while 2x2": 0,
    "lazy_condition 1x1": 1,
    "lazy_condition 2x2": 1,
    "lifo_pop 1x1": 0,
    "lifo_pop 2x2": 0,
    "lock_kept_on_exception 1x1": 0,
    "lock_kept_on_exception 2x2": 0,
    "locked_before_release 1x1": 0,
    "locked_before_release 2x2": 0,
    "mutex_before_semaphore 1x1": 0,
    "mutex_before_semaphore 2x2": 0,
    "none_means_empty 2x2": 1,
    "notify_for_notify_all 2x2": 0,
    "notify_without_lock 1x1": 0,
    "notify_without_lock 2x2": 0,
    "number_before_message 1x1": 1,
    "number_before_message 2x2": 1,
    "off_by_one 1x1": 0,
    "off_by_one 2x2": 0,
    "release_before_read 1x1": 1,
    "release_before_read 2x2": 1,
    "release_before_write 1x1": 1,
    "release_before_write 2x2": 1,
    "return_after_release 1x1": 1,
    "return_after_release 2x2": 1,
    "reused_buffer 1x1": 0,
    "reused_buffer 2x2": 0,
    "ring_count 1x1": 1,
    "ring_count 2x2": 1,
    "semaphore_starts_at_one 1x1": 0,
    "semaphore_starts_at_one 2x2": 0,
    "set_then_clear 1x1": 0,
    "set_then_clear 2x2": 0,
    "swallowed_release 1x1": 0,
    "swallowed_release 2x2": 0,
    "swapped_semaphores 1x1": 0,
    "swapped_semaphores 2x2": 0,
    "test_and_change_apart 2x2": 1,
    "timeout_ignored 1x1": 1,
    "timeout_ignored 2x2": 1,
    "two_locks_one_counter 1x1": 1,
    "two_locks_one_counter 2x2": 1,
    "wait_without_predicate 1x1": 0,
    "wait_without_predicate 2x2": 0,
}
"""Row -> the least number of preemptions and expiries of a failing execution."""
ONE_MESSAGE = frozenset(
    f"{name} 2x2" for name in ("event_check_then_act", "none_means_empty", "number_before_message", "return_after_release", "timeout_ignored")
)
"""Rows whose number is that of one message from each producer: with two the schedules without a preemption are too many for so few executions."""
BY_TITLE = {row.title: row for row in ROWS if row.kinds}


def _bounded(row: Expectation, messages: int) -> harness.Result:
    size = {"producers": row.producers, "consumers": row.consumers, "messages": messages, "capacity": row.capacity}
    return harness.check(str(row.path), mode="class", executions=EXECUTIONS, strategy="bounded", **size)


def test_every_mistake_has_its_number() -> None:
    assert list(LEAST) == list(BY_TITLE)


@pytest.mark.parametrize("title", LEAST)
def test_the_first_failure_has_the_fewest_preemptions(title: str) -> None:
    row = BY_TITLE[title]
    result = _bounded(row, 1 if title in ONE_MESSAGE else row.messages)
    first = result.findings[0]
    assert (result.verdict, first.preemptions + first.expiries) == ("failed", LEAST[title])
    assert result.bounds.preemptions == (LEAST[title] - 1 if LEAST[title] else None), "everything with fewer was covered, and nothing failed"


@pytest.mark.slow
@pytest.mark.parametrize("title", sorted(ONE_MESSAGE))
def test_where_bounded_search_does_not_come_to_the_mistake_it_claims_nothing(title: str) -> None:
    row = BY_TITLE[title]
    result = _bounded(row, row.messages)
    assert (result.verdict, result.complete, result.bounds.preemptions, result.executions) == ("survived", False, None, EXECUTIONS)
    assert any(limit.startswith("bounded search: not even those without a preemption") for limit in result.limits)
