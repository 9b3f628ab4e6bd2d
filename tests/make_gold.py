"""Writes tests/gold/checks.json and programs.json, to which every Python version is held: ``python -m tests.make_gold`` in the root of the repository.

Run it after a change that is meant to change what is found, or how; read the difference before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.checks import ROWS, checked, program_checked, what_must_be_the_same
from tests.tables import PROGRAMS

GOLD = Path(__file__).resolve().parent / "gold" / "checks.json"
PROGRAM_GOLD = GOLD.with_name("programs.json")


def main() -> None:
    """Checks everything and writes the file."""
    _write(GOLD, {row.title: what_must_be_the_same(checked(row)) for row in ROWS})
    _write(PROGRAM_GOLD, {row.title: what_must_be_the_same(program_checked(row)) for row in PROGRAMS})


def _write(path: Path, gold: dict[str, dict[str, Any]]) -> None:
    path.write_text(json.dumps(gold, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {len(gold)} checks, {sum(len(entry['findings']) for entry in gold.values())} tokens")


if __name__ == "__main__":
    main()
