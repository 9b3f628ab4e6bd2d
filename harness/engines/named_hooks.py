"""The hooks of accesses to what has a name: attributes, module-level and closure variables.

Each passes one point and gives back what it was given. The first lines of a hook are the fast path of a search: one test of
`thread.mode` for all that is unusual, one of `watch` for what has been learned. What `at_w`, `store` and `cell_store` have in common
stands in each of them: a call for it would cost a write 0.02 us of 0.16.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.engines.callbacks import Callbacks
from harness.engines.places import SHARED, WRITTEN
from harness.engines.virtual import MUTED, RECORDED, TRACED, UNWINDING, VirtualThread
from harness.model.events import READ, WRITE


class NamedHooks(Callbacks):
    """Hooks that rewritten code calls before it reads, sets or deletes an attribute or a variable."""

    def at(self, obj: Any, site: int) -> Any:
        """Hook: an attribute is about to be read."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, obj, site, False)
        elif self.watch[site]:
            self._access(thread, obj, site, False)
        return obj

    def at_w(self, obj: Any, site: int) -> Any:
        """Hook: an attribute is about to be set or deleted."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, obj, site, True)
            return obj
        if not self.watch[site]:
            self._set_state(self.group_of[site], WRITTEN)
        self._access(thread, obj, site, True)
        self.version += 1
        return obj

    def load(self, site: int) -> None:
        """Hook: a module-level variable is about to be read."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, None, site, False)
        elif self.watch[site]:
            self._access(thread, None, site, False)

    def store(self, value: Any, site: int) -> Any:
        """Hook: a module-level variable is about to be set."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, None, site, True)
            return value
        if not self.watch[site]:
            self._set_state(self.group_of[site], WRITTEN)
        self._access(thread, None, site, True)
        self.version += 1
        return value

    def cell(self, peek: Callable[[], Any], site: int) -> None:
        """Hook: a closure variable is about to be read."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, _cell_of(peek), site, False)
        elif self.watch[site]:
            self._access(thread, None, site, False)

    def cell_store(self, value: Any, peek: Callable[[], Any], site: int) -> Any:
        """Hook: a closure variable is about to be set."""
        thread = self.cur
        thread.points += 1
        if thread.mode:
            self._odd_access(thread, _cell_of(peek), site, True)
            return value
        if not self.watch[site]:
            self._set_state(self.group_of[site], WRITTEN)
        self._access(thread, None, site, True)
        self.version += 1
        return value

    def _odd_access(self, thread: VirtualThread, obj: Any, site: int, is_write: bool) -> None:
        """An access to a named place by a thread that is not NORMAL."""
        if thread.mode == TRACED:
            if is_write and not self.traced[site]:
                self._trace_group(self.group_of[site])
            if self.traced[site]:
                self._trace(thread, self.writer.named, self.group_of[site], obj, is_write)
            self.version += is_write
        elif self._odd_point(thread, is_write):
            self.recorder.access(thread, site, obj, is_write)

    def _odd_point(self, thread: VirtualThread, is_write: bool) -> bool:
        """The point of a thread that is neither NORMAL nor TRACED; True if what it does is to be recorded."""
        mode = thread.mode
        if mode == RECORDED:
            if (len(self.runnable) > 1 or self.timed) and not self.is_fair:
                self._offer(thread)
        elif mode == UNWINDING:
            self._keep_unwinding(thread)
        elif mode == MUTED:
            thread.points -= 1  # when an object dies may depend on who looks at it: it must not count
        if is_write:
            self.version += 1
        return mode == RECORDED

    def _reach(self, thread: VirtualThread, function: Any, site: int, obj: Any, name: str) -> None:
        """A point before `function` (``getattr``, ``setattr`` or the like) reaches an attribute whose name is known only now."""
        is_write = function is setattr or function is delattr
        thread.points += 1
        group = ("attribute", name)
        if thread.mode == TRACED:
            if is_write and group not in self.traced_groups:
                self._trace_group(group)
            self._trace(thread, self.writer.attribute, obj, name, WRITE if is_write else READ)
            self.version += is_write
            return
        if thread.mode:
            if self._odd_point(thread, is_write):
                if is_write:
                    self.recorder.attribute(thread, site, obj, name, "write" if function is setattr else "delete", True)
                else:
                    self.recorder.lookup(thread, site, obj, name)
            return
        if is_write:
            self._set_state(group, WRITTEN)
        shared = self._track_attribute(thread, obj, group, is_write) or self.state_of.get(group) == SHARED
        if shared and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            self._offer(thread)
        if is_write:
            self.version += 1


def _cell_of(peek: Callable[[], Any]) -> Any:
    closure = peek.__closure__
    return closure[0] if closure else None
