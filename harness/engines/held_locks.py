"""Which thread holds which locks in a recorded execution, by the labels that the steps show."""

from __future__ import annotations

from typing import Any

from harness.engines.identity import Identities
from harness.standins.gate import Gate

LOCKING = frozenset({"acquire", "try-acquire", "release"})
"""Operations on a lock. Whether a try succeeds is not known when it is written down, so it takes nothing here."""


class HeldLocks:
    """Locks taken by waiting for them, and by whom."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._held: dict[str, list[str]] = {}
        self._since: dict[int, tuple[str, int]] = {}

    def operation(self, who: str, kind: str, lock: Any, label: str, line: int) -> None:
        """A thread takes, tries or releases a lock at this line of the target, and succeeds in that if it is no try."""
        own = self._held.setdefault(who, [])
        if kind == "acquire":
            own.append(label)
            self._since[self._identities.of(lock)] = who, line
        elif kind == "release":  # whoever took it
            holding = next((held for held in self._held.values() if label in held), None)
            if holding is not None:
                holding.remove(label)

    def renamed(self, before: str, name: str) -> None:
        """A thread is called by another name from its first step on."""
        self._held = {name if who == before else who: held for who, held in self._held.items()}
        self._since = {lock: (name if who == before else who, line) for lock, (who, line) in self._since.items()}

    def held_by(self, name: str) -> tuple[str, ...]:
        """Labels of the locks that a thread holds, in the order taken."""
        return tuple(self._held.get(name, ()))

    def holder_of(self, owner: Any) -> tuple[str, int] | None:
        """Who took a lock last and at which line."""
        return self._since.get(self._identities.of(owner))

    def why_closed(self, gate: Gate) -> str:
        """Who keeps a thread waiting at a lock's gate, as words that follow what it waits for; "" at another gate, or where that is not known."""
        holder = self.holder_of(gate.owner) if gate.kind == "acquire" else None
        if holder is None:
            return ""
        who, line = holder
        return f" (held by {who} since line {line})" if line else f" (held by {who})"
