"""What the child says arrives with the parent as it was."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from harness.model.finding import Finding
from harness.stress.messages import Board, Report, Silence

T = TypeVar("T")
FOUND = Finding(kind="loss", severity="error", mode="class", message="message 101 is gone", threads=("producer-1",))


def arrived(told: T) -> T:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=type(told))


def test_what_the_child_found_arrives_as_it_was() -> None:
    report = Report(3, "class", "deadlock", (FOUND,), 17, ("main stands at a.py:1.",))
    silence = Silence(4, "long", "it had not ended", ("a.py:3",), (FOUND,), "program")
    assert arrived(report) == report
    assert arrived(silence) == silence


def test_the_board_shows_number_beat_and_names() -> None:
    board = Board()
    board.note_number(17)
    board.note_beat(4)
    board.name(0, 1234, "main")
    board.name(1, 5678, "producer-1")
    assert board.read() == (17, 4)
    assert board.names() == {1234: "main", 5678: "producer-1"}
    board.close()
