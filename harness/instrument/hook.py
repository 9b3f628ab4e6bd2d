"""Rewriting further modules as they are imported: a finder in front of ``sys.meta_path``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

from harness import runtime
from harness.instrument.loader import Importer, Program, compile_target, prepare


class RewritingFinder(MetaPathFinder):
    """Finds the named modules and everything below them, and loads them with points.

    `files` collects the files loaded so far; compiled programs are kept, so loading a module again costs its execution only.
    """

    def __init__(self, names: Sequence[str], importer: Importer) -> None:
        self.names = tuple(names)
        self.importer = importer
        self.programs: dict[str, Program] = {}
        self.files: set[str] = set()
        self.build_class: Any = None

    def wants(self, name: str) -> bool:
        """Whether a module of that full name is to be rewritten."""
        return any(name == wanted or name.startswith(wanted + ".") for wanted in self.names)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec that the import system would find, with a loader that rewrites, if the module is wanted and has source."""
        if not self.wants(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or spec.origin is None:
            return None
        spec.loader = _Loader(fullname, spec.origin, self)
        return spec

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """Within it the wanted modules are imported anew; afterwards those that stood in ``sys.modules`` before stand there again."""
        before = {name: module for name, module in sys.modules.items() if self.wants(name)}
        for name in before:
            del sys.modules[name]
        try:
            yield
        finally:
            for name in [name for name in sys.modules if self.wants(name)]:
                del sys.modules[name]
            sys.modules.update(before)


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
            if runtime.control is not None:
                runtime.control.loaded()
        prepare(module, finder.importer, finder.build_class)
        code: Any = program.code
        exec(code, vars(module))
