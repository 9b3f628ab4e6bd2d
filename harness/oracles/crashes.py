"""Exceptions that left something they should not have left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from harness.model.execution import Crash, Execution
from harness.model.finding import SEVERITY, Finding
from harness.oracles.words import distinct, join_words, place


def judge(execution: Execution) -> list[Finding]:
    """One crash or assertion finding for each distinct exception, in the order in which they left.

    Only a function scenario asserts; elsewhere an AssertionError is an exception as any other. In class mode only what left a put or a
    get is a crash: a thread of the pipeline's own may die of an exception unnoticed, and what comes of that is the finding.
    """
    findings = []
    entry = "program's main thread" if execution.mode == "program" else "scenario"
    for crashes in _alike(execution, is_own=False):
        kind = "assertion" if execution.mode == "function" and crashes[0].is_assertion else "crash"
        threads = distinct(crash.thread for crash in crashes)
        findings.append(Finding(kind=kind, severity=SEVERITY[kind], mode=execution.mode, message=_tell(crashes[0], threads, entry), threads=threads))
    return findings


def tell_deaths(execution: Execution) -> list[str]:
    """In class mode, a sentence for each distinct exception that ended a thread of the pipeline's own or lies in a future unread."""
    return [_tell(crashes[0], distinct(crash.thread for crash in crashes)) for crashes in _alike(execution, is_own=True)]


def _alike(execution: Execution, is_own: bool) -> list[list[Crash]]:
    """The crashes of the pipeline's own threads (class mode only), or all others, those of one exception together."""
    alike: dict[tuple[str, str, str, int, str], list[Crash]] = {}
    for crash in execution.crashes:
        if is_own == (execution.mode == "class" and crash.where not in ("put", "get")):
            alike.setdefault((crash.where, crash.error, crash.file, crash.line, crash.future), []).append(crash)
    return list(alike.values())


def _tell(crash: Crash, threads: Sequence[str], entry: str = "scenario") -> str:
    first, *others = threads
    what = f"{crash.error}{place(crash.file, crash.line)}"
    match crash.where:
        case "put" | "get":
            sentence = f"an exception left {first}'s {crash.where}: {what}"
        case "thread":
            sentence = f"an exception ended thread {first}: {what}"
        case "scenario":
            sentence = f"an exception left the {entry}: {what}"
        case "future":
            future = f" ({crash.future})" if crash.future else ""
            sentence = f"an exception of {first} sits in a future that nobody read{future}: {what}"
        case unknown:
            assert_never(unknown)
    return f"{sentence}, and likewise in {join_words(others)}" if others else sentence
