"""Values and exceptions as a report shows them: a few characters, without running any code of the target."""

from __future__ import annotations

import itertools
import re
import types
from typing import Any

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where an object lies, as its repr tells it: another place in every process."""


def show(value: Any, depth: int = 2) -> str:
    """A value in at most about 60 characters; runs no code of the target (an instance is shown by its class)."""
    kind = type(value)
    if kind in (int, float, bool, type(None), complex):
        try:
            text = repr(value)
        except ValueError:  # an int beyond the limit of digits
            return "<huge int>"
    elif kind in (str, bytes):
        text = repr(value[:50]) + ("..." if len(value) > 50 else "")
    elif kind in (list, tuple, set, frozenset) or kind.__name__ == "deque":
        if not depth:
            return "..."
        parts = [show(item, depth - 1) for item in itertools.islice(value, 6)] + (["..."] if len(value) > 6 else [])
        brackets = {"tuple": "()", "set": "{}", "frozenset": "{}"}.get(kind.__name__, "[]")
        opening, closing = brackets[0], ",)" if kind is tuple and len(value) == 1 else brackets[1]
        text = ("deque(" if kind.__name__ == "deque" else "") + opening + ", ".join(parts) + closing + (")" if kind.__name__ == "deque" else "")
    elif kind is dict:
        if not depth:
            return "{...}"
        items = [f"{show(k, depth - 1)}: {show(v, depth - 1)}" for k, v in itertools.islice(value.items(), 4)] + (["..."] if len(value) > 4 else [])
        text = "{" + ", ".join(items) + "}"
    elif isinstance(value, type | types.FunctionType):
        text = value.__name__
    elif isinstance(value, BaseException):
        text = describe_error(value)
    else:
        text = f"<{kind.__name__}>"
    return text if len(text) <= 64 else text[:61] + "..."


def describe_error(error: BaseException) -> str:
    """An exception on one line: its class and the start of its text; a text that cannot be had is left out."""
    try:
        said = str(error).partition("\n +  where ")[0]  # what pytest adds to an assertion has addresses in it
        text = ADDRESS.sub("", " ".join(said.split())).encode("utf-8", "backslashreplace").decode()
    except Exception:
        text = ""
    if isinstance(error, RecursionError):
        text = "maximum recursion depth exceeded"  # what Python adds depends on where exactly it noticed
    if len(text) > 200:
        text = text[:197] + "..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def error_when_raised(error: BaseException) -> str:
    """As `describe_error`, for the moment at which an exception is caught: what its text shows may change afterwards. "" where code of its class makes
    the text, which must not run in the middle of an execution."""
    return "" if isinstance(type(error).__str__, types.FunctionType) else describe_error(error)
