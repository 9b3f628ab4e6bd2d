"""Optimal dynamic partial order reduction: one execution of each class of equivalent ones, until all have been seen.

Abdulla, Aronis, Jonsson, Sagonas, Optimal dynamic partial order reduction, POPL 2014, with wakeup trees; the thread of an event names it,
for a thread's next event is a function of what came before. Two executions are equivalent if one becomes the other by exchanging
neighbouring events that do not depend on each other (Mazurkiewicz). Which waiter is woken, and that a deadline comes, are branches as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from harness.model.choice import Choice
from harness.model.events import CLOCK, EventLog
from harness.strategies.races import Item, Races
from harness.strategies.wakeup import Branch, Footprint, insert, is_covered, still_asleep

DIVERGED = "executions that begin alike did not go on alike"
UNFAIR = "loops went round for long, and scheduling turned fair"
CUT_OFF = "threads could still go on when the execution was over"

class Taken:
    """An event of the current execution with what is known of the state before it: the events that are asleep there, by thread, and the
    branches that are still to be taken. `is_lent`: another search sees to the first of them."""

    __slots__ = ("asleep", "branches", "choices", "footprint", "is_lent", "path")

    def __init__(self, path: str, choices: tuple[int, ...], footprint: Footprint, asleep: dict[str, Footprint], branches: list[Branch]) -> None:
        self.path = path
        self.choices = choices
        self.footprint = footprint
        self.asleep = asleep
        self.branches = branches
        self.is_lent = False


Sought = tuple[int, tuple[Item, ...], int]
"""A continuation to be tried: at which position, its events, and how many places were known there."""


class DPOR:
    """The exhaustive search as a strategy, of the whole tree or of a subtree (see `within`). `is_complete` once every class of it has been seen
    and nothing was left out; `classes` counts the executions that were not redundant, `redundant` the others (none, unless places could not be
    told apart), `since_restart` all of them and what was executed besides as equivalent to one of them. `doubts`: why nothing may be claimed
    though the search ends, and in how many executions that showed. `past`: of each event of the last execution a mask of the events that it
    depends on, and itself; empty where that execution says nothing new.

    `stack` are the events of the last execution. What stands before `root` belongs to others: the continuations to be tried there are
    `sought` by this search, and made by them. `ends_at_doubt`: a search that can prove nothing any more need not go on. `is_outdated`: what
    the search was taken from does not hold any more, and everything begins anew.
    """

    needs_pending = False

    def __init__(self, ends_at_doubt: bool = False) -> None:
        self.ends_at_doubt = ends_at_doubt
        self.log: EventLog | None = EventLog()
        self.events: EventLog = self.log
        self.classes = 0
        self.redundant = 0
        self.restarts = 0
        self.since_restart = 0
        self.is_complete = False
        self.doubts: dict[str, int] = {}
        self.past: list[int] = []
        self.stack: list[Taken] = []
        self.root = 0
        self.sought: list[Sought] = []
        self.entered: list[Taken] = []
        self.is_outdated = False
        self._is_part = False
        self._enters_at = -1
        self._is_begun = False
        self._plan: list[tuple[str, tuple[int, ...]]] = []
        self._chain: list[tuple[Branch, list[Branch]]] = []
        self._asleep: dict[str, Footprint] = {}
        self._asleep_at_branch: dict[str, Footprint] = {}
        self._filtered_to = 0
        self._spawner = ""
        self._is_redundant = False
        self._is_lost = False

    @classmethod
    def within(cls, stack: list[Taken], root: int, enters: bool, ends_at_doubt: bool) -> DPOR:
        """The search of all executions that begin with the first `root` events of `stack`, where it stands already.

        `enters`: it has not begun, and its first execution takes the only branch of the last event; `entered` are that event and those after
        it up to the root, as they were found then.
        """
        search = cls(ends_at_doubt)
        search.stack, search.root, search._is_begun, search._is_part = stack, root, True, True
        if enters:
            search._enters_at = len(stack) - 1
        return search

    # -- one execution

    def begin(self) -> bool:
        """Plan the next execution; False once there is none left."""
        self._is_redundant = self._is_lost = False
        self._spawner = ""
        if self.is_outdated or (self.ends_at_doubt and self.doubts):
            return False
        if not self._is_begun:
            self._is_begun = True
            self._plan, self._chain = [], []
            self._asleep = self._asleep_at_branch = {}
            self._filtered_to = 0
            return True
        stack = self.stack
        if self._enters_at < 0:
            while len(stack) > self.root and not stack[-1].branches:
                stack.pop()
            if len(stack) <= self.root:
                self.is_complete = not self.doubts
                return False
            if stack[-1].is_lent:
                return False
        top = stack.pop()
        branch = top.branches.pop(0)
        self._asleep = self._asleep_at_branch = {**top.asleep, top.path: top.footprint}
        self._filtered_to = len(stack)
        self._plan = [(taken.path, taken.choices) for taken in stack]
        self._chain = [(branch, top.branches)]
        while branch.following:
            self._plan.append((branch.path, branch.choices))
            branch, *others = branch.following
            self._chain.append((branch, others))
        self._plan.append((branch.path, branch.choices))
        return True

    def choose(self, choice: Choice) -> int:
        """The planned event's thread; after the plan, the thread that runs, unless its next event is asleep."""
        position = len(self.events.who)
        plan = self._plan
        if choice.kind == "waiter":
            return self._choose_waiter(position - 1, choice.count)
        if position < len(plan):
            wanted = plan[position][0]
            thread = choice.thread
            if wanted == thread.path and not choice.is_spinning and thread.waits_at is None and not thread.is_ended:
                return 0
            way = _way_to(choice, wanted)
            if way < 0 and choice.is_spinning:
                way = _way_to(choice, thread.path)  # within an event, which may start the thread that is wanted
            if way < 0:
                self._is_lost = True
                return 0
            return way
        return self._choose_freely(choice)

    def _choose_waiter(self, event: int, count: int) -> int:
        done = len(self.events.choices.get(event, ()))
        if event < len(self._plan):
            planned = self._plan[event][1]
            if done < len(planned):
                return min(planned[done], count - 1)
        return 0

    def _choose_freely(self, choice: Choice) -> int:
        events = self.events
        asleep = self._now_asleep() if self._asleep else self._asleep
        thread: Any = choice.thread
        if not asleep and not events.newborn and not self._spawner and not choice.is_spinning:
            turn = events.turn_at_hand(thread.path)
            if turn is None or turn.seen is None:
                return 0
        options = choice.options()
        best = -1
        for way, option in enumerate(options):
            path = option.path
            if path in asleep:
                continue
            if not option.has_begun:
                self._spawner = thread.path
                return way
            if path == self._spawner:
                self._spawner = ""
                return way
            turn = events.turn_at_hand(path)
            if turn is not None and turn.seen is not None and not events.has_changed(turn.seen, path):
                continue  # it would only come round once more
            if best < 0:
                best = way
        if best >= 0:
            return best
        awake = [way for way, option in enumerate(options) if option.path not in asleep]
        if choice.has_clock and CLOCK not in asleep:
            return choice.count - 1
        if awake:
            return awake[0]
        self._is_redundant = True
        return 0

    def _now_asleep(self) -> dict[str, Footprint]:
        """What is asleep before the coming event."""
        events = self.events
        events.settle()
        asleep = self._asleep
        for event in range(self._filtered_to, len(events.who)):
            asleep = still_asleep(asleep, events.who[event], events.what[event])
        self._filtered_to = max(self._filtered_to, len(events.who))
        self._asleep = asleep
        return asleep

    def reordered(self, first: Iterable[int]) -> DPOR:
        """A strategy for one execution equivalent to the last: the events `first`, which depend on no others, come first."""
        self.since_restart += 1
        once = DPOR()
        once._plan = [(self.events.who[event], tuple(way for way, _ in self.events.choices.get(event, ()))) for event in sorted(first)]
        return once

    def end(self, points: int) -> None:
        """Learn from the execution what else there is to see."""
        events = self.events
        if events.is_new_group:
            # a place that had been taken for one that nobody writes: what was seen so far did not look at it
            events.is_new_group = False
            self.restarts += 1
            self.is_outdated = self._is_part
            self.classes = self.redundant = self.since_restart = 0
            self.stack.clear()
            self._is_begun = False
            self.doubts.clear()
            self.past = []
            return
        self.past = []
        self.since_restart += 1
        self._note_doubts()
        n_kept = len(self.stack)
        self._push_taken()
        if self._enters_at >= 0:
            entered = self.stack[self._enters_at : self.root]
            self.entered = [Taken(taken.path, taken.choices, taken.footprint, taken.asleep, [*taken.branches]) for taken in entered]
            self._enters_at = -1
        if self._is_redundant:
            self.redundant += 1
            return
        self.classes += 1
        races = Races(events, n_kept)
        for reversal in races.reversals():
            self.seek((reversal.position, reversal.items, events.known[reversal.position]))
        self.past = races.past

    def seek(self, sought: Sought) -> None:
        """Makes a branch for a continuation, unless what it leads to has been seen or will be; where others do that, remembers it."""
        position, items, known = sought
        taken = self.stack[position]
        if not is_covered(taken.asleep, items) and insert(taken.branches, items, known) and position < self.root:
            self.sought.append(sought)

    def absorb(self, entered: Sequence[Taken], sought: Iterable[Sought]) -> None:
        """The branch that was lent has been searched: it was entered so, and that is sought by those who did it."""
        top = self.stack.pop()
        siblings = top.branches
        for taken in entered:
            branch = siblings.pop(0)
            self.stack.append(Taken(taken.path, taken.choices, taken.footprint, taken.asleep, [*siblings, *taken.branches]))
            siblings = branch.following
        for each in sought:
            if each[0] < len(self.stack):  # else executions have diverged, and nothing will be claimed
                self.seek(each)

    def _note_doubts(self) -> None:
        events = self.events
        found = set(events.doubts)
        again = zip(self.stack, events.who, events.what, strict=False)
        planned = [path for path, _ in self._plan]
        if events.is_unfair:
            found.add(UNFAIR)  # whatever comes after that is no longer as planned
        elif self._is_lost or events.who[: len(planned)] != planned or any(taken.path != path or taken.footprint[0] != what for taken, path, what in again):
            found.add(DIVERGED)
        if events.cut_off:
            found.add(CUT_OFF)
        for doubt in found:
            self.doubts[doubt] = self.doubts.get(doubt, 0) + 1

    def _push_taken(self) -> None:
        """Puts what was executed after the common beginning on the stack."""
        events, stack, chain = self.events, self.stack, self._chain
        first = len(stack)
        asleep = self._asleep_at_branch
        for event in range(first, len(events.who)):
            path, what = events.who[event], events.what[event]
            choices = events.choices.get(event, ())
            ways = tuple(way for way, _ in choices)
            branches: list[Branch] = []
            n_fixed = 0
            if event - first < len(chain):
                branch, branches = chain[event - first]
                n_fixed = branch.n_fixed
            known = events.known[event]
            for number in range(n_fixed, len(choices)):
                way, count = choices[number]
                branches += [Branch(path, (*ways[:number], other), (what, known), number + 1) for other in range(count) if other != way]
            stack.append(Taken(path, ways, (what, known), asleep, branches))
            asleep = still_asleep(asleep, path, what)


def _way_to(choice: Choice, path: str) -> int:
    if path == CLOCK:
        return choice.count - 1 if choice.has_clock else -1
    for way, option in enumerate(choice.options()):
        if option.path == path:
            return way
    return -1
