"""The layers of the package: imports go downward only, wherever they stand (in functions and under TYPE_CHECKING too)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.lengthy

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "harness"

# From the bottom up. A part (a sub-package or a top-level module of harness) may import what stands on a lower row and,
# being a package, itself; parts on the same row do not know each other. A new part goes on the lowest row that it can.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "syntax"),
    ("model",),
    ("strategies", "oracles", "report"),
    ("runtime", "collector", "guard", "pipeline_class", "records", "program_source", "explain", "both_ways"),
    ("instrument", "standins"),
    ("targets", "watched", "foreign"),
    ("engines",),
    ("watchdog", "ends", "minimise", "leaks"),
    ("scenarios", "surroundings"),
    ("trial", "stress"),
    ("least", "forewarn", "stretch"),
    ("confirm",),
    ("jobs", "stress_check"),
    ("course",),
    ("aim",),
    ("campaign",),
    ("checking",),
    ("__init__",),
    ("grading",),
    ("cli", "pytest_plugin", "hypothesis"),
    ("__main__",),
)

# These import nothing of the package: rewritten programs carry the runtime, and everything raises the errors.
LEAVES = ("errors", "runtime")

# What gives threads, time or a way outside; the model is frozen data and has no use for them.
OUTSIDE = {"threading", "_thread", "greenlet", "queue", "concurrent", "time", "random", "os", "io", "pathlib", "subprocess", "socket", "click", "rich"}

# Front ends alone read the environment; everything below is told.
FRONT_ENDS = ("grading", "cli", "pytest_plugin", "__main__")


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package with its name from the package down: `errors`, `model.trace`, `engines.__init__`."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield ".".join(path.relative_to(PACKAGE).with_suffix("").parts), path


def imports(source: str, module: str) -> Iterator[tuple[int, str]]:
    """The line and the absolute name of every import in a module of the package, `from a import b` as `a.b`."""
    package = ["harness", *module.split(".")[:-1]]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = [] if node.level == 0 else package[: len(package) + 1 - node.level]
            origin = ".".join([*base, node.module] if node.module else base)
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            first = node.args[0]
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield node.lineno, first.value


def part_of(module: str) -> str:
    """The part that a module belongs to: the first component of its name."""
    return module.split(".")[0]


def row_of(part: str) -> int | None:
    """The row of a part, counted from the bottom; None where the table does not know it."""
    return next((row for row, parts in enumerate(LAYERS) if part in parts), None)


def breaches(source: str, module: str, known: set[str]) -> list[str]:
    """The imports of a module that do not go downward, one sentence each. `known` holds the parts that exist."""
    part = part_of(module)
    row = row_of(part)
    if row is None:
        return [f"harness/{module.replace('.', '/')}.py is in no layer: add '{part}' to LAYERS in tests/test_layers.py, on the lowest row that it can stand on"]
    found = []
    for line, name in imports(source, module):
        top, _, rest = name.partition(".")
        if top != "harness":
            continue
        # `from harness import check` names the public module, `from harness import model` the part.
        target = part_of(rest) if part_of(rest) in known else "__init__"
        target_row = row_of(target)
        if part in LEAVES:
            found.append(f"{module}:{line} imports {name}, but {part} is a leaf and imports nothing of the package")
        elif target_row is None:
            found.append(f"{module}:{line} imports {name}, which is in no layer")
        elif target_row >= row and target != part:
            found.append(f"{module}:{line} imports {name}: {part} stands on row {row}, {target} on row {target_row}")
    return found


def existing_parts() -> set[str]:
    """The sub-packages and top-level modules that are there."""
    return {part_of(name) for name, _ in modules()}


def test_imports_go_downward_only() -> None:
    known = existing_parts()
    found = [breach for module, path in modules() for breach in breaches(path.read_text(encoding="utf-8"), module, known)]
    assert not found, "\n".join(found)


def test_the_model_knows_no_threads_and_no_outside() -> None:
    found = [
        f"{module}:{line} imports {name}"
        for module, path in modules()
        if part_of(module) == "model"
        for line, name in imports(path.read_text(encoding="utf-8"), module)
        if part_of(name) in OUTSIDE
    ]
    assert not found, "\n".join(found)


def test_one_module_alone_hands_over_control() -> None:
    switching = {module for module, path in modules() if any(part_of(name) == "greenlet" for _, name in imports(path.read_text(encoding="utf-8"), module))}
    assert len(switching) <= 1, f"greenlet is imported by {sorted(switching)}: another form of control could not replace it in one place"


def test_only_front_ends_read_the_environment() -> None:
    found = [
        f"{module}:{node.lineno} reads {node.attr}"
        for module, path in modules()
        if part_of(module) not in FRONT_ENDS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert not found, "\n".join(found)


def test_the_implementations_know_nothing_of_the_harness() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted((ROOT / "implementations").rglob("*.py"))
        for line, name in imports(path.read_text(encoding="utf-8"), "implementations")
        if part_of(name) == "harness"
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("model.trace", "import harness.engines.explore"),
        ("model.trace", "from harness.campaign import search"),
        ("model.trace", "from harness import campaign"),
        ("model.trace", "from harness import check"),
        ("model.trace", "from .. import campaign"),
        ("oracles.deadlock", "from ..strategies import random"),
        ("oracles.deadlock", "def judge():\n    from harness.report import text"),
        ("oracles.deadlock", "if TYPE_CHECKING:\n    from harness.engines import explore"),
        ("oracles.deadlock", "import importlib\nimportlib.import_module('harness.cli')"),
        ("report.text", "import harness"),
        ("runtime", "import harness.model"),
        ("errors", "import harness.errors"),
        ("cli", "from harness import pytest_plugin"),
        ("grading.cohort", "from harness import cli"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_named(module: str, source: str) -> None:
    known = {part for parts in LAYERS for part in parts}
    assert any(breach.startswith(f"{module}:") for breach in breaches(source, module, known))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("oracles.deadlock", "import ast\nfrom harness.model.trace import Trace\nfrom harness.errors import InternalError"),
        ("oracles.deadlock", "from . import races\nfrom .. import model\nfrom harness.oracles.races import find"),
        ("engines.explore", "from harness import runtime"),
        ("cli", "import harness\nfrom harness import check\nfrom harness.model import result"),
    ],
)
def test_an_import_that_goes_down_or_stays_in_its_part_is_fine(module: str, source: str) -> None:
    known = {part for parts in LAYERS for part in parts}
    assert breaches(source, module, known) == []


def test_a_module_in_no_layer_is_told_where_to_go() -> None:
    (sentence,) = breaches("", "telepathy.send", {"telepathy"})
    assert "harness/telepathy/send.py is in no layer" in sentence
    assert "LAYERS" in sentence
