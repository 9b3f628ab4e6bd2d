"""What the repository promises about itself: its public names, its version, its commands, and that it holds no path of one machine."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import harness

pytestmark = pytest.mark.lengthy

ROOT = Path(__file__).resolve().parent.parent

# Folders that tools leave behind, and those of the version control.
LEFTOVERS = re.compile(r"^(\..*|__pycache__|build|dist|htmlcov|venv|.*\.egg-info)$")
OURS = (".ci", ".gitignore")

# Put together from pieces, so that this file is not its own finding.
MACHINE_FOLDERS = ("work", "root", "tmp")
MACHINE_PATH = re.compile("|".join(f"(?<![\\w.}}>])/{folder}/" for folder in MACHINE_FOLDERS) + "|" + re.escape("." + "pyenv"))


def project_files() -> list[Path]:
    """Every file of the project: what git tracks or would track, or, outside a checkout, all but what tools leave behind."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(LEFTOVERS.match(part) and part not in OURS for part in path.relative_to(ROOT).parts)
    ]


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for path in project_files():
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}" for number, line in enumerate(text.splitlines(), 1) if MACHINE_PATH.search(line)]
    assert not found, "a reader elsewhere has no such folder:\n" + "\n".join(found)


@pytest.mark.parametrize("line", ["open('/" + "tmp/x')", "see /" + "work/shared", "sh ~/." + "pyenv/versions"])
def test_a_path_of_one_machine_would_be_seen(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ["{work_dir}/tmp/x", "tests/work/x", "a homework/ folder"])
def test_a_path_inside_the_project_is_no_path_of_a_machine(line: str) -> None:
    assert not MACHINE_PATH.search(line)


def test_the_public_names_are_sorted_and_pinned() -> None:
    assert list(harness.__all__) == sorted(harness.__all__)
    assert set(harness.__all__) == {"Event", "Finding", "HarnessError", "InternalError", "ReplayError", "Replayed", "Result", "check", "replay"}


def test_every_public_name_is_there() -> None:
    missing = [name for name in harness.__all__ if not hasattr(harness, name)]
    assert not missing


def test_the_package_says_the_version_of_the_project_file() -> None:
    assert harness.__version__ == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_installed_version_is_the_one_in_the_project_file() -> None:
    try:
        installed = metadata.version("race-harness")
    except metadata.PackageNotFoundError:
        pytest.skip("race-harness runs from a checkout here and is not installed; tox installs it")
    assert installed == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_changelog_speaks_of_the_current_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def pieces_of(printed: str) -> list[str]:
    """What README prints of an output, cut where it leaves lines out."""
    return [piece.strip("\n") for piece in re.split(r"^\.\.\.\n", printed, flags=re.MULTILINE) if piece.strip()]


def test_the_first_walk_of_the_readme_prints_what_it_says(tmp_path: Path) -> None:
    walk = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your first failing program")[2].partition("\n## ")[0]
    program, mended = re.findall(r"^```python\n(.*?)^```", walk, re.MULTILINE | re.DOTALL)
    file = tmp_path / "tickets.py"
    flawed = program[program.index("def buy") : program.index("if __name__")]
    outputs = re.findall(r"^```\n\$ harness check tickets\.py\n(.*?)^```", walk, re.MULTILINE | re.DOTALL)
    assert len(outputs) == 2
    for source, printed, status in ((program, outputs[0], 1), (program.replace(flawed, mended + "\n\n"), outputs[1], 0)):
        file.write_text(source, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
        done = subprocess.run(
            [sys.executable, "-m", "harness", "check", "tickets.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        for piece in pieces_of(printed):
            assert piece in done.stdout
    assert "preempted" in outputs[0]


def test_ci_calls_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [line.strip() for line in readme.splitlines() if re.match(r"    \S.*\btox\b", line)]
    assert len(commands) == 1, "the README gives one command that runs the tests, indented, with tox"
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert any(line.startswith(commands[0]) for line in ci.splitlines()), f".ci/run does not call `{commands[0]}`"


def sleeps(source: str) -> list[int]:
    """The lines on which a module calls the real `time.sleep`, under whatever name it imported it; `run.time.sleep` is a model's."""
    tree, names = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {f"{alias.asname or alias.name}.sleep" for alias in node.names if alias.name == "time"}
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            names |= {alias.asname or alias.name for alias in node.names if alias.name == "sleep"}
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in names]


def test_no_test_sleeps() -> None:
    # Specimens are targets; the conformance suites ask the real sleep what the model must do.
    paths = [path for path in sorted((ROOT / "tests").rglob("*.py")) if not {"specimens", "conformance"} & set(path.parts)]
    found = [f"{path.relative_to(ROOT)}:{line}" for path in paths for line in sleeps(path.read_text(encoding="utf-8"))]
    assert not found, "a test waits for a condition, or runs under control:\n" + "\n".join(found)


@pytest.mark.parametrize("source", ["import time\ntime.sleep(1)", "import time as t\nt.sleep(1)", "from time import sleep\ndef f():\n    sleep(1)"])
def test_a_test_that_sleeps_would_be_seen(source: str) -> None:
    assert sleeps(source)


def test_one_command_runs_the_benchmarks(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    few = ["--rounds", "1", "--executions", "1000", "--schedules", "0", "--memory", "0", "--json", str(figures)]
    done = subprocess.run([sys.executable, "-m", "benchmarks", *few], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    speeds = json.loads(figures.read_text(encoding="utf-8"))["speeds"]
    assert {speed["program"] for speed in speeds} == {path.stem for path in (ROOT / "implementations").glob("*.py")} - {"__init__"}
    assert all(speed["program"] in done.stdout and speed["executions_per_s"] > 0 for speed in speeds)


def test_every_supported_python_has_an_environment() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    minors = [match[1] for name in project["classifiers"] if (match := re.fullmatch(r"Programming Language :: Python :: 3\.(\d+)", name))]
    environments = re.search(r"^env_list = (.+)$", (ROOT / "tox.ini").read_text(encoding="utf-8"), re.MULTILINE)
    assert environments
    assert {f"py3{minor}" for minor in minors} == {name for name in environments[1].split(", ") if name.startswith("py")}
