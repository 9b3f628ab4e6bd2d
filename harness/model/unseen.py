"""How much a search that did not end has left unseen, estimated from a random sample of executions."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

import msgspec

Z_95 = 1.6449
"""The 95 % point of the normal distribution: what is said is said to one side."""


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """What a sample of independent random walks says of the classes of equivalent executions that it has not seen.

    Of `executions` walks `classes` classes came, `once` of them once and `twice` twice. The next walk shows a class that none of them has
    shown with a probability of about `probability` (Good, The population frequencies of species, Biometrika 40, 1953, after Turing), and at most
    `at_most`, with a confidence of `confidence` (Esty, A normal limit law for a nonparametric estimator of the coverage of a random sample, Annals
    of Statistics 11(3), 1983; where next to nothing came only once, no less than the rule of three allows: Hanley and Lippman-Hand, JAMA
    249(13), 1983). There are `classes_at_least` classes or more (Chao, Nonparametric estimation of the number of classes in a population,
    Scandinavian Journal of Statistics 11(4), 1984, in its bias-corrected form). All of this is about random walks: another strategy has other odds.
    """

    executions: int
    classes: int
    once: int
    twice: int
    probability: float
    at_most: float
    classes_at_least: int
    confidence: float = 0.95


def unseen_after(counts: Iterable[int]) -> Unseen:
    """The estimate from how often each class came in a sample of walks. Raises ValueError for an empty sample."""
    times = list(counts)
    n = sum(times)
    if not n:
        raise ValueError("an empty sample says nothing")
    once, twice = times.count(1), times.count(2)
    probability = once / n
    spread = sqrt((probability * (1 - probability) + 2 * twice / n) / n)
    rule_of_three = 1 - 0.05 ** (1 / n)
    at_most = min(1.0, max(probability + Z_95 * spread, rule_of_three))
    more = (n - 1) / n * once * (once - 1) / (2 * (twice + 1))
    return Unseen(
        executions=n,
        classes=len(times),
        once=once,
        twice=twice,
        probability=round(probability, 6),
        at_most=round(at_most, 6),
        classes_at_least=len(times) + int(more),
    )


def told(unseen: Unseen) -> str:
    """The estimate as a sentence without its beginning and end."""
    classes = "1 class" if unseen.classes == 1 else f"{unseen.classes:,} classes"
    return (
        f"in {unseen.executions:,} random executions {classes} came, {unseen.once:,} only once, so the next one is new with a probability of about "
        f"{_percent(unseen.probability)} (at most {_percent(unseen.at_most)}, with 95 % confidence; Good and Turing)"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.995 else f"{100 * share:.0f} %"
