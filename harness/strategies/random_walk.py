"""The random walk: at every choice each way is as likely as any other."""

from __future__ import annotations

from random import Random

from harness.model.choice import Choice
from harness.model.events import EventLog


class RandomWalk:
    """Uniform over the ways of every choice. A walk is fair: a thread that can go on goes on sooner or later, with probability 1."""

    needs_pending = False
    log: EventLog | None = None

    def __init__(self, rng: Random) -> None:
        self._random = rng.random

    def begin(self) -> bool:
        """Always True: there is always another walk."""
        return True

    def choose(self, choice: Choice) -> int:
        """Any way. The same random() makes the same walk on every Python version, which randrange does not promise."""
        # The engine's inner loop: 100 ns, where randrange(count) takes 350.
        return int(self._random() * choice.count)

    def end(self, points: int) -> None:
        """Nothing is learnt from an execution."""
