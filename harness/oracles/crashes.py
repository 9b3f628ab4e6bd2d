"""Exceptions that left something they should not have left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from harness.model.execution import Crash, Execution
from harness.model.finding import SEVERITY, Finding
from harness.oracles.words import distinct, join_words, place


def judge(execution: Execution) -> list[Finding]:
    """One crash or assertion finding for each distinct exception, in the order in which they left.

    Only a function scenario asserts; elsewhere an AssertionError is an exception as any other.
    """
    alike: dict[tuple[str, str, str, int, str], list[Crash]] = {}
    for crash in execution.crashes:
        alike.setdefault((crash.where, crash.error, crash.file, crash.line, crash.future), []).append(crash)
    findings = []
    for crashes in alike.values():
        kind = "assertion" if execution.mode == "function" and crashes[0].is_assertion else "crash"
        threads = distinct(crash.thread for crash in crashes)
        findings.append(Finding(kind=kind, severity=SEVERITY[kind], mode=execution.mode, message=_tell(crashes[0], threads), threads=threads))
    return findings


def _tell(crash: Crash, threads: Sequence[str]) -> str:
    first, *others = threads
    what = f"{crash.error}{place(crash.file, crash.line)}"
    match crash.where:
        case "put" | "get":
            sentence = f"an exception left {first}'s {crash.where}: {what}"
        case "thread":
            sentence = f"an exception ended thread {first}: {what}"
        case "scenario":
            sentence = f"an exception left the scenario: {what}"
        case "future":
            future = f" ({crash.future})" if crash.future else ""
            sentence = f"an exception of {first} sits in a future that nobody read{future}: {what}"
        case unknown:
            assert_never(unknown)
    return f"{sentence}, and likewise in {join_words(others)}" if others else sentence
