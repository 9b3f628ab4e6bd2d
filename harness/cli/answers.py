"""What the guarded child hands back, and how it becomes a result."""

from __future__ import annotations

import os.path
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
import msgspec

from harness.cli.faults import say_fault_text, wants_details
from harness.errors import HarnessError, InternalError
from harness.guard import GuardedOutcome, run_guarded
from harness.model.finding import Finding
from harness.model.result import Bounds, Result, ScenarioSize
from harness.model.trace import Trace

Progress = Callable[[int, int], None]


class Checked(msgspec.Struct, tag="checked"):
    """A check came to a result."""

    result: Result


class Shown(msgspec.Struct, tag="shown"):
    """A replay went through."""

    mode: str
    target: str
    is_shown: bool
    finding: Finding | None
    trace: Trace


class Refused(msgspec.Struct, tag="refused"):
    """The request makes no sense, or the schedule no longer fits: what `HarnessError` said."""

    message: str


class Stopped(msgspec.Struct, tag="stopped"):
    """The target took its process down or blocks it: one line; the file in which it blocks and the library's module that it has called there, where
    they are known."""

    reason: str
    stalled_in: str = ""
    stalled_through: str = ""


class Faulted(msgspec.Struct, tag="faulted"):
    """The harness failed; it has been said, `status` is the exit status."""

    status: int


Answer = Checked | Shown | Refused
_ANSWERS: Any = Checked | Shown | Refused


def guarded(work: Callable[[Progress], Answer], on_progress: Progress | None) -> Answer | Stopped | Faulted:
    """What `work` answered in a guarded child, or why it could not."""

    def encoded(beat: Progress) -> bytes:
        try:
            return msgspec.msgpack.encode(work(beat))
        except HarnessError as error:
            return msgspec.msgpack.encode(Refused(str(error)))

    return _answer(run_guarded(encoded, on_progress=on_progress))


def unguarded(work: Callable[[Progress], Answer], on_progress: Progress) -> Answer:
    """What `work` answered in this process."""
    try:
        return work(on_progress)
    except HarnessError as error:
        return Refused(str(error))


def error_result(target: str, stopped: Stopped, settings: dict[str, Any]) -> Result:
    """The result for a target that stopped the check itself."""
    mode = settings["mode"] or "class"
    size = ScenarioSize(settings["producers"], settings["consumers"], settings["messages"], settings["capacity"])
    return Result(
        target=target,
        mode=mode,
        scenario=size,
        engine=settings["engine"],
        strategy=settings["strategy"],
        seed=settings["seed"],
        python=".".join(str(part) for part in sys.version_info[:3]),
        verdict="error",
        error=stopped.reason + _advice(stopped, target, settings["instrument"]),
        bounds=Bounds(executions=settings["executions"], time_s=settings["time_s"]),
    )


def _advice(stopped: Stopped, target: str, instrument: Sequence[str]) -> str:
    """What to do about a stall in a module of the library that is never under control, or in a file that is not rewritten: a lock there may be a real
    one."""
    from harness.foreign import advice, instead_of, name_of_file  # loaded only where a check has come to this
    from harness.syntax import imported_by
    from harness.targets import find_target, whole_source

    file = stopped.stalled_in
    if instead := instead_of([stopped.stalled_through]):
        return f" ({stopped.stalled_through}: {instead})"
    try:
        found = find_target(target) if file else None
    except HarnessError:
        found = None
    if found is None or os.path.abspath(file) in found.files:
        return ""
    name = name_of_file(file, os.path.dirname(found.file), imported_by(whole_source(found)))
    if any(name == wanted or name.startswith(wanted + ".") for wanted in instrument):
        return ""
    return f" ({name} is not rewritten, so its locks are real ones: {advice([name])})"


def _answer(outcome: GuardedOutcome) -> Answer | Stopped | Faulted:
    if outcome.result is not None:
        answer: Answer = msgspec.msgpack.decode(outcome.result, type=_ANSWERS)
        return answer
    if outcome.fault:
        own = outcome.fault.removeprefix("InternalError: ")
        text = own if own is not outcome.fault and own.startswith("internal error: ") else str(InternalError(outcome.fault))
        return Faulted(say_fault_text(text, outcome.details))
    if wants_details() and outcome.details:
        click.echo(outcome.details.rstrip(), err=True)
    return Stopped(outcome.reason, outcome.stalled_in, outcome.stalled_through)
