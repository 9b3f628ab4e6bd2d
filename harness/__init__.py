"""A correctness-test harness and race detector for threaded Python."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from harness.errors import HarnessError, InternalError, ReplayError

if TYPE_CHECKING:
    from harness.checking import Replayed, check, replay
    from harness.model.finding import Event, Finding
    from harness.model.result import Result

__version__ = "0.1.0"
__all__ = ["Event", "Finding", "HarnessError", "InternalError", "ReplayError", "Replayed", "Result", "check", "replay"]

_HOMES = {
    "Event": "harness.model.finding",
    "Finding": "harness.model.finding",
    "Replayed": "harness.checking",
    "Result": "harness.model.result",
    "check": "harness.checking",
    "replay": "harness.checking",
}


def __getattr__(name: str) -> Any:
    # Imported when asked for: the command restarts itself once and must not pay for the engine twice.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'harness' has no attribute {name!r}")
