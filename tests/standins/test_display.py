"""Packages that only dress up what a program prints are stood in for where they are missing; any other is missing still."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from harness.standins.display import substitute

SCRIPT = """
import threading
from {package} import {name}

def work(): print({use})

if __name__ == "__main__":
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""
COLOURED = [("colorama", "Fore", "Fore.RED + 'x'"), ("termcolor", "colored", "colored('x', 'red')"), ("tqdm", "tqdm", "list(tqdm([1, 2]))")]


@pytest.mark.parametrize(("package", "name", "use"), COLOURED)
def test_a_script_that_dresses_up_its_output_is_judged_without_the_package(
    package: str, name: str, use: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)  # as if it were not installed
    file = tmp_path / "script.py"
    file.write_text(SCRIPT.format(package=package, name=name, use=use))
    result = harness.check(str(file), executions=10)
    assert (result.error, [finding.kind for finding in result.findings]) == (None, [])
    assert f"{package} is not installed: what it would show is left out" in " ".join(result.limits)


def test_what_a_package_computes_is_never_made_up(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(SCRIPT.format(package="numpie", name="array", use="array([1])"))
    result = harness.check(str(file), executions=10)
    assert result.verdict == "error"
    assert "numpie" in str(result.error)


def test_every_style_is_no_text_whatever_it_is_called() -> None:
    colorama = substitute("colorama")
    assert colorama is not None
    assert (colorama.Fore.LIGHTGREEN_EX + "x", colorama.Style("y")) == ("x", "y")
    assert substitute("colorama.nothing") is None


def test_a_progress_bar_counts_and_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    tqdm = substitute("tqdm")
    assert tqdm is not None
    with tqdm.tqdm(total=3) as bar:
        bar.update(2)
        bar.set_description("x")
        bar.write("said")
    assert (bar.n, list(tqdm.trange(2)), capsys.readouterr().out) == (2, [0, 1], "said\n")
