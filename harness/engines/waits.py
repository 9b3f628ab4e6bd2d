"""Waiting at gates: a thread that is parked at one is among the runnable exactly while the gate is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.engines.lock_orders import LockOrders
from harness.engines.showing import show
from harness.engines.virtual import MUTED, OUTSIDE, RECORDED, SOLO, TRACED, UNWINDING, VirtualThread
from harness.model.events import ACQUIRE, PART_WRITE, READ, RELEASE, WRITE
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.rlock import RLock


class Waits(LockOrders):
    """The scheduler with everything that a thread can wait for; the better part of `harness.standins.control.Control`."""

    def point(self, kind: str, obj: Any, detail: str = "") -> None:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            if thread.mode == TRACED:
                self._trace_operation(thread, kind, obj)
                return
            if self._unusual(thread):
                return
        if self.pends:
            thread.pending = id(obj)
            thread.pending_is_write = True
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, kind, detail, obj)

    def _trace_operation(self, thread: VirtualThread, kind: str, obj: Any) -> None:
        log = self.log
        accesses, is_tentative = self.writer.operation(kind, obj)
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        log.add(thread.path, accesses, is_tentative=is_tentative)
        if type(obj) is Lock and (obj.is_open if kind == "try-acquire" else kind == "release" and not obj.is_open):
            log.flip(self.writer.serial(obj), kind == "release")  # a lock does this by itself where nobody waits

    def _trace_passing(self, thread: VirtualThread, gate: Gate, would_wait: bool) -> None:
        """The event in which a thread passes a gate. If it is closed, one that would wait has no event there; one with a deadline has another."""
        known = len(self.log.places)
        self.log.add(thread.path, self.writer.passing(gate), self.writer.serial(gate) if would_wait else -1)
        self.log.known[-1] = known  # a place that is first touched here may be numbered otherwise in another execution
        if type(gate) is Lock:
            self.log.flip(self.writer.serial(gate), False)

    def pass_gate(self, gate: Gate) -> None:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread, gate):
            if gate.is_open or thread.mode != SOLO:
                return
        elif gate.is_open:
            if self.pends:
                self._come_to(thread, gate)
            if len(self.runnable) > 1 or self.timed:
                self._offer(thread, gate)
            if thread.mode:
                self._passed(thread, gate)
            return
        if self.pends:
            self._come_to(thread, gate)
        if self.recorder:
            self.recorder.blocked(thread, gate)
        gate.parked.append(thread)
        thread.waits_at = gate
        self.runnable.remove(thread)
        self._block(thread)
        thread.waits_at = None
        gate.parked.remove(thread)
        if thread.mode:
            self._passed(thread, gate)

    def _passed(self, thread: VirtualThread, gate: Gate, would_wait: bool = True) -> None:
        if thread.mode == RECORDED:
            self.recorder.operation(thread, gate.kind, "", gate.owner, not would_wait)
        elif thread.mode == TRACED:
            self._trace_passing(thread, gate, would_wait)

    def pass_gate_until(self, gate: Gate, timeout_s: float) -> bool:
        """See `Control`."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread, gate) and (gate.is_open or thread.mode != SOLO):
            return gate.is_open
        self._count_idle(thread)
        # that a thread comes too early for an open gate and goes to wait is an event of its own, which a search offers and a replay must, too
        if (gate.is_open or thread.mode >= RECORDED) and (len(self.runnable) > 1 or self.timed):
            if self.pends:
                thread.pending = id(gate.owner)
                thread.pending_is_write = True
            self._offer(thread)
        if gate.is_open:
            if thread.mode:
                self._passed(thread, gate, False)
            return True
        if thread.mode == TRACED:
            self.log.add(thread.path, ((self.writer.of(gate.owner), READ),))
        thread.points += 1  # blocking is a choice of its own
        if timeout_s <= 0:
            self._yield_point(thread)
            return self._look_again(thread, gate)
        if self.recorder:
            self.recorder.blocked(thread, gate)
        gate.parked.append(thread)
        thread.waits_at = gate
        self._set_deadline(thread, timeout_s)
        self.runnable.remove(thread)
        self._block(thread)
        if thread.expired:
            thread.expired = False
            return False
        if thread.mode == TRACED:
            self._trace_passing(thread, gate, True)
        self._clear_deadline(thread)
        thread.waits_at = None
        gate.parked.remove(thread)
        if thread.mode == RECORDED:
            self.recorder.operation(thread, gate.kind, "", gate.owner, True)
        return True

    def _look_again(self, thread: VirtualThread, gate: Gate) -> bool:
        """Whether a gate is open now that others have had their turn, for a thread that will not wait: an event of its own."""
        if gate.is_open:
            if thread.mode:
                self._passed(thread, gate, False)
        elif thread.mode == TRACED:
            self.log.add(thread.path, ((self.writer.of(gate.owner), READ),))
        return gate.is_open

    def await_move(self, gate: Gate, then: Gate, timeout_s: float | None) -> bool:
        """See `Control`."""
        thread = self.cur
        if thread.mode == UNWINDING:
            self._keep_unwinding(thread)
        if thread.mode in (MUTED, OUTSIDE):
            return False
        thread.points += 1
        self._count_idle(thread)
        if self.recorder:
            self.recorder.blocked(thread, gate)
        thread.is_moved = False
        thread.awaiting = then
        thread.expired = False
        thread.waits_at = gate
        gate.parked.append(thread)
        if timeout_s is not None:
            self._set_deadline(thread, timeout_s)
        self.runnable.remove(thread)
        self._block(thread)
        thread.awaiting = None
        thread.waits_at = None
        then.parked.remove(thread)
        thread.expired = False
        if thread.mode == TRACED:
            self.log.add(thread.path, self.writer.passing(then), self.writer.serial(then))
        return thread.is_moved

    def move(self, waiter: VirtualThread, then: Gate) -> None:
        """See `Control`."""
        gate = waiter.waits_at
        if gate is then or gate is None:
            return  # its deadline came first: it is on its way already
        self.version += 1
        if self.recorder:
            self.recorder.deeds.woken(self.cur, waiter)
        gate.parked.remove(waiter)
        if waiter.deadline is not None:
            self._clear_deadline(waiter)
        if self.log is not None:
            self.log.enable(waiter.path)
        waiter.is_moved = True
        waiter.waits_at = then
        then.parked.append(waiter)
        if then.is_open:
            self._wake(waiter)

    def open(self, gate: Gate) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self._trace_turning(gate, True)
        self.version += 1
        if not gate.is_open:
            gate.is_open = True
            for thread in gate.parked:
                self._wake(thread)

    def close(self, gate: Gate) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self._trace_turning(gate, False)
        self.version += 1
        if gate.is_open:
            gate.is_open = False
            for thread in gate.parked:
                self.runnable.remove(thread)
                if self.recorder:
                    self.recorder.blocked(thread, gate, self.baton.frame_of(thread))

    def _trace_turning(self, gate: Gate, is_open: bool) -> None:
        """A thread whose events are logged opens or closes a gate within the event that it is in."""
        how = WRITE
        if isinstance(gate, Lock | RLock):
            how = RELEASE if is_open else ACQUIRE
        path = self.cur.path
        place = self.writer.of(gate.owner)
        log = self.log
        if not log.who or log.who[-1] != path or (place, how) not in log.what[-1]:
            log.also(path, place, how)
        if gate.is_open != is_open or isinstance(gate, Lock):
            log.flip(self.writer.serial(gate), is_open)

    def doubt(self, reason: str) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self.log.doubts.add(reason)

    def also(self, obj: Any, is_write: bool) -> None:
        """See `Control`."""
        if self.cur.mode == TRACED:
            self.log.also(self.cur.path, self.writer.of(obj), WRITE if is_write else READ)

    def changed(self) -> None:
        """See `Control`."""
        self.version += 1

    def progress(self) -> None:
        """See `Control`."""
        self.idle_loops = 0
        self.n_progress += 1
        if self.is_fair:
            self.fairness.progressed()

    def call_returned(self) -> None:
        """A put or get of the harness's workers has returned, where `orders_calls`."""
        if self.cur.mode == TRACED:
            self.log.also(self.cur.path, self.log.symbol("calls"), PART_WRITE)

    def boundary(self, kind: str, value: Any) -> None:
        """The point before a put or get of the harness's workers begins: other threads may come between two calls."""
        thread = self.cur
        thread.points += 1
        if thread.mode and self._unusual(thread):
            return
        if self.pends:
            thread.pending = None
        if len(self.runnable) > 1 or self.timed:
            self._offer(thread)
        if thread.mode == TRACED:
            self.log.calls.setdefault(thread.path, []).append(len(self.log.who))
            self.log.add(thread.path, ((self.log.symbol("calls"), READ),) if self.orders_calls else ())
        elif thread.mode == RECORDED:
            self.recorder.called(thread, kind, f"put({value}) begins" if kind == "put-begin" else "get() begins", "" if value is None else str(value))

    def ended_call(self, kind: str, value: Any) -> None:
        """A put or get of the harness's workers has returned (called while recording only)."""
        self.recorder.called(self.cur, kind, f"put({value}) returns" if kind == "put-return" else f"get() returns {show(value)}", show(value))

    def choose_waiter(self, waiters: Sequence[VirtualThread], kind: str) -> int:
        """See `Control`."""
        if len(waiters) < 2 or self.is_fair:
            return 0
        choice = self.choice
        choice.kind = "waiter"
        choice.count = len(waiters)
        choice.waiters = waiters
        choice.thread = self.cur
        self.cur.points += 1  # a choice of its own: (thread, point) must name one choice only
        self.n_choices += 1
        way = self.choose(choice)
        choice.kind = "thread"
        choice.waiters = ()
        if way:
            self._depart(self.cur, waiters[way], "waiter")
        if self.cur.mode == TRACED:
            self.log.chose(way, len(waiters))
        return way
