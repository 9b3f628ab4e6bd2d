"""Rewrites the source of a target so that its shared accesses call `harness.runtime`, and changes nothing else.

Kinds of sites: ``read write delete lookup`` (attributes), ``getitem setitem delitem`` (items), ``global-read
global-write cell-read cell-write`` (variables), ``method method0 call call0`` (calls, the latter without arguments),
``test in unpack format iterate operator compare inplace`` (what looks into a container), ``with``, ``while for`` (loops),
``computed`` (the body of a function whose result ``functools`` keeps).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from harness.instrument.analysis import analyse
from harness.instrument.points import Points
from harness.instrument.statements import Statements
from harness.runtime import Site


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Code with points, and the sites these name, the first of which has the number that was asked for."""

    tree: ast.Module
    sites: tuple[Site, ...]


def rewrite(source: str | bytes, filename: str, first_site: int) -> Rewritten:
    """`source` with points, its line numbers kept. Raises SyntaxError as `compile` does."""
    return rewrite_tree(ast.parse(source, filename), filename, first_site)


def rewrite_tree(tree: ast.Module, filename: str, first_site: int) -> Rewritten:
    """`tree` with points; it is changed on the way."""
    points = Points(filename, first_site, analyse(tree))
    tree.body = Statements(points).body(tree.body)
    return Rewritten(tree, tuple(points.sites))
