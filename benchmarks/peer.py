"""interleave-test on the same programs, in a process of its own: it patches threading while it works, and what it leaves must not be timed here."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.programs import Workload, load, make_workers


@dataclass(frozen=True, slots=True)
class PeerTime:
    """`schedule_us`: microseconds of processor time a schedule, None where the peer could not run the program; `note` says why then, or what it saw."""

    schedule_us: float | None
    note: str = ""


def absence() -> str:
    """Why the peer cannot be measured here; empty if it can."""
    return "" if importlib.util.find_spec("interleave_test") else "not installed (pip install interleave-test; it needs Python 3.12)"


def time_schedules(path: Path, workload: Workload, schedules: int, *, is_narrow: bool, timeout_s: float = 120.0) -> PeerTime:
    """What a schedule costs the peer, measured by a child process that inherits this one's core; see `explore` for `is_narrow`."""
    request = json.dumps({"path": str(path), "workload": asdict(workload), "schedules": schedules, "is_narrow": is_narrow})
    command = [sys.executable, "-m", "benchmarks.peer", request]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False, cwd=Path(__file__).resolve().parent.parent)
    except subprocess.TimeoutExpired:
        return PeerTime(None, f"no answer within {timeout_s:.0f} s")
    if done.returncode != 0:
        return PeerTime(None, (done.stderr.strip().splitlines() or ["no answer"])[-1])
    answer = json.loads(done.stdout)
    return PeerTime(answer["schedule_us"], answer["note"])


def explore(path: Path, workload: Workload, schedules: int, is_narrow: bool) -> PeerTime:
    """Explore the program with the peer's random strategy, every bytecode instruction a switch point.

    With its defaults the peer also traces the loops of the producers and consumers, as in any test written with it; `is_narrow` confines it
    to the program's own file, which is what the harness rewrites.
    """
    import interleave_test

    # Imported plainly once, so that the standard modules it needs are there, with real locks, before the peer patches anything.
    load(path)
    loaded: list[Any] = []

    def model() -> None:
        # Once and under the peer's patches: `from threading import Lock` must find the peer's. Later schedules use it again.
        if not loaded:
            with interleave_test.no_interleave():
                loaded.append(load(path))
        pipeline = loaded[0](workload.capacity)
        with interleave_test.no_interleave():
            workers = make_workers(pipeline, workload)
        threads = [threading.Thread(target=work) for work in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    options: dict[str, Any] = {"include": [str(path)] if is_narrow else None, "raise_on_failure": False}
    with contextlib.redirect_stdout(io.StringIO()):
        interleave_test.explore(model, iterations=2, seed=1, **options)  # loads and warms up
        begin_s = time.process_time()
        result = interleave_test.explore(model, iterations=schedules, seed=0, **options)
        spent_s = time.process_time() - begin_s
    note = "" if result.failure is None else f"stopped after {result.schedules_run} schedules: {result.failure.kind}"
    return PeerTime(spent_s / result.schedules_run * 1e6, note)


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    print(json.dumps(asdict(explore(Path(asked["path"]), Workload(**asked["workload"]), asked["schedules"], asked["is_narrow"]))))
