"""Thread, Timer, local and what threading says about threads: the models behave as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BEHAVIOURS: list[Callable[[Any], Any]] = []


def behaviour(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    BEHAVIOURS.append(function)
    return function


@behaviour
def thread_runs_its_target(m: Any) -> Any:
    seen: list[Any] = []
    thread = m.threading.Thread(target=lambda *args, **kwargs: seen.append((args, kwargs)), args=(1, 2), kwargs={"three": 3})
    before = (thread.is_alive(), thread.ident, thread.daemon)
    thread.start()
    thread.join()
    return before, seen, thread.is_alive(), thread.ident is not None, hasattr(thread, "_target")


@behaviour
def thread_subclass_runs_its_run(m: Any) -> Any:
    class Worker(m.threading.Thread):
        def __init__(self, number: int) -> None:
            super().__init__(name=f"worker {number}")
            self.number = number
            self.result: Any = None

        def run(self) -> None:
            self.result = (self.number * 2, m.threading.current_thread() is self, self.name)

    workers = [Worker(number) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.result for worker in workers], isinstance(workers[0], m.threading.Thread)


@behaviour
def thread_starts_once(m: Any) -> Any:
    thread = m.threading.Thread(target=int)
    thread.start()
    thread.join()
    return m.error_of(thread.start)


@behaviour
def thread_is_not_joined_before_it_is_started_or_by_itself(m: Any) -> Any:
    thread = m.threading.Thread(target=int)
    return m.error_of(thread.join), m.error_of(m.threading.current_thread().join)


@behaviour
def thread_without_its_constructor_cannot_start(m: Any) -> Any:
    class Careless(m.threading.Thread):
        def __init__(self) -> None:
            pass

    return m.error_of(Careless().start), m.error_of(Careless().join)


@behaviour
def thread_takes_over_daemon_from_its_maker(m: Any) -> Any:
    seen: list[Any] = []

    def make() -> None:
        seen.append(m.threading.Thread(target=int).daemon)
        seen.append(m.threading.Thread(target=int, daemon=False).daemon)

    for is_daemon in (False, True):
        thread = m.threading.Thread(target=make, daemon=is_daemon)
        thread.start()
        thread.join()
    return seen


@behaviour
def thread_cannot_become_a_daemon_once_it_runs(m: Any) -> Any:
    gate = m.threading.Event()
    thread = m.threading.Thread(target=gate.wait)
    thread.daemon = True
    thread.start()
    found = m.error_of(lambda: setattr(thread, "daemon", False))
    gate.set()
    thread.join()
    return found, thread.daemon


@behaviour
def thread_join_with_a_timeout_comes_back(m: Any) -> Any:
    gate = m.threading.Event()
    thread = m.threading.Thread(target=gate.wait)
    thread.start()
    seen = [thread.join(0.001), thread.join(0), thread.join(-1), thread.is_alive()]
    gate.set()
    thread.join()
    return seen, thread.is_alive(), thread.join(), thread.join(1)


@behaviour
def thread_names_say_what_runs(m: Any) -> Any:
    def work() -> None:
        seen.append(m.threading.current_thread().name.partition(" ")[2])

    seen: list[str] = []
    m.together(work)
    return seen, m.threading.Thread(name="a").name, m.threading.Thread(name=7).name


@behaviour
def thread_shows_itself(m: Any) -> Any:
    gate = m.threading.Event()
    thread = m.threading.Thread(target=gate.wait, name="t", daemon=True)
    shown = [repr(thread)]
    thread.start()
    shown.append(repr(thread).replace(str(thread.ident), "N"))
    gate.set()
    thread.join()
    return [*shown, repr(thread).replace(str(thread.ident), "N")]


@behaviour
def threads_have_different_identifiers(m: Any) -> Any:
    seen: list[int] = []
    rendezvous = m.threading.Barrier(3)

    def work() -> None:
        rendezvous.wait()
        seen.append(m.threading.get_ident())
        rendezvous.wait()

    m.together(work, work, work)
    return len({*seen, m.threading.get_ident()}), m.threading.get_ident() == m.threading.current_thread().ident


@behaviour
def thread_that_exits_is_no_accident(m: Any) -> Any:
    thread = m.threading.Thread(target=m.thread.exit)
    thread.start()
    thread.join()
    return thread.is_alive()


@behaviour
def excepthook_of_the_program_is_called(m: Any) -> Any:
    seen: list[Any] = []

    def fail() -> None:
        raise KeyError("lost")

    before = m.threading.excepthook
    m.threading.excepthook = lambda args: seen.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
    try:
        thread = m.threading.Thread(target=fail, name="failing")
        thread.start()
        thread.join()
    finally:
        m.threading.excepthook = before
    return seen


@behaviour
def main_thread_is_known(m: Any) -> Any:
    main = m.threading.main_thread()
    return main is m.threading.current_thread(), main.name, main.is_alive(), main in m.threading.enumerate(), main.daemon


@behaviour
def threads_that_are_alive_are_listed(m: Any) -> Any:
    gate, before = m.threading.Event(), m.threading.active_count()
    threads = [m.threading.Thread(target=gate.wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    seen = [m.threading.active_count() - before, all(thread in m.threading.enumerate() for thread in threads)]
    gate.set()
    for thread in threads:
        thread.join()
    return seen, m.threading.active_count() - before


@behaviour
def low_level_thread_runs(m: Any) -> Any:
    done, seen = m.thread.allocate_lock(), []
    done.acquire()

    def work(first: int, second: int = 0) -> None:
        seen.append((first, second))
        done.release()

    ident = m.thread.start_new_thread(work, (1,), {"second": 2})
    done.acquire()
    return seen, isinstance(ident, int), m.error_of(lambda: m.thread.start_new_thread(1, ()))


@behaviour
def timer_calls_after_its_time(m: Any) -> Any:
    seen: list[Any] = []
    begun = m.time.monotonic()
    timer = m.threading.Timer(0.01, lambda *args, **kwargs: seen.append((args, kwargs, m.time.monotonic() - begun >= 0.01)), (1,), {"two": 2})
    timer.start()
    timer.join()
    return seen


@behaviour
def timer_is_cancelled(m: Any) -> Any:
    seen: list[int] = []
    timer = m.threading.Timer(1000, seen.append, (1,))
    timer.start()
    timer.cancel()
    timer.join()
    # under control its time may come first
    return len(seen) <= 1, timer.is_alive(), timer.finished.is_set()


@behaviour
def local_is_empty_in_every_thread(m: Any) -> Any:
    local, seen = m.threading.local(), []
    local.name = "main"

    def work() -> None:
        seen.append(hasattr(local, "name"))
        local.name = "other"
        seen.append(dict(vars(local)))
        del local.name

    m.together(work)
    return seen, local.name


@behaviour
def local_subclass_begins_in_every_thread(m: Any) -> Any:
    class Counted(m.threading.local):
        limit = 9

        def __init__(self, start: int) -> None:
            self.count = start

    local, seen = Counted(5), []

    def work() -> None:
        local.count += 1
        seen.append((local.count, local.limit))

    m.together(work)
    m.together(work)
    return seen, local.count


@behaviour
def local_takes_no_arguments_by_itself(m: Any) -> Any:
    return m.error_of(lambda: m.threading.local(1))


@behaviour
def sleep_refuses_odd_arguments(m: Any) -> Any:
    calls: list[Callable[[], Any]] = [lambda: m.time.sleep(-1), lambda: m.time.sleep("1"), lambda: m.time.sleep(float("nan")), lambda: m.time.sleep(None)]
    return [m.error_of(call) for call in calls], m.time.sleep(0), m.time.sleep(True * 0.001)


@behaviour
def clocks_go_on_while_a_thread_sleeps(m: Any) -> Any:
    clocks = [m.time.time, m.time.monotonic, m.time.perf_counter]
    begun = [clock() for clock in clocks]
    begun_ns = m.time.monotonic_ns()
    m.time.sleep(0.01)
    return [clock() - start >= 0.009 for clock, start in zip(clocks, begun, strict=True)], m.time.monotonic_ns() - begun_ns >= 9_000_000


@behaviour
def dates_are_made_of_the_clock(m: Any) -> Any:
    now = m.time.time()
    return m.time.strftime("%Y", m.time.gmtime(now)) == m.time.strftime("%Y", m.time.gmtime()), abs(m.time.mktime(m.time.localtime()) - now) < 2


# pytest warns of every exception that leaves a real thread, SystemExit among them
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("behave", BEHAVIOURS, ids=lambda behave: behave.__name__)
def test_models_agree_with_the_real_ones(behave: Callable[[Any], Any], agree: Callable[[Callable[[Any], Any]], None]) -> None:
    agree(behave)
