"""`harness report` renders a saved result again and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from harness.cli.commands import harness as command
from harness.model.result import from_json
from harness.report.page import page

SAMPLE = Path(__file__).resolve().parent.parent / "reports" / "naive.json"


def rendered(*arguments: str) -> str:
    done = CliRunner().invoke(command, ["report", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_page_is_the_one_that_the_check_wrote() -> None:
    assert rendered(str(SAMPLE)) == page(from_json(SAMPLE.read_bytes()))


def test_the_other_forms_are_what_they_say() -> None:
    assert json.loads(rendered(str(SAMPLE), "--format", "sarif"))["version"] == "2.1.0"
    assert ElementTree.fromstring(rendered(str(SAMPLE), "--format", "junit").encode()).tag == "testsuites"
    assert rendered(str(SAMPLE), "--format", "text").startswith("FAILED  implementations/naive.py: loss, duplication and capacity")


@pytest.mark.parametrize(("form", "name"), [("html", "naive.html"), ("sarif", "naive.sarif"), ("junit", "naive.junit.xml"), ("text", "naive.txt")])
def test_it_writes_into_a_folder_under_the_name_of_the_result(form: str, name: str, tmp_path: Path) -> None:
    rendered(str(SAMPLE), "--format", form, "--out", str(tmp_path / "new"))
    assert [path.name for path in (tmp_path / "new").iterdir()] == [name]


@pytest.mark.parametrize("content", [b"{}", b"", b"[1]", b"\xff\xfe", b'{"target": 1}'], ids=repr)
def test_what_is_no_result_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_bytes(content)
    done = CliRunner().invoke(command, ["report", str(tmp_path / "other.json")])
    assert done.exit_code == 2
    assert "other.json holds no result of" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    done = CliRunner().invoke(command, ["report", str(SAMPLE), "--out", str(tmp_path / "taken" / "below")])
    assert done.exit_code == 2
    assert "the report cannot be written to" in done.stderr


@pytest.mark.parametrize("form", ["text", "html", "sarif", "junit"])
def test_hints_are_left_out_where_they_are_not_wanted(form: str) -> None:
    hint = from_json(SAMPLE.read_bytes()).findings[0].hints[0].split(":")[0]
    assert hint in rendered(str(SAMPLE), "--format", form)
    assert hint not in rendered(str(SAMPLE), "--format", form, "--no-hints")
    assert "What would rule it out" not in rendered(str(SAMPLE), "--format", form, "--no-hints")
