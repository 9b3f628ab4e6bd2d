"""Where an exception that leaves a thread goes: to the program's own ``threading.excepthook``, and to the harness."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from harness import runtime
from harness.errors import HarnessError

LET_OUT = (runtime.Unwind, KeyboardInterrupt, HarnessError)
"""What leaves a thread without being the program's doing: the end of the execution, Ctrl-C, a target that cannot be run."""

hooks: ModuleType | None = None
"""The stand-in module whose ``excepthook`` a program may replace; set when it is made."""


def report(e: Any, error: BaseException, thread: Any) -> None:
    """An exception has left a thread: to the program's own ``threading.excepthook`` if it set one, and to the harness."""
    hook = _own_hook()
    if hook is not None:
        try:
            args = threading.ExceptHookArgs([type(error), error, error.__traceback__, thread])
            e.about_to_call(hook, (args,))
            hook(args)
        except LET_OUT:
            raise
        except BaseException as second:
            if not isinstance(error, SystemExit):
                e.crashed(error, "thread")
            e.crashed(second, "thread")
            return
    if not isinstance(error, SystemExit):
        e.crashed(error, "thread")


def _own_hook() -> Any:
    """The ``excepthook`` that the program has set, None if it has not."""
    hook = None if hooks is None else vars(hooks).get("excepthook")
    return None if hook is threading.__excepthook__ else hook


def tell(otherwise: Callable[[Any], Any], thread: Any) -> None:
    """What a real thread does with an exception that leaves it."""
    hook = _own_hook()
    if hook is None:
        otherwise(thread)
    else:
        hook(threading.ExceptHookArgs([*sys.exc_info(), thread]))
