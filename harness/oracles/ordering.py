"""Reorder: messages that overtook others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.execution import Call, Execution
from harness.model.finding import SEVERITY, Finding
from harness.oracles.history import History, Message, is_kept, read_history, returned_at
from harness.oracles.words import distinct, show


@dataclass(frozen=True, slots=True)
class Passage:
    """A message on its way: its put, and the get that returned it (None: it is still inside)."""

    put: Call
    get: Call | None


def judge(execution: Execution, history: History | None = None) -> list[Finding]:
    """At most one reorder finding, by `execution.order`: "producer", "linear", or "any", which allows everything.

    Only values that were put once are judged: a queue's history stays one when all calls of some values are left out, so nothing is
    reported that another way to match equal values would allow. Lost messages and unexplained gets are conservation's and left out;
    a get that raised took nothing.
    """
    if execution.order == "any":
        return []
    known = read_history(execution) if history is None else history
    passages = _passages(execution, known.messages)
    overtaken = _find_overtaken_linear(passages, known) if execution.order == "linear" else _find_overtaken_by_producer(passages)
    if overtaken is None:
        return []
    return [_tell(execution, known, *overtaken)]


def _passages(execution: Execution, messages: Iterable[Message]) -> list[Passage]:
    """The messages in the order in which their puts began; those put but not got only where they are still inside."""
    passages = []
    for message in messages:
        effective = {put.begin for put in message.puts if not put.is_raised} | {put.begin for put, _ in message.deliveries}
        if len(effective) != 1:
            continue
        if message.deliveries:
            passages.append(Passage(*message.deliveries[0]))
        elif message.undelivered and is_kept(message.value, execution.kept):
            passages.append(Passage(message.undelivered[0], None))
    return sorted(passages, key=_put_begin)


def _find_overtaken_by_producer(passages: list[Passage]) -> tuple[Passage, Passage] | None:
    """A message and a later one of the same producer whose get returned before the earlier one's began; O(n)."""
    earliest: dict[str, tuple[int, Passage]] = {}
    for passage in reversed(passages):
        if passage.get is None:
            continue
        returned = returned_at(passage.get)
        least = earliest.get(passage.put.thread)
        if least is not None and least[0] < passage.get.begin:
            return passage, least[1]
        if least is None or returned < least[0]:
            earliest[passage.put.thread] = (returned, passage)
    return None


def _find_overtaken_linear(passages: list[Passage], history: History) -> tuple[Passage, Passage] | None:
    """A message that no FIFO queue could have let be overtaken, and one that overtook it; O(n log n); exact.

    With every delivery matched to one put, a complete history is a FIFO queue's if and only if no two messages a, b have put a wholly
    before put b and get b wholly before get a (Henzinger, Sezgin, Vafeiadis, Aspect-oriented linearizability proofs, CONCUR 2013,
    section 4). Calls that never ended: an open put that was not delivered need not have taken effect; an open get may have taken one
    message. A message still inside that was put wholly before a delivered one must have been taken by an open get, and one that began
    before the get of any message that it precedes had returned. The earlier an open get began the more it can explain, so giving the
    earliest to the message that needs it earliest finds an assignment if there is one.
    """
    delivered = [passage for passage in passages if passage.get is not None]
    begins = [passage.put.begin for passage in delivered]
    # first_got[i]: of the messages whose put began as the i-th or later, the one whose get returned first, and when.
    first_got: list[tuple[int, Passage]] = []
    for passage in reversed(delivered):
        assert passage.get is not None
        returned = returned_at(passage.get)
        first_got.append((returned, passage) if not first_got or returned < first_got[-1][0] else first_got[-1])
    first_got.reverse()

    stranded: list[tuple[int, Passage, Passage]] = []
    for passage in passages:
        successors = bisect_right(begins, passage.put.end) if passage.put.end is not None else len(begins)
        if successors == len(begins):
            continue
        returned, overtaker = first_got[successors]
        if passage.get is None:
            stranded.append((returned, passage, overtaker))
        elif returned < passage.get.begin:
            return passage, overtaker
    open_gets = [call.begin for call in history.calls if call.operation == "get" and call.end is None]
    for number, (returned, passage, overtaker) in enumerate(sorted(stranded, key=_needed_before)):
        if number >= len(open_gets) or open_gets[number] > returned:
            return passage, overtaker
    return None


def _tell(execution: Execution, history: History, earlier: Passage, later: Passage) -> Finding:
    assert later.get is not None  # invariant: only a delivered message overtakes
    first, second = show(earlier.put.value), show(later.put.value)
    if earlier.put.thread == later.put.thread:
        puts = f"{earlier.put.thread} put message {first} before message {second}"
    else:
        puts = f"{earlier.put.thread}'s put of message {first} had returned before {later.put.thread}'s put of message {second} began"
    got = f"{history.name_of(later.get)} returned {second}"
    if earlier.get is None:
        gets = f"{got} while {first} was left inside"
    elif earlier.get.thread == later.get.thread:
        gets = f"{got} before {history.name_of(earlier.get)} returned {first}"
    else:
        gets = f"{got} before {history.name_of(earlier.get)}, which returned {first}, had begun"
    threads = distinct(call.thread for call in (earlier.put, later.put, later.get, earlier.get) if call is not None)
    return Finding(kind="reorder", severity=SEVERITY["reorder"], mode=execution.mode, message=f"{puts}, but {gets}", threads=threads)


def _put_begin(passage: Passage) -> int:
    return passage.put.begin


def _needed_before(stranded: tuple[int, Passage, Passage]) -> int:
    return stranded[0]
