"""The threading that the library's logging uses while an execution runs: who logs, and the lock under which a handler runs code of the target.

logging is not rewritten, and as a rule a call of it is one step. A handler, though, calls `emit`, its formatter and the message's
``__str__`` with its lock held; where the target defines one of them there are points within, and the lock must exclude virtual threads.
"""

from __future__ import annotations

import ast
import logging
import sys
import threading
from collections.abc import Mapping, Set
from types import ModuleType
from typing import Any

from harness.scenarios.loggers import handler_list

UNDER_THE_LOCK = frozenset(
    "emit flush format formatException formatMessage formatStack formatTime getMessage handleError prepare write".split()
    + "__format__ __repr__ __str__".split()
)
"""What `logging.Handler.handle` calls, directly or not, with the handler's lock held."""


def runs_under_a_lock(source: ast.AST) -> bool:
    """Whether a handler may come to a point with its lock held: the program defines or sets what is called there, or uses the handlers that put
    into queues."""
    return any(
        (isinstance(node, ast.Import) and any(alias.name.startswith("logging.") for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("logging"))
        or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in UNDER_THE_LOCK)
        or (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in UNDER_THE_LOCK)
        for node in ast.walk(source)
    )


class LogLocks:
    """From now on logging finds the threading among `modules`, until `put_back`.

    `are_modelled`: new handlers get one of its locks; if not, nothing of the target's can run under a handler's lock, and a real one,
    which costs no step, is the same. Handlers that are there and whose class is defined in one of `files` are given one of its locks, too.
    """

    def __init__(self, modules: Mapping[str, ModuleType], are_modelled: bool, files: Set[str] = frozenset()) -> None:
        lent = modules["threading"]
        self._borrowers = [module for module in (logging, sys.modules.get("logging.handlers")) if module is not None]
        self._locks: list[tuple[logging.Handler, Any]] = []
        for handler in _handlers() if files else ():
            if handler.lock is not None and _is_defined_in(files, type(handler)):
                self._locks.append((handler, handler.lock))
                handler.lock = vars(lent)["RLock"]()
        for module in self._borrowers:
            vars(module)["threading"] = lent if are_modelled or module is not logging else _WithoutLocks(lent)

    def put_back(self) -> None:
        """logging has the threading and the handlers their locks again that they had."""
        for module in self._borrowers:
            vars(module)["threading"] = threading
        for handler, lock in self._locks:
            handler.lock = lock


class _WithoutLocks:
    """A threading whose locks are the real ones."""

    RLock = staticmethod(threading.RLock)

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _handlers() -> list[logging.Handler]:
    return [handler for reference in [*handler_list()] if isinstance(handler := reference(), logging.Handler)]


def _is_defined_in(files: Set[str], kind: type) -> bool:
    return any(getattr(sys.modules.get(base.__module__), "__file__", None) in files for base in kind.__mro__)
