"""How the threads of an execution stand, in words: where, what for, who holds it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Set
from types import FrameType
from typing import Any

from harness import runtime
from harness.engines.showing import describe_error
from harness.engines.target_frames import innermost_raised, target_frame
from harness.errors import HarnessError
from harness.model.execution import Crash
from harness.model.trace import ThreadEnd
from harness.scenarios import ledger, wrapping
from harness.stress.idle import is_idle_worker
from harness.stress.stuck import is_stuck
from harness.watched import lock as lock_module
from harness.watched.lock import LENDERS, LIBRARY, NOBODY, Lock
from harness.watched.watch import Watched

_WATCHED = os.path.dirname(lock_module.__file__)
_WORDS = {
    "acquire": "to acquire {}",
    "checking": "to acquire {}",
    "__enter__": "to acquire {}",
    "wait": "for {}",
    "wait_for": "for {}",
    "get": "for an item in {}",
    "put": "for room in {}",
    "reading": "for the result of {}",
}
WRITERS = frozenset(str(module.__file__) for module in (ledger, wrapping))
"""Where a program's puts and gets are written down."""
_BEGINS = frozenset({"_bootstrap", "_bootstrap_inner", "run", "running", "call", "_worker", "job"})
"""What stands below a primitive in the stack where a thread or a job is nothing but a call of it."""
_HELD = frozenset({"Lock", "_RLock", "Condition"})
"""What somebody holds; of a semaphore nobody is known to."""


def thread_ends(engine: Any, files: Set[str]) -> tuple[ThreadEnd, ...]:
    """Every thread's end, as `harness.ends.thread_ends` tells it of virtual threads."""
    frames = sys._current_frames()
    told = []
    for record in list(engine.all):
        is_setup = record.role == "main" and engine.mode == "class"
        if (is_setup and record.is_ended) or record.role == "foreign":
            continue
        frame = None if record.is_ended else frames.get(record.ident)
        state = "ended" if record.is_ended else "blocked" if is_stuck(record) else "running"
        target = target_frame(frame, files)
        told.append(
            ThreadEnd(
                name="setup" if is_setup else record.name,
                role="worker" if is_setup else record.role,
                state=state,
                is_daemon=record.is_daemon or is_idle_worker(engine.pool, record, frames),
                waits_for=describe_wait(engine, record, frame, target) if state == "blocked" else "",
                file=target.f_code.co_filename if target is not None else "",
                line=target.f_lineno if target is not None else 0,
            )
        )
    return tuple(told)


def describe_wait(engine: Any, record: Watched, frame: FrameType | None, target: FrameType | None) -> str:
    """What a stuck thread waits for, to be read after "waits"; who holds it where that is known."""
    if isinstance(record.waits, Watched):
        return f"for {record.waits.name} to end"
    outer = None
    while frame is not None and frame.f_code.co_name not in _BEGINS and frame.f_code.co_filename in LIBRARY:
        outer, frame = frame, frame.f_back
    if outer is None:
        return ""
    owner = outer.f_locals.get("self")
    does = outer.f_code.co_name
    label = label_of(owner, target) if owner is not None else f"a future ({does})"
    while frame is not None and frame.f_code.co_filename in LENDERS:
        label = _attribute(owner, frame.f_locals.get("self")) or label
        frame = frame.f_back
    words = _WORDS.get(does, "for {} (" + does + ")").format(label)
    if does in ("acquire", "checking", "__enter__") and type(owner).__name__ in _HELD and isinstance(record.waits, Lock):
        holder = record.waits.holder()
        if holder != NOBODY and holder in engine.by_index:
            words += f", held by {engine.by_index[holder].name}"
            file, line = record.waits.taken_at()
            if line and file not in LENDERS | WRITERS:
                words += f" since line {line}"
    return words


def label_of(wanted: Any, frame: FrameType | None) -> str:
    """What the target calls an object: an attribute of what its function's variables hold, a variable, or just what it is."""
    kind = type(wanted).__name__.lstrip("_")
    plain = f"{'an' if kind[:1] in tuple('AEIOU') else 'a'} {kind}"
    if frame is None:
        return plain
    variables = {name: value for name, value in frame.f_locals.items() if not name.startswith("_h")}  # the rewriter's own temporaries
    for name, value in variables.items():
        if value is wanted and name != "self":
            return name
    for value in list(variables.values()):
        if found := _attribute(wanted, value):
            return found
    for name, value in list(frame.f_globals.items()):
        if value is wanted:
            return name
    return plain


def _attribute(wanted: Any, owner: Any) -> str:
    try:
        own = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return ""
    if not isinstance(own, dict):
        return ""
    for name, value in list(own.items()):
        if value is wanted:
            return f"{type(owner).__name__}.{name}"
        items: Mapping[Any, Any] = {}
        if type(value) in (list, tuple):
            items = dict(enumerate(value))
        elif type(value) is dict:
            items = dict(value)
        for key, item in items.items():
            if item is wanted:
                return f"{type(owner).__name__}.{name}[{key!r}]"
    return ""


def stacks(engine: Any) -> tuple[str, ...]:
    """For each thread that has not ended, its stack in one line, the innermost call first."""
    frames = sys._current_frames()
    own = os.path.dirname(_WATCHED) + os.sep
    told = []
    for record in list(engine.all):
        frame = None if record.is_ended else frames.get(record.ident)
        calls: list[str] = []
        while frame is not None:
            code = frame.f_code
            if code.co_filename in WRITERS:
                pass  # a program's put or get is called through it
            elif code.co_filename.startswith(own):
                if calls:
                    break  # from here on it is the harness that calls
            elif code.co_filename not in LENDERS:
                name = "" if code.co_name == "<module>" else f" in {code.co_name}"
                calls.append(f"{os.path.basename(code.co_filename)}:{frame.f_lineno}{name}")
            frame = frame.f_back
        if calls:
            told.append(f"{record.name} stands at {', '.join(calls)}.")
    return tuple(told)


def loops(engine: Any) -> tuple[str, ...]:
    """The loops that threads go round, "file.py:12" each."""
    told = []
    for record in list(engine.all):
        if not record.is_ended and record.waits is None and record.loop_site >= 0 and record.turns:
            site = runtime.sites[record.loop_site]
            told.append(f"{os.path.basename(site.file)}:{site.line}")
    return tuple(dict.fromkeys(told))


def crashes(engine: Any, files: Set[str]) -> list[Crash]:
    """The exceptions that left what they should not have left and that nobody read. Raises HarnessError if one says that the target cannot be run."""
    told = []
    for error, where, future, record, is_forgiven, text in list(engine.crashes):
        if is_forgiven or error is None or (isinstance(error, SystemExit) and where in ("thread", "scenario")):
            continue
        if isinstance(error, HarnessError):
            raise error
        file, line, _ = innermost_raised(error, files)
        told.append(Crash(record.name, where, text or describe_error(error), file, line, isinstance(error, AssertionError), future))
    return told
