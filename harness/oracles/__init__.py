"""Pure judges of executions: execution in, findings out."""

from harness.oracles.remembered import Remembered
from harness.oracles.verdict import is_clean, judge

__all__ = ["Remembered", "is_clean", "judge"]
