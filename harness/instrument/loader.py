"""Compiles a target with its points and makes fresh modules to execute it in."""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
import sys
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import Any

from harness import runtime
from harness.instrument.binding import compile_bound
from harness.instrument.points import RUNTIME
from harness.instrument.rewrite import rewrite_tree

Importer = Callable[..., Any]
"""What stands for ``__import__`` in a target's namespace."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Program:
    """A target that is ready to execute; its sites are `runtime.sites[first_site:first_site + n_sites]`, and go with it."""

    code: CodeType
    filename: str
    first_site: int
    n_sites: int


@functools.lru_cache(maxsize=128)
def compile_target(source: str | bytes, filename: str) -> Program:
    """`source` rewritten and compiled, its sites registered; once for the same source and file. Raises SyntaxError as `compile` does."""
    return compile_tree(ast.parse(source, filename), filename)


def compile_tree(tree: ast.Module, filename: str) -> Program:
    """A tree, which is changed on the way, rewritten and compiled, its sites registered."""
    first_site = len(runtime.sites)
    rewritten = rewrite_tree(tree, filename, first_site)
    code = compile_bound(rewritten.tree, filename)
    runtime.sites.extend(rewritten.sites)
    program = Program(code, filename, first_site, len(rewritten.sites))
    weakref.finalize(program, _forget, filename, first_site, len(rewritten.sites)).atexit = False
    return program


def _forget(filename: str, first_site: int, n_sites: int) -> None:
    """Lets go of what the process keeps of a program that is no more."""
    runtime.forget(first_site, n_sites)
    linecache.cache.pop(filename, None)


def make_module(program: Program, name: str, importer: Importer, build_class: Any = None) -> ModuleType:
    """A module to execute `program` in: ``exec(program.code, vars(module))``, with the module registered (`register`)."""
    module = ModuleType(name)
    module.__file__ = program.filename
    module.__package__ = name.rpartition(".")[0]
    prepare(module, importer, build_class)
    return module


def prepare(module: ModuleType, importer: Importer, build_class: Any = None) -> None:
    """Gives a module that is about to execute a rewritten program what that program needs; `build_class` makes its classes, if given."""
    namespace = vars(module)
    namespace["__builtins__"] = own = _BUILTINS.copy()
    own["__import__"] = importer
    if build_class is not None:
        own["__build_class__"] = build_class
    # The code does not need the name (see `binding`); it marks namespaces whose functions have points.
    namespace[RUNTIME] = runtime


def register(module: ModuleType) -> ModuleType | None:
    """Put `module` into ``sys.modules``, where dataclasses, pickle and typing expect it; what stood there before, to give to `unregister`."""
    previous = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    return previous


def unregister(module: ModuleType, previous: ModuleType | None) -> None:
    """Undo `register`."""
    if previous is None:
        sys.modules.pop(module.__name__, None)
    else:
        sys.modules[module.__name__] = previous


def _no_substitute(name: str) -> ModuleType | None:
    return None


def make_importer(stand_ins: Mapping[str, ModuleType], substitute: Callable[[str], ModuleType | None] = _no_substitute) -> Importer:
    """An ``__import__`` that finds `stand_ins`, by full module name, before the real modules.

    ``import concurrent.futures`` gives a copy of the package ``concurrent`` in which ``futures`` is the stand-in. `substitute` is asked for
    what is not installed.
    """
    packages = _packages_around(stand_ins)

    def importer(name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] | None = (), level: int = 0) -> Any:
        if level == 0 and name.partition(".")[0] in tops:
            if name in stand_ins:
                return stand_ins[name] if fromlist or "." not in name else _top(name)
            if name in packages:
                return packages[name]
            parent = name.rpartition(".")[0]
            if parent in stand_ins and fromlist and all(hasattr(stand_ins[parent], wanted) for wanted in fromlist):
                # from concurrent.futures.thread import ThreadPoolExecutor
                return stand_ins[parent]
            found = _import(name, globals, locals, fromlist, level)
            return found if fromlist else _top(name)
        try:
            return _import(name, globals, locals, fromlist, level)
        except ModuleNotFoundError as error:
            found = substitute(name) if level == 0 and error.name == name.partition(".")[0] else None
            if found is None:
                raise
            return found

    def _top(name: str) -> Any:
        top = name.partition(".")[0]
        return stand_ins.get(top) or packages[top]

    tops = {name.partition(".")[0] for name in stand_ins}
    return importer


def _packages_around(stand_ins: Mapping[str, ModuleType]) -> dict[str, ModuleType]:
    """Copies of the packages that hold dotted stand-ins, with these as attributes."""
    packages: dict[str, ModuleType] = {}
    for name, stand_in in stand_ins.items():
        child = stand_in
        while "." in name:
            name, _, last = name.rpartition(".")
            if name not in packages and name not in stand_ins:
                packages[name] = ModuleType(name)
                vars(packages[name]).update(vars(__import__(name, fromlist=["*"])))
            parent = packages.get(name) or stand_ins[name]
            setattr(parent, last, child)
            child = parent
    return packages


_BUILTINS = dict(vars(builtins))
_import: Importer = builtins.__import__
