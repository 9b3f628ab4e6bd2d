"""Runs CPython's own tests of the primitives on the stand-ins and writes the outcomes as JSON; a process of its own for each suite.

    python suites.py SUITE SEEDS FILE     the outcomes of one suite
    python suites.py all SEEDS FILE       all suites, counted into the manifest FILE under this Python's version

The test modules of this Python are executed once more with their imports of threading, _thread, queue, time, random and
concurrent.futures resolved to stand-ins. Each test method is the main virtual thread of an execution, under as many seeded random
schedules as SEEDS says. Schedules are punctual: virtual time goes on only when no thread can run, because these tests sleep "long enough"
to know that the others have blocked.
"""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import types
import unittest
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.standins import modules

LOCK_TESTS = {
    "LockTests": ("locktype", "Lock"),
    "RLockTests": ("locktype", "RLock"),
    "ConditionAsRLockTests": ("locktype", "Condition"),
    "EventTests": ("eventtype", "Event"),
    "ConditionTests": ("condtype", "Condition"),
    "SemaphoreTests": ("semtype", "Semaphore"),
    "BoundedSemaphoreTests": ("semtype", "BoundedSemaphore"),
    "BarrierTests": ("barriertype", "Barrier"),
}
"""What test_threading binds the classes of lock_tests to."""

SUITES = {
    "lock_tests": ("test.lock_tests",),
    "test_queue": ("test.test_queue",),
    "test_threading_local": ("test.test_threading_local",),
    "test_concurrent_futures": (
        "test.test_concurrent_futures.test_as_completed",
        "test.test_concurrent_futures.test_future",
        "test.test_concurrent_futures.test_init",
        "test.test_concurrent_futures.test_shutdown",
        "test.test_concurrent_futures.test_thread_pool",
        "test.test_concurrent_futures.test_wait",
    ),
}


OTHER_SUBJECT = {
    "test_hang_global_shutdown_lock": "forks processes",
    "test_interpreter_shutdown": "starts another interpreter",
    "test_submit_after_interpreter_shutdown": "starts another interpreter",
    "test_hang_gh83386": "starts another interpreter",
    "test_cancel_futures_wait_false": "starts another interpreter",
    "FailingInitializerResourcesTest": "is about processes",
    "ProcessPool": "is about processes",
}
"""Tests, or classes of them, that have another subject than the primitives: not run, not counted."""


class Punctual:
    """A uniformly random schedule in which no deadline comes early."""

    needs_pending = False
    log = None

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def begin(self) -> bool:
        return True

    def choose(self, choice: Any) -> int:
        return int(self._random() * (choice.count - bool(choice.has_clock and choice.count > 1)))

    def end(self, points: int) -> None:
        pass


class Loader:
    """Modules of the test package, executed with stand-ins in place; those of one loader import each other."""

    def __init__(self) -> None:
        self._table = dict(modules.stand_ins())
        self._loaded: dict[str, types.ModuleType] = {}

    def load(self, name: str) -> types.ModuleType:
        """The module `name`, fresh. Raises ModuleNotFoundError where this Python comes without it."""
        if name in self._loaded:
            return self._loaded[name]
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            raise ModuleNotFoundError(name)
        module = types.ModuleType(name)
        module.__file__ = spec.origin
        module.__package__ = name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
        if spec.submodule_search_locations is not None:
            module.__path__ = list(spec.submodule_search_locations)
        self._loaded[name] = module
        vars(module)["__builtins__"] = {**vars(__import__("builtins")), "__import__": self._import}
        exec(spec.loader.get_code(name), vars(module))  # type: ignore[attr-defined]
        if name == "test.support.import_helper":
            vars(module)["import_fresh_module"] = self._import_fresh
        return module

    def _import(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if level:
            package = globals["__package__"]
            name = importlib.util.resolve_name("." * level + name, package)
        if name in self._table:
            if fromlist or "." not in name:
                return self._table[name]
            return self._table[name.partition(".")[0]]
        if name == "_threading_local":
            return modules.stand_ins()["threading"]
        if name in ("test.support", "test.support.threading_helper", "test.support.import_helper", "test.lock_tests") or "test_concurrent_futures" in name:
            module = self.load(name)
            for wanted in fromlist or ():
                if not hasattr(module, wanted):
                    setattr(module, wanted, self._import(f"{name}.{wanted}", fromlist=("__name__",)))
            if not fromlist:
                raise ImportError(f"import {name} without from is not needed by these tests")
            return module
        if name == "test" and fromlist:
            package = types.ModuleType("test")
            for wanted in fromlist:
                setattr(package, wanted, self._import(f"test.{wanted}", fromlist=("__name__",)))
            return package
        return __import__(name, globals, locals, fromlist, 0)

    def _import_fresh(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._table[name]


def test_methods(suite: str) -> Iterator[tuple[str, type[unittest.TestCase], str]]:
    """Every test of a suite: id, class and method name."""
    loader = Loader()
    for name in SUITES[suite]:
        module = loader.load(name)
        getattr(module, "support", module).use_resources = None
        if suite == "lock_tests":
            classes = lock_test_classes(module)
        else:
            classes = {key: value for key, value in vars(module).items() if isinstance(value, type) and issubclass(value, unittest.TestCase)}
        for key, cls in classes.items():
            # what CPython has in C and in Python is one class here
            if key.startswith("Py") or cls.__module__ != name:
                continue
            for method in unittest.defaultTestLoader.getTestCaseNames(cls):
                if any(word in f"{key}.{method}" for word in OTHER_SUBJECT):
                    continue
                yield f"{name.rpartition('.')[2]}.{key}.{method}", cls, method


def lock_test_classes(module: types.ModuleType) -> dict[str, type[unittest.TestCase]]:
    """The classes of lock_tests, bound to the stand-ins."""
    threading = modules.stand_ins()["threading"]
    bound = {}
    for key, (attribute, primitive) in LOCK_TESTS.items():
        base = getattr(module, key.replace("ConditionAs", ""))
        names = {attribute: staticmethod(getattr(threading, primitive)), "__module__": module.__name__}
        if key == "ConditionAsRLockTests":
            names["test_recursion_count"] = None  # test_threading skips it too: a condition has no such method
        bound[key] = type(key, (base,), names)
    return bound


def outcome(cls: type[unittest.TestCase], method: str, seed: int) -> str:
    """One test under one schedule: "ok", "skipped: why", or what went wrong."""
    result = unittest.TestResult()
    engine = Explore(Punctual(seed), seed)
    modules.restore()

    def main() -> None:
        cls(method).run(result)

    set_up = getattr(cls, "setUpClass", None)
    if set_up is not None:
        cls.setUpClass()
    ending = engine.run(main, "function")
    where = ", ".join(f"{thread.name} at {thread.waits_at}" for thread in engine.all if not thread.is_ended and thread.waits_at is not None)
    crashes = [repr(crash[0]) for crash in engine.crashes if crash[1] == "thread"]
    engine.clean_up()
    if ending != "finished":
        return f"{ending}: {where}"
    if result.skipped:
        return f"skipped: {result.skipped[0][1]}"
    for _, text in result.errors + result.failures:
        return text.strip().splitlines()[-1]
    if not result.testsRun:
        return "not run"
    if crashes and "thread" not in method:
        return f"left a thread: {crashes[0]}"
    return "ok"


def run_suite(suite: str, seeds: int) -> dict[str, str]:
    """The outcome of each test: "ok" if it is so under every seed, else the first that is not."""
    outcomes: dict[str, str] = {}
    for name, cls, method in test_methods(suite):
        outcomes[name] = "ok"
        for seed in range(seeds):
            found = outcome(cls, method, seed)
            if found != "ok":
                outcomes[name] = found if found.startswith("skipped") else f"seed {seed}: {found}"
                break
    return outcomes


def count_all(seeds: int, file: Path) -> None:
    """Every suite in a process of its own; the counts go into the manifest, whose reasons stay as they are."""
    manifest = json.loads(file.read_text()) if file.exists() else {}
    version = ".".join(map(str, sys.version_info[:3]))
    before = manifest.get(version, {})
    manifest[version] = {}
    for suite in SUITES:
        with tempfile.TemporaryDirectory() as folder:
            found = Path(folder) / "outcomes"
            subprocess.run([sys.executable, __file__, suite, str(seeds), str(found)], check=True, stdout=subprocess.DEVNULL)
            outcomes = json.loads(found.read_text())
        failed = {name: text for name, text in outcomes.items() if text != "ok" and not text.startswith("skipped")}
        reasons = before.get(suite, {}).get("failed", {})
        manifest[version][suite] = {
            "run": sum(not text.startswith("skipped") for text in outcomes.values()),
            "passed": sum(text == "ok" for text in outcomes.values()),
            "failed": {name: reasons.get(name, f"unexplained: {text}") for name, text in sorted(failed.items())},
        }
        if not outcomes:
            manifest[version][suite]["absent"] = "this Python was installed without these tests"
    file.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def main() -> None:
    """The command."""
    warnings.simplefilter("ignore")
    suite, seeds, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if suite == "all":
        count_all(seeds, file)
        return
    try:
        outcomes = run_suite(suite, seeds)
    except ModuleNotFoundError as error:
        outcomes = {}
        print(f"this Python comes without {error}", file=sys.stderr)
    assert runtime.control is None
    file.write_text(json.dumps(outcomes, indent=1))


if __name__ == "__main__":
    main()
