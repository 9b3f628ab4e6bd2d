"""A hint says what would rule a finding out, with the lines of the trace, and nothing where that is not certain."""

from __future__ import annotations

import time
from typing import Any

import pytest

from harness.model.finding import KINDS, Event, Finding
from harness.model.trace import NOT_THERE, Trace
from harness.report.argument import argue
from harness.report.hint import hints
from harness.report.names import named_as_read
from tests.report.page.test_page import hostile_trace

MONITOR = {
    10: "    def get(self):",
    11: "        with self.changed:",
    12: "            if not self.items:",
    13: "                self.changed.wait()",
    14: "            return self.items.pop(0)",
}


def finding(kind: str, message: str = "", *events: Event) -> Finding:
    return Finding(kind, "error", "class", message, events=events)


def woken_in_vain(scribe: Any, source: dict[int, str]) -> Trace:
    trace = scribe(source=source)
    trace.functions = dict.fromkeys(source, "Pipeline.get")
    trace.get("consumer-2")
    trace.step("consumer-2", "test", "test Pipeline.items", 12, "Pipeline.items", "[]")
    trace.step("consumer-2", "blocked", "waits: wait Pipeline.changed", 13, "Pipeline.changed")
    trace.call("producer-1", 22, "Pipeline.items", ".append(101)", "[101]")
    trace.call("consumer-1", 14, "Pipeline.items", ".pop(0)", "[]")
    trace.call("consumer-2", 14, "Pipeline.items", ".pop(0)", "[]")
    trace.raises("consumer-2", 14, "IndexError: pop from empty list")
    made: Trace = trace.trace()
    return made


CRASH = finding("crash", "an exception left consumer-2's get: IndexError: pop from empty list")


def test_an_if_around_a_wait_should_be_a_while(scribe: Any) -> None:
    assert hints(CRASH, woken_in_vain(scribe, MONITOR)) == ("`while` for `if` at line 12: whoever is woken must look again before it goes on.",)


def test_a_while_around_the_wait_gets_no_such_hint(scribe: Any) -> None:
    told = hints(CRASH, woken_in_vain(scribe, {**MONITOR, 12: "            while not self.items:"}))
    assert not any("for `if`" in hint for hint in told)


def test_where_the_source_is_not_known_no_keyword_is_named(scribe: Any) -> None:
    assert not any("`if`" in hint for hint in hints(CRASH, woken_in_vain(scribe, {})))


def test_source_that_does_not_parse_is_no_error(scribe: Any) -> None:
    assert isinstance(hints(CRASH, woken_in_vain(scribe, dict.fromkeys(MONITOR, "  ))("))), tuple)


def test_two_locks_in_two_orders_are_named_with_their_lines(embrace: Trace) -> None:
    (hint,) = hints(finding("deadlock"), embrace)
    assert hint.startswith("Take the two locks in one order everywhere: ")
    assert "producer-1 takes Pipeline.front (line 7), then Pipeline.back (line 8)" in hint
    assert "consumer-1 takes Pipeline.back (line 12), then Pipeline.front (line 13)" in hint


def test_a_lost_update_asks_for_one_lock_from_the_read_to_the_write(counter: Trace) -> None:
    (hint,) = hints(finding("assertion", "AssertionError"), counter)
    assert hint == "Hold one lock around line 4: then no other write can come between the read and the write."


def test_different_locks_are_called_different(scribe: Any) -> None:
    trace = scribe()
    trace.functions = {4: "add", 8: "sub"}
    trace.sync("Thread-1", "acquire", 3, "Till.in_lock")
    trace.read("Thread-1", 4, "Till.cash", "10")
    trace.sync("Thread-2", "acquire", 7, "Till.out_lock")
    trace.read("Thread-2", 8, "Till.cash", "10")
    trace.write("Thread-2", 8, "Till.cash", "5")
    trace.write("Thread-1", 4, "Till.cash", "15")
    trace.raises("main", 12, "AssertionError")
    (hint,) = hints(finding("assertion", "AssertionError"), trace.trace())
    assert hint == (
        "Till.in_lock at line 4 and Till.out_lock at line 8 are different locks, so they keep nobody apart: "
        "hold one and the same lock around line 4 and around line 8."
    )


def test_who_is_not_woken_asks_for_notify_all(astray: Trace) -> None:
    assert hints(finding("deadlock"), astray) == (
        "notify_all() for notify() at line 18: notify() wakes one of those that wait on done, and that need not be the one that can go on.",
    )


def test_an_end_that_a_lost_update_kept_from_being_told_asks_for_a_lock_and_not_for_another_end(unlit: Trace) -> None:
    assert hints(finding("deadlock"), unlit) == ("Hold one lock around line 13: then no other write can come between the read and the write.",)


def test_threads_that_wait_alike_are_told_the_end_in_one_hint(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer", "put", 12, "q")
    for number in (1, 2):
        trace.step(f"consumer-{number}", "blocked", "waits: get q", 20, "q")
        trace.end(f"consumer-{number}", "blocked", "own", waits_for="for an item in q", file="naive.py", line=20)
    trace.end("producer", role="own")
    (hint,) = hints(finding("deadlock"), trace.trace())
    assert hint == (
        "Tell consumer-1 and consumer-2 that nothing more will come: put 2 values that mean the end, one for each, after the last put (line 12), "
        "or let them take no more than are put."
    )


def test_where_the_source_has_a_put_that_was_not_come_to_nobody_is_told_to_add_one(scribe: Any) -> None:
    trace = scribe(source={11: "def produce():", 12: "    q.put(1)", 13: "    if last:", 14: "        q.put(None)"})
    trace.sync("producer", "put", 12, "q")
    trace.step("consumer-1", "blocked", "waits: get q", 20, "q")
    trace.end("consumer-1", "blocked", waits_for="for an item in q", file="naive.py", line=20)
    trace.end("producer")
    assert hints(finding("deadlock"), trace.trace()) == ()


def test_a_name_that_was_imported_should_be_asked_of_its_module(copied: Trace) -> None:
    (hint,) = hints(finding("livelock", "worker goes round for ever in the loop at main.py:4"), copied)
    assert hint == "In main.py say state.running after `import state`, not running: then both mean one variable."


def test_a_put_whose_loop_let_it_pass_is_not_told_to_wait(scribe: Any) -> None:
    trace = scribe(source={12: "def put(self, message):", 13: "    while is_full():", 14: "        cond.wait()", 15: "    self.slot = message"})
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.write("producer-1", 15, "Pipeline.slot", value)
        trace.put_returns("producer-1", value)
    assert hints(finding("loss", "message 101, put by producer-1, was returned by no get"), trace.trace()) == ()


def test_three_locks_in_a_circle_are_told_in_one_sentence(scribe: Any) -> None:
    trace = scribe()
    for number in range(3):
        trace.sync(f"worker-{number}", "acquire", 8, "abc"[number])
    for number in range(3):
        wanted, holder = "abc"[(number + 1) % 3], f"worker-{(number + 1) % 3}"
        trace.step(f"worker-{number}", "blocked", f"waits: acquire {wanted} (held by {holder} since line 8)", 9, wanted)
        trace.end(f"worker-{number}", "blocked", waits_for=f"to acquire {wanted}, held by {holder} since line 8", file="naive.py", line=9)
    (hint,) = hints(finding("deadlock"), trace.trace())
    assert hint == (
        "Take the locks in one order everywhere: worker-0 takes a (line 8), then b (line 9), worker-1 takes b (line 8), then c (line 9) "
        "and worker-2 takes c (line 8), then a (line 9), which closes a circle."
    )


def test_a_semaphore_that_lets_two_in_should_be_a_lock(two_in: Trace) -> None:
    (hint,) = hints(finding("assertion", "AssertionError"), two_in)
    assert hint == "guard lets more than one thread in: make it a Lock, or a Semaphore that begins at 1 at line 2."


def test_two_locks_of_one_name_are_told_apart_by_number(scribe: Any) -> None:
    trace = scribe()

    def touch(name: str, kind: str, line: int, lock: int) -> None:
        trace.places["Account.lock"] = lock
        what = "waits: acquire Account.lock" if kind == "blocked" else f"{kind} Account.lock"
        trace.step(name, kind, what, line, "Account.lock")

    touch("ann", "acquire", 6, 1)
    touch("bob", "acquire", 6, 2)
    for name, lock in (("ann", 2), ("bob", 1)):
        touch(name, "blocked", 7, lock)
        trace.end(name, "blocked", role="own", waits_for="to acquire Account.lock", file="naive.py", line=7)
    (hint,) = hints(finding("deadlock"), trace.trace())
    assert hint.startswith("ann takes the 1st Account.lock (line 6), then the 2nd Account.lock (line 7) and bob takes the 2nd Account.lock (line 6), then")


def test_a_semaphore_with_room_for_more_than_one_place_should_begin_at_one(scribe: Any) -> None:
    trace = scribe(source={4: "        self.free = Semaphore(2)"})
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.sync("producer-1", "acquire", 7, "Slot.free")
        trace.write("producer-1", 8, "Slot.message", value)
        trace.put_returns("producer-1", value)
    trace.get("consumer-1")
    trace.read("consumer-1", 12, "Slot.message", "102")
    trace.sync("consumer-1", "release", 13, "Slot.free")
    (hint,) = hints(finding("loss", "message 101, put by producer-1, was returned by no get"), trace.trace())
    assert hint == "Slot.free counts the free places, and Slot.message is one: it must have one permit at first (line 4)."


def test_what_is_checked_and_then_made_asks_for_one_lock(scribe: Any) -> None:
    trace = scribe(source={7: "def account(name):", 8: "    if name not in accounts:", 9: "        accounts[name] = Account()"})
    trace.functions = {8: "account", 9: "account"}
    for thread in ("Thread-1", "Thread-2"):
        trace.step(thread, "in", "look in accounts", 8, "accounts", "{}")
    for thread in ("Thread-2", "Thread-1"):
        trace.write(thread, 9, "accounts['ann']", "<Account>")
    trace.raises("main", 20, "AssertionError: 1")
    (hint,) = hints(finding("assertion", "main: AssertionError: 1"), trace.trace())
    assert hint == "The look at line 8 and what follows from it, up to line 9, must stand under one lock in every thread, held without a gap."


def test_one_line_that_only_some_come_to_with_a_lock_is_not_called_two(scribe: Any) -> None:
    trace = scribe()
    trace.functions = {6: "hit"}
    trace.sync("Thread-1", "acquire", 10, "lock")
    trace.read("Thread-1", 6, "hits", "0")
    trace.read("Thread-2", 6, "hits", "0")
    trace.write("Thread-2", 6, "hits", "1")
    trace.write("Thread-1", 6, "hits", "1")
    trace.raises("main", 24, "AssertionError")
    said = "Thread-1 held lock (taken at line 10) at line 6, and Thread-2 did not: every thread that comes there must hold it, from the read to the write."
    assert hints(finding("assertion", "AssertionError"), trace.trace()) == (said,)
    events = [Event(step.step, step.thread, step.file, step.line, step.what) for step in trace.steps if step.step in (2, 4)]
    assert hints(finding("data-race", "hits", *events), trace.trace()) == (said,)


def test_the_lock_that_the_other_side_holds_is_named(scribe: Any) -> None:
    trace = scribe(source={7: "def get(key):", 8: "    if key in cache:", 9: "        return cache[key]"})
    trace.functions = {8: "get", 9: "get"}
    trace.step("Thread-1", "in", "look in cache", 8, "cache", "{4: 8}")
    trace.sync("Thread-2", "acquire", 17, "lock")
    trace.call("Thread-2", 18, "cache", ".clear()", "{}")
    trace.sync("Thread-2", "release", 17, "lock")
    trace.step("Thread-1", "getitem", f"read cache[4]{NOT_THERE}", 9, "cache[4]")
    trace.raises("Thread-1", 9, "KeyError: 4")
    (hint,) = hints(finding("crash", "Thread-1: KeyError: 4"), trace.trace())
    assert hint == "The look at line 8 and what follows up to line 9 must stand under lock, which line 18 holds, without a gap."


def test_a_lock_that_is_taken_after_the_look_must_be_taken_before(scribe: Any) -> None:
    trace = scribe(source={7: "def add(key):", 8: "    if key not in boxes:", 9: "        return", 10: "    with lock:", 11: "        boxes[key].append(1)"})
    trace.functions = dict.fromkeys((8, 10, 11), "add")
    trace.step("Thread-1", "in", "look in boxes", 8, "boxes", "{4: []}")
    trace.sync("Thread-2", "acquire", 17, "lock")
    trace.call("Thread-2", 18, "boxes", ".clear()", "{}")
    trace.sync("Thread-2", "release", 17, "lock")
    trace.sync("Thread-1", "acquire", 10, "lock")
    trace.step("Thread-1", "getitem", f"read boxes[4]{NOT_THERE}", 11, "boxes[4]")
    trace.raises("Thread-1", 11, "KeyError: 4")
    (hint,) = hints(finding("crash", "Thread-1: KeyError: 4"), trace.trace())
    assert hint == "lock is taken only after line 8: take it before, and give it back only after line 11."


@pytest.mark.parametrize(("held", "said"), [("", "One lock that every thread holds at line 4 and line 8"), ("Till.lock", "Hold Till.lock at line 8 too")])
def test_a_race_asks_for_a_lock_at_both_lines(scribe: Any, held: str, said: str) -> None:
    trace = scribe()
    if held:
        trace.sync("Thread-1", "acquire", 3, held)
    trace.write("Thread-1", 4, "Till.cash", "10")
    trace.read("Thread-2", 8, "Till.cash", "10")
    steps = [step for step in trace.steps if step.location == "Till.cash"]
    events = [Event(step.step, step.thread, step.file, step.line, step.what) for step in steps]
    (hint,) = hints(finding("data-race", "Till.cash", *events), trace.trace())
    assert hint.startswith(said)


def divided(scribe: Any, is_changed: bool) -> Trace:
    trace = scribe()
    trace.get("consumer-1")
    trace.read("consumer-1", 6, "Pipeline.rate", "0")
    if is_changed:
        trace.write("producer-1", 3, "Pipeline.rate", "2")
    trace.raises("consumer-1", 7, "ZeroDivisionError: division by zero")
    made: Trace = trace.trace()
    return made


def test_a_crash_of_something_else_gets_no_hint_where_another_thread_may_have_a_part_in_it(scribe: Any) -> None:
    assert hints(finding("crash", "consumer-1: ZeroDivisionError"), divided(scribe, True)) == ()


def test_a_crash_in_which_no_other_thread_has_a_part_is_to_be_mended_where_it_came(scribe: Any) -> None:
    crash = finding("crash", "consumer-1: ZeroDivisionError")
    assert hints(crash, divided(scribe, False)) == ("Mend line 7 itself, or handle ZeroDivisionError there: no lock and no waiting helps.",)
    assert argue("crash", crash.message, divided(scribe, False))[-1] == (
        "Nothing that consumer-1 had come to was changed by another thread, so this does not depend on whose turn it was."
    )


def test_what_a_loop_polls_is_better_waited_for_in_a_condition(scribe: Any) -> None:
    trace = scribe(source={4: "def wait():", 5: "    while not Job.done:", 6: "        time.sleep(0.1)", 7: "", 9: "def work():", 10: "    Job.done = True"})
    trace.read("Thread-2", 5, "Job.done", "False")
    trace.write("Thread-1", 10, "Job.done", "True")
    race = finding("data-race", "", Event(1, "Thread-2", "naive.py", 5, ""), Event(2, "Thread-1", "naive.py", 10, ""))
    assert hints(race, trace.trace()) == (
        "Use a Condition in place of asking again and again: line 10 changes Job.done under it and notifies, "
        "the loop of line 5 stands under it too and waits by its wait().",
    )


def test_a_container_is_called_as_the_line_calls_it(scribe: Any) -> None:
    trace = scribe(source={6: "def take(self, name):", 7: "    while not self.front:", 8: "        found.append(name)", 9: "        self.back.append(1)"})
    trace.read("Thread-1", 7, "Pipeline.front", "[]")
    trace.step("Thread-1", "test", "test Pipeline.back", 7, "Pipeline.back", "[]")
    trace.call("Thread-1", 8, "results['ann']", ".append('bob')", "['bob']")
    trace.call("Thread-1", 9, "Pipeline.back", ".append(1)", "[1]")
    named = named_as_read(trace.trace())
    assert [(step.location, step.what) for step in named.steps[1:]] == [
        ("Pipeline.front", "test Pipeline.front"),
        ("found", "call found.append('bob')"),
        ("Pipeline.back", "call Pipeline.back.append(1)"),
    ]
    assert named_as_read(named) is named


def test_no_kind_fails_on_any_trace(overwrite: Trace, embrace: Trace, swallowed: Trace, counter: Trace, scribe: Any) -> None:
    for trace in (overwrite, embrace, swallowed, counter, woken_in_vain(scribe, MONITOR), hostile_trace(scribe)):
        for kind in KINDS:
            assert len(hints(finding(kind.name, "message 101 and AssertionError"), trace)) <= 2


def test_an_empty_trace_gives_none() -> None:
    assert hints(finding("loss", "message 101"), Trace((), ())) == ()


def test_a_function_is_read_by_its_indentation_where_the_file_is_not_whole(scribe: Any) -> None:
    """The recorder keeps of a long file only what stands around the lines that were executed."""
    assert 1 not in MONITOR
    assert hints(CRASH, woken_in_vain(scribe, {**MONITOR, 9: "", 15: "", 16: "    def other(self):", 17: "        return"}))


def test_a_long_trace_is_told_in_seconds(scribe: Any) -> None:
    """Quadratic looks at 12,000 steps once took half a minute, more than the guard of a check allows; this takes about a second."""
    trace = scribe(source={3: "def work():", 4: "    left += 1", 5: "    right += 1", 6: "    both = (left, right)"})
    trace.functions = dict.fromkeys((4, 5, 6), "work")
    for number in range(1500):
        thread = f"Thread-{number % 2 + 1}"
        for line, name in ((4, "left"), (5, "right")):
            trace.read(thread, line, name, str(number))
            trace.write(thread, line, name, str(number + 1))
        trace.read(thread, 6, "left", str(number + 1))
        trace.read(thread, 6, "right", str(number + 1))
    trace.read("main", 9, "left", "1500")
    trace.raises("main", 9, "AssertionError")
    made: Trace = trace.trace()
    begun = time.process_time()
    assert len(hints(finding("assertion", "main: AssertionError"), made)) <= 1
    argue("assertion", "main: AssertionError", made)
    assert time.process_time() - begun < 15
