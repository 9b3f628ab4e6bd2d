"""How the threads of an execution stood when it ended, in words."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.engines.recorder import Recorder
from harness.engines.target_frames import target_frame
from harness.engines.virtual import VirtualThread
from harness.model.trace import ThreadEnd
from harness.standins.future import Future

WAITS = {
    "acquire": "to acquire {label}",
    "join": "for {label} to end",
    "wait": "for {label}",
    "get": "for an item in {label}",
    "put": "for room in {label}",
    "result": "for the result of {label}",
}
"""What a thread parked at a gate waits for, by the gate's kind."""


def thread_ends(engine: Explore, files: Set[str], recorder: Recorder | None = None) -> tuple[ThreadEnd, ...]:
    """Every thread's end. In class mode the setup thread is left out once it has ended; if it never does, it counts as a worker."""
    ends = []
    for thread in engine.all:
        is_setup = thread.role == "main" and engine.mode == "class"
        if is_setup and thread.is_ended:
            continue
        state = "ended" if thread.is_ended else "running" if thread in engine.runnable or thread.deadline is not None else "blocked"
        file, line = _stands_at(engine, thread, files)
        gate = thread.waits_at
        ends.append(
            ThreadEnd(
                name="setup" if is_setup else thread.name,
                role="worker" if is_setup else thread.role,
                state=state,
                is_daemon=thread.is_daemon or not (thread.is_ended or thread.is_awaited()),
                waits_for=describe_wait(gate, recorder) if state == "blocked" and gate is not None else "",
                file=file,
                line=line,
                holds=recorder.locks.held_by(thread.name) if recorder else (),
            )
        )
    return tuple(ends)


def describe_wait(gate: Any, recorder: Recorder | None) -> str:
    """What a thread parked at a gate waits for, to be read after "waits"; who holds it where a recorder knows."""
    owner = gate.owner
    label: str = owner.name if isinstance(owner, VirtualThread) else recorder.labels.of(owner) if recorder else f"a {type(owner).__name__}"
    if gate.kind == "join" and not isinstance(owner, VirtualThread):
        return f"until all items of {label} are done"
    words = WAITS.get(gate.kind, "for {label} (" + gate.kind + ")").format(label=label)
    if gate.kind == "result" and isinstance(owner, Future):
        return str(words) + _how_far(owner)
    held = recorder.locks.holder_of(owner) if recorder and gate.kind == "acquire" else None
    return str(words) + (f", held by {held[0]} since line {held[1]}" if held and held[1] else "")


def _how_far(future: Future) -> str:
    """Who is to give a future's result, as words that follow it; "" where no pool's worker is."""
    if future.worker is not None:
        return f", which {future.worker.name} is to give"
    return f", whose job {future.job} no worker has begun" if future.job else ""


def loop_of(engine: Explore) -> str:
    """The loop of a livelock as ``file.py:12``, "" where there is none."""
    if engine.loop_at < 0:
        return ""
    site = runtime.sites[engine.loop_at]
    return f"{site.file.replace(chr(92), '/').rpartition('/')[2]}:{site.line}"


def _stands_at(engine: Explore, thread: VirtualThread, files: Set[str]) -> tuple[str, int]:
    """File and line of the target where a thread that has not ended stands; ("", 0) if none."""
    frame = None if thread.is_ended else target_frame(engine.baton.frame_of(thread), files)
    return ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
