"""``dataclasses`` under control: the methods that ``dataclass`` writes are Python code, so C code that calls them in its midst can be interrupted."""

from __future__ import annotations

import dataclasses as real
import functools
from collections.abc import Callable
from types import FunctionType
from typing import Any

from harness import runtime

_WRITTEN = ("__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__repr__")


def dataclass(cls: type | None = None, /, **options: Any) -> Any:
    """``dataclasses.dataclass``."""
    return _made(options) if cls is None else _made(options)(cls)


def _made(options: dict[str, Any]) -> Callable[[type], type]:
    def make(cls: type) -> type:
        own = {name: vars(cls).get(name) for name in _WRITTEN}
        made: type = real.dataclass(**options)(cls)
        for name in _WRITTEN:
            written = vars(made).get(name)
            if isinstance(written, FunctionType) and written is not own[name]:
                setattr(made, name, _handing_back(written))
        return made

    return make


def _handing_back(method: FunctionType) -> Callable[..., Any]:
    @functools.wraps(method)
    def handing_back(*arguments: Any) -> Any:
        return runtime.hand_back(method(*arguments))

    return handing_back
