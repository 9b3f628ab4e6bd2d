"""What goes between the process that searches and those that execute units for it."""

from __future__ import annotations

import marshal
from dataclasses import astuple, dataclass, fields
from functools import partial
from typing import Any

from harness.model.lock_order import Order as LockOrder
from harness.model.lock_order import Seen
from harness.model.schedule import Departure
from harness.scenarios import ProgramScenario
from harness.strategies.units import Plain
from harness.trial import Trial


@dataclass(frozen=True, slots=True)
class Order:
    """A unit to be executed: what it is made from, what the engine is to know of places and of how many sites that holds, the kinds of
    finding that have been found already, and whether its first execution is to be kept."""

    unit: Plain
    knowledge: dict[Any, int]
    sites: int
    kinds: tuple[str, ...]
    is_kept: bool

    def packed(self) -> bytes:
        """As bytes, for a process that was forked from this one."""
        return _packed(self)


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit came to in another process.

    `is_of_note`: something happened that the search itself must see, so it has to execute the unit, too; nothing else is told then.
    `kinds`: what failed, of the kinds that were not known. `kept`: departures of executions to be judged once more, and whether each is kept
    because a timeout ended early in it. The rest is what the engine and the scenario have noted since the last report.
    """

    is_of_note: bool
    kinds: tuple[str, ...] = ()
    begun: int = 0
    executions: int = 0
    outcome: Plain = None
    knowledge: dict[Any, int] | None = None
    kept: tuple[tuple[list[tuple[str, int, str]], bool], ...] = ()
    seen: tuple[int, ...] = ()
    points: int = 0
    uncontrolled: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    flags: tuple[bool, bool, bool] = (False, False, False)
    remarks: tuple[tuple[str, str], ...] = ()
    lock_orders: tuple[tuple[LockOrder, tuple[str, str, str, tuple[str, ...]]], ...] = ()

    def packed(self) -> bytes:
        """As bytes, for a process that this one was forked from."""
        return _packed(self)


def _packed(message: Order | Report) -> bytes:
    # five times as fast as pickle with what a search tree consists of, and both ends are the same Python
    return marshal.dumps(tuple(getattr(message, field.name) for field in fields(message)))


def order_from(packed: bytes) -> Order:
    """What `Order.packed` packed."""
    return Order(*marshal.loads(packed))


def report_from(packed: bytes) -> Report:
    """What `Report.packed` packed."""
    return Report(*marshal.loads(packed))


def noted(trial: Trial) -> dict[str, Any]:
    """What the engine and the scenario have noted, as fields of a report."""
    engine, scenario = trial.engine, trial.scenario
    return {
        "kept": tuple(([(d.thread, d.point, d.chosen) for d in departures], is_expiry) for departures, is_expiry in trial.kept_why()),
        "points": engine.total_points,
        "uncontrolled": tuple(sorted(engine.uncontrolled)),
        "limits": tuple(sorted(engine.limits)),
        "flags": (engine.draws, engine.has_spawned, engine.is_partial),
        "remarks": tuple(scenario.remarks.items()) if isinstance(scenario, ProgramScenario) else (),
        "lock_orders": tuple((order, astuple(seen)) for order, seen in engine.lock_graph.orders.items()),
    }


def absorb(trial: Trial, report: Report) -> None:
    """Notes here what was noted there."""
    engine, scenario = trial.engine, trial.scenario
    draws, has_spawned, is_partial = report.flags
    engine.total_points += report.points
    engine.uncontrolled.update(report.uncontrolled)
    engine.limits.update(report.limits)
    engine.draws |= draws
    engine.has_spawned |= has_spawned
    engine.is_partial |= is_partial
    for order, seen in report.lock_orders:
        engine.lock_graph.add(order, partial(Seen, *seen))
    for departures, is_expiry in report.kept:
        trial.keep([Departure(*departure) for departure in departures], is_expiry)
    if isinstance(scenario, ProgramScenario):
        for key, remark in report.remarks:
            scenario.remarks.setdefault(key, remark)
