"""Writes tests/gold/checks.json, to which every Python version is held: ``python -m tests.make_gold`` in the root of the repository.

Run it after a change that is meant to change what is found, or how; read the difference before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.checks import ROWS, checked, what_must_be_the_same

GOLD = Path(__file__).resolve().parent / "gold" / "checks.json"


def main() -> None:
    """Checks everything and writes the file."""
    gold = {row.title: what_must_be_the_same(checked(row)) for row in ROWS}
    GOLD.write_text(json.dumps(gold, indent=1) + "\n", encoding="utf-8")
    print(f"{GOLD}: {len(gold)} checks, {sum(len(entry['findings']) for entry in gold.values())} tokens")


if __name__ == "__main__":
    main()
