"""The scopes of a module: which names each binds, and whose variable a name is (Python reference, 4.2.2)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

ScopeKind = Literal["module", "function", "class", "comprehension", "parameters"]
Sharing = Literal["global", "cell"]
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef


def mangle(name: str, class_name: str | None) -> str:
    """`name` as the compiler spells it inside the class `class_name` (Python reference, 6.2.1)."""
    if class_name is None or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = class_name.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a name: `how` is assign, augment, import, from, def, class, argument, except, delete or declare."""

    how: str
    is_in_loop: bool
    origin: str = ""  # the module that an import names


@dataclass(eq=False, slots=True)
class Scope:
    """One scope; names are mangled. `class_name` is that of the innermost class around it, if any."""

    kind: ScopeKind
    parent: Scope | None
    class_name: str | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    loads: set[str] = field(default_factory=set)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)
    shows_its_names: bool = False
    shared: set[str] = field(default_factory=set)

    def owner(self, name: str) -> Scope:
        """The scope whose variable `name` is when used here; the module also stands for builtins."""
        if name in self.bindings and name not in self.nonlocal_names and name not in self.global_names:
            return self
        scope: Scope = self
        while scope.parent is not None:
            if name in scope.global_names:
                break
            if name in scope.bindings and scope.kind != "class" and name not in scope.nonlocal_names:
                return scope
            scope = scope.parent
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def sharing(self, name: str) -> Sharing | None:
        """How other threads can see `name`, as used in this scope, change."""
        owner = self.owner(name)
        if name not in owner.shared:
            return None
        if owner.kind == "module":
            return "global"
        # A class body inside a function reads its own names first: no lambda there can stand for the cell.
        return None if self.kind == "class" else "cell"

    def host(self) -> Scope:
        """The scope whose code runs this one's: comprehensions run in what contains them."""
        scope = self
        while scope.kind in ("comprehension", "parameters") and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(eq=False, slots=True)
class Scopes:
    """All scopes of one module, found by the node that opens them."""

    module: Scope
    by_node: dict[ast.AST, Scope]
    bound_anywhere: frozenset[str] = frozenset()
    submodules: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Scope]:
        yield self.module
        yield from self.by_node.values()

    def imported_as(self, scope: Scope, name: str) -> Binding | None:
        """The import that alone binds `name` as used in `scope`, or None if anything else may bind it."""
        owner = scope.owner(name)
        bindings = owner.bindings.get(name, ())
        if not bindings or name in owner.shared:
            return None
        first = bindings[0]
        return first if all(b.how == first.how and b.origin == first.origin for b in bindings) and first.how in ("import", "from") else None

    def is_only_defined(self, scope: Scope, name: str) -> bool:
        """Whether nothing but ``def`` and ``class`` binds `name`: it is a function or class for good."""
        bindings = scope.owner(name).bindings.get(name, ())
        return bool(bindings) and all(b.how in ("def", "class") for b in bindings)
