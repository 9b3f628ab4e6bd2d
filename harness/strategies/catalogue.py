"""The strategies by the names that a user gives them."""

from __future__ import annotations

from functools import partial
from random import Random

from harness.errors import HarnessError
from harness.model.choice import Strategy
from harness.strategies.auto import Auto
from harness.strategies.bounded import Bounded
from harness.strategies.delays import Delays
from harness.strategies.dpor import DPOR
from harness.strategies.drawn import Draw, Drawn
from harness.strategies.pct import PCT
from harness.strategies.portfolio import Portfolio
from harness.strategies.pos import POS
from harness.strategies.random_walk import RandomWalk
from harness.strategies.sample import Sample
from harness.strategies.stalls import Stalls
from harness.strategies.subtrees import Dive, Subtrees
from harness.strategies.units import Plain, Search, Unit, Whole

STRATEGIES: dict[str, str] = {
    "auto": "dpor for up to two fifths of the executions; the portfolio takes turns with it, and has the rest where it does not end",
    "portfolio": "random, pct of depth 2 and of depth 3, pos, one to three departures from the default, and long stalls of a thread take turns",
    "random": "at every choice each way is as likely as any other",
    "pct": "a random order of threads, changed at one or two random moments (depth 2 and 3 take turns)",
    "pos": "a random priority for every pending operation, drawn anew when a conflicting one has run",
    "bounded": "every schedule without a preemption, then every one with one, with two, ...: the first failure has the fewest",
    "dpor": "optimal dynamic partial order reduction: one execution of each class of equivalent ones, until all have been seen",
}
"""Name -> what it does, in one line."""



def make_search(name: str, seed: int, executions: int = 5000) -> Search:
    """The search by the strategy of that name; the same seed makes the same choices on every Python version and in any number of processes.
    `executions` is the budget, of which "auto" gives shares. Raises HarnessError if there is none of that name."""
    match name:
        case "auto":
            return Auto(Subtrees(ends_at_doubt=True), make_search("portfolio", seed), Sample(_stream(seed, "sample", 0)), executions)
        case "dpor":
            return Subtrees()
        case "bounded":
            return Whole(make(name, seed))
    return Drawn(partial(make, name, seed))


def unit_from(name: str, seed: int, order: Plain) -> Unit:
    """The unit of such a search that another process has ordered."""
    kind, *order = order
    if kind == "dive":
        return Dive.from_order(order)
    return Draw(partial(make, "portfolio" if name == "auto" else name, seed), *order)


def make(name: str, seed: int, unit: int = 0) -> Strategy:
    """The strategy of that name, as the unit of that number begins with it; "auto" is none by itself. Raises HarnessError if there is none."""
    match name:
        case "random":
            return RandomWalk(_stream(seed, name, unit))
        case "pct":
            return Portfolio([_pct(seed, 2, unit), _pct(seed, 3, unit)])
        case "pos":
            return POS(_stream(seed, name, unit))
        case "bounded":
            return Bounded()
        case "dpor":
            return DPOR()
        case "portfolio":
            others: list[Strategy] = [Delays(_stream(seed, "delays", unit)), Stalls(_stream(seed, "stalls", unit))]
            return Portfolio([make("random", seed, unit), _pct(seed, 2, unit), _pct(seed, 3, unit), make("pos", seed, unit), *others])
    raise HarnessError(f"there is no strategy {name!r}; there are {', '.join(STRATEGIES)}")


def _pct(seed: int, depth: int, unit: int) -> PCT:
    return PCT(_stream(seed, f"pct-{depth}", unit), depth)


def _stream(seed: int, name: str, unit: int) -> Random:
    # Seeding with a text hashes it (SHA-512, the same everywhere), so members of a portfolio do not draw the same numbers.
    return Random(f"{name}:{seed}:{unit}" if unit else f"{name}:{seed}")
