"""Runs CPython's own tests of locks and queues on the watched modules of engine stress, and prints how many ran and which did not pass.

    python suites.py NUMBER     the delays are those of the execution of that number

The test modules of this Python are executed once more with their imports resolved to the watched modules. A process of its own: the watched
modules take over its threads.
"""

from __future__ import annotations

import builtins
import importlib.util
import json
import logging
import sys
import types
import unittest
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from harness import runtime
from harness.instrument.loader import make_importer
from harness.stress.engine import Stress
from harness.stress.perturbation import perturbation
from harness.watched.modules import watched_modules
from tests.conformance.models.suites import LOCK_TESTS


def executed(name: str, table: Mapping[str, ModuleType]) -> ModuleType:
    """A module's source executed over `table`."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    loader: Any = spec.loader
    module = types.ModuleType(name)
    names = {"__file__": spec.origin, "__spec__": spec, "__package__": name.rpartition(".")[0]}
    vars(module).update(names, __builtins__={**vars(builtins), "__import__": make_importer(table)})
    exec(loader.get_code(name), vars(module))
    return module


def suite(table: Mapping[str, ModuleType]) -> unittest.TestSuite:
    """The tests of locks and of queues."""
    tests = unittest.TestSuite()
    load = unittest.defaultTestLoader
    lock_tests = executed("test.lock_tests", table)
    for name, (attribute, primitive) in LOCK_TESTS.items():
        written = getattr(lock_tests, name, None)
        if written is None:
            continue  # test_threading derives it
        subject = getattr(table["threading"], primitive)
        bases = (written,) if issubclass(written, unittest.TestCase) else (written, unittest.TestCase)
        tests.addTests(load.loadTestsFromTestCase(type(name, bases, {attribute: subject if isinstance(subject, type) else staticmethod(subject)})))
    tests.addTests(load.loadTestsFromModule(executed("test.test_queue", table)))
    return tests


def main() -> None:
    """Run them all within one execution."""
    logging.disable(logging.CRITICAL)
    table = watched_modules()
    engine = Stress(0, table)
    runtime.install(engine.hooks())
    runtime.control = engine
    engine.perturb(int(sys.argv[1]), perturbation(0, int(sys.argv[1])))
    outcome = unittest.TestResult()
    engine.run(lambda: suite(table).run(outcome) and None, "function")
    failed = {test.id(): text for test, text in [*outcome.failures, *outcome.errors]}
    print(json.dumps({"run": outcome.testsRun, "failed": failed}))


if __name__ == "__main__":
    main()
