"""Every mistake has its questions and answers, and its report names the lines that the answer names, without showing one."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.checks import ROWS, checked
from tests.reader.sheet import PARTS, folder_of, questions, rows, told_without_source
from tests.tables import FLAWED, Expectation

pytestmark = pytest.mark.lengthy


@cache
def said(row: Expectation) -> list[str]:
    return told_without_source(row)


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), ([], 2), (["a", "b"], 2)])
def test_who_asks_for_help_gets_it_and_no_folder(arguments: list[str], status: int) -> None:
    with pytest.raises(SystemExit) as left:
        folder_of(arguments)
    assert left.value.code == status
    assert str(folder_of(["somewhere"])) == "somewhere"


def test_every_mistake_has_three_answers_and_nothing_else_has_any() -> None:
    table = questions()
    assert len(table.pop("questions")) == len(PARTS)
    assert sorted(table) == sorted({row.path.stem for row in FLAWED})
    assert all(tuple(answers) == PARTS and all(answers.values()) for answers in table.values())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.path.stem)
def test_the_report_names_the_lines_of_the_answer_and_shows_no_source(row: Expectation) -> None:
    told = " ".join(" ".join(said(row)).split())
    lines = re.split(r"[:(]", questions()[row.path.stem]["lines"])[0]
    missing = [number for number in re.findall(r"\d+", lines) if re.search(rf"(line |lines |:|and ){number}\b", told) is None]
    assert not missing, f"the report does not name {missing}: {told}"
    assert row.path.stem not in told
    source = [line.strip() for line in row.path.read_text(encoding="utf-8").splitlines() if len(line.strip()) > 40]
    assert [line for line in source if line in told] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_no_sentence_of_an_argument_is_too_long_to_follow(row: Expectation) -> None:
    """One fact a sentence, in the order of time; "the get that let the put go on, by ..., had ..." once cost a reader two readings."""
    for finding in checked(row).findings:
        for sentence in finding.explanation:
            assert len(sentence.split()) <= 33, sentence
            assert not re.search(r"\bthat let\b|\blet .* go on by\b", sentence), sentence


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.path.stem)
def test_every_report_says_what_would_rule_it_out(row: Expectation) -> None:
    assert any("What would rule it out:" in line for line in said(row))
