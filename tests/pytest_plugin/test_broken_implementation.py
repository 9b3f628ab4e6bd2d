"""An implementation that is broken on purpose makes the suite of the implementations fail, with a token that the command accepts."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys

import pytest

from tests.pytest_plugin.conftest import Project
from tests.tables import ROOT


def test_a_broken_implementation_fails_under_repetition_and_its_token_replays(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_repeat")
    here = project.pytester.path
    shutil.copytree(ROOT / "implementations", here / "implementations")
    (here / "suite").mkdir()
    for name in ("tables.py", "test_implementations.py"):
        text = (ROOT / "tests" / name).read_text(encoding="utf-8")
        (here / "suite" / name).write_text(text.replace("from tests.tables", "from suite.tables"), encoding="utf-8")
    condition = here / "implementations" / "condition.py"
    correct = condition.read_text(encoding="utf-8")
    assert correct.count("            while ") == 2
    condition.write_text(correct.replace("            while ", "            if "), encoding="utf-8")
    monkeypatch.syspath_prepend(str(here))
    result = project.run("--count=20", "-k", "condition", "suite/test_implementations.py")
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] + outcomes["passed"] == 40
    assert outcomes["failed"] > 0
    replay = next(line for line in result.stdout.lines if line.startswith("harness replay "))
    again = subprocess.run([sys.executable, "-m", *shlex.split(replay)], capture_output=True, text=True)
    assert (again.returncode, again.stdout.split()[:1]) == (1, ["SHOWN"]), again.stderr
