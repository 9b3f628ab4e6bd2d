"""A process that executes units for a search on another machine: ``python -m harness.jobs.apart``, with a setup and then orders on standard input."""

from __future__ import annotations

import os
import pickle
import sys
import tempfile

from harness.engines.explore import Explore
from harness.errors import HarnessError
from harness.guard.child import set_up, write_frame
from harness.guard.parent import MEMORY_BYTES
from harness.jobs.setup import Setup, find_again, trial_from
from harness.jobs.worker import Job, execute_orders, read_frame
from harness.strategies.picks import Picks
from harness.surroundings import surroundings

READY, UNFIT, REFUSED = b"O", b"U", b"E"
"""The first word: it can begin; numbers of sites mean something else here; why the target cannot be executed here."""


def main() -> int:
    """Serves until nobody orders any more."""
    orders, reports = os.dup(0), os.dup(1)
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as stacks:
        set_up(errors.fileno(), stacks.fileno(), MEMORY_BYTES)
        first = read_frame(orders)
        if first is None:
            return 0
        setup: Setup = pickle.loads(first[1])
        try:
            target = find_again(setup)
            engine = Explore(Picks([]), setup.job[1])
            with surroundings(engine, target.file):
                trial = trial_from(setup, target, engine)
                write_frame(reports, UNFIT if trial is None else READY, b"")
                if trial is not None:
                    execute_orders(trial, Job(*setup.job), orders, reports, stacks.fileno())
        except HarnessError as error:
            write_frame(reports, REFUSED, str(error).encode(errors="replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
