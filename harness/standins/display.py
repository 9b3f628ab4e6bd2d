"""Third-party packages that only dress up what a program prints, for machines that lack them: a script that colours its output is judged all
the same. What a package computes is never made up: any other missing package stays an error."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from harness import runtime


class _Plain(str):
    """Any colour or style: no text, whatever attribute is asked for, and calling it changes nothing."""

    __slots__ = ()

    def __getattr__(self, name: str) -> _Plain:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Plain()

    def __call__(self, text: object = "", *_: Any, **__: Any) -> str:
        return str(text)


class _Progress:
    """A progress bar that shows nothing: iterates over what it was given, and takes every update."""

    def __init__(self, iterable: Iterable[Any] = (), *_: Any, **__: Any) -> None:
        self._iterable = iterable
        self.n = 0

    def __iter__(self) -> Any:
        return iter(self._iterable)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def update(self, n: float = 1) -> None:
        """One step more."""
        self.n += int(n)

    @staticmethod
    def write(text: object = "", *_: Any, **__: Any) -> None:
        """Prints a line beside the bar."""
        print(text)

    def _ignore(self, *_: Any, **__: Any) -> None:
        """Nothing to show."""

    close = refresh = set_description = set_postfix = reset = clear = _ignore


def _coloured_print(text: object = "", *_: Any, **__: Any) -> None:
    print(text)


def _nothing(*_: Any, **__: Any) -> None:
    """Nothing to set up."""


_SUBSTITUTES: dict[str, dict[str, Any]] = {
    "colorama": {"Fore": _Plain(), "Back": _Plain(), "Style": _Plain(), "init": _nothing, "deinit": _nothing, "just_fix_windows_console": _nothing},
    "termcolor": {"colored": lambda text="", *_, **__: str(text), "cprint": _coloured_print},
    "tqdm": {"tqdm": _Progress, "trange": lambda *bounds, **_: _Progress(range(*bounds))},
}


def substitute(name: str) -> ModuleType | None:
    """A module that stands in for a missing one of that full name, and the limit that says so; None if there is none."""
    top, _, rest = name.partition(".")
    names = _SUBSTITUTES.get(top)
    if names is None or rest not in ("", "auto", "std"):
        return None
    control = runtime.control
    if control is not None:
        control.limits.add(f"{top} is not installed: what it would show is left out")
    module = ModuleType(name)
    vars(module).update(names)
    return module
