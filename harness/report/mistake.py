"""A mistake that a trace shows: what it did in this execution, and what would rule it out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """`told` are facts of this execution; `hint` is a suggestion ("" where there is none that is certain to help)."""

    told: tuple[str, ...]
    hint: str = ""
