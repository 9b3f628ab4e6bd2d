"""The strategies by the names that a user gives them."""

from __future__ import annotations

from random import Random

from harness.errors import HarnessError
from harness.model.choice import Strategy
from harness.strategies.delays import Delays
from harness.strategies.pct import PCT
from harness.strategies.portfolio import Portfolio
from harness.strategies.pos import POS
from harness.strategies.random_walk import RandomWalk
from harness.strategies.stalls import Stalls

STRATEGIES: dict[str, str] = {
    "auto": "a portfolio: random, pct of depth 2 and of depth 3, pos, one to three departures from the default, and long stalls of a thread take turns",
    "random": "at every choice each way is as likely as any other",
    "pct": "a random order of threads, changed at one or two random moments (depth 2 and 3 take turns)",
    "pos": "a random priority for every pending operation, drawn anew when a conflicting one has run",
}
"""Name -> what it does, in one line."""

EXHAUSTIVE = ("bounded", "dpor")


def make(name: str, seed: int) -> Strategy:
    """The strategy of that name; the same seed makes the same choices on every Python version. Raises HarnessError if there is none."""
    match name:
        case "random":
            return RandomWalk(_stream(seed, name))
        case "pct":
            return Portfolio([_pct(seed, 2), _pct(seed, 3)])
        case "pos":
            return POS(_stream(seed, name))
        case "auto":
            members = [make("random", seed), _pct(seed, 2), _pct(seed, 3), make("pos", seed), Delays(_stream(seed, "delays")), Stalls(_stream(seed, "stalls"))]
            return Portfolio(members)
    if name in EXHAUSTIVE:
        raise HarnessError(f"strategy {name!r} comes with exhaustive search; use auto")
    raise HarnessError(f"there is no strategy {name!r}; there are {', '.join(STRATEGIES)}")


def _pct(seed: int, depth: int) -> PCT:
    return PCT(_stream(seed, f"pct-{depth}"), depth)


def _stream(seed: int, name: str) -> Random:
    # Seeding with a text hashes it (SHA-512, the same everywhere), so members of a portfolio do not draw the same numbers.
    return Random(f"{name}:{seed}")
