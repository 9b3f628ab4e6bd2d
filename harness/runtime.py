"""The small leaf that rewritten code calls; every hook is inert until an engine installs its own.

Rewritten code names this module ``__harness__`` and calls its hooks as attributes, so installing an engine
(`install`) changes what all loaded code does at once, without touching that code. An inert hook returns what it was
given and nothing else happens.

Each hook takes the integer of a *site*: the source position and operation that it stands for (`Site`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Site:
    """One place in rewritten source where control may change hands.

    `kind` names the operation (see `harness.instrument.rewrite`), `name` the attribute (mangled), variable or method,
    `function` the qualified name of the enclosing function or ``<module>``, `column` is 0-based as in `ast`.
    `tests` are the dotted names that decide when a ``while`` loop ends, ``("self.count", "n")``; empty for all else, and for a loop
    that does nothing but wait: what it sees change is somebody else's doing.
    `end_line` is the last line of a loop, 0 for all else.
    """

    file: str
    line: int
    column: int
    kind: str
    name: str
    is_write: bool
    function: str
    tests: tuple[str, ...] = ()
    end_line: int = 0


HANDED = 0
"""The site at which a stand-in calls what the program has handed it: it stands in no line of the program."""
sites: list[Site] = [Site("", 0, 0, "call", "", False, "")]
"""`HANDED`, then every site of every module rewritten in this process; a site's number is its index here."""


GONE = Site("", 0, 0, "gone", "", False, "")
forgotten: list[tuple[int, int]] = []
"""Ranges of sites (the first, how many) of programs that are no more; who has kept more of them than the number lets go of that."""


def forget(first: int, n: int) -> None:
    """Lets go of the sites of a program that is no more; their numbers are not given again."""
    sites[first : first + n] = [GONE] * n
    forgotten.append((first, n))


class Unwind(BaseException):
    """Raised inside a virtual thread that is being abandoned; rewritten ``except`` clauses let it through."""


def at(obj: Any, site: int) -> Any:
    """The object whose attribute is about to be read."""
    return obj


def at_w(obj: Any, site: int) -> Any:
    """The object whose attribute is about to be set or deleted."""
    return obj


def key(index: Any, obj: Any, site: int) -> Any:
    """The key with which `obj` is about to be subscripted."""
    return index


def key_w(index: Any, obj: Any, site: int) -> Any:
    """The key at which `obj` is about to be set or deleted."""
    return index


def load(site: int) -> None:
    """A module-level variable is about to be read or deleted, or a result to be computed that is kept; always None, for ``(load(7) or x)``."""


def store(value: Any, site: int) -> Any:
    """The value that a module-level variable is about to take."""
    return value


def cell(peek: Callable[[], Any], site: int) -> None:
    """A closure variable is about to be read; ``peek.__closure__[0]`` is its cell. Always None."""


def cell_store(value: Any, peek: Callable[[], Any], site: int) -> Any:
    """The value that a closure variable is about to take."""
    return value


def touch(obj: Any, site: int) -> Any:
    """An object whose contents are about to be read: truth test, ``in``, unpacking, formatting."""
    return obj


def inside(value: Any, site: int, *holders: Any) -> Any:
    """Something just made, whose contents nobody else can change, though what lies in them may be read now: in `holders`, or `value` itself."""
    return value


def fields(obj: Any, site: int, *names: str) -> None:
    """A pattern is about to read attributes of its subject; always None, for ``case _ if fields(x, 7)``, which never matches."""


def goes_on(function: Any, site: int, *handed: Any) -> Any:
    """A function that is about to be handed to code without points, which calls it in the midst of what it does with the containers `handed`."""
    return function


def hands_back(function: Any) -> Any:
    """A function that is about to be handed to code without points, which calls it between the steps of what it runs over."""
    return function


def hand_back(value: Any) -> Any:
    """What a special method returns or a generator yields: code without points may have called it in the midst of what it does, and goes on."""
    return value


def hand_each(iterable: Any) -> Any:
    """What a generator is about to delegate to: what that yields is handed back as well."""
    return iterable


def pair(right: Any, left: Any, site: int) -> Any:
    """The right operand of an operator or comparison that is about to be applied to `left` and it."""
    return right


def call(last: Any, function: Any, site: int, *others: Any) -> Any:
    """The last argument of a call that is about to happen; `others` are earlier arguments as far as they are known."""
    return last


def method(last: Any, obj: Any, site: int, *others: Any) -> Any:
    """The last argument of the call ``obj.name(...)`` that is about to happen."""
    return last


def reflect(last: Any, obj: Any, site: int, *others: Any) -> Any:
    """The last argument of ``object.__setattr__(x, name, value)`` or its like, which is about to be called on `obj`."""
    return last


def call0(function: Any, site: int) -> Any:
    """A callee that is about to be called without arguments."""
    return function


def method0(obj: Any, site: int) -> Any:
    """The object of ``obj.name()``, a call without arguments: attribute read and call are next, nothing in between."""
    return obj


def loop(site: int) -> None:
    """An iteration of a ``while`` or ``for`` loop begins."""


def each(iterable: Any, site: int, *called: Any) -> Any:
    """What a ``for`` loop or comprehension is about to iterate over, or a function that calls `called` after each step."""
    return iterable


def let_through() -> None:
    """First in an ``except`` clause that could catch everything: hands `Unwind` on."""
    error = sys.exc_info()[1]
    if isinstance(error, Unwind):
        raise error


def mute() -> bool:
    """No points until the matching `unmute` (the body of ``__del__``); the value to give back to it."""
    return False


def unmute(was_muted: bool) -> None:
    """End what `mute` began."""


control: Any = None
"""The engine in control while code runs on one of its virtual threads, else None; stand-ins ask it first of all."""

HOOKS = (
    "at",
    "at_w",
    "key",
    "key_w",
    "load",
    "store",
    "cell",
    "cell_store",
    "touch",
    "inside",
    "fields",
    "goes_on",
    "hands_back",
    "hand_back",
    "hand_each",
    "pair",
    "call",
    "method",
    "reflect",
    "call0",
    "method0",
    "loop",
    "each",
    "mute",
    "unmute",
)
_inert = {name: globals()[name] for name in HOOKS}


def install(hooks: dict[str, Any]) -> None:
    """Lets all rewritten code call an engine's hooks from now on."""
    globals().update(hooks)


def uninstall() -> None:
    """Makes every hook inert again."""
    globals().update(_inert)
