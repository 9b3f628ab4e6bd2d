"""Rewrites assignments, plain and augmented, each into statements that bind in Python's order."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from harness.instrument.expressions import Expressions, is_super
from harness.instrument.filters import is_scalar, is_text, joins_containers
from harness.instrument.points import Points, located_at, name_at, repeated


class Assignments:
    """`assign` and `augment` for the statements, `handed_over` for the targets of loops and ``with``."""

    def __init__(self, points: Points, expressions: Expressions) -> None:
        self.points = points
        self.expressions = expressions

    def emptied(self, statements: list[ast.stmt], where: ast.AST) -> list[ast.stmt]:
        """The statements, then one that empties the temporaries they used."""
        held = self.points.place.held
        if not held:
            return statements
        spot = located_at(where)
        if not self.points.place.may_hold:
            # Only an augmented assignment gets temporaries here, which it binds for certain; locals() must not show them afterwards.
            return [*statements, ast.Delete([ast.Name(name, ast.Del(), **spot) for name in held], **spot)]
        targets: list[ast.expr] = [ast.Name(name, ast.Store(), **spot) for name in held]
        return [*statements, ast.Assign(targets, ast.Constant(None, **spot), **spot)]

    def assign(self, node: ast.Assign) -> list[ast.stmt]:
        shared = self.shared_in(node.targets)
        is_unpacked = any(isinstance(target, ast.Tuple | ast.List) or _is_slice(target) for target in node.targets)
        node.value = self.expressions.looked_into(node.value, "unpack") if is_unpacked else self.expressions.value(node.value)
        if not shared:
            node.targets = [self.expressions.target(target) for target in node.targets]
            return [node]
        match node.targets:
            case [ast.Name(id=name)]:
                node.value = self.points.store(node.value, name, node)
                return [node]
        if not self.points.place.may_hold:
            before = self.points.before(shared, node)
            node.targets = [self.expressions.target(target) for target in node.targets]
            return [*before, node]
        held = self.points.fresh()
        made: list[ast.stmt] = [assign_to(ast.Name(held, ast.Store(), **located_at(node)), node.value, node)]
        for target in node.targets:
            made.extend(self.bind(target, name_at(held, node), node))
        return made

    def bind(self, target: ast.expr, value: ast.expr, where: ast.AST) -> list[ast.stmt]:
        """``target = value`` for a target that may hold shared names, in Python's order: unpack, then store from left to right."""
        match target:
            case ast.Name(id=name):
                return [assign_to(target, self.points.store(value, name, where), where)]
            case ast.Tuple(elts=elements) | ast.List(elts=elements) if self.shared_in(elements):
                after: list[ast.stmt] = []
                for index, element in enumerate(elements):
                    held = self.points.fresh()
                    inner = element.value if isinstance(element, ast.Starred) else element
                    after.extend(self.bind(inner, name_at(held, element), where))
                    if isinstance(element, ast.Starred):
                        element.value = _stored(held, element)
                    else:
                        elements[index] = _stored(held, element)
                return [assign_to(target, value, where), *after]
            case _:
                return [assign_to(self.expressions.target(target), value, where)]

    def shared_in(self, targets: Iterable[ast.expr]) -> list[str]:
        """Names bound by `targets` that other threads can see change."""
        return [name for target in targets for name in names_in(target) if self.points.sharing(name) is not None]

    def augment(self, node: ast.AugAssign) -> list[ast.stmt]:
        """``target op= value`` as a read, the operation in place, and a write, with a gap between the last two."""
        if self.points.place.scope.kind == "class":
            node.value = self.expressions.value(node.value)
            return [node]
        match node.target:
            case ast.Name() as name:
                return self.augment_name(node, name)
            case ast.Attribute() as attribute if not is_super(attribute.value):
                return self.augment_attribute(node, attribute)
            case ast.Subscript() as subscript if self.expressions.can_be_key(subscript.slice):
                return self.augment_item(node, subscript)
            case _:
                node.value = self.expressions.value(node.value)
                return [node]

    def augment_name(self, node: ast.AugAssign, name: ast.Name) -> list[ast.stmt]:
        points = self.points
        if points.sharing(name.id) is None:
            if points.can_repeat(name_at(name.id, name), node.value):
                node.value = self.operand(node, name.id)
            else:
                node.value = self.expressions.value(node.value)
            return [node]
        result = points.fresh()
        read = assign_to(_stored(result, node), points.load(name_at(name.id, name)), node)
        change = ast.AugAssign(_stored(result, node), node.op, self.operand(node, result), **located_at(node))
        write = assign_to(name, points.store(name_at(result, node), name.id, node), node)
        return [read, change, write]

    def augment_attribute(self, node: ast.AugAssign, target: ast.Attribute) -> list[ast.stmt]:
        points, name, owner = self.points, self.points.mangled(target.attr), target.value
        made: list[ast.stmt] = []
        base = self.kept(owner, made, node)
        result = points.fresh()
        source = ast.Attribute(points.hook("at", [name_at(base, owner)], target, "read", name), target.attr, ast.Load(), **located_at(target))
        made.append(assign_to(_stored(result, node), source, node))
        made.append(ast.AugAssign(_stored(result, node), node.op, self.operand(node, result), **located_at(node)))
        target.value = points.hook("at", [name_at(base, owner)], target, "write", name, True)
        made.append(assign_to(target, name_at(result, node), node))
        return made

    def augment_item(self, node: ast.AugAssign, target: ast.Subscript) -> list[ast.stmt]:
        points, owner, index = self.points, target.value, target.slice
        made: list[ast.stmt] = []
        base = self.kept(owner, made, node)
        first: ast.expr
        again: ast.expr
        if isinstance(index, ast.Constant):
            name, first, again = repr(index.value), index, repeated(index)
        else:
            # A walrus keeps Python's order: the base is loaded before the key is evaluated, and may be unbound.
            name, held = "", points.fresh()
            first = ast.NamedExpr(_stored(held, index), self.expressions.key(index), **located_at(index))
            again = name_at(held, index)
        result = points.fresh()
        read = points.hook("key", [first, name_at(base, owner)], target, "getitem", name)
        made.append(assign_to(_stored(result, node), ast.Subscript(name_at(base, owner), read, ast.Load(), **located_at(target)), node))
        made.append(ast.AugAssign(_stored(result, node), node.op, self.operand(node, result), **located_at(node)))
        target.value = name_at(base, owner)
        target.slice = points.hook("key", [again, name_at(base, owner)], target, "setitem", name, True)
        made.append(assign_to(target, name_at(result, node), node))
        return made

    def kept(self, base: ast.expr, made: list[ast.stmt], node: ast.AugAssign) -> str:
        """The name under which `base`, evaluated once, can be used three times."""
        if isinstance(base, ast.Name) and self.points.can_repeat(base, node.value, node.target):
            return base.id
        held = self.points.fresh()
        made.append(assign_to(_stored(held, node), self.expressions.value(base), node))
        return held

    def operand(self, node: ast.AugAssign, left: str) -> ast.expr:
        """The right side, with the point at which the left side changes in place."""
        # a list is repeated in place by a number, and takes in the letters of a text
        is_simple = is_scalar(node.value, self.points.is_builtin) and not isinstance(node.op, ast.Mult) and not is_text(node.value)
        is_quiet = is_simple or not joins_containers(node.op)
        value = self.expressions.value(node.value)
        return value if is_quiet else self.points.hook("pair", [value, name_at(left, node)], node, "inplace", type(node.op).__name__, is_write=True)

    def handed_over(self, target: ast.expr, shared: list[str], where: ast.stmt) -> tuple[ast.expr, list[ast.stmt]]:
        """A target for a compound statement, and the statements at the top of its body that bind what it held."""
        if not self.points.place.may_hold:
            return self.expressions.target(target), self.points.before(shared, where)
        self.points.place.held.clear()
        held = self.points.fresh()
        # The name is emptied at once: the loop or with statement would keep its value alive through the whole body.
        return ast.Name(held, ast.Store(), **located_at(target)), self.emptied(self.bind(target, name_at(held, target), target), target)


def _is_slice(target: ast.expr) -> bool:
    """Whether assigning to it takes the elements out of what is assigned."""
    return isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice)


def assign_to(target: ast.expr, value: ast.expr, where: ast.AST) -> ast.Assign:
    return ast.Assign([target], value, **located_at(where))


def _stored(name: str, where: ast.AST) -> ast.Name:
    return ast.Name(name, ast.Store(), **located_at(where))


def names_in(target: ast.expr) -> list[str]:
    """Names that an assignment target binds, from left to right."""
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Starred(value=value):
            return names_in(value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [name for element in elements for name in names_in(element)]
        case _:
            return []
