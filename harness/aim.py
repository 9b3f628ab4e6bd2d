"""Aiming at the deadlocks that the lock graph of a search predicts: what no execution has come to, several of them together show the way to."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from harness import collector
from harness.course import LONG_EXECUTIONS
from harness.model.lock_order import Turning
from harness.oracles.words import count_of, join_words
from harness.strategies.follow import Follow
from harness.strategies.meet import Meet
from harness.strategies.turns import Turns
from harness.stretch import Tally
from harness.trial import Failure, Trial

EXECUTIONS = 32
"""At a circle of lock orders, at most."""
SHARE = 20
"""All of them together are at most one in so many of the budget, or one circle's; of a budget of seconds one in so many is kept for them."""


def aim(trial: Trial, tally: Tally, turns: Turns, seed: int, on_failure: Callable[[Failure, int], bool], beat: Callable[[], None]) -> list[str]:
    """Executions, beyond the budget, that aim at each circle of the engine's lock graph, until one deadlocks or `on_failure` ends it; how circles
    were aimed at in vain, one line for all of them or none. Orders that these executions show are taken in."""
    graph = trial.engine.lock_graph
    if graph.executions and not graph.orders:
        return []
    for departures in [[], *trial.kept]:  # not all strategies have orders written down
        follow = Follow(departures)
        follow.needs_pending = True
        trial.execute(follow)
        if not graph.orders:
            return []
    left = max(EXECUTIONS, tally.most // SHARE)
    in_vain: dict[frozenset[Turning], list[str]] = {}
    circles, n_orders = graph.circles(), len(graph.orders)
    while left > 0:
        if len(graph.orders) > n_orders:
            circles, n_orders = graph.circles(), len(graph.orders)
        circle = next((circle for circle in circles if frozenset(circle) not in in_vain), None)
        if circle is None:
            break
        in_vain[frozenset(circle)] = graph.lines(circle)
        strategy = Meet(circle, Random(f"meet:{seed}:{len(in_vain)}"))
        for _ in range(min(EXECUTIONS, left)):
            if tally.is_late() or trial.long_executions >= LONG_EXECUTIONS:
                return []
            left -= 1
            tally.executions += 1
            strategy.begin()
            failure = trial.execute(strategy)
            turns.note(strategy, tally.executions)
            if tally.executions % collector.EVERY == 0:
                beat()
                collector.collect()
            if failure is not None and (on_failure(failure, tally.executions) or any(finding.kind == "deadlock" for finding in failure.findings)):
                return []
    if not in_vain:
        return []
    told = join_words(next(iter(in_vain.values())))
    more = f" and {count_of(len(in_vain) - 1, 'more circle')}" if len(in_vain) > 1 else ""
    said = f"locks are taken in orders that close to a circle, maybe never in one execution ({told}){more}"
    return [f"{said}: {EXECUTIONS} executions that aimed at it did not deadlock"]
