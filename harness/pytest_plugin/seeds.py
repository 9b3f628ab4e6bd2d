"""The seed of a test: told by what the test is, never by when or where it runs."""

from __future__ import annotations

import hashlib
import re

import pytest

REPETITION = "__pytest_repeat_step_number"
"""The parameter that pytest-repeat gives to each repetition; there is none with ``--count=1``."""


def repetition_of(item: pytest.Item) -> int | None:
    """Which repetition of pytest-repeat an item is, None if it is not repeated."""
    spec = getattr(item, "callspec", None)
    step = None if spec is None else spec.params.get(REPETITION)
    return step if isinstance(step, int) else None


def id_without_repetition(item: pytest.Item) -> str:
    """The node id that the test would have if it were not repeated: pytest-repeat's own part of it is ``3-500``, the third of 500."""
    step = repetition_of(item)
    if step is None:
        return item.nodeid
    match = re.fullmatch(rf"(.*)\[(?:(.*)-)?{step + 1}-\d+(?:-(.*))?\]", item.nodeid, re.DOTALL)
    if match is None:
        return item.nodeid
    rest = "-".join(part for part in match.groups()[1:] if part is not None)
    return f"{match[1]}[{rest}]" if rest else match[1]


def derived(base: int, node_id: str, repetition: int | None) -> int:
    """A seed of 31 bits from the base seed, a node id and a repetition; the same everywhere."""
    text = f"{base}:{node_id}" if repetition is None else f"{base}:{node_id}:{repetition}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1


def strategy_of(item: pytest.Item, name: str) -> str:
    """The strategy for a test that asks for `name`: of a repeated test only the first repetition searches exhaustively, for that search would
    be the same in each."""
    return "portfolio" if name == "auto" and repetition_of(item) else name
