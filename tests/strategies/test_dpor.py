"""The exhaustive search on toy programs without a lock: each class once, and what is said where no claim can be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.model.events import CLOCK
from harness.strategies.dpor import CUT_OFF, DIVERGED, DPOR, UNFAIR, Taken
from harness.strategies.wakeup import Branch

Play = Callable[..., list[str]]


def _orders(play: Play, program: list[list[str]]) -> tuple[list[list[str]], DPOR]:
    search = DPOR()
    labelled = [[f"{step} {thread}" for step in steps] for thread, steps in enumerate(program)]
    orders = []
    while search.begin():
        orders.append(play(search, labelled))
    return orders, search


@pytest.mark.parametrize(
    ("program", "classes"),
    [
        ([["read x"], ["read x"]], 1),
        ([["write x"], ["write y"]], 1),
        ([["write x"], ["write x"]], 2),
        ([["write x"], ["read x"], ["read x"]], 4),
        ([["write x"]] * 3, 6),
        ([["read x", "write x"]] * 2, 4),
        ([["read x", "write x"]] * 3, 36),
        ([["write x", "write y"], ["write y", "write x"]], 3),
        ([["write -", "write x"], ["write -", "write x"]], 2),
    ],
)
def test_each_class_is_executed_once(play: Play, program: list[list[str]], classes: int) -> None:
    orders, search = _orders(play, program)
    assert (len(orders), search.classes, search.redundant, search.is_complete, search.doubts) == (classes, classes, 0, True, {})
    assert len({tuple(order) for order in orders}) == classes
    assert not search.begin()


def test_a_search_is_complete_only_once_it_has_ended(play: Play) -> None:
    search = DPOR()
    assert search.begin()
    play(search, [["write x"], ["write x"]])
    assert not search.is_complete


def test_the_past_of_an_event_is_what_it_depends_on(play: Play) -> None:
    search = DPOR()
    search.begin()
    order = play(search, [["write x", "write y"], ["read x"]])
    assert order == ["write x", "write y", "read x"]
    assert search.past == [0b001, 0b011, 0b101]


@pytest.mark.parametrize(
    ("doubt", "show"),
    [
        (UNFAIR, lambda search: setattr(search.events, "is_unfair", True)),
        (CUT_OFF, lambda search: search.events.cut_off.append("b")),
        ("a reason of the engine's", lambda search: search.events.doubts.add("a reason of the engine's")),
    ],
)
def test_what_shows_that_something_was_missed_is_a_doubt_and_nothing_is_claimed(doubt: str, show: Callable[[DPOR], None]) -> None:
    search = DPOR()
    search.begin()
    search.events.add("m.0", ())
    show(search)
    search.end(0)
    assert not search.begin()
    assert (search.is_complete, search.doubts) == (False, {doubt: 1})


def _one_race(search: DPOR) -> None:
    """Threads 0 and 1 write one place, in this order."""
    search.begin()
    search.events.begin(Still())
    for path in ("m.0", "m.1"):
        search.events.add(path, ((search.events.place("x"), 1),))
    search.end(1)


class Still:
    version = 0

    def unlogged(self) -> tuple[float, ...]:
        return ()


def test_an_execution_that_leaves_its_plan_is_a_divergence_though_nothing_was_to_choose() -> None:
    search = DPOR()
    _one_race(search)
    _one_race(search)  # in the plan thread 1 comes first
    assert search.doubts == {DIVERGED: 1}


def test_an_execution_that_leaves_its_plan_because_scheduling_turned_fair_says_so() -> None:
    search = DPOR()
    _one_race(search)
    search.begin()
    search.events.begin(Still())
    search.events.is_unfair = True
    search.end(1)
    assert search.doubts == {UNFAIR: 1}


def test_a_planned_thread_that_cannot_go_on_is_a_divergence(choice: Callable[..., Any]) -> None:
    search = DPOR()
    _one_race(search)
    search.begin()
    search.events.begin(Still())
    assert search.choose(choice(0, 2)) == 0
    search.end(1)
    assert search.doubts == {DIVERGED: 1}


def test_the_planned_thread_runs_wherever_it_stands(choice: Callable[..., Any]) -> None:
    search = DPOR()
    _one_race(search)
    search.begin()
    search.events.begin(Still())
    assert search.choose(choice(0, 1)) == 1
    assert search.choose(choice(1, 0)) == 0


def test_a_planned_deadline_is_the_last_way(choice: Callable[..., Any]) -> None:
    search = DPOR()
    search.begin()
    search._plan = [(CLOCK, ())]
    assert search.choose(choice(0, 1, has_clock=True)) == 2
    assert search.choose(choice(0, 1)) == 0
    search.end(1)
    assert search.doubts == {DIVERGED: 1}


def test_every_waiter_that_could_be_woken_is_a_branch(choice: Callable[..., Any]) -> None:
    search = DPOR()
    woken = []
    while search.begin():
        search.events.begin(Still())
        search.events.add("m.0", ())
        ways = []
        for count in (2, 3):
            way = search.choose(choice(*range(count), kind="waiter"))
            search.events.chose(way, count)
            ways.append(way)
        search.end(2)
        woken.append(tuple(ways))
    assert sorted(woken) == [(one, other) for one in range(2) for other in range(3)]
    assert (search.is_complete, search.classes) == (True, 6)


def test_a_place_that_turns_out_written_lets_the_search_begin_anew(play: Play) -> None:
    program = [["write x"], ["write x"]]
    search = DPOR()
    search.begin()
    play(search, program)
    search.begin()
    search.events.is_new_group = True
    play(search, program)
    assert (search.restarts, search.classes, search.events.is_new_group) == (1, 0, False)
    count = 0
    while search.begin():
        play(search, program)
        count += 1
    assert (count, search.classes, search.is_complete) == (2, 2, True)


def test_a_thread_that_has_not_begun_goes_first_and_then_the_one_that_started_it(choice: Callable[..., Any], option: Any) -> None:
    search = DPOR()
    search.begin()
    search.events.newborn = 1
    born = option(1, has_begun=False)
    among = choice(0)
    among.threads = [among.threads[0], born]
    assert search.choose(among) == 1
    search.events.newborn = 0
    assert search.choose(choice(1, 0)) == 1
    assert search.choose(choice(1, 0)) == 0


def test_a_loop_that_would_only_come_round_lets_another_thread_go(choice: Callable[..., Any]) -> None:
    search = DPOR()
    search.begin()
    events = search.events
    for _ in range(2):
        events.turn("m.0", 1, ())
        events.add("m.0", ((events.place("x"), 0),))
    events.turn("m.0", 1, ())
    assert search.choose(choice(0, 1)) == 1
    assert search.choose(choice(0, has_clock=True)) == 1
    assert search.choose(choice(0)) == 0
    events.add("m.1", ((events.place("x"), 1),))
    assert search.choose(choice(0, 1)) == 0, "what it waits for has changed"


def test_an_equivalent_execution_plays_the_events_given_first(choice: Callable[..., Any]) -> None:
    search = DPOR()
    _one_race(search)
    once = search.reordered([1])
    assert once.choose(choice(0, 1)) == 1


def test_where_all_that_could_run_is_asleep_nothing_new_is_to_be_seen(choice: Callable[..., Any]) -> None:
    search = DPOR()
    search.begin()
    search._asleep = {"m.0": ((), 0), "m.1": ((), 0), CLOCK: ((), 0)}
    assert search.choose(choice(0, 1)) == 0
    search.end(0)
    assert (search.redundant, search.classes, search.past) == (1, 0, [])


def test_a_deadline_comes_where_all_threads_are_asleep(choice: Callable[..., Any]) -> None:
    search = DPOR()
    search.begin()
    search._asleep = {"m.0": ((), 0)}
    assert search.choose(choice(0, has_clock=True)) == 1


def test_a_thread_that_spins_goes_on_where_the_planned_one_is_yet_to_be_started_by_it(choice: Callable[..., Any]) -> None:
    search = DPOR()
    search._plan = [("m.7", ())]
    among = choice(0, 1)
    among.is_spinning = True
    assert search.choose(among) == 0
    assert not search._is_lost


def test_what_is_sought_where_executions_have_diverged_is_let_go() -> None:
    here = Taken("m.0", (), ((), 0), {}, [Branch("m.1", (), ((), 0), 0)])
    search = DPOR.within([here], 0, False, False)
    search.absorb([], [(3, (), 0)])
    assert (search.stack, search.sought, search.begin()) == ([], [], False)
