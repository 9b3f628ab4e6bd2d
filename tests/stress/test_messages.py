"""What travels between child and parent arrives as it was, or as something that looks like it and equals only itself."""

from __future__ import annotations

import msgspec
import pytest

from harness.model.execution import GET_RETURN, PUT_BEGIN, Crash, Execution, same_value
from harness.model.trace import ThreadEnd
from harness.stress.messages import Board, Report, packed, unpacked


def sent(execution: Execution) -> Execution:
    return unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(Report(3, packed(execution))), type=Report).execution)


@pytest.mark.parametrize("value", [101, None, True, "text", 1.5, -5])
def test_plain_values_arrive_as_they_were(value: object) -> None:
    ((_, _, arrived),) = sent(Execution(mode="class", log=[(PUT_BEGIN, 0, value)])).log
    assert same_value(arrived, value)


@pytest.mark.parametrize("value", [object(), [1, 2], 1 << 80, {"a": 1}, b"bytes"])
def test_other_values_arrive_with_their_looks_and_their_identity(value: object) -> None:
    log = [(PUT_BEGIN, 0, value), (GET_RETURN, 1, value), (GET_RETURN, 1, object())]
    (_, _, first), (_, _, again), (_, _, other) = sent(Execution(mode="class", log=log)).log
    assert repr(first) == repr(value)[:200]
    assert same_value(first, again)
    assert not same_value(first, other)


def test_a_value_without_looks_travels_by_its_type() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise ValueError

    ((_, _, arrived),) = sent(Execution(mode="class", log=[(GET_RETURN, 0, Shy())])).log
    assert repr(arrived) == "<Shy>"


def test_all_else_of_an_execution_arrives() -> None:
    execution = Execution(
        mode="class",
        workers=("producer-1",),
        crashes=(Crash("producer-1", "put", "KeyError: 1", "a.py", 3),),
        ending="deadlock",
        threads=(ThreadEnd("producer-1", "worker", "blocked", waits_for="to acquire x"),),
        kept=frozenset({101}),
        capacity=2,
        order="linear",
    )
    arrived = sent(execution)
    assert tuple(arrived.crashes) == execution.crashes
    assert tuple(arrived.threads) == execution.threads
    assert (arrived.ending, frozenset(arrived.kept), arrived.capacity, arrived.order) == ("deadlock", frozenset({101}), 2, "linear")


def test_the_board_shows_number_beat_and_names() -> None:
    board = Board()
    board.note_number(17)
    board.note_beat(4)
    board.name(0, 1234, "main")
    board.name(1, 5678, "producer-1")
    assert board.read() == (17, 4)
    assert board.names() == {1234: "main", 5678: "producer-1"}
    board.close()
