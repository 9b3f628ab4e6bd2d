"""Rewriting a project's own modules as a test session imports them: a finder that comes first on ``sys.meta_path``.

It finds what the other finders would find, and loads it with points if it is the project's. No code is cached: what is compiled names
sites by number, and rewriting costs 45 us a line, once a session.
"""

from __future__ import annotations

import ast
import os
import sys
import sysconfig
from collections.abc import Callable, Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType
from typing import Any

from harness import runtime
from harness.instrument.imports import bind_imports
from harness.instrument.loader import Program, compile_tree
from harness.instrument.points import RUNTIME

Preparation = Callable[[ast.Module, bytes, str], None]
"""What changes a module's tree before it is given points: (tree, source, file)."""

_FOREIGN = frozenset({"site-packages", "dist-packages", "node_modules", ".tox", ".nox"})


def is_rewritten(module: ModuleType) -> bool:
    """Whether a module's code has points."""
    return RUNTIME in vars(module)


class ProjectFinder(MetaPathFinder):
    """Loads with points the modules whose files lie below `root` (None: of none), and those that `names` name with all below them.

    `ignored` are names of modules and packages that are left alone. `stand_ins` are the modules whose imports are bound to stand-ins.
    `wanted(file)` is asked about modules that another finder loads in a way of its own (pytest's test modules and conftests), and
    `prepare` does that other finder's work on them first.
    """

    def __init__(
        self,
        root: str | None,
        names: Sequence[str],
        ignored: Sequence[str],
        stand_ins: Collection[str],
        foreign: type | None = None,
        wanted: Callable[[str], bool] = lambda _: True,
        prepare: Preparation = lambda *_: None,
    ) -> None:
        self.root = None if root is None else os.path.join(os.path.realpath(root), "")
        self.names = tuple(names)
        self.ignored = ("harness", "_pytest", "pytest", *ignored)
        self.stand_ins = stand_ins
        self.foreign = foreign
        self.wanted = wanted
        self.prepare = prepare
        self.programs: dict[str, Program] = {}
        self._places = tuple(os.path.join(os.path.realpath(place), "") for place in (sys.prefix, sysconfig.get_path("stdlib")))
        self._is_looking = False

    @property
    def files(self) -> frozenset[str]:
        """The files loaded so far."""
        return frozenset(self.programs)

    def owns(self, name: str, file: str | None) -> bool:
        """Whether a module of that full name and file is to be rewritten, however it is found."""
        if file is None or not file.endswith(".py") or _is_below(name, self.ignored):
            return False
        if _is_below(name, self.names):
            return True
        if self.root is None:
            return False
        path = os.path.realpath(file)
        if not path.startswith(self.root) or not _FOREIGN.isdisjoint(path[len(self.root) :].split(os.sep)):
            return False
        return not any(place.startswith(self.root) and path.startswith(place) for place in self._places)

    def missed(self, modules: Sequence[Any]) -> list[ModuleType]:
        """Those of the modules that it would have rewritten, had it been there when they were imported."""
        return [
            module
            for module in modules  # what stands in sys.modules need not be a module
            if isinstance(module, ModuleType)
            if module.__name__ != "__main__" and not is_rewritten(module)
            if self.owns(module.__name__, getattr(module, "__file__", None)) and not self._is_left_to_another(module)
        ]

    def _is_left_to_another(self, module: ModuleType) -> bool:
        loader = getattr(module, "__loader__", None)
        return self.foreign is not None and isinstance(loader, self.foreign) and not self.wanted(str(module.__file__))

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec that the other finders give, with a loader that rewrites, if the module is the project's."""
        if self._is_looking or (self.root is None and not _is_below(fullname, self.names)):
            return None
        self._is_looking = True
        try:
            spec = next((spec for spec in (finder.find_spec(fullname, path, target) for finder in sys.meta_path if finder is not self) if spec), None)
        finally:
            self._is_looking = False
        if spec is None or not self.owns(fullname, spec.origin):
            return spec
        assert spec.origin is not None
        is_foreign = self.foreign is not None and isinstance(spec.loader, self.foreign)
        if not is_foreign and type(spec.loader) is not SourceFileLoader:
            return spec
        if is_foreign and not _is_below(fullname, self.names) and not self.wanted(spec.origin):
            return spec
        spec.loader = _Loader(fullname, spec.origin, self, spec.loader if is_foreign else None)
        spec.cached = None
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, finder: ProjectFinder, foreign: Loader | None) -> None:
        super().__init__(fullname, path)
        self._finder = finder
        self._foreign = foreign

    def get_resource_reader(self, name: str) -> Any:  # type: ignore[override]
        """What gives a package's data files."""
        asked: Any = self._foreign if self._foreign is not None else super()
        return asked.get_resource_reader(name)

    def exec_module(self, module: ModuleType) -> None:
        """Executes the rewritten source in the module. Raises SyntaxError as the import system does."""
        finder = self._finder
        source = self.get_data(self.path)
        tree = ast.parse(source, self.path)
        if self._foreign is not None:
            finder.prepare(tree, source, self.path)
        bind_imports(tree, finder.stand_ins)
        program = finder.programs[self.path] = compile_tree(tree, self.path)
        vars(module)[RUNTIME] = runtime
        exec(program.code, vars(module))


def _is_below(name: str, tops: Sequence[str]) -> bool:
    return any(name == top or name.startswith(top + ".") for top in tops)
