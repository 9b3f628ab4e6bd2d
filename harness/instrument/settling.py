"""Tells module variables that have their last value before any thread can run from those that may change later."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

HARMLESS_METHODS = frozenset(
    "acquire add append basicConfig copy extend format getLogger join lower put seed setdefault split strip update upper".split()
)
"""Methods that top-level code calls while it sets up; none of them starts a thread of the target."""


def late_names(tree: ast.Module) -> frozenset[str]:
    """Names that top-level code binds in or after the first statement that may start a thread.

    All others have settled by then; nothing but a ``global`` statement can change them, so reading them needs no point.
    """
    imported = _imported_names(tree)
    defined = frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    may_run = False
    late: set[str] = set()
    for statement in _in_order(tree.body):
        may_run = may_run or any(_may_start(call, imported, defined) for call in _calls(statement))
        if may_run:
            late.update(_bound_by(statement))
    return frozenset(late)


def _in_order(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Statements in the order in which they run; a loop counts as one, since its end comes before its beginning."""
    for statement in statements:
        match statement:
            case ast.If():
                yield statement.test
                yield from _in_order([*statement.body, *statement.orelse])
            case ast.With():
                yield from statement.items
                yield from _in_order(statement.body)
            case ast.Try():
                yield from _in_order(statement.body)
                for handler in statement.handlers:
                    yield from _in_order(handler.body)
                yield from _in_order([*statement.orelse, *statement.finalbody])
            case _:
                yield statement


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and what runs with it: bodies of functions do not, those of classes do."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _own_nodes(child)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (child for child in _own_nodes(node) if isinstance(child, ast.Call))


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    for child in _own_nodes(node):
        match child:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name) | ast.ExceptHandler(name=str() as name):
                yield name


def _imported_names(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        (alias.asname or alias.name).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    )


def _may_start(call: ast.Call, imported: frozenset[str], defined: frozenset[str]) -> bool:
    match call.func:
        case ast.Name(id=name):
            return name in defined
        case ast.Attribute(attr=attr, value=value):
            while isinstance(value, ast.Attribute):
                value = value.value
            if isinstance(value, ast.Name) and value.id in imported:
                return "start" in attr or attr in ("run", "submit", "map")
            return attr not in HARMLESS_METHODS
        case _:
            return True
