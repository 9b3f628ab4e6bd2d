"""Programs on real threads that are switched between any two bytecodes: what they can come to, found without any of the harness's own code.

One thread at a time holds the *baton*. Before each instruction that touches more than local variables (`sys.monitoring`) it may be handed to another,
as a plan drawn at random says. What blocks are the lock, the thread handle and the C queue of this file; conditions, events, semaphores, barriers,
queues and executors are CPython's own sources on top of them (`tests.search.opcode_copies`), switched between bytecodes like the program.
"""

from __future__ import annotations

import _thread
import dis
import sys
import threading
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

TOOL = 3
"""The number under which `sys.monitoring` knows the explorer."""
MOST_STEPS = 6000
"""Instructions of one execution; a program that takes more goes round for ever."""
HANG_S = 20.0
"""An execution that takes longer is a mistake of the explorer."""
CLOCK_STEP_S = 1e-6

_LOCAL = frozenset(
    """LOAD_FAST LOAD_CONST STORE_FAST PUSH_NULL RESUME COPY SWAP POP_TOP NOP JUMP_FORWARD JUMP_BACKWARD JUMP_BACKWARD_NO_INTERRUPT BUILD_TUPLE
    BUILD_LIST BUILD_MAP BUILD_SET BUILD_STRING BUILD_SLICE BUILD_CONST_KEY_MAP RETURN_VALUE RETURN_CONST MAKE_FUNCTION MAKE_CELL COPY_FREE_VARS IS_OP
    LOAD_CLOSURE LOAD_FAST_LOAD_FAST STORE_FAST_LOAD_FAST STORE_FAST_STORE_FAST LOAD_FAST_AND_CLEAR LOAD_FAST_CHECK END_FOR CACHE
    SET_FUNCTION_ATTRIBUTE PUSH_EXC_INFO POP_EXCEPT RERAISE CHECK_EXC_MATCH DELETE_FAST YIELD_VALUE RETURN_GENERATOR POP_JUMP_IF_NONE
    POP_JUMP_IF_NOT_NONE MAP_ADD LIST_APPEND SET_ADD END_SEND LOAD_ASSERTION_ERROR KW_NAMES WITH_EXCEPT_START LOAD_SMALL_INT LOAD_FAST_BORROW
    LOAD_FAST_BORROW_LOAD_FAST_BORROW NOT_TAKEN POP_ITER LOAD_COMMON_CONSTANT IMPORT_NAME IMPORT_FROM LOAD_BUILD_CLASS UNARY_NOT""".split()
)
"""Instructions that touch nothing that another thread could touch too."""


class Abandoned(BaseException):
    """Ends a thread whose execution is over."""


@dataclass(eq=False, slots=True)
class Strand:
    """A thread of an execution: what it waits for, None where it can go on, until when, and whether its time is up."""

    is_daemon: bool
    ready: Callable[[], bool] | None = None
    deadline: float | None = None
    is_expired: bool = False
    is_done: bool = False
    ident: int = 0
    turn: Any = None

    @property
    def is_able(self) -> bool:
        return not self.is_done and (self.ready is None or self.is_expired or self.ready())


@dataclass(slots=True)
class Execution:
    """One execution: its threads, who has the baton, the clock, the steps before which the baton may change hands, and which of the steps were of the
    program's own code. It is void where two threads start a third at once, for which CPython has a KeyError of its own."""

    rng: Random
    switches: frozenset[int]
    strands: list[Strand] = field(default_factory=list)
    current: Strand | None = None
    now: float = 0.0
    steps: int = 0
    own: list[int] = field(default_factory=list)
    ending: str = ""
    is_void: bool = False
    is_over: bool = False


class Baton:
    """Carries executions out, one at a time, on real threads that it keeps."""

    def __init__(self) -> None:
        self._idle: list[_Carrier] = []
        self._end = _thread.allocate_lock()
        self._end.acquire()
        self.execution = Execution(Random(0), frozenset())
        self.is_on = False

    def begin(self, rng: Random, switches: frozenset[int]) -> None:
        """A new execution, for which modules may be loaded now."""
        self.execution = Execution(rng, switches)

    def execute(self, body: Callable[[], None]) -> Execution:
        """Runs `body` as the main thread until all that are no daemons have ended, or none can go on."""
        execution = self.execution
        main = self.spawn(body, False)
        execution.current = main
        self.is_on = True
        main.turn.release()
        if not self._end.acquire(timeout=HANG_S):
            raise RuntimeError("the explorer hangs")
        self.is_on = False
        execution.is_over = True
        for strand in execution.strands:
            if not strand.is_done:
                strand.turn.release()
                self._end.acquire()
        return execution

    def close(self) -> None:
        """Ends the real threads, which must be idle."""
        for carrier in self._idle:
            carrier.is_wanted = False
            carrier.turn.release()
            carrier.thread.join()
        self._idle.clear()

    def spawn(self, body: Callable[[], None], is_daemon: bool) -> Strand:
        """A new thread, which has its first turn when somebody hands over to it."""
        carrier = self._idle.pop() if self._idle else _Carrier(self)
        strand = Strand(is_daemon, turn=carrier.turn, ident=carrier.ident)
        carrier.strand, carrier.body = strand, body
        self.execution.strands.append(strand)
        return strand

    def wait(self, ready: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Until it is ready; False if `timeout_s` seconds are over before this thread has had its turn."""
        execution = self.execution
        if execution.is_over:
            raise Abandoned
        me = execution.current
        assert me is not None
        me.ready = ready
        me.deadline = None if timeout_s is None else execution.now + timeout_s
        self._hand_over(me, self._following())
        is_in_time = not me.is_expired
        me.ready = me.deadline = None
        me.is_expired = False
        return is_in_time

    def step(self, is_own: bool) -> None:
        """Before an instruction: hands over if the plan says so."""
        execution = self.execution
        execution.steps += 1
        if is_own:
            execution.own.append(execution.steps)
        if execution.steps in execution.switches:
            me = execution.current
            assert me is not None
            others = [strand for strand in execution.strands if strand is not me and strand.is_able]
            timed = self._earliest()
            if timed is not None and execution.rng.random() * (len(others) + 1) < 1:
                self._expire(timed)
                others = [timed] if execution.rng.random() < 0.7 else []
            if others:
                self._hand_over(me, execution.rng.choice(others))
        elif execution.steps > MOST_STEPS:
            self._finish("endless")
            assert execution.current is not None
            execution.current.turn.acquire()
            raise Abandoned

    def ended(self, carrier: _Carrier) -> None:
        """A thread has come to its end."""
        execution = self.execution
        strand = carrier.strand
        assert strand is not None
        strand.is_done = True
        self._idle.append(carrier)
        if execution.is_over:
            self._end.release()
            return
        to = self._following()
        if to is None:
            self._finish("")
        else:
            execution.current = to
            to.turn.release()

    def _following(self) -> Strand | None:
        """Who goes on where the thread at hand cannot; None if nobody ever will."""
        execution = self.execution
        while True:
            able = [strand for strand in execution.strands if strand.is_able]
            timed = self._earliest()
            if timed is not None and (not able or execution.rng.random() < 0.25):
                self._expire(timed)
                continue
            return execution.rng.choice(able) if able else None

    def _earliest(self) -> Strand | None:
        timed = [strand for strand in self.execution.strands if strand.deadline is not None]
        return min(timed, key=lambda strand: strand.deadline or 0.0) if timed else None

    def _expire(self, strand: Strand) -> None:
        assert strand.deadline is not None
        self.execution.now = max(self.execution.now, strand.deadline)
        strand.deadline = None
        strand.is_expired = True

    def _hand_over(self, me: Strand, to: Strand | None) -> None:
        if to is me:
            return
        if to is None:
            self._finish("")
        else:
            self.execution.current = to
            to.turn.release()
        me.turn.acquire()
        if self.execution.is_over:
            raise Abandoned

    def _finish(self, ending: str) -> None:
        execution = self.execution
        is_stuck = any(not strand.is_done and not strand.is_daemon for strand in execution.strands)
        execution.ending = ending or ("deadlock" if is_stuck else "finished")
        execution.is_over = True
        self.is_on = False
        self._end.release()


class _Carrier:
    """A real thread that carries one thread of an execution after the other."""

    def __init__(self, baton: Baton) -> None:
        self.turn = _thread.allocate_lock()
        self.turn.acquire()
        self.strand: Strand | None = None
        self.body: Callable[[], None] = lambda: None
        self._baton = baton
        self.is_wanted = True
        self.thread = threading.Thread(target=self._live, daemon=True)
        self.thread.start()
        self.ident = self.thread.ident or 0

    def _live(self) -> None:
        while True:
            self.turn.acquire()
            if not self.is_wanted:
                return
            try:
                if not self._baton.execution.is_over:
                    self.body()
            except Abandoned:
                pass
            except KeyError:
                self._baton.execution.is_void = True
            self.body = lambda: None
            self._baton.ended(self)


# -- what blocks

BATON = Baton()
"""What the primitives below wait by: private copies of modules make them without arguments."""


class Lock:
    """``_thread.lock`` over the baton."""

    def __init__(self) -> None:
        self._is_taken = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if BATON.execution.is_over:
            raise Abandoned
        if self._is_taken:
            if not blocking:
                return False
            if not BATON.wait(lambda: not self._is_taken, None if timeout == -1 else timeout):
                return False
        self._is_taken = True
        return True

    def release(self) -> None:
        if not self._is_taken and not BATON.execution.is_over:
            raise RuntimeError("release unlocked lock")
        self._is_taken = False

    def locked(self) -> bool:
        return self._is_taken

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self._is_taken = False


class RLock:
    """``_thread.RLock`` over the baton."""

    def __init__(self) -> None:
        self._owner: Strand | None = None
        self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if BATON.execution.is_over:
            raise Abandoned
        me = BATON.execution.current
        if self._owner is not None and self._owner is not me:
            if not blocking:
                return False
            if not BATON.wait(lambda: self._owner is None, None if timeout == -1 else timeout):
                return False
        self._owner = me
        self._count += 1
        return True

    def release(self) -> None:
        if BATON.execution.is_over:
            return
        if self._owner is not BATON.execution.current:
            raise RuntimeError("cannot release un-acquired lock")
        self._count -= 1
        if not self._count:
            self._owner = None

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()

    def locked(self) -> bool:
        return self._owner is not None

    def _is_owned(self) -> bool:
        return BATON.execution.is_over or self._owner is BATON.execution.current

    def _recursion_count(self) -> int:
        return self._count if self._is_owned() else 0

    def _release_save(self) -> int:
        if self._owner is not BATON.execution.current:
            raise RuntimeError("cannot release un-acquired lock")
        count, self._count, self._owner = self._count, 0, None
        return count

    def _acquire_restore(self, count: int) -> None:
        self.acquire()
        self._count = count


class SimpleQueue:
    """``_queue.SimpleQueue``, whose operations are of one piece, over the baton."""

    def __init__(self) -> None:
        self._items: list[Any] = []

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if BATON.execution.is_over:
            raise Abandoned
        self._items.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if BATON.execution.is_over:
            raise Abandoned
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        if not self._items and not (block and BATON.wait(lambda: bool(self._items), timeout)):
            raise sys.modules["_queue"].Empty
        return self._items.pop(0)

    put_nowait = put

    def get_nowait(self) -> Any:
        return self.get(False)

    def qsize(self) -> int:
        return len(self._items)

    def empty(self) -> bool:
        return not self._items


class Handle:
    """``_thread._ThreadHandle`` over the baton."""

    def __init__(self) -> None:
        self.strand: Strand | None = None

    @property
    def ident(self) -> int:
        return self.strand.ident if self.strand else 0

    def is_done(self) -> bool:
        return self.strand is not None and self.strand.is_done

    def join(self, timeout: float | None = None) -> None:
        if not self.is_done():
            BATON.wait(self.is_done, timeout)

    def _set_done(self) -> None:
        raise AssertionError("nothing here ends a thread from outside")


# -- instructions


class Instructions:
    """Which instructions of which code are steps, told by `sys.monitoring`."""

    def __init__(self) -> None:
        self._steps: dict[types.CodeType, frozenset[int]] = {}
        self._copied: set[types.CodeType] = set()
        monitoring = sys.monitoring
        monitoring.use_tool_id(TOOL, "opcode explorer")
        monitoring.register_callback(TOOL, monitoring.events.INSTRUCTION, self._told)

    def close(self) -> None:
        for code in self._steps:
            sys.monitoring.set_local_events(TOOL, code, 0)
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.INSTRUCTION, None)
        sys.monitoring.free_tool_id(TOOL)

    def watch(self, code: types.CodeType, variables: Iterable[str], attributes: frozenset[str] | None = None) -> None:
        """Makes steps of code and what is defined in it. Module-level `variables` are those that change; `attributes`, where given, are all
        that are ever set: such code is not the program's own."""
        changing = frozenset(variables)
        steps = set()
        instructions = list(dis.get_instructions(code))
        for index, instruction in enumerate(instructions):
            last = instruction
            while last.opname == "EXTENDED_ARG":
                index += 1
                last = instructions[index]
            name = last.opname
            if name in _LOCAL or (name in ("LOAD_GLOBAL", "LOAD_NAME") and last.argval not in changing):
                continue
            if attributes is not None and name in ("LOAD_ATTR", "LOAD_METHOD") and last.argval not in attributes:
                continue
            steps.add(instruction.offset)
        self._steps[code] = frozenset(steps)
        if attributes is not None:
            self._copied.add(code)
        sys.monitoring.set_local_events(TOOL, code, sys.monitoring.events.INSTRUCTION)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.watch(constant, changing, attributes)

    def forget(self, code: types.CodeType) -> None:
        """Makes no more steps of code."""
        sys.monitoring.set_local_events(TOOL, code, 0)
        self._steps.pop(code, None)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.forget(constant)

    def _told(self, code: types.CodeType, offset: int) -> Any:
        if offset not in self._steps.get(code, ()):
            return sys.monitoring.DISABLE
        if BATON.is_on:
            BATON.step(code not in self._copied)
        return None


def names_set(code: types.CodeType, instructions: tuple[str, ...]) -> set[str]:
    """The names that code and what is defined in it sets by these instructions."""
    found = {instruction.argval for instruction in dis.get_instructions(code) if instruction.opname in instructions}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= names_set(constant, instructions)
    return found

