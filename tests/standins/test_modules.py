"""The stand-in modules have every name of the real ones, and forget what programs set in them."""

from __future__ import annotations

import copy
import importlib
import sys
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.standins import modules

MODULES = sorted(modules.stand_ins())
OF_THE_IMPORT_SYSTEM = {"__builtins__", "__cached__", "__loader__", "__path__", "__spec__"}


@pytest.mark.parametrize("name", MODULES)
def test_stand_in_has_every_name_of_the_real_module(name: str) -> None:
    real, stand_in = importlib.import_module(name), modules.stand_ins()[name]
    assert stand_in.__name__ == name
    assert not [wanted for wanted in dir(real) if wanted not in OF_THE_IMPORT_SYSTEM and not hasattr(stand_in, wanted)]


@pytest.mark.parametrize("name", ["threading", "_thread", "queue", "_queue", "time", "concurrent.futures"])
def test_stand_in_has_no_name_that_the_real_module_lacks(name: str) -> None:
    real, stand_in = importlib.import_module(name), modules.stand_ins()[name]
    assert not [wanted for wanted in vars(stand_in) if not hasattr(real, wanted)]


@pytest.mark.parametrize("name", ["Queue", "LifoQueue", "PriorityQueue"])
def test_a_queue_has_no_public_method_that_the_real_one_lacks(name: str) -> None:
    real, stand_in = getattr(importlib.import_module("queue"), name), getattr(modules.stand_ins()["queue"], name)
    assert not [wanted for wanted in dir(stand_in) if not wanted.startswith("_") and not hasattr(real, wanted) and callable(getattr(stand_in, wanted))]


@pytest.mark.parametrize(
    ("name", "primitives"),
    [
        ("threading", "Thread Timer Lock RLock Condition Semaphore BoundedSemaphore Event Barrier local current_thread get_ident enumerate main_thread"),
        ("_thread", "allocate_lock LockType RLock start_new_thread get_ident _local"),
        ("queue", "Queue LifoQueue PriorityQueue SimpleQueue"),
        ("time", "time monotonic perf_counter sleep time_ns monotonic_ns perf_counter_ns localtime ctime strftime"),
        ("random", "random randint choice shuffle sample uniform gauss seed getstate setstate Random SystemRandom"),
        ("concurrent.futures", "Future ThreadPoolExecutor ProcessPoolExecutor as_completed wait Executor"),
        ("concurrent.futures.thread", "ThreadPoolExecutor"),
        ("secrets", "choice randbelow randbits token_bytes token_hex token_urlsafe SystemRandom"),
        ("uuid", "uuid1 uuid4"),
        ("sched", "scheduler"),
    ],
)
def test_every_primitive_is_replaced(name: str, primitives: str) -> None:
    real, stand_in = importlib.import_module(name), modules.stand_ins()[name]
    assert not [primitive for primitive in primitives.split() if getattr(real, primitive) is getattr(stand_in, primitive)]


def test_a_name_set_by_a_program_lasts_until_restore() -> None:
    threading = modules.stand_ins()["threading"]
    before = threading.excepthook
    threading.excepthook = print
    threading.my_own = 1
    threading.my_own = 2
    modules.restore()
    assert threading.excepthook is before
    assert not hasattr(threading, "my_own")


def test_starting_processes_is_refused_in_one_clear_line(controlled: Any, m: Any) -> None:
    with pytest.raises(HarnessError, match="ProcessPoolExecutor starts processes") as caught:
        controlled.run(lambda: m["concurrent.futures"].ProcessPoolExecutor(2))
    assert "\n" not in str(caught.value)


def test_a_target_that_cannot_be_run_leaves_its_thread_as_an_error_of_the_harness(controlled: Any, m: Any) -> None:
    def body() -> None:
        m["threading"].Thread(target=m["concurrent.futures"].ProcessPoolExecutor).start()

    with pytest.raises(HarnessError, match="starts processes"):
        controlled.run(body)


@pytest.mark.parametrize("make", ["Lock", "RLock", "Condition", "Semaphore", "Event", "Barrier", "Queue"])
def test_nothing_with_a_lock_in_it_can_be_copied(make: str, controlled: Any, m: Any) -> None:
    primitive = getattr(m["queue"] if make == "Queue" else m["threading"], make)
    with pytest.raises(TypeError, match="cannot pickle"):
        controlled.run(lambda: copy.deepcopy(primitive(2) if make == "Barrier" else primitive()))


def test_interrupting_the_main_thread_is_refused(controlled: Any, m: Any) -> None:
    with pytest.raises(HarnessError, match="interrupt_main"):
        controlled.run(lambda: m["_thread"].interrupt_main())


def test_functions_about_real_threads_do_nothing_under_control(controlled: Any, m: Any) -> None:
    threading = m["threading"]
    tracer = sys.gettrace()
    outcome = controlled.run(lambda: (threading.settrace(print), threading.setprofile(print), threading.stack_size()))
    assert outcome.value == (None, None, 0)
    assert sys.gettrace() is tracer


def test_scheduler_of_sched_runs_on_virtual_time(controlled: Any, m: Any) -> None:
    def body() -> list[tuple[str, int]]:
        seen: list[tuple[str, int]] = []
        begun = m["time"].monotonic()
        scheduler = m["sched"].scheduler(m["time"].monotonic, m["time"].sleep)
        for delay in (3000, 1000, 2000):
            scheduler.enter(delay, 1, lambda delay=delay: seen.append((f"after {delay}", int(m["time"].monotonic() - begun) // 1000)))
        scheduler.run()
        return seen

    assert controlled.run(body).value == [("after 1000", 1), ("after 2000", 2), ("after 3000", 3)]
