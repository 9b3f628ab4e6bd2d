"""What a test does that interrupts a command."""

from __future__ import annotations

import signal


def heed_interrupts() -> None:
    """Takes back that interrupts are ignored: whatever a shell starts in the background inherits that, and so would the command."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
