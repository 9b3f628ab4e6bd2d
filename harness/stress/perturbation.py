"""What is done to one execution on real threads: a pure function of seed and number."""

from __future__ import annotations

import os
from dataclasses import dataclass
from random import Random
from typing import Literal

Shape = Literal["none", "yield", "uniform", "exponential", "rare"]

SHAPES: tuple[tuple[Shape, int], ...] = (("none", 3), ("yield", 5), ("uniform", 5), ("exponential", 4), ("rare", 3))
"""How the delays are drawn, with weights."""
RATES = (2, 4, 8, 20, 50)
SWITCH_INTERVALS_S = (5e-3, 5e-4, 5e-5, 5e-6)
WORDS: dict[Shape, str] = {
    "none": "no delays",
    "yield": "a yield",
    "uniform": "1 to 200 us",
    "exponential": "100 us in the mean, at most 2 ms",
    "rare": "a yield, and one time in 16 from 0.5 to 3 ms",
}
NEVER = 1 << 60
CAN_PIN = hasattr(os, "sched_setaffinity")


@dataclass(frozen=True, slots=True)
class Perturbation:
    """`one_in`: a delay at one point in so many. `starved`: this thread (in the order of starting) stands still once, after `starve_after`
    points, for `starve_s`. `is_biased`: a thread also waits where another touched the same place just before. `is_gated`: started threads
    are held until their starter waits itself, to begin together. `is_pinned`: all on one processor.
    """

    shape: Shape
    one_in: int
    switch_interval_s: float
    starved: int | None
    starve_after: int
    starve_s: float
    is_biased: bool
    is_gated: bool
    is_pinned: bool

    def delay_s(self, chance: Random) -> float:
        """The next delay; 0 only yields."""
        match self.shape:
            case "uniform":
                return chance.uniform(1e-6, 200e-6)
            case "exponential":
                return min(chance.expovariate(1e4), 2e-3)
            case "rare":
                return chance.uniform(0.5e-3, 3e-3) if chance.random() < 1 / 16 else 0.0
            case _:
                return 0.0

    def points_between(self, chance: Random) -> int:
        """How many points pass until the next delay."""
        return NEVER if self.shape == "none" else 1 + int(chance.expovariate(1 / self.one_in))

    def __str__(self) -> str:
        delays = WORDS[self.shape] if self.shape == "none" else f"delays ({WORDS[self.shape]}) at one point in {self.one_in}"
        parts = [delays]
        if self.starved is not None:
            parts.append(f"thread {self.starved} standing still for {self.starve_s * 1e3:.1f} ms after {self.starve_after} points")
        if self.is_biased:
            parts.append("waits where another thread had just touched the same place")
        if self.is_gated:
            parts.append("threads begun together")
        if self.is_pinned:
            parts.append("one processor")
        return ", ".join([*parts, f"a switch interval of {self.switch_interval_s * 1e6:g} us"])


def perturbation(seed: int, number: int) -> Perturbation:
    """What is done to the execution of that number."""
    chance = Random(f"stress:{seed}:{number}")
    (shape,) = chance.choices([shape for shape, _ in SHAPES], [weight for _, weight in SHAPES])
    return Perturbation(
        shape=shape,
        one_in=chance.choice(RATES),
        switch_interval_s=chance.choice(SWITCH_INTERVALS_S),
        starved=chance.randrange(1, 5) if chance.random() < 0.25 else None,
        starve_after=chance.choice((1, 3, 10, 30)),
        starve_s=chance.uniform(1e-3, 10e-3),
        is_biased=chance.random() < 0.3,
        is_gated=chance.random() < 0.7,
        is_pinned=chance.random() < 0.3 and CAN_PIN,
    )
