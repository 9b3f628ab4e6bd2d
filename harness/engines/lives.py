"""The life of a virtual thread: started, named, run from its first step to its last, ended; and when all that an execution was run for have."""

from __future__ import annotations

import contextlib
import heapq
import itertools
from collections.abc import Callable
from typing import Any

from harness import runtime
from harness.engines.call_hooks import CallHooks
from harness.engines.places import IDENTS, SHARED
from harness.engines.places_of_sites import START
from harness.engines.virtual import RECORDED, SOLO, TRACED, UNWINDING, VirtualThread
from harness.model.events import PART_WRITE, WRITE
from harness.standins.threads import THREADS


class Lives(CallHooks):
    """The engine with the begin and the end of threads."""

    def spawn(self, run: Callable[[], None], name: str, is_daemon: bool, thread: Any, role: str = "own") -> VirtualThread:
        """See `Control`."""
        parent = self.cur
        if parent.mode == UNWINDING:
            self._keep_unwinding(parent)
        if len(self.all) >= 4000:
            raise RuntimeError("can't start new thread")
        if self.on_start is not None:
            self.on_start()
        if role == "own":
            name = self._unused(name)
        child = VirtualThread(len(self.all), f"{parent.path}.{parent.children}", name, role, is_daemon, run, thread, self.live_mode)
        parent.children += 1
        if self.free_idents:
            child.ident = heapq.heappop(self.free_idents)
        self.baton.take(child)
        self.all.append(child)
        self.has_spawned = True
        if self.log is not None:
            self.log.newborn += 1
            if parent.mode == TRACED:
                self.log.also(parent.path, self.writer.of(THREADS), PART_WRITE)
                if IDENTS in self.traced_groups:
                    self.log.also(parent.path, self.log.symbol(IDENTS), WRITE)
                self.log.enable(child.path)
        self.runnable.append(child)
        self.version += 1
        self.idle_loops = 0  # a loop that starts threads gets on
        if role == "worker":
            self.required += 1
            if self.log is not None:
                self.log.workers.append(child.path)
            return child  # the harness starts all its workers in one step
        if parent.mode == SOLO:
            parent.mode = self.live_mode
        self.point("start", child, name)
        return child

    def _live(self, thread: VirtualThread) -> VirtualThread | None:
        """One thread from its first step to its last; the thread to hand over to, None for the hub."""
        thread.has_begun = True
        if self.recorder:
            self.recorder.started(thread)
        elif thread.mode == TRACED:
            self.log.add(thread.path, ())
            self.log.newborn -= 1
        try:
            thread.run()
        except runtime.Unwind:
            pass
        except BaseException as error:  # the harness's own code, or Ctrl-C: bodies report what the target raised
            if not self.is_over:
                self.fault = error
        thread.open.clear()
        if not self.is_over and self.fault is None:
            self._come_to_end(thread)
        thread.is_ended = True
        thread.run = nothing
        if self.is_over or self.fault is not None:
            return None
        try:
            return self._after(thread)
        except runtime.Unwind:  # `interrupt` came now
            return None

    def _come_to_end(self, thread: VirtualThread) -> None:
        """The point before a thread ends: a choice where some thread asks whether others are alive, and in a replay. Class mode's main thread is
        the harness's own and only starts the others."""
        if thread.role == "main" and self.mode == "class":
            return
        thread.points += 1
        mode = thread.mode
        if mode == SOLO or (mode != RECORDED and self.state_of.get(START) != SHARED):
            return
        if (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            with contextlib.suppress(runtime.Unwind):
                self._offer(thread)
        if mode == TRACED and not self.is_over:
            self.log.add(thread.path, ())

    def _after(self, thread: VirtualThread) -> VirtualThread | None:
        """The thread to hand over to now that this one has ended, None for the hub."""
        if self.recorder:
            self.recorder.ended(thread)
        thread.points += 1
        self.version += 1
        self.idle_loops = 0
        self.n_progress += 1
        self.runnable.remove(thread)
        self.open(thread.done)
        heapq.heappush(self.free_idents, thread.ident)
        if thread.mode == TRACED:
            self.log.also(thread.path, self.writer.of(THREADS), PART_WRITE)
            if IDENTS in self.traced_groups:
                self.log.also(thread.path, self.log.symbol(IDENTS), PART_WRITE)
        if thread.role == "worker":
            self.required -= 1
        if self._all_done():
            return None
        return self._following(thread)

    def _all_done(self) -> bool:
        """Whether the execution is over: what it was run for has ended."""
        if self.mode == "class":
            if self.required or not self.all[0].is_ended:
                return False
            if not any(t.role == "own" and (t.is_awaited() or (self.log is not None and not t.is_ended)) for t in self.all):
                return True
            # the pipeline's own threads get a chance to end before they are called left behind
            self.aftermath = self.aftermath or 1
            return False
        return not any(t.is_awaited() for t in self.all)

    def working_on(self, job: str) -> None:
        """See `Control`."""
        thread = self.cur
        before = thread.name
        if not thread.jobs:
            thread.jobs = (before,)
        if job in thread.jobs[1:] or job.startswith("<"):
            return
        thread.jobs = (*thread.jobs, job)
        own, *jobs = thread.jobs
        told = ", ".join(jobs[:3]) + (", ..." if len(jobs) > 3 else "")
        is_named = not own.startswith("ThreadPoolExecutor-")
        thread.name = ""
        thread.name = self._unused(told if len(jobs) == 1 and not is_named else f"{own if is_named else 'worker'} ({told})")
        if self.recorder and thread.name != before:
            self.recorder.renamed(before, thread.name)

    def _unused(self, name: str) -> str:
        """The name, with a number where another thread has it: reports tell threads apart by name."""
        taken = {thread.name for thread in self.all}
        return name if name not in taken else next(other for n in itertools.count(2) if (other := f"{name} #{n}") not in taken)


def nothing() -> None:
    """What is left to run of a thread that has ended."""
