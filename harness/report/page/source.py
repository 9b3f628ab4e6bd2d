"""Source lines cut into highlighted pieces; Pygments alone decides what a piece is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

from harness.report.words import printable, shortened

Tokens = tuple[tuple[str, str], ...]
"""The pieces of one line: a class ("k" keyword, "s" string, "c" comment, "n" number, "f" a name that is defined, "" plain) and the text."""

CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Keyword, "k"),
    (String, "s"),
    (Comment, "c"),
    (Number, "n"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Builtin.Pseudo, "k"),
)
LONGEST_LINE = 200


def highlighted(lines: Mapping[int, str], wanted: Collection[int]) -> dict[int, Tokens]:
    """The wanted lines that there are, in pieces. Lines that follow each other are read together, so that long strings stay strings."""
    found: dict[int, Tokens] = {}
    block: list[int] = []
    for number in [*sorted(lines), -1]:
        if block and number != block[-1] + 1:
            pieces = _pieces(tuple(printable(lines[line].expandtabs(4)) for line in block))
            found.update((line, piece) for line, piece in zip(block, pieces, strict=True) if line in wanted)
            block = []
        block.append(number)
    return found


@lru_cache(maxsize=64)
def _pieces(texts: tuple[str, ...]) -> list[Tokens]:
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    rows: list[list[tuple[str, str]]] = [[]]
    for kind, text in lexer.get_tokens("\n".join(shortened(text, LONGEST_LINE) for text in texts)):
        name = next((name for above, name in CLASSES if kind[: len(above)] == above), "")
        for position, part in enumerate(text.split("\n")):
            if position:
                rows.append([])
            if not part:
                continue
            if rows[-1] and rows[-1][-1][0] == name:
                rows[-1][-1] = (name, rows[-1][-1][1] + part)
            else:
                rows[-1].append((name, part))
    rows += [[] for _ in range(len(texts) - len(rows))]
    return [tuple(row) for row in rows[: len(texts)]]
