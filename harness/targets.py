"""Finding what to run: from a path, a dotted name, a class or a function to something that a scenario can execute."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import sys
import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.errors import HarnessError
from harness.instrument.loader import Program, compile_target
from harness.standins.modules import stand_ins
from harness.syntax import KEPT, imported_by, parse, parse_together

MODELLED = frozenset(name.partition(".")[0] for name in stand_ins())
"""What a target gets stand-ins for."""
STARTUP = frozenset(sys.builtin_module_names) | frozenset("abc codecs encodings genericpath io ntpath os posixpath runpy site stat zipimport".split())
"""What Python itself has loaded before a script begins: a file of that name is never imported."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target before anything of it has run.

    `text` is what the user wrote or what would find it again; `name` the class or function in it, None where it is to be found;
    `has_entry`: it has a main guard, or top-level code that starts something; `shown` the file's path as the user wrote it; `siblings` the
    modules in its own folder that it imports, directly or through each other (none of a package); `hidden`: files there that are called like a
    module of the library's that it imports, and that module is taken.
    """

    text: str
    file: str
    module: str
    name: str | None
    program: Program
    has_entry: bool
    has_guard: bool
    package: str = ""
    shown: str = ""
    siblings: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def copy_name(self) -> str | None:
        """The name by which itself, or a module beside it, imports the file: a program is there twice then, as that and as ``__main__``."""
        stem = os.path.splitext(os.path.basename(self.file))[0]
        return stem if stem in imported_by(whole_source(self)) - _of_the_library() - STARTUP else None

    @property
    def files(self) -> tuple[str, ...]:
        """Its own file, and those of the modules beside it that it imports."""
        folder = os.path.dirname(self.file)
        return (self.file, *(_beside(folder, name) for name in self.siblings))


def find_target(target: object) -> Target:
    """The target of a string (``FILE.py``, ``FILE.py:NAME``, ``package.module:NAME``), a class or a function.

    Raises HarnessError, one line, if there is no such file, it cannot be read or parsed, or the object has no source to rewrite.
    """
    if isinstance(target, str):
        return _from_text(target)
    if isinstance(target, type | types.FunctionType):
        return _from_object(target)
    raise HarnessError(f"a target is a class, a function or a string, not a {type(target).__name__}")


def _from_text(text: str) -> Target:
    place, name = text, None
    before, colon, after = text.rpartition(":")
    if colon and after and "/" not in after and "\\" not in after and not os.path.exists(text):
        if not all(part.isidentifier() for part in after.split(".")):
            raise HarnessError(f"{after!r} is no name: write FILE.py:NAME or package.module:NAME")
        place, name = before, after
    if os.path.exists(place) or place.endswith(".py") or os.sep in place:
        return _from_file(text, place, name)
    if name is None:
        raise HarnessError(f"{place}: no such file (a module is given as package.module:NAME)")
    return _from_module(text, place, name)


def _from_file(text: str, path: str, name: str | None, module: str | None = None, package: str = "") -> Target:
    if os.path.isdir(path):
        raise HarnessError(f"{path} is a folder: give one file (harness check FOLDER checks each file in it)")
    try:
        with open(path, "rb") as stream:
            source = stream.read()
    except FileNotFoundError:
        raise HarnessError(f"{path}: no such file") from None
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read ({error.strerror})") from None
    file = os.path.abspath(path)
    try:
        tree = parse(source, file)
        program = compile_target(source, file)
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        raise HarnessError(f"{path}{where}: not valid Python {sys.version_info.major}.{sys.version_info.minor}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise HarnessError(f"{path}: cannot be parsed ({' '.join(str(error).split()) or type(error).__name__})") from None
    stem = os.path.splitext(os.path.basename(path))[0]
    has_guard = any(isinstance(node, ast.If) and _is_guard(node.test) for node in tree.body)
    folder = os.path.dirname(file)
    siblings = () if package else tuple(sorted(_siblings(tree, folder, {stem})))
    of_the_library = set() if package else imported_by(tree) & _of_the_library() - STARTUP - {stem}
    hidden = tuple(name for name in sorted(of_the_library) if os.path.exists(_beside(folder, name)))
    has_entry = has_guard or _starts_something(tree)
    return Target(text, file, module or _module_name(stem), name, program, has_entry, has_guard, package, path, siblings, hidden)


def whole_source(target: Target) -> ast.Module:
    """The target's source as one tree: its own file, and the modules beside it that it imports."""
    sources = []
    for file in target.files:
        with open(file, "rb") as stream:
            sources.append(stream.read())
    return parse_together(tuple(sources))


def _siblings(tree: ast.Module, folder: str, known: set[str]) -> set[str]:
    """The modules of the folder that a program is made of besides its own file. What the library calls alike is the library's, if it is in use."""
    found: set[str] = set()
    for name in sorted(imported_by(tree) - known - _of_the_library() - STARTUP):
        path = _beside(folder, name)
        if not os.path.exists(path):
            continue
        known.add(name)
        try:
            with open(path, "rb") as stream:
                imported = parse(stream.read())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # importing it will say so
        found.add(name)
        found |= _siblings(imported, folder, known)
    return found


def _of_the_library() -> frozenset[str]:
    """Modules of the library's that no file may stand in for: they are modelled, or others use them already."""
    return frozenset(name for name in sys.stdlib_module_names if name in sys.modules or name in MODELLED)


def _beside(folder: str, name: str) -> str:
    return os.path.join(folder, f"{name}.py")


def _module_name(stem: str) -> str:
    """The name under which a file's module runs: its own, unless that would stand in for a module that something else needs."""
    if not stem.isidentifier():
        return "target"
    return f"{stem}_under_test" if stem in sys.stdlib_module_names or stem in sys.modules else stem


def _from_module(text: str, module: str, name: str) -> Target:
    sys.path.insert(0, os.getcwd())
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError) as error:
        raise HarnessError(f"{module}: cannot be imported ({' '.join(str(error).split())})") from None
    finally:
        sys.path.pop(0)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise HarnessError(f"{module}: no module of that name with Python source was found")
    return _from_file(text, spec.origin, name, module, module if spec.submodule_search_locations is not None else module.rpartition(".")[0])


def _from_object(target: Any) -> Target:
    if "<locals>" in target.__qualname__ or "<lambda>" in target.__qualname__:
        raise HarnessError(
            f"{target.__qualname__} is defined inside a function and cannot be loaded afresh for every execution: move it to the top level of its module"
        )
    try:
        file = inspect.getsourcefile(target)
    except TypeError:
        file = None
    if file is None or not os.path.exists(file):
        raise HarnessError(f"{target.__qualname__} has no source file to rewrite")
    return _from_file(
        f"{file}:{target.__qualname__}",
        file,
        target.__qualname__,
        target.__module__ if target.__module__ != "__main__" else None,
        target.__module__.rpartition(".")[0],
    )


def _is_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


@lru_cache(KEPT)
def _starts_something(tree: ast.Module) -> bool:
    """Whether code at the top level calls a start, submit, map or main, itself or through functions and classes of this file: a program without a guard."""
    defined: dict[str, ast.AST] = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    for name in classes:
        defined[name] = _construction(name, classes)
    waiting: list[ast.AST] = [statement for statement in tree.body if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)]
    while waiting:
        called = {name for call in ast.walk(waiting.pop()) if isinstance(call, ast.Call) for name in [_name_called(call)]}
        if called & {"start", "submit", "map", "main", "run", "start_new_thread"}:
            return True
        waiting += [defined.pop(name) for name in sorted(called & defined.keys())]
    return False


def _construction(name: str, classes: dict[str, ast.ClassDef]) -> ast.Module:
    """What runs when a class of this file is called: its ``__init__`` and those of its bases."""
    body: list[ast.stmt] = []
    waiting, met = [name], set()
    while waiting:
        name = waiting.pop()
        if name in classes and name not in met:
            met.add(name)
            body += [node for node in classes[name].body if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "__post_init__", "__new__")]
            waiting += [getattr(base, "id", getattr(base, "attr", "")) for base in classes[name].bases]
    return ast.Module(body, [])


def _name_called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
