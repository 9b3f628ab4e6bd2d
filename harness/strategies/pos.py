"""Partial order sampling: every pending operation has a random priority of its own."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from random import Random
from typing import Any

from harness.model.choice import Choice, Option
from harness.strategies.waiters import pick_waiter

PATIENCE = 128
"""Choices after which all priorities are drawn anew, so that an operation with a very low one is not put off for ever by a busy loop."""


class POS:
    """Runs the pending operation of the highest priority, then gives those that it conflicts with new ones.

    Yuan, Yang, Gu, Partial order aware concurrency sampling, CAV 2018: unlike a random walk it spreads its executions evenly over partial
    orders, however unlike in length the threads are. Two operations conflict if they touch the same thing and one may change it.
    """

    needs_pending = True
    log = None

    def __init__(self, rng: Random) -> None:
        self._random = rng.random
        self._priority: dict[int, tuple[Any, float]] = {}
        self._clock = 0.0
        self._floor = 0.0
        self._step = 0

    def begin(self) -> bool:
        """Forget all priorities; always True."""
        self._redraw()
        self._floor = 0.0
        self._step = 0
        return True

    def choose(self, choice: Choice) -> int:
        """The way of the highest priority. A thread that spins goes below all others until it is chosen again."""
        if choice.kind == "waiter":
            return pick_waiter(self._random, choice.count)
        self._step += 1
        if self._step % PATIENCE == 0:
            self._redraw()
        options = choice.options()
        if choice.is_spinning:
            self._floor -= 1.0
            self._priority[options[-1].index] = (options[-1].pending, self._floor)
        # One plain loop, for this runs at every choice of an execution.
        drawn = self._priority
        highest = -inf
        best = 0
        for way, option in enumerate(options):
            # A thread may have gone on without us, where it was the only one that could: then another operation is pending.
            known = drawn.get(option.index)
            if known is None or known[0] != option.pending:
                known = drawn[option.index] = (option.pending, self._random())
            if known[1] > highest:
                highest = known[1]
                best = way
        if choice.has_clock and self._clock > highest:
            self._clock = self._random()
            return len(options)
        self._retire(options[best], options)
        return best

    def end(self, points: int) -> None:
        """Nothing is learnt from an execution."""

    def _retire(self, chosen: Option, options: Sequence[Option]) -> None:
        del self._priority[chosen.index]
        touched = chosen.pending
        if touched is None:
            return
        for other in options:
            if other is not chosen and other.pending == touched and (chosen.pending_is_write or other.pending_is_write):
                self._priority[other.index] = (touched, self._random())

    def _redraw(self) -> None:
        self._priority.clear()
        self._clock = self._random()
