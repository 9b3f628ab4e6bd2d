"""Data races, in executions written down by hand."""

from __future__ import annotations

import pytest

from harness.model.deed import Access, Deed, How
from harness.model.trace import Step, Trace
from harness.oracles.races import find_races, judge, what_it_says

Pairs = list[tuple[int, int]]
PLACE, OTHER = 1, 2


def write(step: int, thread: int, key: str = "", how: How = "write", place: int = PLACE, **more: tuple[int, ...]) -> Deed:
    """A deed that touches a place; a plain write as a rule."""
    return Deed(step, thread, access=Access(place, how, key), **more)  # type: ignore[arg-type]


def read(step: int, thread: int, place: int = PLACE, **more: tuple[int, ...]) -> Deed:
    """A deed that reads an attribute or variable."""
    return write(step, thread, how="read", place=place, **more)


def pairs(*deeds: Deed) -> Pairs:
    """The steps of the races."""
    return [(race.early.step, race.late.step) for race in find_races(deeds)]


def test_two_accesses_of_which_one_is_a_write_race_if_nothing_is_between_them() -> None:
    assert pairs(write(1, 1), read(2, 2)) == [(1, 2)]
    assert pairs(read(1, 1), write(2, 2)) == [(1, 2)]
    assert pairs(write(1, 1), write(2, 2)) == [(1, 2)]


def test_reads_and_what_one_thread_does_by_itself_do_not() -> None:
    assert pairs(read(1, 1), read(2, 2)) == []
    assert pairs(write(1, 1), write(2, 1)) == []
    assert pairs(write(1, 1), write(2, 2, place=OTHER)) == []
    assert pairs() == []


def test_what_is_sent_comes_before_what_was_received() -> None:
    assert pairs(write(1, 1, sends=(7,)), read(2, 2, receives=(7,))) == []
    assert pairs(write(1, 1), Deed(2, 1, sends=(7,)), Deed(3, 2, receives=(7,)), read(4, 2)) == []
    assert pairs(Deed(1, 1, sends=(7,)), write(2, 1), Deed(3, 2, receives=(7,)), read(4, 2)) == [(2, 4)]
    assert pairs(write(1, 1, sends=(7,)), read(2, 2, receives=(8,))) == [(1, 2)]


def test_order_goes_on_from_thread_to_thread() -> None:
    assert pairs(write(1, 1, sends=(7,)), Deed(2, 2, receives=(7,), sends=(8,)), write(3, 3, receives=(8,))) == []


def test_several_senders_of_one_channel_all_come_before_its_receiver() -> None:
    assert pairs(write(1, 1, sends=(7,)), write(2, 2, place=OTHER, sends=(7,)), Deed(3, 3, receives=(7,)), write(4, 3), write(5, 3, place=OTHER)) == []


def test_a_lock_given_and_taken_orders() -> None:
    assert pairs(Deed(1, 1, takes=5), write(2, 1), Deed(3, 1, gives=5), Deed(4, 2, takes=5), write(5, 2), Deed(6, 2, gives=5)) == []
    assert pairs(Deed(1, 1, takes=5), write(2, 1), Deed(3, 1, gives=5), Deed(4, 2, takes=6), write(5, 2), Deed(6, 2, gives=6)) == [(2, 5)]


def test_a_race_that_a_flag_hides_is_told_of_the_flag_alone() -> None:
    assert pairs(write(1, 1), write(2, 1, place=OTHER), read(3, 2, place=OTHER), read(4, 2)) == [(2, 3)]
    # a flag that was read before it was written says nothing
    assert pairs(read(1, 2, place=OTHER), write(2, 1), write(3, 1, place=OTHER), read(4, 2)) == [(1, 3), (2, 4)]


def test_who_reads_the_later_write_does_not_come_after_the_earlier() -> None:
    assert pairs(write(1, 1, place=OTHER), write(2, 1), write(3, 2), read(4, 3), read(5, 3, place=OTHER))[-1] == (1, 5)


@pytest.mark.parametrize(
    ("one", "other", "is_race"),
    [
        (write(1, 1, "a", "item-read"), write(2, 2, "a", "item-write"), True),
        (write(1, 1, "a", "item-read"), write(2, 2, "b", "item-write"), False),
        (write(1, 1, "a", "item-write"), write(2, 2, "a", "item-write"), False),
        (write(1, 1, "a", "item-read"), write(2, 2, how="change"), False),
        (write(1, 1, how="add"), write(2, 2, how="add"), False),
        (write(1, 1, how="add"), write(2, 2, how="look"), False),
        (write(1, 1, how="walk"), write(2, 2, how="add"), True),
        (write(1, 1, how="walk"), write(2, 2, how="change"), True),
        (write(1, 1, "a", "item-write"), write(2, 2, how="walk"), True),
        (write(1, 1, how="walk"), write(2, 2, how="walk"), False),
    ],
)
def test_a_single_operation_of_a_container_is_no_race(one: Deed, other: Deed, is_race: bool) -> None:
    assert bool(pairs(one, other)) == is_race


def test_what_a_container_is_asked_comes_after_all_that_was_done_to_it() -> None:
    done = write(1, 1)
    for how in ("add", "change", "item-write"):
        for asks in ("look", "walk", "change"):
            after = pairs(done, write(2, 1, "a", how, OTHER), write(3, 2, how=asks, place=OTHER), write(4, 2))
            assert (1, 4) not in after
    # an item that is read tells of its own setting, and of additions, not of another item's
    assert (1, 4) not in pairs(done, write(2, 1, "a", "item-write", OTHER), write(3, 2, "a", "item-read", OTHER), write(4, 2))
    assert (1, 4) not in pairs(done, write(2, 1, how="add", place=OTHER), write(3, 2, "a", "item-read", OTHER), write(4, 2))
    assert (1, 4) in pairs(done, write(2, 1, "a", "item-write", OTHER), write(3, 2, "b", "item-read", OTHER), write(4, 2))
    # and an append tells its caller nothing
    assert (1, 4) in pairs(done, write(2, 1, how="add", place=OTHER), write(3, 2, how="add", place=OTHER), write(4, 2))


def trace(*steps: Step) -> Trace:
    """A trace of these steps, in two threads."""
    return Trace(("one", "two"), steps)


def step(number: int, thread: str, line: int, held: tuple[str, ...] = (), function: str = "Bank.pay", location: str = "Bank.total") -> Step:
    """A step on a location of a bank."""
    return Step(number, thread, "src/bank.py", line, function, "write", f"write {location}", location, held=held)


def test_a_finding_names_both_places_the_locks_and_the_ways_there() -> None:
    deeds = [
        Deed(1, 1, access=Access(PLACE, "write"), stack=("work (line 9)", "Bank.pay (line 3)")),
        Deed(2, 2, access=Access(PLACE, "read"), stack=("Bank.sum (line 5)",)),
    ]
    (finding,) = judge(trace(step(1, "one", 3, ("Bank.lock",)), step(2, "two", 5, function="scenario.<locals>.look")), deeds, "function")
    assert (finding.kind, finding.severity, finding.mode, finding.threads) == ("data-race", "warning", "function", ("one", "two"))
    assert finding.message == (
        "Bank.total: one writes it at bank.py:3 in Bank.pay and two reads it at bank.py:5 in look, and nothing orders the two; "
        "one holds Bank.lock and two holds no lock"
    )
    assert finding.explanation[0] == "one came there through work (line 9) > Bank.pay (line 3), two came there through Bank.sum (line 5)."
    assert finding.explanation[1:3] == (
        "No lock is held at both, and no start, join, notify, queue, future or other hand-over leads from one to the other.",
        "So either can come first and the other right after it, whether or not that did harm here.",
    )
    assert "in one piece" in finding.explanation[-1]
    assert [(event.step, event.line) for event in finding.events] == [(1, 3), (2, 5)]


def test_locks_of_one_name_are_told_apart() -> None:
    deeds = [write(1, 1), write(2, 2)]
    (finding,) = judge(trace(step(1, "one", 3, ("Bank.lock",)), step(2, "two", 3, ("Bank.lock",), function="<module>")), deeds, "function")
    assert finding.message.endswith("one holds Bank.lock and two holds Bank.lock (different locks of one name)")
    assert "at bank.py:3, and nothing" in finding.message


def test_each_location_and_pair_of_lines_is_told_once() -> None:
    deeds = [write(1, 1), read(2, 1), write(3, 2), write(4, 2, place=OTHER), write(5, 1, place=OTHER)]
    steps = (step(1, "one", 3), step(2, "one", 3), step(3, "two", 5), step(4, "two", 7, location="rows[0]"), step(5, "one", 5, location="rows[0]"))
    findings = judge(trace(*steps), deeds, "class")
    assert len(pairs(*deeds)) == 3
    assert [finding.message.split(": ")[0] for finding in findings] == ["Bank.total", "rows[0]"]
    assert len({what_it_says(finding) for finding in findings}) == 2


def test_what_is_assumed_of_containers_is_said() -> None:
    (finding,) = judge(trace(step(1, "one", 3), step(2, "two", 5)), [write(1, 1, how="walk"), write(2, 2, how="add")], "class")
    assert "one loops over it" in finding.message
    assert "two changes it" in finding.message
    assert "no lock is held at either" in finding.message
    assert "builtin container" in finding.explanation[-2]
    assert "a loop over a container" in finding.explanation[-1]
