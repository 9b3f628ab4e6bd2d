"""Rewrites expressions: reads of attributes, items and variables, and what looks into a container, become points."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from harness.instrument.calls import rewrite_call
from harness.instrument.filters import (
    DEEP,
    FIXED_ATTRIBUTES,
    holds_scalars,
    is_bytes,
    is_fresh,
    is_held_elsewhere,
    is_number,
    is_scalar,
    is_text,
    joins_containers,
    may_hold,
)
from harness.instrument.points import Place, Points, located_at, name_at, repeated
from harness.instrument.scopes import Comprehension


class Expressions:
    """`value` for what is evaluated, `truth` for what is tested, `target` for what is assigned or deleted."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.is_in_iterable = False

    def value(self, node: ast.expr) -> ast.expr:
        """The expression with its points; its value and the order of evaluation stay the same."""
        match node:
            case ast.Constant():
                return node
            case ast.Name():
                return self.points.load(node)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Subscript():
                return self.subscript(node, "getitem", False)
            case ast.Call():
                return rewrite_call(self, node)
            case ast.BinOp():
                self.binary(node)
            case ast.Compare():
                self.compare(node)
            case ast.BoolOp():
                *tested, last = node.values
                node.values = [*map(self.truth, tested), self.value(last)]
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self.truth(node.operand)
            case ast.IfExp():
                # Python evaluates the test first; sites are numbered in that order.
                node.test = self.truth(node.test)
                node.body, node.orelse = self.value(node.body), self.value(node.orelse)
            case ast.NamedExpr():
                node.value = self.points.store(self.value(node.value), node.target.id, node)
            case ast.Lambda():
                self.function_lambda(node)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.comprehension(node)
            case ast.JoinedStr():
                self.joined(node)
            case ast.FormattedValue():
                node.value = self.looked_into(node.value, "format")
                if node.format_spec is not None:
                    node.format_spec = self.value(node.format_spec)
            case ast.Dict():
                self.dictionary(node)
            case ast.Starred():
                node.value = self.looked_into(node.value, "unpack")
            case ast.Yield():
                self.children(node)
                if node.value is not None:
                    node.value = self.points.bare("hand_back", [node.value], node.value)
            case ast.YieldFrom():
                value = self.value(node.value) if isinstance(node.value, ast.Call) else self.looked_into(node.value, "iterate")
                node.value = self.points.bare("hand_each", [value], value)
            case _:
                self.children(node)
        return node

    def children(self, node: ast.expr) -> None:
        """Rewrites the parts of an expression that makes no point itself."""
        for name, field in ast.iter_fields(node):
            if isinstance(field, ast.expr):
                setattr(node, name, self.value(field))
            elif isinstance(field, list):
                field[:] = [self.value(item) if isinstance(item, ast.expr) else item for item in field]

    def truth(self, node: ast.expr) -> ast.expr:
        """The expression where only its truth counts: its leaves are looked into."""
        match node:
            case ast.BoolOp():
                node.values = [self.truth(value) for value in node.values]
                return node
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self.truth(node.operand)
                return node
            case _:
                return self.looked_into(node, "test")

    def looked_into(self, node: ast.expr, kind: str) -> ast.expr:
        """The expression with a point at which its contents are read, unless nobody else can hold them."""
        is_builtin = self.points.is_builtin
        is_quiet, holds = is_fresh(node, is_builtin), kind in DEEP and may_hold(node, is_builtin)
        value = self.value(node)
        if is_quiet:
            return self.points.hook("inside", [value], node, kind) if holds else value
        return self.points.hook("touch", [value], node, kind)

    def iterable(self, node: ast.expr) -> ast.expr:
        """What a ``for`` iterates over."""
        is_quiet = is_fresh(node, self.points.is_builtin)
        value = self.value(node)
        return value if is_quiet else self.points.hook("each", [value], node, "iterate")

    # -- attributes and items

    def attribute(self, node: ast.Attribute) -> ast.expr:
        is_quiet = node.attr in FIXED_ATTRIBUTES or is_super(node.value) or is_text(node.value) or self.points.module_of(node.value) is not None
        node.value = self.value(node.value)
        if not is_quiet:
            node.value = self.points.hook("at", [node.value], node, "read", self.points.mangled(node.attr))
        return node

    def subscript(self, node: ast.Subscript, kind: str, is_write: bool) -> ast.expr:
        points, base = self.points, node.value
        name = repr(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
        if not points.place.may_repeat or is_fresh(base, points.is_builtin) or self.is_generic(base):
            self.children(node)
        elif points.can_repeat(base, node.slice) and self.can_be_key(node.slice):
            node.slice = points.hook("key", [self.key(node.slice), repeated(base)], node, kind, name, is_write)
        elif points.place.may_hold and self.can_be_key(node.slice):
            node.value, held = points.hold(self.value(base))
            node.slice = points.hook("key", [self.key(node.slice), name_at(held, base)], node, kind, name, is_write)
        else:
            node.value = points.hook("touch", [self.value(base)], node, kind, name, is_write)
            node.slice = self.value(node.slice)
        return node

    def is_generic(self, base: ast.expr) -> bool:
        """Whether subscripting `base` can only make a type: ``list[int]``, or a class of this file."""
        return isinstance(base, ast.Name) and (self.points.is_builtin(base.id) or self.points.is_only_defined(base.id))

    def can_be_key(self, node: ast.expr) -> bool:
        """Whether the subscript can be handed over as a value: a slice needs the builtin ``slice``."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        return self.points.is_builtin("slice") or not any(isinstance(part, ast.Slice) for part in parts)

    def key(self, node: ast.expr) -> ast.expr:
        """The subscript as a value, ``a:b`` as ``slice(a, b, None)``."""
        match node:
            case ast.Slice(lower=lower, upper=upper, step=step):
                spot = located_at(node)
                bounds = [ast.Constant(None, **spot) if bound is None else self.value(bound) for bound in (lower, upper, step)]
                return ast.Call(name_at("slice", node), bounds, [], **spot)
            case ast.Tuple(elts=elements):
                node.elts = [self.key(element) for element in elements]
                return node
            case _:
                return self.value(node)

    def target(self, node: ast.expr) -> ast.expr:
        """What is assigned or deleted, with points right before; shared names are left to the statement."""
        is_delete = isinstance(getattr(node, "ctx", None), ast.Del)
        match node:
            case ast.Attribute():
                if is_super(node.value):
                    return node
                node.value = self.points.hook("at", [self.value(node.value)], node, "delete" if is_delete else "write", self.points.mangled(node.attr), True)
            case ast.Subscript():
                return self.subscript(node, "delitem" if is_delete else "setitem", True)
            case ast.Tuple() | ast.List():
                node.elts = [self.target(element) for element in node.elts]
            case ast.Starred():
                node.value = self.target(node.value)
        return node

    # -- operators

    def binary(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Mod) and is_text(node.left):
            node.left = self.value(node.left)
            if isinstance(node.right, ast.Tuple):
                node.right.elts = [self.value(e) if isinstance(e, ast.Starred) else self.looked_into(e, "format") for e in node.right.elts]
            else:
                node.right = self.looked_into(node.right, "format")
        elif isinstance(node.op, ast.Mult) and (is_number(node.left) or is_number(node.right)):
            node.left, node.right = self.looked_into(node.left, "operator"), self.looked_into(node.right, "operator")
        elif not joins_containers(node.op) or is_number(node.left) or is_number(node.right):
            node.left, node.right = self.value(node.left), self.value(node.right)
        else:
            node.left, node.right = self.operands(node.left, node.right, node, "operator")

    def compare(self, node: ast.Compare) -> None:
        left = node.left
        if len(node.ops) == 1 and not isinstance(node.ops[0], ast.Is | ast.IsNot):
            if not isinstance(node.ops[0], ast.In | ast.NotIn):
                node.left, node.comparators[0] = self.operands(left, node.comparators[0], node, "compare")
                return
            if not is_scalar(left, self.points.is_builtin) and not holds_scalars(node.comparators[0], self.points.is_builtin):
                node.left, node.comparators[0] = self.operands(left, node.comparators[0], node, "in")
                return
        node.left = self.value(left)
        for index, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            match op:
                case ast.Is() | ast.IsNot():
                    node.comparators[index] = self.value(right)
                case ast.In() | ast.NotIn():
                    node.comparators[index] = self.looked_into(right, "in")
                case _:
                    node.comparators[index] = self.chained(left, right, node)
            left = right

    def chained(self, left: ast.expr, right: ast.expr, where: ast.Compare) -> ast.expr:
        """The right side of one comparison in a chain, whose left side is on the stack: only a name can be shown again."""
        points = self.points
        if is_scalar(left, points.is_builtin) or is_scalar(right, points.is_builtin):
            return self.value(right)
        if isinstance(left, ast.Name) and points.can_repeat(left, right):
            return points.hook("pair", [self.value(right), name_at(left.id, left)], where, "compare")
        return self.looked_into(right, "compare")

    def operands(self, left: ast.expr, right: ast.expr, where: ast.expr, kind: str) -> tuple[ast.expr, ast.expr]:
        """Both sides of an operator that may read two containers."""
        points = self.points
        if is_bytes(left) or is_bytes(right):
            return self.looked_into(left, kind), self.looked_into(right, kind)
        if is_scalar(left, points.is_builtin) or is_scalar(right, points.is_builtin):
            return self.value(left), self.value(right)
        if is_fresh(left, points.is_builtin):
            if kind not in DEEP or not may_hold(left, points.is_builtin):
                return self.value(left), self.looked_into(right, kind)
            if not points.place.may_hold or not is_held_elsewhere(left):
                return self.looked_into(left, kind), self.looked_into(right, kind)
            first, held = points.hold(self.value(left))
            return first, points.hook("inside", [self.looked_into(right, kind)], where, kind, after=[name_at(held, left)])
        if points.can_repeat(left, right):
            return self.value(left), points.hook("pair", [self.value(right), repeated(left)], where, kind)
        if points.place.may_hold and isinstance(left, ast.Attribute | ast.Subscript | ast.Name):
            first, held = points.hold(self.value(left))
            return first, points.hook("pair", [self.value(right), name_at(held, left)], where, kind)
        # what a call gave back is not held: it would live longer than it should
        return self.looked_into(left, kind), self.looked_into(right, kind)

    # -- displays, text, inner scopes

    def dictionary(self, node: ast.Dict) -> None:
        for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            if key is None:
                node.values[index] = self.looked_into(value, "unpack")
            else:
                node.keys[index], node.values[index] = self.value(key), self.value(value)

    def joined(self, node: ast.JoinedStr) -> None:
        outer, self.points.pinned = self.points.pinned, self.points.pinned or node
        node.values = [self.value(part) for part in node.values]
        self.points.pinned = outer

    def arguments(self, args: ast.arguments) -> None:
        """Default values, which the enclosing scope evaluates."""
        args.defaults = [self.value(default) for default in args.defaults]
        args.kw_defaults = [None if default is None else self.value(default) for default in args.kw_defaults]

    def function_lambda(self, node: ast.Lambda) -> None:
        self.arguments(node.args)
        scope = self.points.scopes.by_node[node]
        may_hold = not self.is_in_iterable and not scope.shows_its_names
        with self.points.inside(Place(scope, self.points.qualified("<lambda>"), may_hold)):
            node.body = self.value(node.body)

    def comprehension(self, node: Comprehension) -> None:
        points = self.points
        first, *rest = node.generators
        with self.in_iterable(), points.without_temporaries():
            first.iter = self.value(first.iter) if first.is_async else self.iterable(first.iter)
        with points.inside(Place(points.scopes.by_node[node], points.place.function, False)):
            self.clauses(first)
            for generator in rest:
                with self.in_iterable():
                    generator.iter = self.value(generator.iter) if generator.is_async else self.iterable(generator.iter)
                self.clauses(generator)
            if isinstance(node, ast.DictComp):
                node.key, node.value = self.value(node.key), self.value(node.value)
            else:
                node.elt = self.value(node.elt)
                if isinstance(node, ast.GeneratorExp):
                    node.elt = points.bare("hand_back", [node.elt], node.elt)

    def clauses(self, generator: ast.comprehension) -> None:
        generator.target = self.target(generator.target)
        generator.ifs = [self.truth(test) for test in generator.ifs]

    @contextmanager
    def in_iterable(self) -> Iterator[None]:
        """No walrus is legal in a comprehension's iterable, not even in a lambda there (PEP 572)."""
        outer, self.is_in_iterable = self.is_in_iterable, True
        try:
            yield
        finally:
            self.is_in_iterable = outer


def is_super(node: ast.expr) -> bool:
    """Whether the expression is a call of ``super``, which must stay as written."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
