"""Delays: what a perturbation does to the threads of an execution, and when. Lives in the child process, which is thrown away."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import threading
import time
from typing import Any

from harness.stress.perturbation import NEVER, Perturbation
from harness.watched.watch import Watched

GATE_S = 0.005
"""How long a started thread is held at most, should its starter never wait."""

_sleep = time.sleep  # the interpreter's own: the program under test may replace it


class Delays:
    """Counts each thread down to its next delay. `last_touch` says which thread, by its index, touched a place last, in executions that are biased so."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = 0
        self.perturbation: Perturbation | None = None
        self.first: Watched | None = None
        self.gate = threading.Event()
        self.last_touch: dict[Any, int] = {}
        self._processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []

    def perturb(self, number: int, how: Perturbation | None) -> None:
        """Prepares the process for the execution of that number."""
        self.number = number
        self.perturbation = how
        if how is None:
            return
        sys.setswitchinterval(how.switch_interval_s)
        if self._processors:
            wanted = {self._processors[number % len(self._processors)]} if how.is_pinned else set(self._processors)
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, wanted)

    def delay(self, me: Watched) -> None:
        """A delay, if one is due here, and the plan for the next."""
        how = self.perturbation
        if how is None or me.is_muted:
            me.countdown = NEVER if how is None else 20
            return
        if me.is_held:
            me.is_held = False
            self.gate.wait(GATE_S)
        elif me.starve_at and me.moves >= me.starve_at:
            me.starve_at = 0
            _sleep(how.starve_s)
        elif how.shape != "none":
            _sleep(how.delay_s(me.chance))
        me.countdown = self._next_delay(how, me)

    def linger(self, me: Watched) -> None:
        """A short delay out of turn, or a yield."""
        _sleep(me.chance.choice((0.0, 20e-6, 200e-6)))

    def plan(self, me: Watched) -> None:
        """Decides about a thread that is about to begin: when its first delay is due, and whether it is held or starved."""
        how = self.perturbation
        if how is None:
            me.countdown = NEVER
            return
        me.chance = random.Random(f"{self.seed}:{self.number}:{me.path}")
        if how.starved == me.index:
            me.starve_at = me.moves + how.starve_after
        me.is_held = how.is_gated and me is not self.first
        me.countdown = 0 if me.is_held else self._next_delay(how, me)

    def _next_delay(self, how: Perturbation, me: Watched) -> int:
        points = how.points_between(me.chance)
        return min(points, max(1, me.starve_at - me.moves)) if me.starve_at else points
