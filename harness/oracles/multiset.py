"""Program mode: what a program's own threads put and got, compared as multisets; only what every way of matching shows is reported.

The values are the program's, not ours: they repeat, some of them mean "stop", and what a get returns may be something made from what
was put. So a channel is judged only once some get returned what a put had put, unless one returned a value of the pipeline's own making,
and of its values only those that are certain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from harness.model.execution import Channel, Execution, LogEntry, Logs, calls_from_log, same_value
from harness.model.finding import SEVERITY, Finding
from harness.oracles import conservation, ordering
from harness.oracles.history import Message, read_history
from harness.oracles.words import count_of, join_words, show

PLAIN = (int, str, bytes, float, bool, type(None))


def judge(execution: Execution) -> list[Finding]:
    """Loss, duplication, corruption and reorder in what passed through a program's channels, one finding a kind; else in its logs."""
    findings: dict[str, Finding] = {}
    for channel in execution.channels:
        for finding in _judge_channel(execution, channel):
            findings.setdefault(finding.kind, finding)
    if execution.logs is not None and execution.ending == "finished" and not execution.crashes:
        for finding in _judge_logs(execution, execution.logs):
            findings.setdefault(finding.kind, finding)
    return list(findings.values())


def is_plain(value: Any) -> bool:
    """Whether the value is one that nobody can change and that is equal to what looks like it."""
    return type(value) in PLAIN or (type(value) is tuple and all(map(is_plain, value)))


def is_among(value: Any, values: Iterable[Any]) -> bool:
    """Whether the program could take the value for one of these: the same object, or equal and both plain (0 equals False)."""
    return any(value is other or (is_plain(value) and is_plain(other) and value == other) for other in values)


def without(log: Sequence[LogEntry], workers: Sequence[str], outside: Collection[Any]) -> list[LogEntry]:
    """The log without the puts and gets of the values outside; a get that has not returned stays."""
    left_out: set[int] = set()
    for call in calls_from_log(log, workers):
        if (call.operation == "put" or call.has_returned) and is_among(call.value, outside):
            left_out.add(call.begin)
            if call.end is not None:
                left_out.add(call.end)
    return [entry for position, entry in enumerate(log) if position not in left_out]


def _judge_channel(execution: Execution, channel: Channel) -> list[Finding]:
    seen = replace(execution, log=channel.log, kept=frozenset())
    whole = read_history(seen)
    if not channel.is_judged or not any(message.deliveries for message in whole.messages):
        return []
    messages = replace(seen, log=without(channel.log, execution.workers, channel.outside))
    history = read_history(messages)
    strange = [message.value for message in history.messages if message.strays]
    if any(is_plain(value) and value for value in strange):
        return []  # an empty slot gives None, 0 or the like; a value of its own comes from a pipeline that works on its messages
    has_unknown = not all(map(is_plain, strange))
    for message in history.messages:
        _keep_certain(message, channel, has_unknown)
    lost = replace(messages, kept=())
    findings = conservation.judge(lost, history)
    if channel.keeps_order:
        findings += ordering.judge(messages, read_history(messages))
    return findings


def _keep_certain(message: Message, channel: Channel, has_unknown: bool) -> None:
    """Takes out of a message's account what another reading of the program would explain.

    `has_unknown`: some get returned an object that no put is known to have put; it may be any message in another form.
    """
    value = message.value
    if channel.may_leak or has_unknown or is_among(value, channel.kept) or is_among(value, channel.doubtful):
        message.undelivered.clear()
    if not is_plain(value) or any(put.is_raised for put in message.puts):
        message.strays.clear()
    if channel.may_repeat or is_among(value, channel.doubtful):
        message.repeats.clear()


def _judge_logs(execution: Execution, logs: Logs) -> list[Finding]:
    """The two lists as multisets. They are comparable only if everything that was consumed had been produced."""
    produced = [value for value in logs.produced if not is_among(value, logs.outside)]
    consumed = [value for value in logs.consumed if not is_among(value, logs.outside)]
    if not all(map(is_plain, [*produced, *consumed])):
        return []
    consumed = [value for value in consumed if value is not None or is_among(None, produced)]
    if any(not any(same_value(value, other) for other in produced) for value in consumed) or not (produced and consumed):
        return []
    missing = [] if logs.may_leak else [value for value in _left_over(produced, consumed) if not is_among(value, logs.kept)]
    extra = _left_over(consumed, produced)
    findings = []
    if missing:
        what = f"{join_words(_shown(missing))}, noted in {logs.produced_name}, {'is' if len(missing) == 1 else 'are'} not in {logs.consumed_name}"
        findings.append(_finding(execution, "loss", f"{what}, and nowhere else when the program has ended"))
    if extra:
        value = extra[0]
        times = sum(same_value(value, other) for other in consumed)
        once = sum(same_value(value, other) for other in produced)
        others = _shown([other for other in extra if not same_value(value, other)])
        more = f"; likewise {join_words(others)}" if others else ""
        sentence = f"{show(value)} stands {count_of(times, 'time')} in {logs.consumed_name} and {count_of(once, 'time')} in {logs.produced_name}{more}"
        findings.append(_finding(execution, "duplication", sentence))
    return findings


def _left_over(values: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """What is in `values` more often than in `others`, each occurrence once."""
    left = list(others)
    over = []
    for value in values:
        position = next((position for position, other in enumerate(left) if same_value(value, other)), None)
        if position is None:
            over.append(value)
        else:
            del left[position]
    return over


def _shown(values: Sequence[Any]) -> list[str]:
    return list(dict.fromkeys(map(show, values)))


def _finding(execution: Execution, kind: str, message: str) -> Finding:
    return Finding(kind=kind, severity=SEVERITY[kind], mode=execution.mode, message=message)
