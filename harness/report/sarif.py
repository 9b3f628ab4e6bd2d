"""A result as SARIF 2.1.0 (OASIS), for code hosts and editors that show findings at their lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from harness.model.finding import KINDS, RANK, Event, Finding
from harness.model.result import Result
from harness.report.words import printable

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning"}
MOST_STEPS = 200


def sarif(result: Result, version: str = "") -> str:
    """One run with a result per finding, as JSON text that ends with a newline.

    Rule ids are the kinds of finding and never change. A fingerprint rests on kind, mode, target and the source text of the lines that
    prove the finding, so neither a moved line nor another schedule makes it another finding.
    """
    driver: dict[str, Any] = {"name": "race-harness", "rules": [_rule(kind.name) for kind in KINDS]}
    if version:
        driver["version"] = version
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result)],
        "results": [_result(finding, result) for finding in result.findings],
        "properties": {"verdict": result.verdict, "executions": result.executions, "complete": result.complete, "limits": list(result.limits)},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    kind = KINDS[RANK[name]]
    return {
        "id": kind.name,
        "name": "".join(part.capitalize() for part in kind.name.split("-")),
        "shortDescription": {"text": f"{kind.meaning[0].upper()}{kind.meaning[1:]}."},
        "defaultConfiguration": {"level": LEVELS[kind.severity]},
    }


def _invocation(result: Result) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": result.verdict != "error"}
    if result.error:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": printable(result.error)}}]
    return invocation


def _result(finding: Finding, result: Result) -> dict[str, Any]:
    events = [event for event in finding.events if event.file and event.line]
    text = " ".join([f"{finding.message}.", *finding.sentences(), *_hints(finding)])
    found: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": RANK[finding.kind],
        "level": LEVELS[finding.severity],
        "message": {"text": printable(f"{text} Replay: {finding.replay}" if finding.replay else text)},
        "locations": [_location(*_main_place(finding, events, result))],
        "partialFingerprints": {"raceHarness/v1": _fingerprint(finding, events, result)},
        "properties": {
            "mode": finding.mode,
            "preemptions": finding.preemptions,
            "expiries": finding.expiries,
            "minimal": finding.minimal,
            "schedule": finding.schedule,
        },
    }
    if events:
        found["codeFlows"] = [_flow(finding, events)]
    return found


def _hints(finding: Finding) -> list[str]:
    return [f"What would rule it out: {' '.join(finding.hints)}"] if finding.hints else []


def _main_place(finding: Finding, events: Sequence[Event], result: Result) -> tuple[str, int]:
    """Where the finding is shown: the last step that proves it, or the target's first line where no step has one."""
    if events:
        return events[-1].file, events[-1].line
    ends = finding.trace.ends if finding.trace is not None else ()
    place = next(((end.file, end.line) for end in ends if end.file and end.line), None)
    path, colon, name = result.target.rpartition(":")
    return place or ((path if colon and name.isidentifier() else result.target), 1)


def _flow(finding: Finding, events: Sequence[Event]) -> dict[str, Any]:
    """The execution as SARIF says it: a thread flow per thread, `executionOrder` across them."""
    shown = events[-MOST_STEPS:]
    threads = list(dict.fromkeys(event.thread for event in shown))
    flows = [
        {
            "id": printable(thread),
            "locations": [
                {"location": _location(event.file, event.line, f"{event.thread}: {event.what}"), "executionOrder": order}
                for order, event in enumerate(shown, 1)
                if event.thread == thread
            ],
        }
        for thread in threads
    ]
    return {"message": {"text": printable(f"The execution that shows: {finding.message}")}, "threadFlows": flows}


def _location(file: str, line: int, message: str = "") -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": {"startLine": max(line, 1)}}}
    if message:
        location["message"] = {"text": printable(message)}
    return location


def _uri(file: str) -> str:
    """The path as a relative reference, or as a file URI where it is absolute."""
    path = file.replace("\\", "/")
    drive = len(path) > 1 and path[1] == ":"
    said = quote(path, safe="/:" if drive else "/", errors="backslashreplace")
    if drive:
        return f"file:///{said}"
    return f"file://{said}" if path.startswith("/") else said


def _fingerprint(finding: Finding, events: Sequence[Event], result: Result) -> str:
    source = finding.trace.source if finding.trace is not None else {}
    lines = sorted({source.get(event.file, {}).get(event.line, "").strip() for event in events})
    parts = [finding.kind, finding.mode, result.target.replace("\\", "/"), *lines]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
