"""Pure judges of executions: execution in, findings out."""

from harness.oracles.verdict import is_clean, judge

__all__ = ["is_clean", "judge"]
