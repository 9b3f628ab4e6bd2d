"""Sources of schedules, one file each."""

from harness.strategies.catalogue import STRATEGIES, make
from harness.strategies.pct import PCT
from harness.strategies.picks import Picks
from harness.strategies.portfolio import Portfolio
from harness.strategies.pos import POS
from harness.strategies.random_walk import RandomWalk

__all__ = ["PCT", "POS", "STRATEGIES", "Picks", "Portfolio", "RandomWalk", "make"]
