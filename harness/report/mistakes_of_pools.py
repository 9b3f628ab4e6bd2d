"""Jobs of a pool that never begin, because every worker waits for what only they could bring."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.model.trace import ThreadEnd
from harness.report.mistake import Mistake
from harness.report.standstill import awaited, circle_of, wanted_from
from harness.report.story import Place, Story, place_of
from harness.report.words import count, joined, printable, unique


@dataclass(slots=True)
class _Pool:
    """What a trace shows of a pool: how many jobs it was given, and its workers by name."""

    name: str
    n_jobs: int
    workers: list[str]


def no_worker_left(story: Story, end: ThreadEnd) -> Mistake | None:
    """A job never began: the workers of its pool all wait, the blocked thread among them or for the job's result."""
    pools = _pools(story)
    waits = {other.name: awaited(other) or wanted_from(story, other) for other in story.blocked()}
    for pool in pools:
        n_begun = sum(step.kind == "get" and not step.line and step.thread in pool.workers for step in story.steps)
        n_left = pool.n_jobs - n_begun
        stuck = [other.name for other in story.blocked() if other.name in pool.workers]
        jobs = unique(job for other in story.blocked() for job in re.findall(r", whose job (.+) no worker has begun$", other.waits_for))
        for_locks = [other.name for other in story.blocked() if other.name in stuck and wanted_from(story, other)]
        if for_locks or circle_of({name: waits[name] for name in stuck if waits[name]}):
            continue  # more workers would not help
        if n_left <= 0 or len(stuck) < len(pool.workers) or (end.name not in stuck and not end.waits_for.endswith(" no worker has begun")):
            continue
        name = printable(pool.name)
        what = printable(jobs[0]) if len(pools) == len(jobs) == n_left == 1 else f"{count(n_left, 'job')} of {name}"
        workers = f"the only worker of {name}, {stuck[0]}, waits" if len(stuck) == 1 else f"the {len(stuck)} workers of {name}, {joined(stuck)}, wait"
        told = f"{what} never began, for {workers} and {'takes' if len(stuck) == 1 else 'take'} no other job."
        hint = f"Jobs that wait for each other need a worker each: {name} has {len(stuck)}, and needs at least {len(stuck) + 1} here."
        return Mistake((told,), hint)
    return None


def _pools(story: Story) -> list[_Pool]:
    pools: dict[Place, _Pool] = {}
    for step, following in zip(story.steps, [*story.steps[1:], None], strict=True):
        if step.kind == "submit":
            pool = pools.setdefault(place_of(step), _Pool(step.location, 0, []))
            pool.n_jobs += 1
            if following is not None and (following.kind, following.thread, following.line) == ("start", step.thread, step.line):
                pool.workers.append(following.what)
    return list(pools.values())
