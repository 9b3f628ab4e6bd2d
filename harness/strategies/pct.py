"""Probabilistic concurrency testing: a random order of threads, changed at a few random moments."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import inf
from random import Random
from typing import Any

from harness.model.choice import Choice, Option
from harness.strategies.waiters import pick_waiter

CLOCK = -1
"""The clock's index among the priorities: letting time jump competes as if it were a thread."""

FIRST_LENGTH = 32
"""The length taken for granted before any execution has been seen; a 1 x 1 x 3 pipeline has 10 to 60 choices."""

PATIENCE = 200
"""Choices in a row that one thread may win before it is taken to wait for a slower one: several times a whole small execution."""


class PCT:
    """Runs the thread of the highest priority; priorities are random, and `depth` - 1 times in an execution the leader is put last.

    Burckhardt, Kothari, Musuvathi, Nagarakatte, A randomized scheduler with probabilistic guarantees of finding bugs, ASPLOS 2010: a
    bug of depth d among n threads and k choices is found with a probability of at least 1 / (n * k ** (d - 1)) in each execution. `k` is
    taken from the executions before. In every second execution the draw is weighted (Efraimidis and Spirakis, Information Processing Letters
    97(5), 2006) so that each kind of thread (`Option.kin`) is as likely to lead as any other: the one reader among twenty writers need not
    wait for its turn.
    """

    needs_pending = False
    log = None

    def __init__(self, rng: Random, depth: int = 3) -> None:
        self._random = rng.random
        self._depth = depth
        self._lengths: deque[int] = deque(maxlen=8)
        self._changes: dict[int, float] = {}
        self._priority: dict[int, float] = {}
        self._kin: dict[int, Any] = {}
        self._is_weighted = True
        self._floor = 0.0
        self._step = 0
        self._winner = CLOCK
        self._streak = 0

    def begin(self) -> bool:
        """Draw the moments of change; always True."""
        length = self._expected_length()
        # The i-th moment drawn puts its thread on level i, below all threads that were never put back. The moments are not sorted:
        # if levels always rose with time, the thread put back first would stay last, and no A-B-A could come of two changes.
        self._changes = {}
        while len(self._changes) < min(self._depth - 1, length):
            self._changes.setdefault(int(self._random() * length), (len(self._changes) + 1) / self._depth)
        self._priority.clear()
        self._kin.clear()
        self._is_weighted = not self._is_weighted
        self._floor = 0.0
        self._step = 0
        self._streak = 0
        return True

    def choose(self, choice: Choice) -> int:
        """The way of the highest priority. A thread that spins, and the clock once it has jumped, go below all others."""
        if choice.kind == "waiter":
            return pick_waiter(self._random, choice.count)
        options = choice.options()
        if self._is_weighted and len(options) > 2:
            self._draw_weighted(options)
        if choice.is_spinning:
            self._put_last(options[-1].index)
        # One plain loop, for this runs at every choice: 0.4 us with two threads, where max() over a list of pairs takes 0.8.
        priority = self._priority
        highest = -inf
        winner = CLOCK
        best = way = 0
        for option in options:
            index = option.index
            mine = priority[index] if index in priority else self._draw(index)
            if mine > highest:
                highest = mine
                winner = index
                best = way
            way += 1
        if choice.has_clock and (priority[CLOCK] if CLOCK in priority else self._draw(CLOCK)) > highest:
            highest = priority[CLOCK]
            winner = CLOCK
            best = way
        level = self._changes.pop(self._step, None)
        if level is not None:
            # A thread already put last, for spinning, stays there.
            priority[winner] = min(level, highest)
            return self.choose(choice)
        self._step += 1
        if winner != self._winner:
            self._winner = winner
            self._streak = 0
        self._streak += 1
        if winner == CLOCK or self._streak > PATIENCE:
            # invariant: no thread starves. Without patience one that polls something that changes at every turn (a try-lock,
            # Peterson's flags) would go before the thread it waits for, for ever.
            self._put_last(winner)
            self._streak = 0
        return best

    def end(self, points: int) -> None:
        """Remember how many choices of a thread there were: the moments of change are drawn among these."""
        self._lengths.append(self._step)

    def memory(self) -> tuple[int, ...]:
        """See `Learner`: the lengths of the last executions."""
        return tuple(self._lengths)

    def learn(self, memory: tuple[int, ...]) -> None:
        """See `Learner`."""
        self._lengths.extend(memory)

    def share(self, executions: int) -> tuple[int, ...]:
        """See `Learner`."""
        return self.memory()

    begin_with = learn

    def _draw(self, index: int) -> float:
        drawn = self._priority[index] = 1.0 + self._random()
        return drawn

    def _draw_weighted(self, options: Sequence[Option]) -> None:
        """Draws for the threads that have no priority yet, each with the weight 1 / (how many of its kind there are)."""
        new = [option for option in options if option.index not in self._priority]
        if not new:
            return
        for option in new:
            self._kin[option.index] = option.kin
        kin = list(self._kin.values())
        for option in new:
            self._priority[option.index] = 1.0 + self._random() ** kin.count(self._kin[option.index])

    def _put_last(self, index: int) -> None:
        self._floor -= 1.0
        self._priority[index] = self._floor

    def _expected_length(self) -> int:
        # The longest but one of the last eight: short crashes do not pull it down, and one execution that went round to the step
        # limit does not push every moment of change beyond the end of the ordinary ones.
        if not self._lengths:
            return FIRST_LENGTH
        return max(1, sorted(self._lengths)[-2:][0])
