"""The exhaustive search in units: the tree of `harness.strategies.dpor`, whose subtrees are searched side by side.

A leaf of a wakeup tree stays a leaf whatever is inserted beside it, and what is asleep there does not change: so the first leaf of a state
that has branches can be searched before its turn, and comes to what it would come to then. It is *lent* to a search of its own, which *enters*
it and goes on below by itself; what is to be tried above its root it seeks, and that is remembered. When the turn comes of who lent it, the
events that were entered go on the stack with all that has been inserted beside them meanwhile, and what was sought is made, as if the leaf had
been searched just then. So the executions are those of the search in one piece, each class once; only their order differs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from harness.strategies.dpor import DPOR, Sought, Taken
from harness.strategies.races import Item
from harness.strategies.units import WINDOW, AtHome, Plain, Unit
from harness.strategies.wakeup import Branch

FIRST = 256
"""Executions at home before anything is lent: most searches end within these, and what is lent then is large."""
SIZE = 64
"""Executions of a unit: 20 to 60 ms, of which handing it over takes one."""
SMALL = 8
"""Executions of a subtree on average below which lending does not pay: handing over costs as much as one or two."""
TRIED = 16
"""Subtrees that are tried before that is judged."""
REST = 1024
"""Executions until it is tried again."""


class Subtree:
    """All executions that begin with the first `root` events of `stack`, which is where the search of them stands.

    `enters`: it has not begun; `begun`: how many executions have been made. `entered` and `sought` are as in
    `DPOR`. `borrowers`: who searches what was lent, by position. `lender`: who waits for it to be over.
    """

    __slots__ = ("begun", "borrowers", "entered", "enters", "is_out", "is_over", "lender", "root", "sought", "stack")

    def __init__(self, stack: list[Taken], root: int, lender: Subtree | None) -> None:
        self.stack = stack
        self.root = root
        self.lender = lender
        self.enters = lender is not None
        self.begun = 0
        self.entered: list[Taken] = []
        self.sought: list[Sought] = []
        self.borrowers: dict[int, Subtree] = {}
        self.is_out = False
        self.is_over = False

    def lend(self) -> Subtree | None:
        """The first leaf of the state nearest to the root that has one to lend; None if there is but one state with branches."""
        if self.enters:
            return None
        stack = self.stack
        open_states = [position for position in range(self.root, len(stack)) if stack[position].branches]
        position = next((position for position in open_states[:-1] if not stack[position].is_lent), -1)
        if position < 0:
            return None
        here = stack[position]
        leaf, root = _first_leaf(here.branches[0])
        above = [Taken(taken.path, taken.choices, taken.footprint, taken.asleep, []) for taken in stack[:position]]
        last = Taken(here.path, here.choices, here.footprint, here.asleep, [leaf])
        here.is_lent = True
        borrower = self.borrowers[position] = Subtree([*above, last], position + root, self)
        return borrower

    def come_home(self, search: DPOR, begun: int) -> None:
        """Stands where its search stands now."""
        self.begun += begun
        self.stack = search.stack
        self.enters = False
        self.sought += search.sought
        if search.entered:
            self.entered = search.entered

    def settle(self, ends_at_doubt: bool) -> bool:
        """Takes back what was lent and is over, as far as its turn has come; whether there is something to search now."""
        while True:
            stack = self.stack
            while len(stack) > self.root and not stack[-1].branches:
                stack.pop()
            if len(stack) <= self.root:
                self.is_over = True
                return False
            if not stack[-1].is_lent:
                return True
            borrower = self.borrowers[len(stack) - 1]
            if not borrower.is_over:
                return False
            del self.borrowers[len(stack) - 1]
            search = DPOR.within(stack, self.root, False, ends_at_doubt)
            search.absorb(borrower.entered, borrower.sought)
            self.sought += search.sought


class Dive:
    """A unit of the exhaustive search: a subtree, so many executions deep."""

    is_home = False

    def __init__(self, search: DPOR, limit: int, subtree: Subtree) -> None:
        self.strategy: DPOR = search
        self.limit = limit
        self.subtree = subtree

    @classmethod
    def into(cls, subtree: Subtree, limit: int, ends_at_doubt: bool) -> Dive:
        """The unit that searches a subtree on."""
        return cls(DPOR.within(subtree.stack, subtree.root, subtree.enters, ends_at_doubt), limit, subtree)

    @classmethod
    def from_order(cls, order: Plain) -> Dive:
        """The unit that another process has ordered."""
        stack, root, enters, limit, ends_at_doubt = order
        subtree = Subtree([_unpacked(taken) for taken in stack], root, None)
        subtree.enters = enters
        return cls.into(subtree, limit, ends_at_doubt)

    def order(self) -> Plain:
        """See `Unit`."""
        subtree = self.subtree
        return "dive", [_packed(taken) for taken in subtree.stack], subtree.root, subtree.enters, self.limit, self.strategy.ends_at_doubt

    def outcome(self) -> Plain:
        """See `Unit`."""
        search = self.strategy
        sought = [
            (position, [(item.path, item.choices, item.accesses, item.before, item.bit) for item in items], known) for position, items, known in search.sought
        ]
        stack, entered = [_packed(taken) for taken in search.stack], [_packed(taken) for taken in search.entered]
        return stack, entered, sought, search.classes, search.redundant, search.doubts, search.is_outdated

    def take(self, outcome: Plain) -> None:
        """See `Unit`."""
        search = self.strategy
        stack, entered, sought, search.classes, search.redundant, search.doubts, search.is_outdated = outcome
        search.stack = [_unpacked(taken) for taken in stack]
        search.entered = [_unpacked(taken) for taken in entered]
        search.sought = [(position, tuple(Item(*item) for item in items), known) for position, items, known in sought]


class Subtrees:
    """The exhaustive search; `classes`, `redundant`, `restarts` and `doubts` as in `DPOR`, of all units that have been merged.

    `first` and `size` of 0 are `FIRST` and `SIZE`."""

    def __init__(self, ends_at_doubt: bool = False, first: int = 0, size: int = 0) -> None:
        self.ends_at_doubt = ends_at_doubt
        self.first = first or FIRST
        self.size = size or SIZE
        self.restarts = 0
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.classes = self.redundant = 0
        self.doubts: dict[str, int] = {}
        self._all: list[Subtree] = []
        self._waiting: deque[Subtree] = deque()
        self._n_out = 0
        self._is_begun = False
        self._sizes: deque[int] = deque(maxlen=TRIED)
        self._rest = 0

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
        self._lend()
        if not self._waiting:
            return None
        subtree = self._waiting.popleft()
        subtree.is_out = True
        self._n_out += 1
        return Dive.into(subtree, min(self.size, left), self.ends_at_doubt)

    def _lend(self) -> None:
        """Lends leaves until there are enough subtrees to search, as far as there is something to lend; of the eldest subtrees first, which
        are the largest."""
        if self._rest > 0:
            return
        if len(self._sizes) == TRIED and sum(self._sizes) < SMALL * TRIED:
            self._sizes.clear()
            self._rest = REST
            return
        while len(self._waiting) + self._n_out < WINDOW:
            borrower = next((lent for subtree in self._all if not subtree.is_out and (lent := subtree.lend()) is not None), None)
            if borrower is None:
                return
            self._all.append(borrower)
            self._waiting.append(borrower)

    def merge(self, unit: Unit, begun: int) -> bool:
        """See `Search`."""
        search = unit.strategy
        assert isinstance(search, DPOR)
        self._n_out -= 1
        self._rest -= begun
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
            subtree.is_out = False
            subtree.come_home(search, begun)
        else:
            self.restarts += search.restarts
            subtree = Subtree(search.stack, 0, None)
            self._all.append(subtree)
        self._settle(subtree)
        return bool(self.ends_at_doubt and self.doubts)

    def _settle(self, subtree: Subtree | None) -> None:
        """What a subtree comes to, and those that have waited for it."""
        while subtree is not None:
            if subtree.settle(self.ends_at_doubt):
                self._waiting.append(subtree)
                return
            if not subtree.is_over:
                return
            self._all.remove(subtree)
            lender = subtree.lender
            if lender is not None:
                self._sizes.append(subtree.begun)
            subtree = lender if lender is not None and not lender.is_out and lender not in self._waiting else None


def _first_leaf(branch: Branch) -> tuple[Branch, int]:
    """The way to the first leaf below a branch, with nothing beside it, and how many events that is."""
    first = last = Branch(branch.path, branch.choices, branch.footprint, branch.n_fixed)
    n = 1
    while branch.following:
        branch = branch.following[0]
        below = Branch(branch.path, branch.choices, branch.footprint, branch.n_fixed)
        last.following.append(below)
        last = below
        n += 1
    return first, n


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
    return taken.path, taken.choices, taken.footprint, taken.asleep, _flattened(taken.branches), taken.is_lent


def _unpacked(packed: Plain) -> Taken:
    path, choices, footprint, asleep, branches, is_lent = packed
    taken = Taken(path, choices, footprint, asleep, _unflattened(branches))
    taken.is_lent = is_lent
    return taken
