"""Which threads are workers of a pool that wait for a job: nobody waits for their end."""

from __future__ import annotations

from collections.abc import Mapping
from types import FrameType, ModuleType

from harness.watched.lock import LIBRARY
from harness.watched.watch import Watched


def is_idle_worker(pool: ModuleType, record: Watched, frames: Mapping[int, FrameType]) -> bool:
    """Whether a thread stands in the pool's own loop, waiting for a job and not within one. `frames` is `sys._current_frames()`."""
    if record.waits is None:
        return False
    worker = vars(pool)["_worker"].__code__
    frame = frames.get(record.ident)
    while frame is not None:
        if frame.f_code is worker:
            return True
        if frame.f_code.co_filename not in LIBRARY:
            return False
        frame = frame.f_back
    return False
