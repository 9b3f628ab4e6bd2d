"""Loading a target afresh for every execution, and what to say where that fails."""

from __future__ import annotations

import shlex
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from harness.engines.recorder import describe_error
from harness.errors import HarnessError
from harness.instrument.hook import RewritingFinder
from harness.instrument.loader import Importer, make_module, register, unregister
from harness.standins.modules import restore
from harness.targets import Target


class TargetError(HarnessError):
    """The target cannot be run or judged; becomes the verdict "error"."""


class Loader:
    """Executes the target's module afresh for every execution, and with it the modules named by `instrument`.

    It is the `Subject` of the scenarios whose code is loaded.
    """

    assertions: tuple[type[BaseException], ...] = (AssertionError,)
    compares_values = True

    def __init__(self, target: Target, importer: Importer, instrument: Sequence[str] = ()) -> None:
        self.target = target
        self.text = target.text
        self.shown_as: Mapping[str, str] = {target.file: target.shown}
        self.importer = importer
        rewritten = [*instrument, *(target.siblings if target.has_entry else ())]  # a program is what it imports beside it, too
        self.finder = RewritingFinder(rewritten, importer) if rewritten else None
        self.module: types.ModuleType | None = None
        self._previous: types.ModuleType | None = None
        self._fresh: ExitStack | None = None
        self.name = target.module
        self.build_class: Any = None

    def run_as(self, name: str, importer: Importer, build_class: Any) -> None:
        """From now on the module runs under another name (``__main__``), with its own ``__import__`` and ``__build_class__``."""
        self.name = name
        self.importer = importer
        self.build_class = build_class
        if self.finder is not None:
            self.finder.importer = importer
            self.finder.build_class = build_class

    @property
    def files(self) -> frozenset[str]:
        """See `Subject`."""
        return frozenset({self.target.file, *(self.finder.files if self.finder is not None else ())})

    def load(self) -> dict[str, Any]:
        """The namespace after the module's code has run; call `unload` when the execution is over."""
        restore()
        module = make_module(self.target.program, self.name, self.importer, self.build_class)
        if self.target.package and self.name == self.target.module:
            module.__package__ = self.target.package
        self.module = module
        self._previous = register(module)
        if self.finder is not None:
            self._fresh = fresh = ExitStack()
            fresh.enter_context(self.finder.fresh())
            sys.meta_path.insert(0, self.finder)
            fresh.callback(sys.meta_path.remove, self.finder)
        exec(self.target.program.code, vars(module))
        return vars(module)

    def unload(self) -> None:
        """Takes the modules out of ``sys.modules`` and lets go of them."""
        if self._fresh is not None:
            self._fresh.close()
            self._fresh = None
        if self.module is not None:
            unregister(self.module, self._previous)
            self.module = self._previous = None

    def module_of(self, file: str) -> types.ModuleType | None:
        """See `Subject`."""
        if file == self.target.file:
            return self.module
        return module_of(file)

    def could_not_begin(self, error: BaseException) -> BaseException:
        """See `Subject`."""
        return load_error(self.target, error)

    def replay_line(self, token: str) -> str:
        """See `Subject`."""
        return f"harness replay {shlex.quote(self.target.text)} {token}"

    def leaks(self, play: Callable[[], None]) -> Sequence[str]:
        """See `Subject`: everything is loaded afresh, so nothing of the target's outlives an execution."""
        return ()


def module_of(file: str) -> types.ModuleType | None:
    """The module in ``sys.modules`` that was loaded from a file."""
    return next((module for module in list(sys.modules.values()) if getattr(module, "__file__", None) == file), None)


def load_error(target: Target, error: BaseException) -> TargetError:
    """What to say of an exception that left the target's import, or its constructor."""
    if isinstance(error, TargetError):
        return error
    if isinstance(error, HarnessError):
        return TargetError(f"{target.text}: {error}")
    line = 0
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == target.file:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    where = f", line {line}" if line else ""
    if isinstance(error, SystemExit):
        return TargetError(f"{target.text}{where}: it ends the program when it is imported (sys.exit); put that under a main guard")
    if isinstance(error, ModuleNotFoundError) and error.name:
        return TargetError(f"{target.text}{where}: {describe_error(error)}; install {error.name} where the harness runs")
    return TargetError(f"{target.text}{where}: {describe_error(error)}")
