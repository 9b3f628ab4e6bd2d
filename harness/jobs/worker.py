"""A process that executes units for the one that it was forked from."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

from harness.guard.child import HEADER, PROGRESS, RESULT, exit_process, write_frame
from harness.guard.parent import STALL_S
from harness.jobs.report import Order, Report, noted, order_from
from harness.model.finding import SEVERITY
from harness.strategies.catalogue import unit_from
from harness.stretch import Tally, go_through
from harness.trial import Failure, Trial

BEAT_S = 0.1


class Job:
    """What all orders have in common."""

    def __init__(self, strategy: str, seed: int, is_all: bool, deadline_s: float | None, sees: bool) -> None:
        self.strategy = strategy
        self.seed = seed
        self.is_all = is_all
        self.deadline_s = deadline_s
        self.sees = sees


def serve(
    trial: Trial, job: Job, orders: int, reports: int, stacks: int, others: Iterable[int], let_signals_through: Callable[[], None]
) -> NoReturn:
    """Executes what is ordered until nobody orders any more; never returns. `others` are descriptors of the parent's to be closed; signals
    are held back at first."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        let_signals_through()
        for descriptor in others:
            os.close(descriptor)
        trial.engine.carry_alone()
        execute_orders(trial, job, orders, reports, stacks)
    finally:
        exit_process(0)


def execute_orders(trial: Trial, job: Job, orders: int, reports: int, stacks: int) -> None:
    """Executes what is ordered until nobody orders any more."""
    _Worker(trial, job, reports, stacks).serve(orders)


class _Worker:
    def __init__(self, trial: Trial, job: Job, reports: int, stacks: int) -> None:
        self.trial = trial
        self.job = job
        self.reports = reports
        self.stacks = stacks
        self.tally = Tally(0)
        self.beaten = self.wound = 0.0

    def serve(self, orders: int) -> None:
        while (order := read_frame(orders)) is not None:
            self.wound = 0.0
            self.tally = Tally(0)
            self.beat()
            try:
                report = self.execute(order_from(order[1]))
            except BaseException:  # the search executes the unit itself, and meets it
                report = Report(True)
            faulthandler.cancel_dump_traceback_later()
            self.send(RESULT, report.packed())

    def execute(self, order: Order) -> Report:
        trial, job = self.trial, self.job
        engine = trial.engine
        engine.know(order.knowledge)
        engine.on_long = self.beat
        engine.total_points = trial.long_executions = 0
        trial.forget_kept()
        engine.lock_graph.orders.clear()
        seen: set[int] | None = set() if job.sees else None
        unit = unit_from(job.strategy, job.seed, order.unit)
        self.tally = tally = Tally(2 * unit.limit, job.deadline_s)
        known = {*order.kinds}
        kinds: list[str] = []
        is_over = False

        def on_failure(failure: Failure, number: int) -> bool:
            nonlocal is_over
            new = [finding.kind for finding in failure.findings if finding.kind not in known]
            known.update(new)
            kinds.extend(new)
            is_over = not job.is_all and any(SEVERITY[kind] == "error" for kind in new)
            return is_over

        begun = go_through(trial, unit, tally, seen, order.is_kept, 1, on_failure, self.beat)
        if is_over or trial.long_executions:
            return Report(True)
        gained = {group: state for group, state in engine.knowledge(order.sites).items() if state > order.knowledge.get(group, 0)}
        return Report(False, tuple(kinds), begun, tally.executions, unit.outcome(), gained, seen=tuple(seen or ()), **noted(trial))

    def beat(self) -> None:
        """Tells the parent, and winds up a watchdog that ends this process, whatever keeps it, and even where the parent has died."""
        now = time.monotonic()
        if now - self.wound >= STALL_S / 10:
            self.wound = now
            faulthandler.dump_traceback_later(STALL_S, exit=True, file=self.stacks)
        if now - self.beaten >= BEAT_S:
            self.beaten = now
            self.send(PROGRESS, self.tally.executions.to_bytes(8, "big"))

    def send(self, kind: bytes, body: bytes) -> None:
        try:
            write_frame(self.reports, kind, body)
        except OSError:
            exit_process(1)  # the parent has gone


def read_frame(descriptor: int) -> tuple[bytes, bytes] | None:
    """The next frame, kind and body; None if nobody writes any more."""
    header = _read(descriptor, HEADER.size)
    if header is None:
        return None
    kind, length = HEADER.unpack(header)
    body = _read(descriptor, length)
    return None if body is None else (kind, body)


def _read(descriptor: int, length: int) -> bytes | None:
    data = bytearray()
    while len(data) < length:
        part = b""
        with contextlib.suppress(OSError):
            part = os.read(descriptor, length - len(data))
        if not part:
            return None
        data += part
    return bytes(data)
