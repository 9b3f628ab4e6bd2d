"""Grading on many machines: each submission is a task of Dask's, graded in a process of its own on whichever worker takes it.

Workers need the harness and, for tier bwrap, bubblewrap. What a worker that is lost was at is given to another, so each submission has one grade.
"""

from __future__ import annotations

import contextlib
import importlib
import pickle
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.errors import HarnessError
from harness.grading.cohort import Unit, grade_one
from harness.grading.grade import Grade
from harness.grading.pool import Lost
from harness.grading.processes import adopt_orphans, end_with_parent
from harness.grading.rubric import Rubric
from harness.grading.sandbox import compiled_harness
from harness.grading.tiers import Tier, choose_tier
from harness.jobs.dask import PATIENCE_S, open_client

Graded = tuple[Grade, dict[str, bytes]]
_open = contextlib.ExitStack()
"""What a worker keeps until it ends."""


@dataclass(frozen=True, slots=True)
class Order:
    """A submission to be graded somewhere else."""

    unit: Unit
    rubric: Rubric
    tier: Tier


class Cluster:
    """A connection with a scheduler; a context. Raises HarnessError where there is none, or Dask is not installed."""

    def __init__(self, address: str) -> None:
        self._client = open_client(address, PATIENCE_S)
        self._dask: Any = importlib.import_module("distributed")

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()  # which lets go of the tasks that are still to be done

    def map(self, orders: Sequence[Order]) -> Iterator[tuple[int, Graded | Lost]]:
        """The number of each order and what came of it, as they are done."""
        this = uuid.uuid4().hex  # tasks of another run are other tasks
        futures = {self._client.submit(grade_apart, order, key=f"harness-{number}-{this}", pure=False): number for number, order in enumerate(orders)}
        for future in self._dask.as_completed(futures, loop=self._client.loop):
            done: Graded | Lost
            try:
                done = future.result()
            except Exception as error:
                done = Lost(" ".join(f"{type(error).__name__}: {error}".split())[:400])
            yield futures[future], done


def grade_apart(order: Order) -> Graded | Lost:
    """Grades in a process of its own, on the worker: a worker has threads, and a sandbox's orphans must not be taken for another's."""
    command = [sys.executable, "-m", __name__, _cache()]
    done = subprocess.run(command, input=pickle.dumps(order), capture_output=True, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()
        return Lost(last[-1] if last else f"the process that graded it ended with status {done.returncode}")
    graded: Graded = pickle.loads(done.stdout)
    return graded


@lru_cache(maxsize=1)
def _cache() -> str:
    return _open.enter_context(compiled_harness())


def main() -> int:
    """An order from standard input, its grade to standard output; the status 2 and a line where it cannot be graded here."""
    end_with_parent()
    adopt_orphans()
    order: Order = pickle.load(sys.stdin.buffer)
    try:
        choose_tier(order.tier.name, order.tier.name)
        sys.stdout.buffer.write(pickle.dumps(grade_one(order.unit, order.rubric, order.tier, sys.argv[1])))
    except HarnessError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
