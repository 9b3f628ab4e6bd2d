"""What the command says of a fault of the harness itself: one line, and the traceback only for who asked for it."""

from __future__ import annotations

import os
import traceback

import click

from harness.errors import InternalError

FAULT_STATUS = 3


def say_fault(error: Exception) -> int:
    """Say an exception that none of ours should have let out; the exit status for it."""
    text = str(error) if isinstance(error, InternalError) else str(InternalError(f"{type(error).__name__}: {error}"))
    return say_fault_text(text, traceback.format_exc())


def say_fault_text(text: str, details: str) -> int:
    """As `say_fault`, for a fault in the guarded child."""
    click.echo(" ".join(text.split()), err=True)
    if wants_details():
        click.echo(details.rstrip(), err=True)
    else:
        click.echo("(HARNESS_DEBUG=1 shows where)", err=True)
    return FAULT_STATUS


def wants_details() -> bool:
    """Whether the user asked for tracebacks."""
    return os.environ.get("HARNESS_DEBUG", "") not in ("", "0")
