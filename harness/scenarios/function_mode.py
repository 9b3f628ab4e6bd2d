"""Function mode: a zero-argument function starts its own threads and asserts."""

from __future__ import annotations

from collections.abc import Sequence

from harness import runtime
from harness.ends import loop_of
from harness.engines.explore import Explore
from harness.model.execution import Crash, Execution
from harness.model.trace import ThreadEnd
from harness.scenarios.loading import Loader
from harness.scenarios.scenario import Body


class FunctionScenario:
    """A zero-argument function that starts its own threads and asserts."""

    mode = "function"
    token_name = ""

    def __init__(self, loader: Loader, name: str) -> None:
        self.loader = self.subject = loader
        self.name = name
        self.setup_error: BaseException | None = None

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution: loads the module and calls the function."""
        self.setup_error = None

        def main() -> None:
            try:
                function = self.loader.load()[self.name]
            except runtime.Unwind:
                raise
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                self.setup_error = error
                return
            try:
                function()
            except runtime.Unwind:
                raise
            except SystemExit:
                return
            except BaseException as error:
                if engine.is_interrupted:
                    raise
                engine.crashed(error, "scenario")

        return main

    def is_clean(self) -> bool:
        """See `Scenario`: nothing passes through but what the function asserts itself."""
        return True

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        """See `Scenario`."""
        return Execution(mode=self.mode, crashes=crashes, ending=engine.ending, threads=ends, order="any", loop=loop_of(engine))

    def finish(self) -> None:
        """Lets go of what the execution held."""
        self.loader.unload()
        if self.setup_error is not None:
            self.setup_error.__traceback__ = None
