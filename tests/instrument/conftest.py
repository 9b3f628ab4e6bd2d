"""Objects that write down every operation on them, and how to execute a program and keep all that can be observed."""

from __future__ import annotations

import linecache
import re
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

import pytest

from harness.instrument.loader import compile_target, make_importer, make_module
from tests.instrument.programs import registered

FILENAME = "program.py"
_BINARY = ("add", "sub", "mul", "mod", "matmul", "pow", "or", "and", "xor", "floordiv", "truediv")


class Recording:
    """Logs what is done to it; results of operations are recording objects too, named after how they came about."""

    def __init__(self, name: str, log: list[Any]) -> None:
        object.__setattr__(self, "_state", (name, log))

    def _note(self, text: str) -> Recording:
        name, log = object.__getattribute__(self, "_state")
        log.append(f"{name} {text}")
        # Names would double with every `x = x + x`; long ones are told apart by a checksum.
        made = _without_addresses(f"({name} {text})")
        return Recording(made if len(made) < 60 else f"r{zlib.crc32(made.encode()):x}", log)

    def __repr__(self) -> str:
        return str(object.__getattribute__(self, "_state")[0])

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "_note", "_state"):
            return object.__getattribute__(self, name)
        return self._note(f".{name}")

    def __setattr__(self, name: str, value: object) -> None:
        self._note(f".{name} = {value!r}")

    def __delattr__(self, name: str) -> None:
        self._note(f"del .{name}")

    def __getitem__(self, key: object) -> Any:
        return self._note(f"[{key!r}]")

    def __setitem__(self, key: object, value: object) -> None:
        self._note(f"[{key!r}] = {value!r}")

    def __delitem__(self, key: object) -> None:
        self._note(f"del [{key!r}]")

    def __call__(self, *args: object, **named: object) -> Any:
        return self._note(f"called {args!r} {named!r}")

    def __bool__(self) -> bool:
        self._note("tested")
        # Now true, now false, and never for ever the same in a loop.
        return len(object.__getattribute__(self, "_state")[1]) % 3 != 0

    def __len__(self) -> int:
        self._note("measured")
        return 2

    def __contains__(self, item: object) -> bool:
        self._note(f"contains {item!r}")
        return True

    def __iter__(self) -> Any:
        first = self._note("iterated")
        return iter([first, self._note("second")])

    def __enter__(self) -> Any:
        return self._note("entered")

    def __exit__(self, kind: object, *_: object) -> bool:
        self._note(f"left {kind!r}")
        return False

    def __format__(self, spec: str) -> str:
        self._note(f"formatted {spec!r}")
        return "text"

    def __str__(self) -> str:
        self._note("shown")
        return "text"

    def __hash__(self) -> int:
        return 7

    def __neg__(self) -> Any:
        return self._note("negated")

    __pos__ = __invert__ = __neg__


def _operation(name: str) -> Any:
    return lambda self, other: self._note(f"{name} {other!r}")


for _name in [*_BINARY, *(f"i{name}" for name in _BINARY), "eq", "ne", "lt", "le", "gt", "ge"]:
    setattr(Recording, f"__{_name}__", _operation(_name))


@dataclass(frozen=True, slots=True)
class Observed:
    """All that a program lets one see: operations in order, variables at the end, the error with its report."""

    log: str
    variables: str
    report: str


def execute(source: str, is_rewritten: bool) -> Observed:
    """Executes `source` in a fresh module."""
    program = compile_target(source, FILENAME)
    module = make_module(program, "program", make_importer({}))
    code: CodeType = program.code if is_rewritten else compile(source, FILENAME, "exec", dont_inherit=True)
    log: list[Any] = []

    def boom() -> None:
        raise ValueError("boom")

    given = {name: Recording(name, log) for name in "abcde"} | {"T": lambda name: Recording(name, log), "log": log, "boom": boom}
    before = set(vars(module))
    vars(module).update(given)
    report = ""
    with registered(module):
        try:
            exec(code, vars(module))
        except BaseException as error:
            report = _reported(error, source)
    own = before | {"boom", "T"}
    variables = {name: value for name, value in vars(module).items() if name not in own and not name.startswith("_h")}
    return Observed(_anonymous(log), _anonymous(sorted(variables.items(), key=lambda item: item[0])), report)


def _anonymous(value: object) -> str:
    return _without_addresses(repr(value))


def _without_addresses(text: str) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def _reported(error: BaseException, source: str) -> str:
    """The traceback as the interpreter prints it, with source lines and carets, of the program's own frames."""
    linecache.cache[FILENAME] = (len(source), None, source.splitlines(keepends=True), FILENAME)
    shown = traceback.TracebackException.from_exception(error)
    for part in _chain(shown):
        kept = [frame for frame in part.stack if frame.filename == FILENAME]
        part.stack[:] = kept
    return _without_addresses("".join(shown.format()))


def _chain(shown: traceback.TracebackException | None) -> list[traceback.TracebackException]:
    if shown is None:
        return []
    return [shown, *_chain(shown.__cause__), *_chain(shown.__context__), *(part for inner in shown.exceptions or () for part in _chain(inner))]


@pytest.fixture
def observe() -> Callable[[str, bool], Observed]:
    """`execute`, for the tests of this folder."""
    return execute
