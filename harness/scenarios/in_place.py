"""A function that is executed where it was defined: a test's body, or what a test hands over. Nothing is loaded afresh."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence

from harness import runtime
from harness.ends import loop_of
from harness.engines.explore import Explore
from harness.model.execution import Crash, Execution
from harness.model.trace import ThreadEnd
from harness.scenarios.log_locks import LogLocks
from harness.scenarios.scenario import Body, Subject
from harness.standins.modules import changes, restore, stand_ins


class Steps:
    """What surrounds the function in every execution. Made to be overridden; by itself it does nothing.

    `outcomes` are exceptions that are no failures: an execution that one of them leaves is not judged, and where it is the first, the
    search ends with that exception (a test that skips itself).
    """

    outcomes: tuple[type[BaseException], ...] = ()

    def before(self) -> None:
        """Outside control, before the execution."""

    def set_up(self) -> None:
        """Under control, before the function."""

    def tear_down(self) -> None:
        """Under control after the function, or outside where the execution ended before."""

    def after(self) -> None:
        """Outside control, after the execution."""

    def failed(self, errors: Sequence[BaseException]) -> None:
        """Told the exceptions of an execution that is written down, while their tracebacks are alive."""


class InPlaceScenario:
    """Calls `function` in every execution, between the steps around it."""

    mode = "function"

    def __init__(self, subject: Subject, function: Callable[[], object], steps: Steps, token_name: str = "") -> None:
        self.subject = subject
        self.token_name = token_name
        self.n_void = 0
        self._function = function
        self._steps = steps
        self._context = contextvars.copy_context()
        self._engine: Explore | None = None
        self._error: BaseException | None = None
        self._is_set_up = False
        self._n_begun = 0
        self._changes = changes()
        self._log_locks: LogLocks | None = None

    @property
    def setup_error(self) -> BaseException | None:
        """See `Scenario`: also the outcome of the first execution, where that is no failure."""
        if self._error is not None or self._engine is None:
            return self._error
        for receipt in self._engine.crashes:
            if isinstance(receipt[0], self._steps.outcomes):
                receipt[4] = True
                if self._n_begun == 1:
                    error: BaseException = receipt[0]
                    return error
                self.n_void += 1
        return None

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution."""
        self._engine = engine
        self._error = None
        self._n_begun += 1
        steps = self._steps
        steps.before()
        self._log_locks = LogLocks(stand_ins(), True, self.subject.files)

        def main() -> None:
            self._is_set_up = True
            if self._reports(engine, steps.set_up):
                self._reports(engine, self._function)
            if self._reports(engine, steps.tear_down):
                self._is_set_up = False

        context = self._context.copy()
        return lambda: context.run(main)

    def _reports(self, engine: Explore, call: Callable[[], object]) -> bool:
        """Whether a call returned. What it raised is reported; before any thread has begun a set-up's own fault is no matter of schedules."""
        try:
            call()
        except runtime.Unwind:
            raise
        except BaseException as error:
            if engine.is_interrupted:
                raise
            if len(engine.all) == 1 and call == self._steps.set_up and not isinstance(error, self._steps.outcomes):
                self._error = self._error or error
            else:
                engine.crashed(error, "scenario")
            return False
        return True

    def is_clean(self) -> bool:
        """See `Scenario`: nothing passes through but what the function asserts itself."""
        return True

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        """See `Scenario`."""
        if engine.recorder:
            self._steps.failed([receipt[0] for receipt in engine.crashes if not receipt[4]])
        return Execution(mode=self.mode, crashes=crashes, ending=engine.ending, threads=ends, order="any", loop=loop_of(engine))

    def finish(self) -> None:
        """Lets go of what the execution held; what it did not tear down is torn down now."""
        self._engine = None
        try:
            if self._is_set_up:
                self._is_set_up = False
                self._steps.tear_down()
        except Exception:
            pass  # the execution was cut off, as a rule by what was found: what that leaves behind is no finding of its own
        finally:
            if self._log_locks is not None:
                self._log_locks.put_back()
                self._log_locks = None
            restore(self._changes)
            self._steps.after()
