"""Which variables become points: those that other threads can see change, and no others."""

from __future__ import annotations

import ast

import pytest

from harness import runtime
from harness.instrument.analysis import analyse
from harness.instrument.loader import compile_target
from harness.instrument.scopes import mangle


def shared(source: str) -> set[str]:
    """Names with variable points anywhere in the module."""
    program = compile_target(source, "shared.py")
    kinds = ("global-read", "global-write", "cell-read", "cell-write")
    return {site.name for site in runtime.sites[program.first_site :] if site.kind in kinds}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # Set once before any thread can run: a constant, whoever reads it.
        ("FINISH = 'END'\ndef f(): return FINISH", set()),
        ("import threading\nlock = threading.Lock()\nlock.acquire()\nitems = []\ndef f(): lock.release(); items.append(1)", set()),
        ("try:\n    import x\nexcept ImportError:\n    x = None\ndef f(): return x", set()),
        ("if FLAG:\n    size = 1\nelse:\n    size = 2\ndef f(): return size", set()),
        ("for i in range(3): pass\ndef f(): return i", set()),
        # Changed by a function, or set by top-level code that may have started threads by then.
        ("n = 0\ndef f():\n    global n\n    n += 1", {"n"}),
        ("def f():\n    global n\n    n = 1", {"n"}),
        ("def f():\n    global n\n    import math as n\ndef g(): return n", {"n"}),
        ("def f(): return n\nf()\nn = 1", {"n"}),
        ("def f(): return n\nt = make(f)\nt.start()\nn = 1", {"n"}),
        ("def f(): return t\nfor i in range(2):\n    t = i\n    t.start()", {"t"}),
        ("def f(): return n\nif __name__ == '__main__':\n    pool.submit(f)\n    n = 1", {"n"}),
        ("def f(): return n\nwith pool as p:\n    p.submit(f)\n    n = 1", {"n"}),
        ("import _thread\ndef f(): return n\n_thread.start_new_thread(f, ())\nn = 1", {"n"}),
        # Nobody else looks, or nothing changes.
        ("f()\nn = 1\nprint(n)", set()),
        ("def f(): return g\nf()\ndef g(): pass\nclass C: pass\nimport math", set()),
        ("def f(n): n = n + 1; return n\nf(1)\nn = 2", set()),
        ("def f(): return __name__\nf()\n__name__ = 'x'", set()),
        # Closures: rebound and captured.
        ("def f():\n    n = 0\n    def g():\n        nonlocal n\n        n = 1", {"n"}),
        ("def f():\n    n = 0\n    n = 1\n    return lambda: n", {"n"}),
        ("def f(n):\n    n += 1\n    return lambda: n", {"n"}),
        ("def f():\n    for n in range(3): run(lambda: n)", {"n"}),
        ("def f():\n    while True:\n        n = 1\n        run(lambda: n)", {"n"}),
        ("def f():\n    try: pass\n    except E as n: run(lambda: n)", {"n"}),
        ("def f():\n    n = 0\n    return lambda: n", set()),
        ("def f():\n    n = 0\n    n = 1\n    return [n for _ in range(3)]", set()),
        ("def f(n):\n    def g(): return lambda: n\n    return g", set()),
        ("def f():\n    n = 0\n    n = 1\n    def g(n): return n", set()),
        ("def f():\n    n = 0\n    class C:\n        n = 1\n        n = 2\n        def g(self): return self.n", set()),
        ("def f():\n    n = 0\n    n = 1\n    class C:\n        def g(self): return n", {"n"}),
        ("def f():\n    n = 0\n    n = 1\n    class C:\n        m = n", set()),
        ("class C:\n    def f(self):\n        __n = 0\n        __n = 1\n        return lambda: __n", {"_C__n"}),
    ],
)
def test_only_variables_that_can_change_under_other_threads_are_points(source: str, expected: set[str]) -> None:
    assert shared(source) == expected


def test_a_name_belongs_to_the_scope_that_python_says() -> None:
    tree = ast.parse("def outer():\n    x = 1\n    class C:\n        x = 2\n        def m(self): return x\n    return [x for x in (1,)]")
    scopes = analyse(tree)
    outer = tree.body[0]
    assert isinstance(outer, ast.FunctionDef) and isinstance(outer.body[1], ast.ClassDef)
    method = scopes.by_node[outer.body[1].body[1]]
    assert method.owner("x") is scopes.by_node[outer]
    assert scopes.by_node[outer.body[1]].owner("x") is scopes.by_node[outer.body[1]]
    comprehension = next(scope for scope in scopes if scope.kind == "comprehension")
    assert comprehension.owner("x") is comprehension
    assert method.owner("len") is scopes.module


@pytest.mark.parametrize(
    ("name", "class_name", "spelled"),
    [("__x", "C", "_C__x"), ("__x", "__C", "_C__x"), ("__x__", "C", "__x__"), ("_x", "C", "_x"), ("__x", None, "__x"), ("__x", "___", "__x")],
)
def test_private_names_are_spelled_as_the_compiler_does(name: str, class_name: str | None, spelled: str) -> None:
    assert mangle(name, class_name) == spelled
