"""Iterative bounding: all schedules without a preemption, then all with one, then with two, and so on."""

from __future__ import annotations

from collections import deque
from typing import Any

from harness.model.choice import Choice
from harness.model.equivalence import Fingerprint, mixed, name_of
from harness.model.events import CLOCK, EventLog
from harness.strategies.dpor import CUT_OFF, DIVERGED, UNFAIR

IMPATIENT = "loops went round for so long that they gave way"
QUEUED = 400_000
"""Schedules that may wait for their turn; what comes beyond is left out, and the search no longer complete."""
REMEMBERED = 400_000
"""States of which it is remembered that they have been come to; beyond that some are searched more than once. About 60 MB."""


class _Departures:
    """The departures of a schedule from the default, the last first: at which choice, which way, the state that this leads to (None where it is
    not told), and those before."""

    __slots__ = ("before", "state", "step", "way")

    def __init__(self, step: int, way: int, state: int | None, before: _Departures | None) -> None:
        self.step = step
        self.way = way
        self.state = state
        self.before = before


class Bounded:
    """Plays the schedules within a bound, the cheapest first, one for each state that they come to (iterative context bounding, Musuvathi and
    Qadeer, PLDI 2007, with the happens-before caching of the same authors' Partial-order reduction for context-bounded state exploration).

    A preemption, an expiry and the waking of another waiter than the oldest cost one each; who runs where a thread must wait, has ended or
    spins costs nothing. So the first failure has the least cost that any has. A *state* is what has happened up to equivalence, and who
    runs next. What follows does not depend on how it was come to, nor does what that costs, so of the ways to a state only the cheapest goes
    on. (Sleep sets would not do: the order that they keep may cost more than the one that they leave out.)

    `level` is the cost of the schedules played at present, `most` the highest that is to be played; `level_ends`: after how many executions each
    level but the last had been played. `bound` is the cost up to which every schedule has been covered, -1 before the first is;
    `is_complete`: no schedule is left whatever its cost; `has_left_out`: some did not fit in the queue. `doubts`: why nothing may be claimed
    though the search ends, and in how many executions that showed.
    """

    needs_pending = False

    def __init__(self, most: int | None = None, orders_calls: bool = True) -> None:
        self.log: EventLog | None = EventLog(orders_calls)
        self._events = self.log
        self._most = most
        self._fingerprint = Fingerprint(self.log)
        self._begun = 0
        self._start()

    def _start(self) -> None:
        self.level = 0
        self.level_ends: list[int] = []
        self.bound = -1
        self.is_complete = False
        self.has_left_out = False
        self.doubts: dict[str, int] = {}
        self._levels: dict[int, deque[_Departures | None]] = {0: deque([None])}
        self._n_queued = 1
        self._costs: dict[int, int] = {}

    def begin(self) -> bool:
        """The next schedule; False when there is none left."""
        while not self._take_next():
            self._levels.pop(self.level, None)
            if not self.has_left_out and not self.doubts:
                self.bound = self.level
            if not self._levels:
                self.is_complete = not self.has_left_out and not self.doubts
                return False
            if self.level == self._most:
                return False
            self.level += 1
            self.level_ends.append(self._begun)
        self._begun += 1
        self._ways: dict[int, int] = {}
        departure = self._departures
        self._last = -1 if departure is None else departure.step
        while departure is not None:
            self._ways[departure.step] = departure.way
            departure = departure.before
        self._step = 0
        self._is_known = self._has_diverged = False
        self._fingerprint.begin()
        return True

    def _take_next(self) -> bool:
        """Takes the next schedule of this level from the queue, unless its state has been come to more cheaply since."""
        queue = self._levels.get(self.level)
        while queue:
            self._departures = departures = queue.popleft()
            self._n_queued -= 1
            if departures is None or departures.state is None or self._costs.get(departures.state, self.level) == self.level:
                return True
        return False

    def choose(self, choice: Choice) -> int:
        """The way that the schedule says; behind its last departure the default, and the others are put in line, until what is come to is known."""
        step = self._step
        self._step += 1
        if step > self._last:
            return 0 if self._is_known else self._go_on(choice, step)
        way = self._ways.get(step, 0)
        if way >= choice.count or (step == self._last and self._is_another_state(choice, way)):
            self._has_diverged = True
        return min(way, choice.count - 1)

    def _is_another_state(self, choice: Choice, way: int) -> bool:
        """Whether the schedule's last departure leads to another state than it did when it was put in line."""
        assert self._departures is not None
        expected = self._departures.state
        return expected is not None and expected != self._state(self._reached(), choice, way)

    def _go_on(self, choice: Choice, step: int) -> int:
        """Puts the ways in line that lead to something new, and takes one that costs nothing."""
        if choice.kind == "waiter":
            # it is within an event, which this execution is the first to come to, else it would be known
            for way in range(1, choice.count):
                self._put_in_line(step, way, 1, None)
            return 0
        events = self._events
        if events.is_unfair:
            for way in range(1, choice.count):
                self._put_in_line(step, way, cost_of(choice, way), None)
            return 0
        is_free = choice.is_spinning or choice.is_forced
        thread: Any = choice.thread
        if not is_free and events.who and events.who[-1] == thread.path and not events.what[-1]:
            return 0  # it touched nothing since the last choice, where all that could be chosen here was chosen, too
        options = choice.options()
        reached = self._reached()
        onward = 0
        if is_free or not self._comes_round(thread):
            rounds = [self._comes_round(option) for option in options]
            if is_free and rounds[0] and not all(rounds):
                onward = rounds.index(False)
            for way in range(len(options)):
                if way != onward and not rounds[way]:
                    self._put_in_line(step, way, cost_of(choice, way), self._state(reached, choice, way))
        if choice.has_clock:
            self._put_in_line(step, choice.count - 1, 1, self._state(reached, choice, choice.count - 1))
        state = self._state(reached, choice, onward)
        if self._costs.get(state, self.level + 1) <= self.level:
            self._is_known = True
        elif len(self._costs) < REMEMBERED:
            self._costs[state] = self.level
        if onward:
            self._departures = _Departures(step, onward, None, self._departures)
        return onward

    def _comes_round(self, thread: Any) -> bool:
        """Whether a thread would only repeat what it did in its loop's last turn, for nobody has changed what it looks at. Whatever could come
        between could have come in that turn."""
        turn = self._events.turn_at_hand(thread.path)
        return turn is not None and turn.seen is not None and not self._events.has_changed(turn.seen, thread.path)

    def _reached(self) -> int:
        """A number for what has happened."""
        return hash((self._fingerprint.now(), *self._events.unlogged()))

    def _state(self, reached: int, choice: Choice, way: int) -> int:
        """A number for what has happened and what happens next. Where time jumps it counts who could go on at no cost afterwards."""
        options = choice.options()
        if way < len(options):
            following = name_of(options[way].path)
        else:
            following = name_of(CLOCK if choice.is_spinning or choice.is_forced else f"{CLOCK} {choice.thread.path}")
        return mixed(reached + following)

    def _put_in_line(self, step: int, way: int, cost: int, state: int | None) -> None:
        level = self.level + cost
        if state is not None and self._costs.get(state, level + 1) <= level:
            return
        if self._n_queued >= QUEUED:
            self.has_left_out = True
            return
        if state is not None and len(self._costs) < REMEMBERED:
            self._costs[state] = level
        self._levels.setdefault(level, deque()).append(_Departures(step, way, state, self._departures))
        self._n_queued += 1

    def end(self, points: int) -> None:
        """Notes what leaves a doubt, and begins anew where it turned out that a place is written."""
        events = self._events
        if events.is_new_group:
            events.is_new_group = False
            self._start()
            return
        found = set(events.doubts)
        if events.is_unfair:
            found.add(UNFAIR)  # whatever comes after that is no longer as planned
        elif self._has_diverged or self._step <= self._last:
            found.add(DIVERGED)
        if events.is_impatient:
            found.add(IMPATIENT)
        if events.cut_off:
            found.add(CUT_OFF)
        for doubt in found:
            self.doubts[doubt] = self.doubts.get(doubt, 0) + 1


def cost_of(choice: Choice, way: int) -> int:
    """What a way other than the default costs."""
    if choice.kind == "waiter" or (choice.has_clock and way == choice.count - 1):
        return 1
    return 0 if choice.is_spinning or choice.is_forced else 1
