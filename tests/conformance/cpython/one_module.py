"""Runs one module of CPython's ``test`` package, rewritten or as it is, and prints each test's outcome as JSON.

Usage: ``python one_module.py test_grammar native|rewritten``. No engine is installed, so every hook is inert.
"""

from __future__ import annotations

import importlib.util
import io
import json
import sys
import unittest
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any


class PlainLoader(SourceFileLoader):
    """Loads from source, never from a cached file, so that both ways differ in nothing but the rewrite."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.compile(self.get_data(path), path)

    def compile(self, source: bytes, path: str) -> CodeType:
        code: CodeType = compile(source, path, "exec", dont_inherit=True)
        return code


class RewritingLoader(PlainLoader):
    """Loads the module with its points."""

    def compile(self, source: bytes, path: str) -> CodeType:
        from harness.instrument.loader import compile_target

        return compile_target(source, path).code

    def exec_module(self, module: ModuleType) -> None:
        from harness import runtime
        from harness.instrument.points import RUNTIME

        setattr(module, RUNTIME, runtime)
        super().exec_module(module)


class Outcomes(unittest.TestResult):
    """Keeps one word per test id; a failing subtest makes its test a failure."""

    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}
        self.details: dict[str, str] = {}

    def note(self, test: Any, outcome: str, error: Any = None) -> None:
        name = test.id()
        self.by_id.setdefault(name, outcome)
        if error is not None:
            self.by_id[name] = outcome
            self.details[name] = self._exc_info_to_string(error, test)  # type: ignore[attr-defined]

    def addSuccess(self, test: Any) -> None:
        self.note(test, "ok")

    def addFailure(self, test: Any, err: Any) -> None:
        self.note(test, "failure", err)

    def addError(self, test: Any, err: Any) -> None:
        self.note(test, "error", err)

    def addSkip(self, test: Any, reason: str) -> None:
        self.note(test, "skipped")

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        self.note(test, "expected failure")

    def addUnexpectedSuccess(self, test: Any) -> None:
        self.note(test, "unexpected success")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            self.note(test, "failure", err)


def load(name: str, loader_class: type[PlainLoader]) -> ModuleType:
    """The module ``test.NAME``, loaded by `loader_class`."""
    import test

    path = Path(test.__path__[0]) / f"{name}.py"
    if not path.exists():
        path = Path(test.__path__[0]) / name / "__init__.py"
    full_name = f"test.{name}"
    spec = importlib.util.spec_from_file_location(full_name, path, loader=loader_class(full_name, str(path)))
    assert isinstance(spec, ModuleSpec) and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    name, way = sys.argv[1:]
    from test import support

    support.use_resources = {} if isinstance(support.use_resources, dict) else []
    output, outcomes = sys.stdout, Outcomes()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        module = load(name, RewritingLoader if way == "rewritten" else PlainLoader)
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
        suite.run(outcomes)
    json.dump({"outcomes": outcomes.by_id, "details": outcomes.details}, output)


if __name__ == "__main__":
    main()
