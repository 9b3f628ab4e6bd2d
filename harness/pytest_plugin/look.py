"""Whether a test file has to do with controlled schedules: told from its text, because what it imports must be rewritten before it is."""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

NAME = "interleave"
"""The marker's name and the fixture's."""


def mentions_interleave(config: pytest.Config) -> bool:
    """Whether any file that this session may collect, or a conftest on the way to it, mentions the marker or the fixture.

    Stops at the first; files that do not hold the word are not parsed (25 us a file).
    """
    patterns = config.getini("python_files")
    skipped = config.getini("norecursedirs")
    return any(file_mentions(path) for path in _files(_starts(config), patterns, skipped))


def file_mentions(path: str | os.PathLike[str]) -> bool:
    """Whether a file mentions it as a name, an attribute, a parameter or a whole string (``add_marker("interleave")``)."""
    try:
        with open(path, "rb") as stream:
            source = stream.read()
        if NAME.encode() not in source:
            return False
        tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError):
        return False  # pytest will say what is wrong with it
    return any(_is_mention(node) for node in ast.walk(tree))


def _is_mention(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.arg(arg=name) | ast.Constant(value=name):
            return isinstance(name, str) and name == NAME
    return False


def _starts(config: pytest.Config) -> list[Path]:
    """The files and folders that the command names, else those of ``testpaths``, else the current folder."""
    here = config.invocation_params.dir
    named = [str(argument).partition("::")[0] for argument in config.known_args_namespace.file_or_dir]
    if not named and here == config.rootpath:
        named = [str(found) for place in config.getini("testpaths") for found in sorted(here.glob(place))]
    starts = [path for path in (here / name for name in named) if path.exists()]
    return starts if named and len(starts) == len(named) else [*starts, here]  # what is no path (--pyargs) may lie anywhere


def _files(starts: list[Path], patterns: list[str], skipped: list[str]) -> Iterator[Path]:
    above: set[Path] = set()
    for start in starts:
        above.update((start if start.is_dir() else start.parent).resolve().parents)
        if start.is_file():
            above.add(start.parent.resolve())
            yield start
    for folder in above:
        yield folder / "conftest.py"
    for start in starts:
        if start.is_dir():
            yield from _walk(str(start), [*patterns, "conftest.py", "__init__.py"], skipped)


def _walk(top: str, patterns: list[str], skipped: list[str]) -> Iterator[Path]:
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if not any(fnmatch.fnmatch(name, pattern) for pattern in ("__pycache__", *skipped))]
        for name in files:
            if name.endswith(".py") and any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
                yield Path(folder, name)
