"""A real lock under control is an error: under virtual threads it excludes nobody."""

from __future__ import annotations

from typing import Any

from harness.foreign import advice, makers_of
from harness.runtime import Site


class RealLock(Exception):
    """A lock that is not a stand-in was reached under control."""


def real_lock_used(obj: Any, where: Site, instrument_option: str) -> RealLock:
    """The error for the use of a real lock: where, who made it, and what to do about that."""
    makers = makers_of(obj)
    made = "code that is not rewritten made it, or threading that was reached otherwise than by an import statement"
    if makers:
        not_rewritten = "which made it, is not rewritten" if len(makers) == 1 else "one of which made it, are not rewritten"
        made = f"{' and '.join(makers)}, {not_rewritten}: {advice(makers, instrument_option)}"
    return RealLock(f"{where.file}:{where.line}: a real {type(obj).__name__} is used under control, where it excludes nobody; {made}")
