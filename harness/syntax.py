"""Parsed programs, kept: a test session checks the same files hundreds of times. Nobody may change these trees."""

from __future__ import annotations

import ast
from functools import lru_cache

KEPT = 128


@lru_cache(KEPT)
def parse(source: bytes, filename: str = "<unknown>") -> ast.Module:
    """The tree of a source, the same for the same source and file. Raises what `ast.parse` does."""
    return ast.parse(source, filename)


@lru_cache(KEPT)
def parse_together(sources: tuple[bytes, ...]) -> ast.Module:
    """The statements of several sources, one after the other, as one tree."""
    return ast.Module([statement for source in sources for statement in parse(source).body], [])


@lru_cache(KEPT)
def imported_by(tree: ast.Module) -> frozenset[str]:
    """The top-level names of the modules that a program's import statements name, wherever they stand."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return frozenset(name.partition(".")[0] for name in names)
