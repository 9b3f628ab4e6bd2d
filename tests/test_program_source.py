"""What a program's source says of the values that pass through it."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from harness.program_source import (
    OtherWays,
    find_comparisons,
    find_logs,
    find_other_ways,
    makes_local_containers,
    runs_something,
    speaks_of_roles,
    waits_to_be_interrupted,
)


def parsed(source: str) -> ast.Module:
    return ast.parse(dedent(source))


@pytest.mark.parametrize(
    ("source", "constants"),
    [
        ("while item != 'END': pass", ("END",)),
        ("while (item := q.get()) is not None: pass", (None,)),
        ("if -1 == item: pass", (-1,)),
        ("if item in (None, 'stop'): pass", ((None, "stop"), None, "stop")),
        ("match item:\n    case None: pass\n    case 'bye': pass", (None, "bye")),
        ("if n < 5: pass", ()),
        ("if n == make(5): pass", ()),
    ],
)
def test_literals_that_values_are_compared_with(source: str, constants: tuple[object, ...]) -> None:
    assert find_comparisons(parsed(source), frozenset()).constants == constants


def test_two_names_that_are_compared_are_a_pair_of_which_one_must_be_found() -> None:
    said = find_comparisons(parsed("if item is not END: pass\nif x == self.stop: pass"), frozenset())
    assert (said.names, said.pairs) == ({"item", "END", "x", "stop"}, (("item", "END"), ("x", "stop")))


@pytest.mark.parametrize(
    ("test", "is_one"),
    [("item", True), ("not item", True), ("a and item", True), ("q.get()", True), ("event.is_set()", False), ("n > 3", False), ("self.running", False)],
)
def test_a_variable_that_is_tested_as_it_is(test: str, is_one: bool) -> None:
    assert find_comparisons(parsed(f"while {test}: pass"), frozenset()).tests_truth is is_one


def test_what_a_pipeline_compares_inside_is_its_own_affair() -> None:
    source = "class Pipeline:\n    def get(self):\n        while self.box is None: pass\nif isinstance(x, Stop): pass"
    assert find_comparisons(parsed(source), frozenset({"Pipeline"})).constants == ()
    assert find_comparisons(parsed(source), frozenset()).constants == (None,)
    assert find_comparisons(parsed(source), frozenset()).types == {"Stop"}


@pytest.mark.parametrize(("source", "does"), [("def produtor(): pass", True), ("class Consumer: pass", True), ("def work(): pass", False), ("prod = 1", False)])
def test_a_program_that_speaks_of_producers_or_consumers(source: str, does: bool) -> None:
    assert speaks_of_roles(parsed(source)) is does


@pytest.mark.parametrize(
    ("names", "logs"),
    [
        (["producer_pipeline", "consumer_pipeline", "other"], ("producer_pipeline", "consumer_pipeline")),
        (["received", "sent"], ("sent", "received")),
        (["enviados", "recebidos"], ("enviados", "recebidos")),
        (["produced", "producer_log", "consumed"], None),
        (["items"], None),
    ],
)
def test_logs_are_known_by_their_names(names: list[str], logs: tuple[str, str] | None) -> None:
    assert find_logs(names) == logs


PIPELINE = """
    class Pipeline:
        def __init__(self): self.items, self.capacity = [], 3
        def put(self, item, name):
            self.items.append(item)
        def get(self): return self.items.pop(0)
        def is_empty(self): return not self.items
        def size(self): return len(self.items)
        def drain(self):
            rest, self.items = self.items, []
            return rest
        def look(self): return self.items[0]
        def drop(self): self.items.clear()
    pipeline = Pipeline()
"""


@pytest.mark.parametrize(
    ("use", "ways"),
    [
        ("pipeline.put(1, 'a'); pipeline.get(); pipeline.is_empty(); pipeline.size(); pipeline.capacity", OtherWays()),
        ("print(pipeline.items)", OtherWays(leak=True)),
        ("pipeline.look()", OtherWays(leak=True)),
        ("pipeline.drain()", OtherWays(leak=True, repeat=True)),
        ("pipeline.drop()", OtherWays(leak=True, repeat=True)),
    ],
)
def test_messages_may_leave_by_what_the_program_uses_beside_the_get(use: str, ways: OtherWays) -> None:
    assert find_other_ways(parsed(PIPELINE + "    " + use), "Pipeline", "put", "get") == ways


def test_a_class_that_sorts_and_one_that_cannot_be_seen() -> None:
    sorting = "class P:\n    def put(self, x): heapq.heappush(self.heap, x)\n    def get(self): return heapq.heappop(self.heap)"
    assert find_other_ways(parsed(sorting), "P", "put", "get") == OtherWays(reorder=True)
    assert find_other_ways(parsed(sorting), "Q", "put", "get") == OtherWays(leak=True)


@pytest.mark.parametrize(("source", "does"), [("def f():\n    x = []", True), ("def f():\n    return deque()", True), ("x = []\ndef f(): x.append(1)", False)])
def test_containers_that_are_gone_when_their_function_has_ended(source: str, does: bool) -> None:
    assert makes_local_containers(parsed(source)) is does


@pytest.mark.parametrize(
    ("source", "does"),
    [("'doc'\nimport os\nX = f()\ndef f(): pass", False), ("main()", True), ("if __name__ == '__main__': main()", True), ("for x in y: x.start()", True)],
)
def test_top_level_code_that_does_more_than_define(source: str, does: bool) -> None:
    assert runs_something(parsed(source)) is does


@pytest.mark.parametrize(
    ("source", "does"),
    [
        ("while True: time.sleep(1)", True),
        ("try: pass\nexcept (KeyboardInterrupt, SystemExit): pass", True),
        ("while True: print(q.get())", False),
        ("while not done: time.sleep(1)", False),
    ],
)
def test_a_program_that_is_made_to_be_interrupted(source: str, does: bool) -> None:
    assert waits_to_be_interrupted(parsed(source)) is does
