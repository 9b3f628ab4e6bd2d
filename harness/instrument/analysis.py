"""Reads the scopes of a module off its tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from harness.instrument.scopes import Binding, Comprehension, Function, Scope, ScopeKind, Scopes, mangle
from harness.instrument.settling import late_names
from harness.instrument.sharing import find_shared

NAMESPACE_READERS = frozenset({"locals", "vars", "dir", "eval", "exec", "globals"})
"""Builtins that show a scope's own names; where one is called no temporary may appear."""


def analyse(tree: ast.Module) -> Scopes:
    """Every scope of `tree` with its shared names resolved; O(names x nesting)."""
    module = Scope("module", None, None)
    analyst = _Analyst(module)
    for statement in tree.body:
        analyst.visit(statement)
    scopes = Scopes(module, analyst.by_node)
    find_shared(scopes, late_names(tree))
    scopes.bound_anywhere = frozenset(name for scope in scopes for name in scope.bindings)
    # "import a.b.c" makes a.b and a.b.c modules whose attributes are as fixed as those of a.
    dotted = (alias.name.split(".") for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)
    scopes.submodules = frozenset(".".join(parts[:n]) for parts in dotted for n in range(2, len(parts) + 1))
    return scopes


class _Analyst(ast.NodeVisitor):
    """Fills the scopes; annotations are left out, since they are never rewritten."""

    def __init__(self, module: Scope) -> None:
        self.scope = module
        self.loops = 0
        self.by_node: dict[ast.AST, Scope] = {}

    def bind(self, name: str, how: str, origin: str = "") -> None:
        name = mangle(name, self.scope.class_name)
        scope = self.scope
        if how == "walrus":
            scope, how = scope.host(), "assign"
        is_in_loop = self.loops > 0 or scope is not self.scope
        scope.bindings.setdefault(name, []).append(Binding(how, is_in_loop, origin))

    def within(self, node: ast.AST, kind: ScopeKind, class_name: str | None = None) -> _Inner:
        scope = Scope(kind, self.scope, class_name if class_name is not None else self.scope.class_name)
        # invariant: a node opens at most one scope in `by_node`; the pseudo scope of type parameters hangs on the first parameter.
        self.by_node[node] = scope
        return _Inner(self, scope)

    def visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        match node.ctx:
            case ast.Load():
                self.scope.loads.add(mangle(node.id, self.scope.class_name))
            case ast.Store():
                self.bind(node.id, "assign")
            case ast.Del():
                self.bind(node.id, "delete")

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in NAMESPACE_READERS:
            self.scope.host().shows_its_names = True
            if node.func.id == "globals":
                _root(self.scope).shows_its_names = True
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.bind(node.target.id, "walrus")

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.scope.loads.add(mangle(node.target.id, self.scope.class_name))
            self.bind(node.target.id, "augment")
        else:
            self.visit(node.target)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is None and isinstance(node.target, ast.Name):
            self.bind(node.target.id, "declare")
        else:
            self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.global_names.update(mangle(name, self.scope.class_name) for name in node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocal_names.update(mangle(name, self.scope.class_name) for name in node.names)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.asname is None:
                self.bind(alias.name.partition(".")[0], "import", alias.name.partition(".")[0])
            else:
                self.bind(alias.asname, "import", alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self.bind(alias.asname or alias.name, "from", f"{'.' * node.level}{node.module or ''}.{alias.name}")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self.bind(node.name, "except")
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name is not None:
            self.bind(node.name, "assign")
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name is not None:
            self.bind(node.name, "assign")

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest is not None:
            self.bind(node.rest, "assign")
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.loops += 1
        self.visit_all([node.target, *node.body])
        self.loops -= 1
        self.visit_all(node.orelse)

    visit_AsyncFor = visit_For

    def visit_While(self, node: ast.While) -> None:
        self.loops += 1
        self.visit_all([node.test, *node.body])
        self.loops -= 1
        self.visit_all(node.orelse)

    def visit_FunctionDef(self, node: Function) -> None:
        self.visit_all([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults])
        self.bind(node.name, "def")
        with self.parameters(node):
            self.function(node, node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_all([*node.args.defaults, *node.args.kw_defaults])
        self.function(node, node.args, [node.body])

    def function(self, node: ast.AST, args: ast.arguments, body: Iterable[ast.AST]) -> None:
        with self.within(node, "function"):
            for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]:
                if arg is not None:
                    self.bind(arg.arg, "argument")
            self.visit_all(body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_all(node.decorator_list)
        self.bind(node.name, "class")
        with self.parameters(node):
            self.visit_all([*node.bases, *node.keywords])
            with self.within(node, "class", node.name):
                self.visit_all(node.body)

    def parameters(self, node: ast.AST) -> _Inner:
        """The hidden scope of type parameters (PEP 695), or the present one where there are none."""
        names: list[ast.AST] = getattr(node, "type_params", [])
        if not names:
            return _Inner(self, self.scope, keeps_loops=True)
        inner = self.within(names[0], "parameters")
        for parameter in names:
            name: str = getattr(parameter, "name")  # noqa: B009 - ast.TypeVar and its kin are absent from 3.11's ast
            inner.scope.bindings[mangle(name, inner.scope.class_name)] = [Binding("argument", False)]
        return inner

    def comprehension(self, node: Comprehension) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        with self.within(node, "comprehension"):
            self.visit_all([first.target, *first.ifs, *rest])
            self.visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self.visit(getattr(node, "name"))  # noqa: B009 - absent from 3.11's ast


def _root(scope: Scope) -> Scope:
    while scope.parent is not None:
        scope = scope.parent
    return scope


class _Inner:
    """A stay in an inner scope; loops outside do not repeat what happens inside it."""

    def __init__(self, analyst: _Analyst, scope: Scope, keeps_loops: bool = False) -> None:
        self.analyst, self.scope, self.keeps_loops = analyst, scope, keeps_loops

    def __enter__(self) -> None:
        self.outer = self.analyst.scope, self.analyst.loops
        self.analyst.scope = self.scope
        if not self.keeps_loops:
            self.analyst.loops = 0

    def __exit__(self, *_: object) -> None:
        self.analyst.scope, self.analyst.loops = self.outer
