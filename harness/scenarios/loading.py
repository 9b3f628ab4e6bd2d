"""Loading a target afresh for every execution, and what to say where that fails."""

from __future__ import annotations

import os.path
import shlex
import sys
import types
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import ExitStack
from typing import Any

from harness.engines.showing import describe_error
from harness.errors import HarnessError, NothingToCheck
from harness.instrument.hook import RewritingFinder
from harness.instrument.loader import make_importer, make_module, register, unregister
from harness.scenarios.log_locks import LogLocks, runs_under_a_lock
from harness.scenarios.loggers import Loggers
from harness.standins.display import substitute
from harness.standins.modules import restore
from harness.syntax import imported_by
from harness.targets import Target, whole_source


class TargetError(HarnessError):
    """The target cannot be run or judged; becomes the verdict "error"."""


class TargetIsPart(TargetError, NothingToCheck):
    """There is nothing in the target to judge by itself."""


class Loader:
    """Executes the target's module afresh for every execution, and with it those beside it that it imports and those named by `instrument`.

    It is the `Subject` of the scenarios whose code is loaded. `modules`: the stand-ins that its imports resolve to; `source`: the target's
    as one tree.
    """

    assertions: tuple[type[BaseException], ...] = (AssertionError,)
    compares_values = True

    def __init__(self, target: Target, modules: Mapping[str, types.ModuleType], instrument: Sequence[str] = ()) -> None:
        self.target = target
        self.text = target.text
        self.shown_as: Mapping[str, str] = {target.file: target.shown}
        self.modules = modules
        self.importer = make_importer(modules, substitute=substitute)
        folder = os.path.dirname(target.file)
        self.finder = RewritingFinder(instrument, self.importer, target.siblings, folder) if instrument or target.siblings else None
        self._files = self.finder.files if self.finder is not None else set()
        self._files.add(target.file)
        self.module: types.ModuleType | None = None
        self._previous: types.ModuleType | None = None
        self._fresh: ExitStack | None = None
        self.source = whole_source(target)
        self._logs = "logging" in imported_by(self.source)
        self._locks_are_modelled = self._logs and (bool(instrument) or runs_under_a_lock(self.source))
        self._loggers: Loggers | None = None
        self._log_locks: LogLocks | None = None
        self.name = target.module
        self.build_class: Any = None

    def run_as(self, name: str, modules: Mapping[str, types.ModuleType], build_class: Any) -> None:
        """From now on the module runs under another name (``__main__``), with stand-ins and a ``__build_class__`` of its own.

        Who imports it by its file's name gets another module of the same source then, as in Python."""
        self.name = name
        self.importer = make_importer(modules, substitute=substitute)
        self.build_class = build_class
        own = self.target.copy_name
        if own is not None:
            if self.finder is None:
                self.finder = RewritingFinder((), self.importer)
                self._files = self.finder.files
                self._files.add(self.target.file)
            self.finder.add_copy(own, self.target.file)
            self.shown_as = {**self.shown_as, self.finder.copies[own]: self.target.shown}
        if self.finder is not None:
            self.finder.importer = self.importer
            self.finder.build_class = build_class

    @property
    def files(self) -> Set[str]:
        """See `Subject`."""
        return self._files

    @property
    def limits(self) -> Sequence[str]:
        """See `Subject`."""
        hidden = self.target.hidden
        return [f"{name}.py beside the target was not imported: {name} is the library's here, though a script would get the file" for name in hidden]

    def load(self) -> dict[str, Any]:
        """The namespace after the module's code has run; call `unload` when the execution is over."""
        restore()
        if self._logs:
            self._loggers = Loggers()
            self._log_locks = LogLocks(self.modules, self._locks_are_modelled)
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
        if self._log_locks is not None:
            self._log_locks.put_back()
            self._log_locks = None
        if self._loggers is not None:
            self._loggers.put_back()
            self._loggers = None
        if self.module is not None:
            unregister(self.module, self._previous)
            self.module = self._previous = None

    def own_modules(self) -> dict[str, types.ModuleType]:
        """The modules that the target is made of, by name, as they are loaded now: its own, and those beside it that it imports."""
        own = [self.module] if self.module is not None else []
        copies = () if self.finder is None else self.finder.copies
        own += [sys.modules[name] for name in (*self.target.siblings, *copies) if name in sys.modules]
        return {module.__name__: module for module in own}

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
    if isinstance(error, NothingToCheck):
        return TargetIsPart(f"{target.text}: {error}")
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
    if isinstance(error, ImportError) and not target.package and "relative import" in str(error):
        folder, file = os.path.split(target.file)
        name = f"{os.path.basename(folder)}.{os.path.splitext(file)[0]}"
        return TargetError(f"{target.text}{where}: {describe_error(error)}; give it as part of its package, from the folder above: harness check {name}:NAME")
    return TargetError(f"{target.text}{where}: {describe_error(error)}")
