"""The hooks of contents: subscripts, what reads or changes a container, iteration, operators, patterns.

Each passes one point and gives back what it was given. The first lines of a hook are the fast path of a search: one test of
`thread.mode` for all that is unusual; what has been learned is asked in `Places._touch`.
"""

from __future__ import annotations

import types
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from harness import runtime
from harness.engines.callbacks import Read, calls_the_program
from harness.engines.counts import sign_of
from harness.engines.defaults import fills_in, makes_in_one_piece
from harness.engines.kinds import CONTAINER, ITERATOR, PLAIN, REAL_LOCK, VIEW, WORLD, viewed
from harness.engines.named_hooks import NamedHooks
from harness.engines.nested import contained, run_over
from harness.engines.places import SHARED
from harness.engines.real_locks import real_lock_used
from harness.engines.showing import show
from harness.engines.virtual import MUTED, OUTSIDE, TRACED, UNWINDING, VirtualThread
from harness.model.events import READ, Access


class ContentsHooks(NamedHooks):
    """Hooks that rewritten code calls before it touches what an object holds."""

    def _odd(self, thread: VirtualThread, site: int, obj: Any, detail: str, is_write: bool) -> None:
        """A touch of a container by a thread that is not NORMAL."""
        if thread.mode == TRACED:
            if self.kinds[type(obj)] == VIEW or obj is WORLD:
                self._share_world(thread, obj)
            self._trace(thread, self.writer.contents, obj, is_write)
            self.version += is_write
        elif self._odd_point(thread, is_write):
            self.recorder.contents(thread, site, obj, detail, is_write)

    def _share_world(self, thread: VirtualThread, obj: Any) -> None:
        """Where two threads reach files or the like: what is written there may show later (a buffer, a file that is closed when it dies)."""
        if obj is WORLD or viewed(obj) is WORLD:
            self.worldly_threads.add(thread.index)
            if len(self.worldly_threads) > 1:
                self.log.doubts.add("several threads use files, databases or the like, and when a change shows there is not known")

    def key(self, index: Any, obj: Any, site: int) -> Any:
        """Hook: a subscript is about to be read."""
        thread = self.cur
        thread.points += 1
        kind = self.kinds[type(obj)]
        if kind == CONTAINER or kind == VIEW:  # noqa: SIM109 - a tuple test costs more, and this is a fast path
            if isinstance(obj, defaultdict) and fills_in(obj):
                thread.points -= 1  # each of its points counts itself
                self._key_or_default(thread, index, obj, site)
            elif thread.mode == TRACED:
                self._trace(thread, self.writer.key, obj, index, False)
            elif thread.mode:
                self._odd(thread, site, obj, f"[{show(index)}]" if self.recorder else "", False)
            else:
                self._touch(thread, viewed(obj) if kind == VIEW else obj, site, False)
        return index

    def _key_or_default(self, thread: VirtualThread, index: Any, obj: defaultdict[Any, Any], site: int) -> None:
        """The points of a read that may make the item: one where that is done in one piece, a write if the item is missing when the thread goes on;
        else one before the read and, where it finds nothing, one before what the factory made is stored.

        So what the factory made is stored here, and the read that follows finds it.
        """
        try:
            is_missing = index not in obj
        except Exception:
            self._item_point(thread, index, obj, site, False)
            return  # the read itself will raise it
        in_one_piece = makes_in_one_piece(obj.default_factory)
        self._item_point(thread, index, obj, site, is_missing and in_one_piece)
        if thread.mode in (MUTED, OUTSIDE, UNWINDING) or index in obj:
            return
        if not in_one_piece:
            value = obj.default_factory()  # type: ignore[misc]
            self._item_point(thread, index, obj, site, True)
            obj[index] = value
        elif not is_missing:  # somebody has deleted it meanwhile, so it is a write after all
            self._item_point(thread, index, obj, site, True)

    def _item_point(self, thread: VirtualThread, index: Any, obj: Any, site: int, is_write: bool) -> None:
        """A point before one element of a container is read or set."""
        thread.points += 1
        if thread.mode == TRACED:
            self._trace(thread, self.writer.key, obj, index, is_write)
            self.version += is_write
        elif thread.mode:
            self._odd(thread, site, obj, f"[{show(index)}]" if self.recorder else "", is_write)
        else:
            self._touch(thread, obj, site, is_write)

    def key_w(self, index: Any, obj: Any, site: int) -> Any:
        """Hook: a subscript is about to be set or deleted."""
        thread = self.cur
        thread.points += 1
        kind = self.kinds[type(obj)]
        if kind == CONTAINER or kind == VIEW:  # noqa: SIM109 - a tuple test costs more, and this is a fast path
            if thread.mode == TRACED:
                self._trace(thread, self.writer.key, obj, index, True)
                self.version += 1
            elif thread.mode:
                self._odd(thread, site, obj, f"[{show(index)}]" if self.recorder else "", True)
            else:
                self._touch(thread, viewed(obj) if kind == VIEW else obj, site, True)
        return index

    def touch(self, obj: Any, site: int) -> Any:
        """Hook: the contents of an object are about to be read."""
        kind = self.kinds[type(obj)]
        if kind:
            if self.is_deep[site]:
                self._look_at(site, [(obj, kind == ITERATOR, "")], (obj,))
            elif kind > PLAIN:
                thread = self.cur
                thread.points += 1
                if kind == REAL_LOCK:
                    self._refuse_real_lock(obj, site)
                elif thread.mode:
                    self._odd(thread, site, obj, "", kind == ITERATOR)
                else:
                    if kind == ITERATOR:
                        self._track_behind(thread, obj, site)
                    self._touch(thread, viewed(obj) if kind == VIEW else obj, site, kind == ITERATOR)
        return obj

    def inside(self, value: Any, site: int, *holders: Any) -> Any:
        """Hook: what an object holds that nobody else has is about to be read; `holders`, or `value` where there are none."""
        holders = holders or (value,)
        if any(self.kinds[type(holder)] for holder in holders):
            self._look_at(site, [], holders)
        return value

    def pair(self, right: Any, left: Any, site: int) -> Any:
        """Hook: an operator or comparison is about to be applied."""
        kinds = self.kinds
        if kinds[type(left)] or kinds[type(right)]:
            where = runtime.sites[site]
            sign = sign_of(left, where.name, right) if where.is_write else 0
            if sign:
                return self._count(left, right, sign, site)
            reads: list[Read] = [(left, where.is_write, "")]
            if right is not left:
                reads.append((right, kinds[type(right)] == ITERATOR, ""))
            self._look_at(site, reads, (left, right) if self.is_deep[site] or type(left) is str else ())
        return right

    def _count(self, counter: Any, given: Any, sign: int, site: int) -> Any:
        """Counts what is given, with a point before each count is read and before the new one is stored; what then is left to be counted."""
        thread = self.cur
        if thread.mode in (MUTED, OUTSIDE, UNWINDING):
            return given
        is_update = self.names[site] == "update"
        words = f".update({show(given)})" if is_update and self.recorder else ""
        self._look_at(site, [(given, False, ""), (counter, False, words)] if is_update else [(given, False, "")])
        if is_update and not counter:  # as a dict is updated, in one piece
            self._look_at(site, [(counter, True, words)])
            dict.update(counter, given)
            return type(given)()
        for key, n in given.items():
            self._item_point(thread, key, counter, site, False)
            before = counter.get(key, 0)
            self._item_point(thread, key, counter, site, True)
            counter[key] = before + sign * n
        return type(given)()

    def fields(self, obj: Any, site: int, *names: str) -> None:
        """Hook: a pattern ``case Class(name=...)`` is about to read these attributes, and those that positions in it stand for."""
        cls = type(obj)
        by_position = getattr(cls, "__match_args__", ()) if runtime.sites[site].name else ()
        self._look_at(site, [], (), [(obj, name) for name in dict.fromkeys((*names, *by_position))])

    def _look_at(self, site: int, reads: Sequence[Read], holders: Sequence[Any] = (), got: Sequence[tuple[Any, str]] = (), again: bool = False) -> None:
        """Points before one operation on several objects, as far as they are containers, on those that `holders` hold and on the attributes
        `got`: the operation comes after the last of the points, so the event there is that of all of them. `again`: it goes on."""
        kinds = self.kinds
        thread = self.cur
        types = {*map(type, holders), *(type(read[0]) for read in reads)}
        reads = [read for read in reads if kinds[type(read[0])] > PLAIN]
        inner, fields = contained(kinds, holders, types) if holders else ([], [])
        fields += got
        for obj, is_write, detail in reads:
            kind = kinds[type(obj)]
            thread.points += 1
            if kind == REAL_LOCK:
                self._refuse_real_lock(obj, site)
            elif thread.mode:
                self._odd(thread, site, obj, detail, is_write)
            else:
                if kind == ITERATOR:
                    self._track_behind(thread, obj, site)
                self._touch(thread, viewed(obj) if kind == VIEW else obj, site, is_write)
        if inner:
            self._look_inside(thread, site, inner)
        for obj, name in fields:
            self._reach(thread, getattr, site, obj, name)
        if thread.mode == TRACED and len(reads) + bool(inner) + len(fields) > 1:
            self._trace_all(thread, reads, holders, got)
        if not again:
            calls_back = bool(reads) and any(map(self.calls_back.__getitem__, types))
            if calls_back or thread.open:
                self._open(thread, site, reads, calls_back)

    def _look_inside(self, thread: VirtualThread, site: int, inner: Sequence[tuple[Any, bool]]) -> None:
        """One point before what lies in containers is read: a matrix has many rows, and nothing happens between them."""
        thread.points += 1
        is_write = any(changes for _, changes in inner)
        if not thread.mode:
            is_shared = self.watch[site] == SHARED
            for obj, changes in inner:
                is_shared = self._track(thread, id(obj), self.group_of[site], changes, obj) or is_shared
            if is_shared and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
                if self.pends:
                    thread.pending = id(inner[0][0])
                    thread.pending_is_write = is_write
                self._offer(thread)
            self.version += is_write
        elif thread.mode == TRACED:
            for obj, _ in inner:
                if obj is WORLD:
                    self._share_world(thread, obj)
            self._trace(thread, self._contents_of, inner)
            self.version += is_write
        elif self._odd_point(thread, is_write):
            for obj, changes in inner:
                self.recorder.contents(thread, site, obj, "", changes)

    def _contents_of(self, several: Sequence[tuple[Any, bool]]) -> tuple[Access, ...]:
        accesses: tuple[Access, ...] = ()
        for obj, is_write in several:
            accesses += self.writer.contents(obj, is_write)
        return accesses

    def _trace_all(self, thread: VirtualThread, reads: Sequence[Read], holders: Iterable[Any], got: Sequence[tuple[Any, str]]) -> None:
        inner, fields = contained(self.kinds, holders)
        accesses = self._contents_of([*((obj, is_write) for obj, is_write, _ in reads), *inner])
        for obj, name in (*fields, *got):
            accesses += self.writer.attribute(obj, name, READ)
        for place, how in dict.fromkeys(accesses):
            self.log.also(thread.path, place, how)

    def each(self, iterable: Any, site: int, *called: Any) -> Any:
        """Hook: a loop is about to iterate, or a function that calls `called` after each step; every step over a container is a point, unless
        what is called is made in C."""
        if called and not calls_the_program(called[0]):
            return iterable
        kind = self.kinds[type(iterable)]
        if kind <= PLAIN or kind == REAL_LOCK:
            return iterable
        mode = self.cur.mode
        if mode in (OUTSIDE, MUTED):
            return iterable
        if type(iterable) is types.GeneratorType:
            # the loop will run it on, which changes it; the points inside are its own
            thread = self.cur
            thread.points += 1
            if thread.mode:
                self._odd(thread, site, iterable, "", True)
            else:
                self._touch(thread, iterable, site, True)
            return iterable
        return self._steps(iterable, viewed(iterable) if kind == VIEW else iterable, site, kind == ITERATOR)

    def _steps(self, loop_over: Any, iterable: Any, site: int, is_write: bool) -> Any:
        if self.cur.mode == TRACED:
            for place, how in self.writer.contents(iterable, False):
                self.log.also(self.cur.path, place, how)  # an iterator knows how large what it runs over was when it began
        behind = [each for each, _ in run_over(iterable, self.kinds)] if is_write else ()
        step = iter(loop_over).__next__
        until_pair = 2 if self.names[site] == "reduce" else 0  # it takes two elements before it first calls its function
        while True:
            if until_pair != 1:
                thread = self.cur
                thread.points += 1
                if thread.mode:
                    self._odd(thread, site, iterable, "", is_write)
                else:
                    for each in behind:
                        self._track(thread, id(each), self.group_of[site], False, each)
                    self._touch(thread, iterable, site, is_write)
            if until_pair:
                until_pair -= 1
            try:
                item = step()
            except StopIteration:
                return
            yield item

    def _track_behind(self, thread: VirtualThread, iterator: Any, site: int) -> None:
        """Notes who touches the containers that an iterator runs over: its site is a choice if they are shared, though the iterator is not."""
        if type(iterator) is not types.GeneratorType:
            for each, is_write in run_over(iterator, self.kinds):
                self._track(thread, id(each), self.group_of[site], is_write, each)

    def _refuse_real_lock(self, obj: Any, site: int) -> None:
        self.fault = real_lock_used(obj, runtime.sites[site], self.instrument_option)
        self.stop("finished")
