"""What every test shares: properties are tried on the same examples everywhere, and never against the clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Derandomised, so that a failure on one machine is a failure on all; no deadline, because a busy machine is not a fault.
settings.register_profile("repository", derandomize=True, deadline=None, database=None)
settings.load_profile("repository")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that leave threads behind come last: beside other threads nothing can be forked."""
    items.sort(key=lambda item: item.get_closest_marker("dask") is not None)


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test starts in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path that is not the target's."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder
