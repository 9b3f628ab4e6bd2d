"""An execution is a function of the scenario, the seed and the schedule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.choice import Choice
from harness.strategies.catalogue import STRATEGIES
from harness.strategies.picks import Picks
from tests.engines.laboratory import Laboratory

SEEDLESS = ("bounded", "dpor")

COUNTER = """
    import threading

    class Counter:
        def __init__(self):
            self.n = 0

    seen = []

    def scenario():
        counter = Counter()

        def add():
            for _ in range(2):
                counter.n += 1

        threads = [threading.Thread(target=add) for _ in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        seen.append(counter.n)
"""

WAITING = """
    import threading

    seen = []

    def scenario():
        monitor = threading.Condition()
        state = {"ready": False}

        def wait():
            with monitor:
                while not state["ready"]:
                    monitor.wait(1)
            seen.append(threading.current_thread().name)

        def announce():
            with monitor:
                state["ready"] = True
                monitor.notify()
                monitor.notify()

        threads = [threading.Thread(target=f) for f in (wait, wait, announce)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
"""


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_seed_gives_the_same_executions(laboratory: Laboratory, strategy: str) -> None:
    first, second = (laboratory.executions(COUNTER, 60, strategy, seed=5) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("strategy", [name for name in STRATEGIES if name not in SEEDLESS])
def test_another_seed_gives_other_executions(laboratory: Laboratory, strategy: str) -> None:
    # 60 executions with a dozen choices each: by luck alone the same about once in 10^9
    assert laboratory.executions(COUNTER, 60, strategy, seed=5) != laboratory.executions(COUNTER, 60, strategy, seed=6)


@pytest.mark.parametrize("strategy", SEEDLESS)
def test_what_is_exhaustive_draws_nothing_so_the_seed_changes_nothing(laboratory: Laboratory, strategy: str) -> None:
    assert laboratory.executions(COUNTER, 60, strategy, seed=5) == laboratory.executions(COUNTER, 60, strategy, seed=6)


def test_a_search_reaches_every_outcome_of_a_lost_update(laboratory: Laboratory) -> None:
    # two threads add one twice: 2, 3 and 4 are possible; under a random walk each shows in far more than 1 of 50 executions
    assert {one.seen for one in laboratory.executions(COUNTER, 300)} == {(2,), (3,), (4,)}


def test_the_default_schedule_departs_nowhere(laboratory: Laboratory) -> None:
    assert (laboratory.play(COUNTER).departures, laboratory.play(COUNTER).seen) == ((), (4,))


def test_what_was_learned_of_shared_places_does_not_change_how_points_are_counted(laboratory: Laboratory) -> None:
    # the hundredth default execution has more choices than the first, which did not know yet that n is shared, but the same points
    class Alternating:
        needs_pending = False
        log = None

        def __init__(self) -> None:
            self.n = 0

        def begin(self) -> bool:
            self.n += 1
            return True

        def choose(self, choice: object) -> int:
            return 0

        def end(self, points: int) -> None:
            pass

    runs = laboratory.executions(COUNTER, 10, Alternating())
    assert {one.points for one in runs} == {runs[0].points}


@settings(max_examples=40)
@given(st.lists(st.integers(0, 3), max_size=40))
def test_every_list_of_picks_is_a_schedule_and_plays_the_same_twice(laboratory: Laboratory, picks: list[int]) -> None:
    one, two = laboratory.play(COUNTER, picks), laboratory.play(COUNTER, picks)
    assert one == two
    assert one.ending == "finished"


@settings(max_examples=40)
@given(st.lists(st.integers(0, 3), max_size=60))
def test_a_departure_is_named_by_thread_and_point_once_only(laboratory: Laboratory, picks: list[int]) -> None:
    named = [(path, point) for path, point, _, why in laboratory.play(WAITING, picks).departures if why != "expiry"]
    assert len(named) == len(set(named))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 3), max_size=60))
def test_every_choice_is_named_by_thread_and_point_unless_time_jumped_there(laboratory: Laboratory, picks: list[int]) -> None:
    class Noting(Picks):
        def __init__(self) -> None:
            super().__init__(picks)
            self.named: list[tuple[str, int]] = []
            self.has_jumped = False

        def choose(self, choice: Choice) -> int:
            way = super().choose(choice)
            if not self.has_jumped:
                self.named.append((choice.thread.path, choice.thread.points))
            self.has_jumped = choice.has_clock and way == choice.count - 1
            return way

    noting = Noting()
    laboratory.executions(WAITING, 1, noting)
    assert noting.named
    assert len(noting.named) == len(set(noting.named))
