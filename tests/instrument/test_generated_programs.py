"""Made-up programs do the same rewritten as they do as written.

They are drawn from a grammar with a seeded generator of the standard library: the same programs everywhere, so a
failure is no matter of luck, and fifty times as many in the same time as Hypothesis draws of so deep a grammar.
"""

from __future__ import annotations

import random
import re
import textwrap
from typing import Any

import pytest

from tests.instrument.programs import compiles

EXPRESSIONS = """
{n} | {n} | {n} | 0 | 1 | -2 | '' | 'text' | None | True | () | [] | {}
{e}.{f} | {e}.{f} | {e}.{f}.{f} | {e}[{e}] | {e}[{e}:{e}] | {e}[{e}, {e}:]
{e}() | {e}({e}) | {e}({e}, *{e}) | {e}({e}, {e}, k={e}) | {e}(**{e}) | {e}(k={e}, *{e}) | len({e}) | max({e}, {e}, {e})
{e}.m() | {e}.m({e}) | {e}.m({e}, *{e}, k={e}) | {e}.{f}.m({e}, {e}) | {e}[{e}].m({e})
({e} + {e}) | ({e} - {e}) | ({e} * 2) | ({e} % {e}) | ({e} | {e}) | ({e} // {e}) | (-{e}) | '%s %s' % ({e}, {e})
({e} == {e}) | ({e} < {e}) | ({e} is {e}) | ({e} in {e}) | ({e} not in {e}) | ({e} < {e} <= {e}) | ({e} == {e} in {e})
({e} and {e}) | ({e} or {e} and {e}) | (not {e}) | ({e} if {e} else {e}) | ({n} := {e})
[{e}, *{e}] | ({e}, {e}) | {**{e}, 1: {e}} | {1, {e} is {e}}
(lambda v={e}: {e})({e}) | (lambda: {e})() | [{e} for v in {e} if {e}] | list({e} for v in {e} for w in {e}) | {v: {e} for v in {e}}
f"{{p}!r} {{p}}" | f"{{p}=}"
"""

TARGETS = "{p} | {p} | {p} | {p}, {p} | [{p}, *{p}] | ({p}, ({p}, {p}))"
PLACES = "{n} | {n} | {n}.{f} | {n}.{f} | {n}[{e}] | {n}.{f}.{f} | {n}[{e}:{e}] | {n}.{f}[{e}]"

STATEMENTS = """
{e} | {e} | {t} = {e} | {t} = {e} | {t} = {t} = {e} | {p} += {e} | {p} += 1 | {p} -= {e} | {p} |= {e} | {p} *= {e} | {p}: int = {e}
del {p} | assert {e}, {e} | boom() | raise KeyError(1) | pass | x, y = y, x
"""

BLOCKS = """
if {e}:|{b}|elif {e}:|{b}|else:|{b}
for {t} in {e}:|{b}|else:|{b}
turns = 2|while turns and {e}:|    turns -= 1|{b}
try:|{b}|except {k}:|{b}|finally:|{b}
try:|{b}|except:|{b}|else:|{b}
with {e} as {t}:|{b}
with {e} as {t}, {e}:|{b}
def f(v={e}, *w):|{b}|    return {e}|{n} = f({e})
def g():|{b}|    yield {e}|    {p} = yield {e}|{n} = list(g())
class C:|{b}|    def f(self, v):|        self.__q = v|        return {e}|x = C().f({e})
match {e}:|    case [v, *w] if {e}:|        {s}|    case _:|        {s}
"""

FRAMES = (
    "BODY",
    "def scope():\n    BODY\nscope()",
    "class Scope:\n    def m(self):\n        BODY\nScope().m()",
    "def change():\n    global x, y, a, b\n    x = y = 1\ndef scope():\n    global x, y, a, b\n    BODY\nscope()",
    "def outer():\n    x = y = 1\n    def change():\n        nonlocal x, y\n        BODY\n        return x, y\n    log.append((change(), x, y))\nouter()",
    "class Scope:\n    BODY",
)

PER_SEED = 100


class Grammar:
    """Draws programs; the first five names are recording objects, the others may be unbound, so that errors are compared too."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.rules = {"e": alternatives(EXPRESSIONS), "t": alternatives(TARGETS), "p": alternatives(PLACES), "s": alternatives(STATEMENTS)}
        self.blocks = [line for line in BLOCKS.splitlines() if line]

    def program(self) -> str:
        frame = self.chance.choice(FRAMES)
        indent = frame.partition("BODY")[0].rpartition("\n")[2]
        return frame.replace(f"{indent}BODY", textwrap.indent(self.body(2), indent))

    def body(self, depth: int) -> str:
        return "\n".join(self.statement(depth) for _ in range(self.chance.randint(1, 3)))

    def statement(self, depth: int) -> str:
        if depth == 0 or self.chance.random() < 0.5:
            return self.filled(self.chance.choice(self.rules["s"]), 2)
        lines = self.chance.choice(self.blocks).split("|")
        made = [textwrap.indent(self.body(depth - 1), "    ") if line == "{b}" else self.filled(line, 2) for line in lines]
        return "\n".join(made)

    def filled(self, form: str, depth: int) -> str:
        """The form with every hole filled; deep inside, only names are."""
        return re.sub(r"\{([nfkepts])\}", lambda found: self.hole(found[1], depth), form)

    def hole(self, hole: str, depth: int) -> str:
        match hole:
            case "n":
                return self.chance.choice("abcdexyz")
            case "f":
                return self.chance.choice(("p", "q", "__r"))
            case "k":
                return self.chance.choice(("Exception", "(KeyError, TypeError)", "a.p", "BaseException as z"))
            case "e" | "p" if depth == 0:
                return self.chance.choice("abcdexyz")
            case _:
                return self.filled(self.chance.choice(self.rules[hole]), depth - 1)


def alternatives(text: str) -> list[str]:
    return [form.strip() for line in text.strip().splitlines() for form in line.split(" | ")]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_made_up_programs_are_observed_to_do_the_same(seed: int, observe: Any) -> None:
    grammar = Grammar(random.Random(seed))
    # Some are no programs: a walrus where none may stand, a name that is both a parameter and global.
    programs = [source for source in (grammar.program() for _ in range(PER_SEED)) if compiles(source)]
    assert len(programs) > PER_SEED // 3
    for source in programs:
        assert observe(source, True) == observe(source, False), source
