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
from harness.engines.recorder import show
from harness.model.execution import GET_BEGIN, GET_RAISE, GET_RETURN, PUT_BEGIN, PUT_RAISE, PUT_RETURN, LogEntry

CALLS_IN_A_ROW = 24
"""Puts and gets that complete while a thread sleeps before time passes by itself, and the others get a turn: a producer that never
waits must not keep the main thread from ever waking to stop it."""


@dataclass(slots=True)
class Passage:
    """One object that messages pass through, with all calls on it that were not made within another call."""

    obj: Any
    label: str
    is_queue: bool
    position: int
    log: list[tuple[int, LogEntry]] = field(default_factory=list)
    fans_out: bool = False
    joined: Passage | None = None
    """Another that it is part of."""

    def whole(self) -> Passage:
        """The passage that stands for all that are joined to it."""
        found = self
        while found.joined is not None:
            found = found.joined
        return found


class Ledger:
    """The calls of one execution; `reset` before the next. Wrappers that were made for an earlier one write nothing."""

    def __init__(self) -> None:
        self.reset(None)

    def reset(self, engine: Explore | None) -> None:
        """Begins anew."""
        self.engine = engine
        self.passages: dict[int, Passage] = {}
        self.n_entries = 0
        self.n_calls = 0
        self._inside: dict[int, tuple[Passage, list[int]]] = {}

    def put(self, obj: Any, label: str, is_queue: bool, value: Any, call: Callable[[], Any]) -> Any:
        """Makes the call, which puts `value` into `obj`, and writes it down."""
        engine = self.engine
        if engine is None or runtime.control is not engine or engine.is_over:
            return call()
        thread = engine.cur
        if not self._enter(engine, thread.index, obj, label, is_queue):
            return call()
        passage = self._inside[thread.index][0]
        self._write(passage, PUT_BEGIN, thread.index, value)
        if engine.recorder:
            engine.recorder.called(thread, "put-begin", f"put({show(value)}) begins", show(value))
        try:
            result = call()
        except runtime.Unwind:
            raise
        except BaseException:
            self._inside.pop(thread.index, None)
            self._write(passage, PUT_RAISE, thread.index, value)
            if engine.recorder:
                engine.recorder.called(thread, "put-raise", f"put({show(value)}) raises", show(value))
            raise
        self._inside.pop(thread.index, None)
        self._write(passage, PUT_RAISE if result is False else PUT_RETURN, thread.index, value)
        if engine.recorder:
            engine.recorder.called(thread, "put-return", f"put({show(value)}) returns", show(value))
        if result is not False:
            self._completed(engine)
        return result

    def get(self, obj: Any, label: str, is_queue: bool, call: Callable[[], Any]) -> Any:
        """Makes the call, which gets a message out of `obj`, and writes it down."""
        engine = self.engine
        if engine is None or runtime.control is not engine or engine.is_over:
            return call()
        thread = engine.cur
        if not self._enter(engine, thread.index, obj, label, is_queue):
            return call()
        passage = self._inside[thread.index][0]
        self._write(passage, GET_BEGIN, thread.index, None)
        if engine.recorder:
            engine.recorder.called(thread, "get-begin", "get() begins", "")
        try:
            value = call()
        except runtime.Unwind:
            raise
        except BaseException:
            self._inside.pop(thread.index, None)
            self._write(passage, GET_RAISE, thread.index, None)
            if engine.recorder:
                engine.recorder.called(thread, "get-raise", "get() raises", "")
            raise
        self._inside.pop(thread.index, None)
        self._write(passage, GET_RETURN, thread.index, value)
        if engine.recorder:
            engine.recorder.called(thread, "get-return", f"get() returns {show(value)}", show(value))
        if value is not None:
            self._completed(engine)
        return value

    def channels(self) -> list[tuple[list[Passage], list[LogEntry]]]:
        """The passages by what they are part of, in the order of their first call, each group with its calls in order."""
        groups: dict[int, list[Passage]] = {}
        for passage in self.passages.values():
            groups.setdefault(id(passage.whole()), []).append(passage)
        found = []
        for group in groups.values():
            log = group[0].log if len(group) == 1 else sorted((entry for passage in group for entry in passage.log), key=_position)
            if log:
                found.append((group, [entry for _, entry in log]))
        return found

    def _enter(self, engine: Explore, index: int, obj: Any, label: str, is_queue: bool) -> bool:
        """Whether the call that begins is an outermost one; one within another joins the two objects instead."""
        passage = self.passages.get(id(obj))
        if passage is None:
            passage = self.passages[id(obj)] = Passage(obj, label, is_queue, len(self.passages))
        around = self._inside.get(index)
        if around is None:
            self._inside[index] = (passage, [])
            return True
        outer, inner = around
        if outer is not passage:
            if id(obj) not in inner:
                inner.append(id(obj))
            if len(inner) > 1:
                outer.fans_out = True
            if passage.whole() is not outer.whole():
                passage.whole().joined = outer.whole()
        return False

    def _write(self, passage: Passage, what: int, index: int, value: Any) -> None:
        self.n_entries += 1
        passage.log.append((self.n_entries, (what, index, value)))

    def _completed(self, engine: Explore) -> None:
        engine.progress()
        self.n_calls += 1
        if self.n_calls % CALLS_IN_A_ROW == 0:
            engine.pass_time()


def _position(entry: tuple[int, LogEntry]) -> int:
    return entry[0]
