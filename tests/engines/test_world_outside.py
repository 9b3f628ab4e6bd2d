"""Files, databases and the environment are shared, too: there is a point before each use, and nothing is proved where several threads use them."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness

PROGRAM = """
import json, os, pathlib, shutil, sqlite3, tempfile, threading

def scenario():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "count")
    lock = threading.Lock()
    {begin}

    def count():
        {count}

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    n = {end}
    shutil.rmtree(folder)
    assert n == 2, n
"""
COUNTERS = {
    "file": (
        "pathlib.Path(path).write_text('0')",
        "with open(path) as file: n = int(file.read() or 0)\n        with open(path, 'w') as file: file.write(str(n + 1))",
        "int(pathlib.Path(path).read_text())",
    ),
    "kept open": (
        "file = open(path, 'w+'); file.write('0')",
        "file.seek(0); n = int(file.read()); file.seek(0); file.write(str(n + 1))",
        "file.seek(0) or int(file.read()); file.close()",
    ),
    "pathlib": (
        "at = pathlib.Path(path); at.write_text('0')",
        "n = int(at.read_text() or 0); at.write_text(str(n + 1))",
        "int(at.read_text())",
    ),
    "json": (
        "pathlib.Path(path).write_text('0')",
        "n = json.loads(pathlib.Path(path).read_text() or '0')\n        with open(path, 'w') as file: json.dump(n + 1, file)",
        "int(pathlib.Path(path).read_text())",
    ),
    "exists": (
        "marks = []",
        "if not os.path.exists(path): os.mkdir(path); marks.append(1)",
        "len(marks) + 1",
    ),
    "database": (
        "base = sqlite3.connect(':memory:', check_same_thread=False, isolation_level=None); base.executescript('create table t(n); insert into t values(0)')",
        "n = base.execute('select n from t').fetchone()[0]; base.execute('update t set n=?', (n + 1,))",
        "base.execute('select n from t').fetchone()[0]; base.close()",
    ),
    "environment": ("os.environ['COUNT'] = '0'", "n = int(os.environ['COUNT']); os.environ['COUNT'] = str(n + 1)", "int(os.environ['COUNT'])"),
}


def _check(source: str, folder: Path) -> harness.Result:
    file = folder / "counts.py"
    file.write_text(source)
    return harness.check(f"{file}:scenario", executions=300)


@pytest.mark.parametrize("kind", COUNTERS)
def test_an_update_is_lost_outside_of_the_program(kind: str, tmp_path: Path) -> None:
    begin, count, end = COUNTERS[kind]
    result = _check(PROGRAM.format(begin=begin, count=count, end=end), tmp_path)
    assert result.verdict == "failed", result.limits


@pytest.mark.parametrize("kind", [kind for kind in COUNTERS if kind != "exists"])
def test_under_a_lock_none_is_and_nothing_is_proved_of_files(kind: str, tmp_path: Path) -> None:
    begin, count, end = COUNTERS[kind]
    inside = "with lock:\n" + "\n".join(f"            {line.strip()}" for line in count.split("\n"))
    result = _check(PROGRAM.format(begin=begin, count=inside, end=end), tmp_path)
    assert result.findings == ()
    if kind != "environment":  # a change shows there at once
        assert result.verdict == "survived"
        assert any("several threads use files, databases or the like" in limit for limit in result.limits)


def test_two_threads_with_files_of_their_own_are_no_data_race(tmp_path: Path) -> None:
    source = """
import tempfile, threading

def scenario():
    def write():
        with tempfile.TemporaryFile("w+") as file:
            file.write("mine")
            file.seek(0)
            for line in file:
                assert line == "mine"

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""
    assert _check(source, tmp_path).findings == ()
