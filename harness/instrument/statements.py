"""Rewrites statements: loops, handlers, definitions, each into one or more statements on its lines."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from harness.instrument.assignments import Assignments, assign_to, names_in
from harness.instrument.expressions import Expressions
from harness.instrument.filters import CALLED_BETWEEN, KEEP_RESULTS, may_catch_unwind
from harness.instrument.looptests import names_that_end, only_waits
from harness.instrument.points import Place, Points, located_at, name_at
from harness.instrument.scopes import Function


class Statements:
    """`body` for a list of statements; each yields itself, changed in place, among what it needs before and after."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.expressions = Expressions(points)
        self.assignments = Assignments(points, self.expressions)

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
                return self.assignments.emptied(self.assignments.assign(node), node)
            case ast.AugAssign():
                return self.assignments.emptied(self.assignments.augment(node), node)
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
                return self.assignments.emptied([*before, node], node)
            case ast.Return():
                node.value = None if node.value is None else value(node.value)
                if node.value is not None and self.points.place.function.rpartition(".")[2] in CALLED_BETWEEN:
                    node.value = self.points.bare("hand_back", [node.value], node.value)
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
        return self.assignments.emptied([node], node)

    def compound(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement that holds others."""
        match node:
            case ast.If():
                node.test = self.expressions.truth(node.test)
                node.body, node.orelse = self.body(node.body), self.body(node.orelse)
            case ast.While():
                tests = () if only_waits(node) else names_that_end(node)
                node.test = self.expressions.truth(node.test)
                point = ast.Expr(self.points.hook("loop", [], node, "while", tests=tests), **located_at(node))
                node.body, node.orelse = [point, *self.body(node.body)], self.body(node.orelse)
            case ast.For():
                self.loop_over(node)
            case ast.AsyncFor():
                node.iter, node.target = self.expressions.value(node.iter), self.expressions.target(node.target)
                bound = self.points.before(names_in(node.target), node)
                node.body, node.orelse = [*bound, *self.body(node.body)], self.body(node.orelse)
            case ast.With() | ast.AsyncWith():
                self.enter(node)
            case ast.Try():
                self.attempt(node)
            case ast.Match():
                self.match(node)
                return self.assignments.emptied([node], node)
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

    # -- loops, with, try, match

    def loop_over(self, node: ast.For) -> None:
        points = self.points
        node.iter = self.expressions.iterable(node.iter)
        bound: list[ast.stmt] = []
        if shared := self.assignments.shared_in([node.target]):
            node.target, bound = self.assignments.handed_over(node.target, shared, node)
        else:
            node.target = self.expressions.target(node.target)
        point = ast.Expr(points.hook("loop", [], node, "for"), **located_at(node))
        node.body, node.orelse = [point, *bound, *self.body(node.body)], self.body(node.orelse)

    def enter(self, node: ast.With | ast.AsyncWith) -> None:
        for index, item in enumerate(node.items):
            item.context_expr = self.expressions.value(item.context_expr)
            if isinstance(node, ast.With):  # no point is made of it, but a real lock is refused
                item.context_expr = self.points.hook("touch", [item.context_expr], item.context_expr, "with")
            if item.optional_vars is None:
                continue
            shared = self.assignments.shared_in([item.optional_vars])
            if not shared:
                item.optional_vars = self.expressions.target(item.optional_vars)
                continue
            later = node.items[index + 1 :]
            del node.items[index + 1 :]
            item.optional_vars, bound = self.assignments.handed_over(item.optional_vars, shared, node)
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
        reading = [[part for part in ast.walk(case.pattern) if isinstance(part, ast.MatchClass)] for case in node.cases]
        before: dict[int, ast.match_case] = {}
        if any(reading) and self.points.place.may_hold:
            self.points.place.held.clear()
            node.subject, held = self.points.hold(node.subject)
            for index, (case, classes) in enumerate(zip(node.cases, reading, strict=True)):
                if any(each.kwd_attrs or each.patterns for each in classes):
                    names = [ast.Constant(self.points.mangled(name), **located_at(node)) for each in classes for name in each.kwd_attrs]
                    by_position = "*" if any(each.patterns for each in classes) else ""
                    guard = self.points.hook("fields", [name_at(held, node)], node, "match", by_position, after=names)
                    # 3.11 and later allow a pattern that takes everything anywhere, if it has a guard
                    before[index] = ast.match_case(ast.copy_location(ast.MatchAs(), case.pattern), guard, [ast.Pass(**located_at(node))])
        kept = self.points.place.held[:1] if before else []
        for case in node.cases:
            self.points.place.held[:] = kept  # guards must not take it
            if case.guard is not None:
                case.guard = self.expressions.truth(case.guard)
            captured = [name for part in ast.walk(case.pattern) for name in _captured_by(part)]
            emptied = self.assignments.emptied([], case.body[0])[: len(kept)]
            case.body = [*emptied, *self.points.before(captured, case.body[0]), *self.body(case.body)]
        self.points.place.held[:] = kept
        node.cases = [each for index, case in enumerate(node.cases) for each in (*([before[index]] if index in before else ()), case)]

    # -- definitions

    def function(self, node: Function) -> None:
        is_computed_once = any(self.keeps_result(decorator) for decorator in node.decorator_list)
        node.decorator_list = [self.decorator(decorator) for decorator in node.decorator_list]
        self.expressions.arguments(node.args)
        scope = self.points.scopes.by_node[node]
        with self.points.inside(Place(scope, self.points.qualified(node.name), not scope.shows_its_names)):
            docstring = [node.body[0]] if ast.get_docstring(node, clean=False) is not None else []
            body = self.body(node.body[len(docstring) :])
            if node.name == "__del__" and body:
                body = self.muted(body)
            if is_computed_once:
                body = [ast.Expr(self.points.hook("load", [], node.body[0], "computed", node.name), **located_at(node.body[0])), *body]
            node.body = [*docstring, *body]

    def keeps_result(self, decorator: ast.expr) -> bool:
        """Whether a decorator keeps the function's result for the next call: two threads may find it missing and both compute it."""
        match decorator:
            case ast.Call(func=callee):
                return self.keeps_result(callee)
            case ast.Attribute(value=value, attr=attr):
                return attr in KEEP_RESULTS and self.points.module_of(value) == "functools"
            case ast.Name(id=name):
                binding = self.points.imported_as(name)
                return binding is not None and binding.how == "from" and binding.origin in {f"functools.{kept}" for kept in KEEP_RESULTS}
            case _:
                return False

    def muted(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """The body of a finaliser, which the collector may run anywhere: no points inside."""
        first = body[0]
        spot = located_at(first)
        begin = assign_to(ast.Name("_h_muted_", ast.Store(), **spot), self.points.bare("mute", [], first), first)
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


def _captured_by(pattern: ast.AST) -> list[str]:
    match pattern:
        case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
            return [name]
        case _:
            return []
