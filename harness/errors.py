"""The two families of errors that the harness raises; what is wrong with the code under test is a `Finding`, never an error."""

from __future__ import annotations


class HarnessError(Exception):
    """Misuse, or a target that cannot be run or judged: one line that says what, where and what to do."""


class NothingToCheck(HarnessError):
    """There is nothing in the target to judge by itself. It may be made for others to use."""


class InternalError(Exception):
    """A fault of the harness itself; the message asks for a report."""

    def __init__(self, what: str) -> None:
        super().__init__(f"internal error: {what}. This is a fault of race-harness, not of your program; please report it with the target and the command line")


class ReplayError(HarnessError):
    """A schedule that no longer fits the program: where it departs, on two aligned lines."""

    def __init__(self, summary: str, recorded: str, replayed: str) -> None:
        super().__init__(f"{summary}\n  recorded: {recorded}\n  replayed: {replayed}")
        self.recorded = recorded
        self.replayed = replayed
