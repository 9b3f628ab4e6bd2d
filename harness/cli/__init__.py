"""The command `harness`: parse, call, render, exit status."""

from harness.cli.start import main

__all__ = ["main"]
