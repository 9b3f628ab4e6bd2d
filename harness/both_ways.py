"""A file with a pipeline class and a program of its own is checked both ways, and the worse verdict stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from harness.model.finding import RANK, Finding
from harness.model.result import SHARED, Bounds, Result
from harness.oracles.races import what_it_says

Check = Callable[[str | None, int, float | None], Result]
"""One way: a mode, its share of the executions and of the seconds; the result."""
BADNESS = ("verified", "survived", "error", "failed")


def check_both_ways(check: Check, modes: Sequence[str | None], executions: int, time_s: float | None, fail_fast: bool = False) -> Result:
    """Each way with its share of the budget, half of it each; a failure found one way spares the other only where it is to `fail_fast`."""
    seconds = None if time_s is None else time_s / len(modes)
    shares = [executions // len(modes) + (number < executions % len(modes)) for number in range(len(modes))]
    results: list[Result] = []
    spared: list[str] = []
    for mode, share in zip(modes, shares, strict=True):
        if fail_fast and results and results[-1].verdict == "failed":
            spared.append(str(mode))
        elif share:
            results.append(check(mode, share, seconds))
    return put_together(results, executions, time_s, spared)


def put_together(results: Sequence[Result], executions: int, time_s: float | None, spared: Sequence[str] = ()) -> Result:
    """One result of several ways: the worst verdict, all findings, root cause first, what was bounded or outside control in each. `spared`: modes
    that were not checked, because one had failed."""
    worst = max(results, key=lambda result: BADNESS.index(result.verdict))
    verdict = worst.verdict
    failed = [result for result in results if result.verdict == "error" and verdict != "error"]
    elapsed, searched = sum(result.elapsed_s for result in results), sum(_searched_s(result) for result in results)
    shares = " and ".join(f"{result.executions:,} in {result.mode} mode ({result.verdict})" for result in results)
    common = [limit for limit in results[0].limits if all(limit in result.limits for result in results)]
    limits = [f"{SHARED}, half each: {shares}"]
    limits += [f"{mode} mode was not checked, for {results[-1].mode} mode had failed" for mode in spared]
    limits += [f"{result.mode} mode could not be judged: {_reason(result)}" for result in failed]
    limits += common
    limits += [f"{result.mode} mode: {limit}" for result in results if result not in failed for limit in result.limits if limit not in common]
    findings = [(finding, number) for number, result in enumerate(results) for finding in result.findings if not _is_told(finding, results[:number])]
    findings.sort(key=lambda found: (found[0].severity != "error", RANK[found[0].kind], found[1]))
    return msgspec.structs.replace(
        results[0],
        mode="+".join(result.mode for result in results),
        verdict=verdict,
        error=f"{worst.mode} mode: {_reason(worst)}" if verdict == "error" else None,
        complete=not spared and all(result.complete for result in results),
        classes=sum(result.classes or 0 for result in results) if all(result.classes is not None for result in results) else None,
        bounds=Bounds(results[0].bounds.preemptions, executions, time_s),
        executions=sum(result.executions for result in results),
        elapsed_s=round(elapsed, 6),
        executions_per_s=round(sum(result.executions for result in results) / searched, 1) if searched else 0.0,
        findings=tuple(finding for finding, _ in findings),
        limits=tuple(limits),
        steps=sum(result.steps for result in results),
        turns=tuple(turn for result in results for turn in result.turns),
        remarks=tuple(remark for result in results for remark in result.remarks),
        is_part=verdict == "error" and all(result.is_part for result in results if result.verdict == "error"),
    )


def _is_told(finding: Finding, results: Sequence[Result]) -> bool:
    """Whether an earlier way has the same warning of the same lines."""
    return finding.severity == "warning" and any(what_it_says(finding) == what_it_says(other) for result in results for other in result.findings)


def _reason(result: Result) -> str:
    """Why it could not be judged, without the target's name, which is said elsewhere."""
    return (result.error or "").removeprefix(result.target).lstrip(":, ")


def _searched_s(result: Result) -> float:
    return result.executions / result.executions_per_s if result.executions_per_s else 0.0
