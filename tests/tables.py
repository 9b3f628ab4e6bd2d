"""What the harness must say of every implementation and of every classic mistake: a table, and nothing that runs.

One line is one workload of one file. Its kinds are the findings that may come first in the first failing execution, the best first; no kind at all means that
the file is correct under that workload. Which of several comes first depends on the schedule that the search tries first, so a row lists all that are true.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SPECIMENS = Path(__file__).resolve().parent / "specimens"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One file (relative to the root of the repository), one workload in class mode, and the findings that may come first.

    `needs_expiry`: every failing execution contains a timeout that expires early.
    """

    file: str
    producers: int
    consumers: int
    messages: int
    kinds: tuple[str, ...]
    capacity: int = 2
    needs_expiry: bool = False

    @property
    def title(self) -> str:
        """A name for the test's report, such as ``naive 2x2``."""
        return f"{Path(self.file).stem} {self.producers}x{self.consumers}"

    @property
    def path(self) -> Path:
        """Where the file is."""
        return ROOT / self.file


def _rows(folder: str, name: str, one_by_one: str, two_by_two: str, needs_expiry: bool = False) -> tuple[Expectation, Expectation]:
    file = f"{folder}/{name}.py"
    return (
        Expectation(file, 1, 1, 3, tuple(one_by_one.split()), needs_expiry=needs_expiry),
        Expectation(file, 2, 2, 2, tuple(two_by_two.split()), needs_expiry=needs_expiry),
    )


IMPLEMENTATIONS: tuple[Expectation, ...] = (
    *_rows("implementations", "naive", "loss duplication corruption", "loss duplication corruption"),
    *_rows("implementations", "double_lock", "", ""),
    *_rows("implementations", "condition", "", ""),
    *_rows("implementations", "event", "", "loss duplication"),
    *_rows("implementations", "queue_pipeline", "", ""),
)

_FLAWED = "implementations/flawed"
FLAWED: tuple[Expectation, ...] = (
    *_rows(_FLAWED, "ab_ba", "deadlock", "deadlock"),
    *_rows(_FLAWED, "busy_flag", "crash livelock capacity", "crash livelock capacity"),
    *_rows(_FLAWED, "class_level_count", "crash livelock capacity", "crash livelock capacity"),
    *_rows(_FLAWED, "clear_before_wait", "deadlock", "loss deadlock duplication"),
    *_rows(_FLAWED, "double_release", "crash", "crash"),
    *_rows(_FLAWED, "event_check_then_act", "", "loss duplication"),
    *_rows(_FLAWED, "forgotten_acquire", "crash corruption loss duplication", "crash corruption loss duplication"),
    *_rows(_FLAWED, "if_for_while", "", "crash capacity"),
    *_rows(_FLAWED, "lazy_condition", "deadlock", "deadlock crash capacity"),
    *_rows(_FLAWED, "lifo_pop", "reorder", "reorder"),
    *_rows(_FLAWED, "lock_kept_on_exception", "deadlock", "deadlock"),
    *_rows(_FLAWED, "locked_before_release", "corruption loss duplication", "corruption loss duplication crash"),
    *_rows(_FLAWED, "mutex_before_semaphore", "deadlock", "deadlock"),
    *_rows(_FLAWED, "none_means_empty", "", "loss duplication corruption"),
    *_rows(_FLAWED, "notify_for_notify_all", "", "deadlock"),
    *_rows(_FLAWED, "notify_without_lock", "crash", "crash"),
    *_rows(_FLAWED, "number_before_message", "corruption loss duplication", "corruption loss duplication livelock"),
    *_rows(_FLAWED, "off_by_one", "capacity", "capacity"),
    *_rows(_FLAWED, "release_before_read", "loss duplication", "loss duplication"),
    *_rows(_FLAWED, "release_before_write", "corruption loss duplication", "corruption loss duplication"),
    *_rows(_FLAWED, "return_after_release", "loss duplication", "loss duplication"),
    *_rows(_FLAWED, "reused_buffer", "loss duplication", "loss duplication"),
    *_rows(_FLAWED, "ring_count", "loss duplication livelock corruption reorder", "loss duplication livelock corruption reorder capacity"),
    *_rows(_FLAWED, "semaphore_starts_at_one", "corruption loss duplication", "corruption loss duplication"),
    *_rows(_FLAWED, "set_then_clear", "deadlock duplication loss", "deadlock loss duplication"),
    *_rows(_FLAWED, "swallowed_release", "corruption loss duplication", "corruption loss duplication"),
    *_rows(_FLAWED, "swapped_semaphores", "crash", "crash"),
    *_rows(_FLAWED, "test_and_change_apart", "", "crash capacity"),
    *_rows(_FLAWED, "timeout_ignored", "loss duplication corruption", "loss duplication corruption", needs_expiry=True),
    *_rows(_FLAWED, "two_locks_one_counter", "livelock crash capacity", "livelock crash capacity"),
    *_rows(_FLAWED, "wait_without_predicate", "deadlock", "deadlock crash"),
)


@dataclass(frozen=True, slots=True)
class ProgramExpectation:
    """One file run as it stands: one producer, one consumer, a `Pipeline(10)`, ten random messages and a sentinel; the findings that may come first.

    Capacity is not judged there: what a program passes to a constructor may mean anything (here it is also the number of messages).
    """

    file: str
    kinds: tuple[str, ...]
    needs_expiry: bool = False

    @property
    def title(self) -> str:
        """A name for the test's report."""
        return Path(self.file).stem

    @property
    def path(self) -> Path:
        """Where the file is."""
        return ROOT / self.file


def _program(folder: str, name: str, kinds: str, needs_expiry: bool = False) -> ProgramExpectation:
    return ProgramExpectation(f"{folder}/{name}.py", tuple(kinds.split()), needs_expiry)


PROGRAMS: tuple[ProgramExpectation, ...] = (
    _program("implementations", "naive", "loss duplication corruption"),  # None is a message to its consumer: it compares with the sentinel only
    _program("implementations", "double_lock", ""),
    _program("implementations", "condition", ""),
    _program("implementations", "event", ""),
    _program("implementations", "queue_pipeline", ""),
    _program(_FLAWED, "ab_ba", "deadlock"),
    _program(_FLAWED, "busy_flag", "crash livelock"),
    _program(_FLAWED, "class_level_count", "crash livelock"),
    _program(_FLAWED, "clear_before_wait", "deadlock"),
    _program(_FLAWED, "double_release", "crash"),  # 11 puts take 11 permits, as many gets give 22 back, and there are 10
    _program(_FLAWED, "event_check_then_act", ""),  # one thread a side: nobody acts between the other's look and its act
    _program(_FLAWED, "forgotten_acquire", "crash corruption loss duplication"),
    _program(_FLAWED, "if_for_while", ""),  # with one waiter a notify comes only when its condition holds
    _program(_FLAWED, "lazy_condition", "deadlock"),
    _program(_FLAWED, "lifo_pop", "reorder"),  # the sentinel comes out early too; what stays inside then is not lost
    _program(_FLAWED, "lock_kept_on_exception", "deadlock"),
    _program(_FLAWED, "locked_before_release", "corruption loss duplication"),
    _program(_FLAWED, "mutex_before_semaphore", "deadlock"),
    _program(_FLAWED, "none_means_empty", ""),  # only the consumer clears the slot, only the producer fills it
    _program(_FLAWED, "notify_for_notify_all", ""),  # the only thread that can wait is the other one
    _program(_FLAWED, "notify_without_lock", "crash"),
    _program(_FLAWED, "number_before_message", "corruption loss duplication"),
    _program(_FLAWED, "off_by_one", ""),  # capacity alone
    _program(_FLAWED, "release_before_read", "loss duplication"),
    _program(_FLAWED, "release_before_write", "corruption loss duplication"),
    _program(_FLAWED, "return_after_release", "loss duplication"),
    _program(_FLAWED, "reused_buffer", "loss duplication"),
    _program(_FLAWED, "ring_count", "loss duplication livelock corruption reorder"),
    _program(_FLAWED, "semaphore_starts_at_one", "corruption loss duplication"),
    _program(_FLAWED, "set_then_clear", "deadlock duplication loss"),
    _program(_FLAWED, "swallowed_release", "corruption loss duplication"),
    _program(_FLAWED, "swapped_semaphores", "crash"),  # no put gets past the first permit, so the first get finds nothing
    _program(_FLAWED, "test_and_change_apart", ""),  # one thread a side
    _program(_FLAWED, "timeout_ignored", "loss duplication corruption", needs_expiry=True),
    _program(_FLAWED, "two_locks_one_counter", "livelock crash"),
    _program(_FLAWED, "wait_without_predicate", "deadlock"),
)


def labels(folder: str) -> dict[str, dict[str, Any]]:
    """The labels of tests/specimens/FOLDER, by file name."""
    loaded: dict[str, dict[str, Any]] = json.loads((SPECIMENS / folder / "labels.json").read_text(encoding="utf-8"))
    return loaded
