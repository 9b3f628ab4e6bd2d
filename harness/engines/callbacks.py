"""Operations in C that call the program in their midst: a generator that is run over, elements that compare themselves, a key to sort by.

Others may run while the program is called, and then the operation goes on with a container that they may have changed. Python says nobody when
such an operation ends. So a thread notes where one begins: which frame of rewritten code, at which instruction, with which containers. Generators
and special methods hand what they yield and return back through a hook, and the newest note tells whether it goes to such an operation: it does if
the frame above is the one that was noted and stands at the operation's instruction. (Another frame may get the address of one that is no more, but
does not come to that instruction without a note of its own.)
"""

from __future__ import annotations

import dis
import functools
import sys
import types
from collections.abc import Sequence
from typing import Any

from harness import runtime
from harness.engines.kinds import CONTAINER, ITERATOR, VIEW, class_attribute, has_points
from harness.engines.places import Places
from harness.engines.recorder import GOES_ON
from harness.engines.virtual import MUTED, OUTSIDE, RECORDED, TRACED, UNWINDING, VirtualThread
from harness.instrument.points import RUNTIME

Read = tuple[Any, bool, str]
"""A container, whether the operation changes it, and the operation in words for a report."""

DELEGATING = dis.opmap["SEND"]
BETWEEN = frozenset(
    dis.opmap[name]
    for name in ("CACHE", "EXTENDED_ARG", "KW_NAMES", "PRECALL", "LOAD_ATTR", "LOAD_METHOD", "LOAD_CONST", "PUSH_NULL", "NOP", "SWAP", "COPY")
    if name in dis.opmap
)
"""Instructions that may stand between a hook and the operation that it is called before."""


class Callbacks(Places):
    """Hooks at which the program hands back to C code that has called it."""

    def _look_at(self, site: int, reads: Sequence[Read], holders: Sequence[Any] = (), got: Sequence[tuple[Any, str]] = (), again: bool = False) -> None:
        raise NotImplementedError  # it is what `ContentsHooks` does

    def goes_on(self, function: Any, site: int, *handed: Any) -> Any:
        """Hook: code without points is about to get a function that it calls in the midst of what it does with containers (`list.sort`, while
        which the list is empty, and `max`): each time it goes on is a point of its own."""
        if not isinstance(function, types.FunctionType | types.MethodType) or self.cur.mode in (OUTSIDE, MUTED):
            return function
        where = runtime.sites[site]
        if where.name == "sort" and not (handed and isinstance(handed[0], list)):
            return function
        reads: list[Read] = [(each, where.is_write, GOES_ON) for each in handed if self.kinds[type(each)] in (CONTAINER, VIEW, ITERATOR)]
        if not reads:
            return function

        @functools.wraps(function)
        def stepping(*arguments: Any, **named: Any) -> Any:
            value = function(*arguments, **named)
            self._look_at(site, reads, again=True)
            return value

        return stepping

    def _open(self, thread: VirtualThread, site: int, reads: Sequence[Read], calls_back: bool) -> None:
        """Notes an operation in C that may call the program in its midst (a generator that it runs over, elements that compare themselves):
        each time that the program hands back to it, it goes on with these containers. Notes of operations that have ended go."""
        frame = _rewritten_frame(sys._getframe(2))
        if frame is None:
            return
        if thread.open:
            above = _frames_above(frame)
            while thread.open and thread.open[-1][0] not in above:
                thread.open.pop()
        if calls_back:
            again = [(obj, is_write, GOES_ON) for obj, is_write, _ in reads if self.kinds[type(obj)] in (CONTAINER, VIEW)]
            if again:
                if self.recorder:
                    for obj, _, _ in again:
                        self.recorder.labels.of(obj)  # it has a name here, and perhaps none there
                thread.open.append((id(frame), _operation_from(frame, frame.f_lasti + 2), site, again))

    def hand_back(self, value: Any) -> Any:
        """Hook: a special method is about to return a value, or a generator to yield it."""
        thread = self.cur
        if thread.mode not in (OUTSIDE, MUTED, UNWINDING):
            self._be_inside(thread)
            if thread.open:
                self._go_on(thread)
        return value

    def _be_inside(self, thread: VirtualThread) -> None:
        """The point of a thread inside a generator, where one that others run as well would be found running already."""
        thread.points += 1
        if thread.mode == TRACED:
            generator = self.writer.generator_of(sys._getframe(2))
            if generator is not None:
                self._trace(thread, self.writer.contents, generator, True)
        elif (self.offers_loops or thread.mode == RECORDED) and (len(self.runnable) > 1 or self.timed) and not self.is_fair:
            self._offer(thread)

    def _go_on(self, thread: VirtualThread) -> None:
        """The point before an operation in C goes on, where the program was called by one."""
        asks = sys._getframe(2)
        caller = asks if _delegates(asks) else _rewritten_frame(asks.f_back)
        while caller is not None and _delegates(caller):
            caller = _rewritten_frame(caller.f_back)
        if caller is None:
            return
        above = _frames_above(caller)
        while thread.open:
            frame, at, site, reads = thread.open[-1]
            if frame == id(caller) and at == _operation_from(caller, caller.f_lasti):
                self._look_at(site, reads, again=True)
                return
            if frame in above:
                return  # what hands back here was called by the program itself
            thread.open.pop()

    def hand_each(self, iterable: Any) -> Any:
        """Hook: a generator is about to delegate to something; another generator hands back by itself."""
        if self.cur.mode in (OUTSIDE, MUTED) or hasattr(type(iterable), "send"):
            return iterable
        return map(self.hand_back, iterable)

    def hands_back(self, function: Any) -> Any:
        """Hook: code without points is about to get a function that it calls between the steps of what it runs over."""
        if self.cur.mode in (OUTSIDE, MUTED) or not calls_the_program(function):
            return function

        @functools.wraps(function)
        def handing_back(*arguments: Any, **named: Any) -> Any:
            return self.hand_back(function(*arguments, **named))

        return handing_back


def _rewritten_frame(frame: types.FrameType | None) -> types.FrameType | None:
    """The first frame of rewritten code from this one upward."""
    while frame is not None and RUNTIME not in frame.f_globals:
        frame = frame.f_back
    return frame


def _frames_above(frame: types.FrameType | None) -> set[int]:
    """The ids of the frames that wait for this one."""
    above = set()
    while frame is not None and (frame := frame.f_back) is not None:
        above.add(id(frame))
    return above


def _operation_from(frame: types.FrameType, at: int) -> int:
    """Where in the frame's code the next operation is, from this offset on. (Python 3.11 may do a call's work at PRECALL already.)"""
    code = frame.f_code.co_code
    while at < len(code) and code[at] in BETWEEN:
        at += 2
    return at


def _delegates(frame: types.FrameType) -> bool:
    """Whether it is a generator's that hands on what another iterator yields."""
    return frame.f_code.co_code[frame.f_lasti] == DELEGATING


def calls_the_program(function: Any) -> bool:
    """Whether calling it runs rewritten code at once."""
    while isinstance(function, functools.partial):
        function = function.func
    if not isinstance(function, types.FunctionType | types.MethodType):
        function = class_attribute(function, "__init__") if isinstance(function, type) else class_attribute(type(function), "__call__")
    return isinstance(function, types.FunctionType | types.MethodType) and has_points(function)
