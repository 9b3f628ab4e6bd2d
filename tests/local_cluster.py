"""A Dask cluster of two workers on this machine."""

from __future__ import annotations

from typing import Any

import pytest


def local_cluster() -> Any:
    """A context in which it runs. Skips the test where Dask is not installed."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra cluster)")
    return distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
