"""A connection with a scheduler of Dask's."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from typing import Any

from harness.errors import HarnessError

PATIENCE_S = 10
HINT = "pip install 'race-harness[cluster]'"


def open_client(address: str, patience_s: float = PATIENCE_S) -> Any:
    """A client of the scheduler at `tcp://HOST:PORT`; to be closed. Raises HarnessError where none answers, or Dask is not installed."""
    if importlib.util.find_spec("distributed") is None:
        raise HarnessError(f"--cluster needs Dask: {HINT}")
    dask: Any = importlib.import_module("distributed")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by us, in one line
    try:
        return dask.Client(address, timeout=patience_s, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise HarnessError(f"--cluster {address}: no scheduler answers ({' '.join(str(error).split())[:200]})") from None
