"""Circles of takings: each thread comes to take a lock that the next one holds, and the last one what the first holds. After Goodlock (Havelund 2000)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

LONGEST = 5
"""Threads in a circle; each more multiplies the work, and nobody has seen one of six."""

Taking = TypeVar("Taking")
Path = tuple[Taking, ...]


class Circles(Generic[Taking]):
    """The circles that takings close. A taking `wants` one lock and `holds` others; it `may_follow` what is on the path to it already, or not."""

    def __init__(
        self,
        takings: Iterable[Taking],
        wants: Callable[[Taking], Hashable],
        holds: Callable[[Taking], Collection[Hashable]],
        may_follow: Callable[[Path[Taking], Taking], bool],
    ) -> None:
        self._wants = wants
        self._holds = holds
        self._may_follow = may_follow
        self._by_held: dict[Hashable, list[Taking]] = {}
        for taking in takings:
            for lock in holds(taking):
                self._by_held.setdefault(lock, []).append(taking)

    def beginning_with(self, first: Taking) -> Iterator[Path[Taking]]:
        """The circles that begin there, of `LONGEST` takings at most; () for each step on the way, so that who looks for them can give up."""
        return self._close((first,))

    def _close(self, path: Path[Taking]) -> Iterator[Path[Taking]]:
        for following in self._by_held.get(self._wants(path[-1]), ()):
            yield ()
            if not self._may_follow(path, following):
                continue
            longer = (*path, following)
            if self._wants(following) in self._holds(path[0]):
                yield longer
            elif len(longer) < LONGEST:
                yield from self._close(longer)
