"""Capacity: more messages waited than there is room for."""

from __future__ import annotations

from harness.model.execution import GET_BEGIN, GET_RAISE, PUT_RETURN, Execution
from harness.model.finding import SEVERITY, Finding
from harness.oracles.conservation import find_lost_puts
from harness.oracles.history import History, read_history
from harness.oracles.words import count_of, distinct, show


def judge(execution: Execution, history: History | None = None) -> list[Finding]:
    """At most one capacity finding, for the first moment at which more messages were certainly inside than the capacity; O(log).

    A put that returned put one message in, a get that has begun may have taken one out: the difference is what at least waits. A get
    that raised may have taken one only until it raised; after that it took nothing, or a polling consumer whose every `Empty` counted
    as a message taken out would hide any excess. Where messages were lost, one of them may have gone with each get that raised, and
    that many go on counting. A capacity below 1 means unbounded, as to queue.Queue.
    """
    capacity = execution.capacity
    if capacity is None or capacity < 1:
        return []
    swallowed = 0
    qualified = ""
    if any(what == GET_RAISE for what, _, _ in execution.log):
        swallowed = len(find_lost_puts(execution, read_history(execution) if history is None else history))
        qualified = " that could have taken a message"
    n_puts = n_gets = 0
    for what, worker, value in execution.log:
        if what == PUT_RETURN:
            n_puts += 1
        elif what == GET_BEGIN:
            n_gets += 1
        elif what == GET_RAISE:
            if swallowed:
                swallowed -= 1
            else:
                n_gets -= 1
        if n_puts - n_gets > capacity:
            thread = execution.workers[worker]
            moment = f"{thread}'s put of message {show(value)} returned" if what == PUT_RETURN else f"{thread}'s get raised"
            counts = f"{count_of(n_puts, 'put')} had returned and {count_of(n_gets, 'get')}{qualified} had begun"
            message = f"when {moment}, {counts}: at least {n_puts - n_gets} messages waited, and the capacity is {capacity}"
            putters = (execution.workers[other] for put, other, _ in execution.log if put == PUT_RETURN)
            return [Finding(kind="capacity", severity=SEVERITY["capacity"], mode=execution.mode, message=message, threads=distinct([thread, *putters]))]
    return []
