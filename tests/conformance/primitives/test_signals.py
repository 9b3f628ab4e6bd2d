"""Semaphore, Event and Barrier: the models behave as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BEHAVIOURS: list[Callable[[Any], Any]] = []


def behaviour(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BEHAVIOURS.append(function)
    return function


@behaviour
def semaphore_counts_down(m: Any) -> Any:
    semaphore = m.threading.Semaphore(2)
    return [semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(timeout=0.001), semaphore._value]


@behaviour
def semaphore_counts_up_without_bound(m: Any) -> Any:
    semaphore = m.threading.Semaphore(0)
    semaphore.release()
    semaphore.release(3)
    return semaphore._value, m.error_of(lambda: semaphore.release(0))


@behaviour
def semaphore_refuses_odd_arguments(m: Any) -> Any:
    semaphore = m.threading.Semaphore()
    return [m.error_of(lambda: m.threading.Semaphore(-1)), m.error_of(lambda: semaphore.acquire(False, 1)), semaphore._value]


@behaviour
def semaphore_in_a_with_statement(m: Any) -> Any:
    semaphore = m.threading.Semaphore(1)
    with semaphore as entered:
        seen = (entered, semaphore._value)
    return seen, semaphore._value


@behaviour
def bounded_semaphore_is_not_released_too_often(m: Any) -> Any:
    semaphore = m.threading.BoundedSemaphore(2)
    semaphore.acquire()
    return [semaphore.release(), m.error_of(semaphore.release), m.error_of(lambda: semaphore.release(2)), semaphore._value]


@behaviour
def semaphore_lets_no_more_than_its_value_in(m: Any) -> Any:
    semaphore, inside, most = m.threading.Semaphore(2), [], []

    def enter() -> None:
        with semaphore:
            inside.append(1)
            most.append(len(inside))
            semaphore._value  # noqa: B018
            inside.pop()

    m.together(enter, enter, enter, enter)
    return max(most) <= 2, len(most), semaphore._value


@behaviour
def semaphores_take_turns(m: Any) -> Any:
    ping, pong, seen = m.threading.Semaphore(1), m.threading.Semaphore(0), []

    def play(mine: Any, other: Any, name: str) -> None:
        for _ in range(3):
            mine.acquire()
            seen.append(name)
            other.release()

    m.together(lambda: play(ping, pong, "ping"), lambda: play(pong, ping, "pong"))
    return seen


@behaviour
def event_is_set_and_cleared(m: Any) -> Any:
    event = m.threading.Event()
    return [event.is_set(), event.set(), event.is_set(), event.wait(), event.wait(0), event.clear(), event.is_set()]


@behaviour
def event_wait_that_is_up_returns_false(m: Any) -> Any:
    event = m.threading.Event()
    return [event.wait(0), event.wait(0.001), event.wait(-1), event.wait(timeout=0.001)]


@behaviour
def event_wakes_all(m: Any) -> Any:
    event, woken = m.threading.Event(), []
    m.together(*[lambda: woken.append(event.wait())] * 3, event.set)
    return woken


@behaviour
def barrier_gives_everybody_a_number(m: Any) -> Any:
    barrier, numbers = m.threading.Barrier(3), []
    m.together(*[lambda: numbers.append(barrier.wait())] * 3)
    return sorted(numbers), barrier.parties, barrier.n_waiting, barrier.broken


@behaviour
def barrier_is_used_again_and_again(m: Any) -> Any:
    barrier, phases = m.threading.Barrier(2), []

    def walk() -> None:
        for phase in range(4):
            barrier.wait()
            phases.append(phase)
            barrier.wait()

    m.together(walk, walk)
    return phases


@behaviour
def barrier_runs_its_action_once_before_anybody_goes_on(m: Any) -> Any:
    seen: list[str] = []
    barrier = m.threading.Barrier(3, lambda: seen.append("action"))

    def walk() -> None:
        barrier.wait()
        seen.append("on")

    m.together(walk, walk, walk)
    return seen


@behaviour
def barrier_breaks_when_its_action_fails(m: Any) -> Any:
    errors: list[str] = []
    barrier = m.threading.Barrier(2, lambda: {}["x"])
    m.together(*[lambda: errors.append(m.error_of(barrier.wait)[0])] * 2)
    return sorted(errors), barrier.broken


@behaviour
def barrier_breaks_when_time_is_up(m: Any) -> Any:
    barrier = m.threading.Barrier(2, timeout=0.001)
    return [m.error_of(barrier.wait)[0], barrier.broken, m.error_of(barrier.wait)[0], barrier.reset(), barrier.broken]


@behaviour
def barrier_that_is_broken_lets_those_who_wait_go(m: Any) -> Any:
    barrier, errors = m.threading.Barrier(3), []
    m.together(*[lambda: errors.append(m.error_of(barrier.wait)[0])] * 2, barrier.abort)
    return errors, barrier.broken


@behaviour
def barrier_of_one_opens_at_once(m: Any) -> Any:
    barrier = m.threading.Barrier(1)
    return [barrier.wait(), barrier.wait(), barrier.n_waiting]


@pytest.mark.parametrize("behave", BEHAVIOURS, ids=lambda behave: behave.__name__)
def test_models_agree_with_the_real_ones(behave: Callable[[Any], Any], agree: Callable[[Callable[[Any], Any]], None]) -> None:
    agree(behave)
