"""The exhaustive search in units: the tree of `harness.strategies.dpor`, cut into subtrees.

A *subtree* is a stack of events from its root on, with the branches still to be taken at each. It is searched depth first like the whole; what
is to be tried above its root it seeks, and whoever owns the state there makes a branch of it when the unit is merged. A state that nothing is
left to do at stays as long as subtrees below it may seek something there. To get another subtree, the state nearest to the root that has
branches is taken out of a stack: what is asleep there is known, and what lies below goes on by itself.

No execution becomes redundant by that: a branch is made only if no event that is asleep could come first in it, and events whose subtrees are
still being searched are asleep, for all that begins with them will be seen. The order of the branches at a state is that of their making.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from harness.strategies.dpor import DPOR, Branch, Footprint, Sought, Taken, insert, is_covered
from harness.strategies.races import Item
from harness.strategies.units import WINDOW, AtHome, Plain, Unit

FIRST = 256
"""Executions at home before the tree is cut: most searches end within these, and what is cut then is large."""
SIZE = 64
"""Executions of a unit: 20 to 60 ms, of which handing it over takes one."""


class Subtree:
    """All executions that begin with the events of `prefix`, of which no other subtree has charge: `stack` is where the search stands, its
    first event never leaves it. `owners`: who has charge of the state before each event of the prefix. `sought`: what is to be tried at the
    root's state, put off while the subtree is searched."""

    __slots__ = ("is_out", "owners", "prefix", "sought", "stack")

    def __init__(self, prefix: list[Taken], owners: list[Subtree], stack: list[Taken]) -> None:
        self.prefix = prefix
        self.owners = owners
        self.stack = stack
        self.sought: list[tuple[Sought, Taken]] = []
        self.is_out = False

    def is_open(self) -> bool:
        """Whether branches are left."""
        return any(taken.branches for taken in self.stack)

    def cut(self) -> tuple[Subtree, Subtree] | None:
        """The state nearest to the root that has branches, and what lies below it, as subtrees of their own; None if nothing is left below."""
        stack = self.stack
        open_states = [number for number, taken in enumerate(stack) if taken.branches][:2]
        if len(open_states) < 2:
            return None
        prefix, owners = [*self.prefix], [*self.owners]
        owner = self
        for number in range(open_states[0] + 1):
            if number:
                owner = Subtree([*prefix], [*owners], [stack[number]])
            prefix.append(stack[number])
            owners.append(owner)
        self.stack = stack[:1]
        return owner, Subtree(prefix, owners, stack[open_states[0] + 1 :])

    def make_branch(self, sought: Sought, below: Taken) -> None:
        """What was sought at the root's state, below one of its events, becomes a branch there, unless it has been seen or will be."""
        if self.stack:  # else executions diverge, and nothing will be claimed
            here = self.stack[0]
            if not is_covered(_asleep(here, below), sought[1]):
                insert(here.branches, sought[1], sought[2])


class Dive:
    """A unit of the exhaustive search: a subtree, so many executions deep."""

    is_home = False

    def __init__(self, search: DPOR, limit: int, subtree: Subtree | None = None) -> None:
        self.strategy: DPOR = search
        self.limit = limit
        self.subtree = subtree

    @classmethod
    def into(cls, subtree: Subtree, limit: int, ends_at_doubt: bool) -> Dive:
        """The unit that searches a subtree on; what it is made from stays as it is."""
        above = []
        for event, owner in zip(subtree.prefix, subtree.owners, strict=True):
            here = owner.stack[0] if owner.stack else event
            branches = _unflattened(_flattened(here.branches)) if here.branches else []
            above.append(Taken(event.path, event.choices, event.footprint, _asleep(here, event), branches))
        return cls(DPOR.within([*above, *subtree.stack], len(above), ends_at_doubt), limit, subtree)

    @classmethod
    def from_order(cls, order: Plain) -> Dive:
        """The unit that another process has ordered."""
        stack, root, limit, ends_at_doubt = order
        return cls(DPOR.within([_unpacked(taken) for taken in stack], root, ends_at_doubt), limit)

    def order(self) -> Plain:
        """See `Unit`."""
        search = self.strategy
        return "dive", [_packed(taken) for taken in search.stack], search.root, self.limit, search.ends_at_doubt

    def outcome(self) -> Plain:
        """See `Unit`."""
        search = self.strategy
        sought = [
            (position, [(item.path, item.choices, item.accesses, item.before, item.bit) for item in items], known) for position, items, known in search.sought
        ]
        stack = [_packed(taken) for taken in search.stack[search.root :]]
        return stack, sought, search.classes, search.redundant, search.doubts, search.is_outdated

    def take(self, outcome: Plain) -> None:
        """See `Unit`."""
        search = self.strategy
        stack, sought, search.classes, search.redundant, search.doubts, search.is_outdated = outcome
        search.stack[search.root :] = [_unpacked(taken) for taken in stack]
        search.sought = [(position, tuple(Item(*item) for item in items), known) for position, items, known in sought]


class Subtrees:
    """The exhaustive search; `classes`, `redundant`, `restarts` and `doubts` as in `DPOR`, of all units that have been merged."""

    def __init__(self, ends_at_doubt: bool = False, first: int = FIRST, size: int = SIZE) -> None:
        self.ends_at_doubt = ends_at_doubt
        self.first = first
        self.size = size
        self.restarts = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.classes = self.redundant = 0
        self.doubts: dict[str, int] = {}
        self._waiting: deque[Subtree] = deque()
        self._n_out = 0
        self._is_begun = False

    @property
    def is_complete(self) -> bool:
        """Whether every class has been seen, and nothing was left out."""
        return self._is_begun and not self._n_out and not self._waiting and not self.doubts

    def issue(self, left: int) -> Unit | None:
        """See `Search`."""
        if left < 1:
            return None
        if not self._is_begun:
            self._is_begun = True
            self._n_out = 1
            return AtHome(DPOR(self.ends_at_doubt), min(self.first, left))
        self._cut()
        if not self._waiting:
            return None
        subtree = self._waiting.popleft()
        subtree.is_out = True
        self._n_out += 1
        return Dive.into(subtree, min(self.size, left), self.ends_at_doubt)

    def _cut(self) -> None:
        """Cuts subtrees in two until there are enough, as far as there is something to cut."""
        waiting = self._waiting
        while len(waiting) + self._n_out < WINDOW:
            for number, subtree in enumerate(waiting):
                halves = subtree.cut()
                if halves is not None:
                    waiting[number] = halves[1]
                    waiting.append(halves[0])
                    break
            else:
                return

    def merge(self, unit: Unit, begun: int) -> bool:
        """See `Search`."""
        search = unit.strategy
        assert isinstance(search, DPOR)
        self._n_out -= 1
        if search.is_outdated:
            self.restarts += 1
            self._begin_anew()
            return True
        self.classes += search.classes
        self.redundant += search.redundant
        for doubt, n in search.doubts.items():
            self.doubts[doubt] = self.doubts.get(doubt, 0) + n
        if isinstance(unit, Dive):
            subtree = unit.subtree
            assert subtree is not None
            subtree.is_out = False
            subtree.stack = search.stack[search.root :]
            for sought in search.sought:
                self._seek(subtree.owners[sought[0]], sought, subtree.prefix[sought[0]])
            for sought, below in subtree.sought:
                subtree.make_branch(sought, below)
            subtree.sought.clear()
        else:
            self.restarts += search.restarts
            subtree = Subtree([], [], search.stack)
        if subtree.is_open():
            self._waiting.append(subtree)
        return bool(self.ends_at_doubt and self.doubts)

    def _seek(self, owner: Subtree, sought: Sought, below: Taken) -> None:
        if owner.is_out:
            owner.sought.append((sought, below))
            return
        was_open = owner.is_open()
        owner.make_branch(sought, below)
        if owner.is_open() and not was_open:
            self._waiting.append(owner)


def _asleep(here: Taken, below: Taken) -> dict[str, Footprint]:
    """What is asleep at a state for those below one of its events: where another has been taken there since, that one too."""
    return here.asleep if (here.path, here.choices) == (below.path, below.choices) else {**here.asleep, here.path: here.footprint}


def _flattened(branches: Sequence[Branch]) -> list[Plain]:
    """Wakeup trees as one list, each branch followed by those below it; a chain may be deeper than a recursion."""
    flat: list[Plain] = []
    rest = [*reversed(branches)]
    while rest:
        branch = rest.pop()
        flat.append((branch.path, branch.choices, branch.footprint, branch.n_fixed, len(branch.following)))
        rest.extend(reversed(branch.following))
    return flat


def _unflattened(flat: Sequence[Plain]) -> list[Branch]:
    branches: list[Branch] = []
    open_lists = [(branches, -1)]
    for path, choices, footprint, n_fixed, n_following in flat:
        while open_lists[-1][1] == 0:
            open_lists.pop()
        here, left = open_lists.pop()
        branch = Branch(path, choices, footprint, n_fixed)
        here.append(branch)
        open_lists.append((here, left - 1))
        open_lists.append((branch.following, n_following))
    return branches


def _packed(taken: Taken) -> Plain:
    return taken.path, taken.choices, taken.footprint, taken.asleep, _flattened(taken.branches)


def _unpacked(packed: Plain) -> Taken:
    path, choices, footprint, asleep, branches = packed
    return Taken(path, choices, footprint, asleep, _unflattened(branches))
