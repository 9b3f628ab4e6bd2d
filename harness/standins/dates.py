"""``datetime`` under control: now and today are read from virtual time; all values are the real module's."""

from __future__ import annotations

import datetime as real
from typing import Any

from harness import runtime
from harness.standins.clock import time_now


class _Wide(type):
    """Classes of which every instance of the real class is one, for only the real class has instances."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _REAL[cls]) if cls in _REAL else super().__instancecheck__(instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _REAL[cls]) if cls in _REAL else super().__subclasscheck__(subclass)


class datetime(real.datetime, metaclass=_Wide):
    """``datetime.datetime``; a call gives the real one, so that values compare, pickle and print as ever."""

    def __new__(cls, *args: Any, **named: Any) -> Any:
        """A real datetime, or an instance of the target's own subclass."""
        return real.datetime(*args, **named) if cls is datetime else super().__new__(cls, *args, **named)

    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> Any:
        """The virtual moment, in local time or in `tz`."""
        return super().now(tz) if runtime.control is None else cls.fromtimestamp(time_now(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        """The virtual moment in UTC, naive."""
        return cls.fromtimestamp(time_now(), real.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        """The virtual moment in local time."""
        return cls.now()


class date(real.date, metaclass=_Wide):
    """``datetime.date``; a call gives the real one."""

    def __new__(cls, *args: Any, **named: Any) -> Any:
        """A real date, or an instance of the target's own subclass."""
        return real.date(*args, **named) if cls is date else super().__new__(cls, *args, **named)

    @classmethod
    def today(cls) -> Any:
        """The virtual day in local time."""
        return cls.fromtimestamp(time_now())


_REAL: dict[type, type] = {datetime: real.datetime, date: real.date}
for _standin in _REAL:
    _standin.__module__ = "datetime"
