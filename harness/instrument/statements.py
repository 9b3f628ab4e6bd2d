"""Rewrites statements: assignments, loops, handlers and definitions, each into one or more statements on its lines."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from harness.instrument.expressions import Expressions, is_super
from harness.instrument.filters import is_scalar, joins_containers, may_catch_unwind
from harness.instrument.looptests import names_that_end
from harness.instrument.points import Place, Points, located_at, name_at, repeated
from harness.instrument.scopes import Function


class Statements:
    """`body` for a list of statements; each yields itself, changed in place, among what it needs before and after."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.expressions = Expressions(points)

    def body(self, statements: Iterable[ast.stmt]) -> list[ast.stmt]:
        """The statements with their points."""
        made: list[ast.stmt] = []
        for statement in statements:
            self.points.place.held.clear()
            made.extend(self.statement(statement))
        return made

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """One statement; temporaries that a simple statement used are emptied after it, so that nothing lives longer."""
        value = self.expressions.value
        match node:
            case ast.Assign():
                return self.emptied(self.assign(node), node)
            case ast.AugAssign():
                return self.emptied(self.augment(node), node)
            case ast.AnnAssign():
                if node.value is not None:
                    node.value = value(node.value)
                    if isinstance(node.target, ast.Name):
                        node.value = self.points.store(node.value, node.target.id, node)
                    elif isinstance(target := self.expressions.target(node.target), ast.Attribute | ast.Subscript):
                        node.target = target
            case ast.Expr():
                node.value = value(node.value)
            case ast.Delete():
                before = self.points.before([target.id for target in node.targets if isinstance(target, ast.Name)], node)
                node.targets = [self.expressions.target(target) for target in node.targets]
                return self.emptied([*before, node], node)
            case ast.Return():
                node.value = None if node.value is None else value(node.value)
                return [node]
            case ast.Raise():
                node.exc = None if node.exc is None else value(node.exc)
                node.cause = None if node.cause is None else value(node.cause)
                return [node]
            case ast.Assert():
                node.test = self.expressions.truth(node.test)
                node.msg = None if node.msg is None else value(node.msg)
            case ast.Import() | ast.ImportFrom():
                names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
                return [*self.points.before(names, node), node]
            case _:
                return self.compound(node)
        return self.emptied([node], node)

    def compound(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement that holds others."""
        match node:
            case ast.If():
                node.test = self.expressions.truth(node.test)
                node.body, node.orelse = self.body(node.body), self.body(node.orelse)
            case ast.While():
                tests = names_that_end(node)
                node.test = self.expressions.truth(node.test)
                point = ast.Expr(self.points.hook("loop", [], node, "while", tests=tests), **located_at(node))
                node.body, node.orelse = [point, *self.body(node.body)], self.body(node.orelse)
            case ast.For():
                self.loop_over(node)
            case ast.AsyncFor():
                node.iter, node.target = self.expressions.value(node.iter), self.expressions.target(node.target)
                bound = self.points.before(_names_in(node.target), node)
                node.body, node.orelse = [*bound, *self.body(node.body)], self.body(node.orelse)
            case ast.With() | ast.AsyncWith():
                self.enter(node)
            case ast.Try():
                self.attempt(node)
            case ast.Match():
                self.match(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                before = self.points.before([node.name], node)
                self.function(node)
                return [*before, node]
            case ast.ClassDef():
                before = self.points.before([node.name], node)
                self.class_(node)
                return [*before, node]
            case _:
                if node.__class__.__name__ == "TryStar":
                    # An Unwind is no member of a group, so except* can never take it.
                    self.attempt(node, guarded=False)
        return [node]

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

    # -- assignments

    def assign(self, node: ast.Assign) -> list[ast.stmt]:
        shared = self.shared_in(node.targets)
        is_unpacked = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
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
        made: list[ast.stmt] = [_assign(ast.Name(held, ast.Store(), **located_at(node)), node.value, node)]
        for target in node.targets:
            made.extend(self.bind(target, name_at(held, node), node))
        return made

    def bind(self, target: ast.expr, value: ast.expr, where: ast.AST) -> list[ast.stmt]:
        """``target = value`` for a target that may hold shared names, in Python's order: unpack, then store from left to right."""
        match target:
            case ast.Name(id=name):
                return [_assign(target, self.points.store(value, name, where), where)]
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
                return [_assign(target, value, where), *after]
            case _:
                return [_assign(self.expressions.target(target), value, where)]

    def shared_in(self, targets: Iterable[ast.expr]) -> list[str]:
        """Names bound by `targets` that other threads can see change."""
        return [name for target in targets for name in _names_in(target) if self.points.sharing(name) is not None]

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
        read = _assign(_stored(result, node), points.load(name_at(name.id, name)), node)
        change = ast.AugAssign(_stored(result, node), node.op, self.operand(node, result), **located_at(node))
        write = _assign(name, points.store(name_at(result, node), name.id, node), node)
        return [read, change, write]

    def augment_attribute(self, node: ast.AugAssign, target: ast.Attribute) -> list[ast.stmt]:
        points, name, owner = self.points, self.points.mangled(target.attr), target.value
        made: list[ast.stmt] = []
        base = self.kept(owner, made, node)
        result = points.fresh()
        source = ast.Attribute(points.hook("at", [name_at(base, owner)], target, "read", name), target.attr, ast.Load(), **located_at(target))
        made.append(_assign(_stored(result, node), source, node))
        made.append(ast.AugAssign(_stored(result, node), node.op, self.operand(node, result), **located_at(node)))
        target.value = points.hook("at", [name_at(base, owner)], target, "write", name, True)
        made.append(_assign(target, name_at(result, node), node))
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
        made.append(_assign(_stored(result, node), ast.Subscript(name_at(base, owner), read, ast.Load(), **located_at(target)), node))
        made.append(ast.AugAssign(_stored(result, node), node.op, self.operand(node, result), **located_at(node)))
        target.value = name_at(base, owner)
        target.slice = points.hook("key", [again, name_at(base, owner)], target, "setitem", name, True)
        made.append(_assign(target, name_at(result, node), node))
        return made

    def kept(self, base: ast.expr, made: list[ast.stmt], node: ast.AugAssign) -> str:
        """The name under which `base`, evaluated once, can be used three times."""
        if isinstance(base, ast.Name) and self.points.can_repeat(base, node.value, node.target):
            return base.id
        held = self.points.fresh()
        made.append(_assign(_stored(held, node), self.expressions.value(base), node))
        return held

    def operand(self, node: ast.AugAssign, left: str) -> ast.expr:
        """The right side, with the point at which the left side changes in place."""
        is_quiet = is_scalar(node.value, self.points.is_builtin) or not joins_containers(node.op)
        value = self.expressions.value(node.value)
        return value if is_quiet else self.points.hook("pair", [value, name_at(left, node)], node, "inplace", is_write=True)

    # -- loops, with, try, match

    def loop_over(self, node: ast.For) -> None:
        points = self.points
        node.iter = self.expressions.iterable(node.iter)
        bound: list[ast.stmt] = []
        if shared := self.shared_in([node.target]):
            node.target, bound = self.handed_over(node.target, shared, node)
        else:
            node.target = self.expressions.target(node.target)
        point = ast.Expr(points.hook("loop", [], node, "for"), **located_at(node))
        node.body, node.orelse = [point, *bound, *self.body(node.body)], self.body(node.orelse)

    def handed_over(self, target: ast.expr, shared: list[str], where: ast.stmt) -> tuple[ast.expr, list[ast.stmt]]:
        """A target for a compound statement, and the statements at the top of its body that bind what it held."""
        if not self.points.place.may_hold:
            return self.expressions.target(target), self.points.before(shared, where)
        self.points.place.held.clear()
        held = self.points.fresh()
        # The name is emptied at once: the loop or with statement would keep its value alive through the whole body.
        return ast.Name(held, ast.Store(), **located_at(target)), self.emptied(self.bind(target, name_at(held, target), target), target)

    def enter(self, node: ast.With | ast.AsyncWith) -> None:
        for index, item in enumerate(node.items):
            item.context_expr = self.expressions.value(item.context_expr)
            if item.optional_vars is None:
                continue
            shared = self.shared_in([item.optional_vars])
            if not shared:
                item.optional_vars = self.expressions.target(item.optional_vars)
                continue
            later = node.items[index + 1 :]
            del node.items[index + 1 :]
            item.optional_vars, bound = self.handed_over(item.optional_vars, shared, node)
            if later:
                inner = type(node)(later, node.body, **located_at(node))
                self.points.place.held.clear()
                self.enter(inner)
                node.body = [*bound, inner]
            else:
                node.body = [*bound, *self.body(node.body)]
            return
        node.body = self.body(node.body)

    def attempt(self, node: ast.stmt, guarded: bool = True) -> None:
        """A ``try`` statement; handlers that could take an Unwind hand it on first."""
        handlers: list[ast.ExceptHandler] = getattr(node, "handlers")  # noqa: B009 - Try or TryStar
        setattr(node, "body", self.body(getattr(node, "body")))  # noqa: B009, B010
        for handler in handlers:
            self.points.place.held.clear()
            top: list[ast.stmt] = []
            if guarded and may_catch_unwind(handler.type):
                first = handler.body[0]
                top.append(ast.Expr(self.points.bare("let_through", [], first), **located_at(first)))
            if handler.name is not None:
                top.extend(self.points.before([handler.name], handler.body[0]))
            if handler.type is not None:
                handler.type = self.expressions.value(handler.type)
            handler.body = [*top, *self.body(handler.body)]
        for name in ("orelse", "finalbody"):
            setattr(node, name, self.body(getattr(node, name)))

    def match(self, node: ast.Match) -> None:
        """Patterns stay as they are: ``case State.EMPTY`` is no expression to be called."""
        reads_contents = any(isinstance(part, ast.MatchSequence | ast.MatchMapping) for case in node.cases for part in ast.walk(case.pattern))
        node.subject = self.expressions.looked_into(node.subject, "unpack") if reads_contents else self.expressions.value(node.subject)
        for case in node.cases:
            self.points.place.held.clear()
            if case.guard is not None:
                case.guard = self.expressions.truth(case.guard)
            captured = [name for part in ast.walk(case.pattern) for name in _captured_by(part)]
            case.body = [*self.points.before(captured, case.body[0]), *self.body(case.body)]

    # -- definitions

    def function(self, node: Function) -> None:
        node.decorator_list = [self.decorator(decorator) for decorator in node.decorator_list]
        self.expressions.arguments(node.args)
        scope = self.points.scopes.by_node[node]
        with self.points.inside(Place(scope, self.points.qualified(node.name), not scope.shows_its_names)):
            docstring = [node.body[0]] if ast.get_docstring(node, clean=False) is not None else []
            body = self.body(node.body[len(docstring) :])
            if node.name == "__del__" and body:
                body = self.muted(body)
            node.body = [*docstring, *body]

    def muted(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The body of a finaliser, which the collector may run anywhere: no points inside."""
        first = body[0]
        spot = located_at(first)
        begin = _assign(ast.Name("_h_muted_", ast.Store(), **spot), self.points.bare("mute", [], first), first)
        end = ast.Expr(self.points.bare("unmute", [name_at("_h_muted_", first)], first), **spot)
        return [begin, ast.Try(body, [], [], [end], **spot)]

    def class_(self, node: ast.ClassDef) -> None:
        points = self.points
        node.decorator_list = [self.decorator(decorator) for decorator in node.decorator_list]
        if not getattr(node, "type_params", []):
            # In a generic class the bases stand in a scope of their own, where no walrus is legal.
            node.bases = [self.expressions.value(base) for base in node.bases]
            for keyword in node.keywords:
                keyword.value = self.expressions.value(keyword.value)
        scope = points.scopes.by_node[node]
        with points.inside(Place(scope, points.qualified(node.name), False)):
            node.body = self.body(node.body)

    def decorator(self, node: ast.expr) -> ast.expr:
        """A decorator; the call it may be is no point, since definitions are executed by one thread."""
        if not isinstance(node, ast.Call):
            return self.expressions.value(node)
        node.func = self.expressions.value(node.func)
        node.args = [self.expressions.value(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self.expressions.value(keyword.value)
        return node


def _assign(target: ast.expr, value: ast.expr, where: ast.AST) -> ast.Assign:
    return ast.Assign([target], value, **located_at(where))


def _stored(name: str, where: ast.AST) -> ast.Name:
    return ast.Name(name, ast.Store(), **located_at(where))


def _names_in(target: ast.expr) -> list[str]:
    """Names that an assignment target binds, from left to right."""
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Starred(value=value):
            return _names_in(value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return [name for element in elements for name in _names_in(element)]
        case _:
            return []


def _captured_by(pattern: ast.AST) -> list[str]:
    match pattern:
        case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
            return [name]
        case _:
            return []
