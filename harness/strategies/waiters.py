"""Which waiter a notify wakes, for the strategies that draw threads by priority."""

from __future__ import annotations

from collections.abc import Callable

ODDS_OF_ANOTHER = 0.125
"""How often it is not the oldest waiter. CPython wakes the oldest; another is allowed but seldom what goes wrong in practice."""


def pick_waiter(random: Callable[[], float], count: int) -> int:
    """Mostly 0, the oldest waiter; with `ODDS_OF_ANOTHER` one of the others, each as likely. `count` is at least 1."""
    draw = random()
    if draw >= ODDS_OF_ANOTHER or count == 1:
        return 0
    return 1 + int(draw / ODDS_OF_ANOTHER * (count - 1))
