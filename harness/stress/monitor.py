"""The child's own watch: a thread that tells the parent when nobody can go on, and when somebody does not come back. The parent decides."""

from __future__ import annotations

import faulthandler
import os
import select
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from harness import runtime
from harness.engines.showing import describe_error
from harness.errors import HarnessError
from harness.model.execution import Execution
from harness.oracles import judge
from harness.stress import stands
from harness.stress.engine import Stress
from harness.stress.idle import is_idle_worker
from harness.stress.messages import Board, Patience, Report, Silence
from harness.stress.stuck import all_are_stuck, has_no_handler_to_run
from harness.watched.watch import Watched

PERIOD_S = 0.05
WIND_EVERY_S = 1.0
SPIN_TURNS = 1000
"""Turns of a loop since the thread last made progress, from which on it is said to go round."""

_exit_process = os._exit


class Monitor:
    """`describe` gives an execution that has not ended, as the oracles see it; `lifeline` is a pipe that ends when the parent does."""

    def __init__(
        self,
        engine: Stress,
        board: Board,
        send: Callable[[Report | Silence | HarnessError], None],
        lifeline: int,
        stacks: int,
        patience: Patience,
    ) -> None:
        self.engine = engine
        self.board = board
        self.send = send
        self.lifeline = lifeline
        self.stacks = stacks
        self.patience = patience
        self.describe: Callable[[], Execution] | None = None
        self.packed: Callable[[Execution], bytes] = lambda execution: b""
        self._execution: Any = None
        self._seen: dict[int, tuple[int, float]] = {}
        self._progress = (0, 0.0)
        self._n_before = 0
        self._has_told = False

    def watch(self) -> None:
        """For as long as the process lives."""
        beat = 0
        wound = float("-inf")
        while True:
            if select.select([self.lifeline], [], [], PERIOD_S)[0]:
                _exit_process(1)
            now = time.monotonic()
            if now - wound > WIND_EVERY_S:
                wound = now
                # A thread in C that needs nothing of the interpreter: ends this process even where the parent has died and native code holds all.
                faulthandler.dump_traceback_later(3 * self.patience.native_s + 10, exit=True, file=self.stacks)
            beat += 1
            self.board.note_beat(beat)
            try:
                self.look(now)
            except HarnessError as error:
                self.send(error)  # a thread did what cannot be run here, and the others wait for it
            except Exception as error:
                # Threads that run on change what is being read.
                self.engine.limits.add(f"the monitor could not read the threads' state once ({describe_error(error)})")

    def look(self, now: float) -> None:
        """Once a period: tells what there is to tell of the execution that runs."""
        engine = self.engine
        execution = (engine.number, engine.begun_at)
        if execution != self._execution:
            self._execution = execution
            self._seen.clear()
            self._progress = (engine.n_progress, now)
            self._n_before = engine.n_progress
            self._has_told = False
            return
        if self._has_told or self.describe is None:
            return
        if self._is_awaited() and all_are_stuck(engine) and has_no_handler_to_run(engine):
            moves = sum(record.moves for record in engine.all)
            stuck = replace(self.describe(), ending="deadlock")
            report = Report(engine.number, engine.mode, "deadlock", tuple(judge(stuck)), moves, stands.stacks(engine), self.packed(stuck))
            if all_are_stuck(engine) and moves == sum(record.moves for record in engine.all):
                self.send(report)
            return
        silence = self._silence(now)
        if silence is not None:
            self._has_told = True
            self.send(self._judged(silence) if engine.mode == "program" and silence.kind != "native" else silence)

    def _judged(self, silence: Silence) -> Silence:
        """With what can be said of a program that goes on: that it need not end, but what has passed so far has."""
        assert self.describe is not None
        try:
            findings = tuple(judge(replace(self.describe(), ending="step-limit")))
        except RuntimeError:
            findings = ()  # a dict grew while it was looked through: nothing is said
        return msgspec.structs.replace(silence, findings=findings, mode=self.engine.mode)

    def _is_awaited(self) -> bool:
        """Whether the execution waits for a thread at all: it does not for daemons and idle workers, nor in class mode for any but its workers."""
        engine = self.engine
        frames = sys._current_frames()
        for record in list(engine.all):
            if record.is_ended or record.is_daemon:
                continue
            if record.role in ("worker", "main") or (engine.mode != "class" and not is_idle_worker(engine.pool, record, frames)):
                return True
        return False

    def _silence(self, now: float) -> Silence | None:
        engine = self.engine
        awake = [record for record in list(engine.all) if not record.is_ended and record.waits is None and not record.is_timed]
        for record in awake:
            moves, since = self._seen.get(record.index, (-1, now))
            if moves != record.moves or record.is_held:
                self._seen[record.index] = (record.moves, now)
            elif now - since >= self.patience.native_s:
                return Silence(engine.number, "native", f"{record.name} did not come back for {self.patience.native_s:g} s{self._place(record)}")
        if self._progress[0] != engine.n_progress:
            self._progress = (engine.n_progress, now)
        if now - engine.begun_at >= self.patience.longest_s:
            return Silence(engine.number, "long", f"it had not ended after {self.patience.longest_s:g} s", stands.loops(engine))
        if engine.mode == "program" and engine.n_progress - self._n_before >= self.patience.most_calls:
            return Silence(engine.number, "long", f"after {self.patience.most_calls:,} puts and gets it had not ended", stands.loops(engine))
        if awake and now - self._progress[1] >= self.patience.spin_s and all(_goes_round(record) for record in awake):
            who = " and ".join(record.name for record in awake)
            return Silence(engine.number, "spinning", f"for {self.patience.spin_s:g} s {who} only went round", stands.loops(engine))
        return None

    def _place(self, record: Watched) -> str:
        frame = self.engine.frame_of(record)
        own = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
        while frame is not None and (frame.f_code.co_filename.startswith((own, "<")) or _is_library(frame.f_code.co_filename)):
            frame = frame.f_back
        if frame is None:
            return ""
        code = frame.f_code
        return f": it blocks or computes at {os.path.basename(code.co_filename)}:{frame.f_lineno}" + (
            "" if code.co_name == "<module>" else f" in {code.co_name}"
        )


def _goes_round(record: Watched) -> bool:
    return record.loop_site >= 0 and record.turns >= SPIN_TURNS and runtime.sites[record.loop_site].kind == "while"


_LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep


def _is_library(file: str) -> bool:
    return file.startswith(_LIBRARY) and "site-packages" not in file
