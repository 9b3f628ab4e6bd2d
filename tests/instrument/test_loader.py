"""Targets are compiled once and executed in fresh modules; their imports find the stand-ins."""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from harness import runtime
from harness.instrument.loader import Importer, compile_target, make_importer, make_module
from tests.instrument.programs import registered


def stand_in(name: str) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(Thing=f"modelled {name}", ThreadPoolExecutor="modelled executor")
    return module


THREADING, FUTURES = stand_in("threading"), stand_in("concurrent.futures")


@pytest.fixture
def importer() -> Importer:
    return make_importer({"threading": THREADING, "concurrent.futures": FUTURES})


def execute(source: str, importer: Importer) -> dict[str, Any]:
    program = compile_target(source, "target.py")
    namespace = vars(make_module(program, "target", importer))
    exec(program.code, namespace)
    return namespace


@pytest.mark.parametrize(
    "source",
    [
        "import threading; found = threading.Thing",
        "import threading as t; found = t.Thing",
        "from threading import Thing as found",
        "from threading import *; found = Thing",
        "def f():\n    from threading import Thing\n    return Thing\nfound = f()",
        "found = __import__('threading').Thing",
    ],
)
def test_plain_import_finds_the_stand_in(source: str, importer: Importer) -> None:
    assert execute(source, importer)["found"] == "modelled threading"


@pytest.mark.parametrize(
    "source",
    [
        "import concurrent.futures; found = concurrent.futures.Thing",
        "import concurrent.futures as futures; found = futures.Thing",
        "from concurrent.futures import Thing as found",
        "from concurrent import futures; found = futures.Thing",
        "import concurrent; found = concurrent.futures.Thing",
        "import concurrent.futures.thread; found = concurrent.futures.Thing",
    ],
)
def test_dotted_import_finds_the_stand_in(source: str, importer: Importer) -> None:
    assert execute(source, importer)["found"] == "modelled concurrent.futures"


def test_import_from_inside_a_replaced_package_finds_the_stand_ins_names(importer: Importer) -> None:
    assert execute("from concurrent.futures.thread import ThreadPoolExecutor as found", importer)["found"] == "modelled executor"


def test_other_imports_are_real_and_nothing_real_is_patched(importer: Importer) -> None:
    import concurrent.futures

    namespace = execute("import threading, concurrent.futures, os.path, json as j\nfrom collections import deque", importer)
    assert namespace["os"] is sys.modules["os"] and namespace["j"] is sys.modules["json"]
    assert namespace["deque"] is __import__("collections").deque
    assert sys.modules["threading"] is not THREADING and sys.modules["concurrent.futures"] is concurrent.futures
    assert concurrent.futures is not FUTURES and builtins.__import__ is not importer


def test_import_that_fails_fails_as_ever(importer: Importer) -> None:
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_module'"):
        execute("import no_such_module", importer)


def test_relative_import_is_left_to_python(importer: Importer) -> None:
    with pytest.raises(ImportError, match="relative import"):
        execute("from . import threading", importer)


def test_syntax_error_is_the_interpreters_own() -> None:
    with pytest.raises(SyntaxError) as native:
        compile("def f(:\n  pass", "target.py", "exec")
    with pytest.raises(SyntaxError) as raised:
        compile_target("def f(:\n  pass", "target.py")
    assert (raised.value.msg, raised.value.lineno, raised.value.offset, raised.value.text) == (
        native.value.msg,
        native.value.lineno,
        native.value.offset,
        native.value.text,
    )


def test_error_that_only_the_compiler_finds_is_raised_too() -> None:
    with pytest.raises(SyntaxError, match="'return' outside function"):
        compile_target("return 5", "target.py")


def test_encoding_declared_in_the_file_is_kept() -> None:
    assert execute("# -*- coding: latin-1 -*-\nx = 'caf\xe9'", make_importer({}))["x"] == "caf\xe9"
    program = compile_target("# -*- coding: latin-1 -*-\nx = 'caf\xe9'".encode("latin-1"), "target.py")
    namespace = vars(make_module(program, "target", make_importer({})))
    exec(program.code, namespace)
    assert namespace["x"] == "caf\xe9"


def test_sites_of_every_program_have_numbers_of_their_own() -> None:
    first, second = compile_target("a.b\na.c", "first.py"), compile_target("a.d", "second.py")
    assert (first.n_sites, second.n_sites) == (2, 1)
    assert second.first_site == first.first_site + 2
    assert [site.name for site in runtime.sites[first.first_site : first.first_site + 3]] == ["b", "c", "d"]


def test_every_module_is_fresh() -> None:
    program = compile_target("items = []\nclass C: pass", "target.py")
    one, two = make_module(program, "target", make_importer({})), make_module(program, "target", make_importer({}))
    for module in (one, two):
        exec(program.code, vars(module))
    assert one.items is not two.items and one.C is not two.C
    assert one.__name__ == "target" and one.__file__ == "target.py"


def test_dataclass_finds_its_module_while_registered() -> None:
    source = "from __future__ import annotations\nimport dataclasses, typing\n@dataclasses.dataclass\nclass D:\n    n: int = 1\n"
    source += "hints = typing.get_type_hints(D)\n"
    program = compile_target(source, "target.py")
    module = make_module(program, "a_target_of_ours", make_importer({}))
    with registered(module):
        exec(program.code, vars(module))
        assert sys.modules["a_target_of_ours"] is module
    assert module.hints == {"n": int} and module.D() == module.D(1)
    assert "a_target_of_ours" not in sys.modules


def test_registering_gives_back_what_stood_there_before() -> None:
    main = sys.modules["__main__"]
    program = compile_target("", "target.py")
    with registered(make_module(program, "__main__", make_importer({}))):
        assert sys.modules["__main__"] is not main
    assert sys.modules["__main__"] is main


def test_points_are_reached_where_a_function_is_given_other_globals(monkeypatch: pytest.MonkeyPatch) -> None:
    function: Callable[[object], object] = execute("def f(x): return x.real", make_importer({}))["f"]
    assert isinstance(function, types.FunctionType)
    reached: list[object] = []
    monkeypatch.setattr(runtime, "at", lambda obj, site: reached.append(obj) or obj)
    assert types.FunctionType(function.__code__, {"__builtins__": {}})(5) == 5
    assert reached == [5]


@pytest.mark.parametrize("clause", ["except:", "except BaseException:", "except BaseException as e:", "except (ValueError, anything):", "except kinds[0]:"])
def test_clause_that_could_catch_everything_lets_an_unwind_through(clause: str) -> None:
    source = "kinds = [BaseException]\nanything = BaseException\nlog = []\n"
    source += f"def f(g):\n    try: g()\n    {clause}\n        log.append('caught')\n    finally: log.append('left')\n"
    namespace = execute(source, make_importer({}))

    def unwound() -> None:
        raise runtime.Unwind

    def failing() -> None:
        raise ValueError

    with pytest.raises(runtime.Unwind):
        namespace["f"](unwound)
    assert namespace["log"] == ["left"]
    namespace["f"](failing)
    assert namespace["log"] == ["left", "caught", "left"]
