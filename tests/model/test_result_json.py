"""A result survives the journey through JSON."""

from __future__ import annotations

import msgspec

from harness.model.finding import Finding
from harness.model.result import Bounds, Result, ScenarioSize, from_json, to_json, without_hints
from harness.model.turn import Turn
from harness.model.unseen import unseen_after

RESULT = Result(
    target="a.py", mode="class", scenario=ScenarioSize(), engine="explore", strategy="auto", seed=0, python="3.12.1", verdict="verified", bounds=Bounds()
)


def test_what_is_written_is_read_again() -> None:
    assert from_json(to_json(RESULT)) == RESULT
    assert to_json(RESULT).endswith(b"}\n")


def test_an_estimate_of_what_is_unseen_is_kept() -> None:
    result = msgspec.structs.replace(RESULT, verdict="survived", unseen=unseen_after([1, 1, 2]))
    assert from_json(to_json(result)) == result


def test_hints_can_be_left_out() -> None:
    finding = Finding("loss", "error", "class", "message 1 is lost", hints=("Hold a lock.",))
    result = msgspec.structs.replace(RESULT, findings=(finding,))
    assert without_hints(result).findings == (msgspec.structs.replace(finding, hints=()),)


def test_how_the_search_went_is_kept_and_an_older_result_says_nothing_of_it() -> None:
    turns = (
        Turn(mode="class", strategy="dpor", until=512, seen=((0, 0), (512, 500))),
        Turn(mode="class", strategy="sample", until=600, seen=((512, 0), (600, 80)), unseen=unseen_after([1, 1, 2])),
        Turn(mode="class", strategy="bounded", until=700, bound=1, is_complete=True),
    )
    result = msgspec.structs.replace(RESULT, turns=turns)
    assert from_json(to_json(result)) == result
    older = msgspec.json.decode(to_json(result))
    del older["turns"]
    assert from_json(msgspec.json.encode(older)).turns == ()
