"""Rewrites calls: the callee is shown to the runtime last of all, between the arguments and the call itself."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import Protocol

from harness.instrument.filters import (
    KEYED_MODULES,
    KEYED_READERS,
    NATIVE_CALLEES,
    QUIET_CALLS,
    REFLECTIVE,
    STEPPING,
    is_exception_name,
    is_fresh,
    is_held_elsewhere,
    is_quiet_function,
    is_text,
    may_hold,
    runs_over,
)
from harness.instrument.points import Points, located_at, name_at, repeated


class ExpressionRewriter(Protocol):
    """What rewriting a call needs of `harness.instrument.expressions.Expressions`."""

    points: Points

    def value(self, node: ast.expr) -> ast.expr: ...
    def looked_into(self, node: ast.expr, kind: str) -> ast.expr: ...


def rewrite_call(rewriter: ExpressionRewriter, node: ast.Call) -> ast.expr:
    """The call with its points.

    ``obj.name(a, b)`` becomes ``at(obj).name(a, method(b, obj, site, a))``, ``f(a)`` becomes ``f(call(a, f, site))``;
    a call without arguments has nothing to hang the point on, so the point comes right before.
    """
    points = rewriter.points
    match node:
        case ast.Call(func=ast.Name(id="globals"), args=[], keywords=[]) if points.is_builtin("globals"):
            return ast.BoolOp(ast.Or(), [points.hook("load", [], node, "namespace"), node], **located_at(node))
    if _is_quiet(node.func, points) and not _shows_attributes(node, points):
        runs = isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec") and points.is_builtin(node.func.id)
        _rewrite_arguments(rewriter, node, _Point("call", repeated(node.func), ast.unparse(node.func)) if runs else None)
        node.func = rewriter.value(node.func)
    elif isinstance(node.func, ast.Attribute) and points.module_of(node.func.value) is None:
        _rewrite_method(rewriter, node, node.func)
    else:
        _rewrite_function(rewriter, node)
    return node


def _is_quiet(callee: ast.expr, points: Points) -> bool:
    """Whether the call itself needs no point."""
    match callee:
        case ast.Name(id=name):
            if name in NATIVE_CALLEES:
                return True
            if points.is_builtin(name):
                return name in QUIET_CALLS or is_exception_name(name)
            binding = points.imported_as(name)
            module, _, function = binding.origin.rpartition(".") if binding is not None and binding.how == "from" else ("", "", "")
            return is_quiet_function(module, function)
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return True
        case ast.Attribute(value=value, attr=attr):
            return is_quiet_function(points.module_of(value) or "", attr)
        case _:
            return False


def _shows_attributes(node: ast.Call, points: Points) -> bool:
    """Whether the call is ``vars(obj)`` or ``dir(obj)``: only without an argument do they look at the frame they are called in."""
    return isinstance(node.func, ast.Name) and node.func.id in ("vars", "dir") and points.is_builtin(node.func.id) and len(node.args) == 1


def _rewrite_method(rewriter: ExpressionRewriter, node: ast.Call, callee: ast.Attribute) -> None:
    points, base = rewriter.points, callee.value
    name = points.mangled(callee.attr)
    is_made_here = isinstance(base, ast.Call) or is_fresh(base, points.is_builtin)
    if not node.args and not node.keywords:
        callee.value = rewriter.value(base)
        if not is_text(base):
            callee.value = points.hook("method0", [callee.value], node, "method0", name)
        return
    shown: ast.expr
    if points.can_repeat(base, *_arguments(node)):
        shown = repeated(base)
        callee.value = rewriter.value(base)
    elif points.place.may_hold:
        callee.value, held = points.hold(rewriter.value(base))
        shown = name_at(held, base)
    else:
        callee.value = points.hook("method0", [rewriter.value(base)], node, "method0", name)
        _rewrite_arguments(rewriter, node)
        return
    if not is_made_here:
        callee.value = points.hook("at", [callee.value], callee, "lookup", name)
    _rewrite_arguments(rewriter, node, _Point("reflect" if name in REFLECTIVE else "method", shown, name))


def _rewrite_function(rewriter: ExpressionRewriter, node: ast.Call) -> None:
    points, callee = rewriter.points, node.func
    name = ast.unparse(callee) if points.module_of(callee) or isinstance(callee, ast.Name | ast.Attribute) else ""
    is_module_function = isinstance(callee, ast.Attribute)
    if not node.args and not node.keywords:
        if not (isinstance(callee, ast.Name) and points.is_builtin(callee.id)):
            node.func = points.hook("call0", [rewriter.value(callee)], node, "call0", name)
        return
    shown: ast.expr
    if is_module_function and points.place.may_repeat:
        shown = _copy_of_dotted(callee)
    elif points.can_repeat(callee, *_arguments(node)):
        shown = repeated(callee)
        node.func = rewriter.value(callee)
    elif points.place.may_hold:
        node.func, held = points.hold(rewriter.value(callee))
        shown = name_at(held, callee)
    else:
        node.func = points.hook("call0", [rewriter.value(callee)], node, "call0", name)
        _rewrite_arguments(rewriter, node)
        return
    _rewrite_arguments(rewriter, node, _Point("call", shown, name))


@dataclass(frozen=True, slots=True)
class _Point:
    """The point of a call: which hook, what it is shown besides the arguments, and the site's name."""

    hook: str
    shown: ast.expr
    name: str


def _rewrite_arguments(rewriter: ExpressionRewriter, node: ast.Call, point: _Point | None = None) -> None:
    """Arguments in order of evaluation, positional first; the last one carries the point."""
    others: list[ast.expr | None] = []
    last = node.keywords[-1] if node.keywords else node.args[-1] if node.args else None
    takes_two = len(node.args) == 2 and point is not None and point.name.rpartition(".")[2] == "reduce"
    taken = "reduce" if takes_two else ""
    run_over = node.args[1] if _calls_between_steps(node, rewriter.points) else None
    is_quiet = run_over is not None and is_fresh(run_over, rewriter.points.is_builtin)
    called: list[ast.expr] = []
    for index, argument in enumerate(node.args):
        if run_over is not None and index == 0:
            node.args[0], called = _called_between(rewriter, argument, node)
            others.append(None)
        elif argument is run_over and argument is not last:
            node.args[index], other = _shown_again(rewriter, argument, node)
            if not is_quiet:
                node.args[index] = rewriter.points.hook("each", [node.args[index]], argument, "iterate", after=called)
            others.append(other)
        elif argument is last:
            if isinstance(argument, ast.Starred):
                argument.value = _with_point(rewriter, rewriter.looked_into(argument.value, "unpack"), node, point, others)
            else:
                value = rewriter.value(argument)
                if argument is run_over and not is_quiet:
                    value = rewriter.points.hook("each", [value], argument, "iterate", taken, after=called)
                node.args[index] = _with_point(rewriter, value, node, point, others)
        elif point is None:
            node.args[index] = rewriter.value(argument)
        else:
            node.args[index], other = _shown_again(rewriter, argument, node)
            others.append(other)
    for keyword in node.keywords:
        value = rewriter.looked_into(keyword.value, "unpack") if keyword.arg is None else rewriter.value(keyword.value)
        if keyword.arg == "key" and point is not None and _goes_on_after_key(node.func, rewriter.points):
            handed = [other for other in (point.shown if point.hook == "method" else None, *others) if other is not None]
            name = point.name.rpartition(".")[2]
            again = [copy.deepcopy(other) for other in handed]
            value = rewriter.points.hook("goes_on", [value], node, "goes on", name, is_write=name not in KEYED_READERS, after=again)
        keyword.value = _with_point(rewriter, value, node, point, others) if keyword is last else value


def _with_point(rewriter: ExpressionRewriter, value: ast.expr, node: ast.Call, point: _Point | None, others: list[ast.expr | None]) -> ast.expr:
    if point is None:
        return value
    while others and others[-1] is None:
        others.pop()
    after = [ast.Constant(None, **located_at(node)) if other is None else other for other in others]
    return rewriter.points.hook(point.hook, [value, point.shown], node, point.hook, point.name, after=after)


def _shown_again(rewriter: ExpressionRewriter, argument: ast.expr, node: ast.Call) -> tuple[ast.expr, ast.expr | None]:
    """An argument before the last, and how to name its value again at the point (None where that is not known)."""
    points = rewriter.points
    if points.can_repeat(argument, *_arguments(node)):
        again = repeated(argument)
        return rewriter.value(argument), again
    is_kept = is_held_elsewhere(argument) and may_hold(argument, points.is_builtin)
    if points.place.may_hold and (is_kept or runs_over(argument, points.is_builtin)):
        first, held = points.hold(rewriter.value(argument))
        return first, name_at(held, argument)
    return rewriter.value(argument), None


def _calls_between_steps(node: ast.Call, points: Points) -> bool:
    """Whether the call runs over its second argument and calls its first between the steps: each step is a point, unless that is made in C."""
    match node:
        case ast.Call(func=ast.Name(id="map" | "filter" as name), args=[function, _, *_]) if points.is_builtin(name):
            pass
        case ast.Call(func=callee, args=[function, _, *_]):
            binding = points.imported_as(callee.id) if isinstance(callee, ast.Name) else None
            module = points.module_of(callee.value) if isinstance(callee, ast.Attribute) else None
            origin = f"{module}.{callee.attr}" if isinstance(callee, ast.Attribute) else binding.origin if binding is not None else ""
            if origin not in STEPPING:
                return False
        case _:
            return False
    is_builtin = isinstance(function, ast.Constant) or (isinstance(function, ast.Name) and points.is_builtin(function.id))
    return not is_builtin and not any(isinstance(argument, ast.Starred) for argument in node.args[:2])


def _called_between(rewriter: ExpressionRewriter, function: ast.expr, node: ast.Call) -> tuple[ast.expr, list[ast.expr]]:
    """The function that is called between the steps, so that it tells when it is done, and how to name it once more for who asks whether it is
    the program's: nothing where it certainly is."""
    points = rewriter.points
    value = rewriter.value(function)
    if isinstance(function, ast.Lambda) or (isinstance(function, ast.Name) and points.is_only_defined(function.id)):
        again = []
    elif points.can_repeat(function, *_arguments(node)):
        again = [repeated(function)]
    elif points.place.may_hold:
        value, held = points.hold(value)
        again = [name_at(held, function)]
    else:
        again = [ast.Constant(None, **located_at(function))]
    return points.bare("hands_back", [value], function), again


def _goes_on_after_key(callee: ast.expr, points: Points) -> bool:
    """Whether the call is one of those that come back to the container after each call of their ``key``: others may have run meanwhile."""
    match callee:
        case ast.Name(id=name):
            binding = points.imported_as(name)
            origin = binding.origin.rpartition(".")[0] if binding is not None and binding.how == "from" else ""
            return (name in KEYED_READERS and points.is_builtin(name)) or origin in KEYED_MODULES
        case ast.Attribute(value=value, attr=attr):
            return points.module_of(value) in KEYED_MODULES or (attr == "sort" and points.module_of(value) is None)
        case _:
            return False


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _copy_of_dotted(node: ast.expr) -> ast.expr:
    """``module.function`` once more, as it stands."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            return ast.Attribute(_copy_of_dotted(value), attr, ast.Load(), **located_at(node))
        case _:
            return repeated(node)
