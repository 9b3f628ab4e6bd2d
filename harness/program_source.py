"""What a program's source says of the values that pass through it: what it compares them with, what it calls its logs, what reads past a get.

Program mode judges values that it did not choose. A value that the program compares with may mean "stop", so it is outside; a message
that can leave a pipeline on another way than by its get cannot be called lost.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.syntax import KEPT

ROLES = re.compile(r"prod(uc|ut|uz)|cons(um|ommat)|verbraucher|erzeuger", re.IGNORECASE)
"""Words by which a program says that some of its threads produce and others consume."""
LOG_PAIRS = (
    (re.compile(r"prod", re.IGNORECASE), re.compile(r"cons", re.IGNORECASE)),
    (re.compile(r"sent|enviad", re.IGNORECASE), re.compile(r"rece|reci", re.IGNORECASE)),
    (re.compile(r"written", re.IGNORECASE), re.compile(r"read", re.IGNORECASE)),
    (re.compile(r"(^|_)put", re.IGNORECASE), re.compile(r"(^|_)got", re.IGNORECASE)),
)
"""How programs call the lists in which they note what was produced, and what was consumed."""
SIZES = re.compile(r"^(is_|has_)|empty|full|size|len|count", re.IGNORECASE)
TAKING = frozenset("pop popleft popitem remove clear get get_nowait".split())
SORTING = frozenset("heapq heappush heappop PriorityQueue LifoQueue sort sorted insort insort_left insort_right bisect".split())
CONTAINERS = frozenset({"deque", "list", "dict", "set", "OrderedDict", "defaultdict"})
_READS_FUTURES = frozenset({"result", "exception", "map", "add_done_callback"})


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What a program compares values with.

    `constants`: literals; `names`: variables and attributes, to be looked up when it has run. `pairs`: comparisons of two names,
    of which one must be found for the comparison to be understood. `tests_truth`: some variable is tested as it is (``if item:``).
    """

    constants: tuple[Any, ...]
    names: frozenset[str]
    pairs: tuple[tuple[str, str], ...]
    types: frozenset[str]
    tests_truth: bool


@lru_cache(KEPT)
def find_comparisons(tree: ast.Module, but_classes: frozenset[str]) -> Comparisons:
    """The comparisons of a program outside the classes named; O(size of the tree)."""
    constants: list[Any] = []
    names: set[str] = set()
    pairs: list[tuple[str, str]] = []
    types: set[str] = set()
    tests_truth = False
    for node in _walk(tree, but_classes):
        match node:
            case ast.Compare():
                operands = [node.left, *node.comparators]
                for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
                    if not isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                        _note_comparison(left, right, constants, names, pairs)
            case ast.MatchValue(value=value):
                _note_comparison(None, value, constants, names, pairs)
            case ast.MatchSingleton(value=value):
                constants.append(value)
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]):
                types.update(_dotted(kind) for kind in (kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]))
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                tests_truth = tests_truth or _tests_truth(test)
    return Comparisons(tuple(constants), frozenset(names), tuple(pairs), frozenset(types), tests_truth)


def _walk(tree: ast.AST, but_classes: Collection[str]) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.ClassDef) and node.name in but_classes):
            yield node
            yield from _walk(node, but_classes)


def _note_comparison(left: ast.expr | None, right: ast.expr, constants: list[Any], names: set[str], pairs: list[tuple[str, str]]) -> None:
    sides = [side for side in (left, right) if side is not None]
    for side in list(sides):
        if isinstance(side, ast.Tuple | ast.List | ast.Set):
            sides.extend(side.elts)
    said: list[str] = []
    has_literal = False
    for side in sides:
        value = _literal(side)
        if value is not _NOTHING:
            constants.append(value)
            has_literal = True
        elif _dotted(side):
            names.add(_dotted(side))
            said.append(_dotted(side))
    if len(said) == 2 and not has_literal:
        pairs.append((said[0], said[1]))


def _literal(node: ast.expr) -> Any:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _NOTHING
    return value if isinstance(value, int | float | str | bytes | type(None) | tuple) else _NOTHING


_NOTHING = object()


def _dotted(node: ast.AST) -> str:
    """The last name of a variable or an attribute, "" for all else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.NamedExpr(target=ast.Name(id=name)):
            return name
    return ""


def _tests_truth(test: ast.expr) -> bool:
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _tests_truth(operand)
        case ast.BoolOp(values=values):
            return any(map(_tests_truth, values))
        case ast.Name() | ast.NamedExpr() | ast.Subscript():
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name.startswith(("get", "recv", "receive", "consume", "take", "pop"))
    return False


@lru_cache(KEPT)
def speaks_of_roles(tree: ast.Module) -> bool:
    """Whether functions, classes or variables of the program are called producer, consumer or the like, in one of several languages."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name) | ast.arg(arg=name):
                if ROLES.search(name):
                    return True
    return False


@lru_cache(KEPT)
def reads_futures(tree: ast.Module) -> bool:
    """Whether a program ever looks into a future, so that an exception in one may be meant to wait there."""
    return any(isinstance(node, ast.Attribute) and node.attr in _READS_FUTURES for node in ast.walk(tree))


def waits_to_be_interrupted(tree: ast.Module) -> bool:
    """Whether the program is made to go on until somebody presses Ctrl-C: it handles that, or has a loop that does nothing but sleep."""
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=ast.expr() as kind) if any(_dotted(inner) == "KeyboardInterrupt" for inner in ast.walk(kind)):
                return True
            case ast.While(test=ast.Constant(value=value), body=body) if value and all(map(_only_passes_time, body)):
                return True
    return False


def _only_passes_time(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass():
            return True
        case ast.Expr(value=ast.Call(func=called, args=arguments)):
            return _dotted(called) in ("sleep", "print") and not any(isinstance(inner, ast.Call) for argument in arguments for inner in ast.walk(argument))
    return False


def runs_something(tree: ast.Module) -> bool:
    """Whether top-level code does more than import, define and assign."""
    definitions = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Pass
    return any(not isinstance(node, definitions) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in tree.body)


def find_logs(names: Collection[str]) -> tuple[str, str] | None:
    """The two of these names that are the logs of what was produced and of what was consumed; None unless there is exactly one of each."""
    for produced, consumed in LOG_PAIRS:
        first = [name for name in names if produced.search(name) and not consumed.search(name)]
        second = [name for name in names if consumed.search(name) and not produced.search(name)]
        if len(first) == len(second) == 1:
            return first[0], second[0]
    return None


@lru_cache(KEPT)
def makes_local_containers(tree: ast.Module) -> bool:
    """Whether some function makes a container: what was left there is gone when the function has ended."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            for node in ast.walk(function):
                match node:
                    case ast.List() | ast.Dict() | ast.Set() if not isinstance(getattr(node, "ctx", None), ast.Store):
                        return True
                    case ast.Call(func=called) if _dotted(called) in CONTAINERS:
                        return True
    return False


@dataclass(frozen=True, slots=True)
class OtherWays:
    """What a pipeline class offers beside its put and get, as far as the program uses it.

    `leak`: messages may leave it otherwise than by its get; `repeat`: something else takes messages out, so its get may only look;
    `reorder`: it sorts what it holds.
    """

    leak: bool = False
    repeat: bool = False
    reorder: bool = False


@lru_cache(KEPT)
def find_other_ways(tree: ast.Module, name: str, put: str, get: str) -> OtherWays:
    """The other ways of the class of that name.

    Messages may leak where code outside the class reads an attribute into which the put stores its message, or uses another method that
    returns or removes one.
    """
    definition = next((node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name), None)
    methods = {} if definition is None else {node.name: node for node in definition.body if isinstance(node, ast.FunctionDef)}
    if definition is None or put not in methods:
        return OtherWays(leak=True)
    holders = _holders(methods[put])
    others = {own: method for own, method in methods.items() if own not in (put, get) and not own.startswith("__") and not SIZES.search(own)}
    returning = {own for own, method in others.items() if _returns_any(method, holders)}
    removing = {own for own, method in others.items() if _changes_any(method, holders)}
    used = {node.attr for node in _walk(tree, {name}) if isinstance(node, ast.Attribute) and not _is_self(node.value)}
    return OtherWays(
        leak=bool(used & (holders | returning | removing)),
        repeat=bool(used & removing),
        reorder=any(_dotted(node) in SORTING for node in ast.walk(definition)),
    )


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _holders(put: ast.FunctionDef) -> set[str]:
    """Attributes of self that the put stores an argument in."""
    parameters = {argument.arg for argument in [*put.args.posonlyargs, *put.args.args[1:], *put.args.kwonlyargs]}
    holders: set[str] = set()
    for node in ast.walk(put):
        match node:
            case ast.Assign(targets=targets, value=value) if _mentions(value, parameters):
                for target in targets:
                    holders |= _own_attributes(target)
            case ast.Call(func=function, args=arguments) if any(_mentions(argument, parameters) for argument in arguments):
                if isinstance(function, ast.Attribute):
                    holders |= _own_attributes(function.value)
                for argument in arguments:
                    holders |= _own_attributes(argument)
    return holders


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))


def _own_attributes(node: ast.AST) -> set[str]:
    return {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute) and _is_self(inner.value)}


def _returns_any(method: ast.FunctionDef, holders: set[str]) -> bool:
    found = [node.value for node in ast.walk(method) if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None]
    taken = {
        target
        for node in ast.walk(method)
        if isinstance(node, ast.Assign) and _own_attributes(node.value) & holders
        for target in (name.id for goal in node.targets for name in ast.walk(goal) if isinstance(name, ast.Name))
    }
    return any((_own_attributes(value) & holders or _mentions(value, taken)) and not _is_measure(value) for value in found)


def _changes_any(method: ast.FunctionDef, holders: set[str]) -> bool:
    """Whether the method takes out or replaces what the put stores into."""
    for node in ast.walk(method):
        match node:
            case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in TAKING and _own_attributes(owner) & holders:
                return True
            case ast.Delete(targets=targets) | ast.Assign(targets=targets) if any(_own_attributes(target) & holders for target in targets):
                return True
    return False


def _is_measure(value: ast.expr) -> bool:
    """Whether the value tells how much there is, not what."""
    match value:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id="len" | "bool")):
            return True
    return False
