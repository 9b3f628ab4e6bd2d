"""Whose submission is which, in every layout, and what an archive may not do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.grading.submissions import Submission, find_submissions
from harness.grading.unpack import MOST_BYTES

Make = Callable[[dict[str, bytes | str]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Make:
    def make(files: dict[str, bytes | str]) -> Path:
        for name, data in files.items():
            path = tmp_path / "handed_in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        return tmp_path / "handed_in"

    return make


def zipped(entries: dict[str, str], link: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")
    return packed.getvalue()


def names(found: list[Submission]) -> list[tuple[str, str, list[str]]]:
    return [(submission.student, submission.id, [name for name, _ in submission.files]) for submission in found]


def test_a_file_or_a_folder_for_each_student(folder: Make) -> None:
    others = {"bob/notes.txt": "", ".git/x.py": "", "__init__.py": "", "readme.md": ""}
    found, layout = find_submissions(folder({"ann.py": "a", "bob/pipeline.py": "b", "bob/run.py": "c", **others}))
    assert layout == "plain"
    assert names(found) == [("ann", "", ["ann.py"]), ("bob", "", ["pipeline.py", "run.py"])]


def test_moodle_folders_and_flat_files_keep_name_and_number(folder: Make) -> None:
    flat = {f"Bob Ray_77777_assignsubmission_file_{name}.py": "" for name in ("my", "two")}
    found, layout = find_submissions(folder({"Ann Lee_123456_assignsubmission_file_/p.py": "", **flat}))
    assert layout == "moodle"
    assert names(found) == [("Ann Lee", "123456", ["p.py"]), ("Bob Ray", "77777", ["my.py", "two.py"])]


def test_canvas_files_keep_name_number_and_lateness(folder: Make) -> None:
    found, layout = find_submissions(folder({"leeann_1001_555_pipeline-2.py": "", "raybob_LATE_1002_556_queue.py": "", "raybob_LATE_1002_557_main.py": ""}))
    assert layout == "canvas"
    assert names(found) == [("leeann", "1001", ["pipeline.py"]), ("raybob", "1002", ["main.py", "queue.py"])]
    assert [submission.is_late for submission in found] == [False, True]


def test_gradescope_names_come_from_its_metadata(folder: Make) -> None:
    metadata = (
        "---\nsubmission_12:\n  :submitters:\n  - :name: Ann Lee\n    :sid: '42'\n    :email: ann@example.org\n"
        "  :created_at: 2026-02-01 20:41:41.548379000 Z\n  :score: 3.0\n"
    )
    found, layout = find_submissions(folder({"submission_metadata.yml": metadata, "submission_12/p.py": "", "submission_13/p.py": ""}))
    assert layout == "gradescope"
    assert names(found) == [("Ann Lee", "42", ["p.py"]), ("submission_13", "", ["p.py"])]
    assert found[0].handed_in == datetime(2026, 2, 1, 20, 41, 41, tzinfo=UTC)


def test_an_archive_is_read_and_its_one_folder_left_out(folder: Make) -> None:
    found, _ = find_submissions(folder({"ann.zip": zipped({"work/p.py": "1", "work/q.py": "2", "__MACOSX/work/._p.py": "", "work/data.csv": "3"})}))
    assert names(found) == [("ann", "", ["p.py", "q.py"])]


def test_entries_that_lead_out_of_an_archive_and_links_are_left_out_and_named(folder: Make) -> None:
    (found,), _ = find_submissions(folder({"ann.zip": zipped({"../../evil.py": "", "/abs.py": "", "good.py": "1"}, link="link.py")}))
    assert [name for name, _ in found.files] == ["good.py"]
    assert len(found.remarks) == 3
    assert "link.py" in found.remarks[2]


def test_an_archive_that_unpacks_to_too_much_is_refused(folder: Make) -> None:
    (found,), _ = find_submissions(folder({"ann.zip": zipped({f"{number}.py": " " * (MOST_BYTES // 2) for number in range(3)})}))
    assert "unpacks to more than" in found.problem


def test_what_only_calls_itself_an_archive_is_told(folder: Make) -> None:
    (found,), _ = find_submissions(folder({"ann.zip": b"PK no"}))
    assert found.problem.startswith("ann.zip cannot be unpacked")


def test_links_are_not_followed(folder: Make, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("secret")
    root = folder({"ann/p.py": "1"})
    (root / "ann" / "s.py").symlink_to(tmp_path / "secret.py")
    (root / "bob.py").symlink_to(tmp_path / "secret.py")
    found, _ = find_submissions(root)
    assert names(found) == [("ann", "", ["p.py"])]


def test_two_of_one_name_are_told_apart(folder: Make) -> None:
    found, _ = find_submissions(folder({"ann.py": "1", "ann/p.py": "2"}))
    assert sorted(submission.student for submission in found) == ["ann", "ann (2)"]


def test_a_folder_without_python_is_a_submission_with_a_problem(folder: Make) -> None:
    (found,), _ = find_submissions(folder({"ann/report.pdf": "x"}))
    assert found.problem == "no Python file was handed in"


@pytest.mark.parametrize(("name", "words"), [("nowhere", "no such folder"), ("file.py", "is no folder"), ("empty", "holds no submission")])
def test_what_cannot_be_graded_is_said_in_one_line(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file.py").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(HarnessError, match=words):
        find_submissions(tmp_path / name)


def test_the_digest_changes_with_the_files_only_where_they_change(folder: Make) -> None:
    (one,), _ = find_submissions(folder({"ann/p.py": "1"}))
    (same,), _ = find_submissions(folder({"ann/p.txt": "1"}))
    (other,), _ = find_submissions(folder({"ann/p.py": "2"}))
    assert one.digest == same.digest
    assert one.digest != other.digest
