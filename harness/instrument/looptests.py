"""Which variables decide when a ``while`` loop ends, so that a loop that never ends can be explained."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def names_that_end(loop: ast.While) -> tuple[str, ...]:
    """Dotted names read by the loop's test and by the tests of ``if`` inside its body, in order of first appearance."""
    found = dict.fromkeys(_dotted_names(loop.test))
    for test in _tests_in(loop.body):
        found.update(dict.fromkeys(_dotted_names(test)))
    return tuple(found)


def only_waits(loop: ast.While) -> bool:
    """Whether the loop's body does nothing but pass the time: it binds nothing, and calls nothing but a sleep or a yield."""
    return all(_passes_time(statement) for statement in loop.body)


def _passes_time(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Break() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return "sleep" in name or "yield" in name
        case ast.If(body=body, orelse=orelse):
            return all(_passes_time(inner) for inner in (*body, *orelse))
        case ast.Return(value=None | ast.Constant()):
            return True
        case _:
            return False


def _tests_in(nodes: list[ast.stmt]) -> Iterator[ast.expr]:
    for node in nodes:
        if isinstance(node, ast.If | ast.While):
            yield node.test
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for _, field in ast.iter_fields(node):
                if isinstance(field, list):
                    yield from _tests_in([child for child in field if isinstance(child, ast.stmt)])
                    for child in field:
                        if isinstance(child, ast.ExceptHandler | ast.match_case):
                            yield from _tests_in(child.body)


def _dotted_names(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=value):
            dotted = _dotted(node)
            if dotted is None:
                yield from _dotted_names(value)
            else:
                yield dotted
        case ast.Call(func=func):
            # Of lock.acquire(False) the lock decides, of ready(x) the argument.
            if isinstance(func, ast.Attribute):
                yield from _dotted_names(func.value)
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                yield from _dotted_names(argument)
        case ast.Lambda():
            return
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _dotted_names(child)


def _dotted(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = _dotted(value)
            return None if base is None else f"{base}.{attr}"
        case _:
            return None
