"""A run that is killed again and again goes on to what it would have come to undisturbed, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.grading.cohort import sweep_partial
from harness.grading.gradebook import Gradebook
from harness.grading.processes import children
from harness.grading.tiers import why_no_bubblewrap
from tests.grading.make_class import make_class

RUBRIC = """
[limits]
wall_s = 20
stall_s = 2
[[check]]
executions = 80
program_executions = 4
[check.points]
"loss duplication corruption" = 5
"crash assertion deadlock livelock reorder capacity" = 5
"""
NUMBER, KILLS, SEED = 30, 4, 1


def command(out: Path, *more: str) -> list[str]:
    sandbox = ["--sandbox", "rlimit" if why_no_bubblewrap() else "bwrap"]
    return [sys.executable, "-m", "harness", "grade", "handed_in", "--out", str(out), "--rubric", "rubric.toml", "--jobs", "2", *sandbox, *more]


def kept(gradebook: Path) -> list[list[dict[str, Any]]]:
    """What every run in it says, without what differs from one folder to another."""
    book = Gradebook(f"sqlite:///{gradebook}")
    with contextlib.closing(book):
        return [[{key: value for key, value in row.items() if key not in ("id", "run", "page")} for row in book.grades(run["id"])] for run in book.runs()]


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.lengthy
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are waited for by their pidfd (Linux)")
def test_a_run_killed_several_times_comes_to_the_same_gradebook_and_leaves_nothing(tmp_path: Path) -> None:
    make_class(tmp_path / "handed_in", NUMBER, 2, seed=SEED)
    (tmp_path / "rubric.toml").write_text(RUBRIC)
    temporary = tmp_path / "temporary"
    temporary.mkdir(mode=0o755)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    chance = random.Random(SEED)
    out, results = tmp_path / "killed", tmp_path / "killed" / "results"
    below: set[int] = set()
    for kill, target in enumerate(sorted(chance.sample(range(1, NUMBER - 2), KILLS))):
        words = command(out, *(["--resume"] if kill else []))
        with subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as process:

            def wait_for(condition: Any, process: Any = process) -> None:
                while not condition():
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        assert process.wait(0.005) is None, "it ended before it was killed"

            wait_for(lambda target=target: len(list(results.glob("*.grade.json"))) >= target)
            if chance.random() < 0.7:  # in the middle of a check that has just begun, else where it happens to be
                before = set(children(process.pid))
                wait_for(lambda process=process, before=before: set(children(process.pid)) - before)
            below |= set(children(process.pid))
            process.send_signal(signal.SIGKILL)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                watched = os.pidfd_open(pid)
                select.select([watched], [], [])
                os.close(watched)
    done = subprocess.run(command(out, "--resume"), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "taken from before" in done.stdout
    assert files_below(temporary) == []
    undisturbed = tmp_path / "undisturbed"
    assert subprocess.run(command(undisturbed), cwd=tmp_path, env=environment, capture_output=True, check=False).returncode == 0
    assert (out / "grades.csv").read_text() == (undisturbed / "grades.csv").read_text()
    assert files_below(out) == files_below(undisturbed)
    (killed,), (whole,) = kept(out / "gradebook.db"), kept(undisturbed / "gradebook.db")
    assert len(whole) == NUMBER
    assert killed == whole


def test_what_a_killed_run_had_half_written_is_removed_and_nothing_else(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left, running, own = (tmp_path / name for name in (f".ann.html.{ended.pid}", f".bob.html.{os.getpid()}", ".notes.txt"))
    for file in (left, running, own):
        file.write_text("")
    sweep_partial(tmp_path)
    assert [file.exists() for file in (left, running, own)] == [False, True, True]
