"""A folder graded by the command, as a teacher does it."""

from __future__ import annotations

import contextlib
import csv
import html
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.grading.processes import children
from tests.grading.conftest import ROOT
from tests.interrupts import heed_interrupts

pytestmark = pytest.mark.lengthy

Harness = Callable[..., subprocess.CompletedProcess[str]]
RUBRIC = """
[[check]]
executions = 40
program_executions = 0
[check.points]
"loss" = 4
"crash deadlock livelock" = 6
[[check]]
name = "secret of the teacher"
hidden = true
producers = 2
executions = 20
[check.points]
"loss duplication corruption" = 2
"""


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "harness", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four submissions, and a rubric beside them."""
    folder = tmp_path / "handed in"
    (folder / "bob").mkdir(parents=True)
    (folder / "ann.py").write_text((ROOT / "implementations" / "double_lock.py").read_text())
    (folder / "bob" / "p.py").write_text((ROOT / "implementations" / "naive.py").read_text())
    (folder / "=cmd.py").write_text("def (")
    (folder / "<b>eve.py").write_text("import os\nos._exit(0)\n")
    (tmp_path / "rubric.toml").write_text(RUBRIC)
    return folder


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


GRADE = ("grade", "handed in", "--out", "out", "--rubric", "rubric.toml", "--sandbox", "rlimit")


def test_a_folder_is_graded_and_all_is_said(harness: Harness, folder: Path, tmp_path: Path) -> None:
    done = harness(*GRADE)
    assert done.returncode == 0, done.stderr
    assert "4 submissions graded" in done.stdout
    assert "1 survived, 2 failed and 1 not judged" in done.stdout
    assert "Sandbox: rlimit" in done.stdout
    found = rows(tmp_path / "out")
    assert (tmp_path / "out" / "grades.csv").read_text().startswith("student,score,max_score,verdict,")
    assert {student: (row["score"], row["max_score"], row["verdict"]) for student, row in found.items()} == {
        "ann": ("12", "12", "survived"),
        "bob": ("6", "12", "failed"),
        "'=cmd": ("0", "12", "error"),
        "<b>eve": ("0", "12", "failed"),
    }
    assert "line 1" in found["'=cmd"]["reason"]
    assert "os._exit" in found["<b>eve"]["reason"]
    assert all((tmp_path / "out" / row["page"]).exists() for row in found.values())


def test_pages_escape_what_students_wrote_and_keep_hidden_checks_to_themselves(harness: Harness, folder: Path, tmp_path: Path) -> None:
    harness(*GRADE)
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<b>eve" not in index
    assert "&lt;b&gt;eve" in index
    assert "style=" not in index
    assert re.search(r"default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'", html.unescape(index))
    students = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "out" / "students").glob("*.html"))
    assert "secret of the teacher" in index
    assert "secret of the teacher" not in students
    assert "Hidden check 2" in students
    assert "2 producers" not in students


def test_a_second_run_grades_only_what_has_changed(harness: Harness, folder: Path, tmp_path: Path) -> None:
    harness(*GRADE)
    stamps = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out" / "results").glob("*.grade.json")}
    (folder / "ann.py").write_text((folder / "ann.py").read_text() + "\n# now better\n")
    done = harness(*GRADE)
    assert "3 grades taken from before" in done.stdout
    now = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out" / "results").glob("*.grade.json")}
    assert {name for name in now if now[name] != stamps[name]} == {"ann.grade.json"}
    (tmp_path / "rubric.toml").write_text(RUBRIC.replace("= 4", "= 5"))
    assert "taken from before" not in harness(*GRADE).stdout
    assert rows(tmp_path / "out")["ann"]["max_score"] == "13"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are waited for by their pidfd (Linux)")
def test_a_run_that_is_stopped_leaves_nothing_running_and_goes_on_to_the_same_grades(harness: Harness, folder: Path, tmp_path: Path) -> None:
    for place in range(4):
        (folder / f"more{place}.py").write_text((ROOT / "implementations" / "condition.py").read_text() + f"# {place}\n")
    (folder / "zz_hangs.py").write_text("import select\nselect.select([], [], [])\n")
    command = [sys.executable, "-m", "harness", *GRADE, "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed_interrupts
    ) as process:
        results = tmp_path / "out" / "results"
        while not list(results.glob("*.grade.json")):  # until the first grade is there
            with contextlib.suppress(subprocess.TimeoutExpired):
                assert process.wait(0.05) is None, "it ended before it had graded anything"
        workers = set(children(process.pid))
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
    assert process.returncode == 130, said
    assert re.search(r"Stopped; \d+ of 9 are graded. The same command with --resume goes on.", said)
    assert workers
    wait_until_gone(workers)
    begun = len(list(results.glob("*.grade.json")))
    assert 0 < begun < 9
    (folder / "zz_hangs.py").unlink()
    done = harness(*GRADE, "--resume")
    assert done.returncode == 0, done.stderr
    assert "taken from before" in done.stdout
    resumed = rows(tmp_path / "out")
    harness(*GRADE[:2], "--out", "anew", *GRADE[4:])
    anew = rows(tmp_path / "anew")
    assert resumed == anew


def wait_until_gone(pids: set[int]) -> None:
    """Until none of the processes runs any more; a test that waits for ever is ended by pytest's own limit."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            watched = os.pidfd_open(pid)
            select.select([watched], [], [])
            os.close(watched)


def test_exports_hold_what_their_systems_ask_for(harness: Harness, folder: Path, tmp_path: Path) -> None:
    done = harness(*GRADE, *(word for kind in ("gradescope", "canvas", "junit", "sarif") for word in ("--export", kind)))
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    told = json.loads((out / "gradescope" / "bob.json").read_text())
    assert told["score"] == 6
    assert {(test["score"], test["max_score"], test["visibility"]) for test in told["tests"]} == {(0, 4, "visible"), (6, 6, "visible"), (0, 2, "hidden")}
    assert all(test["status"] in ("passed", "failed") for test in told["tests"])
    with (out / "canvas.csv").open(newline="") as file:
        head, possible, *lines = csv.reader(file)
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Submissions"]
    assert possible == ["    Points Possible", "", "", "", "", "12"]
    assert [line[0] for line in lines] == ["<b>eve", "'=cmd", "ann", "bob"]
    assert all(ElementTree.parse(path).getroot().tag == "testsuites" for path in (out / "junit").glob("*.xml"))
    assert len(list((out / "junit").glob("*.xml"))) == 8
    assert all(json.loads(path.read_text())["version"] == "2.1.0" for path in (out / "sarif").glob("*.sarif"))
    assert len(list((out / "sarif").glob("*.sarif"))) == 8


def test_a_teacher_looks_into_the_gradebook(harness: Harness, folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy", reason="the gradebook needs SQLAlchemy (extra grading)")
    harness(*GRADE)
    (folder / "bob" / "p.py").write_text((folder / "ann.py").read_text())
    harness(*GRADE)
    assert [line.split()[0] for line in harness("gradebook", "runs", "out").stdout.splitlines()] == ["run", "1", "2"]
    assert re.search(r"^bob +6 +12 +failed +loss ", harness("gradebook", "show", "out", "1").stdout, re.MULTILINE)
    assert re.search(r"^bob +12 +12 +survived$", harness("gradebook", "show", "out").stdout, re.MULTILINE)
    shown = harness("gradebook", "show", "out", "1", "--student", "bob").stdout
    assert "harness replay p.py h1:" in shown
    (_, compared) = harness("gradebook", "compare", "out", "1", "2").stdout.splitlines()
    assert re.match(r"bob +6 failed +12 survived", compared)
    wrong = {("show", "out", "9"): "no run 9", ("runs", "nowhere"): "there is no gradebook", ("show", "out", "--student", "zoe"): "nobody"}
    for arguments, words in wrong.items():
        done = harness("gradebook", *arguments)
        assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere", "--out", "out"), "nowhere: no such folder"),
        (("handed in", "--out", "out", "--resume"), "holds no grading that was begun"),
        (("handed in", "--out", "out", "--rubric", "none.toml"), "none.toml: cannot be read"),
        (("handed in", "--out", "out", "--sandbox", "none", "--require-sandbox", "rlimit"), "only the tier none can be had"),
        (("handed in", "--out", "rubric.toml/x"), "rubric.toml/x"),
        (("handed in", "--out", "out", "--store", "nonsense"), "--store nonsense"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_status_2(arguments: tuple[str, ...], words: str, harness: Harness, folder: Path, tmp_path: Path) -> None:
    done = harness("grade", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_rubric_that_is_written_is_the_default(harness: Harness, tmp_path: Path) -> None:
    assert harness("rubric", "mine.toml").returncode == 0
    assert harness("rubric").stdout == (tmp_path / "mine.toml").read_text()
    assert harness("rubric", "mine.toml").returncode == 2


def test_importing_the_harness_imports_no_extra() -> None:
    code = "import harness, harness.checking, harness.cli.grading, sys; print([n for n in ('sqlalchemy', 'distributed') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.strip() == "[]"
