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
