"""The argument for a finding says only what the trace shows, with roles, values and lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from harness.explain import explain
from harness.model.finding import KINDS, Finding
from harness.model.trace import NOT_THERE, Trace
from harness.report.argument import argue

LOST = "message 101, put by producer-1, was returned by no get and is nowhere in the pipeline any more"


def told(kind: str, message: str, trace: Trace) -> str:
    return " ".join(argue(kind, message, trace))


def test_a_message_written_over_is_told_with_both_writes(overwrite: Trace) -> None:
    assert argue("loss", LOST, overwrite) == (
        "producer-1 wrote message 101 to Pipeline.message at line 8.",
        "Before anything read it, producer-1 wrote message 102 over it at line 8; nothing read message 101.",
        "That put of producer-1 has no step that waits until message 101 is taken.",
    )


def test_a_message_that_was_seen_but_not_delivered_is_not_called_unread(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.write("producer-1", 8, "Pipeline.message", "101")
    trace.put_returns("producer-1", "101")
    trace.put("producer-2", "201")
    trace.read("producer-2", 7, "Pipeline.message", "101")
    trace.write("producer-2", 8, "Pipeline.message", "201")
    text = told("loss", LOST, trace.trace())
    assert "Before any get returned it, producer-2 wrote message 201 over it at line 8; no get returned message 101." in text
    assert "nothing read" not in text
    assert "no step that waits" in text


def test_a_write_after_a_stale_look_names_the_look(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-2", "201")
    trace.read("producer-2", 7, "Pipeline.message", "None")
    trace.put("producer-1", "101")
    trace.write("producer-1", 8, "Pipeline.message", "101")
    trace.put_returns("producer-1", "101")
    trace.write("producer-2", 8, "Pipeline.message", "201")
    assert "producer-2 had last looked at Pipeline.message at line 7, when it was None: it did not know of message 101." in told("loss", LOST, trace.trace())


def test_a_write_that_a_flag_allowed_names_the_flag(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.write("producer-1", 7, "Pipeline.full", "True")
    trace.write("consumer-1", 15, "Pipeline.full", "False")
    trace.write("producer-1", 8, "Pipeline.message", "101")
    trace.put_returns("producer-1", "101")
    trace.put("producer-1", "102")
    trace.read("producer-1", 6, "Pipeline.full", "False")
    trace.write("producer-1", 8, "Pipeline.message", "102")
    text = told("loss", LOST, trace.trace())
    assert "What producer-1 had last looked at was Pipeline.full at line 6, when it was False." in text
    assert "no step that waits" not in text


def test_another_element_of_the_same_list_is_no_overwrite(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.write("producer-1", 8, "Pipeline.slots[0]", "101")
    trace.put_returns("producer-1", "101")
    trace.put("producer-1", "102")
    trace.write("producer-1", 8, "Pipeline.slots[1]", "102")
    trace.put_returns("producer-1", "102")
    text = told("loss", LOST, trace.trace())
    assert "over it" not in text
    assert text.startswith("producer-1's put of message 101 returned, and no get returned that message.")


def test_a_message_taken_and_dropped_names_who_took_it(scribe: Any) -> None:
    trace = scribe(source={12: "        self.items.pop(0)"})
    trace.put("producer-1", "101")
    trace.call("producer-1", 8, "Pipeline.items", ".append(101)", "[101]")
    trace.put_returns("producer-1", "101")
    trace.get("consumer-1")
    trace.call("consumer-1", 12, "Pipeline.items", ".pop(0)", "[]")
    trace.get_returns("consumer-1", "None")
    text = told("loss", LOST, trace.trace())
    assert "Message 101 left Pipeline.items when consumer-1 was at line 12 (self.items.pop(0)), but no get returned it." in text
    assert "The get within which that happened returned None." in text


def test_a_duplicate_names_both_reads_and_what_came_too_late(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.write("producer-1", 8, "Pipeline.message", "101")
    trace.put_returns("producer-1", "101")
    trace.get("consumer-1")
    trace.read("consumer-1", 11, "Pipeline.message", "101")
    trace.switch("consumer-1", "consumer-2")
    trace.get("consumer-2")
    trace.read("consumer-2", 11, "Pipeline.message", "101")
    trace.write("consumer-2", 12, "Pipeline.message", "None")
    trace.get_returns("consumer-2", "101")
    trace.write("consumer-1", 12, "Pipeline.message", "None")
    trace.get_returns("consumer-1", "101")
    assert argue("duplication", "message 101 was returned twice", trace.trace()) == (
        "consumer-1's get read message 101 from Pipeline.message at line 11 and returned it.",
        "consumer-2's get read it there again at line 11 and returned it too.",
        "Only after that second read did consumer-1 come to its own change of Pipeline.message at line 12.",
    )


def test_a_value_that_stood_there_from_the_start_is_no_message(scribe: Any) -> None:
    trace = scribe()
    trace.write("main", 5, "Pipeline.message", "None")
    trace.get("consumer-1")
    trace.read("consumer-1", 11, "Pipeline.message", "None")
    trace.get_returns("consumer-1", "None")
    trace.end("consumer-1")
    assert argue("corruption", "consumer-1's 1st get returned None, which no producer put", trace.trace()) == (
        "consumer-1's get read None from Pipeline.message at line 11 and returned it; no put carried None.",
        "That stood there from the start, set at line 5: nothing had been put there yet.",
    )


def test_a_value_that_another_get_left_behind_names_that_get(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.write("producer-1", 8, "Pipeline.message", "101")
    trace.put_returns("producer-1", "101")
    trace.get("consumer-1")
    trace.get("consumer-2")
    trace.read("consumer-2", 10, "Pipeline.message", "101")
    trace.read("consumer-1", 11, "Pipeline.message", "101")
    trace.write("consumer-1", 12, "Pipeline.message", "None")
    trace.get_returns("consumer-1", "101")
    trace.read("consumer-2", 11, "Pipeline.message", "None")
    trace.get_returns("consumer-2", "None")
    for name in ("producer-1", "consumer-1", "consumer-2"):
        trace.end(name)
    text = told("corruption", "consumer-2's 1st get returned None, which no producer put", trace.trace())
    assert "consumer-1 had written it there at line 12 in the get that returned 101." in text
    assert "consumer-2 looked at Pipeline.message (101) at line 10; before it acted on that, consumer-1 changed it at line 12." in text


def test_messages_out_of_order_name_the_two_gets_and_the_line_that_chose(scribe: Any) -> None:
    trace = scribe(source={12: "        return self.items.pop()"})
    for value, then in (("101", "[101]"), ("102", "[101, 102]")):
        trace.put("producer-1", value)
        trace.call("producer-1", 8, "Pipeline.items", f".append({value})", then)
        trace.put_returns("producer-1", value)
    for value, then in (("102", "[101]"), ("101", "[]")):
        trace.get("consumer-1")
        trace.call("consumer-1", 12, "Pipeline.items", ".pop()", then)
        trace.get_returns("consumer-1", value)
    assert argue("reorder", "producer-1 put message 101 before message 102, but consumer-1's 1st get returned 102", trace.trace()) == (
        "producer-1 put message 101 before message 102.",
        "The get of consumer-1 that returned 102 was over before the get of consumer-1 that returned 101 began.",
        "Message 102 was taken from Pipeline.items at line 12 (return self.items.pop()).",
    )


def test_too_many_messages_are_counted_and_the_stale_look_is_named(scribe: Any) -> None:
    trace = scribe()
    trace.functions = {7: "put", 8: "put"}
    trace.put("producer-1", "101")
    trace.step("producer-1", "test", "test Pipeline.items", 7, "Pipeline.items", "[]")
    trace.switch("producer-1", "producer-2")
    trace.put("producer-2", "201")
    trace.step("producer-2", "test", "test Pipeline.items", 7, "Pipeline.items", "[]")
    trace.call("producer-2", 8, "Pipeline.items", ".append(201)", "[201]")
    trace.put_returns("producer-2", "201")
    trace.call("producer-1", 8, "Pipeline.items", ".append(101)", "[201, 101]")
    trace.put_returns("producer-1", "101")
    assert argue("capacity", "at least 2 messages waited, and the capacity is 1", trace.trace()) == (
        "When producer-1's put of message 101 returned, 2 puts had returned and 0 gets had begun: 2 messages waited.",
        "producer-1 looked at Pipeline.items ([]) at line 7; before it acted on that, producer-2 changed it at line 8.",
    )


def test_an_embrace_of_two_locks_says_who_took_which_where(embrace: Trace) -> None:
    message = "; ".join(f"{end.name} waits {end.waits_for}" for end in embrace.ends)
    assert argue("deadlock", message, embrace) == (
        "consumer-1 took Pipeline.back at line 12 and has not released it.",
        "producer-1 took Pipeline.front at line 7 and has not released it.",
        "Each waits for what the other holds, so neither can go on.",
    )


def test_a_deadlock_whose_message_is_silent_says_what_each_waits_for(embrace: Trace) -> None:
    assert "producer-1 waits at line 8 to acquire Pipeline.back." in argue("deadlock", "stuck", embrace)


def test_a_circle_of_three_is_told_even_where_all_locks_have_one_name(scribe: Any) -> None:
    trace = scribe("table.py")
    names = ["ann", "bob", "cid"]

    def touch(name: str, kind: str, line: int, fork: int) -> None:
        trace.places["a Lock"] = fork
        what = "waits: acquire a Lock" if kind == "blocked" else f"{kind} a Lock"
        trace.step(name, kind, what, line, "a Lock")

    for number, name in enumerate(names):
        touch(name, "acquire", 6, number + 1)
    for number, name in enumerate(names):
        touch(name, "blocked", 7, (number + 1) % 3 + 1)
        trace.end(name, "blocked", role="own", waits_for="to acquire a Lock", file="table.py", line=7)
    *_, last = argue("deadlock", "ann waits to acquire a Lock", trace.trace())
    assert last == "ann, bob and cid wait in a circle, each for what the next one holds, so none can go on."
    assert "bob took the 2nd Lock at line 6 and has not released it." in argue("deadlock", "ann waits to acquire a Lock", trace.trace())


def test_two_locks_of_one_name_in_a_circle_are_told_apart(scribe: Any) -> None:
    trace = scribe("bank.py")
    for name, own in (("ann", 1), ("bob", 2)):
        trace.places["Account.lock"] = own
        trace.sync(name, "acquire", 11, "Account.lock")
        trace.end(name, "blocked", role="own", waits_for="to acquire Account.lock", file="bank.py", line=12)
    for name, other in (("ann", 2), ("bob", 1)):
        trace.places["Account.lock"] = other
        trace.step(name, "blocked", "waits: acquire Account.lock", 12, "Account.lock")
    assert argue("deadlock", "ann waits to acquire Account.lock", trace.trace())[-2:] == (
        "Each waits for what the other holds, so neither can go on.",
        "Account.lock is the name of 2 locks here, each of another object.",
    )


def test_a_thread_that_was_stopped_before_it_could_wait_closes_the_circle_too(embrace: Trace) -> None:
    unseen = msgspec.structs.replace(embrace, steps=embrace.steps[:-1])
    assert argue("deadlock", "stuck", unseen)[-1] == "Each waits for what the other holds, so neither can go on."


def test_a_lock_taken_twice_by_one_thread_is_its_own_reason(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "acquire", 7, "Pipeline.lock")
    trace.step("producer-1", "blocked", "waits: acquire Pipeline.lock", 9, "Pipeline.lock")
    trace.end("producer-1", "blocked", waits_for="to acquire Pipeline.lock", file="naive.py", line=9)
    assert argue("deadlock", "", trace.trace())[1:] == (
        "producer-1 took Pipeline.lock at line 7 and has not released it.",
        "A thread that waits for what it holds itself can never go on.",
    )


def test_two_objects_of_one_name_are_told_apart(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "notify", 9, "Pipeline.changed")
    trace.places.clear()
    trace.places["other"] = 1
    trace.step("consumer-1", "blocked", "waits: wait Pipeline.changed", 14, "Pipeline.changed")
    trace.end("consumer-1", "blocked", waits_for="for a notify on Pipeline.changed", file="naive.py", line=14)
    assert "Two different objects are called Pipeline.changed in this execution" in told("deadlock", "", trace.trace())


def test_a_future_that_kept_an_exception_is_named(scribe: Any) -> None:
    trace = scribe()
    trace.step("pool-0", "raise", "raise RuntimeError: release unlocked lock, kept by the future of scenario.<locals>.produce", 9)
    message = "an exception of pool-0 sits in a future that nobody read: RuntimeError: release unlocked lock"
    (sentence, *_) = argue("crash", message, trace.trace())
    assert sentence.startswith("pool-0 raised RuntimeError: release unlocked lock at line 9")
    assert sentence.endswith("; the future of produce kept it, and nobody read that.")


def test_a_thread_that_did_not_look_again_after_its_wait_is_told_so(scribe: Any) -> None:
    trace = scribe()
    trace.functions = {27: "get", 28: "get", 29: "get"}
    trace.get("consumer-2")
    trace.step("consumer-2", "test", "test Pipeline.items", 27, "Pipeline.items", "[]")
    trace.step("consumer-2", "blocked", "waits: wait Pipeline.changed", 28, "Pipeline.changed")
    trace.call("producer-1", 22, "Pipeline.items", ".append(101)", "[101]")
    trace.call("consumer-1", 29, "Pipeline.items", ".pop(0)", "[]")
    trace.raises("consumer-2", 29, "IndexError: pop from empty list")
    assert argue("crash", "an exception left consumer-2's get: IndexError: pop from empty list", trace.trace())[1:] == (
        "consumer-2 looked at Pipeline.items ([]) at line 27; before it acted on that, producer-1 changed it at line 22, "
        "and consumer-1 was the last to do so, at line 29.",
        "After its wait at line 28 it did not look again.",
    )


def test_a_release_of_a_lock_that_nobody_took_says_so(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "release", 14, "Pipeline.full")
    trace.raises("producer-1", 14, "RuntimeError: release unlocked lock")
    assert argue("crash", "producer-1: RuntimeError", trace.trace())[1:] == ("Nobody had acquired Pipeline.full before.",)


def test_a_second_release_names_the_first(scribe: Any) -> None:
    trace = scribe()
    trace.sync("main", "acquire", 5, "Pipeline.full")
    trace.sync("producer-2", "release", 14, "Pipeline.full")
    trace.sync("producer-1", "release", 14, "Pipeline.full")
    trace.raises("producer-1", 14, "RuntimeError: release unlocked lock")
    assert argue("crash", "producer-1: RuntimeError", trace.trace())[1:] == ("Pipeline.full had been released already, by producer-2 at line 14.",)


def test_a_decision_on_an_old_balance_is_the_reason_of_a_failed_assertion(scribe: Any) -> None:
    trace = scribe()
    trace.functions = {11: "withdraw", 13: "withdraw", 22: "test_bank"}
    trace.read("Thread-1", 11, "balance", "100")
    trace.switch("Thread-1", "Thread-2")
    for thread, before, after in (("Thread-2", "100", "60"), ("Thread-1", "60", "20")):
        if thread == "Thread-2":
            trace.read(thread, 11, "balance", before)
        trace.read(thread, 13, "balance", before)
        trace.write(thread, 13, "balance", after)
    trace.read("main", 22, "balance", "20")
    trace.raises("main", 22, "AssertionError")
    assert argue("assertion", "main: AssertionError", trace.trace())[-2:] == (
        "Thread-1 read balance = 100 at line 11.",
        "Before it acted on that at line 13, Thread-2 wrote 60 at line 13.",
    )


def test_who_looked_again_did_not_act_on_old_news(scribe: Any) -> None:
    trace = scribe()
    trace.functions = {11: "withdraw", 12: "withdraw", 13: "withdraw", 22: "test_bank"}
    trace.read("Thread-1", 11, "balance", "100")
    trace.switch("Thread-1", "Thread-2")
    trace.write("Thread-2", 13, "balance", "60")
    trace.read("Thread-1", 12, "balance", "60")
    trace.write("Thread-1", 13, "balance", "20")
    trace.read("main", 22, "balance", "20")
    trace.raises("main", 22, "AssertionError")
    assert "acted" not in told("assertion", "main: AssertionError", trace.trace())


def test_a_get_that_came_before_any_put_is_told_so(scribe: Any) -> None:
    trace = scribe()
    trace.get("consumer-1")
    trace.call("consumer-1", 7, "Box.items", ".pop()", "[]")
    trace.raises("consumer-1", 7, "IndexError: pop from empty list")
    assert argue("crash", "consumer-1: IndexError", trace.trace())[-1] == "No put had begun yet, and this get did not wait for one."


def test_a_get_that_raised_is_not_counted_against_the_messages_that_wait(scribe: Any) -> None:
    trace = scribe()
    trace.get("consumer-1")
    trace.step("consumer-1", "get-raise", "get() raises")
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.call("producer-1", 5, "Box.items", f".append({value})", f"[{value}]")
        trace.put_returns("producer-1", value)
    message = "when producer-1's put of message 102 returned, 2 puts had returned and no get that could have taken a message had begun"
    assert argue("capacity", message, trace.trace()) == (
        "producer-1 added message 102 to Box.items at line 5.",
        "That put has no step that waits, or looks whether there is room.",
    )


def test_an_index_that_was_just_read_is_told_with_the_exception(scribe: Any) -> None:
    trace = scribe()
    trace.write("main", 5, "Pipeline.last", "0")
    trace.write("producer-1", 20, "Pipeline.last", "2")
    trace.read("producer-1", 19, "Pipeline.last", "2")
    trace.raises("producer-1", 19, "IndexError: list assignment index out of range")
    assert "On that line it had read Pipeline.last = 2." in argue("crash", "producer-1: IndexError", trace.trace())


def evicted(scribe: Any) -> Any:
    trace = scribe(source=EVICTION)
    trace.functions = {8: "lookup", 9: "lookup", 17: "evict", 18: "evict"}
    trace.step("Thread-1", "in", "look in cache", 8, "cache", "{4: 8}")
    trace.sync("Thread-2", "acquire", 17, "lock")
    trace.call("Thread-2", 18, "cache", ".clear()", "{}")
    trace.sync("Thread-2", "release", 17, "lock")
    trace.step("Thread-1", "getitem", f"read cache[4]{NOT_THERE}", 9, "cache[4]")
    trace.raises("Thread-1", 9, "KeyError: 4")
    return trace


EVICTION = {
    7: "def lookup(key):",
    8: "    if key in cache:",
    9: "        return cache[key]",
    16: "def evict():",
    17: "    with lock:",
    18: "        cache.clear()",
}


def test_an_element_that_was_not_there_has_no_value_and_who_took_it_away_is_told(scribe: Any) -> None:
    assert argue("crash", "Thread-1: KeyError: 4", evicted(scribe).trace()) == (
        "Thread-1 raised KeyError: 4 at line 9 in lookup.",
        "Thread-1 looked at cache ({4: 8}) at line 8; before it acted on that, Thread-2 changed it at line 18.",
    )


def test_what_a_thread_wrote_itself_after_its_look_is_what_was_changed(scribe: Any) -> None:
    trace = scribe()
    trace.step("Thread-1", "in", "look in letters", 8, "letters", "{}")
    trace.write("Thread-1", 9, "letters['eve']", "[]")
    trace.call("Thread-2", 18, "letters", ".pop('eve')", "{}")
    trace.step("Thread-1", "getitem", f"read letters['eve']{NOT_THERE}", 10, "letters['eve']")
    trace.raises("Thread-1", 10, "KeyError: 'eve'")
    assert argue("crash", "Thread-1: KeyError: 'eve'", trace.trace())[1] == (
        "Thread-1 wrote [] to letters['eve'] at line 9; before it acted on that, Thread-2 changed it at line 18."
    )


def test_an_update_of_what_was_not_there_is_told_without_a_value(scribe: Any) -> None:
    trace = scribe()
    trace.functions = dict.fromkeys((4, 6), "count")
    trace.step("Thread-1", "getitem", f"read seen['a']{NOT_THERE}", 4, "seen['a']")
    trace.write("Thread-2", 6, "seen['a']", "1")
    trace.write("Thread-1", 6, "seen['a']", "1")
    trace.raises("main", 12, "AssertionError")
    assert argue("assertion", "AssertionError", trace.trace())[:2] == (
        "Thread-1 read seen['a'] at line 4, which was not there.",
        "Before it wrote its result, Thread-2 wrote 1 to seen['a'] at line 6.",
    )


def test_elements_whose_keys_are_shown_alike_are_not_taken_for_one(scribe: Any) -> None:
    trace = scribe()
    trace.functions = dict.fromkeys((4, 6), "count")
    trace.read("Thread-1", 4, "balance[<Account>]", "1")
    trace.write("Thread-2", 6, "balance[<Account>]", "5")
    trace.write("Thread-1", 6, "balance[<Account>]", "2")
    trace.raises("main", 12, "AssertionError")
    assert "is gone" not in told("assertion", "AssertionError", trace.trace())


def test_a_wait_that_only_time_ended_is_told(scribe: Any) -> None:
    trace = scribe()
    trace.get("consumer-1")
    trace.step("consumer-1", "blocked", "waits: wait Pipeline.changed", 13, "Pipeline.changed")
    trace.step("consumer-1", "expiry", "time passes: consumer-1 stops waiting", 99)
    trace.raises("consumer-1", 14, "IndexError: pop from empty list")
    assert "Before that consumer-1's wait at line 13 had ended because its time was up, not because anything had happened." in told(
        "crash", "consumer-1: IndexError", trace.trace()
    )


def test_a_notify_that_came_too_early_is_the_reason(scribe: Any) -> None:
    trace = scribe()
    trace.sync("producer-1", "notify", 9, "Pipeline.changed")
    trace.step("consumer-1", "blocked", "waits: wait Pipeline.changed", 14, "Pipeline.changed")
    trace.end("producer-1")
    trace.end("consumer-1", "blocked", waits_for="for a notify on Pipeline.changed", file="naive.py", line=14)
    assert argue("deadlock", "consumer-1 waits for a notify on Pipeline.changed", trace.trace()) == (
        "producer-1 notified Pipeline.changed at line 9 before consumer-1 began to wait, and nobody does so again.",
        "producer-1 has ended, so nothing is left that could wake consumer-1.",
    )


def test_an_exception_comes_before_who_waits_because_of_it(swallowed: Trace) -> None:
    first, second, third = argue("crash", "an exception left producer-1's put: RuntimeError: release unlocked lock", swallowed)
    assert first == "producer-1 raised RuntimeError: release unlocked lock at line 14 in function_prod."
    assert second == "After that consumer-1 waits at line 18 to acquire Pipeline.consumer_lock, for ever."
    assert third == "Only another thread could wake consumer-1, by releasing Pipeline.consumer_lock, and none has done so in this execution."


def test_a_lost_update_is_the_reason_of_a_failed_assertion(counter: Trace) -> None:
    assert argue("assertion", "an exception left the scenario: AssertionError", counter) == (
        "Thread-1 read counter.n = 0 at line 4.",
        "Before it wrote its result, Thread-2 wrote 1 to counter.n at line 4.",
        "Thread-1 had not seen that and wrote 1 at line 4: Thread-2's update is gone.",
        "Neither of the two held a lock.",
        "main raised AssertionError at line 12 in scenario.",
    )


def test_an_update_that_was_read_again_is_not_lost(scribe: Any) -> None:
    trace = scribe()
    trace.read("Thread-1", 4, "counter.n", "0")
    trace.write("Thread-2", 4, "counter.n", "1")
    trace.read("Thread-1", 4, "counter.n", "1")
    trace.write("Thread-1", 4, "counter.n", "2")
    trace.raises("main", 12, "AssertionError")
    assert "is gone" not in told("assertion", "AssertionError", trace.trace())


def test_a_livelock_counts_what_is_read_in_vain(scribe: Any) -> None:
    trace = scribe()
    trace.write("main", 5, "Pipeline.is_full", "True")
    trace.write("producer-1", 7, "Pipeline.is_full", "False")
    trace.step("producer-1", "end", "producer-1 ends")
    trace.get("consumer-1")
    for _ in range(5):
        trace.read("consumer-1", 9, "Pipeline.is_full", "False")
    trace.end("consumer-1", "running", file="naive.py", line=9)
    assert argue("livelock", "consumer-1 goes round for ever", trace.trace()) == (
        "consumer-1 looked at Pipeline.is_full 5 times at line 9 in the last 6 steps, and found False every time.",
        "No thread wrote Pipeline.is_full in that time.",
    )


def test_a_loop_that_asks_a_lock_is_told_by_what_it_asks(scribe: Any) -> None:
    trace = scribe()
    for _ in range(5):
        trace.sync("consumer-1", "locked", 9, "Pipeline.gate")
    trace.end("consumer-1", "running", file="naive.py", line=9)
    assert argue("livelock", "consumer-1 goes round for ever", trace.trace()) == (
        "consumer-1 came to locked Pipeline.gate 5 times at line 9 in the last 5 steps.",
    )


def test_the_assertion_is_told_where_another_exception_came_first(scribe: Any) -> None:
    trace = scribe()
    trace.raises("Thread-1", 4, "ValueError: generator already executing")
    trace.raises("main", 12, "AssertionError")
    first, *_ = argue("assertion", "an exception left the scenario: AssertionError at naive.py:12", trace.trace())
    assert first == "main raised AssertionError at line 12 in function_main."


def test_a_circle_of_four_is_told_whole_and_in_its_order(scribe: Any) -> None:
    trace = scribe()
    for number in range(4):
        trace.sync(f"worker-{number}", "acquire", 14, f"fork_{number}")
    for number in (0, 2, 1, 3):
        wanted = (number + 1) % 4
        trace.step(f"worker-{number}", "blocked", f"waits: acquire fork_{wanted} (held by worker-{wanted} since line 14)", 16, f"fork_{wanted}")
        trace.end(f"worker-{number}", "blocked", waits_for=f"to acquire fork_{wanted}, held by worker-{wanted} since line 14", file="naive.py", line=16)
    trace.end("main", "blocked", role="main", waits_for="for worker-0 to end", file="naive.py", line=25)
    message = "; ".join(f"{end.name} waits at naive.py:{end.line} {end.waits_for}" for end in trace.ends)
    assert argue("deadlock", message, trace.trace()) == (
        *(f"worker-{number} took fork_{number} at line 14 and has not released it." for number in (1, 2, 3, 0)),
        "worker-0, worker-1, worker-2 and worker-3 wait in a circle, each for what the next one holds, so none can go on.",
    )


def test_a_container_that_the_thread_had_emptied_itself_is_told_so(scribe: Any) -> None:
    trace = scribe()
    trace.call("main", 3, "items", ".append(1)", "[1]")
    trace.call("Thread-1", 5, "items", ".clear()", "[]")
    trace.step("Thread-1", "method", "call items.pop(0), which changed nothing", 6, "items", "[]")
    trace.raises("Thread-1", 6, "IndexError: pop from empty list")
    assert argue("crash", "Thread-1: IndexError", trace.trace())[1] == "items was empty: it had changed it last itself at line 5."


def test_a_release_that_failed_gives_nothing_back_and_makes_no_signal(scribe: Any) -> None:
    trace = scribe()
    trace.sync("holder", "acquire", 3, "lock")
    trace.step("other", "release", "try to release lock, which it does not hold", 7, "lock", is_write=True)
    trace.raises("other", 7, "RuntimeError: cannot release un-acquired lock")
    trace.step("waiter", "blocked", "waits: acquire lock (held by holder since line 3)", 9, "lock")
    trace.end("holder", "blocked", waits_for="for a notify", file="naive.py", line=4)
    trace.end("other")
    trace.end("waiter", "blocked", waits_for="to acquire lock, held by holder since line 3", file="naive.py", line=9)
    assert "holder took lock at line 3 and has not released it." in argue("deadlock", "", trace.trace())


def test_who_waits_on_a_condition_is_told_with_what_it_had_found(scribe: Any) -> None:
    trace = scribe(source={9: "def get():", 10: "    with changed:", 11: "        while not items:", 12: "            changed.wait()"})
    trace.call("other", 3, "items", ".append(1)", "[1]")
    trace.sync("getter", "acquire", 10, "changed")
    trace.call("getter", 13, "items", ".pop()", "[]")
    trace.step("getter", "test", "test items", 11, "items", "[]")
    trace.sync("getter", "wait", 12, "changed")
    trace.step("getter", "release", "release changed by wait", 12, "changed", is_write=True)
    trace.step("getter", "blocked", "waits: wait changed", 12, "changed")
    trace.end("other")
    trace.end("getter", "blocked", waits_for="for changed", file="naive.py", line=12)
    assert argue("deadlock", "getter waits at naive.py:12 for changed", trace.trace())[:2] == (
        "Only another thread could wake getter, by notifying changed, and none has done so in this execution.",
        "getter had found items = [] at line 11.",
    )


def test_an_event_that_was_set_and_cleared_again_is_not_said_to_have_been_set_too_early(scribe: Any) -> None:
    trace = scribe()
    trace.sync("Thread-1", "set", 9, "full")
    trace.sync("Thread-2", "wait", 14, "full")
    trace.sync("Thread-2", "clear", 15, "full")
    trace.step("Thread-2", "blocked", "waits: wait full", 14, "full")
    trace.end("Thread-1")
    trace.end("Thread-2", "blocked", waits_for="for full", file="naive.py", line=14)
    first, *_ = argue("deadlock", "Thread-2 waits at naive.py:14 for full", trace.trace())
    assert first == "Thread-1 set full at line 9, Thread-2 cleared it at line 15, and nobody has set it since."


def test_what_two_threads_made_after_they_had_both_found_nothing_is_told(scribe: Any) -> None:
    trace = scribe(source={7: "def account(name):", 8: "    if name not in accounts:", 9: "        accounts[name] = Account()"})
    trace.functions = {8: "account", 9: "account"}
    for thread in ("Thread-1", "Thread-2"):
        trace.step(thread, "in", "look in accounts", 8, "accounts", "{}")
    for thread in ("Thread-2", "Thread-1"):
        trace.write(thread, 9, "accounts['ann']", "<Account>")
    trace.raises("main", 20, "AssertionError: 1")
    assert argue("assertion", "main: AssertionError: 1", trace.trace())[1] == (
        "Thread-1 looked at accounts ({}) at line 8; before it wrote accounts['ann'] at line 9, Thread-2 wrote it at line 9: what that had put there is gone."
    )


def test_what_was_read_again_before_it_was_written_is_not_called_gone(scribe: Any) -> None:
    trace = scribe(source={7: "def enter():", 8: "    if inside >= 1:", 9: "        cv.wait()", 10: "    inside += 1"})
    trace.functions = {8: "enter", 10: "enter"}
    trace.read("Thread-1", 8, "inside", "1")
    trace.write("Thread-2", 15, "inside", "0")
    trace.read("Thread-1", 10, "inside", "0")
    trace.write("Thread-1", 10, "inside", "1")
    trace.raises("main", 20, "AssertionError: 1")
    assert "is gone" not in told("assertion", "main: AssertionError: 1", trace.trace())


def test_who_was_woken_after_another_had_come_first_and_did_not_look_again_is_told(scribe: Any) -> None:
    trace = scribe(source={7: "def enter():", 8: "    if inside >= 1:", 9: "        cv.wait()", 10: "    inside += 1"})
    trace.functions = {8: "enter", 9: "enter", 10: "enter"}
    trace.read("Thread-1", 8, "inside", "1")
    trace.sync("Thread-1", "wait", 9, "cv")
    trace.write("Thread-2", 15, "inside", "0")
    trace.sync("Thread-2", "notify", 16, "cv")
    trace.write("Thread-3", 10, "inside", "1")
    trace.step("Thread-1", "acquire", "acquire cv after wait", 9, "cv", is_write=True)
    trace.read("Thread-1", 10, "inside", "1")
    trace.write("Thread-1", 10, "inside", "2")
    trace.raises("main", 20, "AssertionError: 2")
    assert argue("assertion", "main: AssertionError: 2", trace.trace())[1:] == (
        "Thread-3 changed inside at line 10 after the notify at line 16 and before Thread-1 did at line 10.",
        "After its wait at line 9 Thread-1 did not look again: line 8 says `if`.",
    )


def test_what_changed_only_after_the_assertion_had_failed_is_told(scribe: Any) -> None:
    trace = scribe()
    trace.write("Thread-1", 9, "total", "4")
    trace.read("main", 18, "total", "4")
    trace.raises("main", 18, "AssertionError: 4")
    trace.write("Thread-2", 9, "total", "6")
    assert argue("assertion", "main: AssertionError: 4", trace.trace())[-1] == (
        "Only after that Thread-2 changed total at line 9: nothing had made main wait for it."
    )


def test_a_wait_of_another_thread_that_only_time_ended_is_told_with_a_failed_assertion(scribe: Any) -> None:
    trace = scribe()
    trace.write("Thread-1", 5, "order.paid", "False")
    trace.step("Thread-1", "blocked", "waits: wait order.changed", 21, "order.changed")
    trace.step("Thread-1", "expiry", "time passes: Thread-1 stops waiting")
    trace.read("main", 22, "order.paid", "False")
    trace.raises("main", 22, "AssertionError")
    trace.write("Thread-2", 11, "order.paid", "True")
    assert argue("assertion", "main: AssertionError", trace.trace())[-2:] == (
        "The wait of Thread-1 at line 21 ended because its time was up, not because anything had happened.",
        "Only after that Thread-2 changed order.paid at line 11.",
    )


def test_an_exception_that_another_thread_had_raised_before_is_told_with_a_failed_assertion(scribe: Any) -> None:
    trace = scribe()
    trace.raises("Thread-1", 9, "KeyError: 4")
    trace.raises("main", 12, "AssertionError")
    assert "Before that Thread-1 raised KeyError: 4 at line 9 in function_Thre." in argue("assertion", "main: AssertionError", trace.trace())


def test_a_crash_by_an_assertion_is_argued_as_one(scribe: Any) -> None:
    trace = scribe()
    trace.write("Thread-1", 9, "total", "4")
    trace.read("main", 18, "total", "4")
    trace.raises("main", 18, "AssertionError: 4")
    message = "an exception left the program's main thread: AssertionError: 4"
    assert argue("crash", message, trace.trace()) == argue("assertion", message, trace.trace())


def test_a_container_that_changed_while_it_was_gone_through_names_who_changed_it(scribe: Any) -> None:
    trace = scribe()
    trace.step("Thread-1", "iterate", "next of listeners", 17, "listeners", "{1}")
    trace.call("Thread-2", 5, "listeners", ".add(2)", "{1, 2}")
    trace.step("Thread-1", "iterate", "next of listeners", 17, "listeners", "{1, 2}")
    trace.raises("Thread-1", 17, "RuntimeError: Set changed size during iteration")
    assert argue("crash", "Thread-1: RuntimeError", trace.trace())[1] == "While it went through listeners at line 17, Thread-2 changed it at line 5."


def test_a_queue_that_was_asked_for_its_length_before_the_put_is_told(scribe: Any) -> None:
    trace = scribe(source={10: "def send(self, x):", 11: "    while self.q.qsize() >= 1:", 12: "        sleep(1)", 13: "    self.q.put(x)"})
    trace.functions = dict.fromkeys((11, 13), "send")
    for number in (1, 2):
        trace.put(f"producer-{number}", f"{number}01")
        trace.sync(f"producer-{number}", "qsize", 11, "Channel.q")
    for number in (1, 2):
        trace.sync(f"producer-{number}", "put", 13, "Channel.q")
        trace.put_returns(f"producer-{number}", f"{number}01")
    assert argue("capacity", "when producer-2's put of message 201 returned, the capacity is 1", trace.trace())[1:] == (
        "producer-2 had asked Channel.q at line 11; before it acted on that, producer-1 changed it at line 13.",
    )


def test_a_get_that_takes_more_than_it_returns_is_told_where_puts_exceed_the_capacity(scribe: Any) -> None:
    trace = scribe()
    trace.get("consumer-1")
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.sync("producer-1", "put", 18, "Pipeline.q")
        trace.put_returns("producer-1", value)
        trace.sync("consumer-1", "get", 13, "Pipeline.q")
    trace.put("producer-1", "103")
    trace.sync("producer-1", "put", 18, "Pipeline.q")
    trace.put_returns("producer-1", "103")
    assert argue("capacity", "when producer-1's put of message 103 returned, the capacity is 1", trace.trace())[1:] == (
        "consumer-1's get came to take an item from Pipeline.q 2 times (line 13), and returns one message.",
    )


def test_a_thread_that_makes_room_where_no_get_has_begun_is_told(scribe: Any) -> None:
    trace = scribe()
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.sync("producer-1", "put", 18, "Pipeline.inbox")
        trace.put_returns("producer-1", value)
        trace.sync("courier", "get", 13, "Pipeline.inbox")
    trace.put("producer-1", "103")
    trace.sync("producer-1", "put", 18, "Pipeline.inbox")
    trace.put_returns("producer-1", "103")
    assert argue("capacity", "when producer-1's put of message 103 returned, the capacity is 2", trace.trace())[1:] == (
        "courier had taken 2 items out of Pipeline.inbox (line 13), which made room there.",
    )


def test_a_semaphore_that_lets_both_in_is_not_called_no_lock(two_in: Trace) -> None:
    assert "Both had acquired guard, which lets more than one in." in argue("assertion", "main: AssertionError", two_in)


def test_a_message_that_was_taken_by_a_get_that_raised_is_told_with_the_exception(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.call("producer-1", 5, "Box.items", ".append(101)", "[101]")
    trace.put_returns("producer-1", "101")
    trace.get("consumer-1")
    trace.call("consumer-1", 9, "Box.items", ".pop()", "[]")
    trace.raises("consumer-1", 11, "ValueError: no")
    assert argue("loss", LOST, trace.trace()) == (
        "Message 101 left Box.items when consumer-1 was at line 9, but no get returned it.",
        "The get within which that happened raised ValueError: no at line 11.",
    )


def test_an_oracles_sentence_names_no_holder_of_a_signal(scribe: Any, finding_of: Callable[..., Finding]) -> None:
    trace = scribe()
    trace.sync("consumer-1", "acquire", 7, "Box.there")
    trace.sync("producer-1", "release", 3, "Box.there")
    trace.step("consumer-1", "blocked", "waits: acquire Box.there (held by consumer-1 since line 7)", 7, "Box.there")
    trace.end("consumer-1", "blocked", waits_for="to acquire Box.there, held by consumer-1 since line 7", file="naive.py", line=7)
    found = finding_of("deadlock", "nobody can ever go on: consumer-1 waits at naive.py:7 to acquire Box.there, held by consumer-1 since line 7; message 1")
    assert explain(found, trace.trace()).message == "nobody can ever go on: consumer-1 waits at naive.py:7 to acquire Box.there; message 1"


def test_what_a_helper_returned_counts_as_the_look(scribe: Any) -> None:
    trace = scribe(source={10: "    def covers(self, amount):", 11: "        return self.balance >= amount"})
    trace.functions = {11: "Account.covers", 16: "Account.withdraw"}
    trace.write("main", 5, "Account.balance", "50")
    trace.read("Thread-1", 11, "Account.balance", "50")
    trace.write("Thread-2", 16, "Account.balance", "10")
    trace.read("Thread-1", 16, "Account.balance", "10")
    trace.write("Thread-1", 16, "Account.balance", "-30")
    trace.read("main", 26, "Account.balance", "-30")
    trace.raises("main", 26, "AssertionError")
    assert argue("assertion", "main: AssertionError", trace.trace())[-2:] == (
        "Thread-1 read Account.balance = 50 at line 11.",
        "Before it acted on that at line 16, Thread-2 wrote 10 at line 16.",
    )


def test_a_queue_that_was_asked_and_then_found_empty_is_told(scribe: Any) -> None:
    trace = scribe()
    trace.sync("Thread-1", "qsize", 9, "jobs")
    trace.sync("Thread-2", "get", 10, "jobs")
    trace.sync("Thread-1", "get", 10, "jobs")
    trace.raises("Thread-1", 10, "Empty")
    assert argue("crash", "Thread-1: Empty", trace.trace())[1] == (
        "Thread-1 had asked jobs at line 9; before it acted on that, Thread-2 changed it at line 10."
    )


def test_who_holds_a_reentrant_lock_that_another_tries_to_release_is_told(scribe: Any) -> None:
    trace = scribe()
    trace.sync("main", "acquire", 6, "gate")
    trace.step("Thread-1", "release", "try to release gate, which it does not hold", 9, "gate", is_write=True)
    trace.raises("Thread-1", 9, "RuntimeError: cannot release un-acquired lock")
    assert argue("crash", "Thread-1: RuntimeError", trace.trace())[1] == "main had taken gate at line 6, and only who holds an RLock may release it."


def test_a_lock_released_by_one_whose_time_was_up_says_so(scribe: Any) -> None:
    trace = scribe()
    trace.sync("Thread-1", "acquire", 9, "lock")
    trace.step("Thread-2", "blocked", "waits: acquire lock", 9, "lock")
    trace.step("Thread-2", "expiry", "time passes: Thread-2 stops waiting")
    trace.sync("Thread-2", "release", 11, "lock")
    trace.step("Thread-1", "release", "try to release lock, which nobody holds", 11, "lock", is_write=True)
    trace.raises("Thread-1", 11, "RuntimeError: release unlocked lock")
    assert argue("crash", "Thread-1: RuntimeError", trace.trace())[1:] == (
        "lock had been released already, by Thread-2 at line 11.",
        "The wait of Thread-2 at line 9 ended because its time was up, not because anything had happened.",
    )


def test_who_took_the_last_item_is_told_where_another_still_waits_for_one(scribe: Any) -> None:
    trace = scribe()
    trace.sync("main", "put", 19, "jobs")
    trace.sync("Thread-1", "get", 9, "jobs")
    trace.step("Thread-2", "blocked", "waits: get jobs", 9, "jobs")
    trace.end("Thread-1", role="own")
    trace.end("Thread-2", "blocked", role="own", waits_for="for an item in jobs", file="naive.py", line=9)
    trace.end("main", "blocked", role="main", waits_for="for Thread-2 to end", file="naive.py", line=21)
    message = "Thread-2 waits at naive.py:9 for an item in jobs; main waits at naive.py:21 for Thread-2 to end"
    assert argue("deadlock", message, trace.trace())[0] == "main put the last item there at line 19, and Thread-1 took it at line 9."


def test_a_notify_that_woke_another_than_the_one_whose_turn_had_come_is_the_reason(astray: Trace) -> None:
    assert argue("deadlock", "Thread-2 waits at service.py:11 for done", astray) == (
        "Thread-2 had last looked at results at line 10, when it was {}; while it waited, service wrote 9 to results[3] at line 17.",
        "But the notify of service at line 18 woke Thread-1 and not Thread-2, and no other came.",
        "service and Thread-1 have ended, so nothing is left that could wake Thread-2.",
    )


def test_a_lost_update_that_kept_the_end_from_being_told_is_the_reason(unlit: Trace) -> None:
    assert argue("deadlock", "consumer waits at naive.py:20 for an item in q", unlit) == (
        "Thread-2 put the last item there at line 12 and has ended.",
        "Thread-1 read left = 2 at line 13.",
        "Before it wrote its result, Thread-2 wrote 1 to left at line 13.",
        "Thread-1 had not seen that and wrote 1 at line 13: Thread-2's update is gone.",
        "Neither of the two held a lock.",
        "So Thread-1 read left = 1 at line 14, and did not come to line 15 (q.put(None)).",
        "Thread-1 and Thread-2 have ended, so nothing is left that could wake consumer.",
    )


def test_a_loop_is_told_by_what_its_own_test_asks(scribe: Any) -> None:
    trace = scribe(source={6: "def work():", 7: "    while left:", 8: "        if jobs:", 9: "            jobs.pop()"})
    trace.step("main", "end", "main ends")
    trace.read("Thread-1", 7, "left", "1")
    trace.write("main", 3, "left", "1")
    trace.step("Thread-1", "test", "test jobs", 8, "jobs", "[1]")
    trace.call("main", 4, "jobs", ".append(1)", "[1, 1]")
    for _ in range(5):
        trace.read("Thread-1", 7, "left", "1")
        for _ in range(2):
            trace.step("Thread-1", "test", "test jobs", 8, "jobs", "[1, 1]")
    trace.end("main")
    trace.end("Thread-1", "running", role="own", file="naive.py", line=8)
    assert argue("livelock", "Thread-1 goes round for ever in the loop at naive.py:7", trace.trace()) == (
        "Thread-1 looked at left 6 times at line 7 in the last 19 steps, and found 1 every time.",
    )


def test_who_had_changed_what_a_loop_asks_and_has_ended_is_told(scribe: Any) -> None:
    trace = scribe()
    trace.read("consumer-1", 9, "Pipeline.items", "[]")
    trace.call("producer-1", 5, "Pipeline.items", ".append(1)", "[1]")
    trace.call("consumer-1", 10, "Pipeline.items", ".pop()", "[]")
    trace.step("producer-1", "end", "producer-1 ends")
    for _ in range(5):
        trace.read("consumer-1", 9, "Pipeline.items", "[]")
    trace.end("producer-1")
    trace.end("consumer-1", "running", file="naive.py", line=9)
    assert argue("livelock", "consumer-1 goes round for ever", trace.trace())[1:] == (
        "No thread wrote Pipeline.items in that time.",
        "producer-1, which had changed it before, has ended.",
    )


def test_a_loop_on_a_name_that_was_imported_is_told_with_the_variable_that_was_written(copied: Trace) -> None:
    assert argue("livelock", "worker goes round for ever in the loop at main.py:4", copied) == (
        "The test of the loop at main.py:4 (`while running`) asks nothing that another thread changes.",
        "`from state import running` at main.py:1 gave main.py a variable running of its own: "
        "the loop at main.py:4 asks it, and main wrote that of state.py at state.py:7.",
    )


def test_a_wait_that_nothing_changed_could_have_let_pass_is_not_called_missing(scribe: Any) -> None:
    trace = scribe(source={12: "def put(self, message):", 13: "    while is_full():", 14: "        cond.wait()", 15: "    self.slot = message"})
    for value in ("101", "102"):
        trace.put("producer-1", value)
        trace.write("producer-1", 15, "Pipeline.slot", value)
        trace.put_returns("producer-1", value)
    text = told("loss", LOST, trace.trace())
    assert "The loop at line 13 (`while is_full()`) did not keep producer-1 back: what it asks no thread changed in this execution." in text
    assert "has no step that waits" not in text


def test_a_loop_that_depends_on_nobody_is_told_so(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.end("producer-1", "running", file="naive.py", line=4)
    assert argue("livelock", "producer-1 goes round for ever", trace.trace()) == (
        "producer-1 still runs at line 4, and since its last progress it has looked at nothing that another thread changes.",
    )


def test_two_accesses_without_a_common_lock_are_told_with_what_was_held(scribe: Any) -> None:
    trace = scribe()
    trace.write("producer-1", 8, "Pipeline.count", "1", held=("Pipeline.lock",))
    trace.read("consumer-1", 12, "Pipeline.count", "1")
    assert argue("data-race", "a race on Pipeline.count", trace.trace()) == (
        "producer-1 wrote Pipeline.count at line 8, holding Pipeline.lock.",
        "consumer-1 read Pipeline.count at line 12, holding no lock.",
        "No lock is held in both, so nothing keeps the two apart.",
    )


def test_where_no_pattern_shows_the_preemptions_are_told(scribe: Any) -> None:
    trace = scribe()
    trace.read("producer-1", 7, "Pipeline.count", "0")
    trace.switch("producer-1", "consumer-1")
    trace.write("consumer-1", 12, "Pipeline.count", "5")
    trace.read("producer-1", 9, "Pipeline.total", "0")
    assert argue("loss", LOST, trace.trace()) == (
        "producer-1 was preempted after its step at line 7; before it went on, consumer-1 changed Pipeline.count at line 12.",
    )


def test_without_any_preemption_that_is_said(scribe: Any) -> None:
    trace = scribe()
    trace.read("producer-1", 7, "Pipeline.count", "0")
    assert argue("leaked-thread", "", trace.trace()) == ("No thread was preempted in this execution.",)


def test_without_any_preemption_the_order_of_the_threads_is_what_there_is_to_say(scribe: Any) -> None:
    trace = scribe()
    trace.call("Thread-2", 7, "items", ".append(2)", "[2]")
    trace.call("Thread-1", 7, "items", ".append(1)", "[2, 1]")
    trace.end("Thread-1", role="own")
    trace.end("Thread-2", role="own")
    assert argue("leaked-thread", "", trace.trace()) == ("No thread was preempted in this execution: Thread-2 ran first, then Thread-1.",)


def test_an_empty_trace_argues_nothing() -> None:
    for kind in KINDS:
        assert argue(kind.name, "", Trace((), ())) == ()


def test_no_kind_fails_on_any_of_the_traces(overwrite: Trace, embrace: Trace, swallowed: Trace, counter: Trace) -> None:
    for kind in KINDS:
        for trace in (overwrite, embrace, swallowed, counter):
            assert all(sentence.endswith(".") for sentence in argue(kind.name, "anything", trace)), kind.name


def test_places_name_the_file_where_the_trace_spans_several(scribe: Any) -> None:
    trace = scribe()
    trace.put("producer-1", "101")
    trace.write("producer-1", 8, "Pipeline.message", "101")
    trace.put_returns("producer-1", "101")
    trace.file = "/somewhere/deep/other.py"
    trace.write("producer-1", 3, "Pipeline.message", "None")
    assert "at naive.py:8" in told("loss", LOST, trace.trace())
    assert "at other.py:3" in told("loss", LOST, trace.trace())
