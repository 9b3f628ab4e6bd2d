"""A correctness-test harness and race detector for threaded Python."""

from harness.campaign import Replayed, check, replay
from harness.errors import HarnessError, InternalError, ReplayError
from harness.model.finding import Event, Finding
from harness.model.result import Result

__version__ = "0.1.0"
__all__ = ["Event", "Finding", "HarnessError", "InternalError", "Replayed", "ReplayError", "Result", "check", "replay"]
