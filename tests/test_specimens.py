"""The harness agrees with every label of tests/specimens: what is flawed is found, of a kind that its label names; what is correct survives."""

from __future__ import annotations

from pathlib import PurePath

import pytest

import harness
from tests.tables import SPECIMENS, labels

STUCK = {"deadlock", "livelock"}
"""Both mean stuck for ever: a label that names one is met by the other."""
WORKLOADS = {"spsc": (1, 1), "mpmc": (2, 2)}


def first_kind(result: harness.Result) -> str:
    """The kind of the first finding of severity error, "correct" if there is none, or why nothing could be said."""
    return result.error or next((finding.kind for finding in result.findings if finding.severity == "error"), "correct")


def is_met(expected: str | list[str], kind: str) -> bool:
    """Whether a finding's kind is one that a label names."""
    return kind == expected or (expected != "correct" and (kind in expected or (kind in STUCK and bool(STUCK & set(expected)))))


def shows_again(target: str, result: harness.Result) -> bool:
    """Whether each finding shows again, word for word, when its token is played strictly."""
    replays = [(finding, harness.replay(target, finding.schedule).finding) for finding in result.findings]
    return all(again is not None and again.message == finding.message for finding, again in replays)


SCENARIOS = labels("scenarios")


@pytest.mark.lengthy
@pytest.mark.parametrize("name", SCENARIOS, ids=lambda name: name.removesuffix(".py"))
def test_a_scenario_is_judged_as_its_label_says(name: str) -> None:
    target = f"{SPECIMENS / 'scenarios' / name}:scenario"
    expected = SCENARIOS[name]["expected"]
    result = harness.check(target, executions=300 if expected == "correct" else 2000)
    assert is_met(expected, first_kind(result)), (first_kind(result), SCENARIOS[name]["why"])
    assert shows_again(target, result)
    if expected != "correct":
        assert (result.findings[0].expiries > 0) == SCENARIOS[name].get("expiry", False)


PIPELINES = {f"{folder}/{name}": label for folder in ("pipelines", "found") for name, label in labels(folder).items()}


@pytest.mark.sweep
@pytest.mark.parametrize("workload", WORKLOADS)
@pytest.mark.parametrize("name", list(PIPELINES), ids=lambda name: PurePath(name).stem)
def test_a_pipeline_is_judged_as_its_label_says(name: str, workload: str) -> None:
    target, label = str(SPECIMENS / name), PIPELINES[name]
    producers, consumers = WORKLOADS[workload]
    expected = label[workload]
    if expected == "correct":
        result = harness.check(target, producers=producers, consumers=consumers, messages=2, executions=150)
        assert first_kind(result) == "correct", label["why"]
        return
    for capacity in label[f"{workload}_capacities"]:
        result = harness.check(target, producers=producers, consumers=consumers, messages=label[f"{workload}_needs"], capacity=capacity, executions=2000)
        assert is_met([*expected, "correct"], first_kind(result)), (first_kind(result), label["why"])
        if result.findings:
            assert shows_again(target, result)
            return
    pytest.fail(f"no finding at capacities {label[f'{workload}_capacities']}, expected one of {expected}: {label['why']}")


# What the issue asks for by name, each with its specimen.
ASKED_FOR = {
    "a Timer": "timer",
    "a Thread subclass": "thread_subclass",
    "a Thread subclass that shares": "thread_subclass_shared",
    "a module-level lock": "module_lock",
    "a lock released by another thread": "lock_released_by_another",
    "a pool with one worker that waits for itself": "pool_waits_for_itself",
    "an exception swallowed by a future": "swallowed_exception",
    "an exception swallowed by a future, and the hang it causes": "swallowed_then_hang",
    "a counter in a pool": "pool_counter",
    "if k not in d": "dict_check_then_act",
    "a polling loop": "polling_loop",
    "class-level state": "class_level_state",
    "class-level state, unlocked": "class_level_count_unlocked",
}


@pytest.mark.lengthy
@pytest.mark.parametrize("specimen", ASKED_FOR.values(), ids=ASKED_FOR)
def test_what_users_write_and_other_tools_fail_on_has_a_specimen(specimen: str) -> None:
    assert f"{specimen}.py" in SCENARIOS
