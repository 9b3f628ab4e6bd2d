"""Deadlock, livelock and threads left behind: how the execution ended and how its threads stood."""

from __future__ import annotations

from typing import assert_never

from harness.model.execution import Execution
from harness.model.finding import SEVERITY, Finding
from harness.model.trace import ThreadEnd
from harness.oracles.crashes import tell_deaths
from harness.oracles.history import History, is_kept, read_history
from harness.oracles.words import distinct, join_words, place, show


def judge(execution: Execution, history: History | None = None) -> list[Finding]:
    """At most one finding, by `execution.ending`: deadlock, livelock, or, where it finished, leaked-thread.

    A step limit is no finding: nothing was shown. In class mode only the harness's own workers can deadlock: threads that the
    pipeline started may wait for more work for ever.
    """
    match execution.ending:
        case "deadlock":
            return _judge_deadlock(execution, history)
        case "livelock":
            return _judge_livelock(execution)
        case "finished":
            return _judge_leaked_threads(execution)
        case "step-limit":
            return []
        case unknown:
            assert_never(unknown)


def _judge_deadlock(execution: Execution, history: History | None) -> list[Finding]:
    blocked = [thread for thread in execution.threads if thread.state == "blocked" and not thread.is_daemon]
    if execution.mode == "class":
        # The stuck workers come first; the pipeline's own threads are told beside them, but alone they are no deadlock.
        blocked.sort(key=_is_not_worker)
        if not blocked or _is_not_worker(blocked[0]):
            return []
    if not blocked:
        return []
    if execution.mode != "class":
        blocked.sort(key=_is_main)  # mostly it waits for the others
    sentence = "; ".join(_tell_wait(thread) for thread in blocked)
    inside = _messages_inside(execution, read_history(execution) if history is None else history)
    if inside:
        noun, verb = ("message", "is") if len(inside) == 1 else ("messages", "are")
        sentence += f"; {noun} {join_words(inside)} {verb} still inside"
    return [_finding(execution, "deadlock", _after_deaths(execution, f"nobody can ever go on: {sentence}"), blocked)]


def _judge_livelock(execution: Execution) -> list[Finding]:
    awake = [thread for thread in execution.threads if thread.state == "running" and not thread.is_daemon]
    stuck = [thread for thread in execution.threads if thread.state == "blocked" and not thread.is_daemon]
    who = join_words([thread.name for thread in awake])
    go_on = "goes" if len(awake) == 1 else "go"
    sentence = f"{who} {go_on} round for ever" if awake else "the execution goes round for ever"
    if execution.loop:
        sentence += f" in the loop at {execution.loop}"
    sentence += ", and nothing progresses whichever thread is let run"
    if stuck:
        sentence += "; meanwhile " + "; ".join(_tell_wait(thread) for thread in stuck)
    return [_finding(execution, "livelock", _after_deaths(execution, sentence), awake + stuck)]


def _judge_leaked_threads(execution: Execution) -> list[Finding]:
    left = [thread for thread in execution.threads if thread.role == "own" and thread.state != "ended" and not thread.is_daemon]
    if not left:
        return []
    told = "; ".join(_tell_wait(thread) if thread.state == "blocked" else f"{thread.name} is still running" for thread in left)
    return [_finding(execution, "leaked-thread", f"all else has ended, but {told}", left)]


def _after_deaths(execution: Execution, sentence: str) -> str:
    """The sentence after what it may come from: the exceptions of which threads of the pipeline's own died."""
    deaths = tell_deaths(execution)
    return f"{'; '.join(deaths)}; then {sentence}" if deaths else sentence


def _tell_wait(thread: ThreadEnd) -> str:
    where = place(thread.file, thread.line)
    if not thread.waits_for:
        return f"{thread.name} is blocked{where}"
    link = "" if thread.waits_for.startswith(("to ", "for ", "until ")) else "for "
    return f"{thread.name} waits{where} {link}{thread.waits_for}"


def _messages_inside(execution: Execution, history: History) -> list[str]:
    """The messages that a get still open waits for in vain: put, not got, and still to be found."""
    if not any(call.operation == "get" and call.end is None for call in history.calls):
        return []
    return [show(message.value) for message in history.messages if message.undelivered and is_kept(message.value, execution.kept)]


def _is_not_worker(thread: ThreadEnd) -> bool:
    return thread.role != "worker"


def _is_main(thread: ThreadEnd) -> bool:
    return thread.role == "main"


def _finding(execution: Execution, kind: str, message: str, threads: list[ThreadEnd]) -> Finding:
    return Finding(kind=kind, severity=SEVERITY[kind], mode=execution.mode, message=message, threads=distinct(thread.name for thread in threads))
