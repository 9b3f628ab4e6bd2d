"""Shared places: which accesses are choices.

A campaign learns which named places (attributes by name, variables) are written while several threads are alive, and which of those two
threads touch. Only these are choices, so private state costs next to nothing. What is learned depends on the executions seen so far, never
on ids or on chance, so a campaign is the same on every Python version; a schedule does not depend on it at all.
"""

from __future__ import annotations

import types
import weakref
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from harness import runtime
from harness.engines import places_of_sites
from harness.engines.kinds import WEAK, CallsBack, classes_asked, known_kinds
from harness.engines.virtual import TRACED, VirtualThread
from harness.engines.waits import Waits
from harness.model.choice import Strategy

UNWRITTEN, WRITTEN, SHARED = range(3)
"""What a campaign has learned of a group of sites: no thread writes its places while others are alive (reading costs nothing); some thread
does (who touches which place is tracked); a place is written and touched by two threads (every access is a choice from then on)."""


NAMED_WRITES = frozenset({"write", "delete", "global-write", "cell-write"})
"""Kinds of sites that set or delete a named place."""

GENERATORS = ("generators",)
IDENTS = ("idents",)
"""The group of the identifiers that are free."""
"""Stands in an engine's knowledge where a generator is shared."""

KEPT = frozenset({list, dict, type(None), type})
"""Kinds of object that cannot be watched by a weak reference, or need not be: the cheap way to tell."""


class Places(Waits):
    """The engine's knowledge of places. A group is what sites share (`places_of_sites`)."""

    def __init__(self, strategy: Strategy, seed: int, step_limit: int = 200_000) -> None:
        super().__init__(strategy, seed, step_limit)
        self.watch: list[int] = []
        self.names = places_of_sites.names
        self.group_of = places_of_sites.group_of
        self.gives = places_of_sites.gives
        self.is_deep = places_of_sites.is_deep
        self.state_of: dict[Any, int] = {}
        self.kinds = known_kinds()
        self.calls_back = CallsBack()
        self.called: set[int] = set()
        self.worldly: dict[int, bool] = {}
        self.ordinary: set[int] = set()
        self.traced: list[bool] = []
        self.traced_groups: set[Any] = set()
        self.knows_traced = False

    def _learn_sites(self) -> None:
        """Takes in the sites of modules loaded since the last execution."""
        known = len(self.watch)
        places_of_sites.take_in()
        self.watch += [UNWRITTEN] * (len(self.names) - known)
        # to be seen by _track_attribute though nobody sets it
        self.state_of.setdefault(places_of_sites.DICT, WRITTEN)
        # who finds the result already there never comes by
        self.state_of.setdefault(places_of_sites.COMPUTED, SHARED)
        self.state_of.setdefault(places_of_sites.NAMESPACE, SHARED)
        for group, state in self.state_of.items():
            numbers = places_of_sites.sites_of.get(group, ())
            for number in numbers[bisect_left(numbers, known) :]:
                self.watch[number] = state

    def knowledge(self, below: int) -> dict[Any, int]:
        """What has been learned of places, by group; of containers only where the site's number is below `below`, for in another process a
        later one may be another place."""
        known = {group: state for group, state in self.state_of.items() if state and (type(group) is not int or group < below)}
        return {**known, GENERATORS: SHARED} if self.offers_loops else known

    def know(self, knowledge: Mapping[Any, int]) -> None:
        """Knows that of places, and no more."""
        self.offers_loops = GENERATORS in knowledge
        for group, state in [*self.state_of.items()]:
            wanted = knowledge.get(group, UNWRITTEN)
            if wanted != state:
                self.state_of[group] = wanted
                self._watch(group, wanted)
        for group, state in knowledge.items():
            if group not in self.state_of and group != GENERATORS:
                self._set_state(group, state)

    def _learn_traced(self) -> None:
        """Decides which sites an exhaustive search looks at: not those of places that nobody writes while several threads are alive.

        It must begin anew when one turns out to be written after all, so writes are expected wherever the code of `files` has one, but for
        constructors and code that runs on import.
        """
        expected = {
            self.group_of[number]
            for number, site in enumerate(runtime.sites)
            if site.is_write and site.file in self.files and site.kind in NAMED_WRITES and not site.function.endswith(("<module>", "__init__"))
        }
        expected |= self.traced_groups
        self.knows_traced = True
        self.traced = [state > UNWRITTEN or self.group_of[number] in expected for number, state in enumerate(self.watch)]

    def asked_if_alive(self) -> None:
        """See `Control`. Calls of ``start`` count as reads of a place that is shared; `Lives` looks for that where a thread ends."""
        if self.state_of.get(places_of_sites.START) != SHARED:
            self._set_state(places_of_sites.START, SHARED)
        if self.cur.mode == TRACED and places_of_sites.START not in self.traced_groups:
            self._trace_group(places_of_sites.START)

    def asked_for_ident(self) -> None:
        """See `Control`."""
        self.asked_if_alive()
        if self.cur.mode == TRACED and IDENTS not in self.traced_groups:
            self._trace_group(IDENTS)

    def _put_off_tracing(self) -> None:
        """A module came while an execution runs: the search begins anew after it, for what its code writes had not been expected."""
        self.log.is_new_group = True
        self.traced += [False] * (len(self.watch) - len(self.traced))
        self.knows_traced = False

    def _trace_group(self, group: Any) -> None:
        """A place of the group is written while several threads are alive: its sites are looked at from now on."""
        self.log.is_new_group = True
        for number in places_of_sites.sites_of.get(group, ()):
            self.traced[number] = True
        self.traced_groups.add(group)

    def _set_state(self, group: Any, state: int) -> None:
        """Raises the state of a group of sites: what is known of the place they share."""
        if self.state_of.get(group, UNWRITTEN) < state:
            self.state_of[group] = state
            self._watch(group, state)

    def _watch(self, group: Any, state: int) -> None:
        for number in places_of_sites.sites_of.get(group, ()):
            self.watch[number] = state

    def _track(self, thread: VirtualThread, place: Any, group: Any, is_write: bool, anchor: Any) -> bool:
        """Notes who touches a place of `anchor`; True if it has turned out to be shared and written to.

        An entry: the only thread that was there (None: several), whether it was written, the groups, what keeps the id, how many groups know.
        An id must not pass to another object while the place is remembered. So a place is forgotten when its object dies; an object that
        cannot say when (a list, a dict) is kept alive until the execution is over.
        """
        seen = self.places.get(place)
        if seen is None:
            self.places[place] = [thread, is_write, [group], anchor if type(anchor) in KEPT else self._watched(anchor, place), 0]
            if isinstance(anchor, WEAK):
                self._set_state(group, SHARED)  # others need not come here to change it
            return False
        groups = seen[2]
        if group not in groups:
            groups.append(group)
            if isinstance(anchor, WEAK):
                self._set_state(group, SHARED)
        if is_write:
            seen[1] = True
        if seen[0] is not thread:
            seen[0] = None
            if seen[1]:
                if seen[4] < len(groups):
                    for one in groups:
                        self._set_state(one, SHARED)
                    seen[4] = len(groups)
                if type(anchor) is types.GeneratorType:
                    self.offers_loops = True
                return True
        return False

    def _watched(self, anchor: Any, place: Any) -> Any:
        places = self.places
        try:
            return weakref.ref(anchor, lambda _: places.pop(place, None))
        except TypeError:
            return anchor

    def _access(self, thread: VirtualThread, obj: Any, site: int, is_write: bool) -> None:
        """An access to a named place that some thread writes while others are alive: a choice if the place is known to be shared."""
        group = self.group_of[site]
        if self.watch[site] < SHARED:
            if type(group) is tuple and group[0] == "attribute":
                shared = self._track_attribute(thread, obj, group, is_write)
            else:
                shared = self._track(thread, group, group, is_write, None)
            if not shared:
                return
        if self.is_fair or (len(self.runnable) == 1 and not self.timed):
            return
        if self.pends:
            thread.pending = (id(obj), group)
            thread.pending_is_write = is_write
        self._offer(thread)

    def _track_attribute(self, thread: VirtualThread, obj: Any, group: Any, is_write: bool) -> bool:
        name = group[1]
        if type(obj) is types.ModuleType:
            group = ("global", getattr(obj, "__file__", None), name)
            self._set_state(group, WRITTEN)
            return self._track(thread, group, group, is_write, None)
        if name == "__dict__":
            self._share_all(obj)
        place = (id(obj), name)
        is_new = place not in self.places
        shared = self._track(thread, place, group, is_write, obj)
        if is_new and not is_write:
            for owner in classes_asked(obj, name):
                shared = self._track(thread, (id(owner), name), group, False, owner) or shared
        return shared

    def _share_all(self, obj: Any) -> None:
        """Who holds an object's ``__dict__`` may reach each attribute past the points of attributes: all of them are choices from now on."""
        if isinstance(obj, type):
            return
        try:
            own = object.__getattribute__(obj, "__dict__")  # not the target's own __getattribute__
        except AttributeError:
            return
        for name in own:
            self._set_state(("attribute", name), SHARED)

    def _touch(self, thread: VirtualThread, obj: Any, site: int, is_write: bool) -> None:
        """A point before the contents of a container or iterator are read or changed."""
        seen = self.places.get(id(obj))
        if seen is not None and (seen[0] is thread or (seen[0] is None and seen[4] == len(seen[2]))) and site in seen[2]:
            # what _track would do, without the call
            if is_write:
                seen[1] = True
            shared = seen[0] is None
        else:
            shared = self._track(thread, id(obj), self.group_of[site], is_write, obj)
        if (shared or self.watch[site] == SHARED) and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            if self.pends:
                thread.pending = id(obj)
                thread.pending_is_write = is_write
            self._offer(thread)
        if is_write:
            self.version += 1
