"""The result of a check: the verdict, what it rests on, and its JSON form (schema ``harness/result/1``)."""

from __future__ import annotations

from typing import Literal

import msgspec

from harness.model.finding import Finding
from harness.model.scenario_size import ScenarioSize as ScenarioSize
from harness.model.turn import Turn
from harness.model.unseen import Unseen

Verdict = Literal["failed", "verified", "survived", "error"]
SHARED = "both ways share the budget"
"""How the limit begins that says what each way had; it is another one for every number of executions."""
EXIT_STATUS: dict[str, int] = {"verified": 0, "survived": 0, "failed": 1, "error": 2}


class Bounds(msgspec.Struct, frozen=True):
    """What bounded the search: the preemption bound (None: none), the budget of executions and the budget of seconds (None: none)."""

    preemptions: int | None = None
    executions: int = 5000
    time_s: float | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. `complete`: an exhaustive search ended; `classes`: inequivalent executions it saw then, else None.

    `unseen` estimates what a search that ended without a finding, and without having seen all, has not seen; None where nothing was sampled.
    `steps` is the number of points passed in all executions together; `turns` is how the search went, turn by turn, in as many modes as there
    were (none for real threads); `remarks` what is worth knowing and decides nothing. `is_sized`: in class mode, the constructor was given the
    capacity. `is_part`: of an error, that there is nothing in the file to judge by itself; it may be made for others to use.
    """

    schema: str = "harness/result/1"
    target: str
    mode: str
    scenario: ScenarioSize
    engine: str
    strategy: str
    seed: int
    python: str
    verdict: Verdict
    error: str | None = None
    complete: bool = False
    bounds: Bounds
    executions: int = 0
    classes: int | None = None
    elapsed_s: float = 0.0
    executions_per_s: float = 0.0
    findings: tuple[Finding, ...] = ()
    limits: tuple[str, ...] = ()
    unseen: Unseen | None = None
    steps: int = 0
    turns: tuple[Turn, ...] = ()
    remarks: tuple[str, ...] = ()
    is_sized: bool = True
    is_part: bool = False

    @property
    def exit_status(self) -> int:
        """The command's exit status for this verdict: 0 verified or survived, 1 failed, 2 error."""
        return EXIT_STATUS[self.verdict]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that decide the verdict; the others are warnings."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def raise_if_failed(self) -> None:
        """Raises AssertionError with the explanation and the replay line if the verdict is failed or error."""
        if self.verdict == "failed":
            first = self.errors[0]
            raise AssertionError("\n".join([f"{first.kind}: {first.message}", *first.sentences(), f"replay: {first.replay}"]))
        if self.verdict == "error":
            raise AssertionError(f"{self.target} could not be judged: {self.error}")


def without_hints(result: Result) -> Result:
    """The result with no suggestions in its findings."""
    return msgspec.structs.replace(result, findings=tuple(msgspec.structs.replace(finding, hints=()) for finding in result.findings))


def to_json(result: Result) -> bytes:
    """The result as one JSON object, keys in the order of the class, followed by a newline."""
    return msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n"


def from_json(data: bytes | str) -> Result:
    """The result that `to_json` wrote. Raises msgspec.ValidationError if it is no such object."""
    result: Result = msgspec.json.decode(data, type=Result)
    return result
