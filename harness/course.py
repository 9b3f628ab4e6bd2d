"""The course of a search: units handed out, executed here or in other processes, and merged in their order.

The result is that of executing one unit after the other in this process, whatever the number of processes: another process only tells that
nothing of note happens in a unit. Where something does (a failure of a new kind, an exception, a search that must begin anew, an execution
beyond the step limit, a process that ends), its report is thrown away and the unit is executed here, from where it began.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from harness import runtime
from harness.guard import is_guarded
from harness.jobs import Ended, Order, Report, Workforce, absorb
from harness.scenarios import TargetError
from harness.strategies.turns import Turns
from harness.strategies.units import WINDOW, Search, Unit
from harness.stretch import Tally, go_through
from harness.trial import Failure, Trial

LONG_EXECUTIONS = 20
"""Executions that may hit the step limit before the campaign ends."""


@dataclass(frozen=True, slots=True, eq=False)
class _Handed:
    """A unit on its way: its number, what the engine is to know when it begins, and whether its first execution is to be kept."""

    unit: Unit
    number: int
    knowledge: dict[Any, int]

    @property
    def is_kept(self) -> bool:
        return not self.number & (self.number - 1)


class Course:
    """`run` it once. `kinds` are the kinds of finding that are known; `on_failure` as in `go_through`; `seen` takes a number for every
    schedule; `crew` executes units beside this process; `turns` are told each unit that is over."""

    def __init__(
        self,
        trial: Trial,
        units: Search,
        tally: Tally,
        crew: Workforce | None,
        kinds: Collection[str],
        seen: set[int] | None,
        on_failure: Callable[[Failure, int], bool],
        beat: Callable[[], None],
        turns: Turns,
    ) -> None:
        self.trial = trial
        self.units = units
        self.tally = tally
        self.kinds = kinds
        self.seen = seen
        self.beat = beat
        self.turns = turns
        self._on_failure = on_failure
        self._crew = crew
        self._is_over = False
        self._way: deque[_Handed] = deque()
        self._n_issued = 0
        self._known: dict[Any, int] = {}
        self._n_sites = 0

    @property
    def executions(self) -> int:
        """How many have been made, in units that are being executed too."""
        return self.tally.executions + (0 if self._crew is None else self._crew.executions)

    def run(self) -> None:
        """Searches until all is seen, the budget is spent, or an answer of `on_failure` ends it."""
        engine = self.trial.engine
        try:
            while not self._is_over:
                self._issue()
                if not self._way:
                    break
                handed = self._way.popleft()
                begun = self._come_to(handed)
                is_void = self.units.merge(handed.unit, begun)
                self.turns.note(handed.unit.strategy, self.tally.executions)
                if is_void:
                    self._way.clear()
                    self._dismiss()
        finally:
            self._dismiss()
        if not self._is_over:
            engine.know(self._known)

    def _issue(self) -> None:
        """Sends on their way all units that may go."""
        tally, way = self.tally, self._way
        while len(way) < WINDOW and not tally.is_cut_off:
            unit = self.units.issue(tally.most - tally.executions - sum(handed.unit.limit for handed in way))
            if unit is None:
                break
            if tally.is_late():
                tally.is_cut_off = True
                break
            if not unit.is_home:
                if not self._n_sites:
                    self._n_sites = len(runtime.sites)
                self._n_issued += 1
            way.append(_Handed(unit, self._n_issued, self._known))
        if self._crew is not None and len(way) > 1:
            for handed in way:
                if not self._crew.is_handed_out(handed.number):
                    self._crew.hand_out(handed.number, self._order(handed))

    def _order(self, handed: _Handed) -> Order:
        return Order(handed.unit.order(), handed.knowledge, self._n_sites, tuple(self.kinds), handed.is_kept)

    def _come_to(self, handed: _Handed) -> int:
        """What a unit comes to, wherever it is executed; how many executions its strategy began."""
        crew = self._crew
        if crew is not None and not handed.unit.is_home and crew.is_handed_out(handed.number):
            report = crew.report_of(handed.number, self.beat)
            if isinstance(report, Ended):
                if not (report.is_killed or is_guarded()):
                    raise TargetError(f"{self.trial.subject.text}: {report.reason}")
            elif self._is_acceptable(report):
                return self._take(handed, report)
        return self._execute(handed)

    def _is_acceptable(self, report: Report) -> bool:
        return not report.is_of_note and self.tally.executions + report.executions <= self.tally.most and {*report.kinds} <= {*self.kinds}

    def _take(self, handed: _Handed, report: Report) -> int:
        handed.unit.take(report.outcome)
        self.tally.executions += report.executions
        absorb(self.trial, report)
        if self.seen is not None:
            self.seen.update(report.seen)
        self._learn(report.knowledge or {})
        return report.begun

    def _execute(self, handed: _Handed) -> int:
        """Executes a unit here."""
        unit, trial = handed.unit, self.trial
        engine = trial.engine
        if unit.is_home:
            self._dismiss()  # what is loaded at home others would not know
            self._n_sites = 0
        if self._n_issued:
            engine.know(self._known if unit.is_home else handed.knowledge)

        def on_failure(failure: Failure, number: int) -> bool:
            self._is_over = self._on_failure(failure, number)
            return self._is_over

        begun = go_through(trial, unit, self.tally, self.seen, handed.is_kept, LONG_EXECUTIONS, on_failure, self.beat)
        self._is_over |= trial.long_executions >= LONG_EXECUTIONS
        self._learn(engine.knowledge(self._n_sites or len(runtime.sites)))
        return begun

    def _learn(self, gained: dict[Any, int]) -> None:
        known = self._known
        if any(state > known.get(group, 0) for group, state in gained.items()):
            self._known = {**known, **{group: max(state, known.get(group, 0)) for group, state in gained.items()}}

    def _dismiss(self) -> None:
        if self._crew is not None:
            self._crew.close()
