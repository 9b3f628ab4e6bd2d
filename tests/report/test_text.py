"""The text report, line by line as a student sees it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from harness.model.finding import Finding
from harness.model.result import Bounds, Result
from harness.model.trace import Output, Trace
from harness.report.table import measured
from harness.report.text import render, render_replay, report_lines
from harness.report.view import StepRow, view_of

LOST = "message 101, put by producer-1, was returned by no get and is nowhere in the pipeline any more"
TWICE = "message 102, put by producer-1, was returned by consumer-1's 1st get and again by consumer-1's 2nd get"

OVERWRITE_AT_100 = """\
FAILED  naive.py: loss and duplication, first seen in execution 2
  1 producer, 1 consumer, 2 messages, capacity 2; 2 executions in 0.004 s (budget 5,000); engine
  explore, strategy auto, seed 0, Python 3.12.1.

loss: message 101, put by producer-1, was returned by no get and is nowhere in the pipeline any more

  producer-1 wrote message 101 to Pipeline.message at line 8. Before anything read it, producer-1
  wrote message 102 over it at line 8; nothing read message 101. That put of producer-1 has no step
  that waits until message 101 is taken.

duplication: message 102, put by producer-1, was returned by consumer-1's 1st get and again by
  consumer-1's 2nd get

  consumer-1's get read message 102 from Pipeline.message at line 11 and returned it. A later get of
  consumer-1 read it there again at line 11 and returned it too. Nothing removed or replaced it
  between the two.

The execution of naive.py, top to bottom (0 preemptions; 12 of 13 steps shown):

  At the start Pipeline.message = None.

  line  producer-1                                     consumer-1
  --------------------------------------------------------------------------------------------------
        put(101) begins
     8  self.message = message
          write Pipeline.message = 101
        put(101) returns
        put(102) begins
     8  self.message = message
          write Pipeline.message = 102
        put(102) returns
    -- producer-1 has ended: consumer-1 runs --
                                                       get() begins
    11                                                 return self.message
                                                         read Pipeline.message -> 102
                                                       get() returns 102
                                                       get() begins
    11                                                 return self.message
                                                         read Pipeline.message -> 102
                                                       get() returns 102

To see it again, step by step:
harness replay naive.py h1:AAAA
"""

EMBRACE_AT_60 = """\
FAILED  naive.py: deadlock, first seen in execution 2
  1 producer, 1 consumer, 2 messages, capacity 2; 2
  executions in 0.004 s (budget 5,000); engine explore,
  strategy auto, seed 0, Python 3.12.1.

deadlock: nobody can ever go on

  producer-1 waits at line 8 to acquire Pipeline.back.
  consumer-1 took Pipeline.back at line 12 and has not
  released it. consumer-1 waits at line 13 to acquire
  Pipeline.front. producer-1 took Pipeline.front at line 7
  and has not released it. Each waits for what the other
  holds, so neither can go on.

The execution of two_locks.py, top to bottom (1 preemption;
  6 of 6 steps shown):

  producer-1
        put(101) begins
     7  with self.front:
          acquire Pipeline.front
    -- producer-1 is preempted: consumer-1 runs --
  consumer-1
        get() begins
    12  with self.back:
          acquire Pipeline.back
    13  with self.front:
          waits: acquire Pipeline.front (held by producer-1
            since line 7)
    -- consumer-1 must wait: producer-1 runs --
  producer-1
     8  with self.back:
          waits: acquire Pipeline.back (held by consumer-1
            since line 12)

At the end:
  producer-1 waits at line 8 to acquire Pipeline.back, held
    by consumer-1 since line 12; it holds Pipeline.front
    (since line 7)
  consumer-1 waits at line 13 to acquire Pipeline.front,
    held by producer-1 since line 7; it holds Pipeline.back
    (since line 12)

What this check could not see, or took for granted:
  - the module shop was entered, and it is not rewritten

To see it again, step by step:
harness replay naive.py h1:AAAA
"""


def test_a_lost_message_reads_from_verdict_to_replay_line(overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    result = result_of("failed", finding_of("loss", LOST, overwrite), finding_of("duplication", TWICE, overwrite, schedule="h1:AAAB"))
    assert render(result, 100) == OVERWRITE_AT_100


def test_a_narrow_terminal_gets_one_column_with_names(embrace: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    found = finding_of("deadlock", "nobody can ever go on", embrace, preemptions=1)
    assert render(result_of("failed", found, limits=("the module shop was entered, and it is not rewritten",)), 60) == EMBRACE_AT_60


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal_but_the_one_to_paste(
    width: int, embrace: Trace, counter: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    found = [finding_of("deadlock", "stuck", embrace), finding_of("assertion", "AssertionError", counter, replay="harness replay x.py h1:" + "A" * 200)]
    for line in report_lines(result_of("failed", *found), width):
        assert line.role == "replay" or len(line.text) <= width, line.text


def test_a_survivor_is_promised_nothing(result_of: Callable[..., Result]) -> None:
    assert render(result_of("survived", executions=5000, elapsed_s=2.04), 100) == (
        "SURVIVED  naive.py: no failing execution among 5,000; this is not a proof\n"
        "  1 producer, 1 consumer, 2 messages, capacity 2; 5,000 executions in 2.0 s (budget 5,000); engine\n"
        "  explore, strategy auto, seed 0, Python 3.12.1.\n"
        "  More threads may show more: --producers 2 --consumers 2\n"
    )


def test_a_verified_target_names_its_bounds(result_of: Callable[..., Result]) -> None:
    text = render(result_of("verified", executions=50, classes=12, complete=True, bounds=Bounds(2, 5000, 7.5)), 100)
    assert text.startswith("VERIFIED  naive.py: every schedule within the bounds was covered, and none fails\n")
    assert "12 of them inequivalent" in text
    assert "at most 2 preemptions each" in " ".join(text.split())
    assert "at most 7.5 s, so another machine may get further" in " ".join(text.split())


def test_an_error_is_one_line_without_saying_the_target_twice(result_of: Callable[..., Result]) -> None:
    assert render(result_of("error", executions=0, error="naive.py: no such file"), 100) == "ERROR  naive.py could not be judged: no such file\n"


def test_facts_that_disagree_stay_aligned(result_of: Callable[..., Result]) -> None:
    error = "naive.py: the same schedule gives different executions\n  recorded: line 8\n  replayed: line 9"
    assert render(result_of("error", executions=0, error=error), 100).splitlines()[1:] == ["  recorded: line 8", "  replayed: line 9"]


def test_warnings_alone_are_told_and_leave_the_verdict(finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    text = render(result_of("survived", finding_of("leaked-thread", "all else has ended, but Thread-1 waits"), executions=50), 100)
    assert text.startswith("SURVIVED")
    assert "With 1 warning: leaked-thread. A warning does not change the verdict." in text
    assert "warning, leaked-thread: all else has ended, but Thread-1 waits" in text


def test_several_executions_are_each_shown_and_the_first_finding_is_replayed_last(
    overwrite: Trace, embrace: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    lost = finding_of("loss", LOST, overwrite, replay="harness replay naive.py h1:LOSS")
    stuck = finding_of("deadlock", "stuck", embrace, replay="harness replay naive.py h1:DEAD")
    lines = render(result_of("failed", lost, stuck), 100).splitlines()
    assert sum(line.startswith("The execution of ") for line in lines) == 2
    assert lines[-5:] == ["To see them again, step by step:", "# deadlock", "harness replay naive.py h1:DEAD", "# loss", "harness replay naive.py h1:LOSS"]


def test_of_two_modes_each_replay_line_says_whose_it_is(
    overwrite: Trace, embrace: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    findings = finding_of("loss", "lost", overwrite), finding_of("deadlock", "stuck", embrace, mode="program", replay="harness replay naive.py h1:BBBB")
    said = render(result_of("failed", *findings, mode="class+program"), 100).splitlines()[-4:]
    assert said == ["# deadlock (program mode)", "harness replay naive.py h1:BBBB", "# loss (class mode)", "harness replay naive.py h1:AAAA"]


def test_a_mode_that_shows_some_of_what_the_other_shows_at_the_same_lines_is_told_in_a_sentence(
    overwrite: Trace, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    other = msgspec.structs.replace(overwrite, notes=("sent = [101, 102]",))
    shown = finding_of("loss", "lost", overwrite, explanation=("written over at line 8.",)), finding_of("capacity", "full", overwrite, explanation=("line 8.",))
    again = finding_of("loss", "lost too", other, mode="program", explanation=("written over at line 8.",))
    assert "comes about at the same lines as in class mode" in render(result_of("failed", *shown, again, mode="class+program"), 160)
    more = msgspec.structs.replace(again, kind="duplication")
    assert "comes about at the same lines" not in render(result_of("failed", *shown, again, more, mode="class+program"), 160)


def test_what_the_target_printed_is_shown_short_and_harmless(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.output = [Output(1, "producer-1", f"line {number}\n") for number in range(9)] + [Output(1, "producer-1", "\x1b[31mred\x07")]
    text = render(result_of("failed", finding_of("loss", LOST, trace.trace())), 100)
    assert "  ... 4 lines before ...\n  producer-1: line 4\n" in text
    assert r"producer-1: \x1b[31mred\x07" in text
    assert all(character.isprintable() or character == "\n" for character in text)


def test_a_loop_that_goes_round_is_shown_once(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe(source={9: "        while not self.is_full:"})
    trace.write("main", 5, "Pipeline.is_full", "True")
    trace.write("producer-1", 7, "Pipeline.is_full", "False")
    trace.get("consumer-1")
    for _ in range(40):
        trace.read("consumer-1", 9, "Pipeline.is_full", "False")
        trace.step("consumer-1", "sleep", "sleep(0)", 10)
    trace.end("producer-1")
    trace.end("consumer-1", "running", file="naive.py", line=9)
    text = render(result_of("failed", finding_of("livelock", "round for ever", trace.trace())), 100)
    assert text.count("while not self.is_full:") == 1
    assert "... these 2 steps 39 times more ..." in text
    assert "consumer-1 still runs at line 9" in text


def test_a_long_execution_keeps_what_stands_around_its_preemption(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe()
    for number in range(200):
        trace.write("producer-1", 8, "Pipeline.count", str(number))
        if number == 100:
            trace.switch("producer-1", "consumer-1")
            trace.read("consumer-1", 12, "Pipeline.count", str(number))
            trace.switch("consumer-1", "producer-1", "blocked")
    trace.end("producer-1")
    trace.end("consumer-1")
    text = render(result_of("failed", finding_of("capacity", "too many", trace.trace())), 100)
    assert "-- producer-1 is preempted: consumer-1 runs --" in text
    assert "write Pipeline.count = 100" in text
    assert "read Pipeline.count -> 100" in text
    assert "steps of producer-1 left out ..." in text
    assert len(text.splitlines()) < 150


def test_a_wait_is_said_once_and_how_it_ended(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe(source={7: "with self.lock:"})
    for holder in ("consumer-1", "consumer-2", "consumer-3"):
        trace.sync(holder, "acquire", 7, "Pipeline.lock")
        trace.step("producer-1", "blocked", f"waits: acquire Pipeline.lock (held by {holder} since line 7)", 7, "Pipeline.lock")
        if holder != "consumer-3":
            trace.sync(holder, "release", 7, "Pipeline.lock")
    text = render(result_of("failed", finding_of("deadlock", "nobody", trace.trace())), 160)
    assert [f"waits: acquire Pipeline.lock (held by consumer-{number}" in " ".join(text.split()) for number in (1, 2, 3)] == [True, False, True]


def test_initialisation_and_constants_are_no_steps_that_matter(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe()
    trace.write("main", 4, "Pipeline.lock", "<Lock>")
    trace.put("producer-1", "101")
    trace.read("producer-1", 8, "Pipeline.lock", "<Lock>")
    trace.read("consumer-1", 12, "Pipeline.lock", "<Lock>")
    trace.end("producer-1")
    trace.end("consumer-1")
    assert "<Lock>" not in render(result_of("failed", finding_of("loss", LOST, trace.trace())), 100)


def test_a_semaphore_is_held_by_nobody(scribe: Any, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> None:
    trace = scribe()
    trace.sync("producer-1", "acquire", 7, "Pipeline.room")
    trace.sync("consumer-1", "release", 12, "Pipeline.room")
    trace.sync("producer-1", "acquire", 7, "Pipeline.room")
    trace.step("producer-1", "blocked", "waits: acquire Pipeline.room (held by producer-1 since line 7)", 7, "Pipeline.room")
    trace.end("producer-1", "blocked", waits_for="to acquire Pipeline.room, held by producer-1 since line 7", file="naive.py", line=7, holds=("Pipeline.room",))
    trace.end("consumer-1")
    text = render(result_of("failed", finding_of("deadlock", "stuck", trace.trace())), 100)
    assert "held by" not in text
    assert "holds" not in text
    assert "producer-1 waits at line 7 to acquire Pipeline.room" in text


def test_wide_characters_keep_the_columns_apart() -> None:
    assert measured("日本") == 4
    assert measured("é") == 1
    assert measured(unicodedata.normalize("NFD", "é")) == 1


def test_a_replay_that_shows_the_finding_says_so_first(overwrite: Trace, finding_of: Callable[..., Finding]) -> None:
    text = render_replay("class", "naive.py", finding_of("loss", LOST, overwrite), overwrite, True, 100)
    assert text.startswith("SHOWN AGAIN  naive.py (class mode): loss\n")
    assert "put(102) begins" in text


def test_a_replay_that_shows_nothing_shows_the_execution(overwrite: Trace) -> None:
    text = render_replay("class", "naive.py", None, overwrite, False, 100)
    assert text.startswith("NOT SHOWN  naive.py (class mode): ")
    assert "put(102) begins" in text


def test_what_stood_at_the_start_is_the_container_as_it_was_last_and_no_element_that_is_gone(scribe: Any) -> None:
    trace = scribe()
    trace.write("main", 1, "cache[4]", "8")
    trace.call("main", 2, "cache", ".clear()", "{}")
    trace.write("main", 3, "log[1]", "2")
    trace.step("main", "delitem", "delete log[1]", 4, "log[1]", "{}", is_write=True)
    trace.end("main", role="main")
    for thread in ("Thread-1", "Thread-2"):
        trace.end(thread, role="own")
        trace.call(thread, 6, "cache", ".update()", "{}")
        trace.call(thread, 7, "log", ".update()", "{}")
    assert view_of(trace.trace()).setting == ("cache = {}", "log = {}")


def test_what_stood_at_the_start_is_called_as_the_rows_call_it(scribe: Any) -> None:
    trace = scribe()
    trace.write("main", 1, "Account.balance", "0")
    trace.places["Test.account.balance"] = trace.places["Account.balance"]  # set up before it was put there
    trace.end("main", role="main")
    for thread in ("Thread-1", "Thread-2"):
        trace.end(thread, role="own")
        trace.write(thread, 6, "Test.account.balance", "5")
    assert view_of(trace.trace()).setting == ("Test.account.balance = 0",)


def test_a_switch_stands_where_it_happened_among_the_steps_that_are_left_out(scribe: Any) -> None:
    trace = scribe()
    for thread in ("A", "B", "C"):
        trace.end(thread, role="own")
        trace.write(thread, 1, "n", "0")
    for number in range(40):
        trace.write("A", 2, "n", str(number))
    trace.switch("A", "B")
    for number in range(40):
        trace.write("B", 3, "n", str(number))
    trace.switch("B", "C", "ended")
    for number in range(3):
        trace.write("C", 4, "n", str(number))
    rows = view_of(trace.trace(), limit=24).rows
    told = [row.text for row in rows if not isinstance(row, StepRow)]
    told = [re.sub(r"\d+ steps", "steps", text) for text in told]
    assert told == ["steps of A left out", "A is preempted: B runs", "steps of B left out", "B has ended: C runs"]
