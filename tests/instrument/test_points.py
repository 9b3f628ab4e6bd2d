"""Which points a piece of code makes, in the order in which they are reached, and what each is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness import runtime
from harness.instrument.loader import compile_target, make_importer, make_module

Points = Callable[[str], list[str]]

GIVEN = """
class Thing:
    def __init__(self):
        self.n = 1
        self.items = [1]
        self.table = {}
        self.lock = None
    def run(self, *args, **named): return args
    def other(self): return self
def function(*args, **named): return args
"""


@pytest.fixture
def points() -> Iterator[Points]:
    """The points that a statement reaches inside a method of an object `self`, with `d`, `k`, `v` and `t` as local variables."""
    reached: list[tuple[int, str]] = []

    def of(source: str) -> list[str]:
        body = "\n".join(f"    {line}" for line in source.splitlines())
        program = compile_target(f"{GIVEN}\ndef probe(self, t, d, k, v):\n{body}\n", "points.py")
        module = make_module(program, "points", make_importer({}))
        exec(program.code, vars(module))
        thing, other = module.Thing(), module.Thing()
        reached.clear()
        module.probe(thing, other, {}, "k", [5])
        return [_described(runtime.sites[site]) for site, _ in reached]

    runtime.install({name: _recorder(name, reached) for name in runtime.HOOKS})
    yield of
    runtime.uninstall()


def _recorder(name: str, reached: list[tuple[int, str]]) -> Callable[..., Any]:
    inert = getattr(runtime, name)
    where = {"at": 1, "at_w": 1, "key": 2, "key_w": 2, "load": 0, "store": 1, "cell": 1, "cell_store": 2, "touch": 1, "pair": 2}
    where |= {"call": 2, "method": 2, "call0": 1, "method0": 1, "loop": 0, "each": 1}

    def hook(*args: Any) -> Any:
        if name in where:
            reached.append((args[where[name]], name))
        return inert(*args)

    return hook


def _described(site: runtime.Site) -> str:
    assert site.is_write == (site.kind in ("write", "delete", "setitem", "delitem", "global-write", "cell-write", "inplace")), site
    return f"{site.kind} {site.name}".rstrip()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("self.n", "read n"),
        ("self.n = 2", "write n"),
        ("del self.n", "delete n"),
        ("self.n += 1", "read n; write n"),
        ("self.n += k and 1", "read n; test; inplace Add; write n"),
        ("self.n -= len(v)", "read n; call len; write n"),
        ("self.items += v", "read items; inplace Add; write items"),
        ("self.items[0] += 1", "read items; getitem 0; setitem 0"),
        ("self.items[self.n - 1] += 1", "read items; read n; getitem; setitem"),
        ("v += [1]", "inplace Add"),
        ("v += v", "inplace Add"),
        ("k = k + 'x'", ""),
        ("x = y = self.n", "read n"),
        ("self.n = t.n = 5", "write n; write n"),
        ("self.n, t.n = t.n, self.n", "read n; read n; write n; write n"),
        ("a, *b = self.items", "read items; unpack"),
        ("a, b = 1, 2", ""),
        ("d[k] = v", "setitem"),
        ("d['q'] = v[0]", "getitem 0; setitem 'q'"),
        ("d[k] = 1\ndel d[k]", "setitem; delitem"),
        ("v[0:1] = []", "setitem"),
        ("if k not in d: d[k] = v", "in; setitem"),
        ("k in ('a', 'b')", ""),
        ("self.items.append(v)", "read items; lookup append; method append"),
        ("self.items.append(t.n)", "read items; lookup append; read n; method append"),
        ("self.items.pop()", "read items; method0 pop"),
        ("v.append(1)", "lookup append; method append"),
        ("self.other().run(1)", "method0 other; method run"),
        ("self.run(1, k=t.n)", "lookup run; read n; method run"),
        ("self.run(*v)", "lookup run; unpack; method run"),
        ("self.run(**d)", "lookup run; unpack; method run"),
        ("function()", "call0 function"),
        ("function(k)", "call function"),
        ("function(t.n, self.n)", "read n; read n; call function"),
        ("(lambda: self.n)()", "call0; read n"),
        ("setattr(t, 'n', 3)", "call setattr"),
        ("len(v)", "call len"),
        ("print(v, end='')", "call print"),
        ("isinstance(v, list), range(3), int('3'), id(v)", ""),
        ("ValueError(k)", ""),
        ("', '.join(v and ['a'])", "test; method join"),
        ("if v: pass", "test"),
        ("if not v and t.n: pass", "test"),
        ("if self.n and t.n: pass", "read n; test; read n; test"),
        ("if self.n == 1: pass", "read n"),
        ("if self.n == t.n: pass", "read n; read n; compare"),
        ("if v is None or self.lock is not None: pass", "read lock"),
        ("if not self.other(): pass", "method0 other; test"),
        ("if isinstance(v, list): pass", ""),
        ("x = v or d", "test"),
        ("x = 1 if v else 2", "test"),
        ("assert v", "test"),
        ("v + v", "operator"),
        ("self.items + t.items", "read items; read items; operator"),
        ("[0] + self.items", "read items; operator"),
        ("1 + 2 * self.n", "read n; operator"),
        ("0 < self.n <= len(v)", "read n; call len"),
        ("v == v == v", "compare; compare"),
        ("'%s %d' % (v, 1)", "format"),
        ("f'{v} {self.n} {k!r} {1}'", "format; read n; format; format"),
        ("[*v, *[1]]", "unpack"),
        ("{**d}", "unpack"),
        ("for x in self.items: pass", "read items; iterate; for"),
        ("for x in v: t.n = x", "iterate; for; write n"),
        ("for x in range(2): pass", "for; for"),
        ("for x in (1, 2): pass", "for; for"),
        ("[x for x in self.items if x]", "read items; iterate; test"),
        ("[x.n for x in (self, t)]", "read n; read n"),
        ("while self.n: self.n = 0", "read n; test; while; write n; read n; test"),
        ("while self.n < 2: self.n += 1", "read n; while; read n; write n; read n"),
        ("while True: break", "while"),
        ("try: self.n\nexcept: pass", "read n"),
        ("match self.n:\n    case 1: self.n = 2", "read n; write n"),
        ("match self.items:\n    case [x]: pass", "read items; unpack"),
        ("import math\nmath.floor(2.5), math.pi", ""),
        ("import os\nos.getcwd()", "call0 os.getcwd"),
        ("import os\nos.fspath(k)", "call os.fspath"),
        ("import time\ntime.sleep(0)", ""),
        ("from random import randint, shuffle\nrandint(1, 2)\nshuffle(v)", "call shuffle"),
        ("with open(__import__('os').devnull) as f: f.readline()", "read devnull; call open; with; method0 readline"),
        ("class C:\n    x: int = self.n", "read n"),
        ("self.__class__.__name__", ""),
    ],
)
def test_statement_makes_these_points(source: str, expected: str, points: Points) -> None:
    assert "; ".join(points(source)) == expected


def test_module_variable_that_a_function_changes_is_read_and_written_at_points(points: Points) -> None:
    assert points("global count\ncount = 1\ncount += 1\ncount\ndel count") == [
        "global-write count",
        "global-read count",
        "global-write count",
        "global-read count",
        "global-write count",
    ]


def test_multiple_targets_reach_a_shared_variable_at_its_own_turn(points: Points) -> None:
    assert points("global shared\nself.n = shared = t.n = 1") == ["write n", "global-write shared", "write n"]


def test_unpacking_reaches_shared_variables_at_their_own_turn(points: Points) -> None:
    assert points("global shared\nself.n, (shared, *t.n) = 1, (2, 3)") == ["write n", "global-write shared", "write n"]


def test_loop_target_that_is_shared_is_written_at_a_point(points: Points) -> None:
    assert points("global shared\nfor shared in (1, 2): pass") == ["for", "global-write shared", "for", "global-write shared"]


def test_closure_variable_that_is_rebound_is_read_and_written_at_points(points: Points) -> None:
    source = "n = 0\ndef inner():\n    nonlocal n\n    n += 1\ninner()\nn"
    assert points(source) == ["cell-write n", "call0 inner", "cell-read n", "cell-write n", "cell-read n"]


def test_closure_variable_that_is_bound_once_makes_no_point(points: Points) -> None:
    assert points("n = 0\ndef inner():\n    return n\ninner()") == ["call0 inner"]


def test_finaliser_is_muted_and_unmuted(points: Points, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(runtime, "mute", lambda: heard.append("mute") or "before")
    monkeypatch.setattr(runtime, "unmute", heard.append)
    points("class C:\n    def __del__(self): raise_later = 1\nC().__del__()")
    assert heard[:2] == ["mute", "before"]


def test_private_attribute_is_named_as_the_compiler_spells_it(points: Points) -> None:
    assert points("class C:\n    def f(self): self.__x = 1; return self.__x\nC().f()") == ["call0 C", "method0 f", "write _C__x", "read _C__x"]


def test_loop_that_only_waits_names_nothing_because_what_changes_there_is_not_its_doing() -> None:
    waiting = "while self.turn != me:\n    time.sleep(0)\n    if self.stop: break\nwhile self.turn != me:\n    tries += 1\n"
    program = compile_target(waiting, "waits.py")
    assert [bool(site.tests) for site in runtime.sites[program.first_site :] if site.kind == "while"] == [False, True]


def test_while_site_names_what_can_end_the_loop() -> None:
    source = "def f(self, n):\n  while self.count > n and not self.q.empty():\n    if self.lock.acquire(False) or ready(self.flag):\n      break\n    n += 1\n"
    program = compile_target(source, "loop.py")
    [site] = [site for site in runtime.sites[program.first_site :] if site.kind == "while"]
    assert site.tests == ("self.count", "n", "self.q", "self.lock", "self.flag")


def test_site_says_where_it_stands() -> None:
    source = "class C:\n    def f(self):\n        def g(): return (lambda: self.n)()\n        return f'''\n{self.m}'''\n"
    program = compile_target(source, "place.py")
    seen = [(site.line, site.column, site.kind, site.name, site.function) for site in runtime.sites[program.first_site :]]
    # What stands inside an f-string is said to stand where the string begins, since Python 3.11 knows no better.
    assert seen == [
        (3, 33, "read", "n", "C.f.<locals>.g.<locals>.<lambda>"),
        (3, 24, "call0", "", "C.f.<locals>.g"),
        (4, 15, "read", "m", "C.f"),
        (4, 15, "format", "", "C.f"),
    ]


def shown(hook: str, source: str, **variables: object) -> tuple[object, ...]:
    """The arguments that `hook` is called with, its site left out."""
    calls: list[tuple[object, ...]] = []
    program = compile_target("def probe(" + ", ".join(variables) + "):\n    " + source, "shown.py")
    module = make_module(program, "shown", make_importer({}))
    exec(program.code, vars(module))

    def record(*args: Any) -> Any:
        calls.append(tuple(arg for index, arg in enumerate(args) if index != (1 if hook == "method0" else 2)))
        return args[0]

    runtime.install({hook: record})
    try:
        module.probe(**variables)
    finally:
        runtime.uninstall()
    [only] = calls
    return only


def test_call_shows_the_last_argument_the_callee_and_the_earlier_ones() -> None:
    target = type("Target", (), {})()
    assert shown("call", "setattr(t, 'n', 3)", t=target) == (3, setattr, target, "n")


def test_argument_that_cannot_be_named_again_is_shown_as_none_in_its_position() -> None:
    assert shown("call", "max(int('1'), v, 3)", v=2) == (3, max, None, 2)


def test_attribute_argument_is_shown_without_reading_it_twice() -> None:
    class Owner:
        reads = 0

        @property
        def value(self) -> int:
            Owner.reads += 1
            return 5

    assert shown("call", "max(o.value, 3)", o=Owner()) == (3, max, 5)
    assert Owner.reads == 1


def test_method_shows_the_object_even_if_an_argument_rebinds_its_name() -> None:
    first, second = [1], [2]
    assert shown("method", "v.append((v := w))", v=first, w=second) == (second, first)
    assert first == [1, second]


def test_last_keyword_carries_the_point_of_a_call() -> None:
    key = len
    assert shown("call", "sorted(v, key=k)", v=["b"], k=key) == (key, sorted, ["b"])


def test_pair_shows_both_sides_of_a_comparison() -> None:
    assert shown("pair", "v == w", v=[1], w=[2]) == ([2], [1])


def test_key_shows_a_slice_as_python_builds_it() -> None:
    assert shown("key", "v[1:n]", v=[1, 2, 3], n=2) == (slice(1, 2, None), [1, 2, 3])
