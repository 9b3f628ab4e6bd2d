"""Who hears of every execution on real threads, and not only of those in which something may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.guard.child import Connection
from harness.model.execution import Execution
from harness.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Witness:
    """`enter` and `telling` are called in the process that executes: with what it says its last words on, and with the scenario and a way to tell, for
    the scenario that is executed in its stead, which tells what it finds clean. `packed` makes bytes of any other execution.

    In the process that searches, where no line of the target runs, `hear` takes all that was told, and `cannot_judge` why an execution came to
    no end that can be judged; the search ends with the first.
    """

    enter: Callable[[Connection], None]
    telling: Callable[[Scenario, Callable[[bytes], None]], Scenario]
    packed: Callable[[Execution], bytes]
    hear: Callable[[bytes], None]
    cannot_judge: Callable[[str], None]
