"""Rewriting further modules as they are imported: a finder in front of ``sys.meta_path``."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

from harness import runtime
from harness.instrument.loader import Importer, Program, compile_target, prepare


class RewritingFinder(MetaPathFinder):
    """Finds the named modules and everything below them, and loads them with points.

    Those `beside` the target lie in its `folder`, whatever else has their names. `files` collects the files loaded so far; compiled
    programs are kept, so loading a module again costs its execution only. `copies`: files by the names that find them, of which there is
    another module already.
    """

    def __init__(self, names: Sequence[str], importer: Importer, beside: Sequence[str] = (), folder: str = "") -> None:
        self.names = (*names, *beside)
        self.copies: dict[str, str] = {}
        self.beside = frozenset(beside)
        self.folder = folder
        self.importer = importer
        self.programs: dict[str, Program] = {}
        self.files: set[str] = set()
        self.build_class: Any = None

    def add_copy(self, name: str, file: str) -> None:
        """From now on a module of that name is made from `file`, beside the one that the file has been executed as.

        The two are told apart by their paths: sites, variables and frames are known by file."""
        folder, own = os.path.split(file)
        self.copies[name] = os.path.join(folder, os.curdir, own)
        self.names = (*self.names, name)

    def wants(self, name: str) -> bool:
        """Whether a module of that full name is to be rewritten."""
        return any(name == wanted or name.startswith(wanted + ".") for wanted in self.names)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec that the import system would find, with a loader that rewrites, if the module is wanted and has source."""
        if not self.wants(fullname):
            return None
        if fullname in self.copies:
            file = self.copies[fullname]
            return spec_from_file_location(fullname, file, loader=_Loader(fullname, file, self))
        spec = PathFinder.find_spec(fullname, [self.folder] if fullname in self.beside else path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or spec.origin is None:
            return None
        spec.loader = _Loader(fullname, spec.origin, self)
        return spec

    def _take_out(self, name: str) -> None:
        """A module out of ``sys.modules``, and out of its package if that stays: ``from package import module`` asks the package first."""
        module = sys.modules.pop(name)
        parent, _, own = name.rpartition(".")
        if parent in sys.modules and not self.wants(parent) and vars(sys.modules[parent]).get(own) is module:
            delattr(sys.modules[parent], own)

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Within it the wanted modules are imported anew; afterwards those that stood in ``sys.modules`` before stand there again."""
        before = {name: module for name, module in sys.modules.items() if self.wants(name)}
        for name in before:
            self._take_out(name)
        try:
            yield
        finally:
            for name in [name for name in sys.modules if self.wants(name)]:
                self._take_out(name)
            sys.modules.update(before)
            for name, module in before.items():
                parent, _, own = name.rpartition(".")
                if parent in sys.modules and parent not in before:
                    setattr(sys.modules[parent], own, module)


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, finder: RewritingFinder) -> None:
        super().__init__(fullname, path)
        self._finder = finder

    def exec_module(self, module: ModuleType) -> None:
        """Executes the rewritten source in the module. Raises SyntaxError as the import system does."""
        finder = self._finder
        program = finder.programs.get(self.path)
        if program is None:
            program = finder.programs[self.path] = compile_target(self.get_data(self.path), self.path)
            finder.files.add(self.path)
        prepare(module, finder.importer, finder.build_class)
        code: Any = program.code
        with contextlib.nullcontext() if runtime.control is None else runtime.control.importing(stays=False):
            exec(code, vars(module))
