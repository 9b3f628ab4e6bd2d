"""Makes the hook calls that rewritten code contains, with their sites, and keeps track of the place they stand in."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypedDict

from harness.instrument.filters import names_rebound_in
from harness.instrument.scopes import Binding, Scope, Scopes, Sharing, mangle
from harness.runtime import Site

RUNTIME = "__harness__"
"""The global by which rewritten code knows `harness.runtime`; it ends with two underscores, so it is never mangled."""


@dataclass(slots=True)
class Place:
    """Where code is being rewritten.

    `may_hold` says whether a temporary is possible (not in class bodies and comprehensions, where a walrus is
    illegal or binds elsewhere), `held` which temporaries the statement at hand uses already.
    """

    scope: Scope
    function: str
    may_hold: bool
    held: list[str] = field(default_factory=list)

    @property
    def may_repeat(self) -> bool:
        """Whether reading a name twice is harmless; a class body's namespace may be any mapping (PEP 3115)."""
        return self.scope.kind != "class"


class Points:
    """The points of one file, in the order in which they are made; `first_site` is the number of the first."""

    def __init__(self, filename: str, first_site: int, scopes: Scopes) -> None:
        self.filename = filename
        self.first_site = first_site
        self.scopes = scopes
        self.sites: list[Site] = []
        self.place = Place(scopes.module, "<module>", not scopes.module.shows_its_names)
        self.pinned: ast.expr | None = None

    # -- hooks

    def hook(
        self,
        hook: str,
        before: Sequence[ast.expr],
        where: ast.AST,
        kind: str,
        name: str = "",
        is_write: bool = False,
        after: Sequence[ast.expr] = (),
        tests: tuple[str, ...] = (),
    ) -> ast.Call:
        """``__harness__.hook(*before, site, *after)``, located where `where` is."""
        spot = located_at(where)
        # 3.11 misplaces what stands inside an f-string; all versions name the string's own place, so that sites agree.
        seen = located_at(self.pinned) if self.pinned is not None else spot
        end_line = getattr(where, "end_lineno", 0) if kind in ("while", "for") else 0
        site = Site(self.filename, seen["lineno"], seen["col_offset"], kind, name, is_write, self.place.function, tests, end_line)
        number = self.first_site + len(self.sites)
        self.sites.append(site)
        if is_write and hook in ("at", "key"):
            hook += "_w"  # hooks of their own, so that the engine need not look up what a site does
        return self.bare(hook, [*before, ast.Constant(number, **spot), *after], where)

    def bare(self, hook: str, args: list[ast.expr], where: ast.AST) -> ast.Call:
        """``__harness__.hook(*args)``, which names no site."""
        spot = located_at(where)
        # Python places the look-up of a method on the last line of the expression before it; that would count as a line of its own that ran.
        start: Spot = {**spot, "end_lineno": spot["lineno"], "end_col_offset": spot["col_offset"]}
        runtime = ast.Name(RUNTIME, ast.Load(), **start)
        return ast.Call(ast.Attribute(runtime, hook, ast.Load(), **start), args, [], **spot)

    def load(self, node: ast.Name) -> ast.expr:
        """The name as a value, with the point that reading it needs."""
        spot = located_at(node)
        match self.sharing(node.id):
            case "global":
                return ast.BoolOp(ast.Or(), [self.hook("load", [], node, "global-read", self.mangled(node.id)), node], **spot)
            case "cell":
                return ast.BoolOp(ast.Or(), [self.hook("cell", [self.peek(node)], node, "cell-read", self.mangled(node.id)), node], **spot)
            case None:
                return node

    def store(self, value: ast.expr, name: str, where: ast.AST) -> ast.expr:
        """`value`, with the point that binding `name` to it needs."""
        match self.sharing(name):
            case "global":
                return self.hook("store", [value], where, "global-write", self.mangled(name), True)
            case "cell":
                return self.hook("cell_store", [value, self.peek(name_at(name, where))], where, "cell-write", self.mangled(name), True)
            case None:
                return value

    def peek(self, node: ast.Name) -> ast.Lambda:
        """``lambda: x``, whose closure holds the cell of `x`; nobody calls it."""
        spot = located_at(node)
        nothing = ast.arguments(posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
        return ast.Lambda(nothing, ast.Name(node.id, ast.Load(), **spot), **spot)

    def before(self, names: Sequence[str], where: ast.stmt) -> list[ast.stmt]:
        """Statements with the points of binding `names` by a statement that no expression can be put into."""
        shared = [name for name in names if self.sharing(name) is not None]
        made: list[ast.stmt] = []
        for name in shared:
            if self.sharing(name) == "global":
                point = self.hook("load", [], where, "global-write", self.mangled(name), True)
            else:
                point = self.hook("cell", [self.peek(name_at(name, where))], where, "cell-write", self.mangled(name), True)
            made.append(ast.Expr(point, **located_at(where)))
        return made

    # -- temporaries

    def hold(self, value: ast.expr) -> tuple[ast.NamedExpr, str]:
        """``(_h0_ := value)`` and the temporary's name; only where `Place.may_hold`."""
        name = self.fresh()
        spot = located_at(value)
        return ast.NamedExpr(ast.Name(name, ast.Store(), **spot), value, **spot), name

    def fresh(self) -> str:
        """A temporary that the statement at hand does not use yet."""
        name = f"_h{len(self.place.held)}_"
        self.place.held.append(name)
        return name

    # -- places

    @contextmanager
    def inside(self, place: Place) -> Iterator[Place]:
        """Everything made meanwhile stands in `place`."""
        outer, self.place = self.place, place
        try:
            yield place
        finally:
            self.place = outer

    @contextmanager
    def without_temporaries(self) -> Iterator[None]:
        """No temporaries meanwhile, in functions opened meanwhile neither."""
        place = self.place
        may_hold, place.may_hold = place.may_hold, False
        try:
            yield
        finally:
            place.may_hold = may_hold

    def qualified(self, name: str) -> str:
        """The qualified name of a function or class `name` that is defined here (PEP 3155)."""
        if self.place.function == "<module>":
            return name
        host = self.place.scope.host()
        return f"{self.place.function}.{name}" if host.kind == "class" else f"{self.place.function}.<locals>.{name}"

    # -- names

    def mangled(self, name: str) -> str:
        """`name` as the compiler spells it here."""
        return mangle(name, self.place.scope.class_name)

    def sharing(self, name: str) -> Sharing | None:
        """How other threads can see the variable `name` change."""
        return self.place.scope.sharing(self.mangled(name))

    def is_builtin(self, name: str) -> bool:
        """Whether `name` means the builtin wherever it stands in this file."""
        return name not in self.scopes.bound_anywhere and hasattr(builtins, name)

    def is_only_defined(self, name: str) -> bool:
        """Whether nothing but ``def`` and ``class`` binds `name`."""
        return self.scopes.is_only_defined(self.place.scope, self.mangled(name))

    def imported_as(self, name: str) -> Binding | None:
        """The import that alone binds `name`."""
        return self.scopes.imported_as(self.place.scope, self.mangled(name))

    def module_of(self, node: ast.expr) -> str | None:
        """The module that `node` certainly means, by its import name; None for anything else."""
        match node:
            case ast.Name(id=name):
                binding = self.imported_as(name)
                return binding.origin if binding is not None and binding.how == "import" else None
            case ast.Attribute(value=value, attr=attr):
                package = self.module_of(value)
                dotted = f"{package}.{attr}"
                return dotted if package is not None and dotted in self.scopes.submodules else None
            case _:
                return None

    def can_repeat(self, node: ast.expr, *evaluated_between: ast.AST | None) -> bool:
        """Whether `node` can be evaluated again after `evaluated_between` and mean the same object, without a point."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return self.place.may_repeat and self.sharing(name) is None and name not in names_rebound_in(*evaluated_between)
            case _:
                return False


class Spot(TypedDict):
    """The position attributes of a node."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


def located_at(node: ast.AST) -> Spot:
    """The position of `node`, to give to a new one."""
    assert isinstance(node, ast.expr | ast.stmt)
    return {"lineno": node.lineno, "col_offset": node.col_offset, "end_lineno": node.end_lineno, "end_col_offset": node.end_col_offset}


def name_at(name: str, where: ast.AST) -> ast.Name:
    """`name` as a value, located where `where` is."""
    return ast.Name(name, ast.Load(), **located_at(where))


def repeated(node: ast.expr) -> ast.expr:
    """A name or constant once more (see `Points.can_repeat`)."""
    match node:
        case ast.Name(id=name):
            return name_at(name, node)
        case ast.Constant(value=value):
            return ast.Constant(value, **located_at(node))
        case _:
            raise AssertionError(f"{ast.dump(node)} cannot be repeated")
