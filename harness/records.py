"""Which variables of a target only keep a record: what its pipeline writes there is never read back by it.

Programs of this kind log what they put and got. A message that stands in such a log is told of, not kept: nothing could deliver it any
more. By name such a log cannot be told from a buffer (both are called ``log`` by someone), but by use it can.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from harness.syntax import KEPT

WRITES = frozenset({"append", "add", "extend", "insert", "appendleft", "update", "write", "info", "debug", "warning"})


@lru_cache(KEPT)
def find_records(tree: ast.Module) -> frozenset[str]:
    """Names of attributes and variables that code in the module's classes, and in the functions that these use, only writes to, adds to or prints.

    A variable that none of them mentions is a record too, if at all: the pipeline does not know it. O(size of the tree).
    """
    mentioned: set[str] = set()
    read_back: set[str] = set()
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    waiting: list[ast.AST] = [statement for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for statement in node.body]
    while waiting:
        _look_through(waiting.pop(), mentioned, read_back)
        waiting += [functions.pop(name) for name in sorted(mentioned & functions.keys())]
    top = {target.id for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) for target in _targets(node) if isinstance(target, ast.Name)}
    return frozenset((mentioned - read_back) | (top - mentioned))


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _look_through(root: ast.AST, mentioned: set[str], read_back: set[str]) -> None:
    """Sorts the names under `root` by whether some mention reads what stands there."""
    harmless: set[int] = set()
    for node in ast.walk(root):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=(ast.Name() | ast.Attribute()) as owner, attr=method))) if method in WRITES:
                harmless.add(id(owner))
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=arguments)):
                harmless.update(id(argument) for argument in arguments)
            case ast.FormattedValue(value=(ast.Name() | ast.Attribute()) as value):
                harmless.add(id(value))
            case ast.AugAssign(target=(ast.Name() | ast.Attribute()) as target):
                harmless.add(id(target))
    for node in ast.walk(root):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
        if name is None:
            continue
        mentioned.add(name)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in harmless:
            read_back.add(name)
