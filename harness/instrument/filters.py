"""What needs no point: expressions that no other thread can change, calls that read nothing shared."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

NATIVE_CALLEES = frozenset({"super", "locals", "vars", "dir", "eval", "exec", "globals", "breakpoint", "__import__"})
"""Builtins that look at the frame or the name they are called by: their calls stay as written."""

SCALAR_CALLS = frozenset(
    """abs all any ascii bool bytes callable chr complex divmod float format hasattr hash hex id input
    int isinstance issubclass len oct ord print repr round str""".split()
)
"""Builtins whose result is no container that another thread could change."""

FRESH_CALLS = SCALAR_CALLS | frozenset("bytearray dict enumerate filter frozenset list map object range reversed set slice sorted tuple zip".split())
"""Builtins whose result nobody else holds."""

QUIET_CALLS = frozenset(
    "abs callable chr classmethod complex divmod float id int isinstance issubclass object ord property range round staticmethod type".split()
)
"""Builtins that read no container, whatever they are given."""

REFLECTIVE = frozenset({"__getattribute__", "__setattr__", "__delattr__"})
"""Methods that read or change the attribute they are given the name of."""

KEEP_RESULTS = frozenset({"cache", "lru_cache", "cached_property"})
"""Decorators of ``functools`` that keep a result, and that may compute it twice: nothing is locked while they compute."""

SCALAR_METHODS = frozenset(
    """acquire cancelled count done empty endswith find full index is_alive is_set isalnum isalpha isdigit isspace join locked lower
    qsize rfind running startswith strip upper""".split()
)
"""Method names whose results are numbers, truth values or text, by convention."""

KEYED_READERS = frozenset({"min", "max", "nlargest", "nsmallest", "bisect", "bisect_left", "bisect_right"})
"""Functions that run over a container and call a ``key`` in between, and change nothing. (`sorted` copies it first.)"""

STEPPING = frozenset({"functools.reduce", "itertools.takewhile", "itertools.dropwhile", "itertools.filterfalse", "itertools.starmap"})
"""Functions that run over their second argument and call their first between two steps, as `map` and `filter` do."""

CALLED_BETWEEN = frozenset(
    "__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __bool__ __len__ __repr__ __str__ __format__ __getitem__ __contains__ __next__ __call__ "
    "__add__ __radd__ __index__ __int__ __float__".split()
)
"""Methods that code without points calls in the midst of what it does with containers: ``items.remove(x)`` asks one element after the other."""

KEYED_MODULES = frozenset({"bisect", "heapq"})
"""Modules whose functions call a ``key`` in the midst of what they do."""

QUIET_MODULES = frozenset({"threading", "_thread", "time"})
"""Modules whose functions make points of their own or read no container."""

READING_RANDOM = frozenset({"choice", "choices", "sample", "shuffle"})
"""The functions of ``random`` that read or change a container; all others are quiet."""

READING_MATH = frozenset({"fsum", "prod", "dist", "sumprod"})
"""The functions of ``math`` that read a container."""

LOOKS = frozenset({"keys", "values", "items"})
"""Methods without arguments whose results stand for a container."""

RUNNING_CALLS = frozenset({"iter", "reversed", "enumerate", "zip", "map", "filter"})
"""Builtins whose result runs over what others hold."""

FIXED_ATTRIBUTES = frozenset({"__class__", "__name__", "__qualname__", "__doc__", "__module__"})
"""Attributes that programs do not change while threads run."""

NAMED_ERRORS = frozenset(
    """Empty Full ShutDown TimeoutError CancelledError BrokenBarrierError JSONDecodeError InvalidStateError BrokenExecutor
    ThreadError""".split()
)
"""Attribute names that are exceptions of the standard library, hence no base class of `harness.runtime.Unwind`."""

_CONTAINER_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

DEEP = frozenset({"compare", "in", "format"})
"""Kinds of sites whose operation looks into what a container holds, not only at which elements it has."""

IsBuiltin = Callable[[str], bool]
"""Whether a name certainly means the builtin of that name."""


def is_scalar(node: ast.expr, is_builtin: IsBuiltin) -> bool:
    """Whether the value is certainly no container: constants, text, truth values, arithmetic with numbers."""
    match node:
        case ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.Lambda() | ast.UnaryOp():
            return True
        case ast.BinOp(left=left, op=op, right=right):
            if not isinstance(op, _CONTAINER_OPERATORS):
                return True
            if isinstance(op, ast.Mod) and is_text(left):
                return True
            return (not isinstance(op, ast.Mult) and (is_number(left) or is_number(right))) or (is_scalar(left, is_builtin) and is_scalar(right, is_builtin))
        case ast.Call(func=ast.Name(id=name)):
            return name in SCALAR_CALLS and is_builtin(name)
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in SCALAR_METHODS
        case ast.IfExp(body=body, orelse=orelse):
            return is_scalar(body, is_builtin) and is_scalar(orelse, is_builtin)
        case ast.NamedExpr(value=value):
            return is_scalar(value, is_builtin)
        case ast.Name(id="__debug__" | "__name__" | "TYPE_CHECKING"):
            return True
        case _:
            return False


def is_fresh(node: ast.expr, is_builtin: IsBuiltin) -> bool:
    """Whether the value is a scalar or a container that was just made, so that no other thread holds it."""
    match node:
        case ast.BinOp():
            return True
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in RUNNING_CALLS and is_builtin(name):
            if name in ("map", "filter") and len(arguments) > 1:
                function, *arguments = arguments
                if not (isinstance(function, ast.Name) and is_builtin(function.id)):
                    return False  # it may run while the iterator stands still
            return all(is_fresh(argument, is_builtin) for argument in arguments)
        case ast.Call(func=ast.Name(id=name)) if name in FRESH_CALLS:
            return is_builtin(name)
        case ast.BoolOp(values=values):
            return all(is_fresh(value, is_builtin) for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            return is_fresh(body, is_builtin) and is_fresh(orelse, is_builtin)
        case ast.NamedExpr(value=value):
            return is_fresh(value, is_builtin)
        case _:
            return isinstance(node, _DISPLAYS) or is_scalar(node, is_builtin)


def may_hold(node: ast.expr, is_builtin: IsBuiltin) -> bool:
    """Whether a container that was just made may hold one that others have, too."""
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return any(may_hold(element, is_builtin) for element in elements)
        case ast.Dict(values=values):
            return any(may_hold(value, is_builtin) for value in values)
        case ast.ListComp(elt=element) | ast.DictComp(value=element):
            return may_hold(element, is_builtin)
        case ast.SetComp() | ast.GeneratorExp():
            return False
        case ast.BoolOp(values=values):
            return any(may_hold(value, is_builtin) for value in values)
        case _:
            return not is_scalar(node, is_builtin)


def is_held_elsewhere(node: ast.expr) -> bool:
    """Whether nothing lives longer if the value does: a name, an attribute, an item, a constant, or a container as written of such."""
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return all(map(is_held_elsewhere, elements))
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_held_elsewhere(key) for key in keys) and all(map(is_held_elsewhere, values))
        case _:
            return isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Constant)


def runs_over(node: ast.expr, is_builtin: IsBuiltin) -> bool:
    """Whether the expression makes an iterator or a view, which keeps nothing alive for long and reads what others hold whenever it is used."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in RUNNING_CALLS and is_builtin(name)
        case ast.Call(func=ast.Attribute(attr=attr), args=[], keywords=[]):
            return attr in LOOKS
        case _:
            return False


def holds_scalars(node: ast.expr, is_builtin: IsBuiltin) -> bool:
    """Whether the expression is a list, tuple or set as written whose elements are certainly no containers."""
    return isinstance(node, ast.List | ast.Tuple | ast.Set) and all(is_scalar(element, is_builtin) for element in node.elts)


def is_number(node: ast.expr) -> bool:
    """Whether the expression is a number as written, possibly with a sign."""
    match node:
        case ast.Constant(value=bool() | int() | float() | complex()):
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return is_number(operand)
        case _:
            return False


def is_text(node: ast.expr) -> bool:
    """Whether the expression is text as written."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))


def is_bytes(node: ast.expr) -> bool:
    """Whether the expression is bytes as written, which are compared and joined with what a bytearray holds."""
    return isinstance(node, ast.Constant) and isinstance(node.value, bytes)


def joins_containers(op: ast.operator) -> bool:
    """Whether some builtin container defines the operator."""
    return isinstance(op, _CONTAINER_OPERATORS)


def is_quiet_function(module: str, name: str) -> bool:
    """Whether calling ``module.name`` needs no point."""
    return module in QUIET_MODULES or (module == "random" and name not in READING_RANDOM) or (module == "math" and name not in READING_MATH)


def is_exception_name(name: str) -> bool:
    """Whether `name` is a builtin exception that does not catch `harness.runtime.Unwind`."""
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException) and found is not BaseException


def may_catch_unwind(handler_type: ast.expr | None) -> bool:
    """Whether an ``except`` clause of this type could catch `harness.runtime.Unwind`; errs towards True."""
    match handler_type:
        case ast.Name(id=name):
            return not is_exception_name(name)
        case ast.Attribute(attr=attr):
            return not (attr in NAMED_ERRORS or is_exception_name(attr))
        case ast.Tuple(elts=elements):
            return any(may_catch_unwind(element) for element in elements)
        case _:
            return True


def names_rebound_in(*nodes: ast.AST | None) -> frozenset[str]:
    """Names that a walrus inside `nodes` binds."""
    return frozenset(child.target.id for node in nodes if node is not None for child in ast.walk(node) if isinstance(child, ast.NamedExpr))
