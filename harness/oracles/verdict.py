"""All oracles together, and the quick check that spares most executions the judging."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.execution import GET_BEGIN, GET_RETURN, PUT_BEGIN, PUT_RETURN, Execution, LogEntry
from harness.model.finding import Finding, rank_of
from harness.oracles import capacity, conservation, crashes, endings, multiset, ordering
from harness.oracles.history import read_history


def judge(execution: Execution) -> list[Finding]:
    """Everything that is wrong with the execution, root cause first (the order of `KINDS`)."""
    if execution.mode == "program":
        findings = [*crashes.judge(execution), *multiset.judge(execution), *endings.judge(execution)]
        return sorted(findings, key=rank_of)
    history = read_history(execution)
    findings = [
        *crashes.judge(execution),
        *conservation.judge(execution, history),
        *ordering.judge(execution, history),
        *capacity.judge(execution, history),
        *endings.judge(execution, history),
    ]
    return sorted(findings, key=rank_of)


def is_clean(log: Sequence[LogEntry], n_messages: int, capacity: int | None, order: str) -> bool:
    """Whether conservation, ordering and capacity certainly find nothing in the log of a class-mode execution; one pass, O(log).

    True is certain, False means "judge it". The log is all it sees: that the execution finished, that nothing crashed and that no
    thread of the pipeline was left behind is the caller's to know. For "producer" it asks for the stricter "linear", which costs
    nothing to follow: almost every pipeline that keeps the one keeps the other.
    """
    # Called after every execution of a search, so plain ints and dicts: 2.5 us for three messages, against 40 us for judge().
    if len(log) != 4 * n_messages:
        return False
    room = capacity if capacity is not None and capacity > 0 else n_messages
    is_ordered = order != "any"
    rank: dict[int, int] = {}  # message -> how many puts had begun before its own
    ended: dict[int, int] = {}  # message -> how many puts had begun when its own returned
    newest_at_begin: dict[int, int] = {}  # worker -> highest rank that any get had returned when its open get began
    newest = -1
    n_got = 0
    for what, worker, value in log:
        if what == PUT_BEGIN:
            if value in rank:
                return False
            rank[value] = len(rank)
        elif what == GET_BEGIN:
            room += 1
            newest_at_begin[worker] = newest
        elif what == PUT_RETURN:
            room -= 1
            if room < 0:
                return False
            ended[value] = len(rank)
        elif what == GET_RETURN:
            if type(value) is not int or value not in rank:
                return False
            # Whatever began after this message's put had returned and was got before this get began has overtaken it.
            if is_ordered and value in ended and newest_at_begin[worker] >= ended[value]:
                return False
            if rank[value] < 0:
                return False
            if rank[value] > newest:
                newest = rank[value]
            rank[value] = -1  # delivered
            n_got += 1
    return n_got == n_messages and len(ended) == n_messages
