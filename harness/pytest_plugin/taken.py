"""What is kept of a test that the plugin has taken in hand."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.model.result import Result


@dataclass(slots=True)
class Ran:
    """One campaign of a test: its result, numbers that stand for the schedules seen, the text for the report of a failure,
    and a line for the end of the session."""

    result: Result
    seen: set[int] = field(default_factory=set)
    section: str = ""
    remark: str = ""


@dataclass(slots=True)
class Taken:
    """A test that is marked or asks for the fixture. `problem`: why it cannot be run under control."""

    is_marked: bool
    problem: str | None
    is_controlled: bool = False
    ran: list[Ran] = field(default_factory=list)
