"""Programs made up by Hypothesis do the same rewritten as they do as written."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# The first five are recording objects; the others begin unbound, so that errors are compared as well.
NAMES = st.sampled_from(["a", "b", "c", "d", "e", "x", "y", "z"])
FIELDS = st.sampled_from(["p", "q", "__r"])
CONSTANTS = st.sampled_from(["0", "1", "-2", "''", "'text'", "None", "True", "()", "[]", "{}"])
BINARY = st.sampled_from(["+", "-", "*", "%", "|", "&", "//", "@"])
COMPARE = st.sampled_from(["==", "!=", "<", ">=", "is", "is not", "in", "not in"])


def _extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(st.one_of(inner, inner.map(lambda e: f"*{e}"), inner.map(lambda e: f"k={e}")), max_size=3).map(_as_arguments)
    return st.one_of(
        st.builds("{}.{}".format, inner, FIELDS),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:{}]".format, inner, inner, inner),
        st.builds("{}({})".format, inner, arguments),
        st.builds("{}.m({})".format, inner, arguments),
        st.builds("({} {} {})".format, inner, BINARY, inner),
        st.builds("({} {} {})".format, inner, COMPARE, inner),
        st.builds("({} < {} <= {})".format, inner, inner, inner),
        st.builds("({} and {} or {})".format, inner, inner, inner),
        st.builds("(not {})".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({} := {})".format, NAMES, inner),
        st.builds("[{}, *{}]".format, inner, inner),
        st.builds("{{**{}, 1: {}}}".format, inner, inner),
        st.builds("(lambda v=({}): {})({})".format, inner, inner, inner),
        st.builds("[{} for v in {} if {}]".format, inner, NAMES, inner),
        st.builds("list({} for v in {})".format, inner, NAMES),
        st.builds("'%s %s' % ({}, {})".format, inner, inner),
        inner.filter(lambda e: not set(e) & {"'", "{", "\\"}).map(lambda e: f"f'{{{e}!r}} {{{e}}}'"),
    )


def _as_arguments(arguments: list[str]) -> str:
    plain = [argument for argument in arguments if not argument.startswith("k=")]
    named = [argument for argument in arguments if argument.startswith("k=")]
    return ", ".join([*plain, *named[:1]])


EXPRESSIONS = st.recursive(st.one_of(NAMES, NAMES, CONSTANTS), _extended, max_leaves=6)
PLACES = st.one_of(NAMES, st.builds("{}.{}".format, NAMES, FIELDS), st.builds("{}[{}]".format, NAMES, EXPRESSIONS), st.builds("{}.p.q".format, NAMES))
TARGETS = st.one_of(PLACES, PLACES, st.builds("({}, {})".format, PLACES, PLACES), st.builds("[{}, *{}]".format, PLACES, PLACES))

SIMPLE = st.one_of(
    EXPRESSIONS,
    st.builds("{} = {}".format, TARGETS, EXPRESSIONS),
    st.builds("{} = {} = {}".format, TARGETS, TARGETS, EXPRESSIONS),
    st.builds("{} {}= {}".format, PLACES, BINARY, EXPRESSIONS),
    st.builds("del {}".format, PLACES),
    st.builds("assert {}, {}".format, EXPRESSIONS, EXPRESSIONS),
    st.sampled_from(["boom()", "raise KeyError(1)", "pass"]),
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(lambda text: textwrap.indent(text, "    "))
    return st.one_of(
        st.builds("if {}:\n{}\nelse:\n{}".format, EXPRESSIONS, bodies, bodies),
        st.builds("for {} in {}:\n{}".format, TARGETS, EXPRESSIONS, bodies),
        st.builds("turns = 2\nwhile turns and {}:\n    turns -= 1\n{}".format, EXPRESSIONS, bodies),
        st.builds("try:\n{}\nexcept {}:\n{}\nfinally:\n{}".format, bodies, st.sampled_from(["Exception", "(KeyError, TypeError)", "a.p"]), bodies, bodies),
        st.builds("with {} as {}:\n{}".format, EXPRESSIONS, TARGETS, bodies),
        st.builds("def f(v={}, *w):\n{}\n    return {}\n{} = f({})".format, EXPRESSIONS, bodies, EXPRESSIONS, NAMES, EXPRESSIONS),
        st.builds("class C:\n{}\n    def f(self, v):\n        return {}\nx = C().f({})".format, bodies, EXPRESSIONS, EXPRESSIONS),
        st.builds("match {}:\n    case [v, *w] if {}:\n{}\n    case _:\n{}".format, EXPRESSIONS, EXPRESSIONS, bodies, bodies),
    )


STATEMENTS = st.recursive(SIMPLE, _compound, max_leaves=6)
BODIES = st.lists(STATEMENTS, min_size=1, max_size=4).map("\n".join)

FRAMES = {
    "module": "{}",
    "function": "def scope():\n{}\nscope()",
    "globals": "def change():\n    global x, y, a, b\n    x = y = 1\ndef scope():\n    global x, y, a, b\n{}\nscope()",
    "closure": "def outer():\n    x = y = 1\n    def change():\n        nonlocal x, y\n{}\n        return x, y\n    log.append(change())\n    log.append((x, y))\nouter()",
    "class": "class Scope:\n{}",
}


@pytest.mark.slow
@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(body=BODIES, frame=st.sampled_from(sorted(FRAMES)))
def test_made_up_program_is_observed_to_do_the_same(body: str, frame: str, observe: Any) -> None:
    depth = {"module": 0, "closure": 2}.get(frame, 1)
    source = FRAMES[frame].format(textwrap.indent(body, "    " * depth))
    try:
        compile(source, "program.py", "exec")
    except SyntaxError:
        # Some made-up programs are none: a walrus where none may stand, a name that is both a parameter and global.
        return
    assert observe(source, True) == observe(source, False)
