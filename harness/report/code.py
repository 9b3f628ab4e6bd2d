"""The source that a trace carries, parsed: what stands around a line."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node", bound=ast.stmt)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Code:
    """Questions about lines. Of a file that the trace holds only in part the function around a line is read by its indentation; where that
    cannot be parsed either, nothing is known of it."""

    def __init__(self, source: Mapping[str, Mapping[int, str]]) -> None:
        self._source = source
        self._whole: dict[str, ast.Module | None] = {}
        self._functions: dict[tuple[str, int], ast.stmt | None] = {}
        self._around: dict[tuple[str, int], list[ast.stmt]] = {}
        self._decides: dict[tuple[str, int], bool] = {}

    def around(self, file: str, line: int) -> list[ast.stmt]:
        """The statements that the line stands in, outermost first, from its function on (from the file on where it is in none)."""
        if (file, line) not in self._around:
            self._around[file, line] = self._find_around(file, line)
        return self._around[file, line]

    def _find_around(self, file: str, line: int) -> list[ast.stmt]:
        tree = self._tree(file)
        root: ast.AST | None = tree if tree is not None else self._function_by_indentation(file, line)
        path: list[ast.stmt] = []
        while root is not None:
            if isinstance(root, ast.stmt):
                path = [root] if isinstance(root, FUNCTIONS) else [*path, root]
            root = next((child for child in _statements(root) if _first_line(child) <= line <= (child.end_lineno or child.lineno)), None)
        return path

    def inside(self, file: str, line: int, kind: type[Node]) -> list[Node]:
        """The statements of this kind that the line stands in, outermost first."""
        return [node for node in self.around(file, line) if isinstance(node, kind)]

    def statement(self, file: str, line: int) -> ast.stmt | None:
        """The innermost statement of the line."""
        return next(reversed(self.around(file, line)), None)

    def function(self, file: str, line: int) -> ast.stmt | None:
        """The function that the line stands in."""
        return next((node for node in self.around(file, line) if isinstance(node, FUNCTIONS)), None)

    def decides(self, file: str, line: int) -> bool:
        """Whether what is read on the line decides something: it stands in a test, an assertion, a lambda, or in what a function returns."""
        if (file, line) not in self._decides:
            self._decides[file, line] = self._find_whether_it_decides(file, line)
        return self._decides[file, line]

    def _find_whether_it_decides(self, file: str, line: int) -> bool:
        statement = self.statement(file, line)
        match statement:
            case None | ast.Assert() | ast.Return():
                return True
            case ast.If(test=test) | ast.While(test=test) | ast.Match(subject=test):
                return test.lineno <= line <= (test.end_lineno or test.lineno)
            case _:
                return any(isinstance(node, ast.Lambda | ast.IfExp | ast.BoolOp | ast.Compare) for node in ast.walk(statement))

    def handler_between(self, file: str, line: int, then: int) -> ast.ExceptHandler | None:
        """The ``except`` that leads from a line within its ``try`` to a line within its own; None where none does."""
        for block in self.inside(file, line, ast.Try):
            if block.body[0].lineno <= line <= (block.body[-1].end_lineno or block.body[-1].lineno):
                found = next((handler for handler in block.handlers if handler.lineno <= then <= (handler.end_lineno or handler.lineno)), None)
                if found is not None:
                    return found
        return None

    def calls(self, file: str, line: int, *names: str) -> list[ast.Call]:
        """The calls of methods or functions of these names on the line."""
        statement = self.statement(file, line)
        found = [node for node in ast.walk(statement) if isinstance(node, ast.Call)] if statement is not None else []
        return [node for node in found if node.lineno <= line <= (node.end_lineno or node.lineno) and called(node) in names]

    def unpacked(self, file: str, line: int) -> frozenset[str]:
        """The variables that the line's statement hands on with ``*`` or ``**``."""
        statement = self.statement(file, line)
        nodes = [*ast.walk(statement)] if statement is not None else []
        starred = [node for node in nodes if isinstance(node, ast.Starred) or (isinstance(node, ast.keyword) and node.arg is None)]
        return frozenset(ast.unparse(node.value) for node in starred)

    def is_result_used(self, file: str, line: int) -> bool:
        """Whether the statement of the line does anything with what it computes."""
        return not isinstance(self.statement(file, line), ast.Expr)

    def copied_from(self, file: str, name: str, module: str) -> tuple[str, str, int] | None:
        """How the file came by its own variable of this name: the module that it was imported from with ``from``, in full, the statement, its line.

        None if not from a module whose last part is `module`, or where the file is not held whole.
        """
        tree = self._tree(file)
        for node in tree.body if tree is not None else ():
            if not isinstance(node, ast.ImportFrom) or node.module is None or node.module.rpartition(".")[2] != module:
                continue
            if any(alias.name in (name, "*") and alias.asname in (None, name) for alias in node.names):
                return node.module, ast.unparse(node), node.lineno
        return None

    def _tree(self, file: str) -> ast.Module | None:
        if file not in self._whole:
            lines = self._source.get(file, {})
            is_whole = bool(lines) and sorted(lines) == list(range(1, len(lines) + 1))
            self._whole[file] = _parsed("\n".join(lines[number] for number in sorted(lines))) if is_whole else None
        return self._whole[file]

    def _function_by_indentation(self, file: str, line: int) -> ast.stmt | None:
        lines = self._source.get(file, {})
        if (file, line) in self._functions or line not in lines:
            return self._functions.get((file, line))
        first, depth = line, _indentation(lines[line])
        while first in lines and not (lines[first].lstrip().startswith(("def ", "async def ")) and (_indentation(lines[first]) < depth or first == line)):
            depth = min(depth, _indentation(lines[first])) if lines[first].strip() else depth
            first -= 1
        found = None
        if first in lines:
            last = first + 1
            while last in lines and (not lines[last].strip() or _indentation(lines[last]) > _indentation(lines[first])):
                last += 1
            module = _parsed(textwrap.dedent("\n".join(lines[number] for number in range(first, last))))
            if module is not None and module.body:
                found = ast.increment_lineno(module.body[0], first - 1)
        self._functions[file, line] = found
        return found


def called(call: ast.Call) -> str:
    """The name of the method or function that is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def receiver(call: ast.Call) -> str:
    """The expression whose method is called, as text ("self.condition"); "" for a function."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from _statements(child)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip())


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
