"""The tables of expected findings speak of every file, of no other, and only in kinds that exist; every file can be loaded and says what is wrong."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.model.finding import SEVERITY
from tests.tables import FLAWED, IMPLEMENTATIONS, ROOT, SPECIMENS, labels

TARGETS = sorted({row.path for row in (*IMPLEMENTATIONS, *FLAWED)} | set((SPECIMENS / "pipelines").glob("*.py")))
SCENARIOS = sorted((SPECIMENS / "scenarios").glob("*.py"))


def wrong_kinds(expected: str | list[str]) -> list[str]:
    """What is no finding of severity error in a label: "correct", or kinds, the best first."""
    if expected == "correct":
        return []
    assert expected, "a label that is not correct names a kind"
    return [kind for kind in expected if SEVERITY.get(kind) != "error"]


@contextmanager
def loaded(path: Path) -> Iterator[ModuleType]:
    """The executed module of a file, known to `sys.modules` as long as it is looked at (dataclasses ask there)."""
    name = f"specimen_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[name]


@pytest.mark.parametrize(("folder", "table"), [("implementations", IMPLEMENTATIONS), ("implementations/flawed", FLAWED)])
def test_every_implementation_has_its_rows_and_every_row_its_file(folder: str, table: tuple[Any, ...]) -> None:
    files = {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py"}
    assert {row.path.name for row in table} == files


def test_the_rows_name_only_errors() -> None:
    assert [(row.title, kind) for row in (*IMPLEMENTATIONS, *FLAWED) for kind in row.kinds if SEVERITY.get(kind) != "error"] == []


def test_every_flawed_implementation_fails_under_one_of_its_workloads() -> None:
    assert {row.file for row in FLAWED} == {row.file for row in FLAWED if row.kinds}


@pytest.mark.parametrize("folder", ["pipelines", "scenarios"])
def test_every_specimen_is_labelled_and_every_label_has_its_specimen(folder: str) -> None:
    assert set(labels(folder)) == {path.name for path in (SPECIMENS / folder).glob("*.py")}


def test_pipeline_labels_name_only_errors_and_say_why() -> None:
    for name, label in labels("pipelines").items():
        for workload in ("spsc", "mpmc"):
            assert wrong_kinds(label[workload]) == [], name
            if label[workload] != "correct":
                assert label[f"{workload}_needs"] in (1, 2, 3, 4), name
                assert set(label[f"{workload}_capacities"]) <= {1, 2, 3}, name
        assert label["why"] and label["difficulty"] in range(1, 6), name


def test_scenario_labels_name_only_errors_and_say_why() -> None:
    for name, label in labels("scenarios").items():
        assert wrong_kinds(label["expected"]) == [], name
        assert label["why"], name


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_pipeline_can_be_loaded_and_holds_a_class(path: Path) -> None:
    with loaded(path) as module:
        assert any(isinstance(value, type) and value.__module__ == module.__name__ for value in vars(module).values())


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_can_be_loaded_and_takes_no_argument(path: Path) -> None:
    with loaded(path) as module:
        assert module.scenario.__code__.co_argcount == 0


@pytest.mark.parametrize("row", {row.file: row for row in FLAWED}.values(), ids=lambda row: row.path.stem)
def test_the_docstring_of_a_mistake_names_a_finding_that_it_must_give(row: Any) -> None:
    docstring = ast.get_docstring(ast.parse(row.path.read_text(encoding="utf-8")))
    possible = {kind for other in FLAWED if other.file == row.file for kind in other.kinds}
    assert docstring and any(kind in docstring for kind in possible)
