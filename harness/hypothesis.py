"""Hypothesis strategies for workloads and schedules (extra ``hypothesis``).

    @given(workloads())
    def test_any_workload(workload):
        harness.check(Pipeline, executions=100, **workload).raise_if_failed()

    @given(schedules())
    def test_any_schedule(picks):
        assert play(Pipeline, picks) == []

`harness.check` and `play` print nothing and draw nothing from outside, so an example fails again when Hypothesis tries it again, and shrinks:
a workload to the fewest threads and messages, a schedule to the fewest departures from the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

try:
    from hypothesis import strategies as st
except ImportError:
    raise ImportError("harness.hypothesis needs Hypothesis: pip install 'race-harness[hypothesis]'") from None

from harness import checking
from harness.model.finding import Finding
from harness.model.result import ScenarioSize

__all__ = ["Workload", "play", "schedules", "values", "workloads"]


class Workload(TypedDict):
    """A workload of class mode, as `harness.check` and `play` take it: ``check(target, **workload)``."""

    producers: int
    consumers: int
    messages: int
    capacity: int


def workloads(*, producers: int = 3, consumers: int = 3, messages: int = 3, capacity: int = 3) -> st.SearchStrategy[Workload]:
    """Workloads of class mode, each number from 1 to its bound; shrinks to one of each."""
    drawn: Any = st.fixed_dictionaries(
        {
            "producers": st.integers(1, producers),
            "consumers": st.integers(1, consumers),
            "messages": st.integers(1, messages),
            "capacity": st.integers(1, capacity),
        }
    )
    return drawn  # type: ignore[no-any-return]


def schedules(*, max_size: int = 60, ways: int = 3) -> st.SearchStrategy[list[int]]:
    """Schedules as lists of picks: at each choice which way is taken, 0 the default. Any list is one; shrinks to the empty list."""
    # Most picks are the default: what few departures cannot show is rare, and a list of all sizes of numbers is mostly noise.
    pick = st.integers(0, ways)
    return st.lists(st.one_of(st.just(0), st.just(0), pick), max_size=max_size)


def values() -> st.SearchStrategy[Any]:
    """What a pipeline may be handed by its users: numbers, texts and tuples, the false ones among them, equal ones often."""
    plain = st.one_of(st.integers(-2, 2), st.booleans(), st.none(), st.sampled_from(["", "a", "THE END"]), st.floats(-1, 1, width=16))
    return st.one_of(plain, st.tuples(plain, plain))


def play(target: object, picks: Sequence[int], *, producers: int = 1, consumers: int = 1, messages: int = 3, capacity: int = 2, seed: int = 0) -> list[Finding]:
    """The findings of the one execution of `target` that follows `picks`, each with its explanation and a token; none if nothing is wrong.

    Raises HarnessError for a target that cannot be run or judged.
    """
    return checking.play(target, picks, size=ScenarioSize(producers, consumers, messages, capacity), seed=seed)
