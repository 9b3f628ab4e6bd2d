"""What a trial asks of a scenario, whatever its mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from types import ModuleType
from typing import Protocol

from harness.engines.explore import Explore
from harness.model.execution import Crash, Execution
from harness.model.trace import ThreadEnd

Body = Callable[[], None]


class Subject(Protocol):
    """What a scenario executes code of: a file that is loaded afresh, or a function that stands where it was defined.

    `text` is what messages call it, `shown_as` the path to show for a file where that is not its own. `assertions`: the exceptions that
    are claims of the code itself, not accidents. `compares_values`: the same schedule must give the same values, not only the same course.
    """

    @property
    def text(self) -> str: ...

    @property
    def shown_as(self) -> Mapping[str, str]: ...

    @property
    def files(self) -> Set[str]:
        """The files that are rewritten, as far as they have been loaded: a view that grows with what an execution imports."""

    assertions: tuple[type[BaseException], ...]
    compares_values: bool

    @property
    def limits(self) -> Sequence[str]:
        """What is known from the beginning not to be covered."""

    def module_of(self, file: str) -> ModuleType | None:
        """The loaded module of one of the files."""

    def could_not_begin(self, error: BaseException) -> BaseException:
        """What to raise where an exception kept an execution from beginning."""

    def replay_line(self, token: str) -> str:
        """The line to paste that plays a schedule again."""

    def leaks(self, play: Callable[[], None]) -> Sequence[str]:
        """State that outlives an execution and is changed by one, as `play` makes it: a line each. Asked where executions diverge."""


class Scenario(Protocol):
    """One thing to execute again and again. `setup_error`: what kept the last execution from beginning, None as a rule.

    `mode` is how its executions are judged ("class", "function"); `token_name` what a token must name because the subject's text does not.
    """

    mode: str

    @property
    def setup_error(self) -> BaseException | None: ...

    @property
    def subject(self) -> Subject: ...

    @property
    def token_name(self) -> str: ...

    def body(self, engine: Explore) -> Body:
        """The main thread of one execution."""

    def is_clean(self) -> bool:
        """Whether the oracles would certainly find nothing in the values that passed through the execution that has just finished."""

    def execution(self, engine: Explore, crashes: Sequence[Crash], ends: Sequence[ThreadEnd]) -> Execution:
        """The execution that has just ended, as the oracles see it."""

    def finish(self) -> None:
        """Lets go of what the execution held."""
