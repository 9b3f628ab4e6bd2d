"""Binds imports of stand-in modules where they stand: for code that keeps the interpreter's own builtins.

A project's modules are patched by its tests (``mock.patch("builtins.open")``), so they cannot be given builtins of their own with another
``__import__``. Their import statements name the stand-ins instead, which lie in ``sys.modules`` under a private package.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

PACKAGE = "harness_stand_ins"
"""The private package: ``import threading`` becomes ``import harness_stand_ins.threading as threading``."""


def bind_imports(tree: ast.Module, names: Collection[str]) -> None:
    """Changes the imports of the modules of these full names in `tree`; positions are kept."""
    _Binder(frozenset(names)).visit(tree)


class _Binder(ast.NodeTransformer):
    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def visit_Import(self, node: ast.Import) -> ast.Import:
        bound: list[ast.alias] = []
        for alias in node.names:
            top = alias.name.partition(".")[0]
            if alias.asname is not None:
                name = f"{PACKAGE}.{alias.name}" if alias.name in self.names else alias.name
                bound.append(ast.copy_location(ast.alias(name, alias.asname), alias))
                continue
            if alias.name not in self.names:
                bound.append(alias)
            if top in self.names:
                # what is bound is the top package; the stand-in of that has the stand-ins below it as attributes
                bound.append(ast.copy_location(ast.alias(f"{PACKAGE}.{top}", top), alias))
        node.names = bound
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if node.level == 0 and node.module in self.names:
            node.module = f"{PACKAGE}.{node.module}"
        return node
