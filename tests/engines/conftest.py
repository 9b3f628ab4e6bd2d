"""The laboratory that the tests of the engine share."""

from __future__ import annotations

import pytest

from tests.engines.laboratory import Laboratory


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """A laboratory in a folder of its own."""
    return Laboratory(tmp_path_factory.mktemp("laboratory"))
