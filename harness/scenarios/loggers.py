"""The library's logging as an execution finds it: loggers outlive executions, so handlers that a target adds would pile up."""

from __future__ import annotations

import logging
from typing import Any


class Loggers:
    """What loggers and handlers there are; `put_back` makes it so again."""

    def __init__(self) -> None:
        self._table = dict(logging.root.manager.loggerDict)
        self._known = [(logger, *_state(logger)) for logger in [*self._table.values(), logging.root] if isinstance(logger, logging.Logger)]
        self._handlers = [*handler_list()]

    def put_back(self) -> None:
        """Takes away the loggers that are new, and gives the others their handlers, levels and filters again."""
        table = logging.root.manager.loggerDict
        table.clear()
        table.update(self._table)
        for logger, level, handlers, filters, propagates, is_disabled, parent in self._known:
            logger.handlers[:], logger.filters[:] = handlers, filters
            logger.propagate, logger.disabled, logger.parent = propagates, is_disabled, parent
            if logger.level != level:
                logger.setLevel(level)  # which costs, for it makes all of them forget what they knew of levels
        handler_list()[:] = self._handlers


def _state(logger: logging.Logger) -> tuple[int, list[logging.Handler], list[Any], bool, bool, logging.Logger | None]:
    return logger.level, [*logger.handlers], [*logger.filters], logger.propagate, logger.disabled, logger.parent


def handler_list() -> list[Any]:
    """What ``logging.shutdown`` goes through."""
    found: list[Any] = getattr(logging, "_handlerList", [])
    return found
