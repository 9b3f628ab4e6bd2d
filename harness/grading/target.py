"""Which of a submission's files is to be checked, found without running any, and what in them a teacher should look at."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from harness.pipeline_class import GET_NAMES, PUT_NAMES
from harness.program_source import runs_something

LOOK_AT = {
    "_getframe": "frames of other code (sys._getframe)",
    "_current_frames": "frames of other code (sys._current_frames)",
    "tb_frame": "frames of other code (tb_frame)",
    "f_back": "frames of other code (f_back)",
    "f_locals": "frames of other code (f_locals)",
    "gc": "the collector (gc)",
    "ctypes": "ctypes",
    "_exit": "os._exit",
    "atexit": "atexit",
    "builtins": "the builtins",
    "__builtins__": "the builtins",
    "__subclasses__": "__subclasses__",
    "__closure__": "closures of other functions",
    "setsid": "os.setsid",
    "fork": "os.fork",
    "kill": "os.kill",
    "exec": "exec",
    "eval": "eval",
    "socket": "the network (socket)",
    "subprocess": "other processes (subprocess)",
    "harness": "the harness",
}
_HARNESS = re.compile(r"\bharness\b")


def choose_file(files: Sequence[tuple[str, bytes]], wanted: str) -> tuple[str, str]:
    """The file to check and a remark where others could have been meant. `wanted` is its name where the rubric gives one, "" if it is missing."""
    names = [name for name, _ in files]
    if wanted:
        named = [name for name in names if name == wanted or name.rpartition("/")[2] == wanted]
        if named:
            return min(named, key=_depth), ""
        if len(names) == 1:
            return names[0], f"the rubric asks for {wanted}; {names[0]} was handed in and is what was checked"
        return "", f"the rubric asks for {wanted}, and there is none among {', '.join(names[:8])}"
    if len(names) == 1:
        return names[0], ""
    ranked = sorted(((_worth(data), -_depth(name), name) for name, data in files), key=lambda each: (-each[0], -each[1], each[2]))
    best = ranked[0]
    equal = [name for worth, _, name in ranked[1:] if worth == best[0] and worth > 0]
    return best[2], f"{best[2]} was checked; {', '.join(equal[:5])} could have been meant as well" if equal else ""


def look_at(files: Sequence[tuple[str, bytes]]) -> list[str]:
    """What an honest pipeline hardly needs, with its first place: "pipeline.py:7 uses the collector (gc)"."""
    found: dict[str, str] = {}
    for name, data in files:
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            for word in _said(node):
                what = LOOK_AT.get(word.partition(".")[0]) or LOOK_AT.get(word)
                if what is not None:
                    found.setdefault(what, f"{name}:{getattr(node, 'lineno', 0)} uses {what}")
    return sorted(found.values())


def _said(node: ast.AST) -> Sequence[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names):
            return [module or "", *(alias.name for alias in names)]
        case ast.Attribute(attr=attribute) if attribute in LOOK_AT and attribute not in ("gc", "harness", "socket", "exec", "eval", "kill", "builtins"):
            return [attribute]
        case ast.Name(id=name) if name in ("exec", "eval", "__builtins__"):
            return [name]
        case ast.Constant(value=str(text)) if len(text) < 200 and _HARNESS.search(text):
            return ["harness"]
    return []


def _worth(data: bytes) -> int:
    """How much speaks for a file: a class with a put and a get most, then a program, then any class."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    worth = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = {re.sub("[^a-z]", "", part.name.lower()) for part in node.body if isinstance(part, ast.FunctionDef)}
            worth = max(worth, 4 if methods & set(PUT_NAMES) and methods & set(GET_NAMES) else 1)
    return worth + (2 if runs_something(tree) else 0)


def _depth(name: str) -> int:
    return name.count("/")
