"""Code that is not rewritten, met under control: never a pass, and one line names the module and the option to paste."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import harness
from harness import foreign
from harness.cli.answers import Stopped, error_result
from tests.written import write

pytestmark = pytest.mark.usefixtures("in_a_folder")


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """What any test has imported under the same names is not there."""
    forget_imports()
    yield
    forget_imports()


def forget_imports() -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in ("depot", "store_of_locks", "shelf"):
            del sys.modules[name]


def error_of(target: str, **options: object) -> str:
    """The one line of a check that could not judge, which is no pass."""
    result = harness.check(target, executions=20, **options)  # type: ignore[arg-type]
    assert (result.verdict, result.findings, result.exit_status) == ("error", (), 2)
    assert result.error is not None and "\n" not in result.error
    assert not any("no thread was started" in limit for limit in result.limits)
    return result.error


THREAD_POOL = """
    {imported}

    total = 0

    def add(n):
        global total
        total += n

    def scenario():
        with {pool}(2) as pool:
            pool.map(add, [1, 2, 3])
        assert total == 6
"""
POOLS = {"from multiprocessing.pool import ThreadPool": "ThreadPool", "import multiprocessing.dummy": "multiprocessing.dummy.Pool"}


@pytest.mark.parametrize("imported", POOLS)
def test_a_pool_of_real_threads_is_an_error_that_names_the_pool_to_use(imported: str) -> None:
    path = write(THREAD_POOL.format(imported=imported, pool=POOLS[imported]))
    n_before = threading.active_count()
    error = error_of(f"{path}:scenario")
    assert error.startswith("target.py:scenario: the target starts a real thread at target.py:11 in scenario, by multiprocessing.dummy, which is not rewritten")
    assert error.endswith(": use concurrent.futures.ThreadPoolExecutor, or engine stress")
    assert threading.active_count() == n_before, "one that never started is not counted"


def test_the_pool_that_is_named_instead_is_under_control() -> None:
    path = write(THREAD_POOL.format(imported="from concurrent.futures import ThreadPoolExecutor", pool="ThreadPoolExecutor"))
    assert [finding.kind for finding in harness.check(f"{path}:scenario").errors] == ["assertion"]


STARTS = {
    "a thread": "threading.Thread(target=work).start()",
    "a timer": "threading.Timer(0, work).start()",
    "a bare thread": "_thread.start_new_thread(work, ())",
    "a pool's": "concurrent.futures.ThreadPoolExecutor().submit(work)",
}
IN_A_MODE = {
    "function": "def scenario():\n    try:\n        depot.begin()\n    except Exception:\n        pass\n",
    "class": "class Pipeline:\n    def put(self, message):\n        depot.begin()\n    def get(self):\n        return 1\n",
    "program": "threads = [threading.Thread(target=depot.begin) for _ in range(2)]\nfor t in threads: t.start()\nfor t in threads: t.join()\n",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
@pytest.mark.parametrize("mode", IN_A_MODE)
def test_a_real_thread_is_an_error_in_every_mode_however_it_is_started(mode: str, start: str) -> None:
    """By a package beside the target, which is rewritten only if it is named; then its threads are like any others."""
    write("", "depot/__init__.py")
    write(f"import _thread, threading\nimport concurrent.futures\ndef work(): pass\ndef begin():\n    {start}\n", "depot/begins.py")
    path = write(f"import threading\nfrom depot import begins as depot\n\n{IN_A_MODE[mode]}") + (":scenario" if mode == "function" else "")
    error = error_of(path)
    assert "the target starts a real thread at begins.py:5 in begin, by depot.begins, which is not rewritten, so it cannot be controlled" in error
    assert error.endswith(": add --instrument depot")
    assert harness.check(path, executions=20, instrument=["depot"]).error is None


def test_a_thread_of_the_real_module_that_was_reached_past_the_import_statement_is_told_so() -> None:
    path = write("import sys\n\ndef scenario():\n    sys.modules['threading'].Thread(target=print).start()\n")
    assert error_of(f"{path}:scenario").endswith("through threading or _thread reached otherwise than by an import statement, so it cannot be controlled: "
                                                 "import it with one")  # fmt: skip


@pytest.mark.parametrize(("guard", "found"), [("self.lock", []), ("contextlib.nullcontext()", ["assertion"])])
def test_a_module_of_the_library_that_starts_threads_is_under_control_once_it_is_named(guard: str, found: list[str]) -> None:
    path = write(f"""
        import contextlib, socketserver, threading

        class Server:
            def server_close(self): pass

        class Counts(socketserver.ThreadingMixIn, Server):
            def __init__(self):
                self.n, self.lock = 0, threading.Lock()
            def finish_request(self, request, address):
                with {guard}:
                    self.n += 1
            def shutdown_request(self, request): pass

        def scenario():
            server = Counts()
            for request in range(2): server.process_request(request, None)
            server.server_close()
            assert server.n == 2
    """)
    assert error_of(f"{path}:scenario").endswith(", by socketserver, which is not rewritten, so it cannot be controlled: add --instrument socketserver")
    result = harness.check(f"{path}:scenario", executions=200, instrument=["socketserver"])
    assert (result.error, [finding.kind for finding in result.errors]) == (None, found)


HOLDERS = {
    "a variable of a module": ("import threading\nlock = threading.Lock()\n", "depot.lock"),
    "an attribute": ("import threading\nclass Box:\n    def __init__(self): self.lock = threading.Lock()\nbox = Box()\n", "depot.box.lock"),
    "a slot, in a list": (
        "import threading\nclass Box:\n    __slots__ = ('locks',)\n    def __init__(self): self.locks = [threading.Lock()]\nbox = Box()\n",
        "depot.box.locks[0]",
    ),
    "nothing there: it was only made there": ("import threading\ndef make(): return threading.Lock()\n", "depot.make()"),
}


@pytest.mark.parametrize(("held", "reached"), HOLDERS.values(), ids=HOLDERS.keys())
def test_the_module_that_made_a_real_lock_is_named(held: str, reached: str, elsewhere: Path) -> None:
    (elsewhere / "depot.py").write_text(held)
    path = write(f"import threading\nimport depot\n\ndef scenario():\n    lock = {reached}\n    with lock: pass\n    threading.Thread(target=print).start()\n")
    error = error_of(f"{path}:scenario")
    assert "target.py:6: a real lock is used under control, where it excludes nobody; depot, which made it, is not rewritten" in error
    assert error.endswith(": add --instrument depot")
    assert harness.check(f"{path}:scenario", executions=20, instrument=["depot"]).error is None


def test_the_holder_is_found_too_where_it_was_there_before_the_check(elsewhere: Path) -> None:
    (elsewhere / "depot.py").write_text("import threading\nclass Box: lock = threading.Lock()\n")
    __import__("depot")
    path = write("def scenario():\n    import depot\n    depot.Box.lock.acquire()\n")
    assert error_of(f"{path}:scenario").endswith("; depot, which made it, is not rewritten: add --instrument depot")


def test_where_it_is_not_known_who_made_a_lock_all_are_named_that_may_have(elsewhere: Path) -> None:
    for name in ("depot", "store_of_locks"):
        (elsewhere / f"{name}.py").write_text("import threading\ndef make(): return threading.Lock()\n")
    path = write("import depot\nfrom store_of_locks import make\n\ndef scenario():\n    lock = depot.make()\n    lock.acquire()\n")
    error = error_of(f"{path}:scenario")
    assert error.endswith("depot and store_of_locks, one of which made it, are not rewritten: add --instrument depot --instrument store_of_locks")


def test_a_real_lock_that_nobody_else_can_have_made_is_told_so() -> None:
    path = write("import sys\n\ndef scenario():\n    sys.modules['threading'].Lock().acquire()\n")
    assert error_of(f"{path}:scenario").endswith("; code that is not rewritten made it, or threading that was reached otherwise than by an import statement")


def test_a_package_without_an_init_is_named_too() -> None:
    write("import threading\nempty, full, content = threading.Lock(), threading.Lock(), None\nfull.acquire()\n", "depot/slot.py")
    path = write("""
        from depot import slot

        class Pipeline:
            def put(self, message):
                slot.empty.acquire()
                slot.content = message
                slot.full.release()

            def get(self):
                slot.full.acquire()
                message = slot.content
                slot.empty.release()
                return message
    """)
    assert error_of(path).endswith("depot.slot, which made it, is not rewritten: add --instrument depot")
    assert harness.check(path, instrument=["depot"]).verdict == "verified"


def test_a_stall_in_a_package_beside_the_target_names_the_package_and_one_in_rewritten_code_nothing() -> None:
    write("", "depot/__init__.py")
    write("", "depot/ring.py")
    write("", "shelf.py")
    path = write("import shelf\nfrom depot.ring import Ring\n\nclass Pipeline:\n    pass\n")

    def told(file: str, *instrument: str, through: str = "") -> str | None:
        settings: dict[str, Any] = {"mode": None, "producers": 1, "consumers": 1, "messages": 3, "capacity": 2, "engine": "explore"}
        settings |= {"strategy": "auto", "seed": 0, "executions": 20, "time_s": None, "instrument": instrument}
        return error_result(path, Stopped("it blocks", str(Path(file).absolute()) if file else "", through), settings).error

    assert told("depot/ring.py") == "it blocks (depot is not rewritten, so its locks are real ones: add --instrument depot)"
    assert told("depot/ring.py", "depot") == told("shelf.py") == told("target.py") == told("") == "it blocks"
    assert told("target.py", through="asyncio.runners") == "it blocks (asyncio.runners: asyncio is not covered)"
    assert told("target.py", through="threading") == "it blocks"


@pytest.mark.parametrize(
    ("file", "imported", "name"),
    [
        ("/home/ann/work/depot/ring.py", {"depot"}, "depot"),
        ("/home/ann/work/lib/ring.py", {"ring"}, "ring"),
        ("/env/lib/python3/site-packages/depot/inner/ring.py", {"depot"}, "depot"),
        ("/env/lib/python3/dist-packages/ring.py", set(), "ring"),
        (threading.__file__, set(), "threading"),
        (sys.modules["logging"].__file__, set(), "logging"),
        ("/elsewhere/ring.py", set(), "ring"),
    ],
)
def test_a_file_tells_what_to_name(file: str, imported: set[str], name: str) -> None:
    assert foreign.name_of_file(file, "/home/ann/work", imported) == name
