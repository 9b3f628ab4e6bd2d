"""What a sandbox leaves, and how it is started."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.grading import tiers
from harness.grading.sandbox import remove, sweep
from harness.grading.tiers import bubblewrap, choose_tier

pytestmark = pytest.mark.lengthy


def test_what_a_killed_grader_left_is_removed_by_the_next(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    names = [f"harness-compiled-{gone.pid}-abc", f"harness-submission-{gone.pid}-abc", f"harness-compiled-{os.getpid()}-abc", "harness-own-things", "other-1-a"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / f"harness-compiled-{gone.pid}-link").symlink_to(tmp_path / "other-1-a")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir() and not path.is_symlink()) == sorted(names[2:])
    assert (tmp_path / "other-1-a" / "file").exists()


def test_without_bubblewrap_auto_takes_the_limits_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "why_no_bubblewrap", lambda: "bubblewrap is not installed")
    tier, why = choose_tier("auto", None)
    assert (tier.name, why) == ("rlimit", "bubblewrap is not installed")
    with pytest.raises(HarnessError, match="only the tier rlimit can be had here"):
        choose_tier("auto", "bwrap")
    with pytest.raises(HarnessError, match="--sandbox bwrap: bubblewrap is not installed"):
        choose_tier("bwrap", None)


def test_nothing_of_the_machine_but_what_is_needed_is_shown(tmp_path: Path) -> None:
    words = bubblewrap([str(tmp_path)], ["python"])
    inner = words[len(words) - 1 - words[::-1].index("bwrap") :]
    shown = {inner[place + 1] for place, word in enumerate(inner) if word in ("--ro-bind", "--bind", "--dev-bind")}
    assert shown <= {*tiers.needed_folders(), str(tmp_path), *tiers.LINKED}
    assert {"--unshare-all", "--disable-userns", "--clearenv", "--die-with-parent", "--new-session"} <= set(inner)
    assert not {"--bind", "--dev-bind", "--share-net", "--proc"} & set(inner)


def test_a_folder_into_which_a_child_still_writes_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "compiled"
    folder.mkdir()
    has_begun = threading.Event()

    def write() -> None:
        number = 0
        while number < 100_000:
            number += 1
            try:
                (folder / f"{number}.pyc").touch()
            except FileNotFoundError:
                return
            has_begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    has_begun.wait()
    remove(folder, patience_s=60)
    writer.join()
    assert not folder.exists()
