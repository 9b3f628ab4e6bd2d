"""A hint is true: the program edited as it says no longer fails in that way.

Most hints name lines and say what to do with them, so `follow` can carry them out without knowing the program. Hints are followed one after the
other, as a student would, until nothing is found any more.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import harness
from tests.hints.follow import followed
from tests.tables import FLAWED, IMPLEMENTATIONS, Expectation

pytestmark = pytest.mark.sweep

EXECUTIONS = 600
MOST_ROUNDS = 4
FAILING = {row.title: row for row in (*IMPLEMENTATIONS, *FLAWED) if row.kinds}

BY_HAND: dict[str, tuple[str, dict[str, str]]] = {
    "lazy_condition": (
        r"Make Pipeline\.condition once, in __init__",
        {"threading.Condition | None = None": "threading.Condition = threading.Condition()"},
    ),
    "reused_buffer": (
        r"Make a new object for each message at line 19 and hand that on, not self\.envelope again",
        {"self.envelope['message'] = message": "envelope = {'message': message}", "put(self.envelope)": "put(envelope)"},
    ),
    "wait_without_predicate": (
        r"[Pp]ut line 27 into a `while` that asks",
        {
            "            self.condition.wait()\n            message": (
                "            while not self.messages:\n                self.condition.wait()\n            message"
            )
        },
    ),
    "test_and_change_apart": (
        r"Pipeline\.lock is given back between line 2[15] and line 3[17]: the look and what follows from it must stand under one hold of it",
        {
            "        with self.lock:\n            self.messages.append(message)": (
                "        with self.lock:\n            if len(self.messages) < self.capacity:\n                self.messages.append(message)\n"
                "                return\n        self.set_message(message)"
            ),
            "        with self.lock:\n            return self.messages.pop(0)": (
                "        with self.lock:\n            if self.messages:\n                return self.messages.pop(0)\n        return self.get_message()"
            ),
        },
    ),
    "naive": (
        r"Nothing makes a put wait: before line 23 it must wait until what stands there has been taken, through a queue\.Queue",
        {
            "import random": "import queue\nimport random",
            "self.message: int | str | None = None": "self.waiting = queue.Queue(capacity)",
            "self.message = message": "self.waiting.put(message)",
            "message = self.message": "message = self.waiting.get()",
        },
    ),
}
"""What the words leave to a person, who knows what the program is about: the hint, and the edit that it asks for."""

OF_SEVERAL_PARTS = {"busy_flag 2x2", "clear_before_wait 2x2", "set_then_clear 2x2"}
"""Programs that need another design for several threads; a hint rules out its own finding and no more."""


def checked(file: Path, row: Expectation) -> harness.Result:
    return harness.check(
        str(file),
        mode="class",
        producers=row.producers,
        consumers=row.consumers,
        messages=row.messages,
        capacity=row.capacity,
        executions=EXECUTIONS,
    )


@pytest.mark.parametrize("title", [title for title in FAILING if title.partition(" ")[0] not in BY_HAND and title not in OF_SEVERAL_PARTS])
def test_who_follows_the_hints_to_the_letter_ends_with_a_program_that_passes(title: str, tmp_path: Path) -> None:
    row = FAILING[title]
    source, told = row.path.read_text(encoding="utf-8"), []
    for _ in range(MOST_ROUNDS):
        file = tmp_path / row.path.name
        file.write_text(source, encoding="utf-8")
        result = checked(file, row)
        assert result.error is None, f"{told} led to a program that cannot be judged: {result.error}"
        if not result.errors:
            break
        hint, source = next((hint, edited) for finding in result.errors for hint in finding.hints if (edited := followed(source, hint)) is not None)
        told.append(hint)
    assert told, "nothing was wrong"
    assert not result.errors, f"after {told}: {result.errors[0].message}"


@pytest.mark.parametrize("title", [title for title in FAILING if title.partition(" ")[0] in BY_HAND])
def test_what_a_hint_leaves_to_a_person_rules_the_finding_out(title: str, tmp_path: Path) -> None:
    row = FAILING[title]
    pattern, edits = BY_HAND[title.partition(" ")[0]]
    hints = [hint for finding in checked(row.path, row).errors for hint in finding.hints]
    assert any(re.search(pattern, hint) for hint in hints), hints
    source = row.path.read_text(encoding="utf-8")
    for old, new in edits.items():
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    file = tmp_path / row.path.name
    file.write_text(source, encoding="utf-8")
    result = checked(file, row)
    assert result.error is None
    assert not result.errors, result.errors[0].message


@pytest.mark.parametrize("title", sorted(OF_SEVERAL_PARTS))
def test_a_program_that_needs_another_design_still_gets_a_hint_for_its_first_finding(title: str) -> None:
    row = FAILING[title]
    assert checked(row.path, row).errors[0].hints


def test_an_edit_that_changes_nothing_that_matters_would_be_seen(tmp_path: Path) -> None:
    """The check of the checks: the same rounds with a useless edit still fail."""
    row = FAILING["off_by_one 1x1"]
    file = tmp_path / row.path.name
    file.write_text(row.path.read_text(encoding="utf-8").replace("while len(self.messages) > ", "while len(self.messages)  > "), encoding="utf-8")
    assert checked(file, row).errors
