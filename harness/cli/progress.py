"""A progress bar on standard error, where that is a terminal and the work lasts longer than a second."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_S = 1.0


class ProgressBar:
    """A context in which `advance` may be called at any rate; what it shows is wiped at the end."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._begun = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._is_wanted = sys.stderr.isatty()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, executions: int, budget: int) -> None:
        """So many executions of the budget are done."""
        if not self._is_wanted or time.monotonic() - self._begun < PATIENCE_S:
            return
        if self._bar is None:
            self._begin(budget)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=executions, total=budget or None, refresh=True)

    def _begin(self, budget: int) -> None:
        # rich costs 100 ms to import: a quick check never pays for it.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("executions"), TimeElapsedColumn())
        # No thread of its own: it is redrawn when news comes in.
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._bar.add_task(self._title, total=budget or None)
        self._bar.start()
