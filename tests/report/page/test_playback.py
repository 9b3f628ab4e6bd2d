"""What the player steps through is what the trace says: states, locks, values, logs and what one thread saw of another."""

from __future__ import annotations

from typing import Any

from harness.model.trace import Output, Trace
from harness.report.page.lanes import Standing
from harness.report.page.playback import Playback, playback_of


def states(playback: Playback, thread: str) -> list[tuple[int, str]]:
    return [(standing.since, standing.state) for standing in playback.standings[playback.threads.index(thread)]]


def values(playback: Playback, place: str) -> list[tuple[int, str]]:
    return [(change.at, change.value) for change in (*playback.before, *playback.changes) if change.place == place]


def test_a_moment_is_a_step_that_matters_with_its_line_and_its_effect(overwrite: Trace) -> None:
    playback = playback_of(overwrite)
    assert playback.threads == ("producer-1", "consumer-1")
    second = playback.moments[1]
    assert (second.step, second.thread, second.line, second.mark, second.effect) == (3, 0, 8, "write", "write Pipeline.message = 101")
    assert playback.files == ("naive.py",)


def test_values_stand_before_the_first_moment_and_change_when_they_are_written(overwrite: Trace) -> None:
    assert values(playback_of(overwrite), "Pipeline.message") == [(0, "None"), (2, "101"), (5, "102")]


def test_an_element_that_was_deleted_holds_nothing_any_more(scribe: Any) -> None:
    trace = scribe()
    trace.write("main", 3, "cache[4]", "8")
    trace.step("Thread-1", "delitem", "delete cache[4]", 9, "cache[4]", "{}", is_write=True)
    trace.write("Thread-2", 12, "cache[5]", "1")
    playback = playback_of(trace.trace())
    assert [value for _, value in values(playback, "cache[4]")] == ["8", ""]
    assert [value for _, value in values(playback, "cache")] == ["{}", ""]


def test_a_value_says_who_wrote_it_last_even_when_another_thread_reads_it(overwrite: Trace) -> None:
    writers = {(change.thread, change.line) for change in playback_of(overwrite).changes}
    assert writers == {(0, 8)}


def test_produced_and_consumed_are_logged_when_the_calls_return(overwrite: Trace) -> None:
    logged = [(entry.at, entry.is_put, entry.value) for entry in playback_of(overwrite).logged]
    assert logged == [(3, True, "101"), (6, True, "102"), (9, False, "102"), (12, False, "102")]


def test_a_read_of_what_another_thread_wrote_is_a_link_once(overwrite: Trace) -> None:
    assert [(link.origin, link.target, link.relation) for link in playback_of(overwrite).links] == [(5, 8, "sees")]


def test_a_write_over_what_was_not_read_since_says_so(counter: Trace) -> None:
    playback = playback_of(counter)
    over = [link for link in playback.links if link.relation == "overwrites"]
    assert [(playback.moments[link.origin - 1].thread, playback.moments[link.target - 1].thread) for link in over] == [
        (playback.threads.index("Thread-2"), playback.threads.index("Thread-1"))
    ]


def test_a_blocked_thread_waits_from_its_wait_on_and_says_for_what(embrace: Trace) -> None:
    playback = playback_of(embrace)
    assert states(playback, "producer-1") == [(1, "running"), (3, "ready"), (6, "blocked")]
    assert states(playback, "consumer-1") == [(3, "running"), (5, "blocked")]
    assert playback.standings[1][-1] == Standing(5, "blocked", "waits to acquire Pipeline.front (held by producer-1 since line 7)")


def test_a_lock_is_held_from_its_acquire_to_its_release_or_to_the_end(embrace: Trace, scribe: Any) -> None:
    assert [(held.since, held.until, held.lock, held.line) for held in playback_of(embrace).holdings[0]] == [(2, 0, "Pipeline.front", 7)]
    trace = scribe()
    trace.sync("producer-1", "acquire", 4, "Pipeline.lock")
    trace.write("producer-1", 5, "Pipeline.n", "1")
    trace.read("consumer-1", 9, "Pipeline.n", "1")
    trace.write("producer-1", 5, "Pipeline.n", "2")
    trace.sync("producer-1", "release", 4, "Pipeline.lock")
    assert [(held.since, held.until) for held in playback_of(trace.trace()).holdings[0]] == [(1, 5)]


def test_a_lock_that_one_thread_takes_and_another_releases_is_held_by_nobody(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "acquire", 4, "Pipeline.turn")
    trace.sync("consumer-1", "release", 9, "Pipeline.turn")
    assert playback_of(trace.trace()).holdings == ((), ())


def test_a_released_lock_wakes_who_waited_for_it(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "acquire", 4, "Pipeline.lock")
    trace.step("consumer-1", "blocked", "waits: acquire Pipeline.lock (held by producer-1 since line 4)", 9, "Pipeline.lock")
    trace.sync("producer-1", "release", 6, "Pipeline.lock")
    trace.sync("consumer-1", "acquire", 9, "Pipeline.lock")
    assert [(link.origin, link.target, link.relation) for link in playback_of(trace.trace()).links] == [(3, 4, "wakes")]


def test_an_element_that_is_written_makes_the_container_unknown_and_not_wrong(scribe: Any) -> None:
    trace = scribe()
    trace.call("producer-1", 4, "slots", ".append(1)", "[1]")
    trace.call("consumer-1", 9, "slots", ".append(2)", "[1, 2]")
    trace.write("producer-1", 5, "slots[0]", "7")
    playback = playback_of(trace.trace())
    assert values(playback, "slots")[-1] == (3, "")
    assert values(playback, "slots[0]") == [(3, "7")]


def test_the_elements_of_a_container_are_told_apart(scribe: Any) -> None:
    trace = scribe()
    trace.write("producer-1", 4, "slots[0]", "1")
    trace.write("consumer-1", 9, "slots[1]", "2")
    trace.read("consumer-1", 10, "slots[0]", "1")
    links = playback_of(trace.trace()).links
    assert [(link.origin, link.target, link.place) for link in links] == [(1, 3, "slots[0]")]


def test_two_places_of_one_name_are_numbered(scribe: Any) -> None:
    trace = scribe()
    for number in (1, 2):
        trace.places["Box.value"] = number
        trace.write("producer-1", 4, "Box.value", str(number))
        trace.read("consumer-1", 9, "Box.value", str(number))
        trace.write("producer-1", 5, "Box.value", str(number))
    playback = playback_of(trace.trace())
    assert {change.place for change in playback.changes} == {"Box.value", "Box.value (2)"}


def test_printed_lines_come_when_they_were_printed(overwrite: Trace) -> None:
    import msgspec

    trace = msgspec.structs.replace(overwrite, output=(Output(3, "producer-1", "one\ntwo\n"), Output(9, "consumer-1", "\x1b[31mthree")))
    assert [(said.after, said.text) for said in playback_of(trace).output] == [(2, "one"), (2, "two"), (8, "\\x1b[31mthree")]


def test_the_switch_that_starts_the_first_thread_is_none(overwrite: Trace) -> None:
    playback = playback_of(overwrite)
    assert [(switch.after, switch.text) for switch in playback.switches] == [(6, "producer-1 has ended: consumer-1 runs")]


def test_an_expiry_makes_the_waiting_thread_ready_before_it_runs(scribe: Any) -> None:
    trace = scribe()
    trace.step("consumer-1", "blocked", "waits: wait Pipeline.condition", 9, "Pipeline.condition")
    trace.sync("producer-1", "notify", 4, "Pipeline.condition")
    trace.step("consumer-1", "expiry", "time passes: consumer-1 stops waiting")
    trace.sync("producer-1", "notify", 4, "Pipeline.condition")
    trace.sync("consumer-1", "acquire", 9, "Pipeline.condition")
    playback = playback_of(trace.trace())
    assert states(playback, "consumer-1") == [(1, "blocked"), (3, "ready"), (5, "running")]
    assert playback.standings[playback.threads.index("consumer-1")][0].why == "waits on Pipeline.condition"


def test_an_empty_trace_has_nothing_to_play() -> None:
    playback = playback_of(Trace((), ()))
    assert playback.moments == playback.threads == ()
