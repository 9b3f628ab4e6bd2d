"""Aiming at the deadlocks that the lock graph of a search predicts: what no execution has come to, several of them together show the way to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from harness import collector
from harness.course import LONG_EXECUTIONS
from harness.model.lock_order import Turn, Turning
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
    in_vain: dict[frozenset[Turning], list[Turn]] = {}
    circles, n_orders = graph.circles(), len(graph.orders)
    while left > 0:
        if len(graph.orders) > n_orders:
            circles, n_orders = graph.circles(), len(graph.orders)
        circle = next((circle for circle in circles if frozenset(circle) not in in_vain), None)
        if circle is None:
            break
        in_vain[frozenset(circle)] = graph.turns(circle)
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
    more = f" and {count_of(len(in_vain) - 1, 'more circle')}" if len(in_vain) > 1 else ""
    said = f"locks are taken in orders that close to a circle, maybe never in one execution ({told_circle(next(iter(in_vain.values())))}){more}"
    return [f"{said}: {EXECUTIONS} executions that aimed at it did not deadlock"]


def told_circle(turns: Sequence[Turn]) -> str:
    """Who takes which lock while it holds which other one, each line once: "at a.py:7 Thread-1 takes b while it holds a, and at a.py:9 ..."."""
    by_line: dict[str, dict[Turn, int]] = {}
    for turn in turns:
        alike = by_line.setdefault(turn.line, {})
        alike[turn] = alike.get(turn, 0) + 1
    said: list[str] = []
    has_pool = False
    for line, alike in by_line.items():
        takes = []
        for turn, times in alike.items():
            wanted, held = turn.wanted or "a lock", turn.held or "a lock"
            other = "another such lock" if held == wanted else held
            who = f"{'other' if has_pool else times} threads of a pool take" if times > 1 else "another takes" if has_pool else "a thread of a pool takes"
            has_pool |= not turn.thread
            takes.append(f"{f'{turn.thread} takes' if turn.thread else who} {wanted} while {'each' if times > 1 else 'it'} holds {other}")
        said.append(f"{f'at {line} ' if line else ''}{join_words(takes)}")
    return ", and ".join(said)
