"""What passed through a program's pipelines: every put and get of its pipeline classes and queues, by thread, as it happened.

Pipeline classes are wrapped as they are made, queues are stand-ins that write down. Only the outermost call counts: a class whose put
hands on to a queue passes one message, not two. Objects that call each other so are one channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness import runtime
from harness.engines.explore import Explore
from harness.engines.showing import show
from harness.model.execution import GET_BEGIN, GET_RAISE, GET_RETURN, PUT_BEGIN, PUT_RAISE, PUT_RETURN, LogEntry

CALLS_IN_A_ROW = 24
"""Puts and gets that complete while a thread sleeps before time passes by itself, and the others get a turn: a producer that never
waits must not keep the main thread from ever waking to stop it."""


@dataclass(slots=True)
class Passage:
    """One object that messages pass through.

    `loops`: a call on it made several calls on one other object, so it is no transfer of one message but work that does many.
    `is_simple`: no put handed one message to several others, or took one out within, and no get put one in.
    """

    obj: Any
    label: str
    is_queue: bool
    loops: bool = False
    is_simple: bool = True


@dataclass(slots=True)
class Outermost:
    """The outermost call that a thread is in, how many calls it itself has made that completed on each other object, and how deep it is."""

    passage: Passage
    begins: int
    inner: dict[int, int] = field(default_factory=dict)
    depth: int = 0


class Ledger:
    """The calls of one execution; `reset` before the next. Wrappers that were made for an earlier one write nothing.

    Real threads write here too, so what happened is one list, whose appending nothing interrupts: a call's begin stands in it before the
    call is made, its return after, and a copy of the list is the execution up to one moment.
    """

    def __init__(self) -> None:
        self.reset(None)

    def reset(self, engine: Explore | None) -> None:
        """Begins anew."""
        self.engine = engine
        self.passages: dict[int, Passage] = {}
        self.n_calls = 0
        self._entries: list[tuple[Passage, Passage | None, LogEntry]] = []  # the second: the outermost object, for a call within a call
        self._inside: dict[int, Outermost] = {}

    def put(self, obj: Any, label: str, is_queue: bool, value: Any, call: Callable[[], Any]) -> Any:
        """Makes the call, which puts `value` into `obj`, and writes it down. A put that returns False says that it was refused."""
        return self._call((PUT_BEGIN, PUT_RETURN, PUT_RAISE), obj, label, is_queue, value, call)

    def get(self, obj: Any, label: str, is_queue: bool, call: Callable[[], Any]) -> Any:
        """Makes the call, which gets a message out of `obj`, and writes it down."""
        return self._call((GET_BEGIN, GET_RETURN, GET_RAISE), obj, label, is_queue, None, call)

    def channels(self) -> list[tuple[list[Passage], list[LogEntry]]]:
        """The passages by what they are part of, in the order of their first call, each group with its calls in order."""
        entries = self._entries.copy()
        joined: dict[int, Passage] = {}

        def whole(passage: Passage) -> Passage:
            while id(passage) in joined:
                passage = joined[id(passage)]
            return passage

        groups: dict[int, tuple[list[Passage], list[LogEntry]]] = {}
        group_of: dict[int, list[LogEntry]] = {}
        for passage, outer, _ in entries:
            if outer is not None and not (passage.loops or outer.loops) and whole(outer) is not whole(passage):
                joined[id(whole(passage))] = whole(outer)
        for passage in list(self.passages.values()):
            if not passage.loops:
                members, group_of[id(passage)] = groups.setdefault(id(whole(passage)), ([], []))
                members.append(passage)
        for passage, outer, entry in entries:
            if (outer is None or outer.loops) and id(passage) in group_of:
                group_of[id(passage)].append(entry)
        return [(sorted(members, key=_is_queue), log) for members, log in groups.values() if log]  # what it is called by comes first

    def _call(self, kinds: tuple[int, int, int], obj: Any, label: str, is_queue: bool, value: Any, call: Callable[[], Any]) -> Any:
        engine = self.engine
        if engine is None or runtime.control is not engine or engine.is_over:
            return call()
        begins, returns, raises = kinds
        thread = engine.cur
        index = thread.index
        passage = self.passages.get(id(obj))
        if passage is None:
            passage = self.passages.setdefault(id(obj), Passage(obj, label, is_queue))
        around = self._inside.get(index)
        if around is None:
            self._inside[index] = Outermost(passage, begins)
        else:
            around.depth += 1
            if begins != around.begins:
                around.passage.is_simple = False
        recorder = engine.recorder if around is None else None
        word = "put" if begins == PUT_BEGIN else "get"
        said = show(value) if recorder and begins == PUT_BEGIN else ""
        self._write(passage, around, begins, index, value)
        if recorder:
            recorder.called(thread, f"{word}-begin", f"{word}({said}) begins", said)
        try:
            result = call()
        except runtime.Unwind:
            raise
        except BaseException:
            self._write(passage, around, raises, index, value)
            if around is None:
                del self._inside[index]
            else:
                around.depth -= 1
            if recorder:
                recorder.called(thread, f"{word}-raise", f"{word}({said}) raises", said)
            raise
        got = result if begins == GET_BEGIN else value
        is_refused = result is False and begins == PUT_BEGIN
        self._write(passage, around, raises if is_refused else returns, index, got)
        if around is not None:
            if around.depth == 1:
                self._count(around, passage)
            around.depth -= 1
            return result
        del self._inside[index]
        if recorder:
            recorder.called(thread, f"{word}-return", f"{word}({said}) returns" + (f" {show(got)}" if begins == GET_BEGIN else ""), show(got))
        if not is_refused and got is not None:
            engine.progress()
            self.n_calls += 1
            if self.n_calls % CALLS_IN_A_ROW == 0:
                engine.pass_time()
        return result

    def _count(self, around: Outermost, passage: Passage) -> None:
        if around.passage is passage:
            return
        around.inner[id(passage)] = around.inner.get(id(passage), 0) + 1
        if around.inner[id(passage)] > 1:
            around.passage.loops = True
        elif len(around.inner) > 1:
            around.passage.is_simple = False

    def _write(self, passage: Passage, around: Outermost | None, what: int, index: int, value: Any) -> None:
        if around is None:
            self._entries.append((passage, None, (what, index, value)))
        elif around.passage is not passage:
            self._entries.append((passage, around.passage, (what, index, value)))


def _is_queue(passage: Passage) -> bool:
    return passage.is_queue
