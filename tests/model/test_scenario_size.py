"""A workload in words, and the sentence about a smaller one that a finding's argument begins with."""

from __future__ import annotations

from harness.model.finding import Finding
from harness.model.scenario_size import ScenarioSize


def test_a_workload_is_told_in_words() -> None:
    assert ScenarioSize(1, 2, 1).told() == "1 producer, 2 consumers and 1 message"
    assert ScenarioSize(2, 1, 3).told() == "2 producers, 1 consumer and 3 messages each"
    assert ScenarioSize(2, 1, 1).told() == "2 producers, 1 consumer and 1 message each"


def test_an_argument_begins_with_the_smaller_workload_where_there_is_one() -> None:
    why = ("producer-1 wrote it.", "Nobody read it.")
    assert Finding(kind="loss", severity="error", mode="class", message="", explanation=why).sentences() == why
    smaller = Finding(kind="loss", severity="error", mode="class", message="", explanation=why, scenario=ScenarioSize(1, 1, 1))
    assert smaller.sentences() == ("It already happens with 1 producer, 1 consumer and 1 message, which is what is shown.", *why)
