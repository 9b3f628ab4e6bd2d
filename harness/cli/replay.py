"""`harness replay`: one execution again, strictly."""

from __future__ import annotations

from typing import assert_never

import click
import msgspec

from harness.cli.answers import Checked, Faulted, Progress, Refused, Shown, Stopped, guarded
from harness.cli.terminal import paint, width
from harness.errors import InternalError
from harness.report.text import replay_lines
from harness.report.words import printable


def replay_one(target: str, schedule: str, instrument: tuple[str, ...], wants_hints: bool = True) -> int:
    """Replay a schedule and show it: 1 if the finding shows again, 0 if not, 2 where the schedule no longer fits."""

    def work(beat: Progress) -> Shown:
        from harness import checking

        replayed = checking.replay(target, schedule, instrument=instrument)
        return Shown(replayed.mode, replayed.target, replayed.is_shown, replayed.finding, replayed.trace)

    answer = guarded(work, None)
    match answer:
        case Shown():
            finding = answer.finding
            if finding is not None and not wants_hints:
                finding = msgspec.structs.replace(finding, hints=())
            paint(replay_lines(answer.mode, answer.target, finding, answer.trace, answer.is_shown, width()))
            return 1 if answer.is_shown else 0
        case Stopped(reason=reason):
            click.echo(f"Error: {printable(target)} could not be replayed: {printable(reason)}", err=True)
            return 2
        case Refused(message=message):
            click.echo(f"Error: {message}", err=True)
            return 2
        case Faulted(status=status):
            return status
        case Checked():
            raise InternalError("a replay answered as a check")
        case _:
            assert_never(answer)
