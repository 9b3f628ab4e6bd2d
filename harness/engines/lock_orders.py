"""The lock graph of a search, as the engine writes it down: who came to take which lock while it held which others."""

from __future__ import annotations

import os.path
import sys

from harness.engines.loops import Loops
from harness.engines.naming import names_of
from harness.engines.target_frames import target_frame
from harness.engines.virtual import VirtualThread, name_of
from harness.model.lock_order import Seen
from harness.standins.gate import Gate
from harness.standins.lock import Lock
from harness.standins.rlock import RLock

MOST_NAMED = 500
"""Orders of locks that are written down with what the locks are called: to look for the names takes up to 0.2 ms."""


class LockOrders(Loops):
    """Notes what a thread is about to pass, where the strategy asks what is pending; no cost to the others."""

    def _come_to(self, thread: VirtualThread, gate: Gate) -> None:
        """Keeps what is pending: the thread is about to pass a gate, however long that takes. Writes down an order of locks that it adds to."""
        thread.pending = id(gate.owner)
        thread.pending_is_write = True
        if type(gate) is not Lock and type(gate) is not RLock:
            return
        thread.to_take = gate
        if thread.locks:
            thread.locks = [lock for lock in thread.locks if lock.holder is thread]
            order = thread.order
            if order is not None:
                if thread.jobs and any(other.jobs and other is not thread for other in self.all):
                    order = "", *order[1:]
                self.lock_graph.add(order, self._order_seen)
        thread.locks.append(gate)

    def _order_seen(self) -> Seen:
        """How the order that the running thread is about to add to looks in the target; the starter's variables may have names for the locks too."""
        thread, main = self.cur, self.all[0]
        frame = target_frame(sys._getframe(1), self.files)
        line = "" if frame is None else f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        name = "" if thread.jobs else thread.name
        others = [] if thread is main or main.is_ended else [target_frame(self.baton.frame_of(main), self.files)]
        if len(self.lock_graph.orders) >= MOST_NAMED:
            return Seen(line, name)
        held = sorted((lock for lock in thread.locks if lock.holder is thread), key=name_of)
        wanted, *names = names_of([lock.owner for lock in (thread.to_take, *held) if lock is not None], [*others, frame])
        return Seen(line, name, wanted, tuple(names))
