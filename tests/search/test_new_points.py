"""Points that stand in no line or in the library's own work: the exhaustive search sees every outcome of them that brute force sees, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.strategies.dpor import DPOR
from tests.search.brute_force import AllSchedules
from tests.search.compare import outcomes

PROGRAMS = {
    "one generator, next by two": """
        def numbers():
            yield 1
            yield 2
        def scenario():
            it, got = numbers(), []
            def take():
                try:
                    got.append(next(it))
                except ValueError:
                    got.append("running")
            run(take, take)
            assert False, str(got)
        """,
    "one generator, two loops": """
        def numbers():
            n = 0
            while n < 2:
                n += 1
                yield n
        def scenario():
            it, got = numbers(), []
            def take():
                try:
                    for n in it:
                        got.append(n)
                except ValueError:
                    got.append("running")
            run(take, take)
            assert False, str(got)
        """,
    "identifiers": """
        def scenario():
            idents = []
            def note():
                idents.append(threading.get_ident())
            run(lambda: run(note, note))  # brute force lets the main thread go first
            assert False, str(len(set(idents)))
        """,
    "identifiers of threads that threads start": """
        def scenario():
            idents = []
            def inner():
                idents.append(threading.get_ident())
            def outer():
                inner()
                run(inner)
            run(lambda: run(outer, inner))
            assert False, str(idents)
        """,
    "a counter is updated": """
        def scenario():
            total = Counter()
            run(lambda: total.update(Counter("a")), lambda: total.update({"a": 2}))
            assert False, str(total["a"])
        """,
    "a counter is added to and subtracted from": """
        def scenario():
            total = Counter(a=4)
            run(lambda: total.update(Counter("a")), lambda: total.subtract({"a": 2}))
            assert False, str(total["a"])
        """,
    "a choice of a list that shrinks": """
        def scenario():
            items, got = [1, 1], []
            def pick():
                try:
                    got.append(random.choice(items))
                except IndexError as error:
                    got.append(str(error))
            run(pick, items.clear)
            assert False, str(got)
        """,
    "a container's methods as targets": """
        def scenario():
            items, seen = [], []
            def look():
                seen.append(len(items))
                seen.append(len(items))
            run(look, functools.partial(items.append, 1), functools.partial(items.extend, (2, 3)))
            assert False, str((seen, items))
        """,
    "a copy of an object": """
        class Pair:
            def __init__(self):
                self.x = self.y = 0
        def scenario():
            pair, copies = Pair(), []
            def move():
                pair.x = 1
                pair.y = 1
            run(move, lambda: copies.append(copy.copy(pair)))
            assert False, str((copies[0].x, copies[0].y))
        """,
}

HEAD = """
import copy, functools, random, threading
from collections import Counter

def run(*targets):
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_search_sees_what_brute_force_sees(name: str, tmp_path: Path) -> None:
    lines = PROGRAMS[name].splitlines()
    file = tmp_path / "program.py"
    file.write_text(HEAD + "\n".join(line[8:] for line in lines) + "\n")
    brute, search = AllSchedules(), DPOR()
    seen = outcomes(file, search, 2000)
    assert search.is_complete
    possible = outcomes(file, brute, 10_000)
    assert possible <= seen
    assert seen == possible or not brute.is_complete
    assert len(seen) > 1
