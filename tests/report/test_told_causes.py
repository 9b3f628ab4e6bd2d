"""Each mistake of the specimens is told with its cause, true of the execution, and with what would rule it out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.report.page.circle import waiting_circle

pytestmark = pytest.mark.lengthy  # texts do not depend on the Python version

SPECIMENS = Path(__file__).parent.parent / "specimens"


@dataclass(frozen=True)
class Told:
    """One file, what must be among the sentences of its error findings, and among their hints. `workload`: producers, consumers, messages (class mode)."""

    file: str
    cause: str
    hint: str
    workload: tuple[int, int, int] | None = None
    capacity: int = 2

    def checked(self) -> harness.Result:
        target = str(SPECIMENS / self.file)
        if self.file.startswith(("scenarios", "deep")):
            return harness.check(f"{target}:scenario", executions=2000)
        if self.workload is None:
            return harness.check(target, mode="program", executions=2000)
        producers, consumers, messages = self.workload
        return harness.check(target, mode="class", producers=producers, consumers=consumers, messages=messages, capacity=self.capacity, executions=2000)


TOLD = (
    Told(
        "pipelines/gate_wrong_one_opened.py",
        "consumer-1's get passed Pipeline.gates['out'] at line 16 because consumer-1's get that returned 101 had released it at line 19.",
        "Pipeline.gates['out'] lets on who waits in a get, so only a put may release it: line 19 releases it in a get.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/queue_subclass_forgets_maxsize.py",
        "The queue that the class is was made without a greatest size (`super().__init__()` at line 6), so a put never waits.",
        "Hand the capacity on at line 6, as maxsize: then a put waits while so many are inside.",
        (1, 1, 3),
    ),
    Told(
        "deep/two_stages.py",
        "Thread-20 (reader) read Stages.second = 0 at line 31 before it was written there, and Stages.first = 1 at line 27 after: "
        "of the two one was old and the other new.",
        "Hold one lock, without a gap, around the writes (line 21 and line 23), and the same one around the reads (line 27 and line 31).",
    ),
    Told(
        "deep/ten_setters.py",
        "Thread-1 (setter) wrote 1 to Switches.left at line 18 and -1 to Switches.right at line 19.",
        "Hold one lock, without a gap, around the writes (line 18 and line 19), and the same one around the reads (line 22).",
    ),
    Told(
        "found/gives_up_after_a_hundred_turns.py",
        "It had asked 100 times at line 13 and then gave up: the loop at line 12 (`for _ in range(100)`) was over.",
        "A get must not give up while others may only be slow: wait at line 12 until there is a message, with a Condition or through a queue.Queue.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/barrier_with_timeout.py",
        "",
        "A timeout tells how long was waited, not that nobody comes (and breaks the Barrier for all); others "
        "may only be slow: wait at line 13 without a timeout, or go back to wait when the time is up.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/broker_dies_of_a_request.py",
        "",
        "Rule out the IndexError of line 19 first: it ended Thread-1, whose code has what would wake producer-1.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/class_level_shadowed.py",
        "`Pipeline.count` (line 18), which consumer-1 asks, and `self.count` (line 15), which "
        "producer-1 wrote, are two variables: one of the class and one of an object of it.",
        "Make count in __init__ and say self.count everywhere (line 18 and line 15).",
        (1, 1, 2),
    ),
    Told(
        "pipelines/condition_notified_when_it_was_empty.py",
        "consumer-2 had found Pipeline.items = [] at line 22 and waited on Pipeline.not_empty; then producer-1 "
        "changed Pipeline.items at line 16 and did not come to line 18, which notifies only if `len(self.items) == 1`.",
        "Notify (line 18) after every change, not only if what line 17 asks holds: a thread may have waited longer than that shows.",
        (2, 2, 2),
    ),
    Told(
        "pipelines/copy_on_write_unlocked.py",
        "producer-1 read Pipeline.items = [101] at line 12.",
        "Hold one lock around line 12 and around line 17: then no other write can come between the read and the write.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/courier_goes_home_early.py",
        "Thread-1 (_carry) found Pipeline.inbox empty at line 13 and ended; producer-1 put something "
        "there only afterwards at line 18, and Thread-1 (_carry) alone puts into Pipeline.outbox.",
        "That Pipeline.inbox is empty for a moment (line 13) is not the end: wait there with get(), until told to stop.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/courier_has_a_colleague.py",
        "Thread-1 (_carry) took an item out of Pipeline.inbox at line 15 before Thread-2 (_carry) took the "
        "next one, but Thread-2 (_carry) put its own into Pipeline.outbox first at line 16: it overtook.",
        "Let only one thread carry from Pipeline.inbox to Pipeline.outbox; between two, nothing keeps the items in their order.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/courier_two_bounded_queues.py",
        "",
        "The size of Pipeline.inbox bounds Pipeline.inbox alone, and Thread-1 (carry) carries on what is there (line "
        "15): one Semaphore of the capacity, acquired by put and released by get, would count all that is inside.",
        (1, 1, 3),
    ),
    Told(
        "pipelines/deadline_gives_none.py",
        "",
        "A timeout tells how long was waited, not that nobody comes; others may only be "
        "slow: wait at line 25 without a timeout, or go back to wait when the time is up.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/deadline_raises.py",
        "",
        "A deadline says how much time has passed, and nothing of the others, who may only be slow: do not give up for that (line 17).",
        (1, 1, 2),
    ),
    Told(
        "pipelines/dict_by_producer.py",
        "",
        "Hold one lock around the whole loop of line 15 and around line 11; or make a copy under that lock, list(Pipeline.boxes), and go through that.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/exception_for_the_end_of_a_log.py",
        "consumer-1 and consumer-2 both read Pipeline.done ([]) at line 23 and went "
        "by that; consumer-2 was the first to change it, only afterwards at line 27.",
        "To read Pipeline.done and to move it on must be one step: every thread must hold one lock from line 23 to line 27.",
        (2, 2, 2),
    ),
    Told(
        "pipelines/exception_taken_for_empty.py",
        "What it did at line 15 failed, and the `except` of line 17 took IndexError for an answer: the get returned without a message.",
        "Where IndexError means that nothing is there yet (line 17), a get must wait and try again, with a Condition or through a queue.Queue.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/free_list_freed_before_read.py",
        "consumer-1's get changed Pipeline.free at line 25, by which producer-2's put "
        "went, and read Pipeline.cells[1] at line 27 only after that put had written there.",
        "Read the message (line 27) before its place is given free (line 25).",
        (2, 2, 2),
    ),
    Told(
        "pipelines/gate_wrong_one_opened.py",
        "",
        "No line of the program does gates['in'].release(), which alone could wake who waits at line 11: some thread must.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/generator_on_both_sides.py",
        "",
        "A generator cannot be asked by two threads at once: hold one lock around line 28, and wherever else it is asked.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/halves_announced_between.py",
        "producer-1 wrote True to Pipeline.ready at line 13, and Pipeline.high was written only "
        "afterwards at line 14; in between consumer-1 found it True at line 17 and went on to line 19.",
        "Write Pipeline.ready (line 13) last: after line 14, since it says that Pipeline.high is there.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/heap_upside_down.py",
        "Both were in Pipeline.heap then ([(-2, 102), (-1, 101)]); heappop() gives the item that compares smallest, and that was not message 101.",
        "What is pushed (line 17) must compare greater than all that was pushed before, by a number that only grows: so message 101 before 102.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/lazy_double_checked_too_early.py",
        "producer-1 wrote True to Pipeline.ready at line 14, and Pipeline.cond was written only "
        "afterwards at line 16; in between consumer-1 found it True at line 11 and went on to line 28.",
        "Write Pipeline.ready (line 14) last: after line 16, since it says that Pipeline.cond is there.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/lazy_lock_hasattr.py",
        "consumer-1 held what self._condition() was in the `with` of line 22; self._condition() at line 26 is another object, which it did not hold.",
        "Make the Condition once, in __init__, before any thread runs: self._condition() gave two different ones (line 22 and line 26).",
        (2, 2, 2),
    ),
    Told(
        "pipelines/linked_nodes_no_dummy.py",
        "producer-1 looked at Pipeline.tail (None) at line 20; before it wrote Pipeline.tail "
        "at line 21, producer-2 wrote it at line 21: what that had put there is gone.",
        "The look at line 20 and what follows from it, up to line 21, must stand under one lock in every thread, held without a gap.",
        (2, 2, 2),
    ),
    Told(
        "pipelines/metaclass_monitor_sleeps.py",
        "consumer-1 holds Buffer.__lock__ (since line 7) all the time, and producer-1 must have it before it can change anything.",
        "A loop must not keep Buffer.__lock__ while it waits at line 38: use a Condition on it and its wait(), which gives it back.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/queue_full_then_nowait.py",
        "consumer-2 had asked Pipeline.q at line 15; before it acted on that, consumer-1 changed it at line 17.",
        "In place of line 15 and line 17 one call: a plain get() asks, waits and acts in one step.",
        (2, 2, 2),
    ),
    Told(
        "pipelines/queue_holds_the_same_list.py",
        "Every put hands on the same self.row (line 12), so what is changed in it (line 10) changes what waits inside.",
        "Make a new object for each message in place of self.row (line 10), and hand that on at line 12.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/queue_subclass_takes_newest.py",
        "The class's own _get takes by `self.queue.pop()` at line 9 from the end to which a queue adds: the newest message.",
        "popleft() for pop() at line 9 takes the oldest message.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/queue_task_done_first.py",
        "By then nothing had been put into Pipeline.q.",
        "Call task_done() once for each item that was taken, after its get (line 12).",
        (1, 1, 2),
    ),
    Told(
        "pipelines/ring_mask_of_any_size.py",
        "For Pipeline.tail = 0 and for Pipeline.tail = 1 line 16 came to the same element, Pipeline.ring[0].",
        "Which element line 16 comes to and how many messages may be inside do not fit: no element may come again while a message stands there.",
        (1, 1, 2),
        3,
    ),
    Told(
        "pipelines/ring_one_writer_per_index.py",
        "producer-1 and producer-2 both read Pipeline.written = 0 at line 13 and went "
        "by that; producer-2 was the first to change it, only afterwards at line 14.",
        "To read Pipeline.written and to move it on must be one step: every thread must hold one lock from line 13 to line 14.",
        (2, 2, 2),
    ),
    Told(
        "pipelines/semaphore_bounded_released_first.py",
        "All permits of Pipeline.places that had been taken by then had been given back: none was out.",
        "Release Pipeline.places (line 17) only after line 18, where the same call waits: before that it has nothing to give back.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/semaphore_in_a_with.py",
        "producer-1 took a permit of Pipeline.places at line 12 and gave it back in the same put at line 12, so Pipeline.places counts nothing.",
        "A put keeps its permit until its message is taken: acquire() in place of `with` at line 12, and a release() in the get.",
        (1, 1, 3),
    ),
    Told(
        "pipelines/semaphore_not_waited_for.py",
        "When producer-1 put message 103, `self.places.acquire(blocking=False)` at line "
        "12 did not get Pipeline.places: the put returned and had put nothing anywhere.",
        "self.places.acquire() without blocking=False or timeout at line 12 waits until there is room.",
        (1, 1, 3),
    ),
    Told(
        "pipelines/simple_queue_unbounded.py",
        "Pipeline.messages is made without a greatest size (`queue.SimpleQueue()` at line 7), so a put into it never waits.",
        "A SimpleQueue has no greatest size: make a queue.Queue with the capacity at line 7.",
        (1, 1, 3),
    ),
    Told(
        "pipelines/subclass_takes_a_short_cut.py",
        "producer-1 had found Pipeline.items = [101, 102] at line 12 and waited on Pipeline.cond; "
        "then consumer-1 changed Pipeline.items at line 29, in a function that notifies nobody.",
        "Whoever changes Pipeline.items must hold Pipeline.cond and notify it: line 29 does not.",
        (1, 1, 3),
    ),
    Told(
        "pipelines/thread_local_buffer.py",
        "Pipeline.local is a threading.local at line 7: consumer-1 and producer-1 each have items of their own there at line 11.",
        "What threads share must not stand in a threading.local at line 7: make items an attribute of the object itself.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/ticket_lock_drawn_in_two_steps.py",
        "producer-1 and consumer-1 both read Pipeline.lock.next_ticket = 0 at line 10, "
        "before consumer-1 was the first to change it at line 11: they have the same number.",
        "To read Pipeline.lock.next_ticket and to move it on must be one step: every thread must hold one lock from line 10 to line 11.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/timer_flush_unlocked.py",
        "Thread-1 had looked at BatchingSender.batch at line 18; then producer-1 added "
        "message 102 at line 12, and Thread-1 removed it at line 20 without having seen it.",
        "Hold one lock from line 18 to line 20 and around line 12: what is removed must be what was seen.",
        (1, 1, 2),
    ),
    Told(
        "pipelines/peterson_list.py",
        "consumer-2 had written True to Pipeline.interested[1] at line 14; it raised IndexError at line 37 before it wrote there again.",
        "Rule out the IndexError of line 37 first: it left Pipeline.interested[1] = True behind. What takes that back may stand in a `finally`.",
        (2, 2, 2),
    ),
    Told(
        "programs/args_without_comma.py",
        "`args=5` at line 19 is not a tuple: parentheses alone make none, a comma does.",
        "Say args=(5,) at line 19.",
    ),
    Told(
        "programs/barrier_of_too_many.py",
        "start is made for 3 at line 3, and 2 threads came to it.",
        "Make start for as many as come to it, 2 here (line 3); or start the threads that are missing.",
    ),
    Told(
        "programs/closures_unlocked.py",
        "Thread-1 (work) read total = 0 at line 10.",
        "Hold one lock from line 10 to line 11: then no other write can come between the read and the write.",
    ),
    Told(
        "programs/consumer_never_started.py",
        "",
        "Call start() of that thread before line 21: a thread begins only with that.",
    ),
    Told(
        "programs/consumer_puts_back_when_full.py",
        "Only Thread-2 (consumer) takes items out of q, and waits for room there at line 19.",
        "Who takes from q must not wait for room in it (line 19): keep what is to come again elsewhere, or give q no greatest size.",
    ),
    Told(
        "programs/counts_divided_down.py",
        "Thread-2 (consumer), Thread-3 (consumer) and Thread-4 (consumer) took 9 items out of "
        "queue and have ended; 10 had been put there, and Thread-1 (producer) has more to put.",
        "Let as many items be taken as are put: those who take (line 16) must go on until they are told that it is the end.",
    ),
    Told(
        "programs/daemon_consumer_not_waited_for.py",
        "",
        "Wait before line 23 for what Thread-2 (consumer) has to do: by join() of its queue, and task_done() after the work on each item.",
    ),
    Told(
        "programs/empty_tested_before_done.py",
        "Thread-1 (consumer) found q empty at line 19. Before it asked done at line 21, Thread-2 "
        "(producer) put 3 items there (line 12) and Thread-2 (producer) wrote True to done at line 13.",
        "Ask done (line 21) before q is asked (line 19): only if it was set before, an empty q stays empty.",
    ),
    Told(
        "programs/event_flag_without_back_pressure.py",
        "Thread-1 (producer) wrote 0 to slot at line 12, and Thread-1 (producer) wrote 1 over it at line "
        "12 before another thread had read it: Thread-2 (consumer) read it only afterwards at line 19.",
        "Before line 12 writes, it must wait until what stands in slot has been taken: through a queue.Queue, or with a Condition.",
    ),
    Told(
        "programs/first_producer_says_done.py",
        "Thread-1 (producer) set done at line 14, Thread-3 (consumer) found it set at line 18 and ended. "
        "Only then did Thread-2 (producer) put another item into q at line 12, which nobody took.",
        "Line 14 speaks for Thread-1 (producer) alone: set done when all that put something have ended (after their join()).",
    ),
    Told(
        "programs/full_not_handled.py",
        "q was full at line 9, and that put does not wait for room.",
        "put() for put_nowait() at line 9 waits until there is room.",
    ),
    Told(
        "programs/gives_up_after_timeout.py",
        "",
        "A timeout tells how long was waited, not that nothing comes: wait at line 19 without one, or go back to wait when the time is up.",
    ),
    Told(
        "programs/join_with_timeout_believed.py",
        "",
        "join() with a timeout returns in either case: ask is_alive() after line 23, or wait there without a timeout.",
    ),
    Told(
        "programs/joins_itself.py",
        "Thread-1 itself came to that join().",
        "A thread cannot wait for its own end: join() of line 19 is for another thread to call.",
    ),
    Told(
        "programs/lifo_pool_not_given_back.py",
        "Thread-2 (client) took an item out of pool at line 9 and ended without putting it back: it did not come to line 14.",
        "Put back on every way out what line 9 takes: line 14 belongs in a `finally`.",
    ),
    Told(
        "programs/lightswitch_unprotected.py",
        "Thread-1 (read) wrote 0 to readers at line 14; before it asked that at line 15, Thread-2 "
        "(read) wrote 1 to readers at line 10. So Thread-1 (read) found 1 and did not come to line 16.",
        "To change readers and to ask it must be one step: hold one lock from line 14 to line 15, and around line 10.",
    ),
    Told(
        "programs/list_peek_then_remove.py",
        "Thread-1 (consumer) and Thread-2 (consumer) both read tasks[0] = 'a' at line 10; only after that did Thread-2 (consumer) remove it at line 16.",
        "Read and remove in one step, tasks.pop(...) at line 10, or hold one lock from line 10 to line 16.",
    ),
    Told(
        "programs/log_behind_delivery_asserted.py",
        "The join() at line 25 returned because Thread-1 (consumer) had called task_done() at line 17; it was "
        "not done with that item: to line 18 (`consumer_pipeline.append(item)`) it had not come when main failed.",
        "Call task_done() (line 17) after line 18, when the work on the item is done.",
    ),
    Told(
        "programs/map_unread.py",
        "",
        "Go through what map() gives (line 12), list(...) say: only who asks for the results meets what a job has raised.",
    ),
    Told(
        "programs/philosophers_backoff_keeps_fork.py",
        "Thread-1 (dine) came round to line 10 with fork_a still in hand, which it had taken there before.",
        "Release fork_a before the loop goes round to line 10 again, on every way.",
    ),
    Told(
        "programs/polls_for_a_flag_never_set.py",
        "`finished = True` at line 11 sets a local variable of producer, not the finished of the module that the loop asks.",
        "Say `global finished` at the beginning of producer at line 8.",
    ),
    Told(
        "programs/priority_queue_equal_keys.py",
        "Items are kept in their order by `<`; two were equal up to a dict, and a dict has no order.",
        "Put a number of its own between priority and item (line 9), from itertools.count() say: then `<` never comes to the item.",
    ),
    Told(
        "programs/run_instead_of_start.py",
        "When main came to line 10, no other thread had been started.",
        "Say start() for run() at line 19: run() is an ordinary call, which the caller carries out itself.",
    ),
    Told(
        "programs/started_by_its_constructor.py",
        "main started Thread-1 at line 7 and set NamedPoller.label only afterwards at line 13; Thread-1 asked it before that at line 16.",
        "Start the thread (line 7) when all that it asks is there: after line 13.",
    ),
    Told(
        "programs/target_called_at_once.py",
        "When main came to line 14, no other thread had been started.",
        "Say target=consumer at line 18, not target=consumer(): with the parentheses main itself runs consumer.",
    ),
    Told(
        "programs/task_done_forgotten.py",
        "6 items were put into q, Thread-1 (worker) took 6, and task_done() was called 3 times: join() waits for one call for each item.",
        "Call task_done() once for each item that is taken (line 9), also on a way that leaves the rest of the work out (`continue`, an exception).",
    ),
    Told(
        "programs/task_done_twice.py",
        "By then 2 items had been put into q and 2 taken out, and task_done() had been called 2 times.",
        "Call task_done() once for each item that was taken, after its get (it stands at lines 11, 15 and 17).",
    ),
    Told(
        "programs/wait_without_results.py",
        "",
        "Ask the future that submit() gives (line 12) for its result(): it raises what the job has raised, which else nobody hears of.",
    ),
    Told(
        "programs/worker_exception_uncaught.py",
        "Nothing that Thread-2 (consumer) had come to but items of a queue was changed by another thread, so this does not depend on whose turn it was.",
        "Mend line 18 itself, or handle ZeroDivisionError there: no lock and no waiting helps.",
    ),
    Told(
        "programs/zero_taken_for_the_end.py",
        "Thread-2 (consumer) took 4 items out of q and has ended; 6 had been put there, and Thread-1 (producer) has more to put.",
        "Ask for the end by `is None` (line 16), or for an object that means nothing else: `not item` holds for 0 too.",
    ),
    Told(
        "scenarios/after_you.py",
        "Thread-1 (eat) and Thread-2 (eat) write Spoon.owner by turns at line 22, whenever "
        "`spouse.hungry` (line 21): each gives way to the other, who then does the same.",
        "Two threads must not both give way (line 22): let one of them go first whatever the other wants, or hold a lock from the look to the end of the work.",
    ),
    Told(
        "scenarios/as_completed_order.py",
        "as_completed() gives the futures in the order in which they are done, and which is done first is not settled.",
        "Go through the futures themselves, in the order in which they were submitted, in place of as_completed() (line 11).",
    ),
    Told(
        "scenarios/barrier_one_short.py",
        "The Barrier is made for 3 at line 3, and 2 threads came to it.",
        "Make the Barrier for as many as come to it, 2 here (line 3); or start the threads that are missing.",
    ),
    Told(
        "scenarios/class_level_list_shared.py",
        "Thread-1 (add) changed items at line 8 for one Basket, and Thread-2 (add) at line "
        "8 for another; both are the one object that the class has (`items = []` at line 5).",
        "Make items in __init__ (self.items = []) and not in the class at line 5: then each Basket has its own.",
    ),
    Told(
        "scenarios/defaultdict_makes_on_read.py",
        "Thread-2 (looks) ran before Thread-1 (visits), though it was started after: threads need not run in the order of their start.",
        "If Thread-1 (visits) must be first, let who comes after wait for it (by join(), an Event or a queue): start() orders nothing.",
    ),
    Told(
        "scenarios/dekker_without_turn.py",
        "",
        "Hold one threading.Lock in place of such flags: as each sets its own (line 9) before it asks for the other's, all can wait at once.",
    ),
    Told(
        "scenarios/dict_changed_while_iterated.py",
        "",
        "Hold one lock around the whole loop of line 9 and around line 15; or make a copy under that lock, list(stock), and go through that.",
    ),
    Told(
        "scenarios/event_timeout_once.py",
        "The wait of main at line 15 ended because its time was up, not because anything had happened.",
        "wait() says False when the time was over: line 15 must ask for that, or wait without a timeout.",
    ),
    Told(
        "scenarios/futures_wait_for_each_other.py",
        "",
        "One of first and second must not wait for the other, but end first: the wait at line 9 or line 15 has to go.",
    ),
    Told(
        "scenarios/log_queue_listener_not_stopped.py",
        "Thread-1 (_monitor), a daemon, had not yet taken what Thread-2 (error) put into records: nothing had made main wait for that.",
        "Call stop() (line 25) before line 24: it waits until all has been handled.",
    ),
    Told(
        "scenarios/mutable_default.py",
        "Thread-1 (collect) changed found at line 7, and Thread-2 (collect) the same object "
        "at line 7, for the default `found=[]` at line 6 is made once and not for each call.",
        "Say found=None at line 6, and make a new object in the function where it is None.",
    ),
    Told(
        "scenarios/peterson_turn_first.py",
        "The loop of line 14 asks variables, and let Thread-2 (work) and Thread-1 (work) past at the same time: Thread-2 (work) had found wants[0] = False "
        "at line 14, and Thread-1 (work) wants[1] = True at line 14 and turn = 0 at line 14, before Thread-2 (work) had written wants[1] again at line 20.",
        "In place of such a loop (line 14) hold one threading.Lock from there up to line 20: it lets one past at a time.",
    ),
    Told(
        "scenarios/polling_flag_first.py",
        "Thread-1 (fill) wrote True to ready at line 10, and value was written only afterwards "
        "at line 11; in between main found it True at line 17 and went on to line 19.",
        "Write ready (line 10) last: after line 11, since it says that value is there.",
    ),
    Told(
        "scenarios/polling_forever.py",
        "`done = True` at line 11 sets a local variable of run, not the Job.done that main asks at line 19.",
        "Say self.done = True at line 11.",
    ),
    Told(
        "scenarios/queue_empty_then_get.py",
        "",
        "In place of line 9 and line 10 one call: `get_nowait()` in a `try` with `except "
        "queue.Empty` asks and acts in one step, and a plain get() waits as well.",
    ),
    Told(
        "scenarios/queue_full_main.py",
        "When main came to line 9, no other thread had been started.",
        "Start the other threads (line 10) before main waits (line 9).",
    ),
    Told(
        "scenarios/queue_one_pill_for_two.py",
        "None was put into jobs once (line 19), which ended Thread-1 (consume); Thread-2 (consume) waits for one too.",
        "Put one None for each thread that takes (line 19: 2 here), or let who takes it put it back for the next.",
    ),
    Told(
        "scenarios/read_without_join.py",
        "main looked at answer ([]) at line 8; only after that did Thread-1 (append) change it at line 6, and main wait for its end at line 9.",
        "Wait by join() (line 9) before line 8 looks at what Thread-1 (append) makes.",
    ),
    Told(
        "scenarios/readers_unlocked.py",
        "Thread-2 (write) wrote 1 to pair['left'] at line 14 and 1 to pair['right'] at line 15.",
        "Line 9 must stand under lock too, as the writes (line 14 and line 15) do.",
    ),
    Told(
        "scenarios/rlock_released_by_another.py",
        "",
        "Let main release gate itself; or, if gate is a signal from one thread to another, make it a Lock or a Semaphore.",
    ),
    Told(
        "scenarios/sleep_as_synchronisation.py",
        "Thread-1 (late) slept at line 8 (sleep(2)) and main slept at line 15 (sleep(1)); then Thread-1 "
        "(late) changed letters at line 9, and after it main at line 16. A sleep orders nothing.",
        "Where one of line 9 and line 16 must come first, let the other thread wait for it: by join(), an Event, a queue.",
    ),
    Told(
        "scenarios/swallowed_then_hang.py",
        "",
        "Ask the future that submit() gives for its result(): it raises what the job has raised, which else nobody hears of.",
    ),
    Told(
        "scenarios/thread_exception.py",
        "Nothing that Thread-1 (<lambda>) had come to was changed by another thread, so this does not depend on whose turn it was.",
        "Mend line 8 itself, or handle KeyError there: no lock and no waiting helps.",
    ),
    Told(
        "scenarios/thread_left_blocked.py",
        "",
        "No line of the program does never.set(), which alone could wake who waits at never: some thread must.",
    ),
    Told(
        "scenarios/thread_local_missing.py",
        "What a threading.local holds, it holds for one thread: Thread-1 (<lambda>) has not set user itself.",
        "Set user in each thread that asks it; or hand it to the thread as an argument.",
    ),
    Told(
        "scenarios/ticket_lock_plain.py",
        "Thread-1 (work) and Thread-2 (work) both read TicketLock.next_ticket = 0 at line 11, "
        "before Thread-2 (work) was the first to change it at line 12: they have the same number.",
        "To read TicketLock.next_ticket and to move it on must be one step: every thread must hold one lock from line 11 to line 12.",
    ),
    Told(
        "scenarios/timer_cancelled_late.py",
        "The time of the Timer Thread-1 was up and called its function at line 6 before main came to cancel() at line 9.",
        "cancel() at line 9 is no use once the time is up, and however long that is, a thread may be slower: do not rely on it.",
    ),
    Told(
        "scenarios/try_lock_once.py",
        "Thread-2 (work) tried to take lock at line 9 while Thread-1 (work) held it (since line 9): it did not get it, and did not try again.",
        "`with lock:` at line 9 waits until the lock is free, where `lock.acquire(False)` gives up.",
    ),
    Told(
        "scenarios/wait_first_completed.py",
        "wait() of line 7 returns when one of the futures is done, and does not wait for the others.",
        "Let wait() at line 7 wait for all of them (ALL_COMPLETED, which it does by default).",
    ),
)


@pytest.mark.parametrize("row", TOLD, ids=lambda row: Path(row.file).stem)
def test_the_cause_is_told_and_what_would_rule_it_out(row: Told) -> None:
    errors = row.checked().errors
    assert row.cause in " ".join(sentence for finding in errors for sentence in finding.explanation)
    assert row.hint in [hint for finding in errors for hint in finding.hints]


@pytest.mark.parametrize("name", ["philosophers_backoff_keeps_fork", "smokers_naive"])
def test_a_lock_that_is_released_under_another_name_is_not_called_never_released(name: str) -> None:
    errors = harness.check(str(SPECIMENS / "programs" / f"{name}.py"), mode="program", executions=2000).errors
    assert errors
    assert not any("No line of the program" in hint for finding in errors for hint in finding.hints)


def test_of_a_class_without_a_capacity_the_header_of_real_threads_names_none(tmp_path: Path) -> None:
    slot = tmp_path / "slot.py"
    slot.write_text(
        "class Pipeline:\n    def __init__(self):\n        self.slot = None\n\n    def "
        "put(self, m):\n        self.slot = m\n\n    def get(self):\n        return self.slot\n"
    )
    settings: dict[str, Any] = {"mode": "class", "executions": 3, "engine": "stress"}
    assert not harness.check(str(slot), **settings).is_sized
    assert harness.check(str(SPECIMENS.parent.parent / "implementations" / "naive.py"), **settings).is_sized


def explained(row: Told) -> str:
    return " ".join(sentence for finding in row.checked().errors for sentence in finding.explanation)


def test_two_locks_of_one_name_are_not_told_as_if_they_were_one() -> None:
    text = explained(Told("pipelines/subclass_makes_its_own_lock.py", "", "", (2, 2, 2)))
    assert "Both held a lock called Pipeline.lock, but not the same one" in text


def test_a_list_that_was_swapped_is_called_as_the_line_calls_it_that_asks_it() -> None:
    text = explained(Told("pipelines/two_buffers_swapped.py", "", "", (2, 2, 2)))
    assert "consumer-2 looked at Pipeline.front ([201, 202]) at line 13" in text
    assert "Pipeline.back ([201, 202]) at line 13" not in text


def test_a_second_delivery_is_told_with_the_look_that_was_out_of_date() -> None:
    text = explained(Told("pipelines/dataclass_envelopes_marked.py", "", "", (2, 2, 2)))
    assert "consumer-1 looked at Envelope.read (False) at line 21; before it acted on that, consumer-2 changed it at line 22." in text


def test_one_message_that_was_written_over_another_one_explains_its_second_delivery() -> None:
    errors = Told("pipelines/barrier_met_once.py", "", "", (1, 1, 2)).checked().errors
    double = next(finding for finding in errors if finding.kind == "duplication")
    assert double.explanation[-1].startswith("Before that producer-1 had written message 102 over message 101 of producer-1 at line 10: two puts")
    assert double.hints[0].startswith("Nothing makes a put wait: before line 10")


def test_a_deadlock_after_a_loss_is_told_with_the_message_that_is_missing() -> None:
    errors = Told("pipelines/condition_without_back_pressure.py", "", "", (1, 1, 2)).checked().errors
    dead = next(finding for finding in errors if finding.kind == "deadlock")
    assert "consumer-1 waits for a message more than there is: message 101 of producer-1 had been written over at line 13" in " ".join(dead.explanation)
    assert dead.hints[0].startswith("Nothing makes a put wait: before line 13")


def test_a_capacity_that_a_refused_put_breached_is_told_by_the_refusal() -> None:
    errors = Told("pipelines/deadline_drops.py", "", "", (1, 1, 3)).checked().errors
    breached = next(finding for finding in errors if finding.kind == "capacity")
    assert "Pipeline.queue was full and stayed so until its time was up" in " ".join(breached.explanation)
    assert breached.hints == ("put() without a timeout at line 11 waits until there is room.",)


def test_a_crash_that_leaves_a_lock_behind_says_how_it_would_be_given_back() -> None:
    errors = Told("programs/lock_kept_by_exception.py", "", "").checked().errors
    crash = next(finding for finding in errors if finding.kind == "crash")
    assert crash.hints[0].startswith("`with lock:` in place of acquire() at line 10")


def test_a_message_that_stays_in_another_container_is_told_with_what_the_get_asks(tmp_path: Path) -> None:
    chunks = tmp_path / "chunks.py"
    chunks.write_text(CHUNKS, encoding="utf-8")
    errors = harness.check(str(chunks), executions=2000).errors
    text = " ".join(errors[0].explanation)
    assert "Message 101 was added to Pipeline.chunk at line 12 and came no further; consumer-1 asks Pipeline.chunks at line 20." in text
    assert errors[0].hints == (
        "What stays in Pipeline.chunk must get on too when no more messages come: line 14 is reached only if `len(self.chunk) == 2` (line 13).",
    )


CHUNKS = """\
import threading


class Pipeline:
    def __init__(self):
        self.chunks = []
        self.chunk = []
        self.cond = threading.Condition()

    def put(self, m):
        with self.cond:
            self.chunk.append(m)
            if len(self.chunk) == 2:
                self.chunks.append(self.chunk)
                self.chunk = []
                self.cond.notify()

    def get(self):
        with self.cond:
            while not self.chunks:
                self.cond.wait()
            chunk = self.chunks[0]
            m = chunk.pop(0)
            if not chunk:
                self.chunks.pop(0)
            return m
"""


def test_a_signal_that_was_passed_once_is_told_with_who_passed_it() -> None:
    flawed = SPECIMENS.parent.parent / "implementations" / "flawed" / "forgotten_acquire.py"
    dead = harness.check(str(flawed), mode="class", executions=2000).errors[1]
    text = " ".join(dead.explanation)
    assert "consumer-1 had passed it at line 25 in the get that returned 101, which shut it." in text
    assert "producer-1 tried to release it at line 22 and failed, for it was open then" in text
    assert "has no holder" not in text
    assert dead.trace is not None and waiting_circle(dead.trace) == ()
    assert dead.hints == ("Rule out the RuntimeError of line 22 first: it ended producer-1, whose code has what would wake consumer-1.",)


def test_a_signal_is_told_as_one_though_one_worker_did_the_jobs_of_both_sides() -> None:
    flawed = SPECIMENS.parent.parent / "implementations" / "flawed" / "forgotten_acquire.py"
    raised, dead = harness.check(str(flawed), mode="program", executions=2000).errors
    assert "Nobody had acquired Pipeline.consumer_lock before." in raised.explanation
    assert raised.hints[0].endswith("it must begin locked, so acquire it once where it is made (line 17).")
    text = " ".join(dead.explanation)
    assert "worker (producer, consumer) had passed it at line 25 in the get that returned" in text
    assert "worker (producer, consumer) tried to release it at line 22 and failed, for it was open then" in text
