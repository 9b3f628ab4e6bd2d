"""Loss, duplication and corruption: what was put is what is got, once each."""

from __future__ import annotations

from collections.abc import Sequence

from harness.model.execution import Call, Execution
from harness.model.finding import SEVERITY, Finding
from harness.oracles.history import History, Message, is_kept, read_history, returned_at
from harness.oracles.words import count_of, distinct, join_words, ordinal, show


def judge(execution: Execution, history: History | None = None) -> list[Finding]:
    """At most one finding each of loss, duplication and corruption; it names every message concerned."""
    known = read_history(execution) if history is None else history
    return [*_judge_loss(execution, known), *_judge_duplication(execution, known), *_judge_corruption(execution, known)]


def find_lost_puts(execution: Execution, history: History) -> list[Call]:
    """The puts that returned, explain no get, and whose message is kept nowhere, in the order in which they began."""
    lost = [put for message in history.messages if message.undelivered and not is_kept(message.value, execution.kept) for put in message.undelivered]
    return sorted(lost, key=_begin)


def _judge_loss(execution: Execution, history: History) -> list[Finding]:
    lost = find_lost_puts(execution, history)
    if not lost:
        return []
    threads = distinct(put.thread for put in lost)
    if len(threads) == 1:
        values = [show(put.value) for put in lost]
        what = f"{'message' if len(lost) == 1 else 'messages'} {join_words(values)}, put by {threads[0]},"
    else:
        what = f"messages {join_words([f'{show(put.value)} (put by {put.thread})' for put in lost])}"
    was, is_ = ("was", "is") if len(lost) == 1 else ("were", "are")
    return [_finding(execution, "loss", f"{what} {was} returned by no get and {is_} nowhere in the pipeline any more", threads)]


def _judge_duplication(execution: Execution, history: History) -> list[Finding]:
    repeated = sorted((message for message in history.messages if message.repeats), key=_first_repeat)
    if not repeated:
        return []
    first = repeated[0]
    put, get = first.deliveries[0]
    again = history.name_of(first.repeats[0])
    before = returned_at(first.repeats[0])
    n_puts = sum(not put.is_raised and put.begin < before for put in first.puts)
    if n_puts > 1:
        n_gets = sum(returned_at(get) <= before for get in first.gets)
        sentence = f"value {show(first.value)} had been put {n_puts} times when {again} returned it for the {ordinal(n_gets)} time"
    else:
        sentence = f"message {show(first.value)}, put by {put.thread}, was returned by {history.name_of(get)} and again by {again}"
    threads = distinct(name for message in repeated for name in _threads_of(message))
    return [_finding(execution, "duplication", sentence + _likewise(repeated[1:]), threads)]


def _judge_corruption(execution: Execution, history: History) -> list[Finding]:
    stray = sorted(((get, message) for message in history.messages for get in message.strays), key=lambda pair: _begin(pair[0]))
    if not stray:
        return []
    get, message = stray[0]
    later = [put for put in message.puts if not put.is_raised]
    if later:
        sentence = f"{history.name_of(get)} returned {show(message.value)} before {later[0].thread} had begun to put it"
    else:
        sentence = f"{history.name_of(get)} returned {show(message.value)}, which no producer put"
    if len(stray) > 1:
        sentence += f"; {count_of(len(stray) - 1, 'further get')} returned what had not been put"
    return [_finding(execution, "corruption", sentence, distinct(get.thread for get, _ in stray))]


def _threads_of(message: Message) -> list[str]:
    return [*(put.thread for put, _ in message.deliveries), *(get.thread for get in message.gets)]


def _likewise(messages: Sequence[Message]) -> str:
    return f"; likewise {join_words([show(message.value) for message in messages])}" if messages else ""


def _begin(call: Call) -> int:
    return call.begin


def _first_repeat(message: Message) -> int:
    return returned_at(message.repeats[0])


def _finding(execution: Execution, kind: str, message: str, threads: tuple[str, ...]) -> Finding:
    return Finding(kind=kind, severity=SEVERITY[kind], mode=execution.mode, message=message, threads=threads)
