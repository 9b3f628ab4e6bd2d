"""Why a finding came about: two or three sentences with roles, values and lines, each of them read off the trace."""

from __future__ import annotations

from collections.abc import Callable

from harness.model.trace import Trace
from harness.report import argue_assertion, argue_capacity, argue_delivery, argue_endings, argue_loss, argue_state
from harness.report.story import Story

Argue = Callable[[Story, str], list[str]]


def _crash(story: Story, message: str) -> list[str]:
    """An assertion that failed in a program is argued as one that failed in a scenario."""
    step = argue_state.raising_step(story, message)
    is_assertion = step is not None and argue_state.error_of(step).startswith("AssertionError")
    return (argue_assertion.assertion if is_assertion else argue_state.crash)(story, message)


_BY_KIND: dict[str, Argue] = {
    "crash": _crash,
    "assertion": argue_assertion.assertion,
    "loss": argue_loss.loss,
    "duplication": argue_delivery.duplication,
    "corruption": argue_delivery.corruption,
    "reorder": argue_delivery.reorder,
    "capacity": argue_capacity.capacity,
    "deadlock": argue_endings.deadlock,
    "livelock": argue_endings.livelock,
    "leaked-thread": argue_endings.leaked_thread,
    "data-race": argue_state.data_race,
    "lock-order": argue_state.lock_order,
}


def argue(kind: str, message: str, trace: Trace) -> tuple[str, ...]:
    """The argument for a finding of this kind, `message` being the oracle's own sentence.

    Nothing is said that the steps do not show: where they do not show the pattern of the kind, the sentences tell which thread was stopped
    where and what changed meanwhile, or that none was.
    """
    story = Story(trace)
    if not story.steps:
        return ()
    sentences = _BY_KIND[kind](story, message) if kind in _BY_KIND else []
    return tuple(sentences or argue_state.what_preemptions_did(story))
