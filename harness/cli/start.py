"""Where the command begins: one restart with a fixed hash seed, then the commands, and their exit status. Imports nothing heavy before that."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

RUNS_TARGETS = frozenset({"check", "replay"})
INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command that the arguments name and leave with its exit status."""
    if needs_restart(sys.argv[1:], os.environ):
        _restart()
    _leave_quietly_on_termination()
    sys.exit(run(sys.argv[1:]))


def needs_restart(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether the order of sets of strings, which decides what a target does, would differ from one start to the next."""
    runs_target = not RUNS_TARGETS.isdisjoint(arguments) and "--help" not in arguments and "-h" not in arguments
    return runs_target and environment.get("PYTHONHASHSEED", "random") in ("", "random")


def run(arguments: Sequence[str]) -> int:
    """The exit status of the command: 0 verified or survived, 1 failed, 2 usage or not judged, 3 a fault of the harness."""
    import click

    from harness.cli.commands import harness
    from harness.cli.faults import say_fault

    for stream in (sys.stdout, sys.stderr):
        # A source line or a value may hold what the terminal's encoding cannot say.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = harness.main(list(arguments), prog_name="harness", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output has enough; what Python flushes at its end must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except Exception as error:
        return say_fault(error)


def _restart() -> None:
    if not sys.executable:
        return
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    arguments = [sys.executable, *sys.orig_argv[1:]]
    if os.name == "nt":
        # exec on Windows returns to the shell at once and leaves the new process behind.
        import subprocess

        sys.exit(subprocess.call(arguments, env=environment))
    os.execve(sys.executable, arguments, environment)


def _leave_quietly_on_termination() -> None:
    import signal

    def leave(number: int, frame: object) -> NoReturn:
        sys.exit(128 + number)

    # As an exception, so that the guard ends the child on the way out.
    signal.signal(signal.SIGTERM, leave)
