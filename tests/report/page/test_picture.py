"""The timeline's geometry: lanes, calls as boxes, waits, locks, switches and arrows, all bounded."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model.trace import ThreadEnd, Trace
from harness.report.page.circle import waiting_circle
from harness.report.page.picture import MOST_CELLS, Picture, picture_of
from harness.report.page.playback import playback_of
from tests.report.page.test_page import long_trace


def drawn(trace: Trace) -> Picture:
    return picture_of(playback_of(trace))


def roles(picture: Picture, lane: int) -> list[str]:
    return [box.role for box in picture.lanes[lane].boxes]


def test_a_put_is_a_box_from_its_begin_to_its_return(overwrite: Trace) -> None:
    picture = drawn(overwrite)
    calls = [box for box in picture.lanes[0].boxes if box.role == "call"]
    assert [box.text for box in calls] == ["put(101)", "put(102)"]
    assert calls[0].x < calls[0].x + calls[0].width < calls[1].x
    assert [box.text for box in picture.lanes[1].boxes if box.role == "call"] == ["get() = 102"] * 2


def test_a_call_that_never_ends_stays_open(embrace: Trace) -> None:
    picture = drawn(embrace)
    (open_put,) = [box for box in picture.lanes[0].boxes if box.role == "open"]
    assert open_put.text == "put(101) ..."
    assert open_put.x + open_put.width == pytest.approx(picture.left + 6 * picture.pitch, abs=2)


def test_an_open_call_ends_with_its_thread(scribe: Any) -> None:
    trace = scribe()
    trace.get("consumer-1")
    trace.raises("consumer-1", 9, "IndexError: pop from empty list")
    trace.step("consumer-1", "end", "consumer-1 ends")
    trace.put("producer-1", "1")
    trace.put_returns("producer-1", "1")
    trace.end("consumer-1")
    trace.end("producer-1")
    picture = drawn(trace.trace())
    (open_get,) = [box for box in picture.lanes[0].boxes if box.role == "open"]
    (put,) = [box for box in picture.lanes[1].boxes if box.role == "call"]
    assert open_get.x + open_get.width < put.x + put.width


def test_waits_and_locks_have_boxes_of_their_own(embrace: Trace) -> None:
    picture = drawn(embrace)
    assert roles(picture, 0) == ["running", "ready", "blocked", "lock", "open"]
    assert [box.title for box in picture.lanes[0].boxes if box.role == "lock"] == ["holds Pipeline.front"]


def test_a_preemption_is_marked_in_words_and_a_wait_is_not(embrace: Trace) -> None:
    assert [(crossing.role, crossing.sign) for crossing in drawn(embrace).crossings] == [("preemption", "preempted"), ("blocked", "")]


def test_an_arrow_goes_from_the_write_to_who_sees_it(overwrite: Trace) -> None:
    (arrow,) = drawn(overwrite).arrows
    assert arrow.title == "consumer-1 sees what producer-1 did to Pipeline.message in step 6"


def test_it_says_itself_in_words(embrace: Trace) -> None:
    assert drawn(embrace).words.startswith("Timeline from left to right: 6 steps of producer-1 and consumer-1, 2 switches, 1 preemption.")


def test_a_long_execution_is_drawn_in_cells(overwrite: Trace) -> None:
    picture = drawn(long_trace(10_000))
    assert all(len(lane.boxes) <= MOST_CELLS for lane in picture.lanes)
    assert picture.width < 6_000
    last = picture.lanes[0].boxes[-1]
    assert last.x + last.width == pytest.approx(picture.width - picture.left, abs=5)


def test_a_name_cut_short_is_no_lock_of_another(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "acquire", 4, "Pipeline.a_lock_with_a_very_long_name_indeed")
    for _ in range(60):
        trace.sync("producer-1", "notify", 5, "Pipeline.c")
    texts = [box.text for box in drawn(trace.trace()).lanes[0].boxes if box.role == "lock"]
    assert all(text in ("", "holds Pipeline.a_lock_with_a_very_long_name_indeed", "a_lock_with_a_very_long_name_indeed") for text in texts)


def waiting(*waits: tuple[str, str, str]) -> Trace:
    ends = [ThreadEnd(name, "own", "blocked", waits_for=f"to acquire {lock}, held by {holder} since line 3") for name, lock, holder in waits]
    return Trace(tuple(name for name, _, _ in waits), (), ends=tuple(ends))


def test_a_circle_of_three_is_told_from_its_first_thread_on() -> None:
    circle = [("a", "L1", "b"), ("b", "L2", "c"), ("c", "L3", "a")]
    assert list(waiting_circle(waiting(("x", "L1", "a"), *circle))) == circle


@pytest.mark.parametrize("waits", [(), (("a", "L1", "b"),), (("a", "L1", "b"), ("b", "L2", "c"))])
def test_threads_that_wait_in_a_row_are_no_circle(waits: tuple[tuple[str, str, str], ...]) -> None:
    assert waiting_circle(waiting(*waits)) == ()


def test_a_thread_that_waits_for_its_own_lock_is_a_circle() -> None:
    assert waiting_circle(waiting(("a", "L", "a"))) == (("a", "L", "a"),)


def test_what_a_thread_runs_is_one_path_of_all_its_stretches(embrace: Trace) -> None:
    lane = drawn(embrace).lanes[0]
    paths = dict(lane.stretches)
    for role in ("running", "ready"):
        boxes = [box for box in lane.boxes if box.role == role]
        assert paths[role] == "".join(f"M{box.x:g} {box.y + 4:g}h{box.width:g}" for box in boxes)


def test_marks_that_say_the_same_say_it_once(overwrite: Trace) -> None:
    lane = drawn(overwrite).lanes[1]
    ((title, marks),) = dict(lane.marked)["read"]
    assert title == "read Pipeline.message -> 102"
    assert marks == [mark for mark in lane.marks if mark.role == "read"]
    assert len(marks) == 2


def test_locks_and_waits_of_one_kind_are_one_path(embrace: Trace) -> None:
    lane = drawn(embrace).lanes[0]
    ((lock, path, named),) = lane.locks
    (box,) = lane.of_role("lock")
    assert (lock, path, named) == ("holds Pipeline.front", f"M{box.x:g} {box.y:g}h{box.width:g}", [box])
    ((why, path),) = lane.waits
    (box,) = lane.of_role("blocked")
    assert (why, path) == (box.title, f"M{box.x:g} {box.y:g}h{box.width:g}v8h-{box.width:g}z")


def test_switches_of_one_kind_are_one_path_and_keep_their_signs(embrace: Trace) -> None:
    picture = drawn(embrace)
    told = {(role, title): (path.count("M"), [each.sign for each in signed]) for role, title, path, signed in picture.crossed}
    preempted, waited = ("preemption", "producer-1 is preempted: consumer-1 runs"), ("blocked", "consumer-1 must wait: producer-1 runs")
    assert told == {preempted: (1, ["preempted"]), waited: (1, [])}
