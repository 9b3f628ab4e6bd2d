"""A check on real threads: the stress campaign, and engine explore asked for the schedules of what it finds."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence

from harness.both_ways import check_both_ways
from harness.errors import HarnessError
from harness.guard import run_guarded
from harness.model.finding import PREDICTED, Finding, has_error, in_order
from harness.model.result import Bounds, Result, ScenarioSize, Verdict, from_json, to_json
from harness.stress.check import StressCampaign
from harness.stress.witness import Witness
from harness.targets import Target

REPRODUCTIONS = 1000
"""Executions that explore may spend on a finding, to give it a schedule."""

OnProgress = Callable[[int, int], None]


def check_by_stress(
    target: Target,
    mode: str | None,
    find_modes: Callable[[], Sequence[str | None]],
    explore: Callable[..., Result],
    size: ScenarioSize,
    order: str,
    executions: int,
    time_s: float | None,
    seed: int,
    is_all: bool,
    instrument: Sequence[str],
    strategy: str,
    on_progress: OnProgress | None,
    witness: Witness | None = None,
) -> Result:
    """What real threads under seeded delays show. `explore` checks the same target under control, in the mode that it is told;
    `find_modes` says how the target is checked where `mode` does not, by loading it under control. With a `witness` explore is not asked
    for schedules.
    """

    def one_way(way: str | None, share: int, seconds: float | None) -> Result:
        return _check_one_way(target, way, explore, size, order, share, seconds, seed, is_all, instrument, strategy, on_progress, witness)

    modes: Sequence[str | None] = (mode,)
    if mode is None and target.name is None and target.has_entry:
        found = run_guarded(lambda beat: ",".join(way or "" for way in find_modes()).encode()).result
        modes = ("program",) if found is None else found.decode().split(",")  # where loading it ends the process, the program says why
    return one_way(modes[0], executions, time_s) if len(modes) == 1 else check_both_ways(one_way, modes, executions, time_s)


def _check_one_way(
    target: Target,
    mode: str | None,
    explore: Callable[..., Result],
    size: ScenarioSize,
    order: str,
    executions: int,
    time_s: float | None,
    seed: int,
    is_all: bool,
    instrument: Sequence[str],
    strategy: str,
    on_progress: OnProgress | None,
    witness: Witness | None,
) -> Result:
    def found_by_explore(is_thorough: bool) -> Sequence[Finding]:
        if witness is not None:
            return ()

        def work(beat: OnProgress) -> bytes:
            return to_json(explore(mode=campaign.mode, executions=REPRODUCTIONS, all=is_thorough, on_progress=beat))

        done = run_guarded(work).result  # under engine stress none of the target's code runs in this process
        return () if done is None else [finding for finding in from_json(done).findings if finding.kind not in PREDICTED]

    campaign = StressCampaign(seed, size, order, executions, time_s, is_all, on_progress, instrument, strategy, found_by_explore)
    campaign.mode, campaign.witness = mode or "class", witness
    started = time.perf_counter()
    error: str | None = None
    try:
        campaign.run(target, mode)
    except HarnessError as problem:
        error = str(problem)
    elapsed = time.perf_counter() - started
    verdict: Verdict = "survived"
    if has_error(campaign.findings.values()):
        verdict = "failed"
        error = None
    elif error is not None:
        verdict = "error"
    return Result(
        target=target.text,
        mode=campaign.mode,
        scenario=size,
        engine="stress",
        strategy=strategy,
        seed=seed,
        python=platform.python_version(),
        verdict=verdict,
        error=error,
        bounds=Bounds(None, executions, time_s),
        executions=campaign.executions,
        elapsed_s=round(elapsed, 6),
        executions_per_s=round(campaign.executions / campaign.search_s, 1) if campaign.search_s else 0.0,
        findings=in_order(campaign.findings.values()),
        limits=campaign.limits(),
        steps=campaign.steps,
        remarks=tuple(campaign.remarks.values()),
        is_sized=campaign.is_sized,
        is_part=verdict == "error" and campaign.is_part,
    )
