"""What a trial asks of a scenario, whatever its mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from harness.engines.explore import Explore
from harness.model.execution import Crash, Execution
from harness.model.trace import ThreadEnd

Body = Callable[[], None]


class Scenario(Protocol):
    """One thing to execute again and again. `setup_error`: what kept the last execution from beginning, None as a rule."""

    mode: str
    setup_error: BaseException | None

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution."""

    def is_clean(self) -> bool:
        """Whether the oracles would certainly find nothing in the values that passed through the execution that has just finished."""

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        """The execution that has just ended, as the oracles see it."""

    def finish(self) -> None:
        """Lets go of what the execution held."""
