"""The grade of one submission: its checks in sandboxes, and the points that the rubric gives for what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

import harness
from harness.grading.checking import Outcome, make_job, run_check
from harness.grading.rubric import Check, Rubric
from harness.grading.sandbox import Sandbox
from harness.grading.submissions import Submission
from harness.grading.target import choose_file, look_at
from harness.grading.tiers import Tier
from harness.model.result import Result

WORST = ("verified", "survived", "error", "failed")


class Points(msgspec.Struct, frozen=True):
    """One line of a check's points: given, or not because of the kinds seen."""

    kinds: tuple[str, ...]
    points: float
    given: float
    because: str = ""


class CheckGrade(msgspec.Struct, frozen=True):
    """What a check came to. `kinds` are the mistakes, each with the number of executions that showed it, `messages` what the first says."""

    name: str
    verdict: str
    reason: str
    score: float
    max_score: float
    points: tuple[Points, ...]
    kinds: dict[str, int]
    messages: dict[str, str]
    executions: int
    elapsed_s: float
    extra: bool = False
    hidden: bool = False
    is_fault: bool = False
    result: Result | None = None


class Grade(msgspec.Struct, frozen=True):
    """The grade of one submission, all that the pages and tables are made of. `key` is a hash of everything that it depends on.

    `attempt`: the number of this one where there are several `attempts`; `counted` says then whether it counts, and why.
    """

    student: str
    id: str
    score: float
    max_score: float
    extra: float
    verdict: str
    file: str
    handed_in: datetime | None
    late_percent: float
    checks: tuple[CheckGrade, ...]
    remarks: tuple[str, ...]
    look_at: tuple[str, ...]
    sandbox: str
    key: str
    elapsed_s: float
    graded_at: datetime
    attempt: int = 0
    attempts: int = 1
    counted: str = ""
    schema: str = "harness/grade/1"

    @property
    def notes(self) -> list[str]:
        """What is said beside the points: whether this attempt counts, and the remarks."""
        return [*([self.counted] if self.counted else []), *self.remarks]

    @property
    def reason(self) -> str:
        """Why it could not be judged or has no proper end: of the first check that says."""
        return next((check.reason for check in self.checks if check.reason), "")


def grade(submission: Submission, rubric: Rubric, tier: Tier, cache: str, key: str, now: Callable[[], datetime]) -> Grade:
    """Runs the checks, each in a fresh process, in one sandbox as long as it ends properly; whatever the submission does, a grade comes of it."""
    began = time.perf_counter()
    remarks = list(submission.remarks)
    problem, target = submission.problem, ""
    if not problem:
        target, remark = choose_file(submission.files, rubric.file)
        if target and remark:
            remarks.append(remark)
        elif remark:
            problem = remark
    checks = _without_running(rubric, problem) if problem else _run(submission, rubric, tier, cache, target)
    percent = rubric.late.percent(submission.handed_in, submission.is_late) if rubric.late is not None else 0.0
    kept = 1 - percent / 100
    core = [check for check in checks if not check.extra] or checks
    return Grade(
        student=submission.student,
        id=submission.id,
        score=round(kept * sum(check.score for check in checks if not check.extra), 2),
        max_score=rubric.max_score,
        extra=round(kept * sum(check.score for check in checks if check.extra), 2),
        verdict=max((check.verdict for check in core), key=WORST.index),
        file=target,
        handed_in=submission.handed_in,
        late_percent=percent,
        checks=tuple(checks),
        remarks=tuple(remarks),
        look_at=tuple(look_at(submission.files)),
        sandbox=tier.how,
        key=key,
        elapsed_s=round(time.perf_counter() - began, 3),
        graded_at=now(),
        attempt=submission.attempt,
        attempts=submission.attempts,
    )


def key_of(submission: Submission, rubric: Rubric, tier: Tier, python: str) -> str:
    """What a grade depends on, as one text: where it is the same, the grade need not be found again."""
    at = str(submission.handed_in) if rubric.late is not None else ""
    return "/".join((submission.digest, rubric.digest_of_a_grade[:16], harness.__version__, python, tier.name, at))


def _run(submission: Submission, rubric: Rubric, tier: Tier, cache: str, target: str) -> list[CheckGrade]:
    checks: list[CheckGrade] = []
    sandbox: Sandbox | None = None
    try:
        for check in rubric.checks:
            sandbox = sandbox or Sandbox(tier, cache)
            job = make_job(check, rubric, submission.files, target, submission.digest)
            outcome = run_check(job, sandbox)
            if not outcome.is_ended:
                sandbox.close()
                sandbox = None
            checks.append(graded(check, outcome))
    finally:
        if sandbox is not None:
            sandbox.close()
    return checks


def _without_running(rubric: Rubric, problem: str) -> list[CheckGrade]:
    return [graded(check, Outcome("error", problem)) for check in rubric.checks]


def graded(check: Check, outcome: Outcome) -> CheckGrade:
    """The grade of a check by what came of it."""
    points = _points(check, outcome)
    return CheckGrade(
        name=check.name,
        verdict=outcome.verdict,
        reason=outcome.reason,
        score=sum(each.given for each in points),
        max_score=check.points,
        points=tuple(points),
        kinds=outcome.kinds,
        messages=outcome.messages,
        executions=outcome.executions,
        elapsed_s=outcome.elapsed_s,
        extra=check.extra,
        hidden=check.hidden,
        is_fault=outcome.is_fault,
        result=outcome.result,
    )


def _points(check: Check, outcome: Outcome) -> Sequence[Points]:
    """A line's points are given where none of its kinds was seen, the check was judged to its end, and something got through at all."""
    given = []
    for share in check.shares:
        seen = [kind for kind in share.kinds if kind in outcome.kinds]
        because = ""
        if outcome.reason:
            because = outcome.reason
        elif seen:
            because = ", ".join(f"{kind} in {outcome.kinds[kind]:,} of {outcome.executions:,} executions" for kind in seen)
        elif not outcome.completed:
            because = "in no execution did everything get through, so nothing speaks for it"
        given.append(Points(share.kinds, share.points, 0.0 if because else share.points, because))
    return given


def check_that_it_runs(tier: Tier, cache: str) -> None:
    """Starts one sandbox and ends it. Raises InternalError where that does not work."""
    sandbox = Sandbox(tier, cache)
    try:
        sandbox.await_ready()
    finally:
        sandbox.close()
