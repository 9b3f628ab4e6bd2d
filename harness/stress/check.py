"""A stress campaign: batches of executions until something is found or the budget is spent. The target runs in child processes only."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from harness.errors import HarnessError
from harness.model.finding import Finding, has_error
from harness.model.result import ScenarioSize
from harness.stress import parent
from harness.stress.child import Plan
from harness.stress.messages import Patience, Report, Silence
from harness.stress.perturbation import perturbation
from harness.stress.witness import Witness
from harness.targets import Target

BATCH = 250
"""Executions in one child process, unless threads are left behind."""
SILENT_ENOUGH = 3
"""Executions that may be cut off, each after seconds, before the campaign ends."""
DEADLOCKS_ENOUGH = 50
"""Executions that may end in a deadlock, each at the cost of a process, before a campaign that goes on after findings ends."""
DEATHS_ENOUGH = 20
"""Child processes that may die before the campaign ends."""

POINTS_ARE_CALLS = (
    "CPython lets another thread go on only where one waits, at a call or at a turn of a loop; the harness's points are calls, so a thread may give way "
    "between the read and the write of `x += 1`, where the file as it stands would not under this Python"
)

Reproduce = Callable[[bool], Sequence[Finding]]
OnProgress = Callable[[int, int], None]


class TargetRefused(HarnessError):
    """The target cannot be run."""


@dataclass
class StressCampaign:
    """The state of one `check` on real threads.

    `reproduce` gives the findings of engine explore on the same scenario, within a budget of its own: of its first failing execution, or, given
    True, one of every kind. With a `witness` the search ends with the first execution that cannot be judged.
    """

    seed: int
    size: ScenarioSize
    order: str
    budget: int
    time_s: float | None
    is_all: bool
    on_progress: OnProgress | None
    instrument: Sequence[str]
    strategy: str
    reproduce: Reproduce
    patience: Patience = field(default_factory=Patience)
    mode: str = "class"
    witness: Witness | None = None
    executions: int = 0
    is_part: bool = False
    is_sized: bool = True
    steps: int = 0
    search_s: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)
    unjudged: list[str] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    _is_doubted: bool = False
    _n_silent: int = 0
    _n_died: int = 0
    _n_deadlocks: int = 0
    _reproduced: dict[bool, dict[str, Finding]] = field(default_factory=dict)
    _limits: dict[str, None] = field(default_factory=dict)
    _uncontrolled: set[str] = field(default_factory=set)
    _draws: bool = False
    _has_spawned: bool = True

    def run(self, target: Target, mode: str | None) -> None:
        """Searches and fills in everything; raises what makes the verdict "error"."""
        if not hasattr(os, "fork"):
            raise HarnessError("engine stress runs the target in a forked process, and this platform has no fork; use explore")
        begun = time.perf_counter()
        try:
            self._search(target, mode, begun)
        finally:
            self.search_s = time.perf_counter() - begun
        self._attach_schedules()
        if self.unjudged and not has_error(self.findings.values()):
            first, *others = self.unjudged
            more = f" (and {len(others)} more of {self.executions} executions came to no end that could be judged)" if others else ""
            raise TargetRefused(f"{target.text}: {first}{more}")

    def limits(self) -> tuple[str, ...]:
        """All that was bounded or outside control."""
        limits = list(self._limits)
        limits += [sentence for sentence in self.unjudged if has_error(self.findings.values())]
        limits += [f"no delays inside {module}: it is not rewritten" for module in sorted(self._uncontrolled)]
        if not self._has_spawned:
            what = "" if self.mode == "program" else ": a scenario starts its threads itself and asserts what must hold"
            limits.append(f"no thread was started, so there was nothing to disturb{what}")
        if self._draws:
            limits.append(f"the program draws random values; this holds for those of seed {self.seed}")
        if self.strategy != "auto":
            limits.append(f"strategy {self.strategy} was not used: on real threads there are no schedules to choose; the seed alone decides the delays")
        if self.executions:
            limits.append(POINTS_ARE_CALLS)
            if not has_error(self.findings.values()):
                limits.append(self._disturbed())
        return tuple(limits)

    def _disturbed(self) -> str:
        """What the executions went through, and what that cannot show."""
        done = [perturbation(self.seed, number) for number in range(1, self.executions + 1)]
        counts = (
            (sum(how.shape != "none" for how in done), "with random delays"),
            (sum(how.starved is not None for how in done), "with a thread standing still"),
            (sum(how.is_biased for how in done), "with waits where another thread had just been"),
            (sum(how.is_gated for how in done), "with threads begun together"),
            (sum(how.is_pinned for how in done), "on one processor"),
        )
        told = ", ".join(f"{number:,} {what}" for number, what in counts if number)
        return (
            f"real threads, whose order the operating system decides: of {self.executions:,} executions {told or 'none was disturbed'}; "
            "other orders were not tried"
        )

    def _search(self, target: Target, mode: str | None, begun: float) -> None:
        number, leaves_threads = 1, False
        while number <= self.budget and not self._is_over(begun):
            first, last = number, min(self.budget, number + BATCH - 1)
            key = os.urandom(32)
            plan = Plan(target, mode, self.size, self.order, self.instrument, self.seed, first, last, self.patience, key, self.witness, leaves_threads)
            outcome = parent.run(plan, self._judge_for(target), lambda current, first=first: self._beat(max(current, first), begun))  # type: ignore[misc]
            if outcome.refused:
                self.is_part = outcome.is_part
                raise TargetRefused(outcome.refused)
            if outcome.scene is None:
                raise TargetRefused(f"{target.text}: {self._why_not_loaded(outcome)}")
            self.mode, self.is_sized = outcome.scene.mode, outcome.scene.is_sized
            number = max(outcome.next, first)
            self.executions = min(number - 1, self.budget)
            if outcome.ledger is not None:
                self.steps += outcome.ledger.points
                self._limits.update(dict.fromkeys(outcome.ledger.limits))
                self._uncontrolled.update(outcome.ledger.uncontrolled)
                self._draws |= outcome.ledger.draws
                self._has_spawned = outcome.ledger.has_spawned
                self.remarks = {**outcome.ledger.remarks, **self.remarks}
                if number == first and outcome.scene.mode == "function" and not leaves_threads:
                    leaves_threads = True
                elif number == first:
                    raise TargetRefused(f"{target.text}: importing it leaves threads behind, so no execution could begin alone")
            if outcome.silence is not None:
                self._note_silence(target, outcome.silence)
            elif outcome.died:
                self._n_died += 1
                self._cannot_judge(f"execution {number - 1}: {outcome.died}")
                if self._n_died == DEATHS_ENOUGH:
                    self._limits[f"the search ended after {self.executions} executions, because in {self._n_died} of them the process died"] = None

    def _why_not_loaded(self, outcome: parent.Outcome) -> str:
        if outcome.silence is not None:
            what = outcome.silence.what
            return what if outcome.silence.kind == "native" else f"its top-level code does not end ({what}), so it cannot be loaded"
        return outcome.died or "its top-level code waits for ever, so it cannot be loaded"

    def _note_silence(self, target: Target, silence: Silence) -> None:
        self._n_silent += 1
        for finding in silence.findings:
            self.findings.setdefault(finding.kind, self._told(target, finding, Report(silence.number, silence.mode, "step-limit", silence.findings)))
        if silence.kind == "native":
            self._cannot_judge(f"execution {silence.number}: {silence.what}, where the harness has no control")
        elif not self._judge_cut_off(silence):
            where = f" (it went round the loop at {' and '.join(silence.loops)})" if silence.loops else ""
            told = f"execution {silence.number} was cut off: {silence.what}{where}; whether it would have ended is not known"
            self._limits[told] = None
            self._tell_witness(told)
        if self._n_silent == SILENT_ENOUGH:
            self._limits[f"the search ended after {self.executions} executions, because {self._n_silent} of them did not end"] = None

    def _cannot_judge(self, sentence: str) -> None:
        self.unjudged.append(sentence)
        self._tell_witness(sentence)

    def _tell_witness(self, why: str) -> None:
        """Where there is a witness, an execution that cannot be judged ends the search."""
        if self.witness is not None:
            self.witness.cannot_judge(why)
            self._is_doubted = True

    def _judge_for(self, target: Target) -> Callable[[Report], bool]:
        def on_report(report: Report) -> bool:
            if report.number == 0:
                return True
            if self.witness is not None:
                self.witness.hear(report.told)
            if report.ending == "deadlock":
                self._n_deadlocks += 1
                if self._n_deadlocks == DEADLOCKS_ENOUGH:
                    self._limits[f"the search ended after {report.number} executions, because {self._n_deadlocks} of them ended in a deadlock"] = None
            for finding in report.findings:
                if finding.kind not in self.findings:
                    self.findings[finding.kind] = self._told(target, finding, report)
            return has_error(self.findings.values()) and not self.is_all

        return on_report

    def _told(self, target: Target, finding: Finding, report: Report) -> Finding:
        how = perturbation(self.seed, report.number)
        explanation = (
            f"Seen on real threads in execution {report.number} of seed {self.seed}, disturbed by {how}.",
            *(report.stacks if finding.kind == "deadlock" else ()),
            "A seed is not a schedule: it decides the delays, the operating system decides the rest, so the same seed may take more executions or fewer.",
        )
        return msgspec.structs.replace(finding, executions_to_find=report.number, explanation=explanation, replay=self._again(target, report))

    def _again(self, target: Target, report: Report) -> str:
        """The command that runs the same stress again."""
        size = self.size
        words = ["harness", "check", target.text, "--engine", "stress", "--seed", str(self.seed), "--executions", str(max(1000, 2 * report.number))]
        if target.has_entry and target.name is None:
            words += ["--as", report.mode]
        if report.mode == "class":
            words += ["--producers", str(size.producers), "--consumers", str(size.consumers), "--messages", str(size.messages)]
            words += ["--capacity", str(size.capacity)]
        if self.order != "producer":
            words += ["--order", self.order]
        for name in self.instrument:
            words += ["--instrument", name]
        return shlex.join(words)

    def _under_explore(self, *kinds: str) -> Finding | None:
        """What engine explore finds in the same scenario of one of the kinds; the first that it finds as a rule, which is quick."""
        for is_thorough in (False, True):
            if is_thorough not in self._reproduced:
                self._reproduced[is_thorough] = {finding.kind: finding for finding in self.reproduce(is_thorough)}
            found = self._reproduced[is_thorough]
            if not found:
                break
            for kind in kinds:
                if kind in found:
                    return found[kind]
        return None

    def _attach_schedules(self) -> None:
        """Where explore finds the same kind, its schedule goes with the finding."""
        for kind, finding in self.findings.items():
            same = None if finding.schedule else self._under_explore(kind)
            if same is not None:
                self.findings[kind] = msgspec.structs.replace(
                    finding,
                    preemptions=same.preemptions,
                    expiries=same.expiries,
                    minimal=same.minimal,
                    schedule=same.schedule,
                    replay=same.replay,
                    events=same.events,
                    explanation=(
                        *finding.explanation,
                        "Engine explore finds the same kind under control; the line below replays its schedule.",
                    ),
                )

    def _judge_cut_off(self, silence: Silence) -> bool:
        """Whether an execution that was cut off is a finding: on real threads that is never known, so only if explore finds what it looks like."""
        same = self._under_explore("livelock", "deadlock")
        if same is None:
            return False
        where = f", in the loop at {' and '.join(silence.loops)}" if silence.loops else ""
        explanation = (
            f"Execution {silence.number} of seed {self.seed} was cut off on real threads: {silence.what}{where}.",
            f"That alone proves nothing, but under control, where every thread is given its turns, the scenario has a {same.kind}, and a schedule to replay.",
        )
        for finding in (finding for found in self._reproduced.values() for finding in found.values()):
            if finding.trace == same.trace and finding.kind not in self.findings:  # of one execution: what went wrong before may be the cause
                self.findings[finding.kind] = msgspec.structs.replace(finding, trace=None, executions_to_find=silence.number, explanation=explanation)
        return True

    def _is_over(self, begun: float) -> bool:
        if self._is_doubted or (has_error(self.findings.values()) and not self.is_all):
            return True
        if self._n_silent >= SILENT_ENOUGH or self._n_died >= DEATHS_ENOUGH or self._n_deadlocks >= DEADLOCKS_ENOUGH:
            return True
        if self.time_s is not None and time.perf_counter() - begun >= self.time_s:
            self._limits[
                f"the budget of {self.time_s:g} s ended the search after {self.executions} executions; with it results may differ between machines"
            ] = None
            return True
        return False

    def _beat(self, number: int, begun: float) -> bool:
        """Hears of progress; whether the time is over."""
        if self.on_progress is not None:
            self.on_progress(number, self.budget)
        return self.time_s is not None and time.perf_counter() - begun >= self.time_s
