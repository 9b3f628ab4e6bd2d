"""Runs work on a target in a child process, so that nothing the target does to its process takes the harness with it."""

from harness.guard.child import is_guarded
from harness.guard.parent import GuardedOutcome, run_guarded

__all__ = ["GuardedOutcome", "is_guarded", "run_guarded"]
