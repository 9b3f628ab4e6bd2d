"""Long stalls: a thread or two stand still for very long in the middle of what they do, as a descheduled thread does."""

from __future__ import annotations

from random import Random

from harness.model.choice import Choice
from harness.strategies.waiters import pick_waiter

FIRST_LENGTH = 32
LENGTHS = (16, 64, 256, 1024)
"""How long a stall may last, in choices. The longest outlasts a loop that gives up after some hundred tries."""
ODDS_OF_ANOTHER = 0.06
"""How often another thread than the default goes on where nobody need be kept from running."""


class Stalls:
    """Mostly the default; but at one to three random moments the thread at hand is stalled: it goes on only if nobody else, the clock
    included, can.

    A walk or PCT lets a spinning thread turn only a few times before the others go on, so a loop with a bounded number of tries never
    runs out of them, and a step torn in two is seldom left torn while another thread does a long piece of work.
    """

    needs_pending = False
    log = None

    def __init__(self, rng: Random) -> None:
        self._random = rng.random
        self._length = FIRST_LENGTH
        self._starts: dict[int, int] = {}
        self._stalled: dict[int, int] = {}
        self._step = 0

    def begin(self) -> bool:
        """Draw the moments and how long each stall lasts; always True."""
        random = self._random
        self._starts = {int(random() * self._length) + 1: LENGTHS[int(random() * len(LENGTHS))] for _ in range(1 + int(random() * 3))}
        self._stalled = {}
        self._step = 0
        return True

    def choose(self, choice: Choice) -> int:
        """The default, or what the stalls leave."""
        random = self._random
        if choice.kind == "waiter":
            return pick_waiter(random, choice.count)
        self._step = step = self._step + 1
        length = self._starts.get(step)
        if length is not None:
            options = choice.options()
            self._stalled[options[-1 if choice.is_spinning else 0].index] = step + length
        if not self._stalled:
            return 0 if random() >= ODDS_OF_ANOTHER else int(random() * choice.count)
        stalled = self._stalled = {index: until for index, until in self._stalled.items() if until > step}
        ways = [way for way, option in enumerate(choice.options()) if option.index not in stalled]
        if not ways:
            return choice.count - 1 if choice.has_clock else 0
        return ways[0] if random() >= ODDS_OF_ANOTHER else ways[int(random() * len(ways))]

    def end(self, points: int) -> None:
        """Remember how long an execution is: the moments are drawn within that. Half of what was known is kept, so one long one passes."""
        self._length = min(max(FIRST_LENGTH // 4, self._step, self._length // 2), 1000)

    def memory(self) -> tuple[int, ...]:
        """See `Learner`: how long an execution is."""
        return (self._length,)

    def learn(self, memory: tuple[int, ...]) -> None:
        """See `Learner`."""
        (self._length,) = memory

    def share(self, executions: int) -> tuple[int, ...]:
        """See `Learner`."""
        return self.memory()

    begin_with = learn
