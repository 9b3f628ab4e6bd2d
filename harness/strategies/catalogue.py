"""The strategies by the names that a user gives them."""

from __future__ import annotations

from random import Random

from harness.errors import HarnessError
from harness.model.choice import Strategy
from harness.strategies.auto import Auto
from harness.strategies.bounded import Bounded
from harness.strategies.delays import Delays
from harness.strategies.dpor import DPOR
from harness.strategies.pct import PCT
from harness.strategies.portfolio import Portfolio
from harness.strategies.pos import POS
from harness.strategies.random_walk import RandomWalk
from harness.strategies.stalls import Stalls

STRATEGIES: dict[str, str] = {
    "auto": "dpor for up to two fifths of the executions; where it does not end, the portfolio",
    "portfolio": "random, pct of depth 2 and of depth 3, pos, one to three departures from the default, and long stalls of a thread take turns",
    "random": "at every choice each way is as likely as any other",
    "pct": "a random order of threads, changed at one or two random moments (depth 2 and 3 take turns)",
    "pos": "a random priority for every pending operation, drawn anew when a conflicting one has run",
    "bounded": "every schedule without a preemption, then every one with one, with two, ...: the first failure has the fewest",
    "dpor": "optimal dynamic partial order reduction: one execution of each class of equivalent ones, until all have been seen",
}
"""Name -> what it does, in one line."""



def make(name: str, seed: int, executions: int = 5000) -> Strategy:
    """The strategy of that name; the same seed makes the same choices on every Python version. `executions` is the budget, of which
    "auto" gives shares. Raises HarnessError if there is none of that name."""
    match name:
        case "random":
            return RandomWalk(_stream(seed, name))
        case "pct":
            return Portfolio([_pct(seed, 2), _pct(seed, 3)])
        case "pos":
            return POS(_stream(seed, name))
        case "bounded":
            return Bounded()
        case "dpor":
            return DPOR()
        case "auto":
            return Auto(DPOR(), make("portfolio", seed), executions)
        case "portfolio":
            members = [make("random", seed), _pct(seed, 2), _pct(seed, 3), make("pos", seed), Delays(_stream(seed, "delays")), Stalls(_stream(seed, "stalls"))]
            return Portfolio(members)
    raise HarnessError(f"there is no strategy {name!r}; there are {', '.join(STRATEGIES)}")


def _pct(seed: int, depth: int) -> PCT:
    return PCT(_stream(seed, f"pct-{depth}"), depth)


def _stream(seed: int, name: str) -> Random:
    # Seeding with a text hashes it (SHA-512, the same everywhere), so members of a portfolio do not draw the same numbers.
    return Random(f"{name}:{seed}")
