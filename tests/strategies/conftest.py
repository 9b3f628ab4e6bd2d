"""Choices made by hand, and a toy scheduler that lets a strategy interleave fixed programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.model.choice import Strategy
from harness.model.events import READ, WRITE


@dataclass
class HandOption:
    """A thread that could run next."""

    index: int
    pending: Any = None
    pending_is_write: bool = False
    path: str = ""
    points: int = 0
    has_begun: bool = True
    is_ended: bool = False
    waits_at: Any = None
    kin: Any = None
    order: Any = None

    def __post_init__(self) -> None:
        self.kin = self.index if self.kin is None else self.kin
        self.path = self.path or f"m.{self.index}"


@dataclass
class HandChoice:
    """A choice among threads; `has_clock` adds a way for the clock."""

    threads: Sequence[HandOption]
    kind: str = "thread"
    has_clock: bool = False
    is_forced: bool = False
    is_spinning: bool = False
    thread: Any = None
    count: int = field(init=False)

    def __post_init__(self) -> None:
        self.count = len(self.threads) + self.has_clock
        if self.thread is None:
            self.thread = self.threads[0]

    def options(self) -> Sequence[HandOption]:
        return self.threads


def make_choice(*indexes: int, **fields: Any) -> HandChoice:
    """A choice among threads of these indexes, of which nothing is pending."""
    return HandChoice([HandOption(index) for index in indexes], **fields)


def play_program(strategy: Strategy, program: Sequence[Sequence[str]]) -> list[str]:
    """One execution of a toy program, as the order in which its steps were taken.

    A thread is a list of steps such as ``"write x"`` or ``"read y 2"``: the second word is what it touches, ``-`` for nothing. No step
    blocks; the running thread is way 0, the others follow by round robin. Needs a `begin` that returned True. A strategy that has a log
    finds each step as an event in it.
    """
    position = [0] * len(program)
    order: list[str] = []
    running = 0
    n_choices = 0
    log = strategy.log
    if log is not None:
        log.begin(Still())
        for steps in program:
            log.place(steps[0].split()[1])
    while True:
        indexes = [(running + i) % len(program) for i in range(len(program))]
        indexes = [index for index in indexes if position[index] < len(program[index])]
        if not indexes:
            strategy.end(n_choices)
            return order
        options = []
        for index in indexes:
            operation, touched, *_ = program[index][position[index]].split()
            options.append(HandOption(index, None if touched == "-" else touched, operation == "write"))
        way = 0
        if len(options) > 1:
            goes_on = options[0].index == running
            thread = options[0] if goes_on else HandOption(running, is_ended=True)
            way = strategy.choose(HandChoice(options, thread=thread, is_forced=not goes_on))
            n_choices += 1
        running = indexes[way]
        chosen = options[way]
        if log is not None:
            log.add(chosen.path, () if chosen.pending is None else ((log.place(chosen.pending), WRITE if chosen.pending_is_write else READ),))
        order.append(program[running][position[running]])
        position[running] += 1
        if log is not None and position[running] < len(program[running]):
            log.place(program[running][position[running]].split()[1])  # what is to come is known when a thread comes to a point


class Still:
    """A state that nothing changes."""

    version = 0

    def unlogged(self) -> tuple[float, ...]:
        return ()


@pytest.fixture
def choice() -> Callable[..., HandChoice]:
    """`make_choice`."""
    return make_choice


@pytest.fixture
def option() -> type[HandOption]:
    """`HandOption`."""
    return HandOption


@pytest.fixture
def hand_choice() -> type[HandChoice]:
    """`HandChoice`."""
    return HandChoice


@pytest.fixture
def play() -> Callable[[Strategy, Sequence[Sequence[str]]], list[str]]:
    """`play_program`."""
    return play_program
