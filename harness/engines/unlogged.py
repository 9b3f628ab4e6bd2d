"""What decides how an execution goes on and is not told by its events: executions that are equivalent may differ in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.equivalence import name_of

if TYPE_CHECKING:
    from harness.engines.scheduler import Scheduler
    from harness.engines.virtual import VirtualThread


def unlogged(engine: Scheduler) -> tuple[float, ...]:
    """The time, the deadlines in their order, how far a class's own threads have come after the workers' end, turns of loops without
    progress; of each thread how many points it has passed (within an event nothing else tells where it stands), and whether anything has
    changed since it came to the head of a loop or read the clock."""
    found: list[float] = [engine.now, engine.aftermath]
    for deadline, _, thread in engine.timed:
        found += (name_of(thread.path), deadline)
    version = engine.version
    idle_points = engine.log.idle_points
    has_looped = False
    for thread in sorted(engine.all, key=_by_path):
        if not thread.is_ended:
            found += (name_of(thread.path), thread.points - idle_points.get(thread.path, 0))
            if thread.loop_version >= 0:
                has_looped = True
                found.append(thread.loop_site if thread.loop_version == version else -1)
            if thread.reads and thread.read_version == version:
                found.append(thread.reads)
    if has_looped and not idle_points:
        found.append(engine.idle_loops)
    return tuple(found)


def _by_path(thread: VirtualThread) -> str:
    return thread.path
