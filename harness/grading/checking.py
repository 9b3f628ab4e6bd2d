"""One check of one submission in a sandbox, and what the parent makes of it: the only place where a verdict of a grade is found."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from harness.grading.evidence import Evidence, Mismatch
from harness.grading.rubric import Check, Rubric
from harness.grading.sandbox import Heard, Sandbox, read_result
from harness.grading.wire import End, Job
from harness.model.finding import RANK
from harness.model.result import Bounds, Result, ScenarioSize, Verdict

CHILDS_WORD = "the evidence comes from a process that runs the submission; that a search was exhaustive is that process's word, so no grade says verified"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check. `reason`: why it has no proper end or could not be judged, one line; `kinds` the mistakes that were seen, each with the
    number of executions that showed it; `result` what is shown on the page; `is_ended`: the child said its last word properly."""

    verdict: Verdict
    reason: str = ""
    kinds: dict[str, int] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    executions: int = 0
    completed: int = 0
    elapsed_s: float = 0.0
    is_ended: bool = False
    is_fault: bool = False
    result: Result | None = None


def make_job(check: Check, rubric: Rubric, files: tuple[tuple[str, bytes], ...], target: str, digest: str) -> Job:
    """The job for a check. Its messages follow from the rubric's seed and the submission, so a second run is the same; its key is new each time."""
    chance = random.Random(f"{rubric.seed}/{check.name}/{digest}")
    n_messages = check.producers * check.messages
    chosen = iter(chance.sample(range(1000, max(10_000, 1000 + 4 * n_messages)), n_messages))
    return Job(
        key=secrets.token_bytes(32),
        files=dict(files),
        target=f"{target}:{check.function}" if check.function else target,
        mode=check.mode,
        producers=check.producers,
        consumers=check.consumers,
        messages=check.messages,
        capacity=check.capacity,
        engine=check.engine,
        strategy=check.strategy,
        executions=check.executions,
        program_executions=check.program_executions,
        order=check.order,
        seed=rubric.seed,
        values=[[next(chosen) for _ in range(check.messages)] for _ in range(check.producers)],
        wall_s=rubric.wall_s,
        stall_s=rubric.stall_s,
        memory_bytes=rubric.memory_mb << 20,
    )


def run_check(job: Job, sandbox: Sandbox, on_beat: Callable[[], None] | None = None) -> Outcome:
    """Has a child run the check, and judges what it tells."""
    evidence, heard = Evidence(job), Heard()
    began = time.perf_counter()
    mismatch = ""
    try:
        for kind, body in sandbox.check(job, heard):
            evidence.take(kind, body)
            if on_beat is not None:
                on_beat()
    except Mismatch as problem:
        mismatch = f"its account does not fit what it was asked: {problem}"
    elapsed = time.perf_counter() - began
    verdict, reason = verdict_of(evidence, heard, mismatch)
    is_ended = heard.end is not None and not mismatch and not reason.startswith("its account")
    errors = dict(sorted(evidence.errors.items(), key=lambda each: RANK[each[0]]))
    return Outcome(
        verdict=verdict,
        reason=" ".join(reason.split()),
        kinds={kind: seen.executions for kind, seen in errors.items()},
        messages={kind: seen.first.message for kind, seen in errors.items()},
        executions=evidence.executions,
        completed=evidence.completed,
        elapsed_s=round(elapsed, 3),
        is_ended=is_ended,
        is_fault=bool(heard.fault) and not heard.reason,
        result=_shown(job, evidence, read_result(heard.result, Result) if is_ended else None, verdict, reason, elapsed),
    )


def verdict_of(evidence: Evidence, heard: Heard, mismatch: str) -> tuple[Verdict, str]:
    """The verdict and why it could not be judged or has no proper end. What the child says of itself can only make it worse."""
    if mismatch:
        return "failed", mismatch
    if heard.end is None:
        if heard.fault and not heard.reason:
            return "error", f"the harness failed on it: {heard.fault.partition(chr(10))[0]}"
        return "failed", heard.reason
    end: End | None = read_result(heard.end, End)
    result: Result | None = read_result(heard.result, Result)
    if end is None or result is None or end.executions != evidence.executions:
        return "failed", "its account does not fit what it was asked: its end does not fit what it told before"
    if result.verdict == "error":
        return "error", result.error or "it could not be judged"
    if evidence.errors:
        return "failed", ""
    if result.verdict == "failed":
        return "failed", "its account does not fit what it was asked: it says that it failed, and none of the executions that it told did"
    if not evidence.executions:
        return "failed", "its account does not fit what it was asked: no execution was told"
    return "survived", ""


def _shown(job: Job, evidence: Evidence, told: Result | None, verdict: Verdict, reason: str, elapsed_s: float) -> Result:
    """The result for the page: the child's explanations of what the parent itself has found, under the parent's verdict."""
    size = ScenarioSize(job.producers, job.consumers, job.messages, job.capacity)
    own = tuple(seen.first for _, seen in sorted(evidence.kinds.items(), key=lambda each: RANK[each[0]]))
    name = os.path.basename(job.target)
    if told is None:
        return Result(
            target=name,
            mode="+".join(evidence.modes) or job.mode or "class",
            scenario=size,
            engine="explore",
            strategy=job.strategy,
            seed=job.seed,
            python="",
            verdict="failed" if own and verdict == "failed" else "error",
            error=reason or None,
            bounds=Bounds(executions=job.executions),
            executions=evidence.executions,
            elapsed_s=elapsed_s,
            findings=own,
        )
    explained = tuple(finding for finding in told.findings if finding.severity == "warning" or finding.kind in evidence.kinds)
    known = {finding.kind for finding in explained}
    return msgspec.structs.replace(
        told,
        target=name,
        verdict=verdict,
        error=(told.error or reason) if verdict == "error" else None,
        complete=False,
        findings=(*explained, *(finding for finding in own if finding.kind not in known)),
        limits=(*told.limits, *((CHILDS_WORD,) if told.complete else ())),
    )
