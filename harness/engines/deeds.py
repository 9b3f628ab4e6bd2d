"""What the judges of orders get to know of a recorded execution, put together step by step beside the steps that are shown."""

from __future__ import annotations

import re
import types
from typing import Any

from harness import runtime
from harness.engines.defaults import fills_in, makes_in_one_piece
from harness.engines.hand_overs import HandOvers
from harness.engines.identity import Identities
from harness.engines.kinds import ITERATOR, READ_METHODS, VIEW, WORLD, kind_of, viewed
from harness.engines.virtual import VirtualThread
from harness.model.deed import Access, Deed, How
from harness.standins.event import Event
from harness.standins.local import local

BLIND = frozenset("append appendleft add extend extendleft insert update write writelines clear reverse sort discard".split())
"""Methods that change a container and tell their caller nothing of it."""
_GET = re.compile(r"\.get\((?P<key>-?\d+|'[^'\\]*'|True|False|None)(, .*)?\)")
_PLAIN_GET: tuple[Any, ...] = (object.__getattribute__, type.__getattribute__)
_PLAIN_SET: tuple[Any, ...] = (object.__setattr__, type.__setattr__)


class Deeds:
    """The deeds of one execution, and the hand-overs that order its threads."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._hand_overs = HandOvers(identities)
        self._all: list[_Draft] = []
        self._last: dict[int, _Draft] = {}
        self._pending: dict[int, list[int]] = {}
        self._starts: dict[int, int] = {}
        self._begun: set[int] = set()
        self._ends: list[int] = []
        self._indices: dict[str, int] = {}
        self._places: dict[Any, int] = {}

    def all(self) -> tuple[Deed, ...]:
        """Everything so far, frozen, in the order of the steps."""
        return tuple(draft.finished() for draft in self._all)

    def started(self, step: int, thread: VirtualThread) -> None:
        """A thread takes its first step: all that its starter did before is behind it."""
        draft = self._draft(step, thread)
        self._begun.add(thread.index)
        channel = self._starts.get(thread.index)
        parent = self._last.get(self._indices.get(thread.path.rpartition(".")[0], -1))
        if channel is None and parent is not None and parent is not draft:
            # the starter has not come back from starting it, or starts all its threads in one step: its last step is behind it
            channel = self._hand_overs.new()
            parent.sends.append(channel)
        if channel is not None:
            draft.receives.append(channel)

    def ended(self, step: int, thread: VirtualThread) -> None:
        """A thread has ended."""
        end = self._hand_overs.named("end", thread)
        self._ends.append(end)
        self._draft(step, thread).sends.append(end)

    def operation(self, step: int, thread: VirtualThread, kind: str, detail: str, obj: Any, is_timed: bool) -> None:
        """A stand-in's operation is about to take effect."""
        draft = self._draft(step, thread)
        if kind == "start" and isinstance(obj, VirtualThread):
            if obj.index not in self._begun:
                self._starts[obj.index] = self._hand_overs.new()
                draft.sends.append(self._starts[obj.index])
            return
        if kind == "enumerate":
            draft.receives += self._ends
            return
        over = self._hand_overs.of(thread, kind, detail, obj, is_timed)
        draft.receives += over.receives
        draft.sends += over.sends
        draft.takes, draft.gives, draft.is_brief = over.takes, over.gives, over.is_brief

    def woken(self, by: VirtualThread, waiter: VirtualThread) -> None:
        """A thread ends the wait of another in its last step."""
        last = self._last.get(by.index)
        if last is not None:
            channel = self._hand_overs.new()
            last.sends.append(channel)
            self._pending.setdefault(waiter.index, []).append(channel)

    def sees(self, thread: VirtualThread, obj: Any) -> None:
        """A thread sees the state of a stand-in; its next step knows of it."""
        if isinstance(obj, Event) and not obj._is_set:
            return
        self._pending.setdefault(thread.index, []).extend(self._hand_overs.looked_at(obj))

    def accessed(self, step: int, thread: VirtualThread, place: Any, obj: Any, name: str, is_write: bool, stack: tuple[str, ...]) -> None:
        """An attribute or variable is about to be read, set or deleted; `place` is the recorder's name for it."""
        draft = self._draft(step, thread)
        if place[0] == "attribute":
            place = self._attribute(obj, name, is_write)
        if place is not None:
            draft.access = Access(self._number(place), "write" if is_write else "read")
            draft.stack = stack

    def touched(self, step: int, thread: VirtualThread, site: int, obj: Any, detail: str, is_write: bool, stack: tuple[str, ...]) -> None:
        """The contents of a container are about to be read or changed."""
        kind = kind_of(type(obj))
        draft = self._draft(step, thread)
        operation = runtime.sites[site].kind
        how, key = _how(operation, kind, detail, is_write)
        if is_write and operation == "getitem" and fills_in(obj) and makes_in_one_piece(obj.default_factory):
            how = "add"  # whoever comes first makes it, and all find the same
        of = viewed(obj) if kind == VIEW else obj
        if of is not WORLD:  # two files are no race
            draft.access = Access(self._number(("contents", self._identities.of(of))), how, key)
            draft.stack = stack

    def _attribute(self, obj: Any, name: str, is_write: bool) -> Any:
        """Where the attribute is stored: in the object, or in the class that it is read from; None where code decides, or each thread has
        its own."""
        if isinstance(obj, local):
            return None
        if type(obj) is types.ModuleType:
            return ("global", getattr(obj, "__file__", None), name)
        cls: Any = type(obj)
        if is_write and cls.__setattr__ not in _PLAIN_SET:
            return None
        if not is_write and cls.__getattribute__ not in _PLAIN_GET:
            return None
        is_class = isinstance(obj, type)
        own = () if is_class else getattr(obj, "__dict__", ())
        owner = next((owner for owner in (obj.__mro__ if is_class else cls.__mro__) if name in owner.__dict__), None)
        if owner is not None:
            value = owner.__dict__[name]
            is_slot = isinstance(value, types.MemberDescriptorType)
            if not is_class and not is_slot and hasattr(type(value), "__set__"):
                return None
            if not is_write and not is_slot and name not in own:
                return None if hasattr(type(value), "__get__") else ("attribute", self._identities.of(owner), name)
        elif not is_write and name not in own and hasattr(cls, "__getattr__"):
            return None
        return ("attribute", self._identities.of(obj), name)

    def _number(self, place: Any) -> int:
        return self._places.setdefault(place, len(self._places) + 1)

    def _draft(self, step: int, thread: VirtualThread) -> _Draft:
        """The deed of a step, which is the thread's last one now."""
        last = self._last.get(thread.index)
        if last is not None and last.step == step:
            return last
        draft = self._last[thread.index] = _Draft(step, thread.index)
        self._indices.setdefault(thread.path, thread.index)
        draft.receives += self._pending.pop(thread.index, ())
        self._all.append(draft)
        return draft


class _Draft:
    """A deed that is still being put together: what is done within the step that follows its point belongs to it."""

    __slots__ = ("access", "gives", "is_brief", "receives", "sends", "stack", "step", "takes", "thread")

    def __init__(self, step: int, thread: int) -> None:
        self.step = step
        self.thread = thread
        self.receives: list[int] = []
        self.sends: list[int] = []
        self.access: Access | None = None
        self.takes = 0
        self.gives = 0
        self.is_brief = False
        self.stack: tuple[str, ...] = ()

    def finished(self) -> Deed:
        """The deed."""
        return Deed(self.step, self.thread, tuple(self.receives), tuple(self.sends), self.access, self.takes, self.gives, self.is_brief, self.stack)


def _how(operation: str, kind: int, detail: str, is_write: bool) -> tuple[How, str]:
    """How a container is touched, and the key of the item if it is one."""
    if kind == ITERATOR:
        return "change", ""
    if operation in ("getitem", "setitem", "delitem"):
        is_exact = not ("<" in detail or "..." in detail or detail.startswith("[slice("))
        if is_exact:
            return ("item-write" if is_write else "item-read"), detail[1:-1]
        return ("add" if is_write else "look"), ""
    if operation == "iterate":
        return "walk", ""
    method = detail[1:].partition("(")[0] if detail[:1] == "." else ""
    if method == "get" and (found := _GET.fullmatch(detail)):
        return "item-read", found["key"]
    if method in BLIND:
        return "add", ""
    if method in READ_METHODS:
        return "look", ""
    return ("change" if is_write else "look"), ""
